/* SPDX-License-Identifier: MIT */
/* Hash joins: a table of buckets with overflow chains that is built and probed, and partitions joined by chains of positions.
 * After Balkesen, Teubner, Alonso, Ozsu: Main-Memory Hash Joins on Multi-Core CPUs, 2013 (no_partitioning_join.c,
 * parallel_radix_join.c). */
// REQUIRES: reference
// RUN: %kernels %s
#include "oracle.h"

typedef struct {
  int32_t key, payload;
} tuple_t;
typedef struct bucket_t {
  volatile char latch;
  uint32_t count;
  tuple_t tuples[2];
  struct bucket_t *next;
} bucket_t;
typedef struct {
  bucket_t *buckets;
  uint32_t num_buckets, hash_mask, skip_bits;
} hashtable_t;
typedef struct {
  bucket_t *room;
  uint32_t count, size;
} overflow_t;
typedef struct {
  tuple_t *tuples;
  uint32_t num_tuples;
} relation_t;

#define HASH(X, MASK, SKIP) (((X)&MASK) >> SKIP)

/* Buckets for what overflows come from buffers that are allocated in large pieces: seldom, and not inlined. */
__attribute__((noinline)) static void get_new_bucket(bucket_t **result, overflow_t *buf) {
  if (buf->count == buf->size)
    __builtin_trap();
  *result = buf->room + buf->count;
  (*result)->next = NULL;
  buf->count++;
}

LOOP void build_hashtable(hashtable_t *ht, relation_t *rel, overflow_t *overflowbuf) {
  const uint32_t hashmask = ht->hash_mask, skipbits = ht->skip_bits;
  for (uint32_t i = 0; i < rel->num_tuples; i++) {
    tuple_t *dest;
    int32_t idx = HASH(rel->tuples[i].key, hashmask, skipbits); // worth: tuples
    bucket_t *curr = ht->buckets + idx;
    while (__sync_lock_test_and_set(&curr->latch, 1)) // worth: buckets
      ;
    bucket_t *nxt = curr->next;
    if (curr->count == 2) {
      if (!nxt || nxt->count == 2) {
        bucket_t *b;
        get_new_bucket(&b, overflowbuf);
        curr->next = b;
        b->next = nxt;
        b->count = 1;
        dest = b->tuples;
      } else {
        dest = nxt->tuples + nxt->count;
        nxt->count++;
      }
    } else {
      dest = curr->tuples + curr->count;
      curr->count++;
    }
    *dest = rel->tuples[i];
    __sync_lock_release(&curr->latch);
  }
}
CASE(build_hashtable) {
  enum { TUPLES = 1 << 20, BUCKETS = 1 << 19 };
  ARRAY(tuple_t, tuples, TUPLES);
  ARRAY(bucket_t, buckets, BUCKETS);
  ARRAY(bucket_t, overflow, TUPLES);
  for (int i = 0; i < TUPLES; i++)
    tuples[i] = (tuple_t){(int32_t)oracle_random(), i};
  hashtable_t ht = {buckets, BUCKETS, BUCKETS - 1, 0};
  overflow_t buf = {overflow, 0, TUPLES};
  relation_t rel = {tuples, TUPLES};
  MEASURE(build_hashtable(&ht, &rel, &buf));
}

LOOP int64_t probe_hashtable(hashtable_t *ht, relation_t *rel) {
  const uint32_t hashmask = ht->hash_mask, skipbits = ht->skip_bits;
  int64_t matches = 0;
  for (uint32_t i = 0; i < rel->num_tuples; i++) {
    intptr_t idx = HASH(rel->tuples[i].key, hashmask, skipbits); // worth: tuples
    bucket_t *b = ht->buckets + idx;
    do {
      for (uint32_t j = 0; j < b->count; j++) // worth: buckets overflow
        if (rel->tuples[i].key == b->tuples[j].key)
          matches++;
      b = b->next;
    } while (b);
  }
  return matches;
}
CASE(probe_hashtable) {
  enum { TUPLES = 1 << 19, BUCKETS = 1 << 18, PROBES = 1 << 18 };
  ARRAY(tuple_t, tuples, PROBES);
  ARRAY(bucket_t, buckets, BUCKETS);
  ARRAY(bucket_t, overflow, TUPLES);
  unsigned used = 0;
  for (int i = 0; i < TUPLES; i++) {
    int32_t key = (int32_t)(oracle_random() & 0x7fffffff);
    bucket_t *b = &buckets[key & (BUCKETS - 1)];
    if (b->count == 2) {
      if (!b->next || b->next->count == 2) {
        bucket_t *more = &overflow[(used++ * UINT64_C(7919)) % TUPLES];
        more->next = b->next, b->next = more;
      }
      b = b->next;
    }
    b->tuples[b->count++] = (tuple_t){key, i};
  }
  for (int i = 0; i < PROBES; i++)
    tuples[i].key = (int32_t)(oracle_random() & 0x7fffffff);
  hashtable_t ht = {buckets, BUCKETS, BUCKETS - 1, 0};
  relation_t rel = {tuples, PROBES};
  MEASURE(oracle_sink += (uint64_t)probe_hashtable(&ht, &rel));
}

/* One pair of partitions, as bucket_chaining_join joins them: here larger than any cache, as where few bits are partitioned. */
LOOP int64_t bucket_chaining_join(const relation_t *R, const relation_t *S, int *next, int *bucket, uint32_t mask) {
  const uint32_t numR = R->num_tuples;
  int64_t matches = 0;
  for (uint32_t i = 0; i < numR;) {
    uint32_t idx = HASH(R->tuples[i].key, mask, 3); // worth: R
    next[i] = bucket[idx];                          // worth: next bucket
    bucket[idx] = (int)++i;
  }
  const tuple_t *const Stuples = S->tuples;
  for (uint32_t i = 0; i < S->num_tuples; i++) {
    uint32_t idx = HASH(Stuples[i].key, mask, 3);             // worth: S
    for (int hit = bucket[idx]; hit > 0; hit = next[hit - 1]) // worth: bucket next
      if (Stuples[i].key == R->tuples[hit - 1].key)           // worth: R
        matches++;
  }
  return matches;
}
CASE(bucket_chaining_join) {
  enum { TUPLES = 1 << 20, MASK = ((1 << 20) - 1) << 3 };
  ARRAY(tuple_t, R, TUPLES);
  ARRAY(tuple_t, S, TUPLES / 4);
  ARRAY(int, next, TUPLES);
  ARRAY(int, bucket, TUPLES);
  for (int i = 0; i < TUPLES; i++)
    R[i].key = (int32_t)(oracle_random() & 0x7fffffff);
  for (int i = 0; i < TUPLES / 4; i++)
    S[i].key = R[oracle_random() % TUPLES].key;
  relation_t r = {R, TUPLES}, s = {S, TUPLES / 4};
  MEASURE(oracle_sink += (uint64_t)bucket_chaining_join(&r, &s, next, bucket, MASK));
}
