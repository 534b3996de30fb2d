/* SPDX-License-Identifier: MIT */
/* Unit tests of the planner: nests written by hand, no compiler needed.
 * Each test states one decision and would fail if the planner made another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "streams/plan.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct pp_stride no_stride = {PP_STRIDE_UNKNOWN, 0};
static const struct pp_stride symbolic = {PP_STRIDE_SYMBOLIC, 0};

static struct pp_stride step(int64_t bytes) {
  return (struct pp_stride){PP_STRIDE_CONSTANT, bytes};
}

static unsigned add_loop(struct pp_nest *nest, int parent, uint64_t trips) {
  struct pp_nest_loop loop = {.place = {"a.c", 10 + (uint32_t)(parent + 1), 3},
                              .parent = parent,
                              .trip = trips ? PP_TRIP_CONSTANT : PP_TRIP_SYMBOLIC,
                              .trip_count = trips,
                              .trip_invariant = true};
  return pp_nest_add_loop(nest, &loop);
}

static struct pp_nest_reference affine(int loop, struct pp_stride inner, struct pp_stride outer) {
  return (struct pp_nest_reference){.place = {"a.c", 20, 5}, .bytes = 8, .loop = loop, .stride = {inner, outer}};
}

static struct pp_nest_reference gather(int loop, unsigned index) {
  return (struct pp_nest_reference){.place = {"a.c", 21, 7},
                                    .bytes = 8,
                                    .loop = loop,
                                    .address = PP_ADDRESS_INDEXED,
                                    .base = 7,
                                    .stride = {no_stride, no_stride},
                                    .index_count = 1,
                                    .index = {index},
                                    .index_depth = 1,
                                    .slice_instructions = 3};
}

/* A nest, its options and its plan, freed together. */
struct fixture {
  struct pp_nest *nest;
  struct pp_options options;
  struct pp_plan *plan;
};

static struct fixture start(void) {
  struct fixture fixture = {pp_nest_new("a.c", "f"), {0}, NULL};
  pp_options_init(&fixture.options);
  return fixture;
}

static void plan(struct fixture *fixture) {
  fixture->plan = pp_plan_nest(fixture->nest, &fixture->options);
}

static void finish(struct fixture *fixture) {
  pp_plan_free(fixture->plan);
  pp_nest_free(fixture->nest);
  pp_options_clear(&fixture->options);
}

static void unit_stride_is_an_affine_stream(void **state) {
  struct fixture f = start();
  add_loop(f.nest, -1, 0);
  struct pp_nest_reference reference = affine(0, step(8), no_stride);
  pp_nest_add_reference(f.nest, &reference);
  plan(&f);
  assert_int_equal(f.plan->stream_count, 1);
  assert_int_equal(f.plan->streams[0].kind, PP_PLAN_AFFINE);
  assert_int_equal(f.plan->streams[0].span, 8);
  assert_true(f.plan->loops[0].strip_mined);
  assert_int_equal(f.plan->loops[0].strip, 256 * 4096 / 8);
  assert_int_equal(f.plan->loops[0].min_trips, (4 << 20) / 8);
  assert_null(f.plan->declined[0]);
  finish(&f);
}

static void small_constant_loop_is_declined(void **state) {
  struct fixture f = start();
  add_loop(f.nest, -1, 1000);
  struct pp_nest_reference reference = affine(0, step(8), no_stride);
  pp_nest_add_reference(f.nest, &reference);
  plan(&f);
  assert_int_equal(f.plan->stream_count, 0);
  assert_false(f.plan->loops[0].strip_mined);
  assert_non_null(strstr(f.plan->declined[0], "8000 bytes"));
  assert_non_null(strstr(f.plan->declined[0], "min-footprint=4194304"));
  finish(&f);
}

static void stencil_is_one_stream(void **state) {
  struct fixture f = start();
  add_loop(f.nest, -1, 0);
  for (int64_t offset = 8; offset >= -8; offset -= 8) {
    struct pp_nest_reference reference = affine(0, step(8), no_stride);
    reference.offset = offset;
    pp_nest_add_reference(f.nest, &reference);
  }
  plan(&f);
  assert_int_equal(f.plan->stream_count, 1);
  assert_int_equal(f.plan->streams[0].leader, 0);
  assert_int_equal(f.plan->streams[0].low, -16);
  assert_int_equal(f.plan->streams[0].span, 24);
  assert_int_equal(f.plan->stream_of[2], 0);
  finish(&f);
}

static void far_offsets_and_other_bases_are_other_streams(void **state) {
  struct fixture f = start();
  add_loop(f.nest, -1, 0);
  struct pp_nest_reference reference = affine(0, step(8), no_stride);
  pp_nest_add_reference(f.nest, &reference);
  reference.offset = 1 << 20;
  pp_nest_add_reference(f.nest, &reference);
  reference.offset = 0;
  reference.base = 1;
  pp_nest_add_reference(f.nest, &reference);
  plan(&f);
  assert_int_equal(f.plan->stream_count, 3);
  finish(&f);
}

static void rows_are_hinted_one_loop_further_out(void **state) {
  struct fixture f = start();
  add_loop(f.nest, -1, 0);
  add_loop(f.nest, 0, 0);
  struct pp_nest_reference reference = affine(1, step(8), symbolic);
  pp_nest_add_reference(f.nest, &reference);
  plan(&f);
  assert_int_equal(f.plan->stream_count, 1);
  assert_true(f.plan->streams[0].whole_inner);
  assert_int_equal(f.plan->streams[0].loop, 0);
  assert_false(f.plan->loops[1].strip_mined);
  finish(&f);
}

static void columns_are_hinted_in_the_inner_loop(void **state) {
  struct fixture f = start();
  add_loop(f.nest, -1, 0);
  add_loop(f.nest, 0, 0);
  struct pp_nest_reference reference = affine(1, symbolic, step(8));
  pp_nest_add_reference(f.nest, &reference);
  plan(&f);
  assert_int_equal(f.plan->stream_count, 1);
  assert_false(f.plan->streams[0].whole_inner);
  assert_int_equal(f.plan->streams[0].loop, 1);
  assert_int_equal(f.plan->loops[1].strip, 0);
  assert_int_equal(f.plan->loops[1].min_trips, 1024);
  finish(&f);
}

static void repeated_scan_stays_in_the_inner_loop(void **state) {
  struct fixture f = start();
  add_loop(f.nest, -1, 0);
  add_loop(f.nest, 0, 0);
  struct pp_nest_reference reference = affine(1, step(8), step(0));
  pp_nest_add_reference(f.nest, &reference);
  plan(&f);
  assert_int_equal(f.plan->stream_count, 1);
  assert_int_equal(f.plan->streams[0].loop, 1);
  finish(&f);
}

static void walks_of_changing_length_are_left_alone(void **state) {
  struct fixture f = start();
  add_loop(f.nest, -1, 0);
  struct pp_nest_loop inner = {.parent = 0, .trip = PP_TRIP_SYMBOLIC, .trip_invariant = false};
  pp_nest_add_loop(f.nest, &inner);
  struct pp_nest_reference reference = affine(1, step(8), symbolic);
  pp_nest_add_reference(f.nest, &reference);
  reference = affine(1, symbolic, no_stride);
  reference.base = 1;
  pp_nest_add_reference(f.nest, &reference);
  plan(&f);
  assert_int_equal(f.plan->stream_of[0], -1);
  assert_non_null(strstr(f.plan->declined[0], "another length"));
  assert_int_equal(f.plan->streams[0].loop, 1); /* each of its iterations may be a page of its own */
  finish(&f);
}

static void gather_brings_its_index(void **state) {
  struct fixture f = start();
  add_loop(f.nest, -1, 2000); /* 2000 indexes are a small walk of their own, 2000 gathered pages are not */
  struct pp_nest_reference index = affine(0, step(4), no_stride);
  index.bytes = 4;
  pp_nest_add_reference(f.nest, &index);
  struct pp_nest_reference reference = gather(0, 0);
  pp_nest_add_reference(f.nest, &reference);
  plan(&f);
  assert_int_equal(f.plan->stream_count, 2);
  assert_int_equal(f.plan->streams[0].kind, PP_PLAN_AFFINE);
  assert_true(f.plan->streams[0].feeds_gather);
  assert_int_equal(f.plan->streams[1].kind, PP_PLAN_GATHER);
  assert_int_equal(f.plan->loops[0].strip, 256);
  assert_int_equal(f.plan->loops[0].min_trips, 1024);
  assert_null(f.plan->declined[0]);
  finish(&f);
}

static void gathered_text_goes_on(void **state) {
  struct fixture f = start();
  add_loop(f.nest, -1, 0);
  struct pp_nest_reference index = affine(0, step(4), no_stride), reference = gather(0, 0);
  pp_nest_add_reference(f.nest, &index);
  reference.bytes = 1;
  pp_nest_add_reference(f.nest, &reference);
  plan(&f);
  assert_int_equal(f.plan->streams[1].span, 64);
  assert_int_equal(f.plan->streams[0].span, 8);
  finish(&f);
}

static void gather_needs_certain_iterations(void **state) {
  struct fixture f = start();
  struct pp_nest_loop loop = {.parent = -1, .trip = PP_TRIP_SYMBOLIC, .slice_obstacle = "a call may not return"};
  pp_nest_add_loop(f.nest, &loop);
  struct pp_nest_reference index = affine(0, step(4), no_stride);
  pp_nest_add_reference(f.nest, &index);
  struct pp_nest_reference reference = gather(0, 0);
  pp_nest_add_reference(f.nest, &reference);
  plan(&f);
  assert_int_equal(f.plan->stream_of[1], -1);
  assert_non_null(strstr(f.plan->declined[1], "a call may not return"));
  assert_int_equal(f.plan->stream_of[0], 0);
  finish(&f);
}

static void chains_and_opaque_addresses_are_declined(void **state) {
  struct fixture f = start();
  add_loop(f.nest, -1, 0);
  struct pp_nest_reference index = affine(0, step(4), no_stride);
  pp_nest_add_reference(f.nest, &index);
  struct pp_nest_reference chain = gather(0, 0);
  chain.index_depth = 2;
  pp_nest_add_reference(f.nest, &chain);
  struct pp_nest_reference opaque = {.loop = 0, .address = PP_ADDRESS_OPAQUE, .obstacle = "comes from a call"};
  pp_nest_add_reference(f.nest, &opaque);
  plan(&f);
  assert_non_null(strstr(f.plan->declined[1], "chain of 2 loads"));
  assert_string_equal(f.plan->declined[2], "comes from a call");
  finish(&f);
}

static void obstacles_of_the_loop_are_named(void **state) {
  struct fixture f = start();
  struct pp_nest_loop loop = {.parent = -1, .trip = PP_TRIP_SYMBOLIC, .strip_obstacle = "it would reassociate a sum"};
  pp_nest_add_loop(f.nest, &loop);
  struct pp_nest_reference reference = affine(0, step(8), no_stride);
  pp_nest_add_reference(f.nest, &reference);
  plan(&f);
  assert_string_equal(f.plan->declined[0], "it would reassociate a sum");
  finish(&f);
}

static void fixed_strips_divide_the_trip_count(void **state) {
  struct fixture f = start();
  struct pp_nest_loop loop = {.parent = -1, .trip = PP_TRIP_CONSTANT, .trip_count = 10000000 / 64 * 64, .strip_multiple = 64};
  pp_nest_add_loop(f.nest, &loop);
  struct pp_nest_reference reference = affine(0, step(8), no_stride);
  pp_nest_add_reference(f.nest, &reference);
  plan(&f);
  assert_true(f.plan->loops[0].strip_fixed);
  assert_int_equal(loop.trip_count % f.plan->loops[0].strip, 0);
  assert_int_equal(f.plan->loops[0].strip % 64, 0);
  assert_true(f.plan->loops[0].strip < loop.trip_count);
  finish(&f);
}

static void indivisible_trip_count_keeps_its_vectors(void **state) {
  struct fixture f = start();
  struct pp_nest_loop loop = {.parent = -1, .trip = PP_TRIP_CONSTANT, .trip_count = 64 * UINT64_C(1000003), .strip_multiple = 64};
  pp_nest_add_loop(f.nest, &loop);
  struct pp_nest_reference reference = affine(0, step(8), no_stride);
  pp_nest_add_reference(f.nest, &reference);
  plan(&f);
  assert_int_equal(f.plan->stream_count, 0);
  assert_false(f.plan->loops[0].strip_mined);
  assert_non_null(strstr(f.plan->declined[0], "no strip divides"));
  finish(&f);
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
  struct fixture f = start();
  add_loop(f.nest, -1, 0);
  struct pp_nest_reference index = affine(0, step(4), no_stride), reference = gather(0, 0);
  pp_nest_add_reference(f.nest, &index);
  pp_nest_add_reference(f.nest, &reference);
  plan(&f);
  struct pp_plan_document *document = pp_plan_document_new("a.c", "test 1");
  pp_plan_document_add(document, f.nest, f.plan);
  char path[] = "/tmp/pp-plan-XXXXXX", error[256], text[8192];
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
  cJSON *loop = cJSON_GetArrayItem(cJSON_GetObjectItem(function, "loops"), 0);
  assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(loop, "streams")), 2);
  assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(loop, "trip_count")), "symbolic");
  cJSON_Delete(root);
  assert_false(pp_plan_document_write(document, "/nonexistent/plan.json", error, sizeof error));
  assert_non_null(strstr(error, "/nonexistent/plan.json"));
  pp_plan_document_free(document);
  finish(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(unit_stride_is_an_affine_stream),
      cmocka_unit_test(small_constant_loop_is_declined),
      cmocka_unit_test(stencil_is_one_stream),
      cmocka_unit_test(far_offsets_and_other_bases_are_other_streams),
      cmocka_unit_test(rows_are_hinted_one_loop_further_out),
      cmocka_unit_test(columns_are_hinted_in_the_inner_loop),
      cmocka_unit_test(repeated_scan_stays_in_the_inner_loop),
      cmocka_unit_test(walks_of_changing_length_are_left_alone),
      cmocka_unit_test(gather_brings_its_index),
      cmocka_unit_test(gathered_text_goes_on),
      cmocka_unit_test(gather_needs_certain_iterations),
      cmocka_unit_test(chains_and_opaque_addresses_are_declined),
      cmocka_unit_test(obstacles_of_the_loop_are_named),
      cmocka_unit_test(fixed_strips_divide_the_trip_count),
      cmocka_unit_test(indivisible_trip_count_keeps_its_vectors),
      cmocka_unit_test(options_take_good_values),
      cmocka_unit_test(options_name_what_is_wrong),
      cmocka_unit_test(document_is_json_of_the_schema),
  };
  return cmocka_run_group_tests_name("streams", tests, NULL, NULL);
}
