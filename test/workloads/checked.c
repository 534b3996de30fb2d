/* SPDX-License-Identifier: MIT */
/* Case checked: the index file names numbers of the data. */
#include "checked.h"
#include "harness.h"

static const uint64_t *values;
static const uint32_t *rows;
static size_t size, count;

static void open_checked(const struct run *run) {
  struct file_view data = harness_data(run), index = harness_map(run, run->index, 0);
  values = data.address, size = data.bytes / sizeof *values;
  rows = index.address, count = index.bytes / sizeof *rows;
}

static uint64_t execute_checked(void) {
  return checked_sum(values, size, rows, count);
}

const struct workload workload = {"checked", open_checked, execute_checked, NULL};
