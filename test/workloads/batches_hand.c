/* SPDX-License-Identifier: MIT */
/* The kernel of batches with hints placed by an expert: all pages of a batch at its start. */
#include "batches.h"
#include "hand_hints.h"

uint64_t batch_sum(const uint64_t *values, const uint32_t *rows, size_t count) {
  struct hand_batch batch = {.count = 0};
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++)
    hand_page(&batch, &values[rows[i]]);
  hand_flush(&batch);
  for (size_t i = 0; i < count; i++)
    sum += values[rows[i]];
  return sum;
}
