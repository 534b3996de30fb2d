/* SPDX-License-Identifier: MIT */
/* Index arrays that end at a forbidden page: whatever a slice loads ahead must lie inside the trip count. */
// RUN: %same --expect strips,gathered %s -O1 -O2 -O3
#include "guard.h"

#include <stdint.h>

enum { SIZE = 1500 };
static long values[SIZE];

#define LOOP __attribute__((noinline)) static long

LOOP plain_loop(const uint32_t *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += values[b[i]];
  return sum;
}

LOOP bytewise(const uint8_t *b, unsigned n) {
  long sum = 0;
  for (unsigned i = 0; i < n; i++)
    sum += values[b[i] * 5];
  return sum;
}

LOOP downwards(const uint32_t *b, long n) {
  long sum = 0;
  for (long i = n - 1; i >= 0; i--)
    sum += values[b[i]] ^ i;
  return sum;
}

LOOP by_twos(const uint32_t *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i += 2)
    sum += values[b[i]] * 3;
  return sum;
}

LOOP by_pointer(const uint32_t *b, const uint32_t *end) {
  long sum = 0;
  for (; b != end; b++)
    sum += values[*b];
  return sum;
}

LOOP at_least_once(const uint32_t *b, long n) {
  long sum = 0, i = 0;
  do
    sum += values[b[i]];
  while (++i < n);
  return sum;
}

LOOP two_arrays(const uint32_t *b, const uint16_t *c, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += values[b[i] / 2 + c[i] / 2];
  return sum;
}

LOOP nested(const uint32_t *b, long height, long width) {
  long sum = 0;
  for (long y = 0; y < height; y++)
    for (long x = 0; x < width; x++)
      sum += values[b[y * width + x]] + y;
  return sum;
}

LOOP ragged(const uint32_t *start, const uint32_t *b, long rows) {
  long sum = 0;
  for (long r = 0; r < rows; r++)
    for (uint32_t k = start[r]; k < start[r + 1]; k++)
      sum += values[b[k]] * (r + 1);
  return sum;
}

LOOP offset(const uint32_t *b, long n) {
  long sum = 0;
  for (long i = 7; i < n + 7; i++)
    sum += values[b[i - 7]] + i;
  return sum;
}

/* The first element only: the second iteration's index would be beyond the end. */
LOOP last_is_special(const uint32_t *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += values[b[i]] + (i + 1 < n ? values[b[i + 1]] : 0);
  return sum;
}

LOOP scattered(const uint32_t *b, long *out, long n) {
  for (long i = 0; i < n; i++)
    out[b[i]] = i;
  return out[b[n ? n - 1 : 0] * (n != 0)];
}

static uint32_t *indexes(long n, int at_end) {
  uint32_t *b = at_end ? guard_at_end((size_t)n * sizeof *b) : guard_at_start((size_t)n * sizeof *b);
  for (long i = 0; i < n; i++)
    b[i] = (uint32_t)(i * 7919 % SIZE);
  return b;
}

static void try_count(long n) {
  static long out[SIZE];
  uint32_t *b = indexes(n, 1), *from_start = indexes(n, 0);
  uint8_t *bytes = guard_at_end((size_t)n);
  uint16_t *c = guard_at_end((size_t)n * sizeof *c);
  for (long i = 0; i < n; i++) {
    bytes[i] = (uint8_t)(i * 31);
    c[i] = (uint16_t)(i * 17 % SIZE);
  }
  printf("%ld: %ld %ld %ld %ld\n", n, plain_loop(b, n), bytewise(bytes, (unsigned)n), downwards(from_start, n), by_twos(b, n));
  printf("%ld %ld %ld %ld\n", by_pointer(b, b + n), n ? at_least_once(b, n) : 0, two_arrays(b, c, n), nested(b, n / 50, 50));
  printf("%ld %ld %ld\n", offset(b, n), last_is_special(b, n), n ? scattered(b, out, n) : 0);
  uint32_t *start = guard_at_end(11 * sizeof *start);
  for (long r = 0; r <= 10; r++)
    start[r] = (uint32_t)(r == 3 ? n * 2 / 10 : n * r / 10);
  printf("%ld\n", ragged(start, b, 10));
}

int main(void) {
  static const long counts[] = {0, 1, 2, 3, 63, 64, 65, 1023, 1024, 1025, SIZE};
  for (long i = 0; i < SIZE; i++)
    values[i] = i * i % 1009;
  for (unsigned c = 0; c < sizeof counts / sizeof *counts; c++)
    try_count(counts[c]);
  /* No iteration at all: not even the first index may be loaded. */
  printf("%ld %ld\n", plain_loop((const uint32_t *)8, 0), by_pointer((const uint32_t *)16, (const uint32_t *)16));
  printf("%ld %ld\n", downwards((const uint32_t *)8, -3), nested((const uint32_t *)8, 5, 0));
  return 0;
}
