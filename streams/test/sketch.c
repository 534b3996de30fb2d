/* SPDX-License-Identifier: MIT */
/* Drawing nests by hand: see sketch.h. The blocks of a loop know which loop they are in, so that a drawing needs no more words
 * than the loop that it stands for. */
#include "sketch.h"

#include "nest_data.h"

struct sketch sketch_new(void) {
  struct sketch sketch = {pp_nest_new("a.c", "f"), {0}, NULL};
  pp_options_init(&sketch.options);
  return sketch;
}

void sketch_plan(struct sketch *sketch) {
  sketch->plan = pp_plan_nest(sketch->nest, &sketch->options);
}

void sketch_free(struct sketch *sketch) {
  pp_plan_free(sketch->plan);
  pp_nest_free(sketch->nest);
  pp_options_clear(&sketch->options);
}

static const struct pp_nest_value blank = {.block = PP_NONE, .operand = {PP_NONE, PP_NONE, PP_NONE}};

int constant(struct sketch *sketch, unsigned bits, uint64_t value) {
  struct pp_nest_value made = blank;
  made.kind = PP_VALUE_CONSTANT, made.bits = bits, made.constant = value;
  return pp_nest_add_value(sketch->nest, &made);
}

int outside(struct sketch *sketch, unsigned bits) {
  struct pp_nest_value made = blank;
  made.kind = PP_VALUE_OUTSIDE, made.bits = bits;
  return pp_nest_add_value(sketch->nest, &made);
}

int unknown(struct sketch *sketch, int at, unsigned bits, const char *why) {
  struct pp_nest_value made = blank;
  made.kind = PP_VALUE_UNKNOWN, made.bits = bits, made.block = at, made.why = why;
  return pp_nest_add_value(sketch->nest, &made);
}

int operate_flagged(struct sketch *sketch, int at, enum pp_operation operation, unsigned bits, int a, int b, unsigned flags) {
  struct pp_nest_value made = blank;
  made.kind = PP_VALUE_OPERATION, made.bits = bits, made.block = at, made.operation = operation, made.flags = flags;
  made.operand[0] = a, made.operand[1] = b;
  return pp_nest_add_value(sketch->nest, &made);
}

int operate(struct sketch *sketch, int at, enum pp_operation operation, unsigned bits, int a, int b) {
  return operate_flagged(sketch, at, operation, bits, a, b, 0);
}

int choose_value(struct sketch *sketch, int at, unsigned bits, int condition, int a, int b) {
  struct pp_nest_value made = blank;
  made.kind = PP_VALUE_OPERATION, made.bits = bits, made.block = at, made.operation = PP_SELECT;
  made.operand[0] = condition, made.operand[1] = a, made.operand[2] = b;
  return pp_nest_add_value(sketch->nest, &made);
}

int element(struct sketch *sketch, int at, int base, int index, uint64_t scale) {
  int scaled = operate(sketch, at, PP_MULTIPLY, 64, index, constant(sketch, 64, scale));
  return operate(sketch, at, PP_ADD, 64, base, scaled);
}

static int refer(struct sketch *sketch, int at, int address, uint64_t bytes, enum pp_access access, int loaded, int length) {
  struct pp_nest_reference made = {.place = {"a.c", 20, 5},
                                   .access = access,
                                   .block = at,
                                   .address = address,
                                   .load = loaded,
                                   .bytes = bytes,
                                   .length = length};
  return pp_nest_add_reference(sketch->nest, &made);
}

int load(struct sketch *sketch, int at, int address, unsigned bytes) {
  struct pp_nest_value made = blank;
  made.kind = PP_VALUE_LOAD, made.bits = bytes * 8, made.block = at, made.operand[0] = address;
  int value = pp_nest_add_value(sketch->nest, &made);
  refer(sketch, at, address, bytes, PP_READ, value, PP_NONE);
  return value;
}

int read_at(struct sketch *sketch, int at, int address, uint64_t bytes) {
  return refer(sketch, at, address, bytes, PP_READ, PP_NONE, PP_NONE);
}

int write_at(struct sketch *sketch, int at, int address, uint64_t bytes) {
  return refer(sketch, at, address, bytes, PP_WRITE, PP_NONE, PP_NONE);
}

int block_at(struct sketch *sketch, int at, int address, int length) {
  return refer(sketch, at, address, 0, PP_READ, PP_NONE, length);
}

int phi(struct sketch *sketch, int at, unsigned bits, unsigned flags) {
  struct pp_nest_value made = blank;
  made.kind = PP_VALUE_PHI, made.bits = bits, made.block = at, made.flags = flags;
  return pp_nest_add_value(sketch->nest, &made);
}

void set_phi(struct sketch *sketch, int number, int from, int value, int other_from, int other_value) {
  struct pp_incoming incoming[] = {{from, value}, {other_from, other_value}};
  pp_nest_set_incoming(sketch->nest, number, incoming, 2);
}

int block(struct sketch *sketch, int loop) {
  struct pp_nest_block made = {loop, PP_END_NEVER, PP_NONE, {PP_NONE, PP_NONE}};
  return pp_nest_add_block(sketch->nest, &made);
}

static void set_end(struct sketch *sketch, int number, enum pp_block_end end, int condition, int one, int other) {
  struct pp_nest_block made = {sketch->nest->blocks[number].loop, end, condition, {one, other}};
  pp_nest_set_block(sketch->nest, number, &made);
}

void go(struct sketch *sketch, int number, int next) {
  set_end(sketch, number, PP_END_GO, PP_NONE, next, PP_NONE);
}

void branch(struct sketch *sketch, int number, int condition, int yes, int no) {
  set_end(sketch, number, PP_END_BRANCH, condition, yes, no);
}

void end_unknown(struct sketch *sketch, int number, int one, int other) {
  set_end(sketch, number, PP_END_UNKNOWN, PP_NONE, one, other);
}

struct sketch_loop counted(struct sketch *sketch, int parent, int from, int bound, int to) {
  const struct pp_nest_value *limit = &sketch->nest->values[bound];
  struct pp_nest_loop model = {.place = {"a.c", 10 + (uint32_t)(parent + 1), 3}, .parent = parent, .certain = true};
  model.trip = limit->kind == PP_VALUE_CONSTANT ? PP_TRIP_CONSTANT : PP_TRIP_SYMBOLIC;
  model.trip_count = limit->kind == PP_VALUE_CONSTANT ? limit->constant : 0;
  struct sketch_loop made;
  made.loop = pp_nest_add_loop(sketch->nest, &model);
  made.header = block(sketch, made.loop);
  made.latch = block(sketch, made.loop);
  pp_nest_set_header(sketch->nest, made.loop, made.header);
  go(sketch, made.header, made.latch);
  made.i = phi(sketch, made.header, 64, 0);
  int next = operate(sketch, made.latch, PP_ADD, 64, made.i, constant(sketch, 64, 1));
  set_phi(sketch, made.i, from, constant(sketch, 64, 0), made.latch, next);
  branch(sketch, made.latch, operate(sketch, made.latch, PP_SLESS, 1, next, bound), made.header, to);
  return made;
}

int reference_of(const struct sketch *sketch, int loaded) {
  for (unsigned i = 0; i < sketch->nest->reference_count; i++)
    if (sketch->nest->references[i].load == loaded)
      return (int)i;
  return PP_NONE;
}
