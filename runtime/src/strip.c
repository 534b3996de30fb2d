/* SPDX-License-Identifier: MIT */
/* What compiled code calls between strips: decides whether to hint, and has it done.
 * A sleeping loop's way through is a load, a clock reading and a comparison. */
#include "ahead.h"
#include "hint.h"
#include "populate.h"
#include "settings.h"
#include "site.h"
#include "trial.h"

#include <errno.h>
#include <stdarg.h>

#ifndef __has_feature
#define __has_feature(feature) 0
#endif

enum {
  READ_PAGE_NS = 1300,                /* what a page of a fault's read-around costs at 3 GB/s */
  PROBE_AGAIN_NS = 100 * 1000 * 1000, /* a sleeping loop that is entered again is probed after this time, */
  PROBE_AGAIN_ITERATIONS = 1 << 20,   /* and as many iterations: a probe costs about as much as some thousand of them */
  REST_MIN_NS = 1000 * 1000,          /* a loop sleeps at least this long, */
  REST_MAX_NS = 1000 * 1000 * 1000,   /* and at most this long, while faults come that hints do not prevent */
  SHORT_ENTRIES = 1024,               /* of a sleeping loop before it asks for longer ones only */
  LOOK_NS = 100 * 1000,               /* an awake loop looks at its faults no more often: a look costs as much as a hint */
};

/* Ticks between two looks at a sleeping loop's faults: four to eight milliseconds on common clocks. */
#define CHECK_TICKS UINT64_C(16000000)

/* In the decision about a strip: hints are due. */
#define HINT (UINT64_C(1) << 63)

/* More iterations than any loop has, without that bit. */
#define WHOLE_LOOP (HINT - 1)

#define PUBLIC __attribute__((visibility("default")))

/* Keeps the library's start and exit, and the other functions that compiled code calls, with this one in static programs. */
__attribute__((used)) static const char *const start_and_exit = &pp_library;
__attribute__((used)) static void *(*const block_operation)(void *, int, size_t) = __pp_memset;

static uint64_t since(uint64_t now, uint64_t before) {
  return now > before ? now - before : 0; /* a forked child's counts start again */
}

/* What happened in this thread since its last look: faults and sleeps outside of hints, time with them. */
static struct pp_seen look(struct pp_thread *thread, uint64_t ticks) {
  struct pp_seen seen = {.ns = pp_os_ticks_to_ns(since(ticks, thread->checked_at))};
  if (pp_hint_look(thread)) {
    seen.faults = thread->unseen.major_faults;
    seen.minor_faults = thread->unseen.minor_faults;
    seen.waits = thread->unseen.waits;
    seen.pages_read = thread->unseen.pages_read;
    seen.cpu_ns = since(thread->usage.cpu_ns, thread->looked_cpu_ns);
    thread->looked_cpu_ns = thread->usage.cpu_ns;
  }
  thread->unseen = (struct pp_usage){0};
  thread->checked_at = ticks;
  return seen;
}

/* Without locked instructions: a count lost between threads does no harm. */
static void count_entry(struct pp_live_loop *live, uint64_t trips) {
  pp_set(&live->entries, pp_get(&live->entries) + 1);
  pp_set(&live->unprobed, pp_get(&live->unprobed) + trips);
}

/* A short entry of a sleeping loop: many of them cost more than they are worth. */
static void pass_over(struct pp_loop *loop, struct pp_live_loop *live) {
  uint64_t least = __atomic_load_n(&loop->least, __ATOMIC_RELAXED), entries = pp_get(&live->short_entries) + 1;
  pp_set(&live->short_entries, entries % SHORT_ENTRIES);
  if (entries == SHORT_ENTRIES && least < loop->usual)
    __atomic_store_n(&loop->least, 2 * least < loop->usual ? 2 * least : loop->usual, __ATOMIC_RELAXED);
}

/* There is something to hint: short entries are seen again. */
static void take_short(struct pp_loop *loop, struct pp_live_loop *live) {
  uint64_t least = __atomic_load_n(&loop->least, __ATOMIC_RELAXED);
  if (least != live->least && least != PP_NEVER)
    __atomic_store_n(&loop->least, live->least, __ATOMIC_RELAXED);
}

static void wake(struct pp_live_loop *live, bool sequential_only) {
  for (uint32_t i = 0; i < live->site_count; i++)
    if (!sequential_only || atomic_load_explicit(&live->sites[i].sequential, memory_order_relaxed))
      pp_site_probe(&live->sites[i]);
  if (!sequential_only)
    pp_set(&live->unprobed, 0);
  atomic_store_explicit(&live->asleep, false, memory_order_relaxed);
  pp_trial_forget(live);
}

/* Whether all that the loop hints is left to read-ahead, whose own faults are no sign: see pp_trial_look. */
static bool all_sequential(const struct pp_live_loop *live) {
  for (uint32_t i = 0; i < live->site_count; i++)
    if (!atomic_load_explicit(&live->sites[i].sequential, memory_order_relaxed))
      return false;
  return true;
}

/* A sleeping loop: whether faults have come back, or it is time to look. */
static bool should_wake(struct pp_live_loop *live, const struct pp_seen *seen, bool inside, uint64_t ticks) {
  uint64_t slept_ns = pp_os_ticks_to_ns(since(ticks, pp_get(&live->probed_at)));
  if (slept_ns < pp_get(&live->rest_ns))
    return false;
  if (pp_populate_is_missed(live, seen->minor_faults, seen->ns))
    return true;
  if (inside)
    return seen->faults > 0 && (!all_sequential(live) || pp_trial_hints_sequential(live));
  /* On entry the time since the last look was spent elsewhere as well: only a tenth of it in faults is a sign. */
  if (seen->faults && seen->faults * pp_fault_cost() * 10 >= seen->ns) {
    pp_trial_set_sequential(live, true);
    return true;
  }
  return slept_ns > PROBE_AGAIN_NS && pp_get(&live->unprobed) > PROBE_AGAIN_ITERATIONS;
}

/* Iterations of a strip that suit every site that is hinted in it, or every one of a loop that goes to sleep: the least. */
static uint64_t suitable_strip(const struct pp_live_loop *live, bool asleep) {
  uint64_t strip = asleep ? live->planned_strip : 0;
  for (uint32_t i = 0; i < live->site_count; i++) {
    const struct pp_live_site *site = &live->sites[i];
    enum pp_site_state state = pp_site_state(site);
    if (state == PP_ASLEEP && !asleep)
      continue;
    uint64_t suits = pp_site_strip(site);
    if (!suits)
      suits = live->planned_strip;
    if (!asleep && state == PP_PROBING)
      suits = suits > PP_STRIP_PAGES / PP_PROBE_PAGES ? suits / (PP_STRIP_PAGES / PP_PROBE_PAGES) : 1;
    if (suits && (!strip || suits < strip))
      strip = suits;
  }
  return strip ? strip : PP_PROBE_PAGES;
}

static uint64_t go_to_sleep(struct pp_live_loop *live, uint64_t ticks) {
  uint64_t rest = pp_get(&live->rest_ns) * 2;
  bool paid = atomic_exchange_explicit(&live->paid, false, memory_order_relaxed);
  if (paid || rest < REST_MIN_NS)
    rest = REST_MIN_NS;
  pp_set(&live->rest_ns, rest < REST_MAX_NS ? rest : REST_MAX_NS);
  uint64_t strip = suitable_strip(live, true);
  pp_set(&live->strip, strip);
  pp_trial_sleep(live);
  /* Where hints have just paid, a miss is near: look more often. */
  uint64_t growth = paid ? PP_ASLEEP_GROWTH_PAID : PP_ASLEEP_GROWTH;
  pp_set(&live->strip_longest, strip > WHOLE_LOOP / growth ? strip : strip * growth);
  pp_set(&live->probed_at, ticks);
  atomic_store_explicit(&live->asleep, true, memory_order_relaxed);
  return strip;
}

/* Nothing happened in a sleeping loop's strip: look less often. */
static uint64_t sleep_on(struct pp_live_loop *live, bool inside) {
  uint64_t strip = pp_get(&live->strip);
  if (inside && strip < pp_get(&live->strip_longest)) {
    strip *= 2;
    pp_set(&live->strip, strip);
  }
  return strip;
}

/* Counts what was seen inside the loop, and learns from it what a fault costs. */
static void count_seen(struct pp_live_loop *live, const struct pp_seen *seen) {
  if (seen->faults) {
    /* A fault brings its whole read-around window: the more the device reads ahead, the dearer a miss. */
    uint64_t ns = PP_FAULT_NS + seen->pages_read / seen->faults * READ_PAGE_NS, known = pp_get(&pp_fault_ns);
    pp_set(&pp_fault_ns, known ? (3 * known + ns) / 4 : ns);
  }
  pp_count(&live->major_faults, seen->faults);
  pp_count(&live->waits, seen->waits);
  pp_count(&pp_totals.major_faults, seen->faults);
}

/* The next strip of a loop that hints. `fresh`: what is known of addresses is older than the entry or the last sleep. */
static uint64_t strip_awake(struct pp_live_loop *live, struct pp_thread *thread, const struct pp_seen *seen, bool fresh,
                            uint64_t ticks) {
  bool hint = false;
  if (fresh)
    pp_hint_forget(thread);
  for (uint32_t i = 0; i < live->site_count; i++) {
    struct pp_live_site *site = &live->sites[i];
    if (fresh)
      pp_site_enter(site);
    if (seen)
      pp_site_adapt(site, seen->waits, seen->faults);
    hint |= pp_site_judge(site);
  }
  if (!hint)
    return go_to_sleep(live, ticks);
  uint64_t strip = suitable_strip(live, false);
  pp_set(&live->strip, strip);
  pp_count(&live->hinted_strips, 1);
  return strip | HINT;
}

static uint64_t decide(struct pp_live_loop *live, struct pp_thread *thread, uint64_t done, uint64_t trips, uint64_t ticks) {
  bool inside = done && thread->last == live, asleep = atomic_load_explicit(&live->asleep, memory_order_relaxed);
  if (inside && !asleep && pp_os_ticks_to_ns(since(ticks, thread->checked_at)) < LOOK_NS)
    return pp_trial_pauses(live, thread) ? pp_trial_strip(live) : strip_awake(live, thread, NULL, false, ticks);
  struct pp_seen seen = look(thread, ticks);
  enum pp_verdict verdict = PP_VERDICT_NONE;
  thread->last = live;
  pp_set(&live->checked_at, ticks);
  if (inside) {
    count_seen(live, &seen);
    verdict = pp_trial_look(live, thread, &seen, done, trips, ticks);
  } else {
    pp_trial_restart(live, thread, done, ticks);
  }
  if (verdict == PP_VERDICT_STOP) {
    for (uint32_t i = 0; i < live->site_count; i++)
      pp_site_stop(&live->sites[i]);
    pp_set(&live->rest_ns, REST_MAX_NS);
    atomic_store_explicit(&live->paid, false, memory_order_relaxed);
    return go_to_sleep(live, ticks);
  }
  bool woken = asleep && verdict != PP_VERDICT_HINT && should_wake(live, &seen, inside, ticks);
  if (woken || verdict == PP_VERDICT_HINT)
    wake(live, !woken);
  else if (asleep)
    return sleep_on(live, inside);
  if (pp_trial_pauses(live, thread))
    return pp_trial_strip(live);
  return strip_awake(live, thread, inside ? &seen : NULL, !done || woken, ticks);
}

/* Where the values of a call are: the first three come in registers, the others on the stack. On x86-64 that is where a structure
 * passed by value is, too, which takes no list of arguments and no room for one: a sleeping loop's call needs neither. */
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !__has_feature(address_sanitizer)
struct others {
  uint64_t values[PP_PROGRAM_ENVIRONMENT - 3];
};
#define OTHERS struct others others
#define OTHERS_BEGIN(last) const uint64_t *at = others.values
#define OTHERS_END
#define PASS(at) (at)
typedef const uint64_t *other_values;
#define NEXT_OTHER(at) (*(at)++)
#else
#define OTHERS ...
#define OTHERS_BEGIN(last)                                                                                                       \
  va_list at;                                                                                                                    \
  va_start(at, last)
#define OTHERS_END va_end(at)
#define PASS(at) (&(at))
typedef va_list *other_values;
#define NEXT_OTHER(at) va_arg(*(at), uint64_t)
#endif

/* All but the sleeping loop's short way. live: NULL where the loop is not known yet. */
__attribute__((noinline)) static uint64_t strip_slowly(struct pp_loop *loop, struct pp_live_loop *live, uint64_t done,
                                                       uint64_t trips, const uint64_t named[3], other_values others) {
  int kept = errno;
  uint64_t strip = WHOLE_LOOP;
  live = live ? live : pp_live_loop_of(loop);
  struct pp_thread *thread = live ? pp_thread_get() : NULL;
  if (thread && pp_thread_take(thread)) {
    pp_count(&live->strips, 1);
    thread->dealt = done & PP_DEALT;
    thread->apart = done & PP_APART;
    thread->sharing.again = false;
    done &= ~(PP_DEALT | PP_APART);
    if (!done)
      count_entry(live, trips);
    strip = decide(live, thread, done, trips, pp_os_ticks());
    if (strip & HINT) {
      take_short(loop, live);
      for (uint32_t i = 0; i < loop->environment_count; i++)
        thread->environment[i] = i < 3 ? named[i] : NEXT_OTHER(others);
      strip = pp_ahead(loop, live, thread, done, trips, strip & ~HINT);
      strip += !strip; /* compiled code relies on it */
    }
    pp_thread_release(thread);
  }
  errno = kept;
  return strip;
}

/* Hints are off: the loop runs in one piece, and does not ask again unless the library has yet to start. */
static uint64_t run_whole(struct pp_loop *loop) {
  if (atomic_load_explicit(&pp_state, memory_order_relaxed) != PP_NOT_STARTED)
    __atomic_store_n(&loop->least, PP_NEVER, __ATOMIC_RELAXED);
  return WHOLE_LOOP;
}

/* __pp_strip as compiled code calls it. Switched off it takes no stack, and asks before the clock is read, for which a sandbox
 * may kill. */
PUBLIC uint64_t strip_call(struct pp_loop *loop, uint64_t done, uint64_t trips, uint64_t first, uint64_t second, uint64_t third,
                           OTHERS) __asm__("__pp_strip");

uint64_t strip_call(struct pp_loop *loop, uint64_t done, uint64_t trips, uint64_t first, uint64_t second, uint64_t third,
                    OTHERS) {
  if (!pp_is_on())
    return run_whole(loop);
  struct pp_live_loop *live = __atomic_load_n(&loop->live, __ATOMIC_ACQUIRE);
  if (live && atomic_load_explicit(&live->asleep, memory_order_relaxed) &&
      pp_os_ticks() - pp_get(&live->checked_at) < CHECK_TICKS) {
    bool inside = done & ~(PP_DEALT | PP_APART);
    if (!inside)
      count_entry(live, trips);
    if (trips < loop->usual && !inside)
      pass_over(loop, live);
    return sleep_on(live, inside);
  }
  OTHERS_BEGIN(third);
  uint64_t strip = strip_slowly(loop, live, done, trips, (const uint64_t[]){first, second, third}, PASS(at));
  OTHERS_END;
  return strip;
}
