/* SPDX-License-Identifier: MIT */
/* The kernels of gather and sparse as OpenMP deals them out, for test/bench/openmp.py.
 * SCHEDULE is what the schedule clause says; without -fopenmp these are the plain kernels' loops. */
#include "gather.h"
#include "sparse.h"

uint64_t gather_sum(struct column column, const uint32_t *rows, size_t count) {
  uint64_t sum = 0;
#pragma omp parallel for reduction(+ : sum) schedule(SCHEDULE)
  for (size_t i = 0; i < count; i++)
    sum += column.values[rows[i]];
  return sum;
}

uint64_t sparse_product(const uint32_t *bounds, size_t rows, const uint32_t *columns, const uint64_t *vector) {
  uint64_t all = 0;
#pragma omp parallel for reduction(^ : all) schedule(SCHEDULE)
  for (size_t i = 0; i < rows; i++) {
    uint64_t sum = 0;
    for (uint32_t k = bounds[i]; k < bounds[i + 1]; k++)
      sum += vector[columns[k]];
    all ^= sum * (i | 1);
  }
  return all;
}
