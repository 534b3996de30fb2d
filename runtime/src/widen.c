/* SPDX-License-Identifier: MIT */
/* How wide a hint is: density decides. A random walk that will touch most pages of a range is served by large reads,
 * one that touches few by single pages; the budget keeps large reads from pushing out what they brought. */
#include "site.h"

enum {
  SAMPLE = 192,               /* addresses before a range is believed */
  BLOCK_BYTES = 2 << 20,      /* of a dense gather */
  DENSE_EXTENT_MIN = 8 << 20, /* smaller ranges are read soon anyway */
};

uint64_t pp_gather_block(struct pp_live_site *site, const uintptr_t *addresses, size_t count) {
  uint64_t page = pp_os_page_size(), low = pp_get(&site->low), high = pp_get(&site->high);
  uint64_t seen = pp_get(&site->seen) + count; /* addresses of this entry so far */
  for (size_t i = 0; i < count; i++) {
    low = addresses[i] < low ? addresses[i] : low;
    high = addresses[i] > high ? addresses[i] : high;
  }
  pp_set(&site->low, low);
  pp_set(&site->high, high);
  pp_set(&site->seen, seen);
  uint64_t extent = high - low + 1;
  if (seen < SAMPLE || extent < DENSE_EXTENT_MIN || extent >> 48)
    return page;
  /* 0.7 reads a page touch half of all pages; below that single pages were faster (docs/runtime.md). */
  if ((double)pp_get(&site->trips) < 0.7 * (double)(extent / page))
    return page;
  return extent <= pp_os_memory_budget() ? BLOCK_BYTES : page;
}

static void learn_neighbours(struct pp_live_site *site, uintptr_t base, int64_t stride) {
  uint64_t step = stride < 0 ? -(uint64_t)stride : (uint64_t)stride, last = pp_get(&site->last_base);
  uint64_t moved = base > last ? base - last : last - base;
  bool neighbour = pp_get(&site->last_stride) == (uint64_t)stride && moved && moved < step;
  if (!neighbour)
    pp_set(&site->neighbours, 0);
  else if (atomic_load_explicit(&site->entry_read, memory_order_relaxed))
    pp_count(&site->neighbours, 1); /* it came back, and again its pages had to be read */
  atomic_store_explicit(&site->entry_read, false, memory_order_relaxed);
  pp_set(&site->last_base, base);
  pp_set(&site->last_stride, (uint64_t)stride);
}

uint64_t pp_walk_block(struct pp_live_site *site, uintptr_t base, int64_t stride, uint64_t trips, bool entered) {
  uint64_t page = pp_os_page_size(), step = stride < 0 ? -(uint64_t)stride : (uint64_t)stride;
  if (entered)
    learn_neighbours(site, base, stride);
  uint64_t neighbours = pp_get(&site->neighbours), block = page, extent;
  if (neighbours < 2)
    return page;
  while (block * 4 <= step && block < BLOCK_BYTES && neighbours-- > 1)
    block *= 4;
  if (block > page && (__builtin_mul_overflow(step, trips, &extent) || extent > pp_os_memory_budget()))
    return page;
  return block;
}
