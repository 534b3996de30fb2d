/* SPDX-License-Identifier: MIT */
/* When hints are tried, kept and left out: the rules of trial.c and the strips that follow from them, fed with paces made up
 * here. No time is measured: what a loop took is told to the rules, so that a busy machine changes nothing. */
#include "expect.h"

#include "pageprefetch_abi.h"
#include "settings.h"
#include "site.h"
#include "trial.h"

#include <stdlib.h>
#include <string.h>

enum { STRIP = 131072, STRIP_NS = 1000000, TRIPS = 1 << 30 };

/* A loop of one sequential walk of 8-byte elements, and the thread that runs it. */
struct run {
  struct pp_live_loop *loop;
  struct pp_thread *thread;
  uint64_t done, ticks;
};

static struct run start(void) {
  struct run run = {calloc(1, sizeof *run.loop + sizeof run.loop->sites[0]), calloc(1, sizeof *run.thread), 0, 1000};
  run.loop->site_count = 1;
  run.loop->file = "t.c";
  run.loop->sites[0] = (struct pp_live_site){.loop = run.loop, .kind = PP_KIND_AFFINE, .strip = STRIP, .file = "t.c"};
  atomic_store(&run.loop->sites[0].sequential, true);
  atomic_store(&run.loop->sites[0].state, PP_ASLEEP);
  pp_trial_restart(run.loop, run.thread, 0, run.ticks);
  return run;
}

static void stop_trial(struct run *run) {
  free(run->loop);
  free(run->thread);
}

/* Runs `strips` strips that take `percent` of the usual time each, with that many faults and sleeps. Returns the first verdict.
 */
static enum pp_verdict go(struct run *run, unsigned strips, unsigned percent, unsigned faults, unsigned waits) {
  struct pp_seen seen = {
      .faults = faults, .waits = waits, .ns = (uint64_t)STRIP_NS * percent / 100, .cpu_ns = (uint64_t)STRIP_NS * percent / 200};
  for (unsigned i = 0; i < strips; i++) {
    run->done += STRIP;
    run->ticks += 1000;
    enum pp_verdict verdict = pp_trial_look(run->loop, run->thread, &seen, run->done, TRIPS, run->ticks);
    if (verdict != PP_VERDICT_NONE)
      return verdict;
  }
  return PP_VERDICT_NONE;
}

static void read_ahead_that_keeps_up_is_left_alone(void **state) {
  struct run run = start();
  assert_false(pp_trial_hints_sequential(run.loop));
  assert_int_equal(go(&run, 5000, 100, 0, 4), PP_VERDICT_NONE); /* as with 128 KiB: a sleep in 64 pages */
  assert_false(pp_trial_hints_sequential(run.loop));
  stop_trial(&run);
}

static void a_loop_that_stands_in_faults_tries_hints_and_keeps_what_is_faster(void **state) {
  struct run run = start();
  assert_int_equal(go(&run, 5, 2000, 256, 256), PP_VERDICT_HINT);
  assert_true(pp_trial_hints_sequential(run.loop));
  atomic_store(&run.loop->sites[0].state, PP_AWAKE);
  assert_int_equal(go(&run, 60, 100, 0, 1), PP_VERDICT_NONE);
  assert_true(pp_trial_hints_sequential(run.loop));
  assert_int_equal(atomic_load(&run.loop->trial.phase), PP_TRIAL_NONE);
  stop_trial(&run);
}

static void hints_that_do_not_help_are_taken_back_and_not_tried_soon_again(void **state) {
  struct run run = start();
  assert_int_equal(go(&run, 5, 100, 8, 8), PP_VERDICT_HINT);
  assert_int_equal(go(&run, 60, 99, 0, 0), PP_VERDICT_NONE);
  assert_false(pp_trial_hints_sequential(run.loop));
  assert_int_equal(go(&run, 400, 100, 8, 8), PP_VERDICT_NONE); /* 0.4 s */
  assert_int_equal(go(&run, 5000, 100, 8, 8), PP_VERDICT_HINT);
  stop_trial(&run);
}

static void a_trial_that_goes_badly_is_cut_short(void **state) {
  struct run run = start();
  assert_int_equal(go(&run, 5, 100, 8, 8), PP_VERDICT_HINT);
  assert_int_equal(go(&run, 9, 1000, 0, 0), PP_VERDICT_NONE);
  assert_false(pp_trial_hints_sequential(run.loop));
  stop_trial(&run);
}

/* Runs an awake loop until it pauses. */
static void run_until_pause(struct run *run) {
  for (unsigned i = 0; i < 4000 && !pp_trial_pauses(run->loop, run->thread); i++)
    assert_int_equal(go(run, 1, 100, 0, 0), PP_VERDICT_NONE);
  assert_true(pp_trial_pauses(run->loop, run->thread));
  assert_uint_in_range(pp_trial_strip(run->loop), 1, STRIP / 16);
}

static void hints_that_bring_nothing_are_found_out_while_awake(void **state) {
  struct run run = start();
  pp_trial_set_sequential(run.loop, true);
  atomic_store(&run.loop->sites[0].state, PP_AWAKE);
  run_until_pause(&run);
  assert_int_equal(go(&run, 60, 100, 0, 0), PP_VERDICT_STOP);
  assert_false(pp_trial_hints_sequential(run.loop));
  stop_trial(&run);
}

static void hints_that_pay_survive_the_pause(void **state) {
  struct run run = start();
  pp_trial_set_sequential(run.loop, true);
  atomic_store(&run.loop->sites[0].state, PP_AWAKE);
  run_until_pause(&run);
  assert_int_equal(go(&run, 1, 1000, 256, 256), PP_VERDICT_NONE);
  assert_false(pp_trial_pauses(run.loop, run.thread)); /* cut short at once, though pages hinted before may be left */
  assert_true(pp_trial_hints_sequential(run.loop));
  assert_int_equal(go(&run, 1900, 100, 0, 0), PP_VERDICT_NONE);
  assert_false(pp_trial_pauses(run.loop, run.thread));
  stop_trial(&run);
}

static void another_thread_does_not_disturb_the_measurement(void **state) {
  struct run run = start();
  struct pp_thread *other = calloc(1, sizeof *other);
  pp_trial_restart(run.loop, other, 0, run.ticks);
  struct pp_seen seen = {.faults = 1000, .ns = 100000000};
  assert_int_equal(pp_trial_look(run.loop, other, &seen, 5, TRIPS, run.ticks), PP_VERDICT_NONE);
  assert_int_equal(pp_get(&run.loop->trial.now.faults), 0);
  free(other);
  stop_trial(&run);
}

/* A histogram's loop: a walk that is hinted, and a gather whose pages are all in memory. */
static void a_site_that_sleeps_does_not_keep_strips_short(void **state) {
  struct pp_site sites[2] = {{.kind = PP_KIND_AFFINE, .flags = PP_SITE_INDEX, .element_bytes = 8, .file = "t.c"},
                             {.kind = PP_KIND_GATHER, .element_bytes = 8, .file = "t.c"}};
  struct pp_loop loop = {.version = PP_ABI_VERSION, .site_count = 2, .file = "t.c", .function = "f", .sites = sites};
  __pp_strip(&loop, 0, TRIPS);
  struct pp_live_loop *live = loop.live;
  pp_trial_set_sequential(live, true);
  atomic_store(&live->sites[0].state, PP_AWAKE);
  pp_set(&live->sites[0].strip, STRIP);
  atomic_store(&live->sites[1].state, PP_ASLEEP);
  pp_set(&live->sites[1].sleep_strips, 1000);
  uint64_t before = pp_get(&live->hinted_strips);
  assert_int_equal(__pp_strip(&loop, 256, TRIPS), STRIP);
  assert_int_equal(pp_get(&live->hinted_strips), before + 1);
}

/* Looks at the thread's counts cost a system call each: a loop of short strips makes few of them. */
static void short_strips_do_not_look_each_time(void **state) {
  struct pp_site site = {.kind = PP_KIND_GATHER, .element_bytes = 8, .file = "t.c"};
  struct pp_loop loop = {.version = PP_ABI_VERSION, .site_count = 1, .file = "t.c", .function = "f", .sites = &site};
  enum { STRIPS = 100000 };
  __pp_strip(&loop, 0, TRIPS);
  struct pp_live_loop *live = loop.live;
  atomic_store(&live->sites[0].state, PP_AWAKE);
  unsigned looks = 0;
  uint64_t before = 0, start_ticks = pp_os_ticks();
  for (uint64_t i = 1; i <= STRIPS; i++) {
    pp_set(&live->sites[0].sleep_strips, 0); /* awake all the time, without a page to hint */
    __pp_strip(&loop, i * 32, TRIPS);
    assert_int_equal(pp_get(&live->hinted_strips), i + 1);
    looks += pp_get(&live->checked_at) != before;
    before = pp_get(&live->checked_at);
  }
  assert_uint_in_range(looks, 0, pp_os_ticks_to_ns(pp_os_ticks() - start_ticks) / 90000 + 1);
}

/* The walk is asked about once, and left to read-ahead from then on. */
static void a_sequential_walk_begins_without_hints(void **state) {
  const struct pp_instruction code[] = {{.op = PP_OP_ENVIRONMENT, .to = 0},
                                        {.op = PP_OP_CONSTANT, .to = 1, .immediate = 8},
                                        {.op = PP_OP_WALK, .left = 0, .right = 1, .third = 1},
                                        {.op = PP_OP_END}};
  const struct pp_program walks = {
      .instruction_count = 4, .environment_count = 1, .register_count = 2, .site_count = 1, .instructions = code};
  struct pp_site site = {.kind = PP_KIND_AFFINE, .element_bytes = 8, .file = "t.c"};
  struct pp_loop loop = {.version = PP_ABI_VERSION,
                         .site_count = 1,
                         .environment_count = 1,
                         .file = "t.c",
                         .function = "f",
                         .sites = &site,
                         .walks = &walks};
  static char data[1 << 16];
  for (uint64_t done = 0, trips = 100 * STRIP; done < trips;)
    done += __pp_strip(&loop, done, trips, (uint64_t)data);
  struct pp_live_site *live = site.live;
  assert_int_equal(pp_get(&live->loop->hinted_strips), 1);
  assert_int_equal(pp_get(&live->hints), 0);
  assert_int_equal(pp_get(&live->strip), STRIP);
}

int main(void) {
  pp_settings.log_level = PP_LOG_WARN;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(read_ahead_that_keeps_up_is_left_alone),
      cmocka_unit_test(a_loop_that_stands_in_faults_tries_hints_and_keeps_what_is_faster),
      cmocka_unit_test(hints_that_do_not_help_are_taken_back_and_not_tried_soon_again),
      cmocka_unit_test(a_trial_that_goes_badly_is_cut_short),
      cmocka_unit_test(hints_that_bring_nothing_are_found_out_while_awake),
      cmocka_unit_test(hints_that_pay_survive_the_pause),
      cmocka_unit_test(another_thread_does_not_disturb_the_measurement),
      cmocka_unit_test(a_site_that_sleeps_does_not_keep_strips_short),
      cmocka_unit_test(short_strips_do_not_look_each_time),
      cmocka_unit_test(a_sequential_walk_begins_without_hints),
  };
  return cmocka_run_group_tests_name("trial", tests, NULL, NULL);
}
