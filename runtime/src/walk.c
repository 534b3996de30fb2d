/* SPDX-License-Identifier: MIT */
/* Affine streams: which of a walk's pages are hinted now. What the kernel's own read-ahead follows is left to it; the rest is
 * hinted in pieces no smaller than a call is worth, and no larger than the device should be kept busy with. */
#include "walk.h"
#include "hint.h"
#include "populate.h"
#include "settings.h"
#include "site.h"
#include "trial.h"

enum {
  AFFINE_BATCH_BYTES = 128 << 10, /* contiguous walks are hinted in pieces no smaller, */
  AFFINE_CALL_BYTES = 32 << 20,   /* and no larger at once */
  POPULATE_PAGES = 64,            /* new memory is made in pieces no smaller: they stay in the processor's cache */
  POPULATE_BYTES = 4 << 20,       /* and no larger: signals wait for one, and no more memory is taken before its time */
  PIECE_BYTES = 1 << 20,          /* longer walks are left to read-ahead from their beginning */
  FOLLOWED_BYTES = 64 << 10,      /* read-ahead follows walks with smaller steps: one miss brings many of them */
};

static uint64_t add_saturated(uint64_t a, uint64_t b) {
  uint64_t sum;
  return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
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
    reach = add_saturated(reach, strip + PP_GATHER_MAX); /* slices read it, and run ahead themselves */
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

/* Whether the kernel's read-ahead follows the walk. Over gaps it reads what lies in between as well: no harm where that fits in
 * memory, and a later walk may find it there. */
static bool is_followed(const struct walk *walk, uint64_t trips) {
  uint64_t extent;
  return walk->contiguous ||
         (walk->step <= FOLLOWED_BYTES && !__builtin_mul_overflow(walk->step, trips, &extent) && extent <= pp_os_memory_budget());
}

static uintptr_t page_above(uintptr_t address) {
  return (address + pp_os_page_size() - 1) & ~(pp_os_page_size() - 1);
}

static uintptr_t page_below(uintptr_t address) {
  return address & ~(pp_os_page_size() - 1);
}

struct piece {
  uintptr_t low, high;
};

/* What iterations [first, goal) of a walk without gaps touch. */
static struct piece piece_of(const struct walk *walk, uint64_t first, uint64_t goal) {
  uintptr_t a = walk->base + first * (uint64_t)walk->stride, b = walk->base + (goal - 1) * (uint64_t)walk->stride;
  return walk->stride < 0 ? (struct piece){b, a + walk->span} : (struct piece){a, b + walk->span};
}

/* Whole pages: one that two pieces share is the earlier one's, if all of it is the walk's. */
static struct piece pages_of(const struct walk *walk, uint64_t first, uint64_t goal, uint64_t trips) {
  struct piece piece = piece_of(walk, first, goal), all = piece_of(walk, 0, trips);
  if (walk->stride < 0) {
    uintptr_t low = page_below(piece.low), least = page_above(all.low);
    return (struct piece){low > least ? low : least, page_below(piece.high)};
  }
  uintptr_t high = page_above(piece.high), most = page_below(all.high);
  return (struct piece){page_above(piece.low), high < most ? high : most};
}

/* Makes the memory that the next strip is certain to overwrite. False where there is nothing to make. */
static bool populate(struct pp_live_site *site, struct pp_thread *thread, const struct walk *walk, uint64_t done, uint64_t trips,
                     uint64_t *ahead) {
  uint64_t first = *ahead > done ? *ahead : done, goal = add_saturated(done, pp_get(&site->loop->strip));
  uint64_t least = iterations_for(walk, POPULATE_PAGES), most = POPULATE_BYTES / walk->step;
  if (walk->span < walk->step || !most)
    return false;
  if (goal <= first)
    return atomic_load_explicit(&site->populates, memory_order_relaxed);
  uint64_t count = goal - first < least ? least : goal - first < most ? goal - first : most;
  goal = count && count < trips - first ? first + count : trips;
  struct piece pages = pages_of(walk, first, goal, trips);
  if (pages.low >= pages.high) { /* an end that is no whole page */
    bool populates = atomic_load_explicit(&site->populates, memory_order_relaxed);
    *ahead = populates ? goal : *ahead;
    return populates;
  }
  if (!pp_populate_serves(thread, site, pages.low, pages.high - pages.low))
    return false;
  pp_populate_walk(thread, site, pages.low, pages.high);
  *ahead = goal;
  return true;
}

/* A short walk by itself: it does not begin where the one before went, nor a little further on, so no read-ahead follows, and its
 * first miss reads what lies around it. Only of loops that are certain to get to the end. Notes where this one goes; threads
 * share that. */
static bool is_piece(struct pp_live_site *site, const struct walk *walk, uint64_t trips) {
  uint64_t extent;
  if (!(site->flags & PP_SITE_COUNTED) || site->user_distance || !walk->contiguous ||
      __builtin_mul_overflow(walk->step, trips - 1, &extent) || add_saturated(extent, walk->span) > PIECE_BYTES)
    return false;
  struct piece whole = piece_of(walk, 0, trips), last = {pp_get(&site->last_base), pp_get(&site->last_high)};
  pp_set(&site->last_base, whole.low);
  pp_set(&site->last_high, whole.high);
  bool upwards = whole.low > last.low && whole.low < last.high + AFFINE_BATCH_BYTES;
  bool downwards = whole.high < last.high && whole.high + AFFINE_BATCH_BYTES > last.low;
  return !(walk->stride < 0 ? downwards : upwards);
}

/* Hints a piece at once; of a site that probes only its beginning. */
static void hint_piece(struct pp_thread *thread, struct pp_live_site *site, const struct walk *walk, uint64_t trips) {
  uint64_t some = iterations_for(walk, PP_PROBE_PAGES);
  atomic_store_explicit(&site->sequential, false, memory_order_relaxed);
  hint_contiguous(thread, site, walk, 0, pp_site_state(site) == PP_PROBING && some < trips ? some : trips);
}

static uint64_t affine(struct pp_live_site *site, struct pp_thread *thread, const struct walk *walk, uint64_t done,
                       uint64_t trips, uint64_t ahead) {
  uint64_t first = ahead > done ? ahead : done, goal = affine_goal(site, walk, done, trips);
  pp_set(&site->strip, iterations_for(walk, PP_STRIP_PAGES));
  if (populate(site, thread, walk, done, trips, &ahead)) {
    atomic_store_explicit(&site->sequential, false, memory_order_relaxed);
    return ahead;
  }
  if (!done && !ahead && is_piece(site, walk, trips)) {
    hint_piece(thread, site, walk, trips);
    return trips;
  }
  if (ahead >= trips)
    return ahead;
  bool followed = is_followed(walk, trips);
  atomic_store_explicit(&site->sequential, followed, memory_order_relaxed);
  if (followed && !pp_trial_hints_sequential(site->loop))
    return ahead; /* left to the kernel's read-ahead, until it is seen to lag */
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

uint64_t pp_walk_hint(struct pp_thread *thread, struct pp_live_site *site, uint64_t base, int64_t stride, uint64_t span,
                      uint64_t done, uint64_t trips, uint64_t ahead) {
  struct walk walk = {base, stride, stride < 0 ? -(uint64_t)stride : (uint64_t)stride, span, false};
  if (!span)
    return trips; /* a guard is closed */
  walk.contiguous = walk.step <= pp_os_page_size() || walk.span >= walk.step;
  if (walk.step)
    return affine(site, thread, &walk, done, trips, ahead);
  if (!ahead) /* the same bytes in every iteration */
    pp_hint_range(thread, site, base, walk.span < AFFINE_CALL_BYTES ? walk.span : AFFINE_CALL_BYTES);
  return trips;
}
