/* SPDX-License-Identifier: MIT */
/* Cases columns and columns-all: --bytes of the numbers as a row-major matrix of --width doubles a row; --count columns are
 * summed, spread over the row, or all of them without --count. */
#include "columns.h"
#include "harness.h"
#include "numbers.h"

#include <stdlib.h>
#include <string.h>

static const double *matrix;
static size_t rows, width, chosen_count;
static uint32_t *chosen;
static double *sums;

static void open_columns(const struct run *run) {
  if (run->width == 0)
    harness_fail("--width is missing");
  struct file_view data = harness_data(run);
  matrix = data.address;
  width = run->width;
  rows = data.bytes / sizeof *matrix / width;
  chosen_count = run->count ? run->count : width;
  chosen = calloc(chosen_count, sizeof *chosen);
  sums = calloc(chosen_count, sizeof *sums);
  if (!chosen || !sums)
    harness_fail("out of memory");
  for (size_t c = 0; c < chosen_count; c++)
    chosen[c] = (uint32_t)(run->count ? number_scramble(c) % width : c);
}

static uint64_t execute_columns(void) {
  column_sums(matrix, rows, width, chosen, chosen_count, sums);
  uint64_t checksum = 0;
  for (size_t c = 0; c < chosen_count; c++) {
    uint64_t bits;
    memcpy(&bits, &sums[c], sizeof bits);
    checksum = harness_mix(checksum, bits);
  }
  return checksum;
}

static int touch_columns(size_t i) {
  if (i >= rows * chosen_count)
    return 0;
  (void)*(const volatile double *)&matrix[i % rows * width + chosen[i / rows]];
  return 1;
}

const struct workload workload = {"columns", open_columns, execute_columns, touch_columns};
