/* SPDX-License-Identifier: MIT */
/* Reductions that a pragma lets the vectoriser reorder, without any fast-math flag: the order is the vectoriser's, and where strips
 * end must not change it. Sums, products, extrema, under a condition, through indices, in the inner loop of a nest. */
// RUN: %same --expect any %s -O2 -O3 -fopenmp-simd
// RUN: %same --expect any %s -O2 -O3 -fopenmp-simd -march=native -ffp-contract=off
#include <stdint.h>
#include <stdio.h>

enum { SIZE = 1601 };
static float f[SIZE];
static double d[SIZE];
static int32_t order[SIZE];

#ifdef __clang__
#define CLANG_LOOP(words) _Pragma(words)
#else
#define CLANG_LOOP(words)
#endif
#define LOOP __attribute__((noinline)) static

LOOP float enabled(const float *p, long n) {
  float total = 0;
  CLANG_LOOP("clang loop vectorize(enable)")
  for (long i = 0; i < n; i++)
    total += p[i];
  return total;
}

LOOP float of_a_width(const float *p, const int32_t *at, long n) {
  float total = 0;
  CLANG_LOOP("clang loop vectorize_width(4) interleave_count(2)")
  for (long i = 0; i < n; i++)
    total += p[at[i]];
  return total;
}

LOOP double interleaved(const double *p, long n) {
  double total = 0;
  CLANG_LOOP("clang loop interleave(enable)")
  for (long i = n - 1; i >= 0; i--)
    total -= p[i];
  return total;
}

LOOP float simd(const float *p, long n) {
  float total = 0;
#pragma omp simd reduction(+ : total)
  for (long i = 0; i < n; i++)
    total += p[i];
  return total;
}

LOOP float two_of_them(const float *p, const double *q, long n, double *product) {
  float total = 0;
  double factor = 1;
#pragma omp simd reduction(+ : total) reduction(* : factor)
  for (long i = 0; i < n; i++) {
    if (p[i] > 20.0f)
      total += p[i];
    factor *= 0.999 + q[i] * 1e-5;
  }
  *product = factor;
  return total;
}

LOOP double greatest(const double *p, long n) {
  double best = p[0];
#pragma omp simd reduction(max : best)
  for (long i = 0; i < n; i++)
    best = best > p[i] ? best : p[i];
  return best;
}

LOOP void rows(const float *p, long height, long width, float *out) {
  for (long y = 0; y < height; y++) {
    float total = 0;
    CLANG_LOOP("clang loop vectorize(enable)")
    for (long x = 0; x < width; x++)
      total += p[y * width + x] * p[x];
    out[y] = total;
  }
}

int main(void) {
  static const long counts[] = {0, 1, 5, 8, 63, 64, 65, 300, 1000, SIZE};
  for (long i = 0; i < SIZE; i++) {
    f[i] = (float)(i * 7919 % 1013) / 7.0f;
    d[i] = (double)(i * 31 % 997) / 3.0;
    order[i] = (int32_t)(i * 7919 % SIZE);
  }
  /* What is not a number is neither greater nor less: which of the others is found depends on the order. */
  d[299] = __builtin_nan("");
  for (unsigned c = 0; c < sizeof counts / sizeof *counts; c++) {
    long n = counts[c];
    float out[20] = {0};
    double product;
    printf("%ld: %a %a %a\n", n, (double)enabled(f, n), (double)of_a_width(f, order, n), interleaved(d, n < 299 ? n : 299));
    printf("%a %a %a", (double)simd(f, n), (double)two_of_them(f, d, n < 299 ? n : 299, &product), product);
    rows(f, 20, n / 20, out);
    printf(" %a %a %a\n", greatest(d, n), (double)out[0], (double)out[19]);
  }
  return 0;
}
