/* SPDX-License-Identifier: MIT */
/* The kernel of columns as users write it: compiled plain and with the plugin. */
#include "columns.h"

void column_sums(const double *matrix, size_t rows, size_t width, const uint32_t *chosen, size_t count, double *sums) {
  for (size_t c = 0; c < count; c++) {
    sums[c] = 0;
    for (size_t r = 0; r < rows; r++)
      sums[c] += matrix[r * width + chosen[c]];
  }
}
