/* SPDX-License-Identifier: MIT */
/* Unit tests of the planner: nests drawn by hand, no compiler needed.
 * Each test states one decision and would fail if the planner made another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "nest_data.h"
#include "sketch.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Draws a[b[i]] with elements of `bytes`; returns the gathered reference. */
static int gather(struct sketch *f, struct sketch_loop *loop, uint64_t bytes) {
  int index = load(f, loop->header, element(f, loop->header, outside(f, 64), loop->i, 4), 4);
  int wide = operate(f, loop->header, PP_EXTEND_ZERO, 64, index, PP_NONE);
  return read_at(f, loop->header, element(f, loop->header, outside(f, 64), wide, 8), bytes);
}

static struct sketch_loop one_loop(struct sketch *f) {
  *f = sketch_new();
  return counted(f, PP_NONE, PP_OUTSIDE, outside(f, 64), PP_OUTSIDE);
}

/* Two loops of symbolic trip counts, the inner one in the outer one's body. */
static struct sketch_loop two_loops(struct sketch *f, struct sketch_loop *outer, int inner_bound) {
  struct sketch_loop inner = counted(f, outer->loop, outer->header, inner_bound, outer->latch);
  go(f, outer->header, inner.header);
  return inner;
}

static void unit_stride_is_an_affine_stream(void **state) {
  struct sketch f;
  struct sketch_loop loop = one_loop(&f);
  read_at(&f, loop.header, element(&f, loop.header, outside(&f, 64), loop.i, 8), 8);
  sketch_plan(&f);
  assert_int_equal(f.plan->stream_count, 1);
  assert_int_equal(f.plan->streams[0].kind, PP_PLAN_AFFINE);
  assert_int_equal(f.plan->streams[0].span, 8);
  assert_true(f.plan->loops[0].strip_mined);
  assert_int_equal(f.plan->loops[0].strip, 256 * 4096 / 8);
  assert_int_equal(f.plan->loops[0].min_trips, (4 << 20) / 8);
  assert_int_equal(f.plan->loops[0].environment_count, 1);
  assert_int_equal(f.plan->loops[0].slices.instruction_count, 0);
  assert_null(f.plan->declined[0]);
  sketch_free(&f);
}

static void certain_stores_overwrite(void **state) {
  struct sketch f;
  struct sketch_loop loop = one_loop(&f);
  write_at(&f, loop.header, element(&f, loop.header, outside(&f, 64), loop.i, 8), 8);
  int pairs = element(&f, loop.header, outside(&f, 64), loop.i, 16);
  write_at(&f, loop.header, pairs, 8);
  write_at(&f, loop.header, element(&f, loop.header, pairs, constant(&f, 64, 1), 8), 8);
  sketch_plan(&f);
  assert_int_equal(f.plan->stream_count, 2);
  assert_true(f.plan->streams[0].overwrites);
  assert_true(f.plan->streams[1].overwrites);
  sketch_free(&f);
}

/* What is read as well, has gaps, comes under a condition, or behind another exit. */
static void other_stores_overwrite_nothing_for_certain(void **state) {
  for (unsigned which = 0; which < 5; which++) {
    struct sketch f;
    struct sketch_loop loop = one_loop(&f);
    int base = outside(&f, 64), at = which > 2 ? block(&f, loop.loop) : loop.header;
    int asked = which > 2 ? load(&f, loop.header, element(&f, loop.header, outside(&f, 64), loop.i, 1), 1) : PP_NONE;
    if (which > 2)
      branch(&f, loop.header, operate(&f, loop.header, PP_NOT_EQUAL, 1, asked, constant(&f, 8, 0)), at,
             which == 3 ? loop.latch : PP_OUTSIDE);
    go(&f, at, loop.latch);
    write_at(&f, at, element(&f, at, base, loop.i, which == 1 ? 16 : 8), 8);
    if (which == 0)
      read_at(&f, at, element(&f, at, base, loop.i, 8), 8);
    f.nest->loops[loop.loop].certain = which != 2;
    sketch_plan(&f);
    for (unsigned i = 0; i < f.plan->stream_count; i++)
      assert_false(f.plan->streams[i].overwrites);
    assert_true(f.plan->stream_count > 0);
    sketch_free(&f);
  }
}

static void small_constant_loop_is_declined(void **state) {
  struct sketch f = sketch_new();
  struct sketch_loop loop = counted(&f, PP_NONE, PP_OUTSIDE, constant(&f, 64, 1000), PP_OUTSIDE);
  read_at(&f, loop.header, element(&f, loop.header, outside(&f, 64), loop.i, 8), 8);
  sketch_plan(&f);
  assert_int_equal(f.plan->stream_count, 0);
  assert_false(f.plan->loops[0].strip_mined);
  assert_non_null(strstr(f.plan->declined[0], "8000 bytes"));
  assert_non_null(strstr(f.plan->declined[0], "min-footprint=4194304"));
  sketch_free(&f);
}

static void stencil_is_one_stream(void **state) {
  struct sketch f;
  struct sketch_loop loop = one_loop(&f);
  int middle = element(&f, loop.header, outside(&f, 64), loop.i, 8);
  for (int64_t offset = 8; offset >= -8; offset -= 8)
    read_at(&f, loop.header, operate(&f, loop.header, PP_ADD, 64, middle, constant(&f, 64, (uint64_t)offset)), 8);
  sketch_plan(&f);
  assert_int_equal(f.plan->stream_count, 1);
  assert_int_equal(f.plan->streams[0].leader, 0);
  assert_int_equal(f.plan->streams[0].span, 24);
  assert_int_equal(f.plan->stream_of[2], 0);
  sketch_free(&f);
}

static void far_offsets_and_other_bases_are_other_streams(void **state) {
  struct sketch f;
  struct sketch_loop loop = one_loop(&f);
  int first = element(&f, loop.header, outside(&f, 64), loop.i, 8);
  read_at(&f, loop.header, first, 8);
  read_at(&f, loop.header, operate(&f, loop.header, PP_ADD, 64, first, constant(&f, 64, 1 << 20)), 8);
  read_at(&f, loop.header, element(&f, loop.header, outside(&f, 64), loop.i, 8), 8);
  sketch_plan(&f);
  assert_int_equal(f.plan->stream_count, 3);
  sketch_free(&f);
}

/* base + (i * pitch + k * step) */
static int at_row(struct sketch *f, struct sketch_loop *outer, struct sketch_loop *inner, int pitch, uint64_t step) {
  int row = operate(f, inner->header, PP_MULTIPLY, 64, outer->i, pitch);
  int base = operate(f, inner->header, PP_ADD, 64, outside(f, 64), row);
  return element(f, inner->header, base, inner->i, step);
}

static void rows_are_hinted_one_loop_further_out(void **state) {
  struct sketch f;
  struct sketch_loop outer = one_loop(&f), inner = two_loops(&f, &outer, outside(&f, 64));
  read_at(&f, inner.header, at_row(&f, &outer, &inner, outside(&f, 64), 8), 8);
  sketch_plan(&f);
  assert_int_equal(f.plan->stream_count, 1);
  assert_int_equal(f.plan->streams[0].kind, PP_PLAN_AFFINE);
  assert_int_equal(f.plan->streams[0].loop, outer.loop);
  assert_false(f.plan->loops[inner.loop].strip_mined);
  sketch_free(&f);
}

static void columns_are_hinted_in_the_inner_loop(void **state) {
  struct sketch f;
  struct sketch_loop outer = one_loop(&f), inner = two_loops(&f, &outer, outside(&f, 64));
  int column = element(&f, inner.header, outside(&f, 64), outer.i, 8);
  int down = operate(&f, inner.header, PP_MULTIPLY, 64, inner.i, outside(&f, 64));
  read_at(&f, inner.header, operate(&f, inner.header, PP_ADD, 64, column, down), 8);
  sketch_plan(&f);
  assert_int_equal(f.plan->stream_count, 1);
  assert_int_equal(f.plan->streams[0].loop, inner.loop);
  assert_int_equal(f.plan->loops[inner.loop].strip, 0);
  sketch_free(&f);
}

static void repeated_scan_stays_in_the_inner_loop(void **state) {
  struct sketch f;
  struct sketch_loop outer = one_loop(&f), inner = two_loops(&f, &outer, outside(&f, 64));
  read_at(&f, inner.header, element(&f, inner.header, outside(&f, 64), inner.i, 8), 8);
  sketch_plan(&f);
  assert_int_equal(f.plan->stream_count, 1);
  assert_int_equal(f.plan->streams[0].loop, inner.loop);
  sketch_free(&f);
}

static void planes_of_short_rows_are_hinted_two_loops_further_out(void **state) {
  struct sketch f;
  struct sketch_loop outer = one_loop(&f), middle = two_loops(&f, &outer, constant(&f, 64, 8));
  struct sketch_loop inner = two_loops(&f, &middle, constant(&f, 64, 16));
  int plane = operate(&f, inner.header, PP_MULTIPLY, 64, outer.i, constant(&f, 64, 8192));
  int base = operate(&f, inner.header, PP_ADD, 64, outside(&f, 64), plane);
  int row = element(&f, inner.header, base, middle.i, 128);
  read_at(&f, inner.header, element(&f, inner.header, row, inner.i, 8), 8);
  sketch_plan(&f);
  assert_int_equal(f.plan->stream_count, 1);
  assert_int_equal(f.plan->streams[0].loop, outer.loop);
  assert_int_equal(f.plan->streams[0].kind, PP_PLAN_AFFINE);
  sketch_free(&f);
}

static void triangles_are_rows_of_their_own_length(void **state) {
  struct sketch f;
  struct sketch_loop outer = one_loop(&f), inner = two_loops(&f, &outer, outer.i);
  read_at(&f, inner.header, at_row(&f, &outer, &inner, outside(&f, 64), 8), 8);
  sketch_plan(&f);
  assert_int_equal(f.plan->stream_count, 1);
  assert_int_equal(f.plan->streams[0].kind, PP_PLAN_GATHER);
  assert_int_equal(f.plan->streams[0].loop, outer.loop);
  sketch_free(&f);
}

static void gather_brings_its_index(void **state) {
  struct sketch f = sketch_new();
  /* 2000 indexes are a small walk of their own, 2000 gathered pages are not. */
  struct sketch_loop loop = counted(&f, PP_NONE, PP_OUTSIDE, constant(&f, 64, 2000), PP_OUTSIDE);
  gather(&f, &loop, 8);
  sketch_plan(&f);
  assert_int_equal(f.plan->stream_count, 2);
  assert_int_equal(f.plan->streams[0].kind, PP_PLAN_AFFINE);
  assert_true(f.plan->streams[0].feeds_gather);
  assert_int_equal(f.plan->streams[1].kind, PP_PLAN_GATHER);
  assert_int_equal(f.plan->loops[0].strip, 256);
  assert_int_equal(f.plan->loops[0].min_trips, 1024);
  assert_null(f.plan->declined[0]);
  sketch_free(&f);
}

static void gathered_text_goes_on(void **state) {
  struct sketch f;
  struct sketch_loop loop = one_loop(&f);
  gather(&f, &loop, 1);
  sketch_plan(&f);
  assert_int_equal(f.plan->streams[1].span, 64);
  assert_int_equal(f.plan->streams[0].span, 4);
  sketch_free(&f);
}

static void unknown_addresses_are_declined_with_their_reason(void **state) {
  struct sketch f;
  struct sketch_loop loop = one_loop(&f);
  int called = unknown(&f, loop.header, 64, "a call returns it");
  read_at(&f, loop.header, element(&f, loop.header, outside(&f, 64), called, 8), 8);
  read_at(&f, loop.header, outside(&f, 64), 8);
  sketch_plan(&f);
  assert_int_equal(f.plan->stream_count, 0);
  assert_non_null(strstr(f.plan->declined[0], "not known ahead: a call returns it"));
  assert_string_equal(f.plan->declined[1], "the address does not change in the loop");
  sketch_free(&f);
}

/* A value that names no operand, or one that was never added, is as good as unknown. */
static void lost_operands_are_unknown(void **state) {
  const int lost[] = {PP_NONE, 100000};
  for (unsigned i = 0; i < 2; i++) {
    struct sketch f;
    struct sketch_loop loop = one_loop(&f);
    read_at(&f, loop.header, operate(&f, loop.header, PP_ADD, 64, element(&f, loop.header, outside(&f, 64), loop.i, 8), lost[i]),
            8);
    sketch_plan(&f);
    assert_int_equal(f.plan->stream_count, 0);
    assert_non_null(strstr(f.plan->declined[0], "has lost an operand"));
    sketch_free(&f);
  }
}

static void pointer_chase_is_declined(void **state) {
  struct sketch f;
  struct sketch_loop loop = one_loop(&f);
  int p = phi(&f, loop.header, 64, 0);
  int next = load(&f, loop.header, operate(&f, loop.header, PP_ADD, 64, p, constant(&f, 64, 8)), 8);
  set_phi(&f, p, PP_OUTSIDE, outside(&f, 64), loop.latch, next);
  read_at(&f, loop.header, p, 8);
  sketch_plan(&f);
  assert_int_equal(f.plan->stream_count, 0);
  assert_non_null(strstr(f.plan->declined[1], "no program gets ahead"));
  sketch_free(&f);
}

static void obstacles_of_the_loop_are_named(void **state) {
  struct sketch f = sketch_new();
  struct pp_nest_loop model = {.parent = PP_NONE, .trip = PP_TRIP_SYMBOLIC, .strip_obstacle = "it would reassociate a sum"};
  pp_nest_add_loop(f.nest, &model);
  int only = block(&f, 0);
  pp_nest_set_header(f.nest, 0, only);
  int i = phi(&f, only, 64, 0), next = operate(&f, only, PP_ADD, 64, i, constant(&f, 64, 8));
  set_phi(&f, i, PP_OUTSIDE, outside(&f, 64), only, next);
  branch(&f, only, operate(&f, only, PP_ULESS, 1, next, outside(&f, 64)), only, PP_OUTSIDE);
  read_at(&f, only, i, 8);
  sketch_plan(&f);
  assert_string_equal(f.plan->declined[0], "it would reassociate a sum");
  sketch_free(&f);
}

static void far_apart_under_an_unknown_condition_is_declined(void **state) {
  struct sketch f;
  struct sketch_loop loop = one_loop(&f);
  int then = block(&f, loop.loop);
  branch(&f, loop.header, unknown(&f, loop.header, 1, "it is computed in floating point"), then, loop.latch);
  go(&f, then, loop.latch);
  int base = outside(&f, 64);
  read_at(&f, then, element(&f, then, base, loop.i, 8192), 8);
  read_at(&f, then, element(&f, then, base, loop.i, 8), 8);
  sketch_plan(&f);
  assert_non_null(strstr(f.plan->declined[0], "only under a condition"));
  assert_null(f.plan->declined[1]);
  sketch_free(&f);
}

static void loads_under_an_unknown_condition_are_not_made(void **state) {
  struct sketch f;
  struct sketch_loop loop = one_loop(&f);
  int then = block(&f, loop.loop);
  branch(&f, loop.header, unknown(&f, loop.header, 1, "it is computed in floating point"), then, loop.latch);
  go(&f, then, loop.latch);
  int index = load(&f, then, element(&f, then, outside(&f, 64), loop.i, 8), 8);
  int reference = read_at(&f, then, element(&f, then, outside(&f, 64), index, 8), 8);
  sketch_plan(&f);
  assert_int_equal(f.plan->stream_of[reference], -1);
  assert_non_null(strstr(f.plan->declined[reference], "not known ahead"));
  sketch_free(&f);
}

static void too_large_a_program_costs_only_the_largest_stream(void **state) {
  struct sketch f;
  struct sketch_loop loop = one_loop(&f);
  gather(&f, &loop, 8);
  int sum = load(&f, loop.header, element(&f, loop.header, outside(&f, 64), loop.i, 8), 8);
  for (unsigned k = 0; k < PP_PROGRAM_ENVIRONMENT; k++)
    sum = operate(&f, loop.header, PP_XOR, 64, sum, outside(&f, 64));
  int large = read_at(&f, loop.header, element(&f, loop.header, outside(&f, 64), sum, 8), 8);
  sketch_plan(&f);
  assert_int_equal(f.plan->stream_of[large], -1);
  assert_non_null(strstr(f.plan->declined[large], "more values"));
  assert_true(f.plan->stream_of[1] >= 0);
  sketch_free(&f);
}

static void withdrawn_loops_lose_their_programs(void **state) {
  struct sketch f;
  struct sketch_loop loop = one_loop(&f);
  gather(&f, &loop, 8);
  sketch_plan(&f);
  pp_plan_withdraw_loop(f.plan, f.nest, loop.loop, "it was unrolled");
  assert_int_equal(f.plan->stream_count, 0);
  assert_int_equal(f.plan->loops[0].slices.instruction_count, 0);
  assert_string_equal(f.plan->declined[1], "it was unrolled");
  sketch_free(&f);
}

/* Of a switch with three cases the graph names two. */
static void what_a_switch_chooses_is_declined(void **state) {
  struct sketch f;
  struct sketch_loop loop = one_loop(&f);
  int one = block(&f, loop.loop), two = block(&f, loop.loop), three = block(&f, loop.loop), join = block(&f, loop.loop);
  int index = load(&f, loop.header, element(&f, loop.header, outside(&f, 64), loop.i, 8), 8), base = outside(&f, 64);
  end_unknown(&f, loop.header, one, two);
  go(&f, one, join);
  go(&f, two, join);
  go(&f, three, join);
  go(&f, join, loop.latch);
  int chosen = phi(&f, join, 64, 0);
  struct pp_incoming incoming[] = {{one, index}, {two, constant(&f, 64, 1)}, {three, loop.i}};
  pp_nest_set_incoming(f.nest, chosen, incoming, 3);
  int joined = read_at(&f, join, element(&f, join, base, chosen, 8), 8);
  int unnamed = read_at(&f, three, element(&f, three, base, index, 8), 8);
  int sure = read_at(&f, join, element(&f, join, base, index, 8), 8);
  sketch_plan(&f);
  assert_non_null(strstr(f.plan->declined[joined], "switch"));
  assert_non_null(strstr(f.plan->declined[unnamed], "switch"));
  assert_true(f.plan->stream_of[sure] >= 0);
  sketch_free(&f);
}

/* The same loop with other numbers, other order of operands and other polarity of its branch. */
static void turned(struct sketch *f, bool other) {
  struct sketch_loop loop = one_loop(f);
  int then = block(f, loop.loop);
  int base = outside(f, 64), limit = outside(f, 32), table = outside(f, 64);
  int index = load(f, loop.header, element(f, loop.header, base, loop.i, 4), 4), eight = constant(f, 64, 8);
  if (other) {
    branch(f, loop.header, operate(f, loop.header, PP_SLESS_EQUAL, 1, limit, index), loop.latch, then);
    int wide = operate(f, then, PP_EXTEND_SIGN, 64, index, PP_NONE);
    int scaled = operate(f, then, PP_SHIFT_LEFT, 64, wide, constant(f, 64, 3));
    read_at(f, then, operate(f, then, PP_ADD, 64, scaled, table), 8);
  } else {
    branch(f, loop.header, operate(f, loop.header, PP_SLESS, 1, index, limit), then, loop.latch);
    int wide = operate(f, then, PP_EXTEND_SIGN, 64, index, PP_NONE);
    read_at(f, then, operate(f, then, PP_ADD, 64, table, operate(f, then, PP_MULTIPLY, 64, eight, wide)), 8);
  }
  go(f, then, loop.latch);
  sketch_plan(f);
}

static void equal_loops_have_equal_programs(void **state) {
  struct sketch one, other;
  turned(&one, false);
  turned(&other, true);
  const struct pp_program *a = &one.plan->loops[0].slices, *b = &other.plan->loops[0].slices;
  assert_true(a->instruction_count > 5);
  assert_int_equal(a->instruction_count, b->instruction_count);
  assert_memory_equal(a->instructions, b->instructions, a->instruction_count * sizeof *a->instructions);
  sketch_free(&one);
  sketch_free(&other);
}

/* A function that returns t[k + 1], and the caller's v[f(t, b[i])]. */
static struct sketch lookup_function(int outside_at[2]) {
  struct sketch f = sketch_new();
  int entry = block(&f, PP_NONE);
  outside_at[0] = outside(&f, 64), outside_at[1] = outside(&f, 64);
  int next = operate(&f, entry, PP_ADD, 64, outside_at[1], constant(&f, 64, 1));
  pp_nest_set_result(f.nest, load(&f, entry, element(&f, entry, outside_at[0], next, 8), 8));
  go(&f, entry, PP_OUTSIDE);
  return f;
}

static void what_a_callee_touches_is_hinted(void **state) {
  for (unsigned given = 0; given < 2; given++) {
    struct sketch f;
    int outside_at[2];
    struct sketch_loop loop = one_loop(&f);
    struct sketch called = lookup_function(outside_at);
    int behind = block(&f, loop.loop), table = outside(&f, 64);
    int index = load(&f, loop.header, element(&f, loop.header, outside(&f, 64), loop.i, 8), 8);
    int *outside_values = calloc(called.nest->value_count, sizeof *outside_values);
    outside_values[outside_at[0]] = table;
    outside_values[outside_at[1]] = given ? index : PP_NONE;
    int result = pp_nest_graft(f.nest, loop.header, behind, called.nest, outside_values, false);
    go(&f, behind, loop.latch);
    assert_true(result >= 0);
    int used = read_at(&f, behind, element(&f, behind, outside(&f, 64), result, 8), 8);
    sketch_free(&called);
    sketch_plan(&f);
    assert_int_equal(f.plan->stream_count, given ? 3 : 1);
    assert_int_equal(f.plan->stream_of[used] >= 0, given);
    if (!given)
      assert_non_null(strstr(f.plan->declined[used], "does not get it"));
    free(outside_values);
    sketch_free(&f);
  }
}

static void callees_are_copied_while_there_is_room(void **state) {
  for (unsigned length = 1; length <= 64; length *= 64) { /* of the one block's computation */
    struct sketch f, called = sketch_new();
    one_loop(&f);
    int entry = block(&called, PP_NONE), sum = outside(&called, 64);
    for (unsigned i = 0; i < length; i++)
      sum = operate(&called, entry, PP_MULTIPLY, 64, sum, sum);
    go(&called, entry, PP_OUTSIDE);
    unsigned copies = 0;
    while (pp_nest_take_room(f.nest, called.nest))
      copies++;
    assert_int_equal(copies, length == 1 ? 128 : 2048 / 65);
    sketch_free(&called);
    sketch_free(&f);
  }
}

static void options_take_good_values(void **state) {
  struct pp_options options;
  char error[256];
  pp_options_init(&options);
  assert_true(pp_options_set_list(&options, " kinds=gather  distance=64\tstrip=2 min-footprint=1K plan=x.json verbose", error,
                                  sizeof error));
  assert_int_equal(options.kinds, PP_OPTION_KIND_GATHER);
  assert_int_equal(options.distance, 64);
  assert_int_equal(options.strip, 2);
  assert_int_equal(options.min_footprint, 1024);
  assert_string_equal(options.plan_file, "x.json");
  assert_true(options.verbose);
  assert_true(pp_options_set(&options, "distance", "auto", error, sizeof error));
  assert_int_equal(options.distance, 0);
  pp_options_clear(&options);
}

static void options_name_what_is_wrong(void **state) {
  static const struct {
    const char *list, *bad, *valid;
  } cases[] = {
      {"distanse=4", "'distanse'", "min-footprint"},
      {"distance=x", "'x'", "'auto'"},
      {"strip=0", "'0'", "from 1"},
      {"min-footprint=4T", "'4T'", "K, M or G"},
      {"kinds=afine", "'afine'", "'gather'"},
      {"kinds=", "empty", "'affine'"},
      {"kinds=chase", "'chase'", "'affine'"},
      {"plan", "file name", "plan=out.json"},
      {"verbose=maybe", "'maybe'", "0 or 1"},
      {"min-footprint=99999999999G", "'99999999999G'", "whole number"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct pp_options options;
    char error[256] = "";
    pp_options_init(&options);
    assert_false(pp_options_set_list(&options, cases[i].list, error, sizeof error));
    assert_non_null(strstr(error, cases[i].bad));
    assert_non_null(strstr(error, cases[i].valid));
    pp_options_clear(&options);
  }
}

static void document_is_json_of_the_schema(void **state) {
  struct sketch f = sketch_new();
  struct sketch_loop loop = counted(&f, PP_NONE, PP_OUTSIDE, outside(&f, 64), PP_OUTSIDE);
  gather(&f, &loop, 8);
  sketch_plan(&f);
  struct pp_plan_document *document = pp_plan_document_new("a.c", "test 1");
  pp_plan_document_add(document, f.nest, f.plan);
  char path[] = "/tmp/pp-plan-XXXXXX", error[256], text[16384];
  int descriptor = mkstemp(path);
  assert_true(descriptor >= 0);
  assert_true(pp_plan_document_write(document, path, error, sizeof error));
  close(descriptor);
  FILE *stream = fopen(path, "r");
  text[fread(text, 1, sizeof text - 1, stream)] = 0;
  fclose(stream);
  unlink(path);
  cJSON *root = cJSON_Parse(text);
  assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(root, "schema")), "pageprefetch-plan-1");
  cJSON *function = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "functions"), 0);
  cJSON *loop_object = cJSON_GetArrayItem(cJSON_GetObjectItem(function, "loops"), 0);
  assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(loop_object, "streams")), 2);
  assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(loop_object, "trip_count")), "symbolic");
  assert_true(cJSON_GetArraySize(cJSON_GetObjectItem(loop_object, "program")) > 6);
  cJSON_Delete(root);
  assert_false(pp_plan_document_write(document, "/nonexistent/plan.json", error, sizeof error));
  assert_non_null(strstr(error, "/nonexistent/plan.json"));
  pp_plan_document_free(document);
  sketch_free(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(unit_stride_is_an_affine_stream),
      cmocka_unit_test(certain_stores_overwrite),
      cmocka_unit_test(other_stores_overwrite_nothing_for_certain),
      cmocka_unit_test(small_constant_loop_is_declined),
      cmocka_unit_test(stencil_is_one_stream),
      cmocka_unit_test(far_offsets_and_other_bases_are_other_streams),
      cmocka_unit_test(rows_are_hinted_one_loop_further_out),
      cmocka_unit_test(columns_are_hinted_in_the_inner_loop),
      cmocka_unit_test(repeated_scan_stays_in_the_inner_loop),
      cmocka_unit_test(planes_of_short_rows_are_hinted_two_loops_further_out),
      cmocka_unit_test(triangles_are_rows_of_their_own_length),
      cmocka_unit_test(gather_brings_its_index),
      cmocka_unit_test(gathered_text_goes_on),
      cmocka_unit_test(unknown_addresses_are_declined_with_their_reason),
      cmocka_unit_test(lost_operands_are_unknown),
      cmocka_unit_test(pointer_chase_is_declined),
      cmocka_unit_test(obstacles_of_the_loop_are_named),
      cmocka_unit_test(far_apart_under_an_unknown_condition_is_declined),
      cmocka_unit_test(loads_under_an_unknown_condition_are_not_made),
      cmocka_unit_test(too_large_a_program_costs_only_the_largest_stream),
      cmocka_unit_test(withdrawn_loops_lose_their_programs),
      cmocka_unit_test(what_a_switch_chooses_is_declined),
      cmocka_unit_test(equal_loops_have_equal_programs),
      cmocka_unit_test(what_a_callee_touches_is_hinted),
      cmocka_unit_test(callees_are_copied_while_there_is_room),
      cmocka_unit_test(options_take_good_values),
      cmocka_unit_test(options_name_what_is_wrong),
      cmocka_unit_test(document_is_json_of_the_schema),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
