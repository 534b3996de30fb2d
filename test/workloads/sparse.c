/* SPDX-License-Identifier: MIT */
/* Case sparse: the data is the vector, the index file names the columns; the rows' bounds are made here. */
#include "sparse.h"
#include "harness.h"

#include <stdlib.h>

enum { MOST = 11 };

static uint32_t *bounds;
static size_t rows;
static const uint32_t *columns;
static const uint64_t *vector;

static void open_sparse(const struct run *run) {
  struct file_view data = harness_data(run), index = harness_map(run, run->index, 0);
  size_t entries = index.bytes / sizeof *columns, at = 0;
  bounds = malloc((entries + 1) * sizeof *bounds);
  if (!bounds)
    harness_fail("no memory for the rows of %zu entries", entries);
  for (rows = 0; at <= entries && rows < entries; at += (rows * 2654435761u >> 7) % MOST)
    bounds[rows++] = (uint32_t)at;
  rows--;
  vector = data.address, columns = index.address;
}

static uint64_t execute_sparse(void) {
  return sparse_product(bounds, rows, columns, vector);
}

static int touch_sparse(size_t k) {
  if (k >= bounds[rows])
    return 0;
  (void)*(const volatile uint64_t *)&vector[columns[k]];
  return 1;
}

const struct workload workload = {"sparse", open_sparse, execute_sparse, touch_sparse};
