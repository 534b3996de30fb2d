/* SPDX-License-Identifier: MIT */
/* Case pieces: pieces of --width bytes of the data, which the index file names, one a call. */
#include "pieces.h"
#include "harness.h"

static const uint64_t *values;
static const uint32_t *rows;
static size_t count, length;

static void open_pieces(const struct run *run) {
  struct file_view data = harness_data(run), index = harness_map(run, run->index, 0);
  values = data.address, rows = index.address, count = index.bytes / sizeof *rows, length = run->width / sizeof *values;
  if (length == 0)
    harness_fail("--width is missing");
}

static uint64_t execute_pieces(void) {
  uint64_t checksum = 0;
  for (size_t i = 0; i < count; i++)
    checksum = harness_mix(checksum, piece_sum(values + rows[i] * length, length));
  return checksum;
}

const struct workload workload = {"pieces", open_pieces, execute_pieces, NULL};
