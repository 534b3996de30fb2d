/* SPDX-License-Identifier: MIT */
/* Case multigrid: grids of --width levels, --count cycles, all in memory; it has no data file. */
#include "multigrid.h"
#include "harness.h"

#include <string.h>

static size_t levels, cycles;

static void open_multigrid(const struct run *run) {
  levels = run->width, cycles = run->count;
  if (levels < 2 || levels > 10)
    harness_fail("--width %zu: 2 to 10 levels", levels);
}

static uint64_t execute_multigrid(void) {
  double sum = multigrid_solve(levels, cycles);
  uint64_t bits;
  memcpy(&bits, &sum, sizeof bits);
  return bits;
}

const struct workload workload = {"multigrid", open_multigrid, execute_multigrid, NULL};
