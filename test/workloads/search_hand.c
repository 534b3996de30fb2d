/* SPDX-License-Identifier: MIT */
/* The kernel of search with hints placed by an expert: a group of searches in step, each asking for its next page before any of
 * them goes on. */
#include "hand_hints.h"
#include "search.h"

enum { GROUP = 256 };

static void search_group(const uint64_t *numbers, size_t size, const uint64_t *keys, size_t count, size_t *low) {
  struct hand_batch batch = {.count = 0};
  size_t high[GROUP];
  for (size_t i = 0; i < count; i++)
    low[i] = 0, high[i] = size;
  for (size_t width = size; width; width /= 2) {
    for (size_t i = 0; i < count; i++)
      if (low[i] < high[i])
        hand_page(&batch, &numbers[low[i] + (high[i] - low[i]) / 2]);
    hand_flush(&batch);
    for (size_t i = 0; i < count; i++) {
      size_t middle = low[i] + (high[i] - low[i]) / 2;
      if (low[i] >= high[i])
        continue;
      if (numbers[middle] < keys[i])
        low[i] = middle + 1;
      else
        high[i] = middle;
    }
  }
}

uint64_t search_all(const uint64_t *numbers, size_t size, const uint64_t *keys, size_t count) {
  uint64_t sum = 0;
  for (size_t done = 0; done < count; done += GROUP) {
    size_t low[GROUP], now = count - done < GROUP ? count - done : GROUP;
    search_group(numbers, size, keys + done, now, low);
    for (size_t i = 0; i < now; i++)
      sum += low[i];
  }
  return sum;
}
