/* SPDX-License-Identifier: MIT */
/* Case histogram: one pass over --bytes of the numbers that counts into a table. */
#include "histogram.h"
#include "harness.h"

#include <string.h>

static struct file_view data;
static uint64_t bins[HISTOGRAM_BINS];

static void open_histogram(const struct run *run) {
  data = harness_data(run);
}

static uint64_t execute_histogram(void) {
  memset(bins, 0, sizeof bins);
  difference_counts(data.address, data.bytes / sizeof(uint64_t), bins);
  uint64_t checksum = 0;
  for (size_t i = 0; i < HISTOGRAM_BINS; i++)
    checksum = harness_mix(checksum, bins[i]);
  return checksum;
}

const struct workload workload = {"histogram", open_histogram, execute_histogram, NULL};
