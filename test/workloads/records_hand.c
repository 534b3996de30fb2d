/* SPDX-License-Identifier: MIT */
/* The kernel of records with hints placed by an expert: each record's page, a fixed number of records ahead. */
#include "hand_hints.h"
#include "records.h"

#include <string.h>

size_t records_out_of_order(const char *records, const uint32_t *order, size_t count) {
  struct hand_batch batch = {.count = 0};
  size_t wrong = 0;
  hand_range(order, count * sizeof *order);
  for (size_t i = 1, ahead = 0; i < count; i++) {
    for (; ahead < count && ahead < i + HAND_DISTANCE; ahead++)
      hand_page(&batch, records + (size_t)order[ahead] * RECORD_BYTES);
    if (ahead == count)
      hand_flush(&batch);
    const char *before = records + (size_t)order[i - 1] * RECORD_BYTES, *after = records + (size_t)order[i] * RECORD_BYTES;
    wrong += memcmp(before, after, RECORD_BYTES) > 0;
  }
  return wrong;
}
