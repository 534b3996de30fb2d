/* SPDX-License-Identifier: MIT */
/* Slicing (Weiser: Program Slicing, 1981): what an address needs, transitively, with every check that a load stands under. */
#include "slice.h"

#include <stdlib.h>
#include <string.h>

struct pp_slice *pp_slice_new(struct pp_view *view, const struct pp_region *region) {
  struct pp_slice *slice = pp_allocate(1, sizeof *slice);
  slice->view = view;
  slice->region = region;
  slice->nodes = pp_allocate(view->graph->count, sizeof *slice->nodes);
  return slice;
}

void pp_slice_free(struct pp_slice *slice) {
  free(slice->terms);
  free(slice->nodes);
  free(slice->checks);
  free(slice);
}

bool pp_slice_needs(const struct pp_slice *slice, int term) {
  return (unsigned)term < slice->room && slice->terms[term];
}

static bool mark(struct pp_slice *slice, int term) {
  if ((unsigned)term >= slice->room) {
    unsigned room = 2 * slice->view->count + 64;
    bool *terms = pp_allocate(room, sizeof *terms);
    if (slice->room)
      memcpy(terms, slice->terms, slice->room * sizeof *terms);
    free(slice->terms);
    slice->terms = terms;
    slice->room = room;
  }
  if (slice->terms[term])
    return false;
  return slice->terms[term] = true;
}

void pp_slice_hinder(struct pp_slice *slice, const char *why) {
  if (!slice->obstacle)
    slice->obstacle = why;
}

int pp_slice_source(const struct pp_slice *slice, int phi, const struct pp_incoming *incoming) {
  const struct pp_graph *graph = slice->view->graph;
  int block = slice->view->nest->values[slice->view->terms[phi].value].block, loop = graph->nodes[block].loop;
  bool header = graph->nest->loops[loop].header == block;
  bool within = incoming->block >= 0 && pp_graph_holds(graph, loop, graph->nest->blocks[incoming->block].loop);
  return header && !within ? pp_graph_entry(graph, loop) : incoming->block;
}

/* A call that may not come back is no check of what is loaded behind it, as far as can be seen, so that a load whose address
 * needs no other load is made all the same: it follows from the iteration alone. What a loaded value leads to is not: the call
 * may have been there to check that value. */
bool pp_slice_soft(const struct pp_region *region, int node) {
  return region->graph->nodes[node].end == PP_END_UNKNOWN &&
         (pp_region_next(region, node, 0) != PP_NONE) != (pp_region_next(region, node, 1) != PP_NONE);
}

bool pp_slice_repeats(const struct pp_graph *graph, int node, int loop) {
  int header = graph->nest->loops[loop].header;
  const struct pp_node *at = &graph->nodes[node];
  return at->reached && at->loop >= 0 && pp_graph_holds(graph, loop, at->loop) &&
         (at->next[0] == header || at->next[1] == header);
}

static void add_node(struct pp_slice *slice, int node, bool led);

static void add_back_edges(struct pp_slice *slice, int loop, bool led) {
  for (unsigned i = 0; i < slice->view->graph->count; i++)
    if (pp_slice_repeats(slice->view->graph, (int)i, loop))
      add_node(slice, (int)i, led);
}

/* A node of an inner loop needs the loop: its entry, its header, its way back. */
static void add_loop(struct pp_slice *slice, int loop, bool led) {
  if (loop == slice->view->loop)
    return;
  add_node(slice, pp_graph_entry(slice->view->graph, loop), led);
  add_node(slice, slice->view->nest->loops[loop].header, led);
  add_back_edges(slice, loop, led);
}

/* `led`: the node holds a load whose address was itself loaded: then every check on the way to it counts. */
static void add_node(struct pp_slice *slice, int node, bool led) {
  unsigned char mark_as = led ? 2 : 1;
  if (slice->nodes[node] >= mark_as || slice->obstacle)
    return;
  slice->nodes[node] = mark_as;
  const struct pp_graph *graph = slice->view->graph;
  add_loop(slice, graph->nodes[node].loop, led);
  for (int branch = 0; branch < (int)graph->count; branch++) {
    if (!pp_region_controls(slice->region, branch, node))
      continue;
    if (graph->nodes[branch].end == PP_END_BRANCH)
      pp_slice_add_term(slice, pp_term_branch(slice->view, branch));
    else if (led || !pp_slice_soft(slice->region, branch))
      pp_slice_hinder(slice, "whether it happens is not known ahead");
    add_node(slice, branch, led);
  }
}

void pp_slice_add_node(struct pp_slice *slice, int node) {
  add_node(slice, node, false);
}

/* -- Values that the loop carries ---------------------------------------------------------------------------------------- */

struct search {
  const struct pp_slice *slice;
  int sought;
  unsigned char *seen;
  unsigned room;
  bool chase; /* from iteration to iteration, by what is handed on: what chooses between values is no more than a branch there */
};

static bool leads_to(struct search *search, int term);

/* Whether what is sought is among the data of a term. */
static bool operand_leads(struct search *search, int term) {
  struct pp_view *view = search->slice->view;
  struct pp_term at = view->terms[term];
  bool chooses = at.kind == PP_TERM_OPERATION && at.operation == PP_SELECT;
  for (unsigned i = chooses && search->chase ? 1 : 0; i < 3; i++)
    if (at.operand[i] != PP_NONE && leads_to(search, at.operand[i]))
      return true;
  for (unsigned i = 0; i < at.product_count; i++)
    for (unsigned k = 0; k < at.products[i].degree; k++)
      if (leads_to(search, at.products[i].atom[k]))
        return true;
  if (at.kind != PP_TERM_PHI || (!search->chase && at.node == view->home))
    return false;
  const struct pp_nest_value *value = &view->nest->values[at.value];
  for (unsigned i = 0; i < value->incoming_count; i++) {
    int from = value->incoming[i].value;
    if (from != PP_NONE && leads_to(search, pp_term_of(view, from, PP_ABOVE_ZERO, false)))
      return true;
  }
  return false;
}

static bool leads_to(struct search *search, int term) {
  if (term == search->sought)
    return true;
  if ((unsigned)term >= search->room || search->seen[term])
    return false;
  search->seen[term] = 1;
  return operand_leads(search, term);
}

static bool depends(const struct pp_slice *slice, int term, int on, bool chase) {
  struct search search = {slice, on, NULL, PP_TERM_MOST, chase};
  search.seen = pp_allocate(search.room, 1);
  bool found = leads_to(&search, term);
  free(search.seen);
  return found;
}

bool pp_slice_depends(const struct pp_slice *slice, int term, int on) {
  return depends(slice, term, on, false);
}

/* Whether a value is a phi moved along, whatever by: then what it points to next is not far. */
static bool moves_along(const struct pp_view *view, int number, int phi, unsigned depth) {
  const struct pp_term *term = &view->terms[number];
  if (number == phi)
    return true;
  if (!depth--)
    return false;
  if (term->kind == PP_TERM_EXTEND)
    return moves_along(view, term->operand[0], phi, depth);
  if (term->kind == PP_TERM_OPERATION && term->operation == PP_SELECT)
    return moves_along(view, term->operand[1], phi, depth) && moves_along(view, term->operand[2], phi, depth);
  for (unsigned i = 0; i < term->product_count; i++)
    if (term->products[i].degree == 1 && term->products[i].factor == 1 && term->products[i].atom[0] == phi)
      return true;
  return false;
}

/* A recurrence that goes through memory: the next value is loaded from where the last one points. */
static bool is_chase(const struct pp_slice *slice, int phi) {
  struct pp_view *view = slice->view;
  if (moves_along(view, pp_term_back(view, phi), phi, 8))
    return false;
  struct search loads = {slice, PP_NONE, NULL, PP_TERM_MOST, true};
  loads.seen = pp_allocate(loads.room, 1);
  leads_to(&loads, pp_term_back(view, phi));
  bool found = false;
  for (unsigned i = 0; i < view->count && i < loads.room && !found; i++)
    found = loads.seen[i] && view->terms[i].kind == PP_TERM_LOAD && depends(slice, view->terms[i].operand[0], phi, true);
  free(loads.seen);
  return found;
}

/* Whether all ways into a phi's block are in the graph: of a switch it names only some. */
static bool is_whole(const struct pp_slice *slice, int phi) {
  const struct pp_nest_value *value = &slice->view->nest->values[slice->view->terms[phi].value];
  for (unsigned i = 0; i < value->incoming_count; i++) {
    int from = pp_slice_source(slice, phi, &value->incoming[i]);
    if (from < 0 || !slice->view->graph->nodes[from].reached)
      return false;
  }
  return true;
}

static void add_phi(struct pp_slice *slice, int phi) {
  struct pp_view *view = slice->view;
  if (!is_whole(slice, phi)) {
    pp_slice_hinder(slice, "it depends on which way a switch goes");
    return;
  }
  int node = view->terms[phi].node, loop = view->graph->nodes[node].loop;
  bool carried = node == view->home;
  if (carried) {
    slice->in_order = true;
    if (is_chase(slice, phi)) {
      pp_slice_hinder(slice, "it is chased through memory from iteration to iteration: no program gets ahead of that");
      return;
    }
    pp_slice_add_term(slice, pp_term_back(view, phi));
    add_back_edges(slice, loop, false);
    return;
  }
  add_node(slice, node, false);
  struct pp_nest_value value = view->nest->values[view->terms[phi].value];
  for (unsigned i = 0; i < value.incoming_count; i++) {
    pp_slice_add_term(slice, pp_term_of(view, value.incoming[i].value, PP_ABOVE_ZERO, false));
    add_node(slice, pp_slice_source(slice, phi, &value.incoming[i]), false);
  }
}

void pp_slice_add_term(struct pp_slice *slice, int number) {
  if (slice->obstacle || !mark(slice, number))
    return;
  struct pp_view *view = slice->view;
  struct pp_term term = view->terms[number];
  for (unsigned i = 0; i < 3; i++)
    if (term.operand[i] != PP_NONE)
      pp_slice_add_term(slice, term.operand[i]);
  for (unsigned i = 0; i < term.product_count; i++)
    for (unsigned k = 0; k < term.products[i].degree; k++)
      pp_slice_add_term(slice, term.products[i].atom[k]);
  if (term.kind == PP_TERM_UNKNOWN) {
    const char *why = view->nest->values[term.value].why;
    pp_slice_hinder(slice, why ? why : "it is computed in a way that programs can not follow");
  } else if (term.kind == PP_TERM_PHI) {
    add_phi(slice, number);
  } else if (term.kind == PP_TERM_ITERATION && term.value != view->loop) {
    add_loop(slice, term.value, false);
  } else if (term.pinned) {
    add_node(slice, term.node, term.kind == PP_TERM_LOAD && term.loads > 1);
  }
}
