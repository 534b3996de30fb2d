/* SPDX-License-Identifier: MIT */
/* Case filter: the data is a filter of which about half of the bits are set; --count keys. */
#include "filter.h"
#include "harness.h"
#include "numbers.h"

#include <stdlib.h>

static const uint64_t *words;
static uint64_t *keys;
static size_t size, count;

static void open_filter(const struct run *run) {
  struct file_view data = harness_data(run);
  words = data.address, size = data.bytes / sizeof *words, count = run->count;
  keys = malloc(count * sizeof *keys);
  if (count == 0 || !keys || (size & (size - 1)) != 0)
    harness_fail("--count %zu: no memory for the keys, or --bytes is no power of two", count);
  for (size_t i = 0; i < count; i++)
    keys[i] = number_scramble(i);
}

static uint64_t execute_filter(void) {
  return filter_count(words, size, keys, count);
}

const struct workload workload = {"filter", open_filter, execute_filter, NULL};
