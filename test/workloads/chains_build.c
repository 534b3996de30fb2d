/* SPDX-License-Identifier: MIT */
/* Case chains_build: a table of --count keys, in memory; it has no data file. */
#include "chains_build.h"
#include "harness.h"
#include "numbers.h"

#include <stdlib.h>
#include <string.h>

static uint32_t *heads;
static struct chains_entry *entries;
static uint64_t *keys;
static uint64_t head_count;
static size_t count;

static void open_build(const struct run *run) {
  count = run->count;
  for (head_count = 1; head_count * 2 < count;)
    head_count *= 2;
  heads = malloc(head_count * sizeof *heads), entries = calloc(count + 1, sizeof *entries), keys = malloc(count * sizeof *keys);
  if (count == 0 || !heads || !entries || !keys)
    harness_fail("--count %zu: no memory for the table", count);
  for (size_t i = 0; i < count; i++)
    keys[i] = number_scramble(i);
}

static uint64_t execute_build(void) {
  memset(heads, 0, head_count * sizeof *heads);
  chains_build(heads, head_count - 1, entries, keys, count);
  return harness_mix(heads[0], entries[count].next);
}

const struct workload workload = {"chains_build", open_build, execute_build, NULL};
