/* SPDX-License-Identifier: MIT */
/* Case search: --count binary searches in the data, which is sorted. */
#include "search.h"
#include "harness.h"
#include "numbers.h"

#include <stdlib.h>

static const uint64_t *numbers;
static uint64_t *keys;
static size_t size, count;

static void open_search(const struct run *run) {
  struct file_view data = harness_data(run);
  numbers = data.address, size = data.bytes / sizeof *numbers, count = run->count;
  keys = malloc(count * sizeof *keys);
  if (count == 0 || !keys)
    harness_fail("--count %zu: no memory for the keys", count);
  for (size_t i = 0; i < count; i++)
    keys[i] = sorted_at(number_scramble(i) % size);
}

static uint64_t execute_search(void) {
  return search_all(numbers, size, keys, count);
}

const struct workload workload = {"search", open_search, execute_search, NULL};
