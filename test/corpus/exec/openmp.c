/* SPDX-License-Identifier: MIT */
/* OpenMP outlining, worksharing and simd loops stay what they were. */
// RUN: %same --expect strips %s -O2 -O3 -fopenmp %openmp
// REQUIRES: openmp
#include <stdio.h>

enum { SIZE = 30000 };
static double values[SIZE], out[SIZE];
static unsigned order[SIZE];

int main(void) {
  for (int i = 0; i < SIZE; i++) {
    values[i] = i % 97;
    order[i] = (unsigned)(i * 7919L % SIZE);
  }
#pragma omp parallel for schedule(static) num_threads(4)
  for (int i = 0; i < SIZE; i++)
    out[i] = values[order[i]] * 2;
#ifdef NO_DYNAMIC /* clang 19 with an older libomp, which lacks what it calls */
#pragma omp parallel for num_threads(3)
#else
#pragma omp parallel for schedule(dynamic, 100) num_threads(3)
#endif
  for (int i = 0; i < SIZE; i++)
    out[i] += values[i];
  long sum = 0;
#pragma omp parallel for reduction(+ : sum) num_threads(4)
  for (int i = 0; i < SIZE; i++)
    sum += (long)out[i];
#pragma omp simd
  for (int i = 0; i < SIZE; i++)
    out[i] = out[i] * 0.5 + values[i];
  double last = 0;
#pragma omp parallel sections num_threads(2)
  {
#pragma omp section
    for (int i = 0; i < SIZE; i++)
      last += out[i];
#pragma omp section
    for (int i = 0; i < SIZE; i++)
      values[i] += 1;
  }
  printf("%ld %.17g %.17g\n", sum, last, values[SIZE - 1]);
  return 0;
}
