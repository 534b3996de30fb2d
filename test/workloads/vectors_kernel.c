/* SPDX-License-Identifier: MIT */
/* The kernel of vectors as users write it: compiled plain and with the plugin. */
#include "vectors.h"

uint64_t best_row(const uint32_t *matrix, size_t width, const uint32_t *query, const uint32_t *rows, size_t count) {
  uint64_t best = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t sum = 0;
    for (size_t k = 0; k < width; k++)
      sum += matrix[rows[i] * width + k] * query[k];
    if (sum > best)
      best = sum;
  }
  return best;
}
