/* SPDX-License-Identifier: MIT */
/* The kernel of filter with hints placed by an expert: groups of keys in step, each asking for its next word before any of them
 * goes on. */
#include "filter.h"
#include "hand_hints.h"

enum { GROUP = 1024 };

size_t filter_count(const uint64_t *words, size_t count_of_words, const uint64_t *keys, size_t count) {
  struct hand_batch batch = {.count = 0};
  uint64_t mask = count_of_words * 64 - 1;
  size_t found = 0;
  for (size_t done = 0; done < count; done += GROUP) {
    uint64_t hash[GROUP], step[GROUP];
    size_t now = count - done < GROUP ? count - done : GROUP, left = now;
    for (size_t i = 0; i < now; i++)
      hash[i] = filter_hash(keys[done + i]), step[i] = (hash[i] >> 32 | hash[i] << 32) | 1;
    for (int probe = 0; probe < FILTER_PROBES; probe++) {
      for (size_t i = 0; i < left; i++)
        hand_page(&batch, &words[(hash[i] & mask) / 64]);
      hand_flush(&batch);
      size_t kept = 0;
      for (size_t i = 0; i < left; i++) {
        uint64_t bit = hash[i] & mask;
        if (words[bit / 64] >> bit % 64 & 1)
          hash[kept] = hash[i] + step[i], step[kept++] = step[i];
      }
      left = kept;
    }
    found += left;
  }
  return found;
}
