/* SPDX-License-Identifier: MIT */
/* Cases gather and gather-dense: random 8-byte reads of a mapped file through an index array in another mapped file.
 * --data numbers, --bytes of it, --index the rows; how dense the reads lie is the index file's matter. */
#include "gather.h"
#include "harness.h"

static struct column column;
static const uint32_t *rows;
static size_t row_count;

static void open_gather(const struct run *run) {
  struct file_view data = harness_data(run);
  struct file_view index = harness_map(run, run->index, 0);
  column = (struct column){data.address, data.bytes / sizeof *column.values};
  rows = index.address;
  row_count = index.bytes / sizeof *rows;
}

static uint64_t execute_gather(void) {
  return gather_sum(column, rows, row_count);
}

static int touch_gather(size_t i) {
  if (i >= row_count)
    return 0;
  (void)*(const volatile uint64_t *)&column.values[rows[i]];
  return 1;
}

const struct workload workload = {"gather", open_gather, execute_gather, touch_gather};
