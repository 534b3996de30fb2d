/* SPDX-License-Identifier: MIT */
/* Finding the window of a call: by loop, trip count and the values that the loop passes, which tell entries apart well enough.
 * An entry that was left early never says so; what it leaves behind is used by the next entry of its loop. */
#include "live.h"

#include <string.h>

static void begin(struct pp_window *window, const struct pp_live_loop *loop, uint64_t done, uint64_t trips) {
  window->loop = loop;
  window->trips = trips;
  window->started = window->done = window->next = done;
  window->others = window->trust = 0;
  window->begun = false;
  window->lost = false;
  for (unsigned i = 0; i < window->set_count; i++)
    pp_lanes_clear(&window->sets[i]);
  window->set_count = 0;
  memset(window->ahead, 0, loop->site_count * sizeof *window->ahead);
}

/* The one to begin an entry in: of this loop, where an entry is over or two are there already, else the one that was used longest
 * ago. So a recursion keeps the outer entry, and a loop that is entered again and again the windows of the loops around it. */
static struct pp_window *choose(struct pp_thread *thread, const struct pp_live_loop *loop) {
  struct pp_window *oldest = &thread->windows[0], *own = NULL;
  unsigned owned = 0;
  for (struct pp_window *window = thread->windows; window < thread->windows + PP_WINDOWS; window++) {
    oldest = window->used < oldest->used ? window : oldest;
    if (window->loop != loop)
      continue;
    if (window->next >= window->trips)
      return window;
    owned++;
    own = !own || window->used < own->used ? window : own;
  }
  return owned > 1 ? own : oldest;
}

struct pp_window *pp_window_of(struct pp_thread *thread, const struct pp_live_loop *loop, uint32_t environment_count,
                               uint64_t done, uint64_t trips) {
  struct pp_window *found = NULL;
  size_t bytes = environment_count * sizeof *thread->environment;
  for (struct pp_window *window = thread->windows; window < thread->windows + PP_WINDOWS && !found; window++)
    if (window->loop == loop && window->trips == trips && !memcmp(window->environment, thread->environment, bytes))
      found = window;
  if (!found || !done || done < found->done) {
    found = found ? found : choose(thread, loop);
    begin(found, loop, done, trips);
    memcpy(found->environment, thread->environment, bytes);
  }
  found->done = done;
  found->used = ++thread->windows_used;
  return found;
}
