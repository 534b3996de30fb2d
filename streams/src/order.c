/* SPDX-License-Identifier: MIT */
/* The order of a program's blocks: what precedes stands before, what a loop holds stands together, and of two ways that are free
 * to choose the one that a condition leads to comes first, whichever way round a compiler has written it. */
#include "order.h"

#include <stdlib.h>

struct ordering {
  const struct pp_slice *slice;
  bool *seen;
  int *reversed;
  unsigned count;
};

/* The node itself, or the entry-side stand-in of the child loop that holds it: its header. */
static int item_of(const struct ordering *ordering, int loop, int node) {
  const struct pp_graph *graph = ordering->slice->view->graph;
  int inner = graph->nodes[node].loop;
  if (inner == loop)
    return node;
  while (graph->nest->loops[inner].parent != loop)
    inner = graph->nest->loops[inner].parent;
  return graph->nest->loops[inner].header;
}

static void order_loop(struct ordering *ordering, int loop);

static void order_item(struct ordering *ordering, int loop, int item);

static void order_successors(struct ordering *ordering, int loop, int node) {
  const struct pp_graph *graph = ordering->slice->view->graph;
  for (int which = 1; which >= 0; which--) {
    bool negated = false;
    unsigned edge = (unsigned)which;
    if (graph->nodes[node].end == PP_END_BRANCH) {
      pp_term_condition(ordering->slice->view, pp_term_branch(ordering->slice->view, node), &negated);
      edge ^= negated;
    }
    int to = graph->nodes[node].next[edge];
    if (to >= 0 && pp_graph_holds(graph, loop, graph->nodes[to].loop) && to != graph->nest->loops[loop].header)
      order_item(ordering, loop, item_of(ordering, loop, to));
  }
}

static void order_item(struct ordering *ordering, int loop, int item) {
  const struct pp_graph *graph = ordering->slice->view->graph;
  if (ordering->seen[item])
    return;
  ordering->seen[item] = true;
  int inner = graph->nodes[item].loop;
  if (inner == loop) {
    order_successors(ordering, loop, item);
    ordering->reversed[ordering->count++] = item;
    return;
  }
  for (unsigned node = 0; node < graph->count; node++)
    if (graph->nodes[node].reached && pp_graph_holds(graph, inner, graph->nodes[node].loop))
      for (unsigned which = 0; which < 2; which++) {
        int to = graph->nodes[node].next[which];
        if (to >= 0 && !pp_graph_holds(graph, inner, graph->nodes[to].loop) &&
            pp_graph_holds(graph, loop, graph->nodes[to].loop) && to != graph->nest->loops[loop].header)
          order_item(ordering, loop, item_of(ordering, loop, to));
      }
  order_loop(ordering, inner);
}

/* Nodes of a loop, what it holds together, last first. */
static void order_loop(struct ordering *ordering, int loop) {
  int header = ordering->slice->view->nest->loops[loop].header;
  ordering->seen[header] = true;
  order_successors(ordering, loop, header);
  ordering->reversed[ordering->count++] = header;
}

unsigned pp_order_nodes(const struct pp_slice *slice, int *order) {
  unsigned nodes = slice->view->graph->count, count = 0;
  struct ordering ordering = {slice, pp_allocate(nodes, sizeof(bool)), pp_allocate(nodes, sizeof(int)), 0};
  order_loop(&ordering, slice->region->loop);
  for (unsigned i = ordering.count; i; i--)
    if (slice->nodes[ordering.reversed[i - 1]])
      order[count++] = ordering.reversed[i - 1];
  free(ordering.seen);
  free(ordering.reversed);
  return count;
}
