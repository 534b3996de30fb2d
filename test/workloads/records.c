/* SPDX-License-Identifier: MIT */
/* Case records: the data is records of 64 bytes, the index file is their order. */
#include "harness.h"
#include "records.h"

static const char *records;
static const uint32_t *order;
static size_t count;

static void open_records(const struct run *run) {
  struct file_view data = harness_data(run), index = harness_map(run, run->index, 0);
  records = data.address, order = index.address, count = index.bytes / sizeof *order;
}

static uint64_t execute_records(void) {
  return records_out_of_order(records, order, count);
}

const struct workload workload = {"records", open_records, execute_records, NULL};
