/* SPDX-License-Identifier: MIT */
/* Writing the statistics. The library shall pull in no other, so the few lines of JSON are written here by hand;
 * everything that reads them (the CLI, tests) uses a JSON library. */
#include "report.h"
#include "backend.h"
#include "file.h"
#include "hint.h"
#include "settings.h"
#include "text.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

static int started_in, counted_in; /* processes */
static time_t started_at;

void pp_report_start(void) {
  if (!pp_settings.stats)
    return;
  started_in = counted_in = pp_os_process();
  started_at = time(NULL);
}

static void forget_site(struct pp_live_site *site) {
  pp_counter *const counts[] = {&site->hints,         &site->pages,        &site->read,          &site->refused,
                                &site->repeats,       &site->slept,        &site->woken,         &site->populated,
                                &site->adapted_pages, &site->adapted_read, &site->repeats_before};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    pp_set(counts[i], 0);
}

void pp_report_after_fork(void) {
  if (!pp_settings.stats)
    return;
  counted_in = pp_os_process();
  memset(&pp_totals, 0, sizeof pp_totals);
  for (unsigned i = 0; pp_backends[i]; i++)
    pp_backend_forget(pp_backends[i]);
  for (struct pp_live_loop *loop = pp_live_loops(); loop; loop = loop->next) {
    pp_counter *const counts[] = {&loop->entries, &loop->strips, &loop->hinted_strips, &loop->major_faults, &loop->waits};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
      pp_set(counts[i], 0);
    for (uint32_t i = 0; i < loop->site_count; i++)
      forget_site(&loop->sites[i]);
  }
}

static const char *kind_name(uint32_t kind) {
  return kind == PP_KIND_AFFINE ? "affine" : kind == PP_KIND_GATHER ? "gather" : "other";
}

static const char *state_name(const struct pp_live_site *site) {
  uint32_t state = atomic_load_explicit(&site->state, memory_order_relaxed);
  return state == PP_AWAKE ? "awake" : state == PP_ASLEEP ? "asleep" : "probing";
}

static const char *mode_name(void) {
  return pp_settings.mode == PP_MODE_ALWAYS ? "always" : pp_settings.mode == PP_MODE_OFF ? "off" : "auto";
}

static uint64_t resident(const struct pp_live_site *site) {
  uint64_t pages = pp_get(&site->pages), elsewhere = pp_get(&site->read) + pp_get(&site->refused);
  return pages > elsewhere ? pages - elsewhere : 0;
}

static void write_string(struct pp_text *text, const char *string) {
  pp_text_add(text, "\"");
  for (; *string; string++) {
    unsigned char c = (unsigned char)*string;
    if (c == '"' || c == '\\')
      pp_text_add(text, "\\%.1s", string);
    else if (c < 0x20)
      pp_text_add(text, "\\u00%x%x", c >> 4, c & 15);
    else
      pp_text_add(text, "%.1s", string);
  }
  pp_text_add(text, "\"");
}

static void write_field(struct pp_text *text, const char *name, uint64_t value) {
  pp_text_add(text, ", \"%s\": %" PRIu64, name, value);
}

static void write_place(struct pp_text *text, const char *file, uint32_t line, uint32_t column) {
  pp_text_add(text, "\"file\": ");
  write_string(text, file);
  write_field(text, "line", line);
  write_field(text, "column", column);
}

static void write_site(struct pp_text *text, const struct pp_live_site *site) {
  pp_text_add(text, "{\"kind\": \"%s\", \"state\": \"%s\", ", kind_name(site->kind), state_name(site));
  write_place(text, site->file, site->line, site->column);
  write_field(text, "hints", pp_get(&site->hints));
  write_field(text, "pages", pp_get(&site->pages));
  write_field(text, "read", pp_get(&site->read));
  write_field(text, "resident", resident(site));
  write_field(text, "refused", pp_get(&site->refused));
  write_field(text, "repeats", pp_get(&site->repeats));
  write_field(text, "populated", pp_get(&site->populated));
  write_field(text, "slept", pp_get(&site->slept));
  write_field(text, "woken", pp_get(&site->woken));
  write_field(text, "reach_pages", pp_get(&site->reach));
  pp_text_add(text, "}");
}

static void write_loop(struct pp_text *text, const struct pp_live_loop *loop) {
  pp_text_add(text, "\n    {\"function\": ");
  write_string(text, loop->function);
  pp_text_add(text, ", ");
  write_place(text, loop->file, loop->line, loop->column);
  write_field(text, "entries", pp_get(&loop->entries));
  write_field(text, "strips", pp_get(&loop->strips));
  write_field(text, "hinted_strips", pp_get(&loop->hinted_strips));
  write_field(text, "major_faults", pp_get(&loop->major_faults));
  write_field(text, "late", pp_get(&loop->waits));
  pp_text_add(text, ", \"sites\": [");
  for (uint32_t i = 0; i < loop->site_count; i++) {
    pp_text_add(text, i ? ",\n      " : "\n      ");
    write_site(text, &loop->sites[i]);
  }
  pp_text_add(text, "]}");
}

/* What became of the pages, where the backend tells: names and counts of those fates that occurred. */
static void write_fates(struct pp_text *text, const struct pp_backend *backend, const char *quote) {
  const char *between = "";
  for (unsigned fate = 0; fate < PP_FATES; fate++) {
    uint64_t pages = pp_get(&backend->fates[fate]);
    if (!pages)
      continue;
    pp_text_add(text, "%s%s%s%s: %" PRIu64, between, quote, pp_fate_names[fate], quote, pages);
    between = ", ";
  }
}

static void write_backends(struct pp_text *text) {
  pp_text_add(text, ",\n  \"backends\": [");
  for (unsigned i = 0; pp_backends[i]; i++) {
    pp_text_add(text, "%s\n    {\"name\": \"%s\"", i ? "," : "", pp_backends[i]->name);
    write_field(text, "calls", pp_get(&pp_backends[i]->calls));
    write_field(text, "failed_calls", pp_get(&pp_backends[i]->failed_calls));
    write_field(text, "pages", pp_get(&pp_backends[i]->pages));
    write_field(text, "refused_pages", pp_get(&pp_backends[i]->refused_pages));
    if (pp_backends[i]->tells) {
      pp_text_add(text, ", \"fates\": {");
      write_fates(text, pp_backends[i], "\"");
      pp_text_add(text, "}");
    }
    pp_text_add(text, "}");
  }
  pp_text_add(text, "\n  ]");
}

static void write_totals(struct pp_text *text) {
  pp_text_add(text, ",\n  \"totals\": {\"hints\": %" PRIu64, pp_get(&pp_totals.hints));
  write_field(text, "pages", pp_get(&pp_totals.pages));
  write_field(text, "read", pp_get(&pp_totals.read));
  write_field(text, "refused", pp_get(&pp_totals.refused));
  write_field(text, "repeats", pp_get(&pp_totals.repeats));
  write_field(text, "calls", pp_get(&pp_totals.calls));
  write_field(text, "failed_calls", pp_get(&pp_totals.failed_calls));
  write_field(text, "major_faults", pp_get(&pp_totals.major_faults));
  write_field(text, "foreign_loops", pp_get(&pp_totals.foreign_loops));
  write_field(text, "unaccounted", pp_get(&pp_totals.unaccounted));
  write_field(text, "refused_programs", pp_get(&pp_totals.refused_programs));
  write_field(text, "lanes", pp_get(&pp_totals.lanes));
  write_field(text, "visits", pp_get(&pp_totals.visits));
  write_field(text, "loads", pp_get(&pp_totals.loads));
  write_field(text, "load_calls", pp_get(&pp_totals.load_calls));
  write_field(text, "mappings_learned", pp_get(&pp_totals.mappings_learned));
  write_field(text, "mappings_left_out", pp_get(&pp_totals.mappings_left_out));
  write_field(text, "unreadable", pp_get(&pp_totals.unreadable));
  pp_text_add(text, "}");
}

static void write_json(struct pp_text *text) {
  pp_text_add(text,
              "{\n  \"schema\": \"pageprefetch-stats-1\", \"version\": \"" PP_VERSION
              "\", \"pid\": %ld, \"mode\": \"%s\", \"backend\": \"%s\"",
              (long)counted_in, mode_name(), pp_backend_current()->name);
  write_totals(text);
  write_backends(text);
  pp_text_add(text, ",\n  \"loops\": [");
  for (const struct pp_live_loop *loop = pp_live_loops(); loop; loop = loop->next) {
    write_loop(text, loop);
    if (loop->next)
      pp_text_add(text, ",");
  }
  pp_text_add(text, "\n  ]\n}\n");
}

static void write_text(struct pp_text *text) {
  pp_text_add(text,
              "pageprefetch: mode %s, backend %s: %" PRIu64 " hints, %" PRIu64 " pages, %" PRIu64 " read, %" PRIu64
              " refused, %" PRIu64 " system calls, %" PRIu64 " failed\n",
              mode_name(), pp_backend_current()->name, pp_get(&pp_totals.hints), pp_get(&pp_totals.pages),
              pp_get(&pp_totals.read), pp_get(&pp_totals.refused), pp_get(&pp_totals.calls), pp_get(&pp_totals.failed_calls));
  for (unsigned i = 0; pp_backends[i]; i++) {
    if (!pp_backends[i]->tells || !pp_get(&pp_backends[i]->pages))
      continue;
    pp_text_add(text, "  pages through %s: ", pp_backends[i]->name);
    write_fates(text, pp_backends[i], "");
    pp_text_add(text, "\n");
  }
  for (const struct pp_live_loop *loop = pp_live_loops(); loop; loop = loop->next) {
    pp_text_add(text,
                "  %s:%u in %s: entered %" PRIu64 " times, %" PRIu64 " strips, %" PRIu64 " hinted; major faults %" PRIu64
                ", late %" PRIu64 "\n",
                loop->file, loop->line, loop->function, pp_get(&loop->entries), pp_get(&loop->strips),
                pp_get(&loop->hinted_strips), pp_get(&loop->major_faults), pp_get(&loop->waits));
    for (uint32_t i = 0; i < loop->site_count; i++) {
      const struct pp_live_site *site = &loop->sites[i];
      pp_text_add(text,
                  "    %s at %s:%u:%u (%s): hints %" PRIu64 ", pages %" PRIu64 ", read %" PRIu64 ", already resident %" PRIu64
                  ", refused %" PRIu64 ", repeats %" PRIu64 ", made ahead %" PRIu64 "\n",
                  kind_name(site->kind), site->file, site->line, site->column, state_name(site), pp_get(&site->hints),
                  pp_get(&site->pages), pp_get(&site->read), resident(site), pp_get(&site->refused), pp_get(&site->repeats),
                  pp_get(&site->populated));
    }
  }
}

/* The whole text in memory of its own, which is `*mapped` bytes; NULL when there is none. */
static char *collect(void (*write)(struct pp_text *text), size_t *length, size_t *mapped) {
  enum { ROOM = 4096, TRIES = 4 }; /* other threads count on meanwhile */
  struct pp_text text = {NULL, 0, 0};
  write(&text);
  for (int i = 0; i < TRIES; i++) {
    *mapped = text.used + ROOM;
    text = (struct pp_text){pp_os_map(*mapped), *mapped, 0};
    if (!text.to)
      return NULL;
    write(&text);
    *length = text.used;
    if (text.used <= text.size)
      return text.to;
    pp_os_unmap(text.to, *mapped);
  }
  return NULL;
}

/* The name with the process's number for every %p. 0 where that is too long. */
static size_t expand(char *path, size_t size, const char *name, int process) {
  struct pp_text text = {path, size - 1, 0};
  for (; *name; name++) {
    if (name[0] == '%' && name[1] == 'p') {
      pp_text_add(&text, "%d", process);
      name++;
    } else {
      pp_text_add(&text, "%.1s", name);
    }
  }
  path[text.used < text.size ? text.used : text.size] = 0;
  return text.used <= text.size ? text.used : 0;
}

static void write_file(const char *name, int process) {
  static char path[2 * 4096]; /* the process ends: once */
  char why[240];
  size_t length = 0, mapped = 0;
  /* A program that used no hints, as the shell around the one that did, does not replace what that one wrote meanwhile. */
  bool useless = !pp_live_loops() && !pp_get(&pp_totals.hints);
  if (!expand(path, sizeof path, name, process)) {
    pp_log(PP_LOG_WARN, "PAGEPREFETCH_STATS: the file's name is longer than %zu bytes; no statistics are written", sizeof path);
    return;
  }
  char *text = collect(write_json, &length, &mapped);
  if (!text)
    pp_log(PP_LOG_WARN, "PAGEPREFETCH_STATS=%s: no memory for the text; no statistics are written", path);
  else if (!pp_file_replace(path, text, length, useless ? started_at : 0, why, sizeof why))
    pp_log(PP_LOG_WARN, "PAGEPREFETCH_STATS=%s %s", path, why);
  if (text)
    pp_os_unmap(text, mapped);
}

static void write_to_standard_error(void) {
  size_t length = 0, mapped = 0;
  char *text = collect(write_text, &length, &mapped);
  if (!text)
    return;
  pp_say(text, length);
  pp_os_unmap(text, mapped);
}

void pp_report_at_exit(void) {
  const char *name = pp_settings.stats;
  if (!name)
    return;
  /* A child that was made without the C library's fork has its parent's counts. */
  int process = pp_os_process();
  if (process != counted_in)
    return;
  if (!strcmp(name, "stderr"))
    write_to_standard_error();
  else if (process == started_in || strstr(name, "%p"))
    write_file(name, process);
}
