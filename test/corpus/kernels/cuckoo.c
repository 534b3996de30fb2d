/* SPDX-License-Identifier: MIT */
/* A table of buckets by two hashes: short tags in the bucket, keys apart, compared by a function that is not inlined.
 * After Fan, Andersen, Kaminsky: MemC3, 2013, and DPDK's rte_hash (bulk lookup). */
// REQUIRES: reference
// RUN: %kernels %s
#include "oracle.h"

#include <string.h>

enum { SLOTS = 4, KEY = 24, BUCKETS = 1 << 18, ITEMS = 1 << 19, LOOKUPS = 1 << 18 };
struct bucket {
  uint8_t tag[SLOTS];
  uint32_t item[SLOTS];
};
struct item {
  char key[KEY];
  uint64_t value;
};
struct hash_table {
  struct bucket *buckets;
  struct item *items;
  uint32_t mask;
};

static uint64_t hash_of(const char *key) {
  uint64_t h = 0, part;
  for (int i = 0; i < KEY; i += 8) {
    memcpy(&part, key + i, 8); // worth: keys
    h = (h ^ part) * UINT64_C(0x9e3779b97f4a7c15);
    h ^= h >> 29;
  }
  return h;
}

/* Keys are compared as the table's user says: here by a function that stands alone. */
__attribute__((noinline)) static int key_matches(const struct item *item, const char *key) {
  for (int i = 0; i < KEY; i++)
    if (item->key[i] != key[i]) // worth: items
      return 0;
  return 1;
}

static int search_bucket(const struct hash_table *t, uint32_t at, uint8_t tag, const char *key, uint64_t *value) {
  const struct bucket *b = &t->buckets[at];
  for (int i = 0; i < SLOTS; i++)
    if (b->tag[i] == tag && key_matches(&t->items[b->item[i]], key)) { // worth: buckets
      *value = t->items[b->item[i]].value;
      return 1;
    }
  return 0;
}

LOOP uint32_t lookup_bulk(const struct hash_table *t, const char (*keys)[KEY], uint32_t n, uint64_t *values, uint8_t *hits) {
  uint32_t found = 0;
  for (uint32_t i = 0; i < n; i++) {
    uint64_t h = hash_of(keys[i]);
    uint8_t tag = (uint8_t)(h >> 56 | 1);
    uint32_t first = (uint32_t)h & t->mask, second = (first ^ tag * 0x5bd1e995u) & t->mask;
    hits[i] = (uint8_t)(search_bucket(t, first, tag, keys[i], &values[i]) || search_bucket(t, second, tag, keys[i], &values[i]));
    found += hits[i];
  }
  return found;
}

PAGEPREFETCH_OFF static void set_up(struct bucket *buckets, struct item *items, char (*keys)[KEY]) {
  for (uint32_t i = 0; i < ITEMS; i++) {
    for (int k = 0; k < KEY; k++)
      items[i].key[k] = (char)oracle_random();
    uint64_t h = hash_of(items[i].key);
    uint8_t tag = (uint8_t)(h >> 56 | 1);
    uint32_t at = (uint32_t)h & (BUCKETS - 1);
    for (int other = 0; other < 2; other++, at = (at ^ tag * 0x5bd1e995u) & (BUCKETS - 1)) {
      int slot = 0;
      while (slot < SLOTS && buckets[at].tag[slot])
        slot++;
      if (slot == SLOTS)
        continue;
      buckets[at].tag[slot] = tag, buckets[at].item[slot] = i;
      break;
    }
  }
  for (uint32_t i = 0; i < LOOKUPS; i++)
    memcpy(keys[i], items[oracle_random() % ITEMS].key, KEY);
}
CASE(lookup_bulk) {
  typedef char key[KEY];
  ARRAY(struct bucket, buckets, BUCKETS);
  ARRAY(struct item, items, ITEMS);
  ARRAY(key, keys, LOOKUPS);
  ARRAY(uint64_t, values, LOOKUPS);
  ARRAY(uint8_t, hits, LOOKUPS);
  set_up(buckets, items, keys);
  struct hash_table t = {buckets, items, BUCKETS - 1};
  MEASURE(oracle_sink += lookup_bulk(&t, (const char(*)[KEY])keys, LOOKUPS, values, hits));
}
