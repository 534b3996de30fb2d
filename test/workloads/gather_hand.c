/* SPDX-License-Identifier: MIT */
/* The kernel of gather with hints placed by an expert: single pages a fixed distance ahead where the reads lie far apart,
 * everything in large requests where most pages will be read anyway. */
#include "gather.h"
#include "hand_hints.h"

enum { PAGE = 4096, DENSE_READS_FOR_EACH_8_PAGES = 2 };

static bool is_dense(struct column column, size_t count) {
  size_t bytes = column.count * sizeof *column.values;
  return count * 8 >= bytes / PAGE * DENSE_READS_FOR_EACH_8_PAGES && hand_memory_has_room(bytes);
}

uint64_t gather_sum(struct column column, const uint32_t *rows, size_t count) {
  uint64_t sum = 0;
  hand_range(rows, count * sizeof *rows);
  if (is_dense(column, count)) {
    hand_range(column.values, column.count * sizeof *column.values);
    for (size_t i = 0; i < count; i++)
      sum += column.values[rows[i]];
    return sum;
  }
  struct hand_batch batch = {.count = 0};
  size_t ahead = 0;
  for (size_t done = 0; done < count;) {
    size_t to = count - done < HAND_DISTANCE + HAND_BATCH ? count : done + HAND_DISTANCE + HAND_BATCH;
    for (; ahead < to; ahead++)
      hand_page(&batch, &column.values[rows[ahead]]);
    if (ahead == count)
      hand_flush(&batch);
    size_t end = count - done < HAND_BATCH ? count : done + HAND_BATCH;
    for (; done < end; done++)
      sum += column.values[rows[done]];
  }
  return sum;
}
