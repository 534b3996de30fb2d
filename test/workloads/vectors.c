/* SPDX-License-Identifier: MIT */
/* Case vectors: rows of --width 32-bit numbers of the data; the index file names the rows. */
#include "vectors.h"
#include "harness.h"

#include <stdlib.h>

static const uint32_t *matrix, *rows;
static uint32_t *query;
static size_t width, count;

static void open_vectors(const struct run *run) {
  struct file_view data = harness_data(run), index = harness_map(run, run->index, 0);
  width = run->width;
  query = malloc(width * sizeof *query);
  if (width == 0 || !query)
    harness_fail("--width %zu: no memory for a row", width);
  for (size_t k = 0; k < width; k++)
    query[k] = (uint32_t)(k * 2654435761u);
  matrix = data.address, rows = index.address, count = index.bytes / sizeof *rows;
}

static uint64_t execute_vectors(void) {
  return best_row(matrix, width, query, rows, count);
}

static int touch_vectors(size_t i) {
  if (i >= count)
    return 0;
  (void)*(const volatile uint32_t *)&matrix[rows[i] * width];
  (void)*(const volatile uint32_t *)&matrix[rows[i] * width + width - 1];
  return 1;
}

const struct workload workload = {"vectors", open_vectors, execute_vectors, touch_vectors};
