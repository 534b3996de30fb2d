/* SPDX-License-Identifier: MIT */
/* The blocks of a nest as a flow graph: dominators, and for a loop that is cut, what decides whether a block of its body runs.
 * Each loop has a block of its own before its header here, so that there is a place for what happens once on its entry. */
#ifndef STREAMS_GRAPH_H
#define STREAMS_GRAPH_H

#include "nest_data.h"

struct pp_node {
  int loop; /* innermost loop around it, PP_NONE before the nest */
  enum pp_block_end end;
  int condition;
  int next[2]; /* nodes, PP_OUTSIDE or PP_NONE */
  int dominator;
  unsigned depth; /* in the tree of dominators */
  bool reached;
};

/* Nodes are numbered as the nest's blocks, followed by an entry block for each loop. */
struct pp_graph {
  const struct pp_nest *nest;
  struct pp_node *nodes;
  unsigned count;
};

struct pp_graph *pp_graph_new(const struct pp_nest *nest);
void pp_graph_free(struct pp_graph *graph);

/* Whether `inner` is `outer` or lies in it. Loop PP_NONE holds all. */
bool pp_graph_holds(const struct pp_graph *graph, int outer, int inner);
bool pp_graph_dominates(const struct pp_graph *graph, int above, int below);
int pp_graph_common_dominator(const struct pp_graph *graph, int a, int b);
/* The block before a loop's header. */
int pp_graph_entry(const struct pp_graph *graph, int loop);

/* One iteration of a loop: from its header to its back edge (or an exit), with inner loops. */
struct pp_region {
  const struct pp_graph *graph;
  int loop;
  int *postdominator;      /* by node; PP_NONE: the end of the iteration */
  unsigned char *controls; /* [controlling node * count + node]: whether the branch decides if the node runs */
  int counted;             /* the node whose exit the trip count covers, PP_NONE: none */
};

/* `counted`: see there; where it is certain not to be taken, that edge is taken as absent. */
struct pp_region *pp_region_new(const struct pp_graph *graph, int loop, int counted);
void pp_region_free(struct pp_region *region);
/* Whether the counted exit is never taken by an iteration that the trip count counts, as far as a program goes: nothing stands
 * behind it. Where something does, the last iteration must not run that. */
bool pp_region_is_certain(const struct pp_region *region, int node);
bool pp_region_controls(const struct pp_region *region, int branch, int node);
/* The successor of a node within the iteration; PP_NONE: there is none, or the iteration ends there. */
int pp_region_next(const struct pp_region *region, int node, unsigned which);

#endif
