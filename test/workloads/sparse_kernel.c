/* SPDX-License-Identifier: MIT */
/* The kernel of sparse as users write it: compiled plain and with the plugin. */
#include "sparse.h"

uint64_t sparse_product(const uint32_t *bounds, size_t rows, const uint32_t *columns, const uint64_t *vector) {
  uint64_t all = 0;
  for (size_t i = 0; i < rows; i++) {
    uint64_t sum = 0;
    for (uint32_t k = bounds[i]; k < bounds[i + 1]; k++)
      sum += vector[columns[k]];
    all ^= sum * (i | 1);
  }
  return all;
}
