/* SPDX-License-Identifier: MIT */
/* The kernel of case chains: a hash table whose entries are chained by number, probed as a hash join does it; and its layout in a
 * file. */
#ifndef CHAINS_H
#define CHAINS_H

#include <stddef.h>
#include <stdint.h>

#define CHAINS_MAGIC UINT64_C(0x31736e6961686321)

enum { CHAINS_OFFSET = 4096 }; /* of the heads in the file, after the header; the entries follow */

struct chains_entry {
  uint64_t key;
  uint32_t value;
  uint32_t next; /* 0: none; entry 0 is not used */
};

struct chains_header {
  uint64_t magic, heads, entries;
};

struct chains {
  const uint32_t *heads;
  const struct chains_entry *entries;
  uint64_t mask; /* heads - 1 */
};

static inline uint64_t chains_hash(uint64_t key) {
  key *= UINT64_C(0x9e3779b97f4a7c15);
  return key ^ key >> 32;
}

/* The sum of the values of all entries that have one of the keys. */
uint64_t chains_probe(const struct chains *table, const uint64_t *keys, size_t count);

#endif
