// SPDX-License-Identifier: MIT
// The kernel of checked with hints placed by an expert: each page a fixed number of rows ahead.
#include "checked.h"
#include "checked_view.h"

extern "C" {
#include "hand_hints.h"
}

uint64_t checked_sum(const uint64_t *values, size_t size, const uint32_t *rows, size_t count) {
  checked_view<uint64_t> table(values, size);
  checked_view<uint32_t> index(rows, count);
  hand_batch batch;
  batch.count = 0;
  uint64_t sum = 0;
  hand_range(rows, count * sizeof *rows);
  for (size_t i = 0, ahead = 0; i < index.size(); i++) {
    for (; ahead < count && ahead < i + HAND_DISTANCE; ahead++)
      if (index.at(ahead) < table.size())
        hand_page(&batch, &table.at(index.at(ahead)));
    if (ahead == count)
      hand_flush(&batch);
    sum += table.at(index.at(i));
  }
  return sum;
}
