/* SPDX-License-Identifier: MIT */
/* The planner: groups the chosen references into streams, orders them, sets strips, has the programs written, and drops what does
 * not fit. Every reference ends in a stream or with a reason. */
#include "planner.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
  /* References of one base this close in bytes are one stream: the same read-ahead covers them. */
  GROUP_REACH = 64 << 10,
  /* Awake strips by default: about this many pages are hinted between two decisions. */
  STRIP_PAGES = 256,
  /* Iterations, each a page, for which a call is still worth while where they are absent. */
  SHORT_ENTRY = 16,
  /* Iterations of a chunk of a loop that threads take in turns for which strips of its own are worth while. */
  LONG_CHUNK = 32,
  /* Bytes of a walk without gaps for which it is, as a piece by itself: a miss makes the kernel read around it. */
  PIECE_BYTES = 64 << 10,
  /* Streams of one loop. */
  STREAMS_PER_LOOP = 32,
  /* Blocks of a nest: what decides about what is kept for each pair. */
  BLOCKS_MOST = 800,
};

/* What a stream covers, by its leader's number. */
struct group {
  int64_t low;     /* its lowest byte, from the leader's lowest on; <= 0 */
  int node;        /* gather: where the hint stands */
  int overwritten; /* where the stream overwrites: how many bytes, as a term */
};

struct grouping {
  struct pp_planner *planner;
  struct group *groups;
};

const char *pp_plan_reason(struct pp_plan *plan, const char *format, ...) {
  struct pp_plan_memory *memory = plan->memory;
  struct pp_reason *made = pp_allocate(1, sizeof *made);
  made->next = memory->reasons;
  memory->reasons = made;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(made->text, sizeof made->text, format, arguments);
  va_end(arguments);
  return made->text;
}

/* Loads get their terms in the order in which references stand, not in that of a compiler's operands. */
struct pp_view *pp_planner_view(struct pp_planner *planner, int loop) {
  if (planner->views[loop])
    return planner->views[loop];
  struct pp_view *view = planner->views[loop] = pp_view_new(planner->graph, loop);
  for (unsigned i = 0; i < planner->nest->reference_count; i++) {
    const struct pp_nest_reference *reference = &planner->nest->references[i];
    if (reference->load != PP_NONE && planner->graph->nodes[reference->block].reached &&
        pp_graph_holds(planner->graph, loop, planner->nest->blocks[reference->block].loop))
      pp_term_of(view, reference->load, PP_ABOVE_ZERO, false);
  }
  return view;
}

const struct pp_region *pp_planner_region(struct pp_planner *planner, int loop) {
  if (!planner->regions[loop])
    planner->regions[loop] = pp_region_new(planner->graph, loop, pp_counted_exit(pp_planner_view(planner, loop), loop));
  return planner->regions[loop];
}

/* -- Streams ------------------------------------------------------------------------------------------------------------- */

/* Whether two references move together: the same address but for a constant, and as far in each iteration. */
static bool move_together(const struct pp_choice *a, const struct pp_choice *b) {
  return a->kind == b->kind && a->loop == b->loop && a->base == b->base && a->extent == b->extent && a->length == PP_NONE &&
         b->length == PP_NONE;
}

/* Whether a reference walks the pages that a stream already covers, or close by. */
static bool belongs_to(const struct grouping *grouping, unsigned number, const struct pp_plan_stream *stream) {
  const struct pp_choice *choice = &grouping->planner->choices[number];
  const struct pp_choice *leader = &grouping->planner->choices[stream->leader];
  if (!move_together(choice, leader))
    return false;
  /* Between long strides nothing is read along: only what shares pages is together there. */
  int64_t reach = leader->contiguous ? GROUP_REACH : PP_PAGE;
  int64_t low = leader->offset + grouping->groups[stream->leader].low, high = low + (int64_t)stream->span;
  return choice->offset <= high + reach && choice->offset + (int64_t)choice->bytes >= low - reach;
}

static void widen_to(struct grouping *grouping, struct pp_plan_stream *stream, unsigned number) {
  struct pp_planner *planner = grouping->planner;
  const struct pp_choice *choice = &planner->choices[number], *leader = &planner->choices[stream->leader];
  struct group *group = &grouping->groups[stream->leader];
  int64_t high = group->low + (int64_t)stream->span;
  int64_t first = choice->offset - leader->offset, last = first + (int64_t)choice->bytes;
  group->low = first < group->low ? first : group->low;
  stream->span = (uint64_t)((last > high ? last : high) - group->low);
  group->node = pp_graph_common_dominator(planner->graph, group->node, choice->node);
}

static unsigned streams_of_loop(const struct pp_plan *plan, int loop) {
  unsigned count = 0;
  for (unsigned i = 0; i < plan->stream_count; i++)
    count += plan->streams[i].loop == loop;
  return count;
}

static void group_reference(struct grouping *grouping, unsigned number) {
  struct pp_plan *plan = grouping->planner->plan;
  const struct pp_choice *choice = &grouping->planner->choices[number];
  unsigned stream = 0;
  while (stream < plan->stream_count && !belongs_to(grouping, number, &plan->streams[stream]))
    stream++;
  if (stream < plan->stream_count) {
    widen_to(grouping, &plan->streams[stream], number);
  } else {
    if (streams_of_loop(plan, choice->loop) == STREAMS_PER_LOOP) {
      plan->declined[number] = pp_plan_reason(plan, "the loop has %d streams already", STREAMS_PER_LOOP);
      return;
    }
    plan->streams[plan->stream_count++] = (struct pp_plan_stream){.kind = choice->kind,
                                                                  .leader = number,
                                                                  .loop = choice->loop,
                                                                  .span = choice->bytes,
                                                                  .distance = grouping->planner->options->distance};
    grouping->groups[number] = (struct group){.node = choice->node};
  }
  plan->streams[stream].feeds_gather |= choice->feeds;
  plan->stream_of[number] = (int)stream;
}

/* Affine streams first: the ABI wants index streams before the gathers that they feed. */
static void group_all(struct grouping *grouping) {
  static const enum pp_plan_kind order[] = {PP_PLAN_AFFINE, PP_PLAN_GATHER};
  for (unsigned pass = 0; pass < 2; pass++)
    for (unsigned i = 0; i < grouping->planner->nest->reference_count; i++)
      if (grouping->planner->choices[i].chosen && grouping->planner->choices[i].kind == order[pass])
        group_reference(grouping, i);
}

/* -- Order --------------------------------------------------------------------------------------------------------------- */

/* Streams by loop, closed forms first, what feeds others before those. */
static bool stands_before(const struct pp_planner *planner, const struct pp_plan_stream *a, const struct pp_plan_stream *b) {
  unsigned left = planner->choices[a->leader].loads, right = planner->choices[b->leader].loads;
  if (a->loop != b->loop)
    return a->loop < b->loop;
  if (a->kind != b->kind)
    return a->kind < b->kind;
  if (left != right)
    return left < right;
  if (a->feeds_gather != b->feeds_gather)
    return a->feeds_gather;
  return a->leader < b->leader;
}

static void sort_streams(struct pp_planner *planner) {
  struct pp_plan_stream *streams = planner->plan->streams;
  for (unsigned i = 1; i < planner->plan->stream_count; i++)
    for (unsigned k = i; k && stands_before(planner, &streams[k], &streams[k - 1]); k--) {
      struct pp_plan_stream swap = streams[k];
      streams[k] = streams[k - 1];
      streams[k - 1] = swap;
    }
}

static unsigned *leaders(const struct pp_plan *plan) {
  unsigned *leader_of = pp_allocate(plan->reference_count, sizeof *leader_of);
  for (unsigned i = 0; i < plan->reference_count; i++)
    leader_of[i] = plan->stream_of[i] < 0 ? UINT32_MAX : plan->streams[plan->stream_of[i]].leader;
  return leader_of;
}

/* After streams moved or went: finds each reference's stream again by its leader. */
static void renumber(struct pp_plan *plan, const unsigned *leader_of) {
  for (unsigned i = 0; i < plan->reference_count; i++) {
    plan->stream_of[i] = -1;
    for (unsigned k = 0; k < plan->stream_count && leader_of[i] != UINT32_MAX; k++)
      if (plan->streams[k].leader == leader_of[i])
        plan->stream_of[i] = (int)k;
  }
}

/* Takes the streams out that `goes` names by its leader's number; their references get the reason. */
static void remove_streams(struct pp_plan *plan, const bool *goes, const char *why) {
  unsigned *leader_of = leaders(plan), kept = 0;
  for (unsigned i = 0; i < plan->reference_count; i++)
    if (leader_of[i] != UINT32_MAX && goes[leader_of[i]])
      plan->declined[i] = why;
  for (unsigned i = 0; i < plan->stream_count; i++)
    if (!goes[plan->streams[i].leader])
      plan->streams[kept++] = plan->streams[i];
  plan->stream_count = kept;
  renumber(plan, leader_of);
  free(leader_of);
}

void pp_plan_withdraw_loop(struct pp_plan *plan, const struct pp_nest *nest, int loop, const char *why) {
  bool *goes = pp_allocate(plan->reference_count, sizeof *goes);
  for (unsigned i = 0; i < plan->stream_count; i++)
    goes[plan->streams[i].leader] = plan->streams[i].loop == loop;
  remove_streams(plan, goes, pp_plan_reason(plan, "%s", why));
  free(goes);
  pp_write_clear(&plan->loops[loop]);
  plan->loops[loop] = (struct pp_plan_loop){0};
  (void)nest;
}

/* -- Programs ------------------------------------------------------------------------------------------------------------ */

/* What the programs of a loop hint, from its streams. */
struct contents {
  struct pp_hinted walks[STREAMS_PER_LOOP], slices[STREAMS_PER_LOOP];
  unsigned walk_leaders[STREAMS_PER_LOOP], slice_leaders[STREAMS_PER_LOOP];
  unsigned walk_count, slice_count, sites;
};

static struct pp_hinted hinted_of(const struct grouping *grouping, const struct pp_plan_stream *stream, unsigned site) {
  struct pp_planner *planner = grouping->planner;
  struct pp_view *view = pp_planner_view(planner, stream->loop);
  const struct pp_choice *leader = &planner->choices[stream->leader];
  const struct group *group = &grouping->groups[stream->leader];
  int low = pp_term_constant(view, (uint64_t)group->low), span = pp_term_constant(view, stream->span);
  struct pp_hinted hinted = {.site = site, .node = group->node, .step = leader->step};
  hinted.address = pp_term_add(view, leader->address, low, 1);
  hinted.bytes = pp_term_add(view, leader->extent, leader->length == PP_NONE ? span : leader->length, 1);
  if (stream->overwrites)
    hinted.bytes = group->overwritten;
  if (stream->kind == PP_PLAN_AFFINE) {
    hinted.node = view->home;
    pp_term_affine(view, hinted.address, stream->loop, &hinted.step, &hinted.address);
  }
  return hinted;
}

static void collect(const struct grouping *grouping, int loop, struct contents *contents) {
  const struct pp_plan *plan = grouping->planner->plan;
  memset(contents, 0, sizeof *contents);
  for (unsigned i = 0; i < plan->stream_count; i++) {
    const struct pp_plan_stream *stream = &plan->streams[i];
    if (stream->loop != loop)
      continue;
    struct pp_hinted hinted = hinted_of(grouping, stream, contents->sites++);
    if (stream->kind == PP_PLAN_AFFINE) {
      contents->walk_leaders[contents->walk_count] = stream->leader;
      contents->walks[contents->walk_count++] = hinted;
    } else {
      contents->slice_leaders[contents->slice_count] = stream->leader;
      contents->slices[contents->slice_count++] = hinted;
    }
  }
}

/* Where a loop's programs are too large together, the stream with the largest of its own goes. */
static unsigned largest(struct pp_planner *planner, int loop, const struct contents *contents) {
  unsigned found = contents->slice_count ? contents->slice_leaders[0] : contents->walk_leaders[contents->walk_count - 1];
  unsigned most = 0;
  for (unsigned i = 0; i < contents->slice_count; i++) {
    const char *failure = pp_write_programs(planner, loop, NULL, 0, &contents->slices[i], 1, contents->sites);
    unsigned size = failure ? UINT32_MAX : planner->plan->loops[loop].slices.instruction_count;
    if (size > most)
      most = size, found = contents->slice_leaders[i];
  }
  return found;
}

/* A program that carries values runs in order, one iteration at a time. What is written where a cursor of the loop's stands,
 * which is next to what was written before, is not worth that to what the loop reads. */
static void drop_appends(struct grouping *grouping, int loop) {
  struct pp_planner *planner = grouping->planner;
  bool *goes = pp_allocate(planner->nest->reference_count, sizeof *goes), free_reads = false;
  struct contents contents;
  collect(grouping, loop, &contents);
  for (unsigned i = 0; i < contents.slice_count; i++) {
    const char *failure = pp_write_programs(planner, loop, NULL, 0, &contents.slices[i], 1, contents.sites);
    bool carries = !failure && planner->plan->loops[loop].slices.carried_count, writes;
    writes = planner->nest->references[contents.slice_leaders[i]].access == PP_WRITE;
    goes[contents.slice_leaders[i]] = carries && writes;
    free_reads |= !failure && !carries && !writes;
  }
  pp_write_clear(&planner->plan->loops[loop]);
  if (free_reads)
    remove_streams(
        planner->plan, goes,
        "it is written where a cursor stands that the loop carries along, and what the loop reads does not wait for that");
  free(goes);
}

static void write_programs(struct grouping *grouping, int loop) {
  struct pp_planner *planner = grouping->planner;
  bool *goes = pp_allocate(planner->nest->reference_count, sizeof *goes);
  struct contents contents;
  drop_appends(grouping, loop);
  for (collect(grouping, loop, &contents); contents.sites; collect(grouping, loop, &contents)) {
    const char *failure = pp_write_programs(planner, loop, contents.walks, contents.walk_count, contents.slices,
                                            contents.slice_count, contents.sites);
    if (!failure)
      break;
    unsigned leader = largest(planner, loop, &contents);
    pp_write_clear(&planner->plan->loops[loop]);
    goes[leader] = true;
    remove_streams(planner->plan, goes, failure);
    goes[leader] = false;
  }
  free(goes);
}

/* -- Strips -------------------------------------------------------------------------------------------------------------- */

/* Iterations of an awake strip that suit one stream; 0: only the runtime will know. */
static uint64_t strip_of_stream(const struct pp_planner *planner, const struct pp_plan_stream *stream) {
  const struct pp_choice *choice = &planner->choices[stream->leader];
  uint64_t pages = planner->options->strip ? planner->options->strip : STRIP_PAGES, bytes;
  if (stream->kind == PP_PLAN_GATHER)
    return pages;
  if (!choice->bytes_per_iteration)
    return planner->options->strip;
  if (__builtin_mul_overflow(pages, (uint64_t)PP_PAGE, &bytes))
    bytes = UINT64_MAX;
  bytes /= choice->bytes_per_iteration;
  return bytes ? bytes : 1;
}

/* Iterations of an entry that may be worth a call by what the last ones have found. */
static uint64_t short_entry(const struct pp_choice *choice, bool counted) {
  uint64_t bytes = choice->bytes_per_iteration;
  if (bytes >= PP_PAGE)
    return SHORT_ENTRY;
  return counted && choice->contiguous && bytes ? PIECE_BYTES / bytes : UINT64_MAX;
}

static void set_loop(struct pp_planner *planner, unsigned loop) {
  struct pp_plan *plan = planner->plan;
  struct pp_plan_loop *planned = &plan->loops[loop];
  uint64_t shortest = UINT64_MAX;
  for (unsigned i = 0; i < plan->stream_count; i++) {
    const struct pp_plan_stream *stream = &plan->streams[i];
    if (stream->loop != (int)loop)
      continue;
    uint64_t strip = strip_of_stream(planner, stream), trips = pp_least_trips(planner, &planner->choices[stream->leader]);
    planned->min_trips = planned->strip_mined && planned->min_trips < trips ? planned->min_trips : trips;
    uint64_t enough =
        planner->options->short_entries ? short_entry(&planner->choices[stream->leader], stream->counted) : UINT64_MAX;
    shortest = enough < shortest ? enough : shortest;
    if (strip)
      planned->strip = planned->strip && planned->strip < strip ? planned->strip : strip;
    planned->strip_mined = true;
  }
  planned->least = planned->min_trips < shortest ? planned->min_trips : shortest;
}

void pp_plan_deal(struct pp_plan_loop *loop) {
  loop->dealt = true;
  if (loop->least < LONG_CHUNK)
    loop->least = LONG_CHUNK < loop->min_trips ? LONG_CHUNK : loop->min_trips;
}

/* -- All ----------------------------------------------------------------------------------------------------------------- */

static struct pp_plan *new_plan(const struct pp_nest *nest) {
  struct pp_plan *plan = pp_allocate(1, sizeof *plan);
  struct pp_plan_memory *memory = pp_allocate(1, sizeof *memory);
  plan->memory = memory;
  plan->loop_count = nest->loop_count;
  plan->loops = pp_allocate(nest->loop_count, sizeof *plan->loops);
  plan->reference_count = nest->reference_count;
  plan->streams = pp_allocate(nest->reference_count, sizeof *plan->streams);
  plan->stream_of = pp_allocate(nest->reference_count, sizeof *plan->stream_of);
  plan->declined = pp_allocate(nest->reference_count, sizeof *plan->declined);
  memory->notes = pp_allocate(nest->reference_count, sizeof *memory->notes);
  for (unsigned i = 0; i < nest->reference_count; i++)
    plan->stream_of[i] = -1;
  return plan;
}

static enum pp_plan_reuse reuse_of(const struct pp_planner *planner, const struct pp_plan_stream *stream) {
  const struct pp_nest *nest = planner->nest;
  const struct pp_note *note = &((const struct pp_plan_memory *)planner->plan->memory)->notes[stream->leader];
  unsigned level = 0;
  for (int loop = nest->blocks[nest->references[stream->leader].block].loop; loop != stream->loop;
       loop = nest->loops[loop].parent)
    level++;
  if (level && note->strides[level].kind == PP_STRIDE_CONSTANT && !note->strides[level].bytes)
    return PP_REUSE_AGAIN; /* inner loops walk the same in each iteration of it */
  while (++level < note->levels)
    if (note->strides[level].kind == PP_STRIDE_CONSTANT && note->strides[level].bytes > -PP_PAGE &&
        note->strides[level].bytes < PP_PAGE)
      return PP_REUSE_AGAIN;
  return stream->kind == PP_PLAN_AFFINE ? PP_REUSE_ONCE : PP_REUSE_UNKNOWN;
}

static void find_certain(struct grouping *grouping) {
  struct pp_planner *planner = grouping->planner;
  for (unsigned i = 0; i < planner->plan->stream_count; i++) {
    struct pp_plan_stream *stream = &planner->plan->streams[i];
    stream->reuse = reuse_of(planner, stream);
    stream->counted = stream->kind == PP_PLAN_AFFINE && pp_runs_through(planner, stream->loop);
    if (!(planner->options->kinds & PP_OPTION_KIND_POPULATE))
      continue;
    grouping->groups[stream->leader].overwritten = pp_overwritten(planner, stream);
    stream->overwrites = grouping->groups[stream->leader].overwritten != PP_NONE;
  }
}

static void plan_nest(struct pp_planner *planner) {
  const struct pp_nest *nest = planner->nest;
  planner->graph = pp_graph_new(nest);
  planner->views = pp_allocate(nest->loop_count, sizeof *planner->views);
  planner->regions = pp_allocate(nest->loop_count, sizeof *planner->regions);
  planner->choices = pp_allocate(nest->reference_count, sizeof *planner->choices);
  pp_choose_all(planner);
  struct grouping grouping = {planner, pp_allocate(nest->reference_count, sizeof *grouping.groups)};
  group_all(&grouping);
  unsigned *leader_of = leaders(planner->plan);
  sort_streams(planner);
  renumber(planner->plan, leader_of);
  free(leader_of);
  find_certain(&grouping);
  for (unsigned i = 0; i < nest->loop_count; i++) {
    write_programs(&grouping, (int)i);
    set_loop(planner, i);
  }
  for (unsigned i = 0; i < nest->loop_count; i++) {
    pp_view_free(planner->views[i]);
    pp_region_free(planner->regions[i]);
  }
  free(grouping.groups);
  free(planner->choices);
  free(planner->views);
  free(planner->regions);
  pp_graph_free(planner->graph);
}

struct pp_plan *pp_plan_nest(const struct pp_nest *nest, const struct pp_options *options) {
  struct pp_planner planner = {.nest = nest, .options = options, .plan = new_plan(nest)};
  const char *too_large = NULL;
  if (nest->loop_count > PP_LOOPS_MOST)
    too_large = pp_plan_reason(planner.plan, "its nest has %u loops; at most %d are planned", nest->loop_count, PP_LOOPS_MOST);
  else if (nest->block_count > BLOCKS_MOST)
    too_large = pp_plan_reason(planner.plan, "its nest has %u blocks; at most %d are planned", nest->block_count, BLOCKS_MOST);
  for (unsigned i = 0; i < nest->reference_count && too_large; i++)
    planner.plan->declined[i] = too_large;
  if (!too_large && nest->loop_count)
    plan_nest(&planner);
  return planner.plan;
}

void pp_plan_free(struct pp_plan *plan) {
  if (!plan)
    return;
  struct pp_plan_memory *memory = plan->memory;
  for (struct pp_reason *made = memory->reasons; made;) {
    struct pp_reason *next = made->next;
    free(made);
    made = next;
  }
  for (unsigned i = 0; i < plan->reference_count; i++)
    free(memory->notes[i].strides);
  for (unsigned i = 0; i < plan->loop_count; i++)
    pp_write_clear(&plan->loops[i]);
  free(memory->notes);
  free(memory);
  free(plan->streams);
  free(plan->loops);
  free(plan->stream_of);
  free(plan->declined);
  free(plan);
}
