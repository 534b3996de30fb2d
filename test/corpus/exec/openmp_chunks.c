/* SPDX-License-Identifier: MIT */
/* Loops that OpenMP deals out a few iterations at a time: results stay what they were, and hints run ahead in the whole loop, not
 * only in a chunk, whatever counts it and whichever way. */
// RUN: %same --expect strips,gathered --option min-footprint=262144 %s -O2 -O3 -fopenmp %openmp
// REQUIRES: openmp
#include "torture.h"

#include <stdio.h>
#include <stdlib.h>

enum { SIZE = 3000, ROWS = 600 };
static long table[1 << 16], out[SIZE];
static unsigned order[SIZE], bounds[ROWS + 1];

#ifdef NO_DYNAMIC /* clang 19 with an older libomp, which lacks what it calls */
#define DYNAMIC schedule(static)
#define FEW schedule(static)
#define GUIDED schedule(static)
#define RUNTIME schedule(static)
#else
#define DYNAMIC schedule(dynamic)
#define FEW schedule(dynamic, 7)
#define GUIDED schedule(guided)
#define RUNTIME schedule(runtime)
#endif

/* Every element that the loops below read through the index is hinted. */
static void check_hinted(const char *name, int first, int last, int step) {
#ifndef NO_DYNAMIC
  const struct torture_hint *hints;
  if (!torture_hints || !torture_hints_everything())
    return;
  size_t count = torture_hints(&hints);
  static unsigned char seen[1 << 16];
  for (size_t i = 0; i < sizeof seen; i++)
    seen[i] = 0;
  for (size_t i = 0; i < count; i++)
    if (hints[i].low >= (uintptr_t)table && hints[i].low < (uintptr_t)(table + (1 << 16)))
      seen[(hints[i].low - (uintptr_t)table) / sizeof *table] = 1;
  for (int i = first; step > 0 ? i < last : i > last; i += step)
    if (!seen[order[i]]) {
      printf("%s: iteration %d is not hinted\n", name, i);
      exit(1);
    }
#else
  (void)name, (void)first, (void)last, (void)step;
#endif
  if (torture_forget)
    torture_forget();
}

__attribute__((noinline)) static long up(int n) {
  long sum = 0;
#pragma omp parallel for reduction(+ : sum) num_threads(3) DYNAMIC
  for (int i = 0; i < n; i++)
    sum += table[order[i]];
  return sum;
}

__attribute__((noinline)) static long few_at_a_time(long n) {
  long sum = 0;
#pragma omp parallel for reduction(+ : sum) num_threads(4) FEW
  for (long i = 0; i < n; i++)
    sum += table[order[i]] * i;
  return sum;
}

__attribute__((noinline)) static long down_by_two(int n) {
  long sum = 0;
#pragma omp parallel for reduction(+ : sum) num_threads(2) DYNAMIC
  for (int i = n - 1; i > 10; i -= 2)
    sum += table[order[i]] ^ i;
  return sum;
}

__attribute__((noinline)) static void by_three(unsigned long n) {
#pragma omp parallel for num_threads(2) GUIDED
  for (unsigned long i = 5; i < n; i += 3)
    out[i] += table[order[i]];
}

__attribute__((noinline)) static long at_run_time(int n) {
  long sum = 0;
#pragma omp parallel for reduction(+ : sum) num_threads(2) RUNTIME
  for (int i = 0; i < n; i++)
    sum += table[order[i]];
  return sum;
}

/* Two loops in one region, the first again and again, with constant bounds. */
__attribute__((noinline)) static long often(int times) {
  long sum = 0;
#pragma omp parallel reduction(+ : sum) num_threads(3)
  for (int t = 0; t < times; t++) {
#pragma omp for DYNAMIC
    for (int i = 0; i < SIZE; i++)
      sum += table[order[i]];
#pragma omp for DYNAMIC nowait
    for (int i = 100; i < SIZE; i++)
      out[i] += i;
  }
  return sum;
}

__attribute__((noinline)) static long rows(int n) {
  long all = 0;
#pragma omp parallel for reduction(+ : all) num_threads(3) DYNAMIC
  for (int r = 0; r < n; r++) {
    long sum = 0;
    for (unsigned k = bounds[r]; k < bounds[r + 1]; k++)
      sum += table[order[k]];
    all += sum * r;
  }
  return all;
}

/* Counted by two loops together: a chunk's begin is divided to find both. */
__attribute__((noinline)) static long collapsed(int n, int m) {
  long sum = 0;
#pragma omp parallel for collapse(2) reduction(+ : sum) num_threads(2) DYNAMIC
  for (int i = 0; i < n; i++)
    for (int j = 0; j < m; j++)
      sum += table[order[i * m + j]];
  return sum;
}

int main(void) {
  for (int i = 0; i < 1 << 16; i++)
    table[i] = i * 7 % 1009;
  for (int i = 0; i < SIZE; i++)
    order[i] = (unsigned)(i * 7919L % (1 << 16));
  for (int r = 0; r <= ROWS; r++)
    bounds[r] = (unsigned)(r * 5);
  long sums[8];
  sums[0] = up(SIZE);
  check_hinted("up", 0, SIZE, 1);
  sums[1] = few_at_a_time(SIZE);
  check_hinted("few_at_a_time", 0, SIZE, 1);
  sums[2] = down_by_two(SIZE);
  check_hinted("down_by_two", SIZE - 1, 10, -2);
  by_three(SIZE);
  check_hinted("by_three", 5, SIZE, 3);
  sums[3] = often(3);
  check_hinted("often", 0, SIZE, 1);
  sums[4] = rows(ROWS);
  check_hinted("rows", 0, ROWS * 5, 1);
  sums[5] = collapsed(SIZE / 50, 50);
  sums[6] = at_run_time(SIZE);
  sums[7] = up(0) + up(1) + few_at_a_time(2) + rows(1) + out[SIZE - 1] + out[5];
  for (int i = 0; i < 8; i++)
    printf("%ld\n", sums[i]);
  return 0;
}
