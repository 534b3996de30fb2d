/* SPDX-License-Identifier: MIT */
/* Innermost loops that vectorise must go on doing so: none may be lost, none may get narrower. */
// RUN: %vectorised --least 10 %s -O2 -O3
// RUN: %vectorised --least 10 %s -O2 -O3 -march=haswell
// RUN: %vectorised --least 10 --option strip=1 %s -O3
// RUN: %vectorised --least 10 %s -O3 -fno-strict-aliasing -fwrapv
#include <stdint.h>

void fill(int *a, long n) {
  for (long i = 0; i < n; i++)
    a[i] = 7;
}

void copy(short *restrict a, const short *restrict b, long n) {
  for (long i = 0; i < n; i++)
    a[i] = b[i] + 1;
}

void triad(double *restrict a, const double *restrict b, const double *restrict c, double k, long n) {
  for (long i = 0; i < n; i++)
    a[i] = b[i] + k * c[i];
}

void triad_may_alias(double *a, const double *b, const double *c, double k, int n) {
  for (int i = 0; i < n; i++)
    a[i] = b[i] + k * c[i];
}

long sum(const int *a, long n) {
  long total = 0;
  for (long i = 0; i < n; i++)
    total += a[i];
  return total;
}

int greatest(const int *a, long n) {
  int best = a[0];
  for (long i = 1; i < n; i++)
    best = a[i] > best ? a[i] : best;
  return best;
}

void stencil(float *restrict a, const float *restrict b, long n) {
  for (long i = 1; i < n - 1; i++)
    a[i] = b[i - 1] + 2 * b[i] + b[i + 1];
}

void reversed(int *restrict a, const int *restrict b, long n) {
  for (long i = 0; i < n; i++)
    a[i] = b[n - 1 - i];
}

long conditional(const int *a, const int *b, long n) {
  long total = 0;
  for (long i = 0; i < n; i++)
    if (a[i] > 3)
      total += b[i];
  return total;
}

void matrix(double *restrict a, const double *restrict b, long height, long width) {
  for (long y = 0; y < height; y++)
    for (long x = 0; x < width; x++)
      a[y * width + x] += b[y * width + x];
}

void unsigned_counter(int *restrict a, const int *restrict b, unsigned n) {
  for (unsigned i = 0; i < n; i++)
    a[i] = b[i] * 3;
}

void by_pointer(const uint8_t *from, const uint8_t *end, uint8_t *restrict to) {
  while (from != end)
    *to++ = (uint8_t)(*from++ ^ 0x55);
}

long gather(const long *a, const int *b, long n) {
  long total = 0;
  for (long i = 0; i < n; i++)
    total += a[b[i]];
  return total;
}

void strided(int *a, const int *restrict b, long n) {
  for (long i = 0; i < n; i++)
    a[i] = b[2 * i] + b[2 * i + 1];
}

enum { KNOWN = 1 << 22 };
extern int known_a[KNOWN], known_b[KNOWN], known_index[KNOWN];

void constant_trips(void) {
  for (int i = 0; i < KNOWN; i++)
    known_a[i] = known_b[i] + 5;
}

void constant_trips_indexed(void) {
  for (int i = 0; i < KNOWN; i++)
    known_a[i] += known_b[i] * known_index[i];
}

void assumed(int *restrict a, const int *restrict b, long n) {
  for (long i = 0; i < (n & ~15L); i++)
    a[i] += b[i];
}
