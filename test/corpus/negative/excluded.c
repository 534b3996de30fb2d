/* SPDX-License-Identifier: MIT */
/* What the user or the optimisation level excluded stays untouched: PAGEPREFETCH_OFF, optnone, -O0, cold code. */
// RUN: %identical %s -O2 -O3
// RUN: %identical %s -O0 -DEVERYTHING
// RUN: %identical --differs %s -O2 -DEVERYTHING
#include "pageprefetch.h"

#ifdef EVERYTHING
#define EXCLUDED
#else
#define EXCLUDED PAGEPREFETCH_OFF
#endif

EXCLUDED long gather(const long *a, const unsigned *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[b[i]];
  return sum;
}

EXCLUDED void triad(double *a, const double *b, double k, long n) {
  for (long i = 0; i < n; i++)
    a[i] += k * b[i];
}

#ifdef __clang__
__attribute__((optnone, noinline)) long not_optimised(const long *a, long n) {
#else
__attribute__((optimize("O0"), noinline)) long not_optimised(const long *a, long n) {
#endif
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[i];
  return sum;
}
