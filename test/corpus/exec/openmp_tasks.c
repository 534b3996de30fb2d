/* SPDX-License-Identifier: MIT */
/* OpenMP's tasks: a task's own loops and those of taskloop, each over a part of the whole, are loops as any. A task for every
 * iteration has none. */
// RUN: %same --expect strips,gathered %s -O2 -O3 -fopenmp %openmp
// REQUIRES: openmp
#include <stdio.h>

enum { SIZE = 20000, PART = 500 };
static long table[1 << 16], out[SIZE], parts[SIZE / PART];
static unsigned order[SIZE];

__attribute__((noinline)) static void in_parts(int n) {
#pragma omp parallel num_threads(3)
#pragma omp single
  for (int first = 0; first < n; first += PART)
#pragma omp task firstprivate(first)
  {
    long sum = 0;
    for (int i = first; i < first + PART; i++)
      sum += table[order[i]];
    parts[first / PART] = sum;
  }
}

__attribute__((noinline)) static void by_taskloop(int n) {
#pragma omp parallel num_threads(3)
#pragma omp single
#pragma omp taskloop grainsize(300)
  for (int i = 0; i < n; i++)
    out[i] += 2 * table[order[i]];
}

__attribute__((noinline)) static void one_by_one(int n) {
#pragma omp parallel num_threads(2)
#pragma omp single
  for (int i = 0; i < n; i++)
#pragma omp task firstprivate(i)
    out[i] += table[order[i]];
}

int main(void) {
  for (int i = 0; i < 1 << 16; i++)
    table[i] = i * 7 % 1009;
  for (int i = 0; i < SIZE; i++)
    order[i] = (unsigned)(i * 7919L % (1 << 16));
  in_parts(SIZE);
  by_taskloop(SIZE);
  one_by_one(2000);
  long sum = 0;
  for (int i = 0; i < SIZE; i++)
    sum += out[i] * (i % 7);
  for (int i = 0; i < SIZE / PART; i++)
    sum = sum * 3 + parts[i];
  printf("%ld\n", sum);
  return 0;
}
