/* SPDX-License-Identifier: MIT */
/* The kernel of vectors where each row is copied out before it is used, as loaders of batches do. */
#include "vectors.h"

#include <stdlib.h>
#include <string.h>

uint64_t best_row(const uint32_t *matrix, size_t width, const uint32_t *query, const uint32_t *rows, size_t count) {
  uint64_t best = 0;
  uint32_t *row = malloc(width * sizeof *row);
  for (size_t i = 0; i < count && row; i++) {
    memcpy(row, &matrix[rows[i] * width], width * sizeof *row);
    uint32_t sum = 0;
    for (size_t k = 0; k < width; k++)
      sum += row[k] * query[k];
    if (sum > best)
      best = sum;
  }
  free(row);
  return best;
}
