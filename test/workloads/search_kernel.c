/* SPDX-License-Identifier: MIT */
/* The kernel of search as users write it: compiled plain and with the plugin. */
#include "search.h"

uint64_t search_all(const uint64_t *numbers, size_t size, const uint64_t *keys, size_t count) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++) {
    size_t low = 0, high = size;
    while (low < high) {
      size_t middle = low + (high - low) / 2;
      if (numbers[middle] < keys[i])
        low = middle + 1;
      else
        high = middle;
    }
    sum += low;
  }
  return sum;
}
