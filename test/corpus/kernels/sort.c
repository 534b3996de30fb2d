/* SPDX-License-Identifier: MIT */
/* Sorting: a pass of a radix sort (histogram, offsets, scatter), two runs merged, and records fetched in the new order.
 * After Satish et al.: Fast Sort on CPUs and GPUs, 2010, and Polychroniou, Ross: A Comprehensive Study of Main-Memory
 * Partitioning, 2014. */
// REQUIRES: reference
// RUN: %kernels %s
#include "oracle.h"

#include <string.h>

enum { BITS = 11, DIGITS = 1 << BITS, N = 1 << 21 };

LOOP void radix_pass(const uint64_t *from, const uint32_t *rid_from, uint64_t *to, uint32_t *rid_to, size_t n, unsigned shift) {
  uint32_t offset[DIGITS];
  memset(offset, 0, sizeof offset);
  for (size_t i = 0; i < n; i++)
    offset[from[i] >> shift & (DIGITS - 1)]++; // worth: from; no: offset (in cache)
  uint32_t sum = 0;
  for (int d = 0; d < DIGITS; d++) {
    uint32_t count = offset[d]; // no: offset (in cache)
    offset[d] = sum, sum += count;
  }
  for (size_t i = 0; i < n; i++) {
    uint32_t at = offset[from[i] >> shift & (DIGITS - 1)]++; // worth: from; no: offset (in cache)
    to[at] = from[i];                                        // worth: to
    rid_to[at] = rid_from[i];                                // worth: rid_to rid_from
  }
}
CASE(radix_pass) {
  ARRAY(uint64_t, from, N);
  ARRAY(uint64_t, to, N);
  ARRAY(uint32_t, rid_from, N);
  ARRAY(uint32_t, rid_to, N);
  oracle_fill_u64(from, N, UINT64_C(1) << 33);
  MEASURE(radix_pass(from, rid_from, to, rid_to, N, BITS));
}

struct run {
  const uint64_t *at, *end;
};
LOOP uint64_t *merge(struct run a, struct run b, uint64_t *out) {
  while (a.at < a.end && b.at < b.end) {
    if (*b.at < *a.at)  // worth: a b
      *out++ = *b.at++; // worth: out
    else
      *out++ = *a.at++;
  }
  size_t rest = (size_t)(a.end - a.at);
  memcpy(out, a.at, rest * sizeof *out);
  out += rest, rest = (size_t)(b.end - b.at);
  memcpy(out, b.at, rest * sizeof *out);
  return out + rest;
}
CASE(merge) {
  ARRAY(uint64_t, a, N);
  ARRAY(uint64_t, b, N);
  ARRAY(uint64_t, out, 2 * N);
  for (uint64_t i = 0; i < N; i++)
    a[i] = 3 * i, b[i] = 3 * i + i % 2;
  MEASURE(merge((struct run){a, a + N}, (struct run){b, b + N}, out));
}

struct record {
  char bytes[100];
};
LOOP void fetch(struct record *out, const struct record *records, const uint64_t *keyed, size_t n) {
  for (size_t i = 0; i < n; i++)
    out[i] = records[keyed[i] & 0xffffffff]; // worth: out records keyed
}
CASE(fetch) {
  enum { RECORDS = 1 << 18 };
  ARRAY(struct record, records, RECORDS);
  ARRAY(struct record, out, RECORDS);
  ARRAY(uint64_t, keyed, RECORDS);
  for (uint64_t i = 0; i < RECORDS; i++)
    keyed[i] = i << 40 | (i * 40503 % RECORDS);
  MEASURE(fetch(out, records, keyed, RECORDS));
}
