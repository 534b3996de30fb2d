/* SPDX-License-Identifier: MIT */
/* A runtime for tests: gives compiled code every answer that the ABI allows, the most inconvenient first, and checks that
 * compiled code keeps its side of the contract. Hints nothing. PP_TORTURE selects the answers; a breach of contract aborts the
 * program. */
#define _GNU_SOURCE
#include "pageprefetch_abi.h"
#include "torture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { HINTS_MAX = 1 << 18, PAGE = 4096 };
enum answer { SMALLEST, RANDOM, WHOLE, NEVER };

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
static _Thread_local uintptr_t *batch_memory;
static _Thread_local uint64_t wanted_addresses;
static _Thread_local uint64_t strip_length; /* of the strip that the last __pp_strip of this thread was asked about */

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
  demand(!(site->flags & ~(PP_SITE_WRITE | PP_SITE_INDEX)), "flags of a site", site->flags, 0);
  demand(site->element_bytes > 0, "element bytes of a site", site->element_bytes, site->line);
  demand(site->reserved == 0, "reserved field of a site", site->reserved, site->line);
  demand(site->file != NULL, "file of a site", 0, site->line);
  demand(site->live == NULL, "live field of a site", 0, site->line);
  demand((uintptr_t)site % 8 == 0, "alignment of a site", (uintptr_t)site, site->line);
}

static void check_loop(const struct pp_loop *loop) {
  demand(loop->version == PP_ABI_VERSION, "version of a loop", loop->version, PP_ABI_VERSION);
  demand(loop->state == PP_LOOP_ON, "state of a loop", loop->state, loop->line);
  demand(loop->site_count > 0 && loop->sites, "sites of a loop", loop->site_count, loop->line);
  demand(!(loop->flags & ~PP_LOOP_FIXED_STRIP) && loop->live == NULL, "flags or live field of a loop", loop->flags, loop->line);
  demand(loop->file && loop->function, "names of a loop", 0, loop->line);
  demand((uintptr_t)loop % 8 == 0, "alignment of a loop", (uintptr_t)loop, loop->line);
  bool gathers = false;
  for (uint32_t i = 0; i < loop->site_count; i++) {
    check_site(&loop->sites[i]);
    demand(!(gathers && (loop->sites[i].flags & PP_SITE_INDEX)), "an index stream after a gather", i, loop->line);
    gathers |= loop->sites[i].kind == PP_KIND_GATHER;
  }
}

uint64_t __pp_strip(struct pp_loop *loop, uint64_t done, uint64_t trips) {
  check_loop(loop);
  demand(done < trips, "strip: done and trips", done, trips);
  if (loop->flags & PP_LOOP_FIXED_STRIP)
    demand(loop->strip > 0 && done % loop->strip == 0 && trips % loop->strip == 0, "strips of fixed length", done, loop->strip);
  report->strips++;
  uint64_t strip = setting.strip == SMALLEST ? 1 : setting.strip == RANDOM ? 1 + random_below(37) : UINT64_C(1) << 62;
  strip_length = loop->flags & PP_LOOP_FIXED_STRIP ? loop->strip : strip;
  bool hint = setting.hint == WHOLE || (setting.hint == RANDOM && random_below(3) != 0);
  return strip | (hint ? PP_STRIP_HINT : 0);
}

/* Iterations that a stream is hinted past `first`: to the end of this strip, a few, sometimes none, or all that fit in the log.
 */
static uint64_t choose_ahead(uint64_t first, uint64_t done, uint64_t trips) {
  uint64_t strip_end = strip_length < trips - done ? done + strip_length : trips;
  if (setting.ahead == SMALLEST)
    return strip_end > first ? strip_end - first : 0;
  return setting.ahead == RANDOM ? random_below(91) : HINTS_MAX / 4;
}

static uint64_t choose_end(uint64_t first, uint64_t done, uint64_t trips) {
  uint64_t left = trips - first, wanted = choose_ahead(first, done, trips);
  return first + (wanted < left ? wanted : left);
}

static void remember(const struct pp_site *site, uintptr_t low, uint64_t bytes, uint64_t iteration) {
  size_t slot = atomic_fetch_add(&log_count, 1);
  if (slot < HINTS_MAX)
    log_entries[slot] = (struct torture_hint){low, bytes, iteration, site->kind, site->line};
}

uint64_t __pp_affine(struct pp_site *site, uintptr_t base, int64_t stride, uint64_t span, uint64_t done, uint64_t trips,
                     uint64_t ahead) {
  check_site(site);
  demand(site->kind == PP_KIND_AFFINE, "affine hint of another kind of site", site->kind, site->line);
  demand(done < trips && ahead <= trips, "affine: ahead and trips", ahead, trips);
  demand(span > 0, "affine: span", span, site->line);
  uint64_t first = ahead > done ? ahead : done;
  uint64_t end = choose_end(first, done, trips);
  report->affine++;
  for (uint64_t j = first; j < end && j - first < HINTS_MAX; j++)
    remember(site, base + j * (uint64_t)stride, span, j);
  return end;
}

uint64_t __pp_gather_begin(struct pp_site *site, uint64_t done, uint64_t trips, uint64_t ahead) {
  check_site(site);
  demand(site->kind == PP_KIND_GATHER, "gather hint of another kind of site", site->kind, site->line);
  demand(done < trips && ahead <= trips, "gather: ahead and trips", ahead, trips);
  uint64_t first = ahead > done ? ahead : done;
  uint64_t end = choose_end(first, done, trips);
  if (end - first > PP_GATHER_MAX)
    end = first + PP_GATHER_MAX;
  wanted_addresses = end - first;
  /* What lies before the start also means: nothing. */
  return end == first && setting.ahead == RANDOM ? random_below(first + 1) : end;
}

/* The buffer ends at a page that faults. */
uintptr_t *__pp_gather_batch(void) {
  demand(setting.signals || wanted_addresses > 0, "gather: a batch though nothing was wanted", wanted_addresses, 0);
  if (!batch_memory) {
    size_t bytes = PP_GATHER_MAX * sizeof *batch_memory;
    char *memory = mmap(NULL, bytes + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || mprotect(memory + bytes, PAGE, PROT_NONE))
      breach("no memory for a batch", (uint64_t)errno, 0);
    batch_memory = (uintptr_t *)memory;
  }
  return batch_memory;
}

void __pp_gather_end(struct pp_site *site, uintptr_t *batch, uint64_t count) {
  check_site(site);
  demand(batch == batch_memory, "gather: another batch came back", (uintptr_t)batch, (uintptr_t)batch_memory);
  demand(setting.signals || count == wanted_addresses, "gather: count and addresses wanted", count, wanted_addresses);
  report->gathered += count;
  wanted_addresses = 0;
  for (uint64_t i = 0; i < count; i++)
    remember(site, batch[i], site->element_bytes, i);
  /* A reader of stale addresses shall notice. */
  memset(batch, 0x5a, count * sizeof *batch);
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
