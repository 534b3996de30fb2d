/* SPDX-License-Identifier: MIT */
/* The kernel of gather where each value is looked up by a function that is not inlined, as those of a library's own file are. */
#include "gather.h"

__attribute__((noinline)) static uint64_t value_of(const struct column *column, uint32_t row) {
  return row < column->count ? column->values[row] : 0;
}

uint64_t gather_sum(struct column column, const uint32_t *rows, size_t count) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += value_of(&column, rows[i]);
  return sum;
}
