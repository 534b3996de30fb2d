/* SPDX-License-Identifier: MIT */
/* Case rows: every --count-th row of the data, seen as a matrix with rows of 32 KiB. */
#include "rows.h"
#include "harness.h"

static struct file_view data;
static size_t step;

static void open_rows(const struct run *run) {
  if (run->count == 0)
    harness_fail("--count is missing");
  data = harness_data(run);
  step = run->count;
}

static uint64_t execute_rows(void) {
  return row_sums(data.address, data.bytes / sizeof(uint64_t) / ROWS_WIDTH / step, step);
}

const struct workload workload = {"rows", open_rows, execute_rows, NULL};
