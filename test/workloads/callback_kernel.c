/* SPDX-License-Identifier: MIT */
/* The kernel of vectors where each row is handed to a callback, which is known where the walk over the rows is called. */
#include "vectors.h"

typedef uint32_t visitor(const uint32_t *row, const uint32_t *query, size_t width);

__attribute__((noinline)) static uint32_t product(const uint32_t *row, const uint32_t *query, size_t width) {
  uint32_t sum = 0;
  for (size_t k = 0; k < width; k++)
    sum += row[k] * query[k];
  return sum;
}

__attribute__((noinline)) static uint64_t best_of(const uint32_t *matrix, size_t width, const uint32_t *query,
                                                  const uint32_t *rows, size_t count, visitor *visit) {
  uint64_t best = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t found = visit(&matrix[rows[i] * width], query, width);
    if (found > best)
      best = found;
  }
  return best;
}

uint64_t best_row(const uint32_t *matrix, size_t width, const uint32_t *query, const uint32_t *rows, size_t count) {
  return best_of(matrix, width, query, rows, count, product);
}
