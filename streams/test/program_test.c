/* SPDX-License-Identifier: MIT */
/* What the planner's programs hint, run by the runtime's interpreter on real arrays, against what a loop in C touches. Memory
 * that a program reads must be an array of its test; whatever else it asks for fails the test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "program.h"
#include "sketch.h"

#include <stdlib.h>
#include <string.h>

enum { TOUCHES = 4096, ARRAYS = 8, VALUES = 512 };

struct touch {
  uint64_t address, bytes;
};

struct touches {
  unsigned count;
  struct touch list[TOUCHES];
};

struct run {
  struct sketch f;
  uint64_t values[VALUES]; /* of what is outside, by the nest's number */
  struct touch arrays[ARRAYS];
  unsigned array_count;
  unsigned waits; /* loads that are told "absent" at first */
  struct touches hinted, expected;
  uint64_t walk[8][3];
};

static struct run *run_new(void) {
  struct run *run = calloc(1, sizeof *run);
  assert_non_null(run);
  run->f = sketch_new();
  return run;
}

static void run_free(struct run *run) {
  sketch_free(&run->f);
  free(run);
}

static int given(struct run *run, unsigned bits, uint64_t value) {
  int number = outside(&run->f, bits);
  assert_true(number < VALUES);
  run->values[number] = value;
  return number;
}

static int array(struct run *run, const void *memory, size_t bytes) {
  run->arrays[run->array_count++] = (struct touch){(uintptr_t)memory, bytes};
  return given(run, 64, (uintptr_t)memory);
}

static void add(struct touches *touches, uint64_t address, uint64_t bytes) {
  assert_true(touches->count < TOUCHES);
  touches->list[touches->count++] = (struct touch){address, bytes};
}

static void expect(struct run *run, const void *memory, uint64_t bytes) {
  add(&run->expected, (uintptr_t)memory, bytes);
}

static bool readable(const struct run *run, uint64_t address, unsigned bytes) {
  for (unsigned i = 0; i < run->array_count; i++)
    if (address >= run->arrays[i].address && address + bytes <= run->arrays[i].address + run->arrays[i].bytes)
      return true;
  return false;
}

static struct pp_loaded load_lanes(void *context, pp_lane_set lanes, pp_lane_set waited, const uint64_t addresses[PP_LANES],
                                   unsigned bytes, bool steady, uint64_t values[PP_LANES]) {
  struct run *run = context;
  struct pp_loaded done = {0, 0};
  (void)steady;
  for (unsigned lane = 0; lane < PP_LANES; lane++) {
    if (!(lanes >> lane & 1))
      continue;
    assert_true(readable(run, addresses[lane], bytes));
    if (run->waits && !(waited >> lane & 1)) {
      done.absent |= UINT64_C(1) << lane;
      continue;
    }
    memcpy(&values[lane], (const void *)(uintptr_t)addresses[lane], bytes);
    done.loaded |= UINT64_C(1) << lane;
  }
  return done;
}

static void hint_lanes(void *context, pp_lane_set lanes, unsigned site, const uint64_t addresses[PP_LANES], const uint64_t *spans,
                       unsigned step) {
  struct run *run = context;
  (void)site;
  for (unsigned lane = 0; lane < PP_LANES; lane++)
    if (lanes >> lane & 1)
      add(&run->hinted, addresses[lane], spans[lane * step]);
}

static void take_walk(void *context, unsigned site, uint64_t base, uint64_t stride, uint64_t span) {
  struct run *run = context;
  assert_true(site < 8);
  run->walk[site][0] = base, run->walk[site][1] = stride, run->walk[site][2] = span;
}

static void run_program(struct run *run, const struct pp_plan_loop *loop, const struct pp_program *program, uint64_t trips) {
  char why[128];
  uint64_t environment[PP_PROGRAM_ENVIRONMENT];
  const struct pp_program_io io = {run, load_lanes, hint_lanes, take_walk};
  if (!program->instruction_count)
    return;
  if (!pp_program_check(program, why, sizeof why))
    fail_msg("refused: %s", why);
  for (unsigned i = 0; i < loop->environment_count; i++)
    environment[i] = run->values[loop->environment[i]];
  struct pp_lanes *lanes = calloc(1, sizeof *lanes);
  uint64_t next = 0;
  for (unsigned visit = 0; visit < 100000 && ((next < trips && !lanes->stopped) || lanes->live); visit++) {
    if (next < trips && !lanes->stopped) {
      unsigned started = pp_lanes_start(lanes, program, environment, next, trips - next);
      next = program->carried_count && started ? trips : next + started;
    }
    pp_lanes_visit(lanes, program, environment, trips, 1 << 20, &io);
  }
  assert_true(!lanes->live);
  free(lanes);
}

static void run_loop(struct run *run, int number, uint64_t trips) {
  run->f.options.min_footprint = 1;
  sketch_plan(&run->f);
  const struct pp_plan_loop *loop = &run->f.plan->loops[number];
  assert_true(loop->strip_mined);
  run_program(run, loop, &loop->walks, 1);
  for (run->waits = 0; run->waits < 2; run->waits++) { /* the same whether data is there or not */
    run->hinted.count = 0;
    run_program(run, loop, &loop->slices, trips);
  }
}

static int compare_touches(const void *left, const void *right) {
  const struct touch *a = left, *b = right;
  if (a->address != b->address)
    return a->address < b->address ? -1 : 1;
  return a->bytes < b->bytes ? -1 : a->bytes > b->bytes;
}

/* What was hinted is what was expected, no more and no less. */
static void same_touches(struct run *run) {
  qsort(run->hinted.list, run->hinted.count, sizeof *run->hinted.list, compare_touches);
  qsort(run->expected.list, run->expected.count, sizeof *run->expected.list, compare_touches);
  assert_int_equal(run->hinted.count, run->expected.count);
  for (unsigned i = 0; i < run->expected.count; i++) {
    assert_int_equal(run->hinted.list[i].address, run->expected.list[i].address);
    assert_int_equal(run->hinted.list[i].bytes, run->expected.list[i].bytes);
  }
}

static uint64_t random_number(void) {
  static uint64_t state = 88172645463325252u;
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return state;
}

enum { N = 200, T = 1000 };
static uint64_t table[T];
static uint32_t index32[N + 1], other32[T];

static void fill(uint32_t *numbers, unsigned count, uint32_t below) {
  for (unsigned i = 0; i < count; i++)
    numbers[i] = (uint32_t)(random_number() % below);
}

static struct sketch_loop loop_of(struct run *run, uint64_t trips) {
  return counted(&run->f, PP_NONE, PP_OUTSIDE, given(run, 64, trips), PP_OUTSIDE);
}

static int wide(struct run *run, int at, int value) {
  return operate(&run->f, at, PP_EXTEND_ZERO, 64, value, PP_NONE);
}

static int load32(struct run *run, int at, int base, int index) {
  return load(&run->f, at, element(&run->f, at, base, index, 4), 4);
}

static void gather_of_an_index(void **state) {
  struct run *run = run_new();
  struct sketch_loop l = loop_of(run, N);
  fill(index32, N, T);
  int k = wide(run, l.header, load32(run, l.header, array(run, index32, N * 4), l.i));
  read_at(&run->f, l.header, element(&run->f, l.header, given(run, 64, (uintptr_t)table), k, 8), 8);
  run_loop(run, 0, N);
  for (unsigned i = 0; i < N; i++)
    expect(run, &table[index32[i]], 8);
  same_touches(run);
  assert_int_equal(run->walk[0][0], (uintptr_t)index32);
  assert_int_equal(run->walk[0][1], 4);
  run_free(run);
}

static void chain_of_three_hints_each_link(void **state) {
  struct run *run = run_new();
  struct sketch_loop l = loop_of(run, N);
  fill(index32, N, T);
  fill(other32, T, T);
  int first = wide(run, l.header, load32(run, l.header, array(run, index32, N * 4), l.i));
  int second = wide(run, l.header, load32(run, l.header, array(run, other32, sizeof other32), first));
  read_at(&run->f, l.header, element(&run->f, l.header, given(run, 64, (uintptr_t)table), second, 8), 8);
  run_loop(run, 0, N);
  for (unsigned i = 0; i < N; i++) {
    expect(run, &other32[index32[i]], 4);
    expect(run, &table[other32[index32[i]]], 8);
  }
  same_touches(run);
  /* A link is hinted before the program loads it, and may have to wait for it. */
  const struct pp_instruction *in = run->f.plan->loops[0].slices.instructions;
  unsigned hint = 0, loads = 0;
  for (; in[hint].op != PP_OP_HINT; hint++)
    loads += in[hint].op == PP_OP_LOAD;
  assert_int_equal(loads, 1);
  run_free(run);
}

/* for k in ptr[i] .. ptr[i + 1]: v[k] * x[col[k]], with empty rows */
static void sparse_rows_are_ranges_and_gathers(void **state) {
  struct run *run = run_new();
  static uint32_t rows[N + 1], column[T];
  static double v[T];
  for (unsigned i = 0; i < N; i++)
    rows[i + 1] = rows[i] + (uint32_t)(random_number() % 8) * (rows[i] + 8 < T);
  fill(column, T, T);
  struct sketch *f = &run->f;
  int vs = array(run, v, sizeof v), columns = array(run, column, sizeof column), ptr = array(run, rows, sizeof rows);
  struct sketch_loop outer = loop_of(run, N);
  int from = wide(run, outer.header, load32(run, outer.header, ptr, outer.i));
  int next = operate(f, outer.header, PP_ADD, 64, outer.i, constant(f, 64, 1));
  int to = wide(run, outer.header, load32(run, outer.header, ptr, next));
  struct sketch_loop inner = counted(f, outer.loop, outer.header, to, outer.latch);
  int k = operate(f, inner.latch, PP_ADD, 64, inner.i, constant(f, 64, 1));
  int before = block(f, outer.loop); /* the check stands one block further up */
  set_phi(f, inner.i, before, from, inner.latch, k);
  branch(f, outer.header, operate(f, outer.header, PP_SLESS, 1, from, to), before, outer.latch);
  go(f, before, inner.header);
  int c = wide(run, inner.header, load32(run, inner.header, columns, inner.i));
  load(f, inner.header, element(f, inner.header, vs, inner.i, 8), 8);
  read_at(f, inner.header, element(f, inner.header, given(run, 64, (uintptr_t)table), c, 8), 8);
  run_loop(run, 0, N);
  for (unsigned i = 0; i < N; i++) {
    if (rows[i] == rows[i + 1])
      continue;
    expect(run, &column[rows[i]], 4 * (rows[i + 1] - rows[i]));
    expect(run, &v[rows[i]], 8 * (rows[i + 1] - rows[i]));
    for (uint32_t at = rows[i]; at < rows[i + 1]; at++)
      expect(run, &table[column[at]], 8);
  }
  same_touches(run);
  run_free(run);
}

static void hash_modulo_a_parameter(void **state) {
  struct run *run = run_new();
  static uint64_t keys[N];
  for (unsigned i = 0; i < N; i++)
    keys[i] = random_number();
  struct sketch *f = &run->f;
  struct sketch_loop l = loop_of(run, N);
  int h = l.header, key = load(f, h, element(f, h, array(run, keys, sizeof keys), l.i, 8), 8);
  int mixed = operate(f, h, PP_XOR, 64, key, operate(f, h, PP_SHIFT_RIGHT, 64, key, constant(f, 64, 33)));
  mixed = operate(f, h, PP_MULTIPLY, 64, mixed, constant(f, 64, UINT64_C(0xff51afd7ed558ccd)));
  read_at(f, h, element(f, h, given(run, 64, (uintptr_t)table), operate(f, h, PP_UREMAINDER, 64, mixed, given(run, 64, 997)), 8),
          8);
  run_loop(run, 0, N);
  for (unsigned i = 0; i < N; i++)
    expect(run, &table[(keys[i] ^ keys[i] >> 33) * UINT64_C(0xff51afd7ed558ccd) % 997], 8);
  same_touches(run);
  run_free(run);
}

/* if (k < 0) k = 0; else if (k >= max) k = max - 1, as selects and as phis. */
static void clipping(bool phis) {
  struct run *run = run_new();
  struct sketch *f = &run->f;
  fill(index32, N, 2 * T);
  for (unsigned i = 0; i < N; i++)
    index32[i] -= T / 2;
  struct sketch_loop l = loop_of(run, N);
  int h = l.header, k = load32(run, h, array(run, index32, N * 4), l.i), zero = constant(f, 32, 0), max = given(run, 32, T);
  int low = operate(f, h, PP_SLESS, 1, k, zero), at = h, clipped;
  if (phis) {
    int above = block(f, l.loop), then = block(f, l.loop), join = block(f, l.loop);
    branch(f, h, low, join, above);
    branch(f, above, operate(f, above, PP_SLESS_EQUAL, 1, max, k), then, join);
    go(f, then, join);
    go(f, join, l.latch);
    clipped = phi(f, join, 32, 0);
    int last = operate(f, then, PP_ADD, 32, max, constant(f, 32, UINT32_MAX));
    struct pp_incoming incoming[] = {{h, zero}, {above, k}, {then, last}};
    pp_nest_set_incoming(f->nest, clipped, incoming, 3);
    at = join;
  } else {
    int high = operate(f, h, PP_SLESS_EQUAL, 1, max, k), last = operate(f, h, PP_SUBTRACT, 32, max, constant(f, 32, 1));
    clipped = choose_value(f, h, 32, low, zero, choose_value(f, h, 32, high, last, k));
  }
  read_at(f, at, element(f, at, given(run, 64, (uintptr_t)table), operate(f, at, PP_EXTEND_SIGN, 64, clipped, PP_NONE), 8), 8);
  run_loop(run, 0, N);
  for (unsigned i = 0; i < N; i++) {
    int32_t place = (int32_t)index32[i];
    expect(run, &table[place < 0 ? 0 : place >= T ? T - 1 : place], 8);
  }
  same_touches(run);
  run_free(run);
}

static void clip_by_select(void **state) {
  clipping(false);
}

static void clip_by_phi(void **state) {
  clipping(true);
}

/* The load under the check reads only what the check lets it read: the array behind is not one of the test's. */
static void checks_are_kept(void **state) {
  struct run *run = run_new();
  struct sketch *f = &run->f;
  fill(index32, N, 2 * T);
  struct sketch_loop l = loop_of(run, N);
  int then = block(f, l.loop);
  int k = load32(run, l.header, array(run, index32, N * 4), l.i);
  branch(f, l.header, operate(f, l.header, PP_ULESS, 1, k, constant(f, 32, T)), then, l.latch);
  go(f, then, l.latch);
  fill(other32, T, T);
  int found = wide(run, then, load32(run, then, array(run, other32, sizeof other32), wide(run, then, k)));
  read_at(f, then, element(f, then, given(run, 64, (uintptr_t)table), found, 8), 8);
  run_loop(run, 0, N);
  for (unsigned i = 0; i < N; i++)
    if (index32[i] < T) {
      expect(run, &other32[index32[i]], 4);
      expect(run, &table[other32[index32[i]]], 8);
    }
  same_touches(run);
  run_free(run);
}

/* if (k >= max) return -1: nothing is hinted behind it. */
static void early_exit_stops_the_loop(void **state) {
  struct run *run = run_new();
  struct sketch *f = &run->f;
  fill(index32, N, T);
  index32[N / 2] = T;
  struct sketch_loop l = loop_of(run, N);
  int then = block(f, l.loop);
  int k = load32(run, l.header, array(run, index32, N * 4), l.i);
  branch(f, l.header, operate(f, l.header, PP_ULESS_EQUAL, 1, constant(f, 32, T), k), PP_OUTSIDE, then);
  go(f, then, l.latch);
  read_at(f, then, element(f, then, given(run, 64, (uintptr_t)table), wide(run, then, k), 8), 8);
  run_loop(run, 0, N);
  assert_true(run->hinted.count >= N / 2 && run->hinted.count < N / 2 + PP_LANES);
  for (unsigned i = 0; i < run->hinted.count; i++)
    assert_true(run->hinted.list[i].address < (uintptr_t)(table + T));
  run_free(run);
}

/* do table[other[index[i]]]; while (++i < n && index[i] < T); the test of an element stands in the iteration before. */
static void checks_of_the_iteration_before_are_kept(void **state) {
  struct run *run = run_new();
  struct sketch *f = &run->f;
  fill(index32, N, T);
  fill(other32, T, T);
  index32[N / 2] = 3 * T; /* leads beside the array */
  struct sketch_loop l = loop_of(run, N);
  int index = array(run, index32, N * 4), other = array(run, other32, sizeof other32);
  int k = wide(run, l.header, load32(run, l.header, index, l.i));
  int leads = wide(run, l.header, load32(run, l.header, other, k));
  read_at(f, l.header, element(f, l.header, given(run, 64, (uintptr_t)table), leads, 8), 8);
  int test = block(f, l.loop), end = block(f, l.loop);
  int next = operate(f, l.header, PP_ADD, 64, l.i, constant(f, 64, 1));
  branch(f, l.header, operate(f, l.header, PP_SLESS, 1, next, given(run, 64, N)), test, PP_OUTSIDE);
  int ahead = wide(run, test, load32(run, test, index, next));
  branch(f, test, operate(f, test, PP_ULESS, 1, ahead, constant(f, 64, T)), end, PP_OUTSIDE);
  go(f, end, l.header);
  set_phi(f, l.i, PP_OUTSIDE, constant(f, 64, 0), end, next);
  run_loop(run, 0, N);
  /* Each leads to two hints; lanes beside the one that stops may have come to their first. */
  assert_true(run->hinted.count >= N && run->hinted.count < N + 2 * PP_LANES);
  for (unsigned i = 0; i < run->hinted.count; i++) {
    uint64_t address = run->hinted.list[i].address;
    bool of_other = address >= (uintptr_t)other32 && address < (uintptr_t)(other32 + T);
    assert_true(of_other || (address >= (uintptr_t)table && address < (uintptr_t)(table + T)));
  }
  run_free(run);
}

static void delta_coded_ids_are_summed(void **state) {
  struct run *run = run_new();
  struct sketch *f = &run->f;
  fill(index32, N, 5);
  struct sketch_loop l = loop_of(run, N);
  int id = phi(f, l.header, 32, 0), sum;
  sum = operate(f, l.header, PP_ADD, 32, id, load32(run, l.header, array(run, index32, N * 4), l.i));
  set_phi(f, id, PP_OUTSIDE, constant(f, 32, 7), l.latch, sum);
  read_at(f, l.header, element(f, l.header, given(run, 64, (uintptr_t)table), wide(run, l.header, sum), 8), 8);
  run->f.options.min_footprint = 1;
  sketch_plan(f);
  assert_int_equal(f->plan->loops[0].slices.carried_count, 1);
  run->values[f->plan->loops[0].environment[0]] = 7; /* a constant in the environment: where the sum starts */
  run_program(run, &f->plan->loops[0], &f->plan->loops[0].slices, N);
  uint32_t at = 7;
  for (unsigned i = 0; i < N; i++)
    expect(run, &table[at += index32[i]], 8);
  same_touches(run);
  run_free(run);
}

/* Two values that change places in each iteration: copies must not overwrite what they still need. */
static void carried_values_change_places(void **state) {
  struct run *run = run_new();
  struct sketch *f = &run->f;
  struct sketch_loop l = loop_of(run, N);
  int a = phi(f, l.header, 64, 0), b = phi(f, l.header, 64, 0);
  set_phi(f, a, PP_OUTSIDE, given(run, 64, 3), l.latch, b);
  set_phi(f, b, PP_OUTSIDE, given(run, 64, 5), l.latch, a);
  int far = element(f, l.header, given(run, 64, (uintptr_t)table), a, 8);
  read_at(f, l.header, element(f, l.header, far, l.i, 16), 8);
  run_loop(run, 0, N);
  for (unsigned i = 0; i < N; i++)
    expect(run, &table[(i & 1 ? 5 : 3) + 2 * i], 8);
  same_touches(run);
  run_free(run);
}

static void generated_indices_run_in_order(void **state) {
  struct run *run = run_new();
  struct sketch *f = &run->f;
  struct sketch_loop l = loop_of(run, N);
  int x = phi(f, l.header, 64, 0), y = operate(f, l.header, PP_MULTIPLY, 64, x, constant(f, 64, UINT64_C(6364136223846793005)));
  y = operate(f, l.header, PP_ADD, 64, y, constant(f, 64, UINT64_C(1442695040888963407)));
  set_phi(f, x, PP_OUTSIDE, given(run, 64, 1), l.latch, y);
  int k =
      operate(f, l.header, PP_AND, 64, operate(f, l.header, PP_SHIFT_RIGHT, 64, y, constant(f, 64, 33)), constant(f, 64, 511));
  read_at(f, l.header, element(f, l.header, given(run, 64, (uintptr_t)table), k, 8), 8);
  run_loop(run, 0, N);
  uint64_t s = 1;
  for (unsigned i = 0; i < N; i++) {
    s = s * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    expect(run, &table[s >> 33 & 511], 8);
  }
  same_touches(run);
  run_free(run);
}

static void counting_down_is_a_walk(void **state) {
  struct run *run = run_new();
  struct sketch *f = &run->f;
  struct sketch_loop l = loop_of(run, N);
  int down = operate(f, l.header, PP_SUBTRACT, 64, given(run, 64, T - 1), l.i);
  read_at(f, l.header, element(f, l.header, given(run, 64, (uintptr_t)table), down, 8), 8);
  run_loop(run, 0, N);
  assert_int_equal(run->walk[0][0], (uintptr_t)&table[T - 1]);
  assert_int_equal((int64_t)run->walk[0][1], -8);
  assert_int_equal(run->walk[0][2], 8);
  run_free(run);
}

/* An 8-bit counter that wraps is computed as it wraps; one that does not is a walk. */
static void narrow_counters(void **state) {
  for (unsigned flags = 0; flags <= PP_NO_UNSIGNED_WRAP; flags += PP_NO_UNSIGNED_WRAP) {
    struct run *run = run_new();
    struct sketch *f = &run->f;
    struct sketch_loop l = loop_of(run, N);
    int c = phi(f, l.header, 8, flags), next = operate(f, l.header, PP_ADD, 8, c, constant(f, 8, 3));
    set_phi(f, c, PP_OUTSIDE, given(run, 8, 250), l.latch, next);
    read_at(f, l.header, element(f, l.header, given(run, 64, (uintptr_t)table), wide(run, l.header, c), 8), 8);
    run_loop(run, 0, N);
    assert_int_equal(f->plan->streams[0].kind, flags ? PP_PLAN_AFFINE : PP_PLAN_GATHER);
    for (unsigned i = 0; i < N && !flags; i++)
      expect(run, &table[(uint8_t)(250 + 3 * i)], 8);
    same_touches(run);
    run_free(run);
  }
}

/* for k <= i: a[i * pitch + k] */
static void triangle_rows(void **state) {
  struct run *run = run_new();
  struct sketch *f = &run->f;
  struct sketch_loop outer = loop_of(run, 20);
  int bound = operate(f, outer.header, PP_ADD, 64, outer.i, constant(f, 64, 1));
  struct sketch_loop inner = counted(f, outer.loop, outer.header, bound, outer.latch);
  go(f, outer.header, inner.header);
  int row = operate(f, inner.header, PP_MULTIPLY, 64, outer.i, given(run, 64, 40));
  row = operate(f, inner.header, PP_ADD, 64, row, inner.i);
  read_at(f, inner.header, element(f, inner.header, given(run, 64, (uintptr_t)table), row, 8), 8);
  run_loop(run, 0, 20);
  for (unsigned i = 0; i < 20; i++)
    expect(run, &table[40 * i], 8 * (i + 1));
  same_touches(run);
  run_free(run);
}

/* for k < dim: b[index[i] * dim + k] */
static void rows_by_index_are_ranges(void **state) {
  struct run *run = run_new();
  struct sketch *f = &run->f;
  fill(index32, N, T / 10);
  struct sketch_loop outer = loop_of(run, N);
  int dim = given(run, 64, 10);
  int which = wide(run, outer.header, load32(run, outer.header, array(run, index32, N * 4), outer.i));
  struct sketch_loop inner = counted(f, outer.loop, outer.header, dim, outer.latch);
  go(f, outer.header, inner.header);
  int at = operate(f, inner.header, PP_ADD, 64, operate(f, inner.header, PP_MULTIPLY, 64, which, dim), inner.i);
  read_at(f, inner.header, element(f, inner.header, given(run, 64, (uintptr_t)table), at, 8), 8);
  run_loop(run, 0, N);
  for (unsigned i = 0; i < N; i++)
    expect(run, &table[index32[i] * 10], 80);
  same_touches(run);
  run_free(run);
}

static void copies_of_a_length_known_at_run_time(void **state) {
  struct run *run = run_new();
  struct sketch *f = &run->f;
  fill(index32, N, T / 10);
  struct sketch_loop l = loop_of(run, N);
  int which = wide(run, l.header, load32(run, l.header, array(run, index32, N * 4), l.i));
  block_at(f, l.header, element(f, l.header, given(run, 64, (uintptr_t)table), which, 80), given(run, 64, 72));
  run_loop(run, 0, N);
  for (unsigned i = 0; i < N; i++)
    expect(run, &table[index32[i] * 10], 72);
  same_touches(run);
  run_free(run);
}

/* for k < planes: for j < rows: row of 6 at (k * rows + j) * pitch, hinted as one range a plane. */
static void planes_are_ranges(void **state) {
  struct run *run = run_new();
  struct sketch *f = &run->f;
  struct sketch_loop outer = loop_of(run, 5);
  struct sketch_loop middle = counted(f, outer.loop, outer.header, constant(f, 64, 4), outer.latch);
  go(f, outer.header, middle.header);
  struct sketch_loop inner = counted(f, middle.loop, middle.header, constant(f, 64, 6), middle.latch);
  go(f, middle.header, inner.header);
  int at = element(f, inner.header, given(run, 64, (uintptr_t)table), outer.i, 4 * 10 * 8);
  at = element(f, inner.header, element(f, inner.header, at, middle.i, 10 * 8), inner.i, 8);
  read_at(f, inner.header, at, 8);
  run_loop(run, 0, 5);
  assert_int_equal(run->walk[0][0], (uintptr_t)table);
  assert_int_equal(run->walk[0][1], 4 * 10 * 8);
  assert_int_equal(run->walk[0][2], (3 * 10 + 6) * 8);
  run_free(run);
}

/* Binary search in each iteration: an inner loop that cannot be counted, followed load by load. */
static void binary_search_is_followed(void **state) {
  struct run *run = run_new();
  struct sketch *f = &run->f;
  for (unsigned i = 0; i < T; i++)
    other32[i] = 3 * i;
  fill(index32, N, 3 * T);
  struct sketch_loop outer = loop_of(run, N);
  int keys = array(run, index32, N * 4), sorted = array(run, other32, sizeof other32);
  int key = load32(run, outer.header, keys, outer.i);
  struct pp_nest_loop model = {.parent = outer.loop, .trip = PP_TRIP_UNKNOWN};
  int loop = pp_nest_add_loop(f->nest, &model), h = block(f, loop);
  pp_nest_set_header(f->nest, loop, h);
  go(f, outer.header, h);
  int low = phi(f, h, 64, 0), high = phi(f, h, 64, 0);
  int middle = operate(f, h, PP_SHIFT_RIGHT, 64, operate(f, h, PP_ADD, 64, low, high), constant(f, 64, 1));
  int less = operate(f, h, PP_ULESS, 1, load32(run, h, sorted, middle), key);
  int above = operate(f, h, PP_ADD, 64, middle, constant(f, 64, 1));
  int new_low = choose_value(f, h, 64, less, above, low), new_high = choose_value(f, h, 64, less, high, middle);
  set_phi(f, low, outer.header, constant(f, 64, 0), h, new_low);
  set_phi(f, high, outer.header, constant(f, 64, T), h, new_high);
  branch(f, h, operate(f, h, PP_ULESS, 1, new_low, new_high), h, outer.latch);
  run_loop(run, 0, N);
  for (unsigned i = 0; i < N; i++) {
    uint64_t from = 0, to = T;
    do {
      uint64_t half = (from + to) / 2;
      expect(run, &other32[half], 4);
      if (other32[half] < index32[i])
        from = half + 1;
      else
        to = half;
    } while (from < to);
  }
  same_touches(run);
  run_free(run);
}

/* A condition that no program can follow does not keep away a hint that loads nothing under it. */
static void unknown_condition_leaves_the_hint(void **state) {
  struct run *run = run_new();
  struct sketch *f = &run->f;
  fill(index32, N, T);
  struct sketch_loop l = loop_of(run, N);
  int then = block(f, l.loop);
  int k = wide(run, l.header, load32(run, l.header, array(run, index32, N * 4), l.i));
  branch(f, l.header, unknown(f, l.header, 1, "it is computed in floating point"), then, l.latch);
  go(f, then, l.latch);
  read_at(f, then, element(f, then, given(run, 64, (uintptr_t)table), k, 8), 8);
  run_loop(run, 0, N);
  for (unsigned i = 0; i < N; i++)
    expect(run, &table[index32[i]], 8);
  same_touches(run);
  run_free(run);
}

/* A phi that hands on the last iteration's load needs no order. */
static void handed_on_loads_are_made_anew(void **state) {
  struct run *run = run_new();
  struct sketch *f = &run->f;
  fill(index32, N, T);
  struct sketch_loop l = loop_of(run, N);
  int before = phi(f, l.header, 32, 0), now = load32(run, l.header, array(run, index32, N * 4), l.i);
  set_phi(f, before, PP_OUTSIDE, given(run, 32, 11), l.latch, now);
  read_at(f, l.header, element(f, l.header, given(run, 64, (uintptr_t)table), wide(run, l.header, before), 8), 8);
  run_loop(run, 0, N);
  assert_int_equal(f->plan->loops[0].slices.carried_count, 0);
  for (unsigned i = 0; i < N; i++)
    expect(run, &table[i ? index32[i - 1] : 11], 8);
  same_touches(run);
  run_free(run);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gather_of_an_index),
      cmocka_unit_test(chain_of_three_hints_each_link),
      cmocka_unit_test(sparse_rows_are_ranges_and_gathers),
      cmocka_unit_test(hash_modulo_a_parameter),
      cmocka_unit_test(clip_by_select),
      cmocka_unit_test(clip_by_phi),
      cmocka_unit_test(checks_are_kept),
      cmocka_unit_test(early_exit_stops_the_loop),
      cmocka_unit_test(checks_of_the_iteration_before_are_kept),
      cmocka_unit_test(delta_coded_ids_are_summed),
      cmocka_unit_test(carried_values_change_places),
      cmocka_unit_test(generated_indices_run_in_order),
      cmocka_unit_test(counting_down_is_a_walk),
      cmocka_unit_test(narrow_counters),
      cmocka_unit_test(triangle_rows),
      cmocka_unit_test(rows_by_index_are_ranges),
      cmocka_unit_test(copies_of_a_length_known_at_run_time),
      cmocka_unit_test(planes_are_ranges),
      cmocka_unit_test(binary_search_is_followed),
      cmocka_unit_test(unknown_condition_leaves_the_hint),
      cmocka_unit_test(handed_on_loads_are_made_anew),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
