/* SPDX-License-Identifier: MIT */
/* Copies the summary of a function into the nest of a loop that calls it: inlining in the graph alone, for the planner's eyes.
 * Numbers of loops and blocks move on by what the nest has; those of values by a table, since values outside are the caller's. */
#include "nest_data.h"

#include <stdlib.h>

/* Of all that a nest calls. Blocks may be long: values are what memory and time are spent on. */
enum { MOST_BLOCKS = 128, MOST_VALUES = 2048 };

struct graft {
  struct pp_nest *nest;
  const struct pp_nest *from;
  int loops, blocks; /* how far numbers move on */
  int around, after; /* the loop of the call, and the block behind it */
  int *values;       /* by the summary's numbers */
};

static int block_of(const struct graft *graft, int block) {
  return block < 0 ? block : block + graft->blocks;
}

static int loop_of(const struct graft *graft, int loop) {
  return loop < 0 ? graft->around : loop + graft->loops;
}

static int value_of(const struct graft *graft, int value) {
  return value < 0 ? value : graft->values[value];
}

static int successor(const struct graft *graft, int block) {
  return block == PP_OUTSIDE ? graft->after : block_of(graft, block);
}

static void copy_loops(struct graft *graft) {
  for (unsigned i = 0; i < graft->from->loop_count; i++) {
    struct pp_nest_loop loop = graft->from->loops[i];
    loop.parent = loop_of(graft, loop.parent);
    loop.header = block_of(graft, loop.header);
    if (loop.trip == PP_TRIP_UNKNOWN) /* nobody cuts it, and the loop around knows whether what it calls comes back */
      loop.trip = PP_TRIP_SYMBOLIC;
    loop.strip_obstacle = "it is in a function that the loop around calls";
    pp_nest_add_loop(graft->nest, &loop);
  }
}

/* Places of blocks, whose ends may need values that come later. */
static void make_blocks(struct graft *graft) {
  for (unsigned i = 0; i < graft->from->block_count; i++) {
    struct pp_nest_block block = {.loop = loop_of(graft, graft->from->blocks[i].loop),
                                  .end = PP_END_UNKNOWN,
                                  .condition = PP_NONE,
                                  .next = {PP_NONE, PP_NONE}};
    pp_nest_add_block(graft->nest, &block);
  }
}

static int unknown_like(struct graft *graft, const struct pp_nest_value *value) {
  struct pp_nest_value unknown = {.kind = PP_VALUE_UNKNOWN,
                                  .bits = value->bits,
                                  .block = graft->blocks,
                                  .operand = {PP_NONE, PP_NONE, PP_NONE},
                                  .why = "the function that is called does not get it from this loop"};
  return pp_nest_add_value(graft->nest, &unknown);
}

static void copy_values(struct graft *graft, const int *outside, bool written) {
  for (unsigned i = 0; i < graft->from->value_count; i++) {
    struct pp_nest_value value = graft->from->values[i];
    if (value.kind == PP_VALUE_OUTSIDE) {
      bool fits = outside[i] >= 0 && graft->nest->values[outside[i]].bits == value.bits;
      graft->values[i] = fits ? outside[i] : unknown_like(graft, &value);
      continue;
    }
    value.block = block_of(graft, value.block);
    for (unsigned k = 0; k < 3; k++)
      value.operand[k] = value_of(graft, value.operand[k]);
    if (value.kind == PP_VALUE_LOAD && written)
      value.flags |= PP_MAY_BE_WRITTEN;
    value.incoming = NULL, value.incoming_count = 0;
    graft->values[i] = pp_nest_add_value(graft->nest, &value);
  }
}

static void close_phis(struct graft *graft) {
  for (unsigned i = 0; i < graft->from->value_count; i++) {
    const struct pp_nest_value *value = &graft->from->values[i];
    if (value->kind != PP_VALUE_PHI)
      continue;
    struct pp_incoming *incoming = pp_allocate(value->incoming_count, sizeof *incoming);
    for (unsigned k = 0; k < value->incoming_count; k++)
      incoming[k] = (struct pp_incoming){block_of(graft, value->incoming[k].block), value_of(graft, value->incoming[k].value)};
    pp_nest_set_incoming(graft->nest, graft->values[i], incoming, value->incoming_count);
    free(incoming);
  }
}

static void close_blocks(struct graft *graft) {
  for (unsigned i = 0; i < graft->from->block_count; i++) {
    struct pp_nest_block block = graft->from->blocks[i];
    block.loop = loop_of(graft, block.loop);
    block.condition = value_of(graft, block.condition);
    for (unsigned k = 0; k < 2; k++)
      block.next[k] = successor(graft, block.next[k]);
    pp_nest_set_block(graft->nest, block_of(graft, (int)i), &block);
  }
}

static void copy_references(struct graft *graft) {
  for (unsigned i = 0; i < graft->from->reference_count; i++) {
    struct pp_nest_reference reference = graft->from->references[i];
    reference.block = block_of(graft, reference.block);
    reference.address = value_of(graft, reference.address);
    reference.load = value_of(graft, reference.load);
    reference.length = value_of(graft, reference.length);
    pp_nest_add_reference(graft->nest, &reference);
  }
}

bool pp_nest_take_room(struct pp_nest *nest, const struct pp_nest *summary) {
  if (nest->called_blocks + summary->block_count > MOST_BLOCKS || nest->called_values + summary->value_count > MOST_VALUES)
    return false;
  nest->called_blocks += summary->block_count;
  nest->called_values += summary->value_count;
  return true;
}

int pp_nest_graft(struct pp_nest *nest, int call, int after, const struct pp_nest *summary, const int *outside, bool written) {
  struct graft graft = {nest,
                        summary,
                        (int)nest->loop_count,
                        (int)nest->block_count,
                        nest->blocks[call].loop,
                        after,
                        pp_allocate(summary->value_count, sizeof *graft.values)};
  copy_loops(&graft);
  make_blocks(&graft);
  copy_values(&graft, outside, written);
  close_phis(&graft);
  close_blocks(&graft);
  copy_references(&graft);
  struct pp_nest_block caller = nest->blocks[call];
  caller.end = PP_END_GO;
  caller.next[0] = graft.blocks, caller.next[1] = PP_NONE;
  caller.condition = PP_NONE;
  pp_nest_set_block(nest, call, &caller);
  int result = value_of(&graft, summary->result);
  free(graft.values);
  return result;
}
