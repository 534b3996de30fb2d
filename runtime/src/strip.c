/* SPDX-License-Identifier: MIT */
/* What compiled code calls between strips: __pp_strip decides whether to hint, the others take the addresses.
 * A sleeping loop's way through __pp_strip is a load, a clock reading and a comparison. */
#include "hint.h"
#include "settings.h"
#include "site.h"

#include <errno.h>
#include <string.h>

enum {
  READ_PAGE_NS = 1300,                /* what a page of a fault's read-around costs at 3 GB/s */
  PROBE_AGAIN_NS = 100 * 1000 * 1000, /* a sleeping loop that is entered again is probed after this time, */
  PROBE_AGAIN_ITERATIONS = 1 << 20,   /* and as many iterations: a probe costs about as much as some thousand of them */
  REST_MIN_NS = 1000 * 1000,          /* a loop sleeps at least this long, */
  REST_MAX_NS = 1000 * 1000 * 1000,   /* and at most this long, while faults come that hints do not prevent */
  AFFINE_BATCH_BYTES = 128 << 10,     /* contiguous walks are hinted in pieces no smaller, */
  AFFINE_CALL_BYTES = 32 << 20,       /* and no larger at once */
};

/* Ticks between two looks at a sleeping loop's faults: four to eight milliseconds on common clocks. */
#define CHECK_TICKS UINT64_C(16000000)

/* More iterations than any loop has, without the hint bit. */
#define WHOLE_LOOP (PP_STRIP_HINT - 1)

#define PUBLIC __attribute__((visibility("default")))

/* Keeps the library's start and exit with the calls of compiled code in static programs. */
__attribute__((used)) static const char *const start_and_exit = &pp_library;

static uint64_t since(uint64_t now, uint64_t before) {
  return now > before ? now - before : 0; /* a forked child's counts start again */
}

static uint64_t add_saturated(uint64_t a, uint64_t b) {
  uint64_t sum;
  return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

/* What happened in this thread since its last strip or hint. */
struct observed {
  uint64_t faults, waits, pages_read, ns;
};

static struct observed observe(struct pp_thread *thread, struct pp_live_loop *live, uint64_t ticks) {
  struct pp_usage before = thread->usage;
  struct observed seen = {0};
  if (pp_os_thread_usage(&thread->usage)) {
    seen.faults = since(thread->usage.major_faults, before.major_faults);
    seen.waits = since(thread->usage.waits, before.waits);
    seen.pages_read = since(thread->usage.pages_read, before.pages_read);
  }
  seen.ns = pp_os_ticks_to_ns(since(ticks, thread->checked_at));
  thread->checked_at = ticks;
  thread->last = live;
  return seen;
}

/* Without locked instructions: a count lost between threads does no harm. */
static void count_entry(struct pp_live_loop *live, uint64_t trips) {
  pp_set(&live->entries, pp_get(&live->entries) + 1);
  pp_set(&live->unprobed, pp_get(&live->unprobed) + trips);
}

static void wake(struct pp_live_loop *live) {
  pp_set(&live->unprobed, 0);
  for (uint32_t i = 0; i < live->site_count; i++)
    pp_site_probe(&live->sites[i]);
  atomic_store_explicit(&live->asleep, false, memory_order_relaxed);
}

/* A sleeping loop: whether faults have come back, or it is time to look. */
static bool should_wake(struct pp_live_loop *live, const struct observed *seen, bool inside, uint64_t ticks) {
  uint64_t slept_ns = pp_os_ticks_to_ns(since(ticks, pp_get(&live->probed_at)));
  if (slept_ns < pp_get(&live->rest_ns))
    return false;
  if (inside)
    return seen->faults > 0;
  /* On entry the time since the last look was spent elsewhere as well: only a tenth of it in faults is a sign. */
  if (seen->faults * PP_FAULT_NS * 10 >= seen->ns && seen->faults)
    return true;
  return slept_ns > PROBE_AGAIN_NS && pp_get(&live->unprobed) > PROBE_AGAIN_ITERATIONS;
}

/* Iterations of an awake strip that suit every site: the least. */
static uint64_t suitable_strip(const struct pp_live_loop *live, bool probing) {
  uint64_t strip = live->planned_strip;
  if (live->fixed_strip)
    return strip;
  for (uint32_t i = 0; i < live->site_count; i++) {
    const struct pp_live_site *site = &live->sites[i];
    uint64_t suits = pp_get(&site->strip);
    if (site->kind == PP_KIND_GATHER)
      suits = PP_STRIP_PAGES;
    if (probing && pp_site_state(site) == PP_PROBING)
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
  uint64_t strip = suitable_strip(live, false);
  pp_set(&live->strip, strip);
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

static uint64_t decide(struct pp_live_loop *live, struct pp_thread *thread, uint64_t done, uint64_t ticks) {
  bool inside = done && thread->last == live;
  struct observed seen = observe(thread, live, ticks);
  if (inside && seen.faults) {
    /* A fault brings its whole read-around window: the more the device reads ahead, the dearer a miss. */
    uint64_t ns = PP_FAULT_NS + seen.pages_read / seen.faults * READ_PAGE_NS, known = pp_get(&pp_fault_ns);
    pp_set(&pp_fault_ns, known ? (3 * known + ns) / 4 : ns);
  }
  if (inside) {
    pp_count(&live->major_faults, seen.faults);
    pp_count(&live->waits, seen.waits);
    pp_count(&pp_totals.major_faults, seen.faults);
  }
  pp_set(&live->checked_at, ticks);
  bool fresh = !done;
  if (atomic_load_explicit(&live->asleep, memory_order_relaxed)) {
    if (!should_wake(live, &seen, inside, ticks))
      return sleep_on(live, inside);
    wake(live);
    fresh = true; /* what was known of addresses is older than the sleep */
  }
  bool hint = false;
  if (fresh)
    pp_hint_forget(thread);
  for (uint32_t i = 0; i < live->site_count; i++) {
    struct pp_live_site *site = &live->sites[i];
    if (fresh)
      pp_site_enter(site);
    if (inside)
      pp_site_adapt(site, seen.waits, seen.faults);
    hint |= pp_site_judge(site);
  }
  if (!hint)
    return go_to_sleep(live, ticks);
  uint64_t strip = suitable_strip(live, true);
  pp_set(&live->strip, strip);
  pp_count(&live->hinted_strips, 1);
  return strip | PP_STRIP_HINT;
}

/* All but the sleeping loop's short way. */
__attribute__((noinline)) static uint64_t strip_slowly(struct pp_loop *loop, uint64_t done, uint64_t trips, uint64_t ticks) {
  int kept = errno;
  uint64_t strip = WHOLE_LOOP;
  if (pp_settings.mode == PP_MODE_OFF) {
    __atomic_store_n(&loop->state, PP_LOOP_OFF, __ATOMIC_RELAXED);
  } else {
    struct pp_live_loop *live = pp_live_loop_of(loop);
    struct pp_thread *thread = live ? pp_thread_get() : NULL;
    if (thread) {
      pp_count(&live->strips, 1);
      if (!done)
        count_entry(live, trips);
      strip = decide(live, thread, done, ticks);
    }
  }
  errno = kept;
  return strip;
}

PUBLIC uint64_t __pp_strip(struct pp_loop *loop, uint64_t done, uint64_t trips) {
  struct pp_live_loop *live = __atomic_load_n(&loop->live, __ATOMIC_ACQUIRE);
  uint64_t ticks = pp_os_ticks();
  if (live && atomic_load_explicit(&live->asleep, memory_order_relaxed)) {
    if (ticks - pp_get(&live->checked_at) < CHECK_TICKS) {
      if (!done)
        count_entry(live, trips);
      return sleep_on(live, done != 0);
    }
  }
  return strip_slowly(loop, done, trips, ticks);
}

/* The record of a site that is to be hinted, or NULL. */
static struct pp_live_site *hinted_site(struct pp_site *site) {
  struct pp_live_site *live = __atomic_load_n(&site->live, __ATOMIC_ACQUIRE);
  return live && pp_site_state(live) != PP_ASLEEP ? live : NULL;
}

/* How an affine stream moves: bytes and pages that one iteration adds. */
struct walk {
  uintptr_t base;
  int64_t stride;
  uint64_t step; /* the stride's magnitude */
  uint64_t span;
  bool contiguous;
};

static uint64_t pages_an_iteration(const struct walk *walk) {
  uint64_t pages = walk->span / pp_os_page_size();
  return pages ? pages : 1;
}

/* Iterations that walk `pages` pages. */
static uint64_t iterations_for(const struct walk *walk, uint64_t pages) {
  uint64_t iterations = walk->contiguous ? pages * pp_os_page_size() / walk->step : pages / pages_an_iteration(walk);
  return iterations ? iterations : 1;
}

/* The iteration up to which hints should run now. */
static uint64_t affine_goal(const struct pp_live_site *site, const struct walk *walk, uint64_t done, uint64_t trips) {
  uint64_t strip = pp_get(&site->loop->strip), reach = iterations_for(walk, pp_site_reach(site));
  if (site->user_distance)
    reach = site->user_distance;
  if (site->flags & PP_SITE_INDEX)
    reach = add_saturated(reach, strip + PP_GATHER_MAX); /* the slices run ahead themselves */
  uint64_t goal = add_saturated(add_saturated(done, strip), reach);
  return goal < trips ? goal : trips;
}

/* Hints iterations [first, goal) of a walk without gaps. Returns where it stopped. */
static uint64_t hint_contiguous(struct pp_thread *thread, struct pp_live_site *site, const struct walk *walk, uint64_t first,
                                uint64_t goal) {
  uint64_t most = AFFINE_CALL_BYTES / walk->step;
  if (goal - first > (most ? most : 1))
    goal = first + (most ? most : 1);
  uintptr_t a = walk->base + first * (uint64_t)walk->stride, b = walk->base + (goal - 1) * (uint64_t)walk->stride;
  uintptr_t low = walk->stride < 0 ? b : a;
  uint64_t bytes = (goal - first - 1) * walk->step + walk->span;
  pp_hint_range(thread, site, low, bytes < AFFINE_CALL_BYTES ? bytes : AFFINE_CALL_BYTES);
  return goal;
}

/* The same for a walk with gaps: a piece an iteration. */
static uint64_t hint_pieces(struct pp_thread *thread, struct pp_live_site *site, const struct walk *walk, uint64_t first,
                            uint64_t goal, uint64_t block) {
  uint64_t page = pp_os_page_size(), most = walk->span > page ? AFFINE_CALL_BYTES / walk->span : PP_GATHER_MAX;
  if (most > PP_GATHER_MAX)
    most = PP_GATHER_MAX;
  if (goal - first > (most ? most : 1))
    goal = first + (most ? most : 1);
  if (walk->span > page) {
    for (uint64_t j = first; j < goal; j++)
      pp_hint_range(thread, site, walk->base + j * (uint64_t)walk->stride,
                    walk->span < AFFINE_CALL_BYTES ? walk->span : AFFINE_CALL_BYTES);
    return goal;
  }
  for (uint64_t j = first; j < goal; j++)
    thread->batch[j - first] = walk->base + j * (uint64_t)walk->stride;
  pp_hint_blocks(thread, site, thread->batch, goal - first, walk->span, block);
  return goal;
}

static uint64_t affine(struct pp_live_site *site, struct pp_thread *thread, const struct walk *walk, uint64_t done,
                       uint64_t trips, uint64_t ahead) {
  uint64_t first = ahead > done ? ahead : done, goal = affine_goal(site, walk, done, trips);
  pp_set(&site->strip, iterations_for(walk, PP_STRIP_PAGES));
  uint64_t block = walk->contiguous ? 0 : pp_walk_block(site, walk->base, walk->stride, trips);
  if (goal <= first)
    return ahead;
  if (!walk->contiguous)
    return hint_pieces(thread, site, walk, first, goal, block);
  /* A few pages more are not worth a call while many are under way. */
  bool urgent = goal == trips || first <= add_saturated(done, pp_get(&site->loop->strip)) || pp_settings.mode == PP_MODE_ALWAYS;
  if (!urgent && (goal - first) * walk->step < AFFINE_BATCH_BYTES)
    return ahead;
  return hint_contiguous(thread, site, walk, first, goal);
}

PUBLIC uint64_t __pp_affine(struct pp_site *site, uintptr_t base, int64_t stride, uint64_t span, uint64_t done, uint64_t trips,
                            uint64_t ahead) {
  struct pp_live_site *live = hinted_site(site);
  if (!live || done >= trips)
    return ahead;
  int kept = errno;
  struct pp_thread *thread = pp_thread_get();
  struct walk walk = {base, stride, stride < 0 ? -(uint64_t)stride : (uint64_t)stride, span ? span : 1, false};
  walk.contiguous = walk.step <= pp_os_page_size() || walk.span >= walk.step;
  if (!walk.step) { /* the same bytes in every iteration */
    if (thread && !ahead)
      pp_hint_range(thread, live, base, walk.span < AFFINE_CALL_BYTES ? walk.span : AFFINE_CALL_BYTES);
    ahead = trips;
  } else if (thread) {
    ahead = affine(live, thread, &walk, done, trips, ahead);
  }
  errno = kept;
  return ahead;
}

PUBLIC uint64_t __pp_gather_begin(struct pp_site *site, uint64_t done, uint64_t trips, uint64_t ahead) {
  struct pp_live_site *live = hinted_site(site);
  int kept = errno;
  uint64_t goal = 0;
  if (live && pp_thread_get()) {
    uint64_t first = ahead > done ? ahead : done;
    uint64_t reach = live->user_distance ? live->user_distance : pp_site_reach(live);
    goal = add_saturated(add_saturated(done, pp_get(&live->loop->strip)), reach);
    if (goal > first && goal - first > PP_GATHER_MAX)
      goal = first + PP_GATHER_MAX;
    goal = goal < trips ? goal : trips;
    pp_set(&live->trips, trips);
  }
  errno = kept;
  return goal;
}

PUBLIC uintptr_t *__pp_gather_batch(void) {
  return pp_thread_get()->batch;
}

PUBLIC void __pp_gather_end(struct pp_site *site, uintptr_t *batch, uint64_t count) {
  struct pp_live_site *live = __atomic_load_n(&site->live, __ATOMIC_ACQUIRE);
  int kept = errno;
  struct pp_thread *thread = pp_thread_get();
  if (live && thread && count && count <= PP_GATHER_MAX) {
    bool dense = atomic_load_explicit(&live->dense, memory_order_relaxed);
    uint64_t block = pp_gather_block(live, batch, count);
    if (!dense && block > pp_os_page_size())
      pp_hint_forget(thread); /* the filter knows single pages, not their blocks */
    pp_hint_blocks(thread, live, batch, count, live->element_bytes < block ? live->element_bytes : block, block);
  }
  errno = kept;
}
