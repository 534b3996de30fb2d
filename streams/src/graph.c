/* SPDX-License-Identifier: MIT */
/* Dominators (Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm, 2001) and control dependence (Ferrante, Ottenstein,
 * Warren: The Program Dependence Graph, 1987) over the blocks of a nest. */
#include "graph.h"

#include <stdlib.h>

/* Successors of each of `count` nodes, at most two, and what follows from them for one root. */
struct walk {
  unsigned count, placed;
  unsigned *place;                    /* of a node in postorder, from 1; 0: not reached */
  int *node_at;                       /* by place */
  int *out_first, *out_next, *out_to; /* edges as lists */
  unsigned edges;
  int *dominator;
};

static void walk_new(struct walk *walk, unsigned count, unsigned most_edges) {
  *walk = (struct walk){.count = count};
  walk->place = pp_allocate(count, sizeof *walk->place);
  walk->node_at = pp_allocate(count + 1, sizeof *walk->node_at);
  walk->out_first = pp_allocate(count, sizeof *walk->out_first);
  walk->out_next = pp_allocate(most_edges, sizeof *walk->out_next);
  walk->out_to = pp_allocate(most_edges, sizeof *walk->out_to);
  walk->dominator = pp_allocate(count, sizeof *walk->dominator);
  for (unsigned i = 0; i < count; i++)
    walk->out_first[i] = walk->dominator[i] = PP_NONE;
}

static void walk_free(struct walk *walk) {
  free(walk->place);
  free(walk->node_at);
  free(walk->out_first);
  free(walk->out_next);
  free(walk->out_to);
  free(walk->dominator);
}

static void walk_edge(struct walk *walk, int from, int to) {
  walk->out_to[walk->edges] = to;
  walk->out_next[walk->edges] = walk->out_first[from];
  walk->out_first[from] = (int)walk->edges++;
}

/* Postorder without recursion: nests may be deep. */
static void walk_order(struct walk *walk, int root) {
  int *stack = pp_allocate(walk->count + 1, sizeof *stack), *edge = pp_allocate(walk->count + 1, sizeof *edge);
  bool *seen = pp_allocate(walk->count, sizeof *seen);
  unsigned depth = 1;
  stack[0] = root, edge[0] = walk->out_first[root], seen[root] = true;
  while (depth) {
    int at = edge[depth - 1];
    if (at == PP_NONE) {
      walk->place[stack[--depth]] = ++walk->placed;
      walk->node_at[walk->placed] = stack[depth];
      continue;
    }
    edge[depth - 1] = walk->out_next[at];
    int to = walk->out_to[at];
    if (seen[to])
      continue;
    seen[to] = true;
    stack[depth] = to;
    edge[depth++] = walk->out_first[to];
  }
  free(stack);
  free(edge);
  free(seen);
}

static int meet(const struct walk *walk, int a, int b) {
  while (a != b) {
    while (walk->place[a] < walk->place[b])
      a = walk->dominator[a];
    while (walk->place[b] < walk->place[a])
      b = walk->dominator[b];
  }
  return a;
}

static void walk_dominators(struct walk *walk, int root) {
  walk_order(walk, root);
  walk->dominator[root] = root;
  for (bool changed = true; changed;) {
    changed = false;
    for (unsigned place = walk->placed; place; place--) {
      int from = walk->node_at[place];
      if (walk->dominator[from] == PP_NONE)
        continue;
      for (int edge = walk->out_first[from]; edge != PP_NONE; edge = walk->out_next[edge]) {
        int to = walk->out_to[edge];
        if (to == root)
          continue;
        int found = walk->dominator[to] == PP_NONE ? from : meet(walk, from, walk->dominator[to]);
        changed |= found != walk->dominator[to];
        walk->dominator[to] = found;
      }
    }
  }
}

bool pp_graph_holds(const struct pp_graph *graph, int outer, int inner) {
  while (inner >= 0 && inner != outer)
    inner = graph->nest->loops[inner].parent;
  return inner == outer;
}

int pp_graph_entry(const struct pp_graph *graph, int loop) {
  return (int)graph->nest->block_count + loop;
}

/* Edges into a loop from without go to its entry block. */
static int redirect(const struct pp_graph *graph, int from_loop, int to) {
  if (to < 0)
    return to;
  int loop = graph->nest->blocks[to].loop;
  bool enters = graph->nest->loops[loop].header == to && !pp_graph_holds(graph, loop, from_loop);
  return enters ? pp_graph_entry(graph, loop) : to;
}

static void copy_nodes(struct pp_graph *graph) {
  const struct pp_nest *nest = graph->nest;
  for (unsigned i = 0; i < nest->block_count; i++) {
    const struct pp_nest_block *block = &nest->blocks[i];
    struct pp_node *node = &graph->nodes[i];
    *node = (struct pp_node){.loop = block->loop, .end = block->end, .condition = block->condition, .next = {PP_NONE, PP_NONE}};
    unsigned successors = block->end == PP_END_GO ? 1 : block->end == PP_END_NEVER ? 0 : 2;
    for (unsigned k = 0; k < successors; k++)
      node->next[k] = redirect(graph, block->loop, block->next[k]);
    if (node->end == PP_END_BRANCH && node->next[0] == node->next[1]) {
      node->end = PP_END_GO;
      node->next[1] = PP_NONE;
    }
  }
  for (unsigned i = 0; i < nest->loop_count; i++)
    graph->nodes[nest->block_count + i] = (struct pp_node){
        .loop = nest->loops[i].parent, .end = PP_END_GO, .condition = PP_NONE, .next = {nest->loops[i].header, PP_NONE}};
}

struct pp_graph *pp_graph_new(const struct pp_nest *nest) {
  struct pp_graph *graph = pp_allocate(1, sizeof *graph);
  graph->nest = nest;
  graph->count = nest->block_count + nest->loop_count;
  graph->nodes = pp_allocate(graph->count, sizeof *graph->nodes);
  copy_nodes(graph);
  struct walk walk;
  int root = pp_graph_entry(graph, 0);
  walk_new(&walk, graph->count, 2 * graph->count);
  for (unsigned i = 0; i < graph->count; i++)
    for (unsigned k = 0; k < 2; k++)
      if (graph->nodes[i].next[k] >= 0)
        walk_edge(&walk, (int)i, graph->nodes[i].next[k]);
  walk_dominators(&walk, root);
  for (unsigned place = walk.placed; place; place--) {
    struct pp_node *node = &graph->nodes[walk.node_at[place]];
    node->reached = true;
    node->dominator = walk.node_at[place] == root ? PP_NONE : walk.dominator[walk.node_at[place]];
    node->depth = node->dominator == PP_NONE ? 0 : graph->nodes[node->dominator].depth + 1;
  }
  walk_free(&walk);
  return graph;
}

void pp_graph_free(struct pp_graph *graph) {
  free(graph->nodes);
  free(graph);
}

bool pp_graph_dominates(const struct pp_graph *graph, int above, int below) {
  while (graph->nodes[below].depth > graph->nodes[above].depth)
    below = graph->nodes[below].dominator;
  return above == below;
}

int pp_graph_common_dominator(const struct pp_graph *graph, int a, int b) {
  while (a != b) {
    if (graph->nodes[a].depth >= graph->nodes[b].depth)
      a = graph->nodes[a].dominator;
    else
      b = graph->nodes[b].dominator;
  }
  return a;
}

int pp_region_next(const struct pp_region *region, int node, unsigned which) {
  const struct pp_graph *graph = region->graph;
  int to = graph->nodes[node].next[which];
  if (to < 0 || to == graph->nest->loops[region->loop].header)
    return PP_NONE;
  return pp_graph_holds(graph, region->loop, graph->nodes[to].loop) ? to : PP_NONE;
}

static bool in_region(const struct pp_region *region, unsigned node) {
  const struct pp_node *found = &region->graph->nodes[node];
  return found->reached && found->loop >= 0 && pp_graph_holds(region->graph, region->loop, found->loop);
}

bool pp_region_is_certain(const struct pp_region *region, int node) {
  int header = region->graph->nest->loops[region->loop].header;
  const struct pp_node *at = &region->graph->nodes[node];
  return region->counted == node && (node == header || at->next[0] == header || at->next[1] == header);
}

/* Where a node goes in the iteration, END (the count of nodes) included. Returns how many places. */
static unsigned successors(const struct pp_region *region, unsigned node, int to[2]) {
  const struct pp_node *from = &region->graph->nodes[node];
  unsigned count = 0, edges = from->end == PP_END_BRANCH || from->end == PP_END_UNKNOWN ? 2 : 1;
  int header = region->graph->nest->loops[region->loop].header;
  for (unsigned which = 0; which < edges; which++) {
    int next = pp_region_next(region, (int)node, which);
    bool on = next != PP_NONE || from->next[which] == header;
    if (!on && pp_region_is_certain(region, (int)node))
      continue;
    to[count++] = next == PP_NONE ? (int)region->graph->count : next;
  }
  return count;
}

static void find_postdominators(struct pp_region *region) {
  unsigned count = region->graph->count;
  struct walk walk;
  walk_new(&walk, count + 1, 2 * count + 1);
  for (unsigned node = 0; node < count; node++) {
    int to[2];
    unsigned edges = in_region(region, node) ? successors(region, node, to) : 0;
    for (unsigned i = 0; i < edges; i++)
      walk_edge(&walk, to[i], (int)node);
  }
  walk_dominators(&walk, (int)count);
  for (unsigned node = 0; node < count; node++) {
    int found = walk.dominator[node];
    region->postdominator[node] = found == (int)count ? PP_NONE : found;
  }
  walk_free(&walk);
}

static void find_control(struct pp_region *region) {
  unsigned count = region->graph->count;
  for (unsigned node = 0; node < count; node++) {
    int to[2];
    unsigned edges = in_region(region, node) ? successors(region, node, to) : 0;
    for (unsigned i = 0; i < edges && edges == 2; i++)
      for (int at = to[i] == (int)count ? PP_NONE : to[i]; at != PP_NONE && at != region->postdominator[node];
           at = region->postdominator[at])
        region->controls[node * count + (unsigned)at] = 1;
  }
}

struct pp_region *pp_region_new(const struct pp_graph *graph, int loop, int counted) {
  struct pp_region *region = pp_allocate(1, sizeof *region);
  *region = (struct pp_region){graph, loop, pp_allocate(graph->count, sizeof *region->postdominator),
                               pp_allocate((size_t)graph->count * graph->count, 1), counted};
  find_postdominators(region);
  find_control(region);
  return region;
}

void pp_region_free(struct pp_region *region) {
  if (!region)
    return;
  free(region->postdominator);
  free(region->controls);
  free(region);
}

bool pp_region_controls(const struct pp_region *region, int branch, int node) {
  return region->controls[(unsigned)branch * region->graph->count + (unsigned)node];
}
