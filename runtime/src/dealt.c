/* SPDX-License-Identifier: MIT */
/* Threads that share a loop leave iterations to each other that another has taken. What one is about to come to it hints itself
 * all the same, because the other may just be at it; and it asks again where that ends. Nobody waits, nothing is locked. */
#include "dealt.h"

enum { TRUST_MIN = 32, TRUST_MAX = 8192 };

/* What tells one entry of a loop from another, as pp_window_of does. */
static uint64_t key_of(const struct pp_thread *thread, uint32_t environment_count, uint64_t trips) {
  uint64_t key = trips;
  for (uint32_t i = 0; i < environment_count; i++)
    key = (key ^ thread->environment[i]) * UINT64_C(0x9e3779b97f4a7c15) + (key >> 29);
  return key;
}

/* Iterations before this one were taken, and by no thread that is still at it. */
static uint64_t hinted_below(const struct pp_live_loop *live) {
  uint64_t below = atomic_load(&live->dealt_taken);
  for (unsigned i = 0; i < PP_DEALT_FLYING; i++) {
    uint64_t first = atomic_load(&live->dealt_flying[i]);
    below = first && first - 1 < below ? first - 1 : below;
  }
  return below;
}

static void begin(struct pp_live_loop *live, uint64_t key, uint64_t done) {
  pp_set(&live->dealt_key, key);
  pp_set(&live->dealt_taken, done);
  for (unsigned i = 0; i < PP_DEALT_FLYING; i++)
    pp_set(&live->dealt_flying[i], 0);
  for (uint32_t i = 0; i < live->site_count; i++)
    pp_set(&live->sites[i].dealt_ahead, 0);
}

void pp_dealt_enter(struct pp_live_loop *live, struct pp_thread *thread, struct pp_window *window, uint32_t environment_count) {
  uint64_t key = key_of(thread, environment_count, window->trips);
  /* What others have hinted a moment before the first iteration's thread came is hinted again. */
  if (!window->done || pp_get(&live->dealt_key) != key)
    begin(live, key, window->done);
  /* Behind it this thread may have left some to others, who are not done yet. */
  uint64_t below = hinted_below(live), from = below > window->done ? below : window->done;
  window->others += from - window->started;
  window->started = from;
  for (uint32_t i = 0; i < live->site_count; i++)
    if (window->ahead[i] < pp_get(&live->sites[i].dealt_ahead))
      window->ahead[i] = pp_get(&live->sites[i].dealt_ahead);
}

void pp_dealt_trust(struct pp_window *window, uint64_t expected) {
  bool jumped = !window->trust || window->done - expected > TRUST_MIN;
  uint64_t trust = jumped ? TRUST_MIN : 2 * window->trust;
  window->trust = trust < TRUST_MAX ? trust : TRUST_MAX;
}

/* A place to say from where on the thread has taken iterations. NULL: enough others are at it. */
static pp_counter *fly(struct pp_live_loop *live, uint64_t first) {
  for (unsigned i = 0; i < PP_DEALT_FLYING; i++) {
    uint64_t none = 0;
    if (atomic_compare_exchange_strong(&live->dealt_flying[i], &none, first + 1))
      return &live->dealt_flying[i];
  }
  return NULL;
}

static uint64_t take_near(struct pp_dealt *dealt, uint64_t first, uint64_t goal, uint64_t most) {
  uint64_t end = dealt->near < goal ? dealt->near : goal, taken = atomic_load(&dealt->live->dealt_taken);
  end = end - first < most ? end : first + most;
  dealt->again |= taken > first;
  while (taken < end && !atomic_compare_exchange_weak(&dealt->live->dealt_taken, &taken, end))
    ;
  dealt->own = end;
  return end - first;
}

uint64_t pp_dealt_take(struct pp_dealt *dealt, struct pp_window *window, uint64_t goal, uint64_t most) {
  uint64_t first = window->started;
  if (first >= goal)
    return 0;
  if (!dealt->live)
    return goal - first < most ? goal - first : most;
  if (first < dealt->near)
    return take_near(dealt, first, goal, most);
  uint64_t taken = atomic_load(&dealt->live->dealt_taken), from, count;
  if (!dealt->flying)
    dealt->flying = fly(dealt->live, taken > first ? taken : first);
  do {
    from = taken > first ? taken : first;
    count = dealt->flying && from < goal ? goal - from : 0;
    count = count < most ? count : most;
  } while (count && !atomic_compare_exchange_weak(&dealt->live->dealt_taken, &taken, from + count));
  window->others += from - first;
  window->started = from;
  return count;
}

uint64_t pp_dealt_leave(struct pp_dealt *dealt) {
  if (dealt->flying)
    atomic_store(dealt->flying, 0);
  dealt->flying = NULL;
  uint64_t below = hinted_below(dealt->live);
  return below > dealt->own ? below : dealt->own;
}
