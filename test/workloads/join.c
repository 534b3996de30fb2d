/* SPDX-License-Identifier: MIT */
/* Case join: the first half of the data is one table, the second half the other; the index file names rows of the first. */
#include "join.h"
#include "harness.h"

static struct tables tables;
static const uint32_t *rows;
static size_t count;

static void open_join(const struct run *run) {
  struct file_view data = harness_data(run), index = harness_map(run, run->index, 0);
  size_t half = data.bytes / sizeof(uint64_t) / 2;
  tables = (struct tables){data.address, (const uint64_t *)data.address + half, half};
  rows = index.address, count = index.bytes / sizeof *rows;
}

static uint64_t execute_join(void) {
  return join_sum(tables, rows, count);
}

static int touch_join(size_t i) {
  if (i >= count)
    return 0;
  uint64_t loaded = *(const volatile uint64_t *)&tables.first[rows[i]];
  (void)*(const volatile uint64_t *)&tables.second[loaded % tables.second_count];
  return 1;
}

const struct workload workload = {"join", open_join, execute_join, touch_join};
