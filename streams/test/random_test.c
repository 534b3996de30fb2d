/* SPDX-License-Identifier: MIT */
/* Random nests, run twice: the graph itself, step by step, and the programs that the planner writes for it. Programs read nothing
 * that the graph does not read, and what the graph touches is hinted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "nest_data.h"
#include "program.h"
#include "sketch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 512, BYTES = WORDS * 8, TRIPS = 12, STEPS = 200000, LIVE = 40, HINTS = 100000 };

struct interval {
  unsigned site;
  uint64_t from, bytes;
};

struct random_nest {
  struct sketch f;
  uint64_t state;
  bool plain;     /* no early exits and no recurrences in inner loops: then all must be hinted */
  int base;       /* the one array */
  int list[LIVE]; /* values of 64 bits at hand */
  unsigned live;
  uint64_t *value; /* by number, while the graph runs */
  unsigned char may_read[BYTES];
  struct interval *touched, *hinted;
  unsigned touched_count, hinted_count, iterations;
};

static uint64_t memory[WORDS];

static unsigned pick(struct random_nest *r, unsigned below) {
  r->state ^= r->state << 13, r->state ^= r->state >> 7, r->state ^= r->state << 17;
  return (unsigned)(r->state >> 33) % below;
}

static int any(struct random_nest *r) {
  return r->list[pick(r, r->live)];
}

static void keep(struct random_nest *r, int value) {
  if (r->live < LIVE)
    r->list[r->live++] = value;
  else
    r->list[pick(r, LIVE)] = value;
}

static int number(struct random_nest *r, uint64_t value) {
  return constant(&r->f, 64, value);
}

static uint64_t cut(uint64_t value, unsigned bits) {
  return bits == 64 ? value : value & ((UINT64_C(1) << bits) - 1);
}

/* -- Drawing --------------------------------------------------------------------------------------------------------------- */

static int draw_condition(struct random_nest *r, int at) {
  static const enum pp_operation tests[] = {PP_EQUAL, PP_NOT_EQUAL, PP_ULESS, PP_ULESS_EQUAL, PP_SLESS, PP_SLESS_EQUAL};
  int left = operate(&r->f, at, PP_AND, 64, any(r), number(r, 7)), right = pick(r, 2) ? number(r, pick(r, 8)) : any(r);
  return operate(&r->f, at, tests[pick(r, 6)], 1, left, right);
}

static int draw_address(struct random_nest *r, int at) {
  int index = operate(&r->f, at, PP_AND, 64, any(r), number(r, WORDS / 2 - 1));
  return element(&r->f, at, r->base, index, 8);
}

static void draw_value(struct random_nest *r, int at) {
  static const enum pp_operation wide[] = {PP_ADD, PP_SUBTRACT, PP_MULTIPLY, PP_XOR, PP_AND, PP_OR, PP_ADD, PP_UDIVIDE};
  static const enum pp_operation narrow[] = {PP_ADD, PP_SUBTRACT, PP_MULTIPLY, PP_XOR, PP_OR};
  unsigned bits = pick(r, 2) ? 32 : 8;
  int a = any(r), b = pick(r, 3) ? any(r) : number(r, pick(r, 100)), left, right;
  switch (pick(r, 8)) {
  case 0:
  case 1:
    keep(r, operate(&r->f, at, wide[pick(r, 8)], 64, a, b));
    return;
  case 2:
    left = operate(&r->f, at, PP_TRUNCATE, bits, a, PP_NONE), right = operate(&r->f, at, PP_TRUNCATE, bits, b, PP_NONE);
    left = operate(&r->f, at, narrow[pick(r, 5)], bits, left, right);
    keep(r, operate(&r->f, at, pick(r, 2) ? PP_EXTEND_SIGN : PP_EXTEND_ZERO, 64, left, PP_NONE));
    return;
  case 3:
    keep(r, choose_value(&r->f, at, 64, draw_condition(r, at), a, b));
    return;
  case 4:
    keep(r, operate(&r->f, at, pick(r, 2) ? PP_SHIFT_RIGHT : PP_SHIFT_RIGHT_SIGNED, 64, a, number(r, pick(r, 8))));
    return;
  case 5:
    keep(r, operate(&r->f, at, PP_SHIFT_LEFT, 64, a, number(r, pick(r, 8))));
    return;
  case 6:
    left = load(&r->f, at, draw_address(r, at), 4);
    keep(r, operate(&r->f, at, pick(r, 2) ? PP_EXTEND_SIGN : PP_EXTEND_ZERO, 64, left, PP_NONE));
    return;
  default:
    keep(r, load(&r->f, at, draw_address(r, at), 8));
  }
}

static int draw_body(struct random_nest *r, int loop, int at, unsigned depth);

/* if (...) {...} else {...}, with a phi behind. */
static int draw_branch(struct random_nest *r, int loop, int at, unsigned depth) {
  int yes = block(&r->f, loop), no = block(&r->f, loop), join = block(&r->f, loop);
  branch(&r->f, at, draw_condition(r, at), yes, no);
  unsigned live = r->live < LIVE / 2 ? r->live : LIVE / 2;
  r->live = live;
  int kept[LIVE];
  memcpy(kept, r->list, sizeof kept);
  int yes_end = draw_body(r, loop, yes, depth), one = any(r);
  memcpy(r->list, kept, sizeof kept), r->live = live;
  int no_end = pick(r, 2) ? draw_body(r, loop, no, depth) : no, other = any(r);
  memcpy(r->list, kept, sizeof kept), r->live = live;
  go(&r->f, yes_end, join);
  go(&r->f, no_end, join);
  int joined = phi(&r->f, join, 64, 0);
  set_phi(&r->f, joined, yes_end, one, no_end, other);
  keep(r, joined);
  return join;
}

static int draw_loop(struct random_nest *r, int loop, int at, unsigned depth) {
  int after = block(&r->f, loop), bound;
  if (pick(r, 2))
    bound = operate(&r->f, at, PP_ADD, 64, operate(&r->f, at, PP_AND, 64, any(r), number(r, 3)), number(r, 1));
  else
    bound = number(r, 1 + pick(r, 4));
  struct sketch_loop inner = counted(&r->f, loop, at, bound, after);
  go(&r->f, at, inner.header);
  unsigned live = r->live < LIVE / 2 ? r->live : LIVE / 2;
  r->live = live;
  int kept[LIVE];
  memcpy(kept, r->list, sizeof kept);
  keep(r, inner.i);
  int carried = PP_NONE, start = kept[pick(r, live)];
  if (!r->plain && pick(r, 2)) {
    carried = phi(&r->f, inner.header, 64, 0);
    keep(r, carried);
  }
  int end = draw_body(r, inner.loop, inner.header, depth);
  if (carried != PP_NONE)
    set_phi(&r->f, carried, at, start, inner.latch, any(r));
  if (!r->plain && pick(r, 3) == 0)
    branch(&r->f, end, draw_condition(r, end), after, inner.latch);
  else
    go(&r->f, end, inner.latch);
  memcpy(r->list, kept, sizeof kept), r->live = live;
  return after;
}

/* Statements from a block on. Returns the block that they end in, which has no end yet. */
static int draw_body(struct random_nest *r, int loop, int at, unsigned depth) {
  for (unsigned count = 1 + pick(r, 5); count; count--) {
    unsigned what = pick(r, 10);
    if (what < 6 || !depth)
      draw_value(r, at);
    else if (what < 7)
      write_at(&r->f, at, draw_address(r, at), 8);
    else if (what < 9)
      at = draw_branch(r, loop, at, depth - 1);
    else
      at = draw_loop(r, loop, at, depth - 1);
  }
  return at;
}

/* A counter that wraps. */
static void draw_narrow(struct random_nest *r, const struct sketch_loop *outer) {
  unsigned bits = pick(r, 2) ? 8 : 32;
  int first = constant(&r->f, bits, cut(pick(r, 2) ? UINT64_MAX - 5 : 100, bits));
  int narrow = phi(&r->f, outer->header, bits, 0);
  int next = operate(&r->f, outer->header, PP_ADD, bits, narrow, constant(&r->f, bits, 1 + pick(r, 60)));
  set_phi(&r->f, narrow, PP_OUTSIDE, first, outer->latch, next);
  keep(r, operate(&r->f, outer->header, pick(r, 2) ? PP_EXTEND_SIGN : PP_EXTEND_ZERO, 64, narrow, PP_NONE));
}

/* A phi that hands on what was loaded at a place that follows from the iteration. */
static void draw_handed(struct random_nest *r, int handed, int start, int at, const struct sketch_loop *outer) {
  int index = operate(&r->f, at, PP_AND, 64, outer->i, number(r, WORDS / 2 - 1));
  int now = load(&r->f, at, element(&r->f, at, r->base, index, 8), 8);
  set_phi(&r->f, handed, PP_OUTSIDE, start, outer->latch, now);
}

static void draw(struct random_nest *r) {
  r->f = sketch_new();
  r->base = outside(&r->f, 64);
  r->list[r->live++] = outside(&r->f, 64);
  r->list[r->live++] = number(r, 3 + pick(r, 60));
  int bound = outside(&r->f, 64);
  struct sketch_loop outer = counted(&r->f, PP_NONE, PP_OUTSIDE, bound, PP_OUTSIDE);
  int start = r->list[0], carried[2] = {PP_NONE, PP_NONE};
  keep(r, outer.i);
  for (unsigned i = 0; i < pick(r, 3); i++)
    keep(r, carried[i] = phi(&r->f, outer.header, 64, 0));
  draw_narrow(r, &outer);
  int handed = pick(r, 3) ? PP_NONE : phi(&r->f, outer.header, 64, 0);
  if (handed != PP_NONE)
    keep(r, handed);
  int end = draw_body(r, outer.loop, outer.header, 3);
  if (handed != PP_NONE)
    draw_handed(r, handed, start, pick(r, 2) ? end : outer.latch, &outer);
  for (unsigned i = 0; i < 2; i++)
    if (carried[i] != PP_NONE)
      set_phi(&r->f, carried[i], PP_OUTSIDE, start, outer.latch, any(r));
  if (pick(r, 4) == 0)
    branch(&r->f, end, draw_condition(r, end), PP_OUTSIDE, outer.latch);
  else
    go(&r->f, end, outer.latch);
}

/* -- Running the graph --------------------------------------------------------------------------------------------------------
 */

static int64_t as_signed(uint64_t value, unsigned bits) {
  return (int64_t)(value << (64 - bits)) >> (64 - bits);
}

/* False where it would trap. */
static bool compute(struct random_nest *r, const struct pp_nest_value *at, uint64_t *result) {
  const struct pp_nest_value *values = r->f.nest->values;
  uint64_t a = r->value[at->operand[0]], b = at->operand[1] == PP_NONE ? 0 : r->value[at->operand[1]];
  unsigned bits = values[at->operand[0]].bits;
  int64_t left = as_signed(a, bits), right = at->operand[1] == PP_NONE ? 0 : as_signed(b, values[at->operand[1]].bits);
  switch (at->operation) {
  case PP_ADD:
    *result = a + b;
    break;
  case PP_SUBTRACT:
    *result = a - b;
    break;
  case PP_MULTIPLY:
    *result = a * b;
    break;
  case PP_UDIVIDE:
    if (!b)
      return false;
    *result = a / b;
    break;
  case PP_AND:
    *result = a & b;
    break;
  case PP_OR:
    *result = a | b;
    break;
  case PP_XOR:
    *result = a ^ b;
    break;
  case PP_SHIFT_LEFT:
    *result = a << b;
    break;
  case PP_SHIFT_RIGHT:
    *result = a >> b;
    break;
  case PP_SHIFT_RIGHT_SIGNED:
    *result = (uint64_t)(left >> b);
    break;
  case PP_EQUAL:
    *result = a == b;
    break;
  case PP_NOT_EQUAL:
    *result = a != b;
    break;
  case PP_ULESS:
    *result = a < b;
    break;
  case PP_ULESS_EQUAL:
    *result = a <= b;
    break;
  case PP_SLESS:
    *result = left < right;
    break;
  case PP_SLESS_EQUAL:
    *result = left <= right;
    break;
  case PP_EXTEND_ZERO:
  case PP_TRUNCATE:
    *result = a;
    break;
  case PP_EXTEND_SIGN:
    *result = (uint64_t)left;
    break;
  case PP_SELECT:
    *result = a ? b : r->value[at->operand[2]];
    break;
  default:
    fail();
  }
  *result = cut(*result, at->bits);
  return true;
}

static bool run_block(struct random_nest *r, int at) {
  const struct pp_nest *nest = r->f.nest;
  for (unsigned i = 0; i < nest->value_count; i++) {
    const struct pp_nest_value *value = &nest->values[i];
    if (value->block != at || value->kind == PP_VALUE_PHI)
      continue;
    if (value->kind == PP_VALUE_LOAD) {
      uint64_t address = r->value[value->operand[0]], bytes = value->bits / 8;
      r->value[i] = 0;
      memcpy(&r->value[i], (const void *)(uintptr_t)address, bytes);
      memset(r->may_read + (address - (uintptr_t)memory), 1, bytes);
    } else if (!compute(r, value, &r->value[i])) {
      return false;
    }
  }
  for (unsigned i = 0; i < nest->reference_count; i++)
    if (nest->references[i].block == at)
      r->touched[r->touched_count++] = (struct interval){i, r->value[nest->references[i].address], nest->references[i].bytes};
  return r->touched_count + nest->reference_count < STEPS;
}

static void take_edge(struct random_nest *r, int from, int to) {
  const struct pp_nest *nest = r->f.nest;
  uint64_t *old = malloc(nest->value_count * sizeof *old);
  memcpy(old, r->value, nest->value_count * sizeof *old);
  for (unsigned i = 0; i < nest->value_count; i++)
    for (unsigned k = 0; nest->values[i].block == to && k < nest->values[i].incoming_count; k++)
      if (nest->values[i].incoming[k].block == from)
        r->value[i] = old[nest->values[i].incoming[k].value];
  free(old);
}

/* Runs the graph. False where it divides by zero or takes too long. */
static bool run_graph(struct random_nest *r) {
  const struct pp_nest *nest = r->f.nest;
  for (unsigned i = 0; i < nest->value_count; i++)
    if (nest->values[i].kind == PP_VALUE_CONSTANT)
      r->value[i] = nest->values[i].constant;
  int at = nest->loops[0].header, from = PP_OUTSIDE;
  for (unsigned steps = 0; steps < STEPS / 4; steps++) {
    r->iterations += at == nest->loops[0].header;
    take_edge(r, from, at);
    if (!run_block(r, at))
      return false;
    const struct pp_nest_block *ended = &nest->blocks[at];
    int next = ended->end == PP_END_GO || r->value[ended->condition] ? ended->next[0] : ended->next[1];
    if (next == PP_OUTSIDE)
      return true;
    from = at, at = next;
  }
  return false;
}

/* -- Running the programs -----------------------------------------------------------------------------------------------------
 */

static struct pp_loaded load_lanes(void *context, pp_lane_set lanes, pp_lane_set waited, const uint64_t addresses[PP_LANES],
                                   unsigned bytes, bool steady, uint64_t values[PP_LANES]) {
  struct random_nest *r = context;
  (void)waited, (void)steady;
  for (unsigned lane = 0; lane < PP_LANES; lane++) {
    if (!(lanes >> lane & 1))
      continue;
    uint64_t offset = addresses[lane] - (uintptr_t)memory;
    assert_true(offset + bytes <= BYTES);
    for (unsigned i = 0; i < bytes; i++)
      assert_true(r->may_read[offset + i]);
    memcpy(&values[lane], (const void *)(uintptr_t)addresses[lane], bytes);
  }
  return (struct pp_loaded){lanes, 0};
}

static void note_hint(struct random_nest *r, unsigned site, uint64_t from, uint64_t bytes) {
  if (r->hinted_count < HINTS)
    r->hinted[r->hinted_count++] = (struct interval){site, from, bytes};
}

static void hint_lanes(void *context, pp_lane_set lanes, unsigned site, const uint64_t addresses[PP_LANES], const uint64_t *spans,
                       unsigned step) {
  for (unsigned lane = 0; lane < PP_LANES; lane++)
    if (lanes >> lane & 1)
      note_hint(context, site, addresses[lane], spans[lane * step]);
}

static void walk_all(void *context, unsigned site, uint64_t base, uint64_t stride, uint64_t span) {
  struct random_nest *r = context;
  for (unsigned i = 0; i < r->iterations; i++)
    note_hint(r, site, base + i * stride, span);
}

static void run_program(struct random_nest *r, const struct pp_plan_loop *loop, const struct pp_program *program,
                        uint64_t trips) {
  char why[128];
  uint64_t environment[PP_PROGRAM_ENVIRONMENT];
  const struct pp_program_io io = {r, load_lanes, hint_lanes, walk_all};
  if (!program->instruction_count)
    return;
  if (!pp_program_check(program, why, sizeof why))
    fail_msg("refused: %s", why);
  for (unsigned i = 0; i < loop->environment_count; i++)
    environment[i] = r->value[loop->environment[i]];
  struct pp_lanes *lanes = calloc(1, sizeof *lanes);
  pp_lanes_start(lanes, program, environment, 0, trips);
  uint64_t left = pp_lanes_visit(lanes, program, environment, trips, 1 << 22, &io);
  assert_true(left > 0);
  free(lanes);
}

static void check_hints(const struct random_nest *r) {
  const struct pp_plan *plan = r->f.plan;
  unsigned first = 0; /* the first stream of the outermost loop is site 0 */
  for (unsigned i = 0; i < r->touched_count; i++) {
    int stream = plan->stream_of[r->touched[i].site];
    if (stream < 0 || plan->streams[stream].loop != 0)
      continue;
    bool found = false;
    for (unsigned k = 0; k < r->hinted_count && !found; k++) {
      uint64_t offset = r->touched[i].from - r->hinted[k].from;
      found = r->hinted[k].site == (unsigned)stream - first && offset + r->touched[i].bytes <= r->hinted[k].bytes;
    }
    assert_true(found);
  }
}

static bool try_one(uint64_t seed, bool plain, unsigned *checked) {
  struct random_nest *r = calloc(1, sizeof *r);
  r->state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
  r->plain = plain;
  draw(r);
  r->value = calloc(r->f.nest->value_count, sizeof *r->value);
  r->touched = calloc(STEPS, sizeof *r->touched);
  r->hinted = calloc(HINTS, sizeof *r->hinted);
  /* In the order of drawing: the array, a number, the bound. */
  r->value[0] = (uintptr_t)memory, r->value[1] = pick(r, 1000), r->value[3] = TRIPS;
  uint64_t given[] = {r->value[0], r->value[1], r->value[3]};
  r->f.options.min_footprint = 1;
  for (unsigned i = 1; i < r->f.nest->loop_count; i++) {
    free((char *)r->f.nest->loops[i].strip_obstacle);
    r->f.nest->loops[i].strip_obstacle = pp_copy_string("only the outermost loop is cut in this test");
  }
  sketch_plan(&r->f);
  bool ran = run_graph(r);
  if (ran && r->f.plan->loops[0].strip_mined) {
    r->value[0] = given[0], r->value[1] = given[1], r->value[3] = given[2];
    run_program(r, &r->f.plan->loops[0], &r->f.plan->loops[0].walks, 1);
    run_program(r, &r->f.plan->loops[0], &r->f.plan->loops[0].slices, r->iterations);
    if (plain)
      check_hints(r);
    ++*checked;
  }
  free(r->value);
  free(r->touched);
  free(r->hinted);
  sketch_free(&r->f);
  free(r);
  return ran;
}

static void many_nests(bool plain) {
  unsigned checked = 0;
  const char *one = getenv("SEED");
  for (unsigned i = 0; i < WORDS; i++)
    memory[i] = i * UINT64_C(0x9e3779b97f4a7c15) >> 7;
  for (uint64_t seed = one ? strtoull(one, NULL, 10) : 1; seed <= (one ? strtoull(one, NULL, 10) : 3000); seed++) {
    if (getenv("VERBOSE"))
      fprintf(stderr, "seed %llu\n", (unsigned long long)seed);
    try_one(seed, plain, &checked);
  }
  print_message("%u nests compared\n", checked);
  assert_true(one || checked > 1000);
}

static void programs_read_what_the_loop_reads(void **state) {
  (void)state;
  many_nests(false);
}

static void what_plain_nests_touch_is_hinted(void **state) {
  (void)state;
  many_nests(true);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(programs_read_what_the_loop_reads),
      cmocka_unit_test(what_plain_nests_touch_is_hinted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
