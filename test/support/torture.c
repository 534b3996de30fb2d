/* SPDX-License-Identifier: MIT */
/* A runtime for tests: gives compiled code every answer that the ABI allows, the most inconvenient first, and checks that
 * compiled code keeps its side of the contract. Hints nothing. PP_TORTURE selects the answers; a breach of contract aborts the
 * program. */
#define _GNU_SOURCE
#include "pageprefetch_abi.h"
#include "plain_program.h"
#include "torture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { HINTS_MAX = 1 << 18, MOST_OF_A_VECTOR = 64, WINDOWS = 32, BUDGET = 1 << 24, ENDLESS_BUDGET = 1 << 14 };
enum answer { SMALLEST, RANDOM, WHOLE, NEVER };

static _Atomic uint64_t asked_strip; /* of torture_strip; 0: as PP_TORTURE says */

static struct {
  enum answer strip, ahead, hint;
  bool signals;
} setting = {SMALLEST, SMALLEST, WHOLE, false};

/* Shared with the test script through a file, so that it survives _exit, fork and abort. */
struct report {
  _Atomic uint64_t strips, affine, gathered;
};
static struct report own_report, *report = &own_report;

static struct torture_hint log_entries[HINTS_MAX];
static atomic_size_t log_count;
static _Thread_local uint64_t random_state = 1;

/* What is kept of a loop's entry from strip to strip. */
struct window {
  const struct pp_loop *loop;
  uint64_t ahead; /* iterations before it are hinted */
  uint64_t run;   /* iterations before it were run, where values are carried */
  bool stopped;
  uint64_t environment[PP_PROGRAM_ENVIRONMENT], registers[PP_PROGRAM_REGISTERS];
};
static _Thread_local struct window windows[WINDOWS];
static _Thread_local unsigned next_window;
static _Thread_local bool busy; /* a signal handler hints in between: it must not disturb */

static uint64_t random_below(uint64_t limit) {
  random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (random_state >> 33) % limit;
}

__attribute__((noreturn)) static void breach(const char *what, uint64_t a, uint64_t b) {
  fprintf(stderr, "torture: contract broken: %s (%llu, %llu)\n", what, (unsigned long long)a, (unsigned long long)b);
  abort();
}

static void demand(bool kept, const char *what, uint64_t a, uint64_t b) {
  if (!kept)
    breach(what, a, b);
}

static enum answer parse_answer(const char *word) {
  return !strncmp(word, "random", 6)  ? RANDOM
         : !strncmp(word, "whole", 5) ? WHOLE
         : !strncmp(word, "never", 5) ? NEVER
                                      : SMALLEST;
}

static void parse_setting(const char *text) {
  const char *found;
  if ((found = strstr(text, "strip=")))
    setting.strip = parse_answer(found + 6);
  if ((found = strstr(text, "ahead=")))
    setting.ahead = parse_answer(found + 6);
  if ((found = strstr(text, "hint=")))
    setting.hint = parse_answer(found + 5);
  if ((found = strstr(text, "seed=")))
    random_state = strtoull(found + 5, NULL, 10);
  setting.signals = strstr(text, "signals=1") != NULL;
}

__attribute__((constructor)) static void start(void) {
  const char *text = getenv("PP_TORTURE"), *path = getenv("PP_TORTURE_REPORT");
  if (text)
    parse_setting(text);
  if (!path)
    return;
  int file = open(path, O_RDWR);
  if (file < 0)
    breach("PP_TORTURE_REPORT cannot be opened", (uint64_t)errno, 0);
  void *mapped = mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (mapped == MAP_FAILED)
    breach("PP_TORTURE_REPORT cannot be mapped", (uint64_t)errno, 0);
  close(file);
  report = mapped;
}

static void check_site(const struct pp_site *site) {
  demand(site->kind == PP_KIND_AFFINE || site->kind == PP_KIND_GATHER, "kind of a site", site->kind, 0);
  const unsigned known = PP_SITE_WRITE | PP_SITE_INDEX | PP_SITE_OVERWRITES | PP_SITE_COUNTED | PP_SITE_AGAIN | PP_SITE_ONCE;
  demand((site->flags & ~known) == 0, "flags of a site", site->flags, site->line);
  demand(!(site->flags & PP_SITE_AGAIN) || !(site->flags & PP_SITE_ONCE), "a site that is touched again and once", site->flags,
         site->line);
  bool overwrites = site->flags & PP_SITE_OVERWRITES;
  demand(!overwrites || (site->flags & PP_SITE_WRITE && site->kind == PP_KIND_AFFINE), "a site that overwrites", site->flags,
         site->line);
  demand(site->element_bytes > 0, "element bytes of a site", site->element_bytes, site->line);
  demand(site->reserved == 0, "reserved field of a site", site->reserved, site->line);
  demand(site->file != NULL, "file of a site", 0, site->line);
  demand(site->live == NULL, "live field of a site", 0, site->line);
  demand((uintptr_t)site % 8 == 0, "alignment of a site", (uintptr_t)site, site->line);
}

static void check_program(const struct pp_loop *loop, const struct pp_program *program, bool walks) {
  if (!program)
    return;
  demand(program->instruction_count > 0 && program->instruction_count <= PP_PROGRAM_INSTRUCTIONS, "instructions of a program",
         program->instruction_count, loop->line);
  demand(program->environment_count <= loop->environment_count, "environment of a program", program->environment_count,
         loop->line);
  demand(program->site_count <= loop->site_count, "sites of a program", program->site_count, loop->line);
  for (unsigned i = 0; i < program->instruction_count; i++) {
    unsigned op = program->instructions[i].op;
    demand(op < PP_OPS, "operation", op, loop->line);
    demand(walks ? op != PP_OP_HINT && op != PP_OP_LOAD : op != PP_OP_WALK, "operation in the wrong program", op, loop->line);
    if (op == PP_OP_HINT || op == PP_OP_WALK) {
      uint16_t kind = loop->sites[program->instructions[i].to].kind;
      demand(kind == (walks ? PP_KIND_AFFINE : PP_KIND_GATHER), "kind of a hinted site", kind, loop->line);
    }
  }
}

static void check_loop(const struct pp_loop *loop) {
  demand(loop->version == PP_ABI_VERSION, "version of a loop", loop->version, PP_ABI_VERSION);
  demand(loop->site_count > 0 && loop->sites, "sites of a loop", loop->site_count, loop->line);
  demand(loop->environment_count <= PP_PROGRAM_ENVIRONMENT, "environment of a loop", loop->environment_count, loop->line);
  demand(loop->least > 0 && loop->least <= loop->usual, "least and usual of a loop", loop->least, loop->usual);
  demand(!loop->reserved && loop->live == NULL, "reserved or live field of a loop", loop->reserved, loop->line);
  demand(loop->file && loop->function, "names of a loop", 0, loop->line);
  demand((uintptr_t)loop % 8 == 0, "alignment of a loop", (uintptr_t)loop, loop->line);
  bool gathers = false;
  for (uint32_t i = 0; i < loop->site_count; i++) {
    check_site(&loop->sites[i]);
    bool gather = loop->sites[i].kind == PP_KIND_GATHER; /* which may itself be the index of a later one */
    demand(gather || !gathers || !(loop->sites[i].flags & PP_SITE_INDEX), "an index stream after a gather", i, loop->line);
    gathers |= gather;
  }
  demand(loop->walks || loop->slices, "programs of a loop", 0, loop->line);
  check_program(loop, loop->walks, true);
  check_program(loop, loop->slices, false);
}

/* Iterations that are hinted past `first`: to the end of this strip, a few, sometimes none, or all that fit in the log. A strip
 * ends where a vector does, and the loop's last iterations may belong to no strip. */
static uint64_t choose_end(uint64_t first, uint64_t done, uint64_t trips, uint64_t strip) {
  uint64_t longest = strip + MOST_OF_A_VECTOR, strip_end = longest < trips - done ? done + longest : trips, wanted;
  uint64_t whole = done + HINTS_MAX / 4;
  if (setting.ahead == SMALLEST)
    wanted = strip_end > first ? strip_end - first : 0;
  else
    wanted = setting.ahead == RANDOM ? random_below(91) : whole > first ? whole - first : 0;
  return wanted < trips - first ? first + wanted : trips;
}

static void remember(const struct pp_site *site, uintptr_t low, uint64_t bytes, uint64_t iteration) {
  size_t slot = atomic_fetch_add(&log_count, 1);
  if (slot < HINTS_MAX)
    log_entries[slot] = (struct torture_hint){low, bytes, iteration, site->kind, site->line};
}

/* One call of __pp_strip at work. */
struct hinting {
  const struct pp_loop *loop;
  uint64_t first, end; /* the iterations to hint */
};

static void walk(void *context, unsigned site, uint64_t base, uint64_t stride, uint64_t span) {
  const struct hinting *now = context;
  const struct pp_site *of = &now->loop->sites[site];
  if (span == 0)
    return; /* an inner loop that does nothing in this entry */
  report->affine++;
  for (uint64_t j = now->first; j < now->end && j - now->first < HINTS_MAX; j++)
    remember(of, base + j * stride, span, j);
}

static void hint(void *context, uint64_t iteration, unsigned site, uint64_t address, uint64_t span) {
  const struct hinting *now = context;
  if (iteration < now->first)
    return; /* run again only for what it carries */
  report->gathered++;
  remember(&now->loop->sites[site], address, span, iteration);
}

/* Whether eight bytes at a multiple of eight can be read: the kernel copies the mask before it looks at what to do with it, which
 * is nothing. A tenth of what process_vm_readv() takes, which was most of the time of these tests. */
static bool is_readable(uint64_t word) {
  return syscall(SYS_rt_sigprocmask, -1, word, NULL, sizeof(uint64_t)) < 0 && errno == EINVAL;
}

/* What a program would read, where it can be; now and then refused. No memcpy(): sanitizers have their own, and an opinion. */
static bool load(void *context, uint64_t address, void *to, unsigned bytes) {
  (void)context;
  if (setting.ahead == RANDOM && random_below(50) == 0)
    return false;
  uint64_t first = address & -sizeof(uint64_t), last = (address + bytes - 1) & -sizeof(uint64_t);
  if (!is_readable(first) || (last != first && !is_readable(last)))
    return false;
  const volatile unsigned char *from = (const volatile unsigned char *)(uintptr_t)address;
  for (unsigned i = 0; i < bytes; i++)
    ((unsigned char *)to)[i] = from[i];
  return true;
}

/* `fresh`: nothing is kept from an earlier call, as where threads take iterations in turns and jump. */
static struct window *window_of(const struct pp_loop *loop, bool fresh, uint64_t trips, va_list values) {
  struct window *found = NULL;
  for (unsigned i = 0; i < WINDOWS; i++)
    if (windows[i].loop == loop)
      found = &windows[i];
  uint64_t environment[PP_PROGRAM_ENVIRONMENT] = {0};
  for (unsigned i = 0; i < loop->environment_count; i++)
    environment[i] = va_arg(values, uint64_t);
  if (!found) {
    found = &windows[next_window++ % WINDOWS];
    found->loop = NULL;
  }
  if (found->loop != loop || fresh || found->ahead > trips) {
    *found = (struct window){.loop = loop};
    memcpy(found->environment, environment, sizeof environment);
    const struct pp_program *slices = loop->slices;
    memcpy(found->registers, environment, (slices ? slices->carried_count : 0) * sizeof *environment);
  }
  /* A recursive entry of the same loop in between takes the window: the outer one then starts anew. */
  if (memcmp(found->environment, environment, sizeof environment) != 0) {
    *found = (struct window){.loop = loop, .stopped = true};
    memcpy(found->environment, environment, sizeof environment);
  }
  return found;
}

static void hint_strip(const struct pp_loop *loop, bool fresh, uint64_t done, uint64_t trips, uint64_t strip, va_list values) {
  struct window *window = window_of(loop, fresh, trips, values);
  struct hinting now = {loop, window->ahead > done ? window->ahead : done, 0};
  now.end = choose_end(now.first, done, trips, strip);
  const struct plain_world world = {&now, load, hint, walk};
  uint64_t budget = trips >> 32 ? ENDLESS_BUDGET : BUDGET, scratch[PP_PROGRAM_REGISTERS] = {0};
  if (loop->walks)
    (void)plain_iteration(loop->walks, window->environment, 0, scratch, &budget, &world);
  const struct pp_program *slices = loop->slices;
  bool in_order = slices && slices->carried_count;
  /* What leaves a loop early may count to 2^40 iterations. */
  for (uint64_t j = in_order ? window->run : now.first; slices && !window->stopped && budget && j < now.end; j++) {
    window->stopped = plain_iteration(slices, window->environment, j, window->registers, &budget, &world) == PLAIN_STOPPED;
    window->run = j + 1;
  }
  window->stopped |= !budget;
  window->ahead = now.end;
}

uint64_t __pp_strip(struct pp_loop *loop, uint64_t done, uint64_t trips, ...) {
  bool fresh = !done || done & (PP_DEALT | PP_APART);
  done &= ~(PP_DEALT | PP_APART);
  check_loop(loop);
  demand(done < trips, "strip: done and trips", done, trips);
  demand(trips >= loop->least, "strip: asked for too few iterations", trips, loop->least);
  report->strips++;
  uint64_t strip = asked_strip                 ? asked_strip
                   : setting.strip == SMALLEST ? 1
                   : setting.strip == RANDOM   ? 1 + random_below(37)
                                               : UINT64_C(1) << 62;
  bool wanted = setting.hint == WHOLE || (setting.hint == RANDOM && random_below(3) != 0);
  int kept = errno;
  if (wanted && !busy) {
    busy = true;
    va_list values;
    va_start(values, trips);
    hint_strip(loop, fresh, done, trips, strip, values);
    va_end(values);
    busy = false;
  }
  errno = kept;
  return strip;
}

int torture_hints_everything(void) {
  return setting.hint == WHOLE && setting.ahead != RANDOM && log_count < HINTS_MAX;
}

size_t torture_hints(const struct torture_hint **hints) {
  *hints = log_entries;
  return log_count < HINTS_MAX ? log_count : HINTS_MAX;
}

void torture_forget(void) {
  log_count = 0;
}

void torture_strip(uint64_t iterations) {
  asked_strip = iterations;
}

uint64_t torture_strips(void) {
  return report->strips;
}
