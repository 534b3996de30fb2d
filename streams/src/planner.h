/* SPDX-License-Identifier: MIT */
/* What the planner's files share: the choice for each reference, and the plan's own memory.
 * choose.c decides, with what inner.c knows of inner loops, plan.c groups and orders, write.c writes the programs, describe.c and
 * document.c tell of them. */
#ifndef STREAMS_PLANNER_H
#define STREAMS_PLANNER_H

#include "slice.h"
#include "streams/plan.h"

enum { PP_PAGE = 4096 };

enum pp_stride_kind {
  PP_STRIDE_UNKNOWN,  /* the address changes in another way */
  PP_STRIDE_CONSTANT, /* bytes, 0 for an address that does not change */
  PP_STRIDE_SYMBOLIC, /* known on entry of the loop */
};

struct pp_stride {
  enum pp_stride_kind kind;
  int64_t bytes;
};

/* How a reference is hinted, as terms of the view of `loop`. */
struct pp_choice {
  bool chosen;
  enum pp_plan_kind kind;
  int loop;
  int address; /* lowest byte that an iteration touches */
  int step;    /* affine: bytes from one iteration to the next */
  int extent;  /* bytes from the start of its lowest access to that of its highest in an iteration */
  int length;  /* of a block whose length the run decides, else PP_NONE */
  int node;    /* gather: where the hint stands */
  uint64_t bytes;
  uint64_t bytes_per_iteration; /* footprint that one iteration of `loop` adds; 0: not known */
  bool contiguous;              /* iterations touch what is near by */
  int base;                     /* the address but for its constant: those with one base move together, `offset` bytes apart */
  int64_t offset;
  unsigned loads; /* loads that the address needs one after the other */
  bool feeds;     /* a gather of the loop needs what it loads */
};

/* Reasons with numbers in them live as long as the plan. */
struct pp_reason {
  struct pp_reason *next;
  char text[240];
};

/* What remains known of a reference after planning. */
struct pp_note {
  unsigned levels; /* loops around it, its own first */
  struct pp_stride *strides;
  unsigned loads;
};

struct pp_plan_memory {
  struct pp_reason *reasons;
  struct pp_note *notes; /* by reference */
};

struct pp_planner {
  const struct pp_nest *nest;
  const struct pp_options *options;
  struct pp_plan *plan;
  struct pp_graph *graph;
  struct pp_view **views;     /* by loop, made when first asked for */
  struct pp_region **regions; /* by loop */
  struct pp_choice *choices;  /* by reference */
};

struct pp_view *pp_planner_view(struct pp_planner *planner, int loop);
const struct pp_region *pp_planner_region(struct pp_planner *planner, int loop);
__attribute__((format(printf, 2, 3))) const char *pp_plan_reason(struct pp_plan *plan, const char *format, ...);

/* Fills the choice of every reference, and says why where there is none. */
void pp_choose_all(struct pp_planner *planner);
/* Iterations of its loop before a choice is worth asking the runtime. */
uint64_t pp_least_trips(const struct pp_planner *planner, const struct pp_choice *choice);

/* Whether a value that an inner loop leaves behind is in a term. */
bool pp_has_inner_phi(struct pp_view *view, int term);
/* Whether what inner loops leave behind in a term went on by arithmetic alone, as linear probing does: most of the time their
 * first iterations are all. */
bool pp_goes_on_unloaded(struct pp_view *view, int term);

/* Whether a term needs nothing that only the loop's body can tell. */
bool pp_is_closed(struct pp_view *view, int term);

/* Whether an address moves along with a cursor of the view's loop: one that the loop ends by, or that goes on by little, there or
 * in an inner loop. What a search has found is none. */
bool pp_is_at_cursor(struct pp_view *view, int number);

/* How many bytes an iteration of a stream is certain to overwrite from its address on, as a term: all that it is hinted to touch.
 * PP_NONE where it may not, or is known to leave gaps between iterations. */
int pp_overwritten(struct pp_planner *planner, const struct pp_plan_stream *stream);

/* Whether every iteration that the count of a loop counts runs to its end: there is one exit, inner loops end, and what is called
 * comes back. */
bool pp_runs_through(const struct pp_planner *planner, int loop);

/* What a program hints. */
struct pp_hinted {
  unsigned site;
  int address, step, bytes; /* terms; step: of affine streams */
  int node;                 /* gather */
};

/* Writes a loop's two programs and its environment into the plan. Returns NULL, or what is too large. The slices may be left out
 * to see whether they fit: count 0. */
const char *pp_write_programs(struct pp_planner *planner, int loop, const struct pp_hinted *walks, unsigned walk_count,
                              const struct pp_hinted *slices, unsigned slice_count, unsigned sites);
void pp_write_clear(struct pp_plan_loop *loop);

#endif
