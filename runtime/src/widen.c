/* SPDX-License-Identifier: MIT */
/* How wide a hint is: density decides. A random walk that will touch most pages of a range is served by large reads,
 * one that touches few by single pages; the budget keeps large reads from pushing out what they brought. */
#include "site.h"
#include "backend.h"

enum {
  SAMPLE = 512,               /* addresses before a range and its repeats are believed, */
  SAMPLE_END = 2048,          /* and after which the filter has forgotten too many to count repeats by */
  BLOCK_BYTES = 2 << 20,      /* of a dense gather */
  DENSE_EXTENT_MIN = 8 << 20, /* smaller ranges are read soon anyway */
  WALK_PAGES = 32,            /* in a row, before a gather is taken for a walk */
  SWEEP_ENTRIES = 8,          /* entries of the loop in which the walk began less than a stride further: a sweep, */
  SWEEP = 10,                 /* which weighs enough for the widest block */
};

/* Whether so many reads touch half of so many pages: 0.7 a page; below that single pages were faster (docs/runtime.md). */
static bool is_dense(uint64_t reads, uint64_t pages) {
  return reads >= pages / 10 * 7;
}

/* Whether blocks would be read as large pieces: where most of their pages are in memory, and that is known, the absent ones are
 * single reads anyway. */
static bool comes_in_pieces(const struct pp_live_site *site) {
  return pp_get(&site->absent_share) >= 128 || !pp_backend_current()->tells;
}

/* Whether repeats are as rare as in a walk that picks its pages evenly from the whole range: n draws from N pages give about n^2
 * / 2N. More of them, and the walk returns to few pages, however many it could touch. Twice as many, and two, are chance. */
static bool picks_evenly(uint64_t seen, uint64_t repeats, uint64_t pages) {
  return repeats <= seen * seen / pages + 2;
}

bool pp_gather_samples(const struct pp_live_site *site) {
  return site->kind == PP_KIND_GATHER && pp_get(&site->seen) <= SAMPLE_END &&
         !atomic_load_explicit(&site->dense, memory_order_relaxed) &&
         is_dense(pp_get(&site->trips), DENSE_EXTENT_MIN / pp_os_page_size());
}

/* A gather that walks, as the rows of a compressed matrix do: page after page without a gap. The kernel's read-ahead follows that
 * as it follows any walk, and single pages that are read before it comes there only break it off. */
static void learn_walk(struct pp_live_site *site, const uintptr_t *addresses, size_t count) {
  uint64_t page = pp_os_page_size(), walked = pp_get(&site->walked);
  uintptr_t last = pp_get(&site->last_base) / page;
  for (size_t i = 0; i < count; i++) {
    uintptr_t at = addresses[i] / page;
    walked = at == last ? walked : at == last + 1 ? walked + 1 : 0;
    last = at;
  }
  pp_set(&site->walked, walked);
  pp_set(&site->last_base, last * page);
  atomic_store_explicit(&site->sequential, walked >= WALK_PAGES, memory_order_relaxed);
}

uint64_t pp_gather_block(struct pp_live_site *site, const uintptr_t *addresses, size_t count) {
  learn_walk(site, addresses, count);
  uint64_t page = pp_os_page_size(), low = pp_get(&site->low), high = pp_get(&site->high), seen = pp_get(&site->seen);
  if (atomic_load_explicit(&site->dense, memory_order_relaxed))
    return BLOCK_BYTES;
  if (seen > SAMPLE_END)
    return page;
  for (size_t i = 0; i < count; i++) {
    low = addresses[i] < low ? addresses[i] : low;
    high = addresses[i] > high ? addresses[i] : high;
  }
  pp_set(&site->low, low);
  pp_set(&site->high, high);
  pp_set(&site->seen, seen + count);
  uint64_t extent = high - low + 1;
  if (seen < SAMPLE || extent < DENSE_EXTENT_MIN || extent >> 48)
    return page;
  if (!is_dense(pp_get(&site->trips), extent / page))
    return page;
  if (!picks_evenly(seen, pp_get(&site->repeats) - pp_get(&site->repeats_before), extent / page) || !comes_in_pieces(site) ||
      extent > pp_os_memory_budget())
    return page;
  atomic_store_explicit(&site->dense, true, memory_order_relaxed);
  return BLOCK_BYTES;
}

/* Looks once at every entry of the loop where this walk began. Walks that begin a little further each time, and whose pages had
 * to be read again, are the columns of a matrix, one after another; the more of them, the surer. Single columns of a wide table,
 * picked here and there, leave one or two such steps and are not widened. */
static void learn_neighbours(struct pp_live_site *site, uintptr_t base, int64_t stride, uint64_t step) {
  uint64_t entry = pp_get(&site->loop->entries), seen = pp_get(&site->last_entry);
  if (entry == seen)
    return;
  uint64_t passed = entry > seen ? entry - seen : 1; /* threads count entries without locks: the count may go back */
  uint64_t last = pp_get(&site->last_base), moved = base > last ? base - last : last - base;
  bool neighbour = pp_get(&site->last_stride) == (uint64_t)stride && moved && moved < step;
  if (!neighbour)
    pp_set(&site->neighbours, 0);
  else if (passed >= SWEEP_ENTRIES || atomic_load_explicit(&site->entry_read, memory_order_relaxed))
    pp_count(&site->neighbours, passed >= SWEEP_ENTRIES ? SWEEP : 1);
  atomic_store_explicit(&site->entry_read, false, memory_order_relaxed);
  pp_set(&site->last_entry, entry);
  pp_set(&site->last_base, base);
  pp_set(&site->last_stride, (uint64_t)stride);
}

uint64_t pp_walk_block(struct pp_live_site *site, uintptr_t base, int64_t stride, uint64_t trips) {
  uint64_t page = pp_os_page_size(), step = stride < 0 ? -(uint64_t)stride : (uint64_t)stride, extent;
  learn_neighbours(site, base, stride, step);
  if (pp_site_state(site) != PP_AWAKE)
    return page; /* a probe asks about the walk's own pages */
  uint64_t neighbours = pp_get(&site->neighbours), block = page;
  for (; neighbours > 1 && block * 2 <= step && block < BLOCK_BYTES; neighbours--)
    block *= 2;
  if (block > page && (__builtin_mul_overflow(step, trips, &extent) || extent > pp_os_memory_budget()))
    return page;
  return block;
}
