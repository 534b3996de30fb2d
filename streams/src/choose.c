/* SPDX-License-Identifier: MIT */
/* For each reference: the loop from which it is hinted, what one iteration of that touches (inner loops as ranges, or walked by
 * the program), and whether that has a closed form. Or the reason why not. */
#include "planner.h"

#include <stdlib.h>
#include <string.h>

enum {
  /* An inner loop that walks less is part of its parent's iteration, however small a footprint the user asks for. */
  SMALL_WALK = 64 << 10,
  /* Loops that are entered again and again by the loop around them: their walks go on, so less is worth asking for. */
  NESTED_WALK = 256 << 10,
  /* What a walk of unknown length touches, most of the time. */
  WALKS_ON = 64,
};

static uint64_t magnitude(int64_t value) {
  return value < 0 ? -(uint64_t)value : (uint64_t)value;
}

static uint64_t at_least(uint64_t value, uint64_t least) {
  return value < least ? least : value;
}

static uint64_t at_most(uint64_t value, uint64_t most) {
  return value > most ? most : value;
}

static uint64_t multiply_saturated(uint64_t a, uint64_t b) {
  uint64_t product;
  return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

static uint64_t add_saturated(uint64_t a, uint64_t b) {
  uint64_t sum;
  return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

/* Bytes of pages that a walk of one constant stride adds in each iteration. */
static uint64_t pages_per_iteration(uint64_t stride) {
  return at_most(at_least(stride, 1), PP_PAGE);
}

static bool can_strip(const struct pp_planner *planner, int loop) {
  return loop >= 0 && !planner->nest->loops[loop].strip_obstacle && planner->nest->loops[loop].trip != PP_TRIP_UNKNOWN;
}

static const char *why_no_strip(const struct pp_planner *planner, int loop) {
  const char *obstacle = planner->nest->loops[loop].strip_obstacle;
  return obstacle ? obstacle : "the trip count is not known on entry of the loop";
}

static bool varies(const struct pp_view *view, int term, int loop) {
  return view->terms[term].varies >> loop & 1;
}

static struct pp_stride stride_of(struct pp_view *view, int term, int loop) {
  uint64_t constant;
  int step, rest;
  if (!varies(view, term, loop))
    return (struct pp_stride){PP_STRIDE_CONSTANT, 0};
  if (!pp_term_affine(view, term, loop, &step, &rest))
    return (struct pp_stride){PP_STRIDE_UNKNOWN, 0};
  if (pp_term_is_constant(view, step, &constant))
    return (struct pp_stride){PP_STRIDE_CONSTANT, (int64_t)constant};
  return (struct pp_stride){PP_STRIDE_SYMBOLIC, 0};
}

/* Whether steps that are known at run time only leave no gaps because they follow what is touched between them, as rows of a
 * matrix do. */
static bool steps_follow(struct pp_view *view, int step, int touched) {
  uint64_t apart;
  bool up = pp_term_is_constant(view, pp_term_add(view, step, touched, UINT64_MAX), &apart);
  bool follows = up || pp_term_is_constant(view, pp_term_add(view, step, touched, 1), &apart);
  return follows && magnitude((int64_t)apart) < 2 * PP_PAGE;
}

/* A reference under consideration. */
struct subject {
  struct pp_planner *planner;
  const struct pp_nest_reference *reference;
  struct pp_view *root; /* the nest's view */
  int address;          /* a term of it */
  int home;             /* the reference's loop */
};

/* What is extended, without its extension. */
static int narrow(const struct pp_view *view, int number) {
  const struct pp_term *term = &view->terms[number];
  return term->kind == PP_TERM_EXTEND && term->is_signed ? term->operand[0] : number;
}

/* Where an unknown condition chooses between two places close by, as upwind schemes do, either serves: nothing but a hint follows
 * from it. */
static int settle_unknown(struct pp_view *view, int number) {
  struct pp_term term = view->terms[number];
  for (unsigned i = 0; i < term.product_count; i++) {
    struct pp_product product = term.products[i];
    const struct pp_term *atom = &view->terms[product.atom[0]];
    if (product.degree != 1 || atom->kind != PP_TERM_OPERATION || atom->operation != PP_SELECT ||
        view->terms[atom->operand[0]].kind != PP_TERM_UNKNOWN)
      continue;
    uint64_t apart;
    int one = narrow(view, atom->operand[1]), other = narrow(view, atom->operand[2]);
    int difference = pp_term_add(view, other, one, UINT64_MAX);
    if (!pp_term_is_constant(view, difference, &apart) || magnitude((int64_t)(apart * product.factor)) >= PP_PAGE)
      continue;
    int changed = pp_term_add(view, one, product.atom[0], UINT64_MAX);
    return settle_unknown(view, pp_term_add(view, number, changed, product.factor));
  }
  return number;
}

static int address_of(struct pp_view *view, const struct pp_nest_reference *reference, bool first) {
  return settle_unknown(view, pp_term_of(view, reference->address, PP_ABOVE_ANY, first));
}

static int length_of(const struct subject *subject, struct pp_view *view) {
  const struct pp_nest_reference *reference = subject->reference;
  return reference->bytes || reference->length == PP_NONE ? PP_NONE : pp_term_of(view, reference->length, PP_ABOVE_ZERO, false);
}

/* -- Which loop ---------------------------------------------------------------------------------------------------------- */

/* The nearest loop around one that can be cut and in which the address changes, PP_NONE: none. */
static int next_out(const struct subject *subject, int loop) {
  const struct pp_nest_loop *loops = subject->planner->nest->loops;
  for (loop = loops[loop].parent; loop >= 0; loop = loops[loop].parent)
    if (can_strip(subject->planner, loop) && varies(subject->root, subject->address, loop))
      return loop;
  return PP_NONE;
}

/* Whether rows that an inner loop walks are hinted from the loop around it: when they have different lengths, or lie apart. Rows
 * that may be left early are when their lengths are loaded: those are short, and seldom reach what is worth asking for. */
static bool prefer_rows(const struct subject *subject, int loop, int outer) {
  bool early;
  int trips = pp_term_trips(subject->root, loop, subject->reference->block, &early);
  if (trips == PP_NONE || (early && !subject->root->terms[trips].loads))
    return false;
  struct pp_stride outward = stride_of(subject->root, subject->address, outer);
  bool apart = outward.kind != PP_STRIDE_CONSTANT || magnitude(outward.bytes) >= PP_PAGE;
  return apart || varies(subject->root, trips, outer);
}

/* Whether an inner loop goes on where its block operation has ended: then it is one row. */
static bool joins_blocks(const struct subject *subject, int loop) {
  int step, rest, length = length_of(subject, subject->root);
  return length != PP_NONE && pp_term_affine(subject->root, subject->address, loop, &step, &rest) &&
         steps_follow(subject->root, step, length);
}

/* The bytes that an inner loop walks; UINT64_MAX: not known before it runs. */
static uint64_t walk_of(const struct subject *subject, int loop) {
  const struct pp_nest_loop *inner = &subject->planner->nest->loops[loop];
  struct pp_stride step = stride_of(subject->root, subject->address, loop);
  bool known = step.kind == PP_STRIDE_CONSTANT && inner->trip == PP_TRIP_CONSTANT;
  return known ? multiply_saturated(magnitude(step.bytes), inner->trip_count) : UINT64_MAX;
}

/* Whether hinting once for a whole inner loop serves better than inside it. Long strides stay inside: each of their iterations
 * is a page of its own. */
static bool prefer_outer(const struct subject *subject, int loop, int outer, bool first) {
  const struct pp_nest_loop *inner = &subject->planner->nest->loops[loop];
  struct pp_stride step = stride_of(subject->root, subject->address, loop);
  uint64_t footprint = subject->planner->options->min_footprint;
  if (!can_strip(subject->planner, loop))
    return true;
  if (step.kind == PP_STRIDE_CONSTANT && inner->trip == PP_TRIP_CONSTANT)
    return walk_of(subject, loop) < at_least(footprint, SMALL_WALK);
  if (step.kind == PP_STRIDE_CONSTANT)
    return first && magnitude(step.bytes) < PP_PAGE && prefer_rows(subject, loop, outer);
  if (inner->trip == PP_TRIP_CONSTANT)
    return multiply_saturated(PP_PAGE, inner->trip_count) < at_least(footprint, SMALL_WALK);
  if (step.kind == PP_STRIDE_SYMBOLIC)
    return first && joins_blocks(subject, loop) && prefer_rows(subject, loop, outer);
  bool early;
  int trips = pp_term_trips(subject->root, loop, subject->reference->block, &early);
  return trips != PP_NONE && varies(subject->root, trips, outer) && subject->root->terms[trips].loads;
}

static int choose_loop(const struct subject *subject) {
  int loop = subject->home;
  while (loop >= 0 && !varies(subject->root, subject->address, loop))
    loop = subject->planner->nest->loops[loop].parent;
  bool first = true;
  while (loop >= 0) {
    int outer = next_out(subject, loop);
    if (outer == PP_NONE || !prefer_outer(subject, loop, outer, first))
      return loop;
    first = first && walk_of(subject, loop) < PP_PAGE; /* which is as if the loop around it were the innermost */
    loop = outer;
  }
  return loop;
}

/* -- What one iteration of it touches ------------------------------------------------------------------------------------ */

/* Adds an inner loop's walk of `steps` + 1 elements to what is touched. */
static void extend_range(struct pp_view *view, struct pp_choice *choice, int step, int steps) {
  int reach = pp_term_multiply(view, step, steps);
  uint64_t constant;
  if (pp_term_is_constant(view, step, &constant)) {
    bool down = (int64_t)constant < 0;
    choice->address = down ? pp_term_add(view, choice->address, reach, 1) : choice->address;
    choice->extent = pp_term_add(view, choice->extent, reach, down ? UINT64_MAX : 1);
    return;
  }
  int zero = pp_term_constant(view, 0);
  int down = pp_term_operation(view, PP_SLESS, reach, zero, PP_NONE);
  choice->address = pp_term_add(view, choice->address, pp_term_operation(view, PP_SELECT, down, reach, zero), 1);
  int turned = pp_term_multiply(view, reach, pp_term_constant(view, UINT64_MAX));
  choice->extent = pp_term_add(view, choice->extent, pp_term_operation(view, PP_SELECT, down, turned, reach), 1);
}

/* Whether an inner loop's steps leave gaps that a range must not cover. */
static bool leaves_gaps(struct pp_view *view, const struct pp_choice *choice, int step) {
  uint64_t constant, extent;
  if (!pp_term_is_constant(view, step, &constant))
    return !steps_follow(view, step,
                         choice->length == PP_NONE ? choice->extent : pp_term_add(view, choice->extent, choice->length, 1));
  if (magnitude((int64_t)constant) < 2 * PP_PAGE)
    return false;
  return pp_term_is_constant(view, choice->extent, &extent) && extent < magnitude((int64_t)constant) / 2;
}

static int child_towards(const struct subject *subject, int loop, int outer) {
  while (subject->planner->nest->loops[loop].parent != outer)
    loop = subject->planner->nest->loops[loop].parent;
  return loop;
}

/* All inner loops in their first iteration. */
static bool take_first(const struct subject *subject, struct pp_view *view, struct pp_choice *choice) {
  int address = address_of(view, subject->reference, true);
  bool after = subject->home == choice->loop; /* behind the inner loop that found the address */
  int entry =
      after ? subject->reference->block : pp_graph_entry(view->graph, child_towards(subject, subject->home, choice->loop));
  if (view->terms[address].kind == PP_TERM_UNKNOWN || !pp_graph_dominates(view->graph, view->terms[address].node, entry))
    return false;
  if (!varies(view, address, choice->loop)) /* as the middle with which every search begins */
    return false;
  choice->address = address;
  choice->extent = pp_term_constant(view, 0);
  choice->bytes = at_least(choice->bytes, WALKS_ON);
  choice->node = entry;
  return true;
}

/* A range stands before its loop. What its start loads inside of that, from one place all the time, is loaded there, too. */
static bool stand_before(const struct subject *subject, struct pp_view *view, struct pp_choice *choice, int start) {
  if (pp_graph_dominates(view->graph, view->terms[choice->address].node, choice->node))
    return true;
  int first =
      pp_term_add(view, address_of(view, subject->reference, true), pp_term_add(view, choice->address, start, UINT64_MAX), 1);
  if (view->terms[first].kind == PP_TERM_UNKNOWN || !pp_graph_dominates(view->graph, view->terms[first].node, choice->node)) {
    choice->node = subject->reference->block;
    return false;
  }
  choice->address = first;
  return true;
}

/* Takes inner loops as ranges, from the innermost outwards, as far as that goes. Returns whether all are. */
static bool take_ranges(const struct subject *subject, struct pp_view *view, struct pp_choice *choice) {
  for (int loop = subject->home; loop != choice->loop; loop = subject->planner->nest->loops[loop].parent) {
    int step, rest;
    bool early;
    if (!varies(view, choice->address, loop) && !varies(view, choice->extent, loop))
      continue;
    bool affine = pp_term_affine(view, choice->address, loop, &step, &rest) && !varies(view, choice->extent, loop);
    if (!affine || leaves_gaps(view, choice, step))
      return false;
    int trips = pp_term_trips(view, loop, subject->reference->block, &early);
    uint64_t constant;
    bool small = pp_term_is_constant(view, step, &constant) && magnitude((int64_t)constant) < PP_PAGE;
    choice->node = pp_graph_entry(view->graph, loop);
    if (trips != PP_NONE && !early) {
      choice->address = rest;
      extend_range(view, choice, step, pp_term_add(view, trips, pp_term_constant(view, 1), UINT64_MAX));
      if (!stand_before(subject, view, choice, rest))
        return false;
    } else if (small) {
      choice->address = rest;
      choice->bytes = at_least(choice->bytes, WALKS_ON);
      if (!stand_before(subject, view, choice, rest))
        return false;
    } else {
      choice->node = subject->reference->block;
      return false;
    }
  }
  return true;
}

/* -- Whether it has a closed form, and what it needs where not ------------------------------------------------------------ */

static enum pp_asked is_open(struct pp_view *view, int term) {
  const struct pp_term *found = &view->terms[term];
  bool other = found->kind == PP_TERM_ITERATION && found->value != view->loop;
  return found->loads || found->pinned || other ? PP_ASKED_YES : PP_ASKED_FURTHER;
}

bool pp_is_closed(struct pp_view *view, int term) {
  return !pp_term_any(view, term, is_open);
}

static bool is_affine(struct pp_view *view, struct pp_choice *choice) {
  int rest;
  if (!pp_term_affine(view, choice->address, choice->loop, &choice->step, &rest) || !pp_is_closed(view, choice->step) ||
      !pp_is_closed(view, rest) || varies(view, choice->extent, choice->loop) || !pp_is_closed(view, choice->extent))
    return false;
  return choice->length == PP_NONE || (!varies(view, choice->length, choice->loop) && pp_is_closed(view, choice->length));
}

static bool meets_condition(struct pp_view *view, const struct pp_region *region, int node, bool *seen) {
  const struct pp_graph *graph = view->graph;
  if (seen[node])
    return false;
  seen[node] = true;
  for (int branch = 0; branch < (int)graph->count; branch++) {
    if (!pp_region_controls(region, branch, node) || pp_slice_soft(region, branch) || branch == region->counted)
      continue;
    if (graph->nodes[branch].end != PP_END_BRANCH || varies(view, pp_term_branch(view, branch), region->loop) ||
        meets_condition(view, region, branch, seen))
      return true;
  }
  return false;
}

/* Whether a condition that changes in the loop decides if a node runs. */
static bool is_conditional(struct pp_view *view, const struct pp_region *region, int node) {
  bool *seen = pp_allocate(view->graph->count, sizeof *seen);
  bool found = meets_condition(view, region, node, seen);
  free(seen);
  return found;
}

static void add_choice(struct pp_slice *slice, const struct pp_choice *choice) {
  pp_slice_add_term(slice, choice->address);
  pp_slice_add_term(slice, choice->extent);
  if (choice->length != PP_NONE)
    pp_slice_add_term(slice, choice->length);
}

static bool available(const struct pp_view *view, const struct pp_choice *choice, int node) {
  const struct pp_graph *graph = view->graph;
  return pp_graph_dominates(graph, view->terms[choice->address].node, node) &&
         pp_graph_dominates(graph, view->terms[choice->extent].node, node) &&
         (choice->length == PP_NONE || pp_graph_dominates(graph, view->terms[choice->length].node, node));
}

/* Finds where the hint stands: under all checks that the program can follow. A check that it can not follow does not keep the
 * hint away, since nothing is loaded from what is hinted. */
static const char *settle(struct pp_view *view, const struct pp_region *region, struct pp_choice *choice) {
  struct pp_slice *data = pp_slice_new(view, region);
  add_choice(data, choice);
  pp_slice_add_checks(data);
  const char *obstacle = data->obstacle;
  bool in_order = data->in_order;
  pp_slice_free(data);
  if (obstacle)
    return obstacle;
  for (int node = choice->node;; node = view->graph->nodes[node].dominator) {
    struct pp_slice *slice = pp_slice_new(view, region);
    add_choice(slice, choice);
    pp_slice_add_node(slice, node);
    pp_slice_add_checks(slice);
    bool good = !slice->obstacle && (!slice->in_order || in_order);
    bool last = node == view->home || !available(view, choice, view->graph->nodes[node].dominator);
    const char *why = slice->obstacle;
    pp_slice_free(slice);
    if (good || (last && !why)) {
      choice->node = node;
      return NULL;
    }
    if (last)
      return why;
  }
}

static const char *fill_gather(const struct subject *subject, struct pp_view *view, struct pp_choice *choice, bool repeats) {
  const struct pp_region *region = pp_planner_region(subject->planner, choice->loop);
  choice->kind = PP_PLAN_GATHER;
  if (pp_has_inner_phi(view, choice->address) && pp_goes_on_unloaded(view, choice->address) && take_first(subject, view, choice))
    repeats = false;
  struct pp_choice kept = *choice;
  const char *why = settle(view, region, choice);
  if (why && repeats && take_first(subject, view, &kept) && !settle(view, region, &kept)) {
    *choice = kept;
    why = NULL;
  }
  choice->loads = view->terms[choice->address].loads;
  return why ? pp_plan_reason(subject->planner->plan, "the address is not known ahead: %s", why) : NULL;
}

static void set_footprint(struct pp_view *view, struct pp_choice *choice) {
  struct pp_stride step = stride_of(view, choice->address, choice->loop);
  uint64_t extent = 0, length = choice->bytes;
  bool known = pp_term_is_constant(view, choice->extent, &extent) &&
               (choice->length == PP_NONE || pp_term_is_constant(view, choice->length, &length));
  extent += length;
  choice->contiguous = choice->kind == PP_PLAN_AFFINE && step.kind == PP_STRIDE_CONSTANT && magnitude(step.bytes) <= PP_PAGE;
  if (step.kind == PP_STRIDE_CONSTANT && step.bytes) {
    uint64_t walk = pages_per_iteration(magnitude(step.bytes));
    choice->bytes_per_iteration = known ? at_least(walk, at_most(extent, magnitude(step.bytes))) : walk;
  } else {
    choice->bytes_per_iteration = choice->kind == PP_PLAN_AFFINE ? 0 : at_least(PP_PAGE, known ? extent : 0);
  }
}

/* Fills the choice for a loop. Returns NULL, or the reason to decline. */
static const char *fill(const struct subject *subject, int loop, struct pp_choice *choice) {
  struct pp_view *view = pp_planner_view(subject->planner, loop);
  const struct pp_nest_reference *reference = subject->reference;
  *choice = (struct pp_choice){.loop = loop, .node = reference->block, .bytes = at_least(reference->bytes, 1)};
  choice->address = address_of(view, reference, false);
  choice->extent = pp_term_constant(view, 0);
  choice->length = length_of(subject, view);
  bool ranges = take_ranges(subject, view, choice);
  const struct pp_region *region = pp_planner_region(subject->planner, loop);
  const char *why = NULL;
  if (ranges && is_affine(view, choice)) {
    choice->kind = PP_PLAN_AFFINE;
    struct pp_stride step = stride_of(view, choice->address, loop);
    bool near = step.kind == PP_STRIDE_CONSTANT && magnitude(step.bytes) < PP_PAGE;
    if (!near && is_conditional(view, region, choice->node)) {
      bool guarded = !fill_gather(subject, view, choice, false) && is_conditional(view, region, choice->node);
      why = guarded ? NULL : "it happens only under a condition, and every iteration would be a page of its own";
    }
  } else {
    why = fill_gather(subject, view, choice, !ranges);
  }
  choice->base = pp_term_base(view, choice->address, &choice->offset);
  set_footprint(view, choice);
  /* Text that is compared or a probed table goes on from there: the last bytes of a page bring the next page along. */
  if (choice->kind == PP_PLAN_GATHER && choice->bytes == 1 && choice->length == PP_NONE)
    choice->bytes = WALKS_ON;
  return why;
}

/* -- All of them --------------------------------------------------------------------------------------------------------- */

uint64_t pp_least_trips(const struct pp_planner *planner, const struct pp_choice *choice) {
  uint64_t bytes = choice->bytes_per_iteration ? choice->bytes_per_iteration : PP_PAGE;
  uint64_t footprint = planner->options->min_footprint;
  if (choice->kind == PP_PLAN_AFFINE && planner->nest->loops[choice->loop].parent >= 0)
    footprint = at_most(footprint, NESTED_WALK);
  return at_least(footprint / bytes + (footprint % bytes != 0), 1);
}

static const char *check_footprint(const struct pp_planner *planner, const struct pp_choice *choice) {
  const struct pp_nest_loop *loop = &planner->nest->loops[choice->loop];
  if (loop->trip != PP_TRIP_CONSTANT || loop->trip_count >= pp_least_trips(planner, choice))
    return NULL;
  uint64_t bytes = choice->bytes_per_iteration ? choice->bytes_per_iteration : PP_PAGE;
  return pp_plan_reason(planner->plan, "the loop walks at most %llu bytes, less than min-footprint=%llu",
                        (unsigned long long)multiply_saturated(bytes, loop->trip_count),
                        (unsigned long long)planner->options->min_footprint);
}

/* The bytes within which a reference stays while its nest runs, by how many bits what changes has; UINT64_MAX: not known. */
static uint64_t reach_of(const struct subject *subject) {
  const struct pp_view *view = subject->root;
  const struct pp_term *address = &view->terms[subject->address];
  uint64_t reach = 0;
  for (unsigned i = 0; i < address->product_count; i++) {
    const struct pp_product *product = &address->products[i];
    const struct pp_term *atom = &view->terms[product->atom[0]];
    if (product->degree == 1 && !atom->varies)
      continue;
    if (product->degree != 1 || atom->most_bits >= 32)
      return UINT64_MAX;
    reach = add_saturated(reach, multiply_saturated(magnitude((int64_t)product->factor), (UINT64_C(1) << atom->most_bits) - 1));
  }
  bool known = address->kind == PP_TERM_SUM && subject->reference->length == PP_NONE;
  return known ? add_saturated(reach, subject->reference->bytes) : UINT64_MAX;
}

/* A small table, as of 256 entries, is read at its first misses. */
static const char *check_reach(const struct subject *subject) {
  uint64_t reach = reach_of(subject);
  if (reach >= at_most(SMALL_WALK, subject->planner->options->min_footprint))
    return NULL;
  return pp_plan_reason(subject->planner->plan, "its addresses lie within %llu bytes: a few misses read them all",
                        (unsigned long long)reach);
}

static struct subject subject_of(struct pp_planner *planner, unsigned number) {
  const struct pp_nest_reference *reference = &planner->nest->references[number];
  struct subject subject = {.planner = planner, .reference = reference, .root = pp_planner_view(planner, 0)};
  subject.home = planner->nest->blocks[reference->block].loop;
  subject.address = address_of(subject.root, reference, false);
  return subject;
}

static void note_strides(const struct subject *subject, struct pp_note *note) {
  const struct pp_nest_loop *loops = subject->planner->nest->loops;
  for (int loop = subject->home; loop >= 0; loop = loops[loop].parent)
    note->levels++;
  note->strides = pp_allocate(note->levels, sizeof *note->strides);
  unsigned level = 0;
  for (int loop = subject->home; loop >= 0; loop = loops[loop].parent)
    note->strides[level++] = stride_of(subject->root, subject->address, loop);
}

static const char *check_kind(const struct pp_planner *planner, enum pp_plan_kind kind) {
  if (kind == PP_PLAN_AFFINE && !(planner->options->kinds & PP_OPTION_KIND_AFFINE))
    return "kind affine is switched off by option kinds";
  if (kind == PP_PLAN_GATHER && !(planner->options->kinds & PP_OPTION_KIND_GATHER))
    return "kind gather is switched off by option kinds";
  return NULL;
}

static enum pp_asked is_read_anew(struct pp_view *view, int number) {
  const struct pp_term *term = &view->terms[number];
  if (term->kind != PP_TERM_LOAD)
    return PP_ASKED_FURTHER;
  return view->nest->values[term->value].flags & PP_MAY_BE_WRITTEN ? PP_ASKED_YES : PP_ASKED_FURTHER;
}

static const char *why_no_loop(const struct subject *subject) {
  if (pp_term_any(subject->root, subject->address, is_read_anew))
    return "its address is read in each iteration from a place that the loop may write, and does not change otherwise";
  return "the address does not change in the loop";
}

/* Where a loop goes on by steps that only its data knows, hints serve for what it finds there and for what goes on in each
 * iteration, not for where it stands: that is near by, and a program that runs in order comes there later than read-ahead. */
static bool stands_where_its_loop_does(struct pp_planner *planner, const struct pp_choice *choice) {
  struct pp_view *view = pp_planner_view(planner, choice->loop);
  return planner->nest->loops[choice->loop].guessed && choice->kind == PP_PLAN_GATHER &&
         (view->terms[choice->address].kind == PP_TERM_PHI || pp_is_at_cursor(view, choice->address));
}

static const char *choose(struct pp_planner *planner, unsigned number) {
  const struct pp_nest_reference *reference = &planner->nest->references[number];
  struct pp_choice *choice = &planner->choices[number];
  if (reference->obstacle || reference->address == PP_NONE)
    return reference->obstacle ? reference->obstacle : "the address is not a known function of the loop";
  if (!planner->graph->nodes[reference->block].reached)
    return "the address is not known ahead: it depends on which way a switch goes";
  struct subject subject = subject_of(planner, number);
  note_strides(&subject, &((struct pp_plan_memory *)planner->plan->memory)->notes[number]);
  int loop = choose_loop(&subject);
  if (loop < 0)
    return why_no_loop(&subject);
  if (!can_strip(planner, loop))
    return why_no_strip(planner, loop);
  const char *declined = check_reach(&subject);
  if (!declined)
    declined = fill(&subject, loop, choice);
  if (!declined)
    declined = check_kind(planner, choice->kind);
  if (!declined)
    declined = check_footprint(planner, choice);
  if (!declined && stands_where_its_loop_does(planner, choice))
    declined =
        "it is where its loop stands, which goes on by steps that only its data knows: the kernel's read-ahead serves that";
  choice->chosen = !declined;
  return declined;
}

/* What a gather loads on its way must be hinted before, in the same loop, however small its own footprint is. */
static void choose_indexes(struct pp_planner *planner, const struct pp_choice *gather) {
  struct pp_view *view = pp_planner_view(planner, gather->loop);
  struct pp_slice *slice = pp_slice_new(view, pp_planner_region(planner, gather->loop));
  add_choice(slice, gather);
  pp_slice_add_node(slice, gather->node);
  for (unsigned i = 0; i < planner->nest->reference_count; i++) {
    const struct pp_nest_reference *reference = &planner->nest->references[i];
    struct pp_choice *choice = &planner->choices[i];
    if (reference->load == PP_NONE || reference->obstacle || reference->address == PP_NONE || choice == gather ||
        !pp_graph_holds(planner->graph, gather->loop, planner->nest->blocks[reference->block].loop) ||
        !planner->graph->nodes[reference->block].reached)
      continue;
    int term = pp_term_of(view, reference->load, PP_ABOVE_ZERO, false);
    if (view->terms[term].kind == PP_TERM_EXTEND)
      term = view->terms[term].operand[0];
    if (view->terms[term].kind != PP_TERM_LOAD || !pp_slice_needs(slice, term) || !view->terms[term].varies)
      continue;
    if (!choice->chosen || choice->loop != gather->loop) {
      struct subject subject = subject_of(planner, i);
      struct pp_choice made;
      if (!varies(view, view->terms[term].operand[0], gather->loop) || fill(&subject, gather->loop, &made) ||
          check_kind(planner, made.kind))
        continue;
      *choice = made;
      choice->chosen = true;
      planner->plan->declined[i] = NULL;
    }
    choice->feeds = true;
  }
  pp_slice_free(slice);
}

/* What an inner loop reads anew in each iteration of the loop around it, as choices of that loop. Returns whether all that is
 * chosen in the inner loop is of that kind. `made`: by reference. */
static bool choose_repeated(struct pp_planner *planner, int loop, struct pp_choice *made) {
  int outer = planner->nest->loops[loop].parent;
  for (unsigned i = 0; i < planner->nest->reference_count; i++) {
    const struct pp_choice *choice = &planner->choices[i];
    if (!choice->chosen || choice->loop != loop)
      continue;
    struct subject subject = subject_of(planner, i);
    if (choice->kind != PP_PLAN_AFFINE || varies(subject.root, subject.address, outer) || fill(&subject, outer, &made[i]) ||
        made[i].kind != PP_PLAN_AFFINE)
      return false;
    made[i].chosen = true;
  }
  return true;
}

/* Each loop that is cut costs instructions on every entry: where rows are hinted from the loop around, what is read beside them,
 * the same for each row, is hinted there too. */
static void spare_cut(struct pp_planner *planner, int loop) {
  int outer = planner->nest->loops[loop].parent;
  bool rows = false;
  for (unsigned i = 0; i < planner->nest->reference_count; i++)
    rows |= planner->choices[i].chosen && planner->choices[i].loop == outer &&
            planner->nest->blocks[planner->nest->references[i].block].loop == loop;
  if (!rows)
    return;
  struct pp_choice *made = pp_allocate(planner->nest->reference_count, sizeof *made);
  if (choose_repeated(planner, loop, made))
    for (unsigned i = 0; i < planner->nest->reference_count; i++)
      if (made[i].chosen)
        planner->choices[i] = made[i];
  free(made);
}

void pp_choose_all(struct pp_planner *planner) {
  const struct pp_nest *nest = planner->nest;
  struct pp_plan_memory *memory = planner->plan->memory;
  for (unsigned i = 0; i < nest->reference_count; i++)
    planner->plan->declined[i] = choose(planner, i);
  for (unsigned loop = nest->loop_count; loop-- > 0;)
    if (nest->loops[loop].parent >= 0 && can_strip(planner, nest->loops[loop].parent))
      spare_cut(planner, (int)loop);
  for (unsigned i = 0; i < nest->reference_count; i++)
    if (planner->choices[i].chosen && planner->choices[i].kind == PP_PLAN_GATHER)
      choose_indexes(planner, &planner->choices[i]);
  for (unsigned i = 0; i < nest->reference_count; i++)
    memory->notes[i].loads = planner->choices[i].loads;
}
