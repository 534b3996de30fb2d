/* SPDX-License-Identifier: MIT */
/* The kernel of sparse with hints placed by an expert, who knows that the rows' entries follow each other. */
#include "hand_hints.h"
#include "sparse.h"

uint64_t sparse_product(const uint32_t *bounds, size_t rows, const uint32_t *columns, const uint64_t *vector) {
  struct hand_batch batch = {.count = 0};
  uint64_t all = 0;
  uint32_t ahead = 0, end = bounds[rows];
  hand_range(columns, end * sizeof *columns);
  for (size_t i = 0; i < rows; i++) {
    for (; ahead < end && ahead < bounds[i] + HAND_DISTANCE; ahead++)
      hand_page(&batch, &vector[columns[ahead]]);
    if (ahead == end)
      hand_flush(&batch);
    uint64_t sum = 0;
    for (uint32_t k = bounds[i]; k < bounds[i + 1]; k++)
      sum += vector[columns[k]];
    all ^= sum * (i | 1);
  }
  return all;
}
