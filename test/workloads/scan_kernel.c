/* SPDX-License-Identifier: MIT */
/* The kernel of scan as users write it: compiled plain and with the plugin. */
#include "scan.h"

uint64_t scan_sum(const uint64_t *values, size_t count) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += values[i];
  return sum;
}
