/* SPDX-License-Identifier: MIT */
/* Results are bit-identical: sums, floating-point reductions in order, extrema, searches, stores that alias what is read. */
// RUN: %same %s -O1 -O2 -O3 -Os
// RUN: %same %s -O2 -O3 -ffast-math
// RUN: %same %s -O2 -O3 -march=native
// RUN: %same %s -O2 -O3 -fwrapv -fno-strict-aliasing
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { SIZE = 3001 };
static double x[SIZE], y[SIZE];
static float f[SIZE];
static int32_t i4[SIZE];
static uint8_t bytes[SIZE];
static int64_t i8[SIZE];

#define LOOP __attribute__((noinline)) static

LOOP double sum(const double *p, long n) {
  double total = 0;
  for (long i = 0; i < n; i++)
    total += p[i];
  return total;
}

LOOP double dot(const double *p, const double *q, int n) {
  double total = 1e-3;
  for (int i = 0; i < n; i++)
    total += p[i] * q[i];
  return total;
}

LOOP float mixed(const float *p, const double *q, unsigned n) {
  float total = 0;
  for (unsigned i = 0; i < n; i++)
    total = total * 0.999f + (float)(p[i] / (1.0 + q[i] * q[i]));
  return total;
}

LOOP double greatest(const double *p, long n, long *where) {
  double best = p[0];
  *where = 0;
  for (long i = 1; i < n; i++)
    if (p[i] > best) {
      best = p[i];
      *where = i;
    }
  return best;
}

LOOP long find(const uint8_t *p, long n, uint8_t wanted) {
  for (long i = 0; i < n; i++)
    if (p[i] == wanted)
      return i;
  return -1;
}

LOOP int64_t triangle(const int32_t *p, int n) {
  int64_t total = 0;
  for (int i = 0; i < n; i++)
    for (int j = 0; j <= i; j++)
      total += (int64_t)p[j] * (i - j);
  return total;
}

LOOP void prefix(int64_t *p, long n) {
  for (long i = 1; i < n; i++)
    p[i] += p[i - 1] >> 1;
}

LOOP void triad(double *p, const double *q, double scale, long n) {
  for (long i = 0; i < n; i++)
    p[i] = p[i] + scale * q[i];
}

LOOP void overlapping(int32_t *p, const int32_t *q, long n) {
  for (long i = 0; i < n; i++)
    p[i] = q[i] * 3 + 1;
}

LOOP void reverse(int32_t *p, long n) {
  for (long i = 0, j = n - 1; i < j; i++, j--) {
    int32_t kept = p[i];
    p[i] = p[j];
    p[j] = kept;
  }
}

LOOP uint32_t hash(const uint8_t *p, const uint8_t *end) {
  uint32_t state = 2166136261u;
  for (; p != end; ++p)
    state = (state ^ *p) * 16777619u;
  return state;
}

LOOP long until(const int32_t *p, long n) {
  long i = 0, total = 0;
  do
    total += p[i] * i;
  while (++i < n);
  return total;
}

LOOP long switched(const uint8_t *p, const int64_t *q, long n) {
  long total = 0;
  for (long i = 0; i < n; i++)
    switch (p[i] & 3) {
    case 0: total += q[i]; break;
    case 1: total -= q[i / 2]; break;
    case 2: total ^= q[p[i]]; break;
    default: continue;
    }
  return total;
}

LOOP unsigned wrapped(const int32_t *p, uint8_t from, uint8_t count) {
  unsigned total = 0;
  for (uint8_t i = from; i != count; i++)
    total = total * 31 + (unsigned)p[i];
  return total;
}

static void fill(void) {
  uint64_t state = 88172645463325252u;
  for (int i = 0; i < SIZE; i++) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    x[i] = (double)(int64_t)state / 1e15;
    y[i] = (double)(state >> 40) / 3.0;
    f[i] = (float)(x[i] / 7);
    i4[i] = (int32_t)(state >> 20);
    bytes[i] = (uint8_t)(state >> 9);
    i8[i] = (int64_t)(state >> 30);
  }
}

static void print_double(const char *name, double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  printf("%s %016llx\n", name, (unsigned long long)bits);
}

int main(void) {
  static const int counts[] = {0, 1, 2, 3, 7, 8, 15, 16, 17, 511, 512, 513, 1024, SIZE};
  fill();
  for (unsigned c = 0; c < sizeof counts / sizeof *counts; c++) {
    int n = counts[c];
    long where;
    print_double("sum", sum(x, n));
    print_double("dot", dot(x, y, n));
    print_double("mixed", mixed(f, y, (unsigned)n));
    print_double("greatest", greatest(x, n, &where));
    printf("%d: %ld %ld %lld\n", n, where, find(bytes, n, 200), (long long)triangle(i4, n / 4));
    prefix(i8, n);
    triad(x, y, 0.7, n);
    overlapping(i4 + 1, i4, n ? n - 1 : 0);
    reverse(i4, n);
    printf("%u %ld %ld %u\n", hash(bytes, bytes + n), until(i4, n), switched(bytes, i8, n), wrapped(i4, (uint8_t)n, 3));
  }
  print_double("end", sum(x, SIZE));
  printf("%lld %d\n", (long long)i8[SIZE - 1], i4[SIZE - 1]);
  return (int)(i8[17] & 63);
}
