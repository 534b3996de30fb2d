/* SPDX-License-Identifier: MIT */
/* Case btree: --count lookups of keys that are there, in the tree of the data file. */
#include "btree.h"
#include "harness.h"
#include "numbers.h"

#include <stdio.h>
#include <stdlib.h>

static struct btree tree;
static uint64_t *keys;
static size_t count;

static void open_btree(const struct run *run) {
  struct btree_header header = {0};
  FILE *file = fopen(run->data, "re");
  if (!file || fread(&header, sizeof header, 1, file) != 1 || header.magic != BTREE_MAGIC)
    harness_fail("%s is no tree", run->data);
  fclose(file); /* before harness_data drops it from the cache */
  struct file_view data = harness_data(run);
  tree = (struct btree){data.address, header.root, header.height};
  count = run->count;
  keys = malloc(count * sizeof *keys);
  if (count == 0 || !keys)
    harness_fail("--count %zu: no memory for the keys", count);
  for (size_t i = 0; i < count; i++)
    keys[i] = sorted_at(number_scramble(i) % header.pairs);
}

static uint64_t execute_btree(void) {
  return btree_sum(&tree, keys, count);
}

const struct workload workload = {"btree", open_btree, execute_btree, NULL};
