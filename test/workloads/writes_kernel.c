/* SPDX-License-Identifier: MIT */
/* The kernel of writes as users write it: compiled plain and with the plugin. */
#include "writes.h"

void block_sums(const uint64_t *values, size_t count, uint64_t *results) {
  for (size_t k = 0; k < count; k++) {
    uint64_t sum = 0;
    for (size_t i = 0; i < WRITES_EACH; i++)
      sum += values[k * WRITES_EACH + i];
    results[k] = sum;
  }
}
