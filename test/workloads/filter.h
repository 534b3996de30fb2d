/* SPDX-License-Identifier: MIT */
/* The kernel of case filter: a Bloom filter of four probes a key, which stops at the first bit that is not set. */
#ifndef FILTER_H
#define FILTER_H

#include <stddef.h>
#include <stdint.h>

enum { FILTER_PROBES = 4 };

static inline uint64_t filter_hash(uint64_t key) {
  key ^= key >> 33;
  key *= UINT64_C(0xff51afd7ed558ccd);
  key ^= key >> 33;
  key *= UINT64_C(0xc4ceb9fe1a85ec53);
  return key ^ key >> 33;
}

/* How many of the keys may be in the set. The filter has a power of two of words. */
size_t filter_count(const uint64_t *words, size_t count_of_words, const uint64_t *keys, size_t count);

#endif
