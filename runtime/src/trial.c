/* SPDX-License-Identifier: MIT */
/* Hints are worth what the program would have waited for, and only a stretch without them tells that: read-ahead may have had the
 * pages ready, a memory limit may make a hint's own page the next to be pushed out. So both ways are timed, in the program's run.
 */
#include "trial.h"
#include "settings.h"

#include <inttypes.h>

enum {
  WINDOW = 32,                         /* strips of a walk (1 MiB each) that a pace is taken from: some windows of read-ahead */
  PAUSE_PARTS = 16,                    /* a pause's strips are so many times shorter */
  FAULTS_MIN = 8,                      /* major faults before they are taken for a sign */
  PAGES_A_WAIT = 32,                   /* read-ahead with the usual 128 KiB lets the program sleep once in 64 pages, at most */
  LOOK_MIN_NS = 3 * 1000 * 1000,       /* as little time tells enough of a loop that stands still in faults */
  REST_MIN_NS = 500 * 1000 * 1000,     /* between two trials at least, */
  PAUSE_AFTER_NS = 2000 * 1000 * 1000, /* before the first pause: it may cost some misses of milliseconds */
  SHARE = 50,                          /* a trial may take one part in so many of the time */
};

/* Times are compared with factors of up to a hundred. */
#define NS_MAX (UINT64_MAX / 128)

#define REST_MAX_NS UINT64_C(64000000000)

static uint64_t get_phase(const struct pp_trial *trial) {
  return atomic_load_explicit(&trial->phase, memory_order_relaxed);
}

static void clear(struct pp_pace *pace) {
  pp_set(&pace->iterations, 0);
  pp_set(&pace->ns, 0);
  pp_set(&pace->cpu_ns, 0);
  pp_set(&pace->faults, 0);
  pp_set(&pace->waits, 0);
}

static void copy(struct pp_pace *to, const struct pp_pace *from) {
  pp_set(&to->iterations, pp_get(&from->iterations));
  pp_set(&to->ns, pp_get(&from->ns));
  pp_set(&to->cpu_ns, pp_get(&from->cpu_ns));
  pp_set(&to->faults, pp_get(&from->faults));
  pp_set(&to->waits, pp_get(&from->waits));
}

/* Time of `iterations` at a pace, whose `what` is a time. */
static uint64_t ns_at(const struct pp_pace *pace, const pp_counter *what, uint64_t iterations) {
  uint64_t of = pp_get(&pace->iterations);
  unsigned __int128 ns = of ? (unsigned __int128)pp_get(what) * iterations / of : 0;
  return ns < NS_MAX ? (uint64_t)ns : NS_MAX;
}

bool pp_trial_hints_sequential(const struct pp_live_loop *live) {
  return pp_settings.mode == PP_MODE_ALWAYS || get_phase(&live->trial) == PP_TRIAL_HINT ||
         atomic_load_explicit(&live->trial.sequential_hinted, memory_order_relaxed);
}

void pp_trial_set_sequential(struct pp_live_loop *live, bool hinted) {
  atomic_store_explicit(&live->trial.sequential_hinted, hinted, memory_order_relaxed);
  if (get_phase(&live->trial) != PP_TRIAL_NONE)
    atomic_store_explicit(&live->trial.phase, PP_TRIAL_NONE, memory_order_relaxed);
  clear(&live->trial.now);
  clear(&live->trial.usual);
}

void pp_trial_forget(struct pp_live_loop *live) {
  if (get_phase(&live->trial) == PP_TRIAL_NONE)
    clear(&live->trial.now);
}

static bool is_sequential(const struct pp_live_site *site) {
  return atomic_load_explicit(&site->sequential, memory_order_relaxed);
}

/* Iterations of the loop's natural strip: the fastest walk's, or a gather's. `sequential`: only of walks that read-ahead follows;
 * 0 where there is none. */
static uint64_t natural_strip(const struct pp_live_loop *live, bool sequential) {
  uint64_t strip = 0;
  for (uint32_t i = 0; i < live->site_count; i++) {
    const struct pp_live_site *site = &live->sites[i];
    uint64_t suits = pp_site_strip(site);
    if (sequential ? !is_sequential(site) : pp_site_state(site) == PP_ASLEEP)
      continue;
    if (suits && (!strip || suits < strip))
      strip = suits;
  }
  return strip;
}

uint64_t pp_trial_strip(const struct pp_live_loop *live) {
  uint64_t strip = natural_strip(live, false) / PAUSE_PARTS;
  return strip ? strip : 1;
}

/* Whether what the walks of this entry read fits in memory. Where it does not, somebody has to make room; forced reads come in
 * small folios, and who asks for them reclaims for each: only where the program stands still anyway is that worth trying. */
static bool fits_in_memory(uint64_t strip, uint64_t trips) {
  uint64_t strips = trips / strip, bytes;
  return !__builtin_mul_overflow(strips, PP_STRIP_PAGES * (uint64_t)pp_os_page_size(), &bytes) &&
         bytes / 2 <= pp_os_memory_budget();
}

static void begin(struct pp_live_loop *live, enum pp_trial_phase phase, uint64_t skip) {
  struct pp_trial *trial = &live->trial;
  clear(&trial->now);
  pp_set(&trial->skip, skip);
  pp_set(&trial->settled_ns, 0);
  atomic_store_explicit(&trial->phase, phase, memory_order_relaxed);
  pp_log(PP_LOG_DEBUG, "%s:%u: trial %s", live->file, live->line, phase == PP_TRIAL_HINT ? "with hints" : "without hints");
}

/* The time before the next trial of a kind, after one that changed nothing: longer each time, and many times what it took. */
static void lengthen(pp_counter *rest, uint64_t least, uint64_t cost) {
  uint64_t ns = pp_get(rest) * 2;
  ns = ns > least ? ns : least;
  ns = ns > cost * SHARE ? ns : cost * SHARE;
  pp_set(rest, ns < REST_MAX_NS ? ns : REST_MAX_NS);
}

static void end(struct pp_live_loop *live, const char *outcome) {
  struct pp_trial *trial = &live->trial;
  pp_set(&trial->settled_ns, 0);
  pp_log(PP_LOG_DEBUG,
         "%s:%u: trial ends, %s: 1000 iterations take %" PRIu64 " ns (processor %" PRIu64 "), before %" PRIu64 " (%" PRIu64 ")",
         live->file, live->line, outcome, ns_at(&trial->now, &trial->now.ns, 1000), ns_at(&trial->now, &trial->now.cpu_ns, 1000),
         ns_at(&trial->usual, &trial->usual.ns, 1000), ns_at(&trial->usual, &trial->usual.cpu_ns, 1000));
  atomic_store_explicit(&trial->phase, PP_TRIAL_NONE, memory_order_relaxed);
  clear(&trial->now);
}

/* Whether a loop whose sequential walks are left to read-ahead stops more often than good read-ahead lets it: in faults, or for
 * pages that are under way. Where it does not, hints were no faster, and took twice the processor time (docs/figures.md). */
static bool stands_still(const struct pp_live_loop *live, uint64_t strip, uint64_t trips) {
  const struct pp_pace *now = &live->trial.now;
  uint64_t ns = pp_get(&now->ns), faults = pp_get(&now->faults), iterations = pp_get(&now->iterations);
  if (pp_get(&live->trial.settled_ns) < pp_get(&live->trial.rest_ns))
    return false;
  if (faults >= FAULTS_MIN && ns >= LOOK_MIN_NS && faults * PP_FAULT_NS * 10 >= ns)
    return true;
  uint64_t pages = iterations / strip * PP_STRIP_PAGES;
  return iterations >= WINDOW * strip && pp_get(&now->waits) * PAGES_A_WAIT >= pages && fits_in_memory(strip, trips);
}

static enum pp_verdict look_settled(struct pp_live_loop *live, uint64_t trips) {
  struct pp_trial *trial = &live->trial;
  uint64_t sequential = natural_strip(live, true), awake = natural_strip(live, false);
  bool left = sequential && !pp_trial_hints_sequential(live);
  if (left && stands_still(live, sequential, trips)) {
    copy(&trial->usual, &trial->now);
    begin(live, PP_TRIAL_HINT, 5 * sequential); /* what read-ahead has brought, and the first hints' own way */
    return PP_VERDICT_HINT;
  }
  uint64_t strip = awake ? awake : sequential;
  if (!strip || pp_get(&trial->now.iterations) < WINDOW * strip)
    return PP_VERDICT_NONE;
  copy(&trial->usual, &trial->now);
  clear(&trial->now);
  uint64_t pause = pp_get(&trial->pause_ns);
  if (awake && pp_get(&trial->settled_ns) > (pause ? pause : PAUSE_AFTER_NS))
    begin(live, PP_TRIAL_PAUSE, 4 * awake); /* that far hints have run ahead */
  return PP_VERDICT_NONE;
}

/* What a stretch with hints has shown. */
static void judge_hints(struct pp_live_loop *live) {
  struct pp_trial *trial = &live->trial;
  uint64_t iterations = pp_get(&trial->now.iterations);
  uint64_t ns = pp_get(&trial->now.ns), before = ns_at(&trial->usual, &trial->usual.ns, iterations);
  uint64_t cpu = pp_get(&trial->now.cpu_ns), cpu_before = ns_at(&trial->usual, &trial->usual.cpu_ns, iterations);
  /* Processor time is the user's as well; a loop that is twice as fast may spend it. */
  bool better = 8 * ns < 7 * before && (20 * cpu <= 21 * cpu_before || 2 * ns < before);
  if (!better)
    lengthen(&trial->rest_ns, REST_MIN_NS, ns);
  end(live, better ? "hints stay" : "no hints");
  pp_trial_set_sequential(live, better);
}

static enum pp_verdict look_hinted(struct pp_live_loop *live) {
  struct pp_trial *trial = &live->trial;
  uint64_t window = WINDOW * natural_strip(live, true), iterations = pp_get(&trial->now.iterations);
  uint64_t ns = pp_get(&trial->now.ns), before = ns_at(&trial->usual, &trial->usual.ns, iterations);
  bool over = iterations >= window, slow = ns > 2 * before && ns > LOOK_MIN_NS;
  if (over || slow)
    judge_hints(live);
  return PP_VERDICT_NONE;
}

void pp_trial_sleep(struct pp_live_loop *live) {
  struct pp_trial *trial = &live->trial;
  if (get_phase(trial) == PP_TRIAL_HINT && pp_get(&trial->now.iterations) >= WINDOW / 8 * natural_strip(live, true))
    judge_hints(live);
  else if (get_phase(trial) != PP_TRIAL_NONE)
    end(live, "all in memory");
  clear(&trial->now);
}

/* A pause ends at once when it is dear, also while pages are left that had been hinted before. */
static enum pp_verdict look_paused(struct pp_live_loop *live, bool settled) {
  struct pp_trial *trial = &live->trial;
  uint64_t iterations = pp_get(&trial->now.iterations);
  uint64_t ns = pp_get(&trial->now.ns), before = ns_at(&trial->usual, &trial->usual.ns, iterations);
  bool over = settled && iterations >= WINDOW * natural_strip(live, false), slow = ns > 2 * before && ns > LOOK_MIN_NS;
  if (!over && !slow)
    return PP_VERDICT_NONE;
  bool harmful = !slow && 100 * ns <= 103 * before;
  if (harmful)
    lengthen(&trial->rest_ns, REST_MIN_NS, ns);
  else
    lengthen(&trial->pause_ns, PAUSE_AFTER_NS, ns);
  end(live, harmful ? "no hints" : "hints stay");
  if (!harmful)
    return PP_VERDICT_NONE;
  pp_trial_set_sequential(live, false);
  return PP_VERDICT_STOP;
}

static void add(struct pp_live_loop *live, const struct pp_seen *seen, uint64_t iterations) {
  struct pp_trial *trial = &live->trial;
  struct pp_pace *now = &trial->now;
  pp_set(&trial->settled_ns, pp_get(&trial->settled_ns) + seen->ns);
  pp_set(&now->iterations, pp_get(&now->iterations) + iterations);
  pp_set(&now->ns, pp_get(&now->ns) + seen->ns);
  pp_set(&now->cpu_ns, pp_get(&now->cpu_ns) + seen->cpu_ns);
  pp_set(&now->faults, pp_get(&now->faults) + seen->faults);
  pp_set(&now->waits, pp_get(&now->waits) + seen->waits);
}

/* Whether the change of phase shows by now; if so, what was measured before is dropped. */
static bool has_settled(struct pp_trial *trial, uint64_t iterations) {
  uint64_t skip = pp_get(&trial->skip);
  if (!skip)
    return true;
  pp_set(&trial->skip, iterations < skip ? skip - iterations : 0);
  if (iterations >= skip)
    clear(&trial->now);
  return false;
}

/* Whether this thread measures the loop: the first that came, until it has not been seen for a second. */
static bool owns(struct pp_trial *trial, struct pp_thread *thread, uint64_t ticks) {
  struct pp_thread *owner = atomic_load_explicit(&trial->owner, memory_order_relaxed);
  if (owner == thread)
    return true;
  uint64_t seen_at = pp_get(&trial->seen_at);
  if (owner && (ticks < seen_at || pp_os_ticks_to_ns(ticks - seen_at) < 1000 * 1000 * 1000))
    return false;
  atomic_store_explicit(&trial->owner, thread, memory_order_relaxed);
  return true;
}

void pp_trial_restart(struct pp_live_loop *live, struct pp_thread *thread, uint64_t done, uint64_t ticks) {
  struct pp_trial *trial = &live->trial;
  if (!owns(trial, thread, ticks))
    return;
  pp_set(&trial->seen_at, ticks);
  pp_set(&trial->seen_done, done);
}

enum pp_verdict pp_trial_look(struct pp_live_loop *live, struct pp_thread *thread, const struct pp_seen *seen, uint64_t done,
                              uint64_t trips, uint64_t ticks) {
  struct pp_trial *trial = &live->trial;
  if (pp_settings.mode == PP_MODE_ALWAYS || !owns(trial, thread, ticks))
    return PP_VERDICT_NONE;
  uint64_t before = pp_get(&trial->seen_done);
  pp_set(&trial->seen_at, ticks);
  pp_set(&trial->seen_done, done);
  if (done <= before)
    return PP_VERDICT_NONE;
  add(live, seen, done - before);
  switch (get_phase(trial)) {
  case PP_TRIAL_HINT:
    return has_settled(trial, done - before) ? look_hinted(live) : PP_VERDICT_NONE;
  case PP_TRIAL_PAUSE: {
    enum pp_verdict verdict = look_paused(live, !pp_get(&trial->skip));
    if (get_phase(trial) == PP_TRIAL_PAUSE)
      has_settled(trial, done - before);
    return verdict;
  }
  default:
    return look_settled(live, trips);
  }
}
