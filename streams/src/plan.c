/* SPDX-License-Identifier: MIT */
/* The planner: takes a nest, decides for each reference whether and at which loop it is hinted, groups references into streams,
 * and sets strips. Every reference ends in a stream or with a reason. */
#include "nest_data.h"
#include "streams/plan.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
  PAGE = 4096,
  /* References of one base this close in bytes are one stream: the same read-ahead covers them. */
  GROUP_REACH = 64 << 10,
  /* An inner loop that walks less is part of its parent's iteration, however small a footprint the user asks for. */
  SMALL_WALK = 64 << 10,
  /* Awake strips by default: about this many pages are hinted between two decisions. */
  STRIP_PAGES = 256,
  /* What a gathered walk of unknown length touches, most of the time. */
  WALKS_ON = 64,
  /* Divisors of a trip count that are tried one by one: enough for strips of any useful length. */
  DIVISORS_TRIED = 1 << 20,
  /* Streams of one loop: each costs registers and code in the strip's head. */
  STREAMS_PER_LOOP = 16,
};

/* Reasons with numbers in them live as long as the plan. */
struct reason {
  struct reason *next;
  char text[160];
};

/* What one reference could be, before grouping. */
struct candidate {
  bool chosen;
  bool whole_inner;
  enum pp_plan_kind kind;
  int loop;
  uint64_t bytes_per_iteration; /* footprint that one iteration of `loop` adds; 0: not known */
};

struct planner {
  const struct pp_nest *nest;
  const struct pp_options *options;
  struct pp_plan *plan;
  struct candidate *candidates;
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

__attribute__((format(printf, 2, 3))) static const char *reason(struct pp_plan *plan, const char *format, ...) {
  struct reason *made = pp_allocate(1, sizeof *made);
  made->next = plan->memory;
  plan->memory = made;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(made->text, sizeof made->text, format, arguments);
  va_end(arguments);
  return made->text;
}

/* Bytes of pages that a walk of one constant stride adds in each iteration. */
static uint64_t pages_per_iteration(uint64_t stride) {
  return at_most(at_least(stride, 1), PAGE);
}

static bool can_strip(const struct planner *planner, int loop) {
  return loop >= 0 && !planner->nest->loops[loop].strip_obstacle && planner->nest->loops[loop].trip != PP_TRIP_UNKNOWN;
}

static const char *why_no_strip(const struct planner *planner, int loop) {
  const char *obstacle = planner->nest->loops[loop].strip_obstacle;
  return obstacle ? obstacle : "the trip count is not known on entry of the loop";
}

/* Whether the parent's iteration can cover all that the inner loop walks. */
static bool can_cover_inner(const struct planner *planner, const struct pp_nest_reference *reference) {
  const struct pp_nest_loop *inner = &planner->nest->loops[reference->loop];
  const struct pp_stride *outward = &reference->stride[1];
  return can_strip(planner, inner->parent) && inner->trip != PP_TRIP_UNKNOWN && inner->trip_invariant &&
         reference->stride[0].kind != PP_STRIDE_UNKNOWN && outward->kind != PP_STRIDE_UNKNOWN &&
         !(outward->kind == PP_STRIDE_CONSTANT && outward->bytes == 0);
}

/* Whether hinting once for a whole inner loop serves better than inside it: short inner walks, and rows of unknown length that
 * follow each other. Long strides stay inside: each of their iterations is a page of its own. */
static bool prefer_parent(const struct planner *planner, const struct pp_nest_reference *reference) {
  const struct pp_nest_loop *inner = &planner->nest->loops[reference->loop];
  const struct pp_stride *step = &reference->stride[0], *outward = &reference->stride[1];
  if (step->kind == PP_STRIDE_CONSTANT && step->bytes == 0)
    return true;
  if (step->kind != PP_STRIDE_CONSTANT)
    return false;
  uint64_t stride = magnitude(step->bytes);
  if (inner->trip == PP_TRIP_CONSTANT)
    return multiply_saturated(stride, inner->trip_count) < at_least(planner->options->min_footprint, SMALL_WALK);
  bool rows = outward->kind == PP_STRIDE_SYMBOLIC || magnitude(outward->bytes) >= PAGE;
  return rows && stride < PAGE;
}

static void choose_affine_at_parent(const struct planner *planner, const struct pp_nest_reference *reference,
                                    struct candidate *candidate) {
  const struct pp_nest_loop *inner = &planner->nest->loops[reference->loop];
  const struct pp_stride *step = &reference->stride[0], *outward = &reference->stride[1];
  candidate->whole_inner = true;
  candidate->loop = inner->parent;
  if (outward->kind != PP_STRIDE_CONSTANT)
    return;
  uint64_t walk = pages_per_iteration(magnitude(outward->bytes));
  if (step->kind == PP_STRIDE_CONSTANT && inner->trip == PP_TRIP_CONSTANT)
    walk = at_least(walk, at_most(multiply_saturated(magnitude(step->bytes), inner->trip_count), magnitude(outward->bytes)));
  candidate->bytes_per_iteration = walk;
}

/* Returns NULL with the candidate filled, or the reason to decline. */
static const char *choose_affine(const struct planner *planner, const struct pp_nest_reference *reference,
                                 struct candidate *candidate) {
  const struct pp_stride *step = &reference->stride[0];
  bool inner = can_strip(planner, reference->loop) && step->kind != PP_STRIDE_UNKNOWN &&
               !(step->kind == PP_STRIDE_CONSTANT && step->bytes == 0);
  bool parent = can_cover_inner(planner, reference);
  if (!inner && !parent) {
    if (step->kind == PP_STRIDE_CONSTANT && step->bytes == 0)
      return "the address does not change in the loop";
    return step->kind == PP_STRIDE_UNKNOWN ? "the stride is not known on entry of the loop"
                                           : why_no_strip(planner, reference->loop);
  }
  candidate->kind = PP_PLAN_AFFINE;
  if (parent && (!inner || prefer_parent(planner, reference))) {
    choose_affine_at_parent(planner, reference, candidate);
    return NULL;
  }
  if (planner->nest->loops[reference->loop].parent >= 0 && !planner->nest->loops[reference->loop].trip_invariant &&
      step->kind == PP_STRIDE_CONSTANT && magnitude(step->bytes) < PAGE)
    return "its walk begins anew, with another length, in each iteration of the loop around it: too short to ask for";
  if (reference->conditional && (step->kind != PP_STRIDE_CONSTANT || magnitude(step->bytes) >= PAGE))
    return "it happens only under a condition, and every iteration would be a page of its own";
  candidate->loop = reference->loop;
  if (step->kind == PP_STRIDE_CONSTANT)
    candidate->bytes_per_iteration = pages_per_iteration(magnitude(step->bytes));
  return NULL;
}

static const char *choose_gather(const struct planner *planner, const struct pp_nest_reference *reference,
                                 struct candidate *candidate) {
  const struct pp_nest_loop *loop = &planner->nest->loops[reference->loop];
  if (reference->obstacle)
    return reference->obstacle;
  if (reference->index_depth > 1)
    return reason(planner->plan, "its address needs a chain of %u loads; chains longer than one are not hinted",
                  reference->index_depth);
  if (!can_strip(planner, reference->loop))
    return why_no_strip(planner, reference->loop);
  if (loop->slice_obstacle)
    return reason(planner->plan, "its index can not be loaded ahead of time: %s", loop->slice_obstacle);
  candidate->kind = PP_PLAN_GATHER;
  candidate->loop = reference->loop;
  candidate->bytes_per_iteration = PAGE;
  return NULL;
}

/* Iterations before the runtime is worth asking. Where a stride is not known, each iteration counts as a page. */
static uint64_t trips_for_footprint(const struct planner *planner, const struct candidate *candidate) {
  uint64_t bytes = candidate->bytes_per_iteration ? candidate->bytes_per_iteration : PAGE;
  uint64_t footprint = planner->options->min_footprint;
  return at_least(footprint / bytes + (footprint % bytes != 0), 1);
}

static const char *check_footprint(const struct planner *planner, const struct candidate *candidate) {
  const struct pp_nest_loop *loop = &planner->nest->loops[candidate->loop];
  if (loop->trip != PP_TRIP_CONSTANT || loop->trip_count >= trips_for_footprint(planner, candidate))
    return NULL;
  uint64_t bytes = candidate->bytes_per_iteration ? candidate->bytes_per_iteration : PAGE;
  return reason(planner->plan, "the loop walks at most %llu bytes, less than min-footprint=%llu",
                (unsigned long long)multiply_saturated(bytes, loop->trip_count),
                (unsigned long long)planner->options->min_footprint);
}

static const char *choose(const struct planner *planner, unsigned number) {
  const struct pp_nest_reference *reference = &planner->nest->references[number];
  struct candidate *candidate = &planner->candidates[number];
  const char *declined;
  switch (reference->address) {
  case PP_ADDRESS_AFFINE:
    if (!(planner->options->kinds & PP_OPTION_KIND_AFFINE))
      return "kind affine is switched off by option kinds";
    declined = choose_affine(planner, reference, candidate);
    break;
  case PP_ADDRESS_INDEXED:
    if (!(planner->options->kinds & PP_OPTION_KIND_GATHER))
      return "kind gather is switched off by option kinds";
    declined = choose_gather(planner, reference, candidate);
    break;
  default:
    return reference->obstacle ? reference->obstacle : "the address is not a known function of the loop";
  }
  if (!declined)
    declined = check_footprint(planner, candidate);
  candidate->chosen = !declined;
  return declined;
}

/* The index of a chosen gather must be in memory when the slice loads it, however small its own footprint is. */
static void choose_indexes(struct planner *planner, const struct pp_nest_reference *gather) {
  for (unsigned i = 0; i < gather->index_count; i++) {
    unsigned number = gather->index[i];
    if (!(planner->options->kinds & PP_OPTION_KIND_AFFINE))
      continue;
    const struct pp_stride *step = &planner->nest->references[number].stride[0];
    if (step->kind == PP_STRIDE_UNKNOWN || (step->kind == PP_STRIDE_CONSTANT && step->bytes == 0))
      continue;
    planner->candidates[number] = (struct candidate){
        .chosen = true,
        .kind = PP_PLAN_AFFINE,
        .loop = gather->loop,
        .bytes_per_iteration = step->kind == PP_STRIDE_CONSTANT ? pages_per_iteration(magnitude(step->bytes)) : 0,
    };
    planner->plan->declined[number] = NULL;
  }
}

static void choose_all(struct planner *planner) {
  const struct pp_nest *nest = planner->nest;
  for (unsigned i = 0; i < nest->reference_count; i++)
    planner->plan->declined[i] = choose(planner, i);
  for (unsigned i = 0; i < nest->reference_count; i++)
    if (planner->candidates[i].chosen && planner->candidates[i].kind == PP_PLAN_GATHER)
      choose_indexes(planner, &nest->references[i]);
}

static bool same_step(const struct pp_stride *a, const struct pp_stride *b) {
  return a->kind == b->kind && (a->kind != PP_STRIDE_CONSTANT || a->bytes == b->bytes);
}

/* Whether a reference walks the pages that a stream already covers, or close by. */
static bool belongs_to(const struct planner *planner, unsigned number, const struct pp_plan_stream *stream) {
  const struct pp_nest_reference *reference = &planner->nest->references[number];
  const struct pp_nest_reference *leader = &planner->nest->references[stream->leader];
  const struct candidate *candidate = &planner->candidates[number];
  if (candidate->kind != stream->kind || candidate->loop != stream->loop || candidate->whole_inner != stream->whole_inner ||
      reference->loop != leader->loop || reference->base != leader->base)
    return false;
  if (stream->kind == PP_PLAN_AFFINE)
    for (unsigned level = 0; level < PP_LEVELS; level++)
      if (!same_step(&reference->stride[level], &leader->stride[level]))
        return false;
  /* Between long strides nothing is read along: only what shares pages is together there. */
  const struct pp_stride *step = &leader->stride[stream->whole_inner];
  bool contiguous = stream->kind == PP_PLAN_AFFINE && step->kind == PP_STRIDE_CONSTANT && magnitude(step->bytes) <= PAGE;
  int64_t reach = contiguous ? GROUP_REACH : PAGE;
  int64_t low = leader->offset + stream->low, high = low + (int64_t)stream->span;
  return reference->offset <= high + reach && reference->offset + (int64_t)reference->bytes >= low - reach;
}

static void widen_to(const struct planner *planner, struct pp_plan_stream *stream, unsigned number) {
  const struct pp_nest_reference *reference = &planner->nest->references[number];
  const struct pp_nest_reference *leader = &planner->nest->references[stream->leader];
  int64_t low = stream->low, high = low + (int64_t)stream->span;
  int64_t first = reference->offset - leader->offset, last = first + (int64_t)reference->bytes;
  stream->low = first < low ? first : low;
  stream->span = (uint64_t)((last > high ? last : high) - stream->low);
}

static int find_stream(const struct planner *planner, unsigned number) {
  for (unsigned i = 0; i < planner->plan->stream_count; i++)
    if (belongs_to(planner, number, &planner->plan->streams[i]))
      return (int)i;
  return -1;
}

static unsigned streams_of_loop(const struct pp_plan *plan, int loop) {
  unsigned count = 0;
  for (unsigned i = 0; i < plan->stream_count; i++)
    count += plan->streams[i].loop == loop;
  return count;
}

/* Bytes that one iteration touches from the leader's address. Text that is compared, a block of unknown length or a probed table
 * go on from there: the last bytes of a page bring the next page along. */
static uint64_t span_of(const struct planner *planner, unsigned number) {
  const struct pp_nest_reference *reference = &planner->nest->references[number];
  bool goes_on = reference->first_of_inner || reference->bytes == 1;
  return reference->address == PP_ADDRESS_INDEXED && goes_on ? at_least(reference->bytes, WALKS_ON) : reference->bytes;
}

static void group_reference(struct planner *planner, unsigned number) {
  struct pp_plan *plan = planner->plan;
  const struct candidate *candidate = &planner->candidates[number];
  int stream = find_stream(planner, number);
  if (stream < 0) {
    if (streams_of_loop(plan, candidate->loop) == STREAMS_PER_LOOP) {
      plan->declined[number] = reason(plan, "the loop has %d streams already", STREAMS_PER_LOOP);
      return;
    }
    stream = (int)plan->stream_count++;
    plan->streams[stream] = (struct pp_plan_stream){
        .kind = candidate->kind,
        .leader = number,
        .loop = candidate->loop,
        .whole_inner = candidate->whole_inner,
        .span = span_of(planner, number),
        .distance = planner->options->distance,
    };
  } else {
    widen_to(planner, &plan->streams[stream], number);
  }
  plan->stream_of[number] = stream;
}

/* Affine streams first: the ABI wants index streams before the gathers that they feed. */
static void group_all(struct planner *planner) {
  static const enum pp_plan_kind order[] = {PP_PLAN_AFFINE, PP_PLAN_GATHER};
  const struct pp_nest *nest = planner->nest;
  for (unsigned pass = 0; pass < 2; pass++)
    for (unsigned i = 0; i < nest->reference_count; i++)
      if (planner->candidates[i].chosen && planner->candidates[i].kind == order[pass])
        group_reference(planner, i);
  for (unsigned i = 0; i < nest->reference_count; i++) {
    int stream = planner->plan->stream_of[i];
    if (stream < 0 || planner->plan->streams[stream].kind != PP_PLAN_GATHER)
      continue;
    for (unsigned k = 0; k < nest->references[i].index_count; k++) {
      int feeder = planner->plan->stream_of[nest->references[i].index[k]];
      if (feeder >= 0)
        planner->plan->streams[feeder].feeds_gather = true;
    }
  }
}

/* Iterations of an awake strip that suit one stream; 0: only the runtime will know. */
static uint64_t strip_of_stream(const struct planner *planner, const struct pp_plan_stream *stream) {
  const struct candidate *candidate = &planner->candidates[stream->leader];
  uint64_t pages = planner->options->strip ? planner->options->strip : STRIP_PAGES;
  if (stream->kind == PP_PLAN_GATHER)
    return pages;
  if (!candidate->bytes_per_iteration)
    return planner->options->strip;
  return at_least(multiply_saturated(pages, PAGE) / candidate->bytes_per_iteration, 1);
}

/* The multiple of `multiple` that divides `trips` and is nearest to `wanted`; 0 where only the whole loop would do. */
static uint64_t dividing_strip(uint64_t trips, uint64_t multiple, uint64_t wanted) {
  if (trips % multiple)
    return 0;
  uint64_t quotient = trips / multiple, best = 0;
  for (uint64_t small = 1; small <= quotient / small && small <= DIVISORS_TRIED; small++) {
    if (quotient % small)
      continue;
    uint64_t divisors[] = {small, quotient / small};
    for (unsigned i = 0; i < 2; i++) {
      uint64_t strip = divisors[i] * multiple;
      uint64_t ratio = strip > wanted ? strip / wanted : wanted / strip;
      uint64_t best_ratio = !best ? UINT64_MAX : best > wanted ? best / wanted : wanted / best;
      if (strip < trips && ratio < best_ratio)
        best = strip;
    }
  }
  return best;
}

static void set_loop(struct planner *planner, unsigned loop) {
  struct pp_plan *plan = planner->plan;
  struct pp_plan_loop *planned = &plan->loops[loop];
  for (unsigned i = 0; i < plan->stream_count; i++) {
    const struct pp_plan_stream *stream = &plan->streams[i];
    if (stream->loop != (int)loop)
      continue;
    uint64_t strip = strip_of_stream(planner, stream);
    uint64_t trips = trips_for_footprint(planner, &planner->candidates[stream->leader]);
    planned->min_trips = planned->strip_mined ? at_most(planned->min_trips, trips) : trips;
    if (strip)
      planned->strip = planned->strip ? at_most(planned->strip, strip) : strip;
    planned->strip_mined = true;
  }
}

/* Sets strips that keep the loop's vectorisation where the compiler needs constant trip counts for it. */
static void fix_strip(struct planner *planner, unsigned loop) {
  const struct pp_nest_loop *model = &planner->nest->loops[loop];
  struct pp_plan_loop *planned = &planner->plan->loops[loop];
  if (!planned->strip_mined || !model->strip_multiple)
    return;
  uint64_t wanted = at_least(planned->strip, model->strip_multiple);
  uint64_t strip = dividing_strip(model->trip_count, model->strip_multiple, wanted);
  uint64_t distance = strip > wanted ? strip / wanted : strip ? wanted / strip : UINT64_MAX;
  if (distance <= 16) {
    planned->strip = strip;
    planned->strip_fixed = true;
    return;
  }
  pp_plan_withdraw_loop(planner->plan, planner->nest, (int)loop,
                        reason(planner->plan,
                               "no strip divides %llu iterations evenly, and others would stop the vectorisation of the loop",
                               (unsigned long long)model->trip_count));
}

static int compare_streams(const void *left, const void *right) {
  const struct pp_plan_stream *a = left, *b = right;
  if (a->loop != b->loop)
    return a->loop < b->loop ? -1 : 1;
  if (a->kind != b->kind)
    return a->kind < b->kind ? -1 : 1;
  if (a->feeds_gather != b->feeds_gather)
    return a->feeds_gather ? -1 : 1;
  return a->leader < b->leader ? -1 : a->leader > b->leader;
}

static void sort_streams(struct pp_plan *plan) {
  qsort(plan->streams, plan->stream_count, sizeof *plan->streams, compare_streams);
}

/* After streams moved or went: find each reference's stream again by its leader. */
static void renumber(struct pp_plan *plan, const unsigned *leader_of) {
  for (unsigned i = 0; i < plan->reference_count; i++) {
    plan->stream_of[i] = -1;
    for (unsigned k = 0; k < plan->stream_count && leader_of[i] != UINT32_MAX; k++)
      if (plan->streams[k].leader == leader_of[i])
        plan->stream_of[i] = (int)k;
  }
}

static unsigned *leaders(const struct pp_plan *plan) {
  unsigned *leader_of = pp_allocate(plan->reference_count, sizeof *leader_of);
  for (unsigned i = 0; i < plan->reference_count; i++)
    leader_of[i] = plan->stream_of[i] < 0 ? UINT32_MAX : plan->streams[plan->stream_of[i]].leader;
  return leader_of;
}

void pp_plan_withdraw_loop(struct pp_plan *plan, const struct pp_nest *nest, int loop, const char *why) {
  unsigned *leader_of = leaders(plan);
  const char *kept_reason = reason(plan, "%s", why);
  for (unsigned i = 0; i < plan->reference_count; i++)
    if (plan->stream_of[i] >= 0 && plan->streams[plan->stream_of[i]].loop == loop)
      plan->declined[i] = kept_reason;
  unsigned kept = 0;
  for (unsigned i = 0; i < plan->stream_count; i++)
    if (plan->streams[i].loop != loop)
      plan->streams[kept++] = plan->streams[i];
  plan->stream_count = kept;
  plan->loops[loop] = (struct pp_plan_loop){0};
  renumber(plan, leader_of);
  free(leader_of);
  (void)nest;
}

struct pp_plan *pp_plan_nest(const struct pp_nest *nest, const struct pp_options *options) {
  struct pp_plan *plan = pp_allocate(1, sizeof *plan);
  plan->loop_count = nest->loop_count;
  plan->loops = pp_allocate(nest->loop_count, sizeof *plan->loops);
  plan->reference_count = nest->reference_count;
  plan->streams = pp_allocate(nest->reference_count, sizeof *plan->streams);
  plan->stream_of = pp_allocate(nest->reference_count, sizeof *plan->stream_of);
  plan->declined = pp_allocate(nest->reference_count, sizeof *plan->declined);
  for (unsigned i = 0; i < nest->reference_count; i++)
    plan->stream_of[i] = -1;

  struct planner planner = {nest, options, plan, pp_allocate(nest->reference_count, sizeof(struct candidate))};
  choose_all(&planner);
  group_all(&planner);
  unsigned *leader_of = leaders(plan);
  sort_streams(plan);
  renumber(plan, leader_of);
  free(leader_of);
  for (unsigned i = 0; i < nest->loop_count; i++)
    set_loop(&planner, i);
  for (unsigned i = 0; i < nest->loop_count; i++)
    fix_strip(&planner, i);
  free(planner.candidates);
  return plan;
}

void pp_plan_free(struct pp_plan *plan) {
  if (!plan)
    return;
  for (struct reason *made = plan->memory; made;) {
    struct reason *next = made->next;
    free(made);
    made = next;
  }
  free(plan->streams);
  free(plan->loops);
  free(plan->stream_of);
  free(plan->declined);
  free(plan);
}
