/* SPDX-License-Identifier: MIT */
/* What a program must compute and which blocks decide about it: the slice of a loop's body for some addresses. */
#ifndef STREAMS_SLICE_H
#define STREAMS_SLICE_H

#include "term.h"

enum { PP_CHECK_LOADS = 16 };

/* An exit test of the iteration before, which that passed, or this iteration would not be. */
struct pp_check {
  int exit;      /* its node */
  int condition; /* as this iteration sees it */
  bool leaves;   /* the value of the condition at which the loop ends */
  bool reads;    /* it needs loads that only it needs: they are not to be made in the first iteration, which has none before it */
  int place;     /* the node where all that it needs is there */
  unsigned load_count;
  int loads[PP_CHECK_LOADS]; /* that change in the loop, and carried values: what is loaded from where they lead waits for the
                                test */
};

struct pp_slice {
  struct pp_view *view;
  const struct pp_region *region;
  unsigned room;
  bool *terms;          /* by term: needed */
  unsigned char *nodes; /* by node: needed; 2: for data that a loaded address leads to */
  const char *obstacle; /* why it can not be computed ahead; NULL: it can. Static or the nest's */
  bool in_order;        /* it needs values that the loop carries along */
  unsigned check_count;
  struct pp_check *checks; /* the earlier ones of an iteration first */
};

struct pp_slice *pp_slice_new(struct pp_view *view, const struct pp_region *region);
void pp_slice_free(struct pp_slice *slice);
/* Adds a term, with all loads that it needs and the checks that they stand under; or a node with what decides whether it runs. */
void pp_slice_add_term(struct pp_slice *slice, int term);
void pp_slice_add_node(struct pp_slice *slice, int node);
bool pp_slice_needs(const struct pp_slice *slice, int term);

/* Last: adds the exit tests of the iteration before that are about what the slice loads. */
void pp_slice_add_checks(struct pp_slice *slice);
/* Whether a term must not be computed before a check is passed. */
bool pp_slice_waits(const struct pp_slice *slice, int term, const struct pp_check *check);

/* Whether a term is among the data of another, in the same iteration. */
bool pp_slice_depends(const struct pp_slice *slice, int term, int on);
/* The first reason counts. */
void pp_slice_hinder(struct pp_slice *slice, const char *why);

/* The node from which control enters a phi's block with an incoming value. */
int pp_slice_source(const struct pp_slice *slice, int phi, const struct pp_incoming *incoming);
/* A node that may end in another way than by going on in the loop, by an exception say. */
bool pp_slice_soft(const struct pp_region *region, int node);
/* Whether a node has an edge back to the header of a loop. */
bool pp_slice_repeats(const struct pp_graph *graph, int node, int loop);

#endif
