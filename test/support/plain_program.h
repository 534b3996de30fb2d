/* SPDX-License-Identifier: MIT */
/* Slice programs, run one iteration after the other and one value after the other: what their instructions mean, written a second
 * time, for tests to compare the runtime's interpreter and the planner's programs with. */
#ifndef PLAIN_PROGRAM_H
#define PLAIN_PROGRAM_H

#include "pageprefetch_program.h"

#include <stdbool.h>

struct plain_world {
  void *context;
  /* Copies `bytes` bytes at an address; false where they can not be read. */
  bool (*load)(void *context, uint64_t address, void *to, unsigned bytes);
  void (*hint)(void *context, uint64_t iteration, unsigned site, uint64_t address, uint64_t span);
  void (*walk)(void *context, unsigned site, uint64_t base, uint64_t stride, uint64_t span);
};

enum plain_end {
  PLAIN_ENDED,   /* the iteration was run */
  PLAIN_STOPPED, /* it leaves the loop, or what later iterations carry can not be known */
  PLAIN_BUDGET,  /* the budget was used up */
};

/* Runs one iteration. `registers`: PP_PROGRAM_REGISTERS of them, carried ones with their values; the others are cleared. */
enum plain_end plain_iteration(const struct pp_program *program, const uint64_t *environment, uint64_t iteration,
                               uint64_t *registers, uint64_t *budget, const struct plain_world *world);

#endif
