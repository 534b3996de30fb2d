/* SPDX-License-Identifier: MIT */
/* The kernel of filter as users write it: compiled plain and with the plugin. */
#include "filter.h"

size_t filter_count(const uint64_t *words, size_t count_of_words, const uint64_t *keys, size_t count) {
  uint64_t mask = count_of_words * 64 - 1;
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    uint64_t hash = filter_hash(keys[i]), step = (hash >> 32 | hash << 32) | 1;
    int probe = 0;
    for (; probe < FILTER_PROBES; probe++, hash += step) {
      uint64_t bit = hash & mask;
      if (!(words[bit / 64] >> bit % 64 & 1))
        break;
    }
    found += probe == FILTER_PROBES;
  }
  return found;
}
