/* SPDX-License-Identifier: MIT */
/* Checks that stand an iteration earlier: compilers turn loops round, so that the test of the next element stands at the bottom
 * of an iteration, before the loop goes round to the one that uses it. A program must test it all the same. */
#include "slice.h"

/* An exit test seen from the next iteration. */
struct look {
  struct pp_slice *slice;
  struct pp_check check;
  bool shared; /* it is about what the slice loads or carries along */
  bool full;
};

/* A load of the slice that changes in the loop. */
static bool is_loaded(const struct pp_slice *slice, int term) {
  const struct pp_term *at = &slice->view->terms[term];
  return at->kind == PP_TERM_LOAD && (at->varies >> slice->view->loop & 1) && pp_slice_needs(slice, term);
}

static int find_load(const struct pp_slice *slice, int address, unsigned bits) {
  for (int i = 0; i < (int)slice->view->count; i++)
    if (slice->view->terms[i].operand[0] == address && slice->view->terms[i].bits == bits && is_loaded(slice, i))
      return i;
  return PP_NONE;
}

static int own(struct look *look, int load) {
  if (!(look->slice->view->terms[load].varies >> look->slice->view->loop & 1))
    return load;
  for (unsigned i = 0; i < look->check.load_count; i++)
    if (look->check.loads[i] == load)
      return load;
  look->full |= look->check.load_count == PP_CHECK_LOADS;
  if (!look->full)
    look->check.loads[look->check.load_count++] = load;
  return load;
}

/* What a carried value is to be next, it is in the next iteration. */
static int take_carried(struct pp_view *view, struct pp_shift *shift, int term) {
  struct look *look = shift->context;
  for (int phi = 0; phi < (int)view->count; phi++)
    if (view->terms[phi].kind == PP_TERM_PHI && view->terms[phi].node == view->home && pp_slice_needs(look->slice, phi) &&
        pp_term_back(view, phi) == term) {
      look->shared = true;
      return own(look, phi);
    }
  return PP_NONE;
}

static int take_load(struct pp_view *view, struct pp_shift *shift, int number, int address) {
  struct look *look = shift->context;
  struct pp_term term = view->terms[number];
  int found = find_load(look->slice, address, term.bits);
  look->shared |= found != PP_NONE;
  if (found == PP_NONE) {
    found = pp_term_load(view, term.value, address, term.bits, view->home);
    look->check.reads = true;
  }
  return own(look, found);
}

static int shift_condition(struct look *look, int condition, bool from_first) {
  struct pp_view *view = look->slice->view;
  struct pp_shift shift = {view->loop, pp_term_iteration_before(view, view->loop, from_first), false, take_load, take_carried,
                           look};
  return pp_term_shift(view, condition, &shift);
}

/* Whether an edge of a node leaves the loop, at once or by blocks that do nothing else. */
static bool edge_leaves(const struct pp_slice *slice, int node, unsigned which) {
  const struct pp_graph *graph = slice->view->graph;
  int loop = slice->view->loop, to = graph->nodes[node].next[which];
  for (unsigned guard = 0; guard <= graph->count; guard++) {
    if (to < 0 || !pp_graph_holds(graph, loop, graph->nodes[to].loop) || graph->nodes[to].end == PP_END_NEVER)
      return true;
    if (to == graph->nest->loops[loop].header || graph->nodes[to].end != PP_END_GO)
      return false;
    to = graph->nodes[to].next[0];
  }
  return false;
}

static bool is_exit_test(const struct pp_slice *slice, int node) {
  const struct pp_node *at = &slice->view->graph->nodes[node];
  return at->reached && at->end == PP_END_BRANCH && at->loop >= 0 && node != slice->region->counted &&
         pp_graph_holds(slice->view->graph, slice->view->loop, at->loop) &&
         edge_leaves(slice, node, 0) != edge_leaves(slice, node, 1);
}

/* Whether no iteration goes on to the next one but through a node. */
static bool always_passed(const struct pp_slice *slice, int node) {
  const struct pp_graph *graph = slice->view->graph;
  for (int i = 0; i < (int)graph->count; i++)
    if (pp_slice_repeats(graph, i, slice->view->loop) && !pp_graph_dominates(graph, node, i))
      return false;
  return true;
}

static bool owns(const struct pp_check *check, int load) {
  for (unsigned i = 0; i < check->load_count; i++)
    if (check->loads[i] == load)
      return true;
  return false;
}

bool pp_slice_waits(const struct pp_slice *slice, int term, const struct pp_check *check) {
  if (owns(check, term))
    return false;
  for (unsigned i = 0; i < check->load_count; i++)
    if (pp_slice_depends(slice, term, check->loads[i]))
      return true;
  return false;
}

/* Whether the slice loads from where a load of the check leads. */
static bool loads_behind(const struct pp_slice *slice, const struct pp_check *check) {
  for (int i = 0; i < (int)slice->view->count; i++)
    if (pp_slice_needs(slice, i) && slice->view->terms[i].kind == PP_TERM_LOAD && pp_slice_waits(slice, i, check))
      return true;
  return false;
}

/* Finds where all loads of a check have been made: they must stand one below the other, above what waits. */
static bool find_place(const struct pp_slice *slice, struct pp_check *check) {
  const struct pp_view *view = slice->view;
  check->place = view->home;
  for (unsigned i = 0; i < check->load_count; i++) {
    int node = view->terms[check->loads[i]].node;
    if (pp_graph_dominates(view->graph, check->place, node))
      check->place = node;
    else if (!pp_graph_dominates(view->graph, node, check->place))
      return false;
  }
  for (int i = 0; i < (int)view->count; i++)
    if (pp_slice_needs(slice, i) && view->terms[i].kind == PP_TERM_LOAD && pp_slice_waits(slice, i, check) &&
        !pp_graph_dominates(view->graph, check->place, view->terms[i].node))
      return false;
  return true;
}

static bool is_there(const struct pp_slice *slice, const struct pp_check *check) {
  for (unsigned i = 0; i < slice->check_count; i++)
    if (slice->checks[i].exit == check->exit && slice->checks[i].condition == check->condition)
      return true;
  return false;
}

static void insert(struct pp_slice *slice, const struct pp_check *check) {
  const struct pp_node *nodes = slice->view->graph->nodes;
  slice->checks = pp_grow(slice->checks, slice->check_count, sizeof *check);
  unsigned at = slice->check_count++;
  for (; at && nodes[slice->checks[at - 1].exit].depth > nodes[check->exit].depth; at--)
    slice->checks[at] = slice->checks[at - 1];
  slice->checks[at] = *check;
}

/* Whether all that only the check loads follows from carried values, which the first iteration has too. */
static bool reads_carried(const struct pp_slice *slice, const struct pp_check *check) {
  for (unsigned i = 0; i < check->load_count; i++) {
    bool carried = pp_slice_needs(slice, check->loads[i]);
    for (unsigned k = 0; k < check->load_count && !carried; k++)
      carried =
          slice->view->terms[check->loads[k]].kind == PP_TERM_PHI && pp_slice_depends(slice, check->loads[i], check->loads[k]);
    if (!carried)
      return false;
  }
  return true;
}

/* Where a carried value starts, no test has been before it. */
static void except_first(struct look *look) {
  struct pp_view *view = look->slice->view;
  bool carried = false;
  for (unsigned i = 0; i < look->check.load_count; i++)
    carried |= view->terms[look->check.loads[i]].kind == PP_TERM_PHI;
  if (!carried || look->check.condition == PP_NONE)
    return;
  int zero = pp_term_constant(view, 0), iteration = pp_term_iteration(view, view->loop);
  int first = pp_term_operation(view, PP_EQUAL, iteration, zero, PP_NONE), stays = pp_term_constant(view, !look->check.leaves);
  look->check.condition = pp_term_operation(view, PP_SELECT, first, stays, look->check.condition);
}

/* Looks at an exit test from the next iteration. Returns whether the slice has become more. */
static bool look_at(struct pp_slice *slice, int node, bool from_first) {
  bool negated = !edge_leaves(slice, node, 0);
  struct look look = {.slice = slice, .check = {.exit = node}};
  int condition = pp_term_condition(slice->view, pp_term_branch(slice->view, node), &negated);
  look.check.leaves = !negated;
  look.check.condition = shift_condition(&look, condition, from_first);
  except_first(&look);
  if (!look.shared || is_there(slice, &look.check))
    return false;
  bool must = loads_behind(slice, &look.check);
  /* The test may load what is its own if it was certain to do so. */
  bool known = look.check.condition != PP_NONE && !look.full && slice->view->graph->nodes[node].loop == slice->view->loop &&
               (!look.check.reads || (always_passed(slice, node) && (!slice->in_order || reads_carried(slice, &look.check))));
  if (known && !must && look.check.reads)
    return false; /* nothing but hints follow: no load is worth that */
  if (known) {
    pp_slice_add_term(slice, look.check.condition);
    known = !slice->obstacle && find_place(slice, &look.check);
  }
  if (known)
    insert(slice, &look.check);
  else if (must)
    pp_slice_hinder(slice, "a check of the iteration before decides about it, and can not be made ahead");
  return known;
}

void pp_slice_add_checks(struct pp_slice *slice) {
  for (bool more = true; more && !slice->obstacle;) {
    more = false;
    for (int node = 0; node < (int)slice->view->graph->count; node++)
      for (unsigned from_first = 0; from_first < 2 && is_exit_test(slice, node); from_first++)
        more |= look_at(slice, node, from_first);
  }
  for (unsigned i = 0; i < slice->check_count; i++)
    if (!find_place(slice, &slice->checks[i]))
      pp_slice_hinder(slice, "a check of the iteration before decides about it, and stands too late");
}
