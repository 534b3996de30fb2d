/* SPDX-License-Identifier: MIT */
/* Case batches: the rows of the index file, --count of them a call. */
#include "batches.h"
#include "harness.h"

static const uint64_t *values;
static const uint32_t *rows;
static size_t all, batch;

static void open_batches(const struct run *run) {
  struct file_view data = harness_data(run), index = harness_map(run, run->index, 0);
  values = data.address, rows = index.address, all = index.bytes / sizeof *rows, batch = run->count;
  if (batch == 0)
    harness_fail("--count is missing");
}

static uint64_t execute_batches(void) {
  uint64_t checksum = 0;
  for (size_t done = 0; done < all; done += batch)
    checksum = harness_mix(checksum, batch_sum(values, rows + done, all - done < batch ? all - done : batch));
  return checksum;
}

static int touch_batches(size_t i) {
  if (i >= all)
    return 0;
  (void)*(const volatile uint64_t *)&values[rows[i]];
  return 1;
}

const struct workload workload = {"batches", open_batches, execute_batches, touch_batches};
