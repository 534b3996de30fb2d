/* SPDX-License-Identifier: MIT */
/* Loops with a second exit that tests for equality: its bound may never be met, or lie on the far side of where the loop starts. */
// RUN: %same --expect any %s -O1 -O2 -O3
#include "guard.h"

#include <stdint.h>

enum { SIZE = 331 };
static unsigned long w[65536];

#define LOOP __attribute__((noinline)) static unsigned long

LOOP down(const uint16_t *q, long n, long stop) {
  unsigned long sum = 0;
  for (long i = n - 1; i >= 0; i--) {
    sum = sum * 3 + w[q[i]];
    if (i == stop)
      break;
  }
  return sum;
}

LOOP up(const uint16_t *q, long n, long stop) {
  unsigned long sum = 0;
  for (long i = 0; i < n; i++) {
    if (i == stop)
      break;
    sum = sum * 3 + w[q[i]];
  }
  return sum;
}

LOOP narrow(const uint16_t *q, int n, int stop) {
  unsigned long sum = 0;
  for (int i = 0; i < n; i++) {
    sum = sum * 3 + w[q[i]];
    if (i == stop)
      return sum;
  }
  return ~sum;
}

LOOP steps(const uint16_t *q, long n, long stop) {
  unsigned long sum = 0;
  for (long i = 0; i < n; i += 3) {
    sum = sum * 3 + w[q[i]];
    if (i == stop)
      break;
  }
  return sum;
}

LOOP unsigned_steps(const uint16_t *q, unsigned n, unsigned stop) {
  unsigned long sum = 0;
  for (unsigned i = 0; i < n; i += 2) {
    if (i == stop)
      break;
    sum = sum * 3 + w[q[i]];
  }
  return sum;
}

LOOP by_pointer(const uint16_t *q, const uint16_t *end, const uint16_t *stop) {
  unsigned long sum = 0;
  for (; q < end; q++) {
    sum = sum * 3 + w[*q];
    if (q == stop)
      break;
  }
  return sum;
}

/* Two counters, two bounds. */
LOOP two_bounds(const uint16_t *q, long n, long m) {
  unsigned long sum = 0;
  for (long i = 0, j = m; i < n && j > 0; i++, j -= 2)
    sum = sum * 3 + w[q[i]] + (unsigned long)j;
  return sum;
}

int main(void) {
  uint16_t *q = guard_at_end(SIZE * sizeof *q);
  for (long i = 0; i < 65536; i++)
    w[i] = (unsigned long)i * 0x9e3779b97f4a7c15u;
  for (int i = 0; i < SIZE; i++)
    q[i] = (uint16_t)(i * 77);
  static const long counts[] = {0, 1, 2, 63, 64, 65, SIZE};
  static const long stops[] = {-5, -1, 0, 1, 2, 7, 32, 63, 64, 300, 331, 332, 1L << 30};
  for (unsigned c = 0; c < sizeof counts / sizeof *counts; c++)
    for (unsigned s = 0; s < sizeof stops / sizeof *stops; s++) {
      long n = counts[c], stop = stops[s];
      printf("%ld %ld: %lx %lx %lx %lx %lx %lx %lx\n", n, stop, down(q, n, stop), up(q, n, stop), narrow(q, (int)n, (int)stop),
             steps(q, n, stop), unsigned_steps(q, (unsigned)n, (unsigned)stop), by_pointer(q, q + n, q + (stop < 400 ? stop : 400)),
             two_bounds(q, n, stop));
    }
  return 0;
}
