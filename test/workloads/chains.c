/* SPDX-License-Identifier: MIT */
/* Case chains: --count keys looked up in the data file's table. */
#include "chains.h"
#include "harness.h"
#include "numbers.h"

#include <stdio.h>
#include <stdlib.h>

static struct chains table;
static uint64_t *keys;
static size_t count;

static void open_chains(const struct run *run) {
  struct chains_header header = {0};
  FILE *file = fopen(run->data, "re");
  if (!file || fread(&header, sizeof header, 1, file) != 1 || header.magic != CHAINS_MAGIC)
    harness_fail("%s is no hash table", run->data);
  fclose(file); /* before harness_data drops it from the cache */
  struct file_view data = harness_data(run);
  table.heads = (const void *)((const char *)data.address + CHAINS_OFFSET);
  table.entries = (const void *)(table.heads + header.heads);
  table.mask = header.heads - 1;
  count = run->count;
  keys = malloc(count * sizeof *keys);
  if (count == 0 || !keys)
    harness_fail("--count %zu: no memory for the keys", count);
  for (size_t i = 0; i < count; i++)
    keys[i] = number_scramble(number_scramble(~i) % (header.entries - 1));
}

static uint64_t execute_chains(void) {
  return chains_probe(&table, keys, count);
}

const struct workload workload = {"chains", open_chains, execute_chains, NULL};
