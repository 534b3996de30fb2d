/* SPDX-License-Identifier: MIT */
/* Running slice programs: many iterations at a time, a lane each. Pure computation: memory is read, and hints are given, only by
 * what the caller passes. */
#ifndef RUNTIME_PROGRAM_H
#define RUNTIME_PROGRAM_H

#include "pageprefetch_program.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PP_LANES = 64 };

/* One bit for each instruction. */
typedef uint64_t pp_instruction_set[PP_PROGRAM_INSTRUCTIONS / 64];

/* Sets of lanes: bit n is lane n. */
typedef uint64_t pp_lane_set;

/* What became of a load in each lane: lanes in neither set can not read there, and end. */
struct pp_loaded {
  pp_lane_set loaded; /* values holds the bytes, in its low end; what stands above is ignored */
  pp_lane_set absent; /* ask again in a later visit */
};

/* What a program may do to the world. Both are called with addresses of lanes outside the set undefined. */
struct pp_program_io {
  void *context;
  /* `waited`: lanes that were told "absent" at this very load in an earlier visit. `steady`: a copy of what is read stays good
   * while the loop runs. */
  struct pp_loaded (*load)(void *context, pp_lane_set lanes, pp_lane_set waited, const uint64_t addresses[PP_LANES],
                           unsigned bytes, bool steady, uint64_t values[PP_LANES]);
  /* `step`: 1, or 0 where spans[0] is that of all lanes. */
  void (*hint)(void *context, pp_lane_set lanes, unsigned site, const uint64_t addresses[PP_LANES], const uint64_t *spans,
               unsigned step);
  /* Iteration i of the loop touches `span` bytes at base + i * stride. Only for programs that have PP_OP_WALK. */
  void (*walk)(void *context, unsigned site, uint64_t base, uint64_t stride, uint64_t span);
};

/* Lanes that stand at the same instruction. */
struct pp_lane_group {
  pp_lane_set lanes; /* never empty in a list */
  unsigned next;     /* the instruction to run next */
};

struct pp_lane_groups {
  unsigned count;
  struct pp_lane_group list[PP_LANES]; /* in no order; no two at one instruction */
};

/* Iterations under way. Plain memory, a lane in each column; zeroed: no lane is live. */
struct pp_lanes {
  pp_lane_set live;    /* iterations that have not ended: the union of the groups */
  pp_lane_set waiting; /* of these, at a load whose data was absent */
  struct pp_lane_groups groups;
  bool stopped; /* a lane has left the loop, in iteration `last` */
  uint64_t last;
  bool patient;   /* by the caller: lanes that wait are left alone in visits */
  bool suspended; /* of carried values: those after the last iteration run are in the registers, for the iteration behind it */
  bool enough;    /* by a callback: the visit ends after this instruction, and lanes go on in the next one */
  unsigned at;    /* during a callback: the instruction */
  uint64_t first; /* no live lane has an iteration before this one */
  uint64_t iteration[PP_LANES];
  uint64_t registers[PP_PROGRAM_REGISTERS][PP_LANES];
  /* Room of a visit: the stack of the program's loop is not ours to fill. */
  struct pp_lane_groups running; /* lanes that neither ended nor wait; those of `groups` wait */
  uint64_t values[PP_LANES];     /* what was loaded */
  uint64_t mask[PP_LANES];       /* all bits of each lane of `masked` */
  pp_lane_set masked;
};

/* Whether a program keeps the rules of its instruction set; false with the reason in why. Only such programs may be run. */
bool pp_program_check(const struct pp_program *program, char *why, size_t why_size);

/* Whether a program has operation `op`. */
bool pp_program_has(const struct pp_program *program, enum pp_op op);

/* Adds the loads whose address depends on what another load brought: what they read is not near, nor hinted by a walk. */
void pp_program_dependent(const struct pp_program *program, pp_instruction_set set);

/* Starts iterations first, first + 1, ... in free lanes, at most `count`; returns how many. Of a program with carried values the
 * first start takes the environment's, and only one iteration is under way at a time; where the lanes are suspended, `first` must
 * be the iteration behind the last one, and its values are taken up. */
unsigned pp_lanes_start(struct pp_lanes *lanes, const struct pp_program *program, const uint64_t *environment, uint64_t first,
                        uint64_t count);

/* No lane is live. */
void pp_lanes_clear(struct pp_lanes *lanes);

/* Iterations before `first` are given up. */
void pp_lanes_drop_before(struct pp_lanes *lanes, uint64_t first);

/* Runs every live lane until it ends or waits, or `budget` instructions were run (an instruction for many lanes counts once):
 * then the lanes go on in the next visit. Returns what is left of the budget. Of a program with carried values iterations up to,
 * not including, `end` are run one after the other in lane 0. */
uint64_t pp_lanes_visit(struct pp_lanes *lanes, const struct pp_program *program, const uint64_t *environment, uint64_t end,
                        uint64_t budget, const struct pp_program_io *io);

#endif
