/* SPDX-License-Identifier: MIT */
/* Windows: what is kept between the strips of one entry of a loop, so that nothing is hinted or computed twice.
 * A thread has a few; the one that was used longest ago makes room. */
#ifndef RUNTIME_WINDOW_H
#define RUNTIME_WINDOW_H

#include "program.h"

#include "pageprefetch_abi.h"

enum {
  PP_WINDOWS = 4,
  PP_LOOP_SITES = 256, /* of a loop at most: programs name them by a byte */
  PP_LANE_SETS = 16,   /* iterations under way: PP_LANES times as many */
  PP_RATE_ITERATIONS = 1024,
};

struct pp_window {
  const struct pp_live_loop *loop; /* NULL: free */
  uint64_t trips, used;            /* of the entry; when this window was used last */
  uint64_t done, next; /* iterations behind at the last call, and at the next one if the program does what it was told */
  uint64_t environment[PP_PROGRAM_ENVIRONMENT];
  uint64_t ahead[PP_LOOP_SITES]; /* by walk: the iterations below were hinted */
  uint64_t started;              /* slices of the iterations below were started */
  bool dealt;                    /* other threads take iterations of the same entry, */
  uint64_t trust;                /* iterations that the thread is taken to go on for; 0: to the end */
  uint64_t others;               /* of those started so many */
  bool begun;                    /* slices have run in this entry, */
  uint64_t entry;                /* the loop's so manieth then: another one since may be this thread's, with the same values */
  bool lost;                     /* what the loop carries from iteration to iteration is not known in this entry */
  uint64_t sample_pages, sample_iterations; /* since the last lesson about what an iteration touches */
  unsigned set_count;                       /* of `sets`, in use */
  struct pp_lanes *sets;                    /* PP_LANE_SETS of them, mapped when slices run for the first time */
};

struct pp_thread;
struct pp_live_loop;

/* The window of a call that hints `loop`, whose environment is in the thread's record. What it says of iterations is forgotten
 * where the entry is another one than at the last call. */
struct pp_window *pp_window_of(struct pp_thread *thread, const struct pp_live_loop *loop, uint32_t environment_count,
                               uint64_t done, uint64_t trips);

#endif
