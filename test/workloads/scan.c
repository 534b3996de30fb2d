/* SPDX-License-Identifier: MIT */
/* Case scan: one sequential pass over --bytes of the numbers. */
#include "scan.h"
#include "harness.h"

static struct file_view data;

static void open_scan(const struct run *run) {
  data = harness_data(run);
}

static uint64_t execute_scan(void) {
  return scan_sum(data.address, data.bytes / sizeof(uint64_t));
}

static int touch_scan(size_t i) {
  if (i * 4096 >= data.bytes)
    return 0;
  (void)*((const volatile char *)data.address + i * 4096);
  return 1;
}

const struct workload workload = {"scan", open_scan, execute_scan, touch_scan};
