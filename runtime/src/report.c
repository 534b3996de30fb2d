/* SPDX-License-Identifier: MIT */
/* Writing the statistics. The library shall pull in no other, so the few lines of JSON are written here by hand;
 * everything that reads them (the CLI, tests) uses a JSON library. */
#include "report.h"
#include "backend.h"
#include "hint.h"
#include "settings.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static pid_t started_in;
static time_t started_at;

void pp_report_start(void) {
  started_in = getpid();
  started_at = time(NULL);
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

static void write_string(FILE *stream, const char *text) {
  fputc('"', stream);
  for (; *text; text++) {
    unsigned char c = (unsigned char)*text;
    if (c == '"' || c == '\\')
      fprintf(stream, "\\%c", c);
    else if (c < 0x20)
      fprintf(stream, "\\u%04x", c);
    else
      fputc(c, stream);
  }
  fputc('"', stream);
}

static void write_field(FILE *stream, const char *name, uint64_t value) {
  fprintf(stream, ", \"%s\": %" PRIu64, name, value);
}

static void write_place(FILE *stream, const char *file, uint32_t line, uint32_t column) {
  fputs("\"file\": ", stream);
  write_string(stream, file);
  write_field(stream, "line", line);
  write_field(stream, "column", column);
}

static void write_site(FILE *stream, const struct pp_live_site *site) {
  fprintf(stream, "{\"kind\": \"%s\", \"state\": \"%s\", ", kind_name(site->kind), state_name(site));
  write_place(stream, site->file, site->line, site->column);
  write_field(stream, "hints", pp_get(&site->hints));
  write_field(stream, "pages", pp_get(&site->pages));
  write_field(stream, "read", pp_get(&site->read));
  write_field(stream, "resident", resident(site));
  write_field(stream, "refused", pp_get(&site->refused));
  write_field(stream, "repeats", pp_get(&site->repeats));
  write_field(stream, "slept", pp_get(&site->slept));
  write_field(stream, "woken", pp_get(&site->woken));
  write_field(stream, "reach_pages", pp_get(&site->reach));
  fputc('}', stream);
}

static void write_loop(FILE *stream, const struct pp_live_loop *loop) {
  fputs("\n    {\"function\": ", stream);
  write_string(stream, loop->function);
  fputs(", ", stream);
  write_place(stream, loop->file, loop->line, loop->column);
  write_field(stream, "entries", pp_get(&loop->entries));
  write_field(stream, "strips", pp_get(&loop->strips));
  write_field(stream, "hinted_strips", pp_get(&loop->hinted_strips));
  write_field(stream, "major_faults", pp_get(&loop->major_faults));
  write_field(stream, "late", pp_get(&loop->waits));
  fputs(", \"sites\": [", stream);
  for (uint32_t i = 0; i < loop->site_count; i++) {
    fputs(i ? ",\n      " : "\n      ", stream);
    write_site(stream, &loop->sites[i]);
  }
  fputs("]}", stream);
}

/* What became of the pages, where the backend tells: names and counts of those fates that occurred. */
static void write_fates(FILE *stream, const struct pp_backend *backend, const char *quote) {
  const char *between = "";
  for (unsigned fate = 0; fate < PP_FATES; fate++) {
    uint64_t pages = pp_get(&backend->fates[fate]);
    if (!pages)
      continue;
    fprintf(stream, "%s%s%s%s: %" PRIu64, between, quote, pp_fate_names[fate], quote, pages);
    between = ", ";
  }
}

static void write_backends(FILE *stream) {
  fputs(",\n  \"backends\": [", stream);
  for (unsigned i = 0; pp_backends[i]; i++) {
    fprintf(stream, "%s\n    {\"name\": \"%s\"", i ? "," : "", pp_backends[i]->name);
    write_field(stream, "calls", pp_get(&pp_backends[i]->calls));
    write_field(stream, "failed_calls", pp_get(&pp_backends[i]->failed_calls));
    write_field(stream, "pages", pp_get(&pp_backends[i]->pages));
    write_field(stream, "refused_pages", pp_get(&pp_backends[i]->refused_pages));
    if (pp_backends[i]->tells) {
      fputs(", \"fates\": {", stream);
      write_fates(stream, pp_backends[i], "\"");
      fputc('}', stream);
    }
    fputc('}', stream);
  }
  fputs("\n  ]", stream);
}

static void write_totals(FILE *stream) {
  fprintf(stream, ",\n  \"totals\": {\"hints\": %" PRIu64, pp_get(&pp_totals.hints));
  write_field(stream, "pages", pp_get(&pp_totals.pages));
  write_field(stream, "read", pp_get(&pp_totals.read));
  write_field(stream, "refused", pp_get(&pp_totals.refused));
  write_field(stream, "repeats", pp_get(&pp_totals.repeats));
  write_field(stream, "calls", pp_get(&pp_totals.calls));
  write_field(stream, "failed_calls", pp_get(&pp_totals.failed_calls));
  write_field(stream, "major_faults", pp_get(&pp_totals.major_faults));
  write_field(stream, "unaccounted", pp_get(&pp_totals.unaccounted));
  fputc('}', stream);
}

static void write_json(FILE *stream) {
  fprintf(stream, "{\n  \"schema\": \"pageprefetch-stats-1\", \"pid\": %ld, \"mode\": \"%s\", \"backend\": \"%s\"",
          (long)getpid(), mode_name(), pp_backend_current()->name);
  write_totals(stream);
  write_backends(stream);
  fputs(",\n  \"loops\": [", stream);
  for (const struct pp_live_loop *loop = pp_live_loops(); loop; loop = loop->next) {
    write_loop(stream, loop);
    if (loop->next)
      fputc(',', stream);
  }
  fputs("\n  ]\n}\n", stream);
}

static void write_text(FILE *stream) {
  fprintf(stream,
          "pageprefetch: mode %s, backend %s: %" PRIu64 " hints, %" PRIu64 " pages, %" PRIu64 " read, %" PRIu64
          " refused, %" PRIu64 " system calls, %" PRIu64 " failed\n",
          mode_name(), pp_backend_current()->name, pp_get(&pp_totals.hints), pp_get(&pp_totals.pages), pp_get(&pp_totals.read),
          pp_get(&pp_totals.refused), pp_get(&pp_totals.calls), pp_get(&pp_totals.failed_calls));
  for (unsigned i = 0; pp_backends[i]; i++) {
    if (!pp_backends[i]->tells || !pp_get(&pp_backends[i]->pages))
      continue;
    fprintf(stream, "  pages through %s: ", pp_backends[i]->name);
    write_fates(stream, pp_backends[i], "");
    fputc('\n', stream);
  }
  for (const struct pp_live_loop *loop = pp_live_loops(); loop; loop = loop->next) {
    fprintf(stream,
            "  %s:%u in %s: entered %" PRIu64 " times, %" PRIu64 " strips, %" PRIu64 " hinted; major faults %" PRIu64
            ", late %" PRIu64 "\n",
            loop->file, loop->line, loop->function, pp_get(&loop->entries), pp_get(&loop->strips), pp_get(&loop->hinted_strips),
            pp_get(&loop->major_faults), pp_get(&loop->waits));
    for (uint32_t i = 0; i < loop->site_count; i++) {
      const struct pp_live_site *site = &loop->sites[i];
      fprintf(stream,
              "    %s at %s:%u:%u (%s): hints %" PRIu64 ", pages %" PRIu64 ", read %" PRIu64 ", already resident %" PRIu64
              ", refused %" PRIu64 ", repeats %" PRIu64 "\n",
              kind_name(site->kind), site->file, site->line, site->column, state_name(site), pp_get(&site->hints),
              pp_get(&site->pages), pp_get(&site->read), resident(site), pp_get(&site->refused), pp_get(&site->repeats));
    }
  }
}

/* A program that used no hints, as the shell around the one that did, does not replace what that one wrote meanwhile. */
static bool would_hide(const char *path) {
  struct stat status;
  return !pp_live_loops() && !pp_get(&pp_totals.hints) && stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
         status.st_size > 0 && status.st_mtime >= started_at;
}

static void write_file(const char *name) {
  char path[4096];
  bool child = getpid() != started_in;
  int length = child ? snprintf(path, sizeof path, "%s.%ld", name, (long)getpid()) : snprintf(path, sizeof path, "%s", name);
  if (length < 0 || (size_t)length >= sizeof path) {
    pp_log(PP_LOG_WARN, "PAGEPREFETCH_STATS: the file name is longer than %zu bytes; no statistics are written", sizeof path);
    return;
  }
  if (would_hide(path))
    return;
  FILE *stream = fopen(path, "we");
  if (!stream) {
    pp_log(PP_LOG_WARN, "PAGEPREFETCH_STATS=%s can not be opened: %s; no statistics are written", path, strerror(errno));
    return;
  }
  write_json(stream);
  bool failed = ferror(stream);
  if (fclose(stream) != 0 || failed)
    pp_log(PP_LOG_WARN, "PAGEPREFETCH_STATS=%s could not be written whole: %s", path, strerror(errno));
}

void pp_report_at_exit(void) {
  if (!pp_settings.stats)
    return;
  if (!strcmp(pp_settings.stats, "stderr"))
    write_text(stderr);
  else
    write_file(pp_settings.stats);
}
