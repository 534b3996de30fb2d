/* SPDX-License-Identifier: MIT */
/* -ffast-math lets vector code round elements otherwise than the scalar tail (reciprocals): which elements fall to the tail must
 * not depend on strips, or results change. */
// RUN: %same --expect any %s -O2 -O3 -ffast-math
// RUN: %same --expect any %s -O3 -ffast-math -mrecip
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { SIZE = 1003 };
static float a[SIZE], b[SIZE], c[SIZE];

__attribute__((noinline)) static void divide(float *restrict out, const float *p, const float *q, long n) {
  for (long i = 0; i < n; i++)
    out[i] = p[i] / q[i];
}

__attribute__((noinline)) static void root(float *restrict out, const float *p, long n) {
  for (long i = 0; i < n; i++)
    out[i] = __builtin_sqrtf(p[i]) + 1.0f / p[i];
}

__attribute__((noinline)) static float extreme(const float *p, long n) {
  float best = -1e30f;
  for (long i = 0; i < n; i++)
    best = p[i] > best ? p[i] : best;
  return best;
}

static uint64_t bits_of(const float *p) {
  uint64_t state = 1469598103934665603u;
  for (long i = 0; i < SIZE; i++) {
    uint32_t bits;
    memcpy(&bits, &p[i], sizeof bits);
    state = (state ^ bits) * 1099511628211u;
  }
  return state;
}

int main(void) {
  for (long i = 0; i < SIZE; i++) {
    a[i] = (float)(i * 7919 % 1009) / 3.0f + 0.1f;
    b[i] = (float)(i * 31 % 997) / 7.0f + 0.3f;
  }
  for (long n = 1; n <= SIZE; n += 167) {
    divide(c, a, b, n);
    printf("%llx\n", (unsigned long long)bits_of(c));
    root(c, a, n);
    printf("%llx %a\n", (unsigned long long)bits_of(c), (double)extreme(a, n));
  }
  return 0;
}
