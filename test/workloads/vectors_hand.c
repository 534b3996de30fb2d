/* SPDX-License-Identifier: MIT */
/* The kernel of vectors with hints placed by an expert: the pages of each row, a fixed number of rows ahead. */
#include "hand_hints.h"
#include "vectors.h"

enum { PAGE = 4096 };

uint64_t best_row(const uint32_t *matrix, size_t width, const uint32_t *query, const uint32_t *rows, size_t count) {
  struct hand_batch batch = {.count = 0};
  uint64_t best = 0;
  hand_range(rows, count * sizeof *rows);
  for (size_t i = 0, ahead = 0; i < count; i++) {
    for (; ahead < count && ahead < i + HAND_DISTANCE; ahead++) {
      const char *row = (const char *)&matrix[rows[ahead] * width];
      for (size_t at = 0; at < width * sizeof *matrix; at += PAGE)
        hand_page(&batch, row + at);
      hand_page(&batch, row + width * sizeof *matrix - 1);
    }
    if (ahead == count)
      hand_flush(&batch);
    uint32_t sum = 0;
    for (size_t k = 0; k < width; k++)
      sum += matrix[rows[i] * width + k] * query[k];
    if (sum > best)
      best = sum;
  }
  return best;
}
