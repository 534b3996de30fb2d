/* SPDX-License-Identifier: MIT */
/* Which affine streams are certain to overwrite all that they walk: stores without gaps, in every iteration of loops that end
 * when their count says. Their pages may be made before the stores come. Strict: where a store might not come there would be a
 * page more in memory than without. */
#include "planner.h"

static bool is_zero(const struct pp_view *view, int term) {
  uint64_t constant;
  return pp_term_is_constant(view, term, &constant) && !constant;
}

static bool leaves(const struct pp_graph *graph, int loop, int to) {
  return to == PP_OUTSIDE || (to >= 0 && !pp_graph_holds(graph, loop, graph->nodes[to].loop));
}

bool pp_runs_through(const struct pp_planner *planner, int loop) {
  const struct pp_graph *graph = planner->graph;
  const struct pp_nest *nest = planner->nest;
  int exit = PP_NONE;
  if (!nest->loops[loop].certain)
    return false;
  for (int inner = 0; inner < (int)nest->loop_count; inner++)
    if (pp_graph_holds(graph, loop, inner) && nest->loops[inner].trip == PP_TRIP_UNKNOWN)
      return false;
  for (int i = 0; i < (int)graph->count; i++) {
    const struct pp_node *node = &graph->nodes[i];
    if (!node->reached || !pp_graph_holds(graph, loop, node->loop))
      continue;
    if (node->end != PP_END_GO && node->end != PP_END_BRANCH)
      return false;
    if (!leaves(graph, loop, node->next[0]) && !leaves(graph, loop, node->next[1]))
      continue;
    if (exit != PP_NONE)
      return false;
    exit = i;
  }
  return exit != PP_NONE;
}

static bool runs_each_time(const struct pp_planner *planner, int node, int loop) {
  const struct pp_graph *graph = planner->graph;
  for (int i = 0; i < (int)graph->count; i++)
    if (graph->nodes[i].reached && pp_slice_repeats(graph, i, loop) && !pp_graph_dominates(graph, node, i))
      return false;
  return true;
}

/* The condition, the same in all iterations of a loop, under which a node runs in each of them; PP_NONE: there is none. */
static int guard_of(struct pp_planner *planner, int node, int loop) {
  const struct pp_graph *graph = planner->graph;
  const struct pp_region *region = pp_planner_region(planner, loop);
  struct pp_view *view = pp_planner_view(planner, loop);
  int branch = PP_NONE;
  for (int i = 0; i < (int)graph->count; i++)
    if (pp_region_controls(region, i, node) && i != region->counted) {
      if (branch != PP_NONE)
        return PP_NONE;
      branch = i;
    }
  if (branch == PP_NONE || graph->nodes[branch].end != PP_END_BRANCH || !runs_each_time(planner, branch, loop))
    return PP_NONE;
  bool sides[2];
  for (unsigned i = 0; i < 2; i++)
    sides[i] = graph->nodes[branch].next[i] >= 0 && pp_graph_dominates(graph, graph->nodes[branch].next[i], node);
  int condition = pp_term_branch(view, branch);
  if (sides[0] == sides[1] || view->terms[condition].varies || !pp_is_closed(view, condition))
    return PP_NONE;
  return sides[0] ? condition : pp_term_operation(view, PP_EQUAL, condition, pp_term_constant(view, 0), PP_NONE);
}

/* Whether a reference is run in every iteration of a loop, and as often as the inner loops' counts say; `*guard`: if that holds.
 */
static bool is_certain(struct pp_planner *planner, const struct pp_nest_reference *reference, int loop, int *guard) {
  int node = reference->block;
  for (int inner = planner->nest->blocks[node].loop;; inner = planner->nest->loops[inner].parent) {
    if (!pp_runs_through(planner, inner))
      return false;
    bool certain = runs_each_time(planner, node, inner);
    if (inner == loop) {
      *guard = certain ? pp_term_constant(pp_planner_view(planner, loop), 1) : guard_of(planner, node, loop);
      return *guard != PP_NONE;
    }
    if (!certain)
      return false;
    node = pp_graph_entry(planner->graph, inner);
  }
}

static bool is_member(const struct pp_plan *plan, unsigned reference, const struct pp_plan_stream *stream) {
  return plan->stream_of[reference] >= 0 && &plan->streams[plan->stream_of[reference]] == stream;
}

/* Whether a stream's references are certain stores of one loop, all under the same guard. */
static bool are_certain_stores(struct pp_planner *planner, const struct pp_plan_stream *stream, int *guard) {
  const struct pp_nest *nest = planner->nest;
  int home = nest->blocks[nest->references[stream->leader].block].loop, other;
  if (!is_certain(planner, &nest->references[stream->leader], stream->loop, guard))
    return false;
  for (unsigned i = 0; i < nest->reference_count; i++) {
    const struct pp_nest_reference *reference = &nest->references[i];
    if (is_member(planner->plan, i, stream) && (reference->access != PP_WRITE || nest->blocks[reference->block].loop != home ||
                                                !is_certain(planner, reference, stream->loop, &other) || other != *guard))
      return false;
  }
  return true;
}

/* Whether what the references touch at a time has no gaps. */
static bool is_whole(const struct pp_planner *planner, const struct pp_plan_stream *stream) {
  const struct pp_choice *leader = &planner->choices[stream->leader];
  int64_t low = leader->offset, reach;
  if (leader->length != PP_NONE)
    return true;
  for (unsigned i = 0; i < planner->nest->reference_count; i++)
    if (is_member(planner->plan, i, stream) && planner->choices[i].offset < low)
      low = planner->choices[i].offset;
  reach = low;
  for (bool grows = true; grows;) {
    grows = false;
    for (unsigned i = 0; i < planner->nest->reference_count; i++) {
      int64_t first = planner->choices[i].offset, last = first + (int64_t)planner->nest->references[i].bytes;
      if (is_member(planner->plan, i, stream) && first <= reach && last > reach)
        reach = last, grows = true;
    }
  }
  return (uint64_t)(reach - low) == stream->span;
}

static int length_of(struct pp_planner *planner, const struct pp_plan_stream *stream) {
  const struct pp_choice *leader = &planner->choices[stream->leader];
  return leader->length == PP_NONE ? pp_term_constant(pp_planner_view(planner, stream->loop), stream->span) : leader->length;
}

/* The bytes of an iteration where each inner loop goes on where its iteration before ended, so that all of them are one piece;
 * else PP_NONE. Counts that are known at run time only, of loops that are tested at their end, may come out as negative where the
 * loop runs once: no more than one of them, and then nothing is certain. */
static int one_piece(struct pp_planner *planner, const struct pp_plan_stream *stream) {
  const struct pp_nest_reference *reference = &planner->nest->references[stream->leader];
  const struct pp_choice *leader = &planner->choices[stream->leader];
  struct pp_view *view = pp_planner_view(planner, stream->loop);
  int address = pp_term_of(view, reference->address, PP_ABOVE_ANY, false), step, width = length_of(planner, stream);
  bool open = false;
  for (int loop = planner->nest->blocks[reference->block].loop; loop != stream->loop; loop = planner->nest->loops[loop].parent) {
    if (!(view->terms[address].varies >> loop & 1))
      continue;
    bool early;
    int trips = pp_term_trips(view, loop, reference->block, &early);
    if (trips == PP_NONE || early || !pp_term_affine(view, address, loop, &step, &address) ||
        !is_zero(view, pp_term_add(view, step, width, UINT64_MAX)))
      return PP_NONE;
    bool known = pp_term_is_constant(view, trips, NULL);
    if (open && !known)
      return PP_NONE;
    open |= !known;
    width = pp_term_multiply(view, width, trips);
  }
  int planned = pp_term_add(view, leader->extent, length_of(planner, stream), 1), zero = pp_term_constant(view, 0);
  if (address != leader->address || !is_zero(view, pp_term_add(view, planned, width, UINT64_MAX)))
    return PP_NONE;
  return open ? pp_term_operation(view, PP_SELECT, pp_term_operation(view, PP_SLESS, zero, width, PP_NONE), width, zero) : width;
}

/* Whether iterations are known to leave gaps, in which pages lie that are not all overwritten. */
static bool has_gaps(struct pp_planner *planner, const struct pp_plan_stream *stream, int bytes) {
  struct pp_view *view = pp_planner_view(planner, stream->loop);
  uint64_t step, width;
  return pp_term_is_constant(view, bytes, &width) && pp_term_is_constant(view, planner->choices[stream->leader].step, &step) &&
         ((int64_t)step < 0 ? -step : step) > width;
}

int pp_overwritten(struct pp_planner *planner, const struct pp_plan_stream *stream) {
  int guard;
  if (stream->kind != PP_PLAN_AFFINE || !are_certain_stores(planner, stream, &guard) || !is_whole(planner, stream))
    return PP_NONE;
  int bytes = one_piece(planner, stream);
  if (bytes == PP_NONE || has_gaps(planner, stream, bytes))
    return PP_NONE;
  struct pp_view *view = pp_planner_view(planner, stream->loop);
  return view->guessed ? (int)PP_NONE : pp_term_operation(view, PP_SELECT, guard, bytes, pp_term_constant(view, 0));
}
