/* SPDX-License-Identifier: MIT */
/* The kernel of pieces with hints placed by an expert: the whole piece at its start. */
#include "hand_hints.h"
#include "pieces.h"

uint64_t piece_sum(const uint64_t *piece, size_t count) {
  uint64_t sum = 0;
  hand_range(piece, count * sizeof *piece);
  for (size_t i = 0; i < count; i++)
    sum += piece[i];
  return sum;
}
