/* SPDX-License-Identifier: MIT */
/* A call that hints: finds the window of this entry, runs the program of walks, then the slices.
 * Walks first: what slices load is hinted by them. */
#include "ahead.h"
#include "dealt.h"
#include "site.h"
#include "slices.h"
#include "walk.h"

enum { WALK_STEPS = PP_PROGRAM_INSTRUCTIONS };

struct walks {
  struct pp_thread *thread;
  struct pp_live_loop *live;
  struct pp_window *window;
  uint64_t done, trips;
};

static void walk(void *context, unsigned site, uint64_t base, uint64_t stride, uint64_t span) {
  struct walks *walks = context;
  struct pp_live_site *live = &walks->live->sites[site];
  uint64_t *ahead = &walks->window->ahead[site];
  if (pp_site_state(live) == PP_ASLEEP)
    return;
  *ahead = pp_walk_hint(walks->thread, live, base, (int64_t)stride, span, walks->done, walks->trips, *ahead);
  if (walks->window->dealt && *ahead > pp_get(&live->dealt_ahead))
    pp_set(&live->dealt_ahead, *ahead);
}

/* By itself: its room on the stack is not the slices'. */
__attribute__((noinline)) static void run_walks(const struct pp_program *program, struct pp_live_loop *live,
                                                struct pp_thread *thread, struct pp_window *window, uint64_t done,
                                                uint64_t trips) {
  struct walks walks = {thread, live, window, done, trips};
  const struct pp_program_io io = {.context = &walks, .walk = walk};
  struct pp_lanes *lanes = &thread->walks;
  pp_lanes_clear(lanes);
  pp_lanes_start(lanes, program, thread->environment, 0, 1);
  pp_lanes_visit(lanes, program, thread->environment, 1, WALK_STEPS, &io);
}

uint64_t pp_ahead(const struct pp_loop *loop, struct pp_live_loop *live, struct pp_thread *thread, uint64_t done, uint64_t trips,
                  uint64_t strip) {
  if (done >= trips)
    return strip;
  struct pp_window *window = pp_window_of(thread, live, loop->environment_count, done, trips);
  if (thread->apart)
    pp_dealt_trust(window, window->next);
  if (thread->apart && strip > window->trust)
    strip = window->trust;
  window->dealt = thread->dealt;
  if (window->dealt)
    pp_dealt_enter(live, thread, window, loop->environment_count);
  if (live->walks)
    run_walks(loop->walks, live, thread, window, done, trips);
  if (live->slices)
    strip = pp_slices_run(loop->slices, live, thread, window, strip);
  window->next = done + (strip < trips - done ? strip : trips - done);
  return strip;
}
