/* SPDX-License-Identifier: MIT */
/* The kernel of pieces as users write it: compiled plain and with the plugin. */
#include "pieces.h"

uint64_t piece_sum(const uint64_t *piece, size_t count) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += piece[i];
  return sum;
}
