/* SPDX-License-Identifier: MIT */
/* Slices must not trap or see other values: divisions in an index, indexes that the loop itself changes, unaligned and aliasing
 * indexes, index bits beyond a mask. */
// RUN: %same --expect any %s -O1 -O2 -O3
#include "guard.h"

#include <stdint.h>

enum { SIZE = 2000 };
static long values[SIZE + 1];

#define LOOP __attribute__((noinline)) static long

LOOP divided(const uint32_t *b, const uint32_t *d, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    if (d[i])
      sum += values[b[i] / d[i]];
  return sum;
}

LOOP divided_by_invariant(const uint32_t *b, uint32_t d, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    if (d)
      sum += values[b[i] / d];
  return sum;
}

LOOP remainder_of(const int32_t *b, int32_t d, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    if (d > 0)
      sum += values[(uint32_t)(b[i] % d)];
  return sum;
}

/* The loop stores to its own index array ahead of use: hints may be wrong, results not. */
LOOP self_modifying(uint32_t *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++) {
    uint32_t at = b[i];
    sum = sum * 3 + values[at];
    if (i + 5 < n)
      b[i + 5] = (at + 1) % SIZE;
  }
  return sum;
}

/* Before its iteration the index array holds wild pointers: a hint of them is nothing, a load through them is a crash. */
LOOP pointers_made_on_the_way(long **p, long n) {
  long sum = 0;
  p[0] = &values[1];
  for (long i = 0; i < n; i++) {
    sum = sum * 3 + *p[i];
    p[i + 1] = &values[(i * 31) % SIZE];
  }
  return sum;
}

/* Two loads deep, where the middle pointers are only made by the loop. */
LOOP deep_pointers_made_on_the_way(long ***p, long **q, long n) {
  long sum = 0;
  p[0] = &q[0];
  q[0] = &values[2];
  for (long i = 0; i < n; i++) {
    sum = sum * 3 + **p[i];
    q[i + 1] = &values[(i * 37) % SIZE];
    p[i + 1] = &q[i + 1];
  }
  return sum;
}

/* Compressed rows: the inner trip counts come from memory that the outer loop writes. */
LOOP rows_made_on_the_way(uint32_t *start, const uint32_t *b, long rows, long total) {
  long sum = 0;
  start[0] = 0;
  for (long r = 0; r < rows; r++) {
    start[r + 1] = start[r] + (uint32_t)(total / rows);
    for (uint32_t k = start[r]; k < start[r + 1]; k++)
      sum += values[b[k]] * r;
  }
  return sum;
}

LOOP unaligned(const unsigned char *bytes, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++) {
    uint32_t at;
    memcpy(&at, bytes + 4 * i + 1, sizeof at);
    sum += values[at % SIZE];
  }
  return sum;
}

LOOP hinted_beyond_everything(const uint64_t *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    if (b[i] < SIZE)
      sum += values[b[i]];
  return sum;
}

int main(void) {
  uint32_t *b = guard_at_end(SIZE * sizeof *b), *d = guard_at_end(SIZE * sizeof *d);
  int32_t *signed_index = guard_at_end(SIZE * sizeof *signed_index);
  uint64_t *wild = guard_at_end(SIZE * sizeof *wild);
  unsigned char *bytes = guard_at_end(SIZE * 4 + 1);
  for (uint32_t i = 0; i < SIZE; i++) {
    values[i] = i * i % 1009;
    b[i] = i * 7919u % SIZE;
    d[i] = i % 3;
    signed_index[i] = (int32_t)(i * 7919u % 100000);
    wild[i] = i % 2 ? i : UINT64_C(0x1234567812345678) * i;
    memcpy(bytes + 4 * i + 1, &b[i], sizeof b[i]);
  }
  printf("%ld\n", divided(b, d, SIZE));
  printf("%ld %ld\n", divided_by_invariant(b, 0, SIZE), divided_by_invariant(b, 7, SIZE));
  printf("%ld %ld %ld\n", remainder_of(signed_index, 0, SIZE), remainder_of(signed_index, -1, SIZE),
         remainder_of(signed_index, 1999, SIZE));
  printf("%ld\n", self_modifying(b, SIZE));
  long **p = guard_at_end((SIZE + 1) * sizeof *p);
  for (long i = 0; i <= SIZE; i++)
    p[i] = (long *)(i * 4096 + 3);
  printf("%ld\n", pointers_made_on_the_way(p, SIZE));
  long ***pp = guard_at_end((SIZE + 1) * sizeof *pp), **q = guard_at_end((SIZE + 1) * sizeof *q);
  for (long i = 0; i <= SIZE; i++)
    pp[i] = (long **)(i * 4096 + 3);
  printf("%ld\n", deep_pointers_made_on_the_way(pp, q, SIZE));
  uint32_t *start = guard_at_end(101 * sizeof *start);
  memset(start, 0xff, 101 * sizeof *start);
  for (uint32_t i = 0; i < SIZE; i++)
    b[i] = i * 7919u % SIZE;
  printf("%ld\n", rows_made_on_the_way(start, b, 100, SIZE));
  printf("%ld %ld\n", unaligned(bytes, SIZE), hinted_beyond_everything(wild, SIZE));
  return 0;
}
