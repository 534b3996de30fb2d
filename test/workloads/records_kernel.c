/* SPDX-License-Identifier: MIT */
/* The kernel of records as users write it: compiled plain and with the plugin. */
#include "records.h"

#include <string.h>

size_t records_out_of_order(const char *records, const uint32_t *order, size_t count) {
  size_t wrong = 0;
  for (size_t i = 1; i < count; i++) {
    const char *before = records + (size_t)order[i - 1] * RECORD_BYTES, *after = records + (size_t)order[i] * RECORD_BYTES;
    wrong += memcmp(before, after, RECORD_BYTES) > 0;
  }
  return wrong;
}
