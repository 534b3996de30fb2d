/* SPDX-License-Identifier: MIT */
/* k-mers: minimizers of a read in a rolling window, their lists in an index, and counts by canonical k-mer.
 * After Roberts et al.: Reducing storage requirements for biological sequence comparison, 2004, Li: Minimap2, 2018 (mm_sketch,
 * mm_idx_get), and Marcais, Kingsford: Jellyfish, 2011. */
// REQUIRES: reference
// RUN: %kernels %s
#include "oracle.h"

enum { K = 15, SLOTS = 1 << 20, POSITIONS = 1 << 21 };
struct slot {
  uint64_t key; /* minimizer + 1, 0: empty */
  uint32_t first, count;
};
struct index {
  const struct slot *slots;
  const uint32_t *positions;
  uint64_t mask;
  uint32_t most;
};

static inline uint64_t hash64(uint64_t key, uint64_t mask) {
  key = (~key + (key << 21)) & mask;
  key = key ^ key >> 24;
  key = (key + (key << 3) + (key << 8)) & mask;
  key = key ^ key >> 14;
  key = (key + (key << 2) + (key << 4)) & mask;
  key = key ^ key >> 28;
  return (key + (key << 31)) & mask;
}

/* Counting: the k-mer that begins at each base, rolling, whichever strand is less. */
LOOP void count_kmers(const uint8_t *bases, uint64_t n, uint16_t *counts, uint64_t slots) {
  const uint64_t mask = (UINT64_C(1) << 2 * K) - 1, shift = 2 * (K - 1);
  uint64_t forward = 0, reverse = 0;
  unsigned length = 0;
  for (uint64_t i = 0; i < n; i++) {
    unsigned base = bases[i / 4] >> (i % 4 * 2) & 3; // worth: bases
    forward = (forward << 2 | base) & mask;
    reverse = reverse >> 2 | (uint64_t)(3 ^ base) << shift;
    if (++length < K)
      continue;
    uint64_t least = forward < reverse ? forward : reverse;
    uint16_t *count = &counts[hash64(least, mask) & (slots - 1)];
    if (*count != UINT16_MAX) // worth: counts
      ++*count;
  }
}
CASE(count_kmers) {
  enum { BASES = 1 << 18, COUNTS = 1 << 23 };
  ARRAY(uint8_t, bases, BASES / 4);
  ARRAY(uint16_t, counts, COUNTS);
  for (int i = 0; i < BASES / 4; i++)
    bases[i] = (uint8_t)oracle_random();
  MEASURE(count_kmers(bases, BASES, counts, COUNTS));
}

/* Lookups: every minimizer's list of positions, unless it is too frequent, adds up where the read may lie. */
LOOP uint64_t seed_hits(const struct index *ix, const uint64_t *minimizers, uint32_t n, uint64_t *anchors) {
  uint64_t hits = 0;
  for (uint32_t i = 0; i < n; i++) {
    uint64_t key = minimizers[i] >> 8, at = hash64(key, UINT64_MAX) & ix->mask; // worth: minimizers
    const struct slot *s = &ix->slots[at];
    while (s->key && s->key != key + 1) { // worth: slots
      at = (at + 1) & ix->mask;
      s = &ix->slots[at];
    }
    if (!s->key || s->count > ix->most)
      continue;
    const uint32_t *r = ix->positions + s->first;
    for (uint32_t k = 0; k < s->count; k++)
      anchors[hits++] = (uint64_t)r[k] << 32 | i; // worth: positions anchors
  }
  return hits;
}
CASE(seed_hits) {
  enum { MINIMIZERS = 1 << 17 };
  ARRAY(struct slot, slots, SLOTS);
  ARRAY(uint32_t, positions, POSITIONS);
  ARRAY(uint64_t, minimizers, MINIMIZERS);
  ARRAY(uint64_t, anchors, MINIMIZERS * 8);
  for (int i = 0; i < SLOTS / 2; i++) {
    uint64_t key = oracle_random(), at = hash64(key, UINT64_MAX) & (SLOTS - 1);
    while (slots[at].key)
      at = (at + 1) & (SLOTS - 1);
    slots[at] = (struct slot){key + 1, (uint32_t)(oracle_random() % (POSITIONS - 20)), 1 + (uint32_t)(oracle_random() % 12)};
  }
  for (int i = 0; i < MINIMIZERS; i++) {
    uint64_t key = slots[oracle_random() % SLOTS].key;
    minimizers[i] = (key ? key - 1 : oracle_random()) << 8;
  }
  struct index ix = {slots, positions, SLOTS - 1, 10};
  MEASURE(oracle_sink += seed_hits(&ix, minimizers, MINIMIZERS, anchors));
}
