/* SPDX-License-Identifier: MIT */
/* Case writes: one pass over --bytes of the numbers that fills a small array with results. */
#include "writes.h"
#include "harness.h"

#include <stdlib.h>

static const uint64_t *values;
static uint64_t *results;
static size_t count;

static void open_writes(const struct run *run) {
  struct file_view data = harness_data(run);
  values = data.address;
  count = data.bytes / sizeof *values / WRITES_EACH;
  results = calloc(count, sizeof *results);
  if (!results)
    harness_fail("out of memory");
}

static uint64_t execute_writes(void) {
  block_sums(values, count, results);
  uint64_t checksum = 0;
  for (size_t k = 0; k < count; k++)
    checksum = harness_mix(checksum, results[k]);
  return checksum;
}

const struct workload workload = {"writes", open_writes, execute_writes, NULL};
