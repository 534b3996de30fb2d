/* SPDX-License-Identifier: MIT */
/* Carrying hints out. Ranges are cut so that no kernel shortens them, addresses that no user page can have are dropped here,
 * and the thread's own I/O count tells how many of the pages were really absent. */
#include "hint.h"
#include "backend.h"

#include <string.h>

enum {
  /* The kernel reads at most max(read_ahead_kb, the device's largest request) for one WILLNEED and forgets the rest silently
   * (mm/readahead.c, force_page_cache_ra): 128 KiB is the default of both. Longer ranges were no faster where they work. */
  RANGE_BYTES_MAX = 128 << 10,
  /* An average page of a hint that takes longer than this was absent; used where the kernel does no I/O accounting. */
  ABSENT_NS = 1500,
  READ_NS = 2000,     /* cost of starting one page's read, */
  RESIDENT_NS = 800,  /* and of finding one in memory, at most */
  EPOCH_MASK = 0xfff, /* fits below the smallest page */
};

/* Above it no user address lies on any supported machine. */
#define USER_ADDRESS_LIMIT (UINT64_C(1) << 56)

struct pp_totals pp_totals;

/* Whether the thread's reads are not to be had: getrusage fails, or faults that read happened without a read being counted. Time
 * tells then, less well: a busy machine makes resident pages look absent. */
static bool is_unaccounted(const struct pp_usage *usage, bool counted) {
  enum { FAULTS = 4 };
  return !counted || (usage->major_faults >= FAULTS && !usage->pages_read);
}

/* Shell sort with Ciura's gaps: in place, no recursion, no malloc (qsort may call it). Short lists and nearly sorted ones are
 * common. */
static void sort(uintptr_t *values, size_t count) {
  static const size_t gaps[] = {3548, 1577, 701, 301, 132, 57, 23, 10, 4, 1};
  for (size_t g = 0; g < sizeof gaps / sizeof *gaps; g++) {
    size_t gap = gaps[g];
    for (size_t i = gap; i < count; i++) {
      uintptr_t value = values[i];
      size_t at = i;
      for (; at >= gap && values[at - gap] > value; at -= gap)
        values[at] = values[at - gap];
      values[at] = value;
    }
  }
}

void pp_hint_forget(struct pp_thread *thread) {
  thread->epoch_blocks = 0;
  thread->epoch++;
  if (!(thread->epoch & EPOCH_MASK))
    memset(thread->recent, 0, sizeof thread->recent); /* the tags come round */
}

static bool seen_recently(struct pp_thread *thread, uintptr_t block_start) {
  /* Multiplicative hashing, Knuth volume 3: the golden ratio of 2^64. */
  size_t slot = (size_t)(((block_start >> 12) * UINT64_C(0x9E3779B97F4A7C15)) >> 52) % PP_RECENT;
  uintptr_t tag = block_start | (thread->epoch & EPOCH_MASK);
  if (thread->recent[slot] == tag)
    return true;
  thread->recent[slot] = tag;
  if (++thread->epoch_blocks >= PP_RECENT)
    pp_hint_forget(thread);
  return false;
}

struct measure {
  struct pp_usage before;
  uint64_t ticks;
  bool counted;
};

static struct measure start_measure(void) {
  struct measure measure;
  measure.counted = pp_os_thread_usage(&measure.before);
  measure.ticks = pp_os_ticks();
  return measure;
}

/* Adds the evidence of one hint to its site: pages asked for, pages that were absent, what it cost. */
static void end_measure(struct pp_thread *thread, struct pp_live_site *site, const struct measure *measure, uint64_t pages) {
  uint64_t ns = pp_os_ticks_to_ns(pp_os_ticks() - measure->ticks), read = 0;
  bool counted = pp_os_thread_usage(&thread->usage) && measure->counted;
  if (counted)
    read = thread->usage.pages_read - measure->before.pages_read;
  pp_count(&pp_totals.unaccounted, !counted);
  if (is_unaccounted(&thread->usage, counted) && ns > pages * ABSENT_NS)
    read = pages;
  if (read > pages)
    read = pages; /* metadata, or a file system that reads more than asked */
  /* What a full request queue, or another process on this processor, adds to the time is not the hint's cost: more than this no
   * backend took by itself (docs/runtime.md). */
  uint64_t most = READ_NS * read + RESIDENT_NS * pages;
  if (ns > most)
    ns = most;
  pp_count(&pp_totals.read, read);
  if (!site)
    return;
  pp_count(&site->read, read);
  pp_count(&site->window_pages, pages);
  pp_count(&site->window_read, read);
  pp_count(&site->window_ns, ns);
  if (read)
    atomic_store_explicit(&site->entry_read, true, memory_order_relaxed);
}

/* Counts one request of `pages` pages that the backend took. */
static void account(struct pp_live_site *site, uint64_t pages, const struct pp_outcome *outcome) {
  pp_count(&pp_totals.pages, pages);
  pp_count(&pp_totals.refused, outcome->refused_pages);
  pp_count(&pp_totals.calls, outcome->calls);
  pp_count(&pp_totals.failed_calls, outcome->failed_calls);
  if (!site)
    return;
  pp_count(&site->pages, pages);
  pp_count(&site->refused, outcome->refused_pages);
}

static void count_hint(struct pp_live_site *site) {
  pp_count(&pp_totals.hints, 1);
  if (site)
    pp_count(&site->hints, 1);
}

static void refuse(struct pp_live_site *site, uint64_t pages) {
  struct pp_outcome outcome = {.refused_pages = pages};
  account(site, pages, &outcome);
}

/* Appends [start, end) to the ranges, cut to size; flushes when they are full. Returns the number of ranges then waiting. */
static size_t add_range(struct pp_thread *thread, size_t waiting, uintptr_t start, uintptr_t end, struct pp_outcome *outcome) {
  while (start < end) {
    size_t bytes = end - start < RANGE_BYTES_MAX ? end - start : RANGE_BYTES_MAX;
    thread->ranges[waiting++] = (struct iovec){(void *)start, bytes};
    start += bytes;
    if (waiting == PP_RANGES_MAX) {
      pp_backend_hint(thread->ranges, waiting, outcome);
      waiting = 0;
    }
  }
  return waiting;
}

/* Collects the blocks that the pieces touch and that were not hinted lately. */
static size_t collect(struct pp_thread *thread, struct pp_live_site *site, const uintptr_t *addresses, size_t count,
                      uint64_t bytes, uint64_t block) {
  size_t found = 0;
  uint64_t repeats = 0, wild = 0;
  for (size_t i = 0; i < count; i++) {
    uintptr_t first = addresses[i] & ~(block - 1), last = (addresses[i] + bytes - 1) & ~(block - 1);
    if (last < first || last >= USER_ADDRESS_LIMIT) {
      wild++;
      continue;
    }
    /* Pieces longer than a block are ranges; here a piece touches one block or two. */
    for (uintptr_t at = first;; at = last) {
      if (seen_recently(thread, at))
        repeats++;
      else
        thread->blocks[found++] = at;
      if (at == last)
        break;
    }
  }
  pp_count(&pp_totals.repeats, repeats);
  if (site)
    pp_count(&site->repeats, repeats);
  if (wild)
    refuse(site, wild);
  return found;
}

uint64_t pp_hint_blocks(struct pp_thread *thread, struct pp_live_site *site, const uintptr_t *addresses, size_t count,
                        uint64_t bytes, uint64_t block) {
  count_hint(site);
  size_t found = collect(thread, site, addresses, count, bytes, block);
  if (!found)
    return 0;
  sort(thread->blocks, found);
  struct measure measure = start_measure();
  struct pp_outcome outcome = {0};
  size_t waiting = 0;
  uintptr_t start = thread->blocks[0], end = start + block;
  for (size_t i = 1; i < found; i++) {
    if (thread->blocks[i] != end) {
      waiting = add_range(thread, waiting, start, end, &outcome);
      start = thread->blocks[i];
    }
    end = thread->blocks[i] + block;
  }
  waiting = add_range(thread, waiting, start, end, &outcome);
  if (waiting)
    pp_backend_hint(thread->ranges, waiting, &outcome);
  uint64_t pages = found * (block / pp_os_page_size());
  account(site, pages, &outcome);
  end_measure(thread, site, &measure, pages);
  return pages - (outcome.refused_pages < pages ? outcome.refused_pages : pages);
}

uint64_t pp_hint_range(struct pp_thread *thread, struct pp_live_site *site, uintptr_t start, uint64_t bytes) {
  count_hint(site);
  uintptr_t page = pp_os_page_size(), end;
  if (!bytes)
    return 0;
  if (__builtin_add_overflow(start, bytes, &end) || __builtin_add_overflow(end, page - 1, &end) || end >= USER_ADDRESS_LIMIT) {
    refuse(site, bytes / page + 1);
    return 0;
  }
  start &= ~(page - 1);
  end &= ~(page - 1);
  struct measure measure = start_measure();
  struct pp_outcome outcome = {0};
  size_t waiting = add_range(thread, 0, start, end, &outcome);
  if (waiting)
    pp_backend_hint(thread->ranges, waiting, &outcome);
  uint64_t pages = (end - start) / page;
  account(site, pages, &outcome);
  end_measure(thread, site, &measure, pages);
  return pages - (outcome.refused_pages < pages ? outcome.refused_pages : pages);
}
