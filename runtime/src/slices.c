/* SPDX-License-Identifier: MIT */
/* How far slices run ahead, and how often lanes that wait are visited. A kernel that can not say "absent" makes the first visit
 * of a load hint its page, and a later one read it: visits must outnumber a chain's depth within the distance. */
#include "slices.h"
#include "backend.h"
#include "dealt.h"
#include "hint.h"
#include "load.h"
#include "site.h"

#include <string.h>

enum {
  STEPS_A_VISIT = 4096, /* instructions, each for many lanes: rows longer than that go on in the next visit */
  STEPS_A_CALL = 65536,
  STEPS_BEHIND = 1 << 20,       /* what catching up with a loop that carries values may cost an entry */
  PAGES_A_CALL = PP_GATHER_MAX, /* then it is enough for one call */
  FIRST_LANES = 8,              /* while it is not known how many pages an iteration touches */
  FREE_LANES = 16,              /* a set with fewer is not worth a start */
  PROLOGUE_VISITS = 64,
  STRIP_MIN = 8, /* of chains: visits cost more than a few iterations */
  FAR_ITERATIONS = PP_GATHER_MAX,
  FOLLOWED = 4,     /* pages in a row before a load: no chance */
  ROW_PAGES = 1024, /* the rest of a longer row is a walk that read-ahead follows */
  NEAR_PART = 4,    /* of a strip: iterations that a thread hints itself where another is about to */
  SAMPLE = 64,      /* iterations before their pages are believed to be typical */
};

/* No piece is so long: a length that was computed from what is no length. */
#define SPAN_LIMIT (UINT64_C(1) << 46)

struct run {
  const struct pp_program *program;
  struct pp_live_loop *live;
  struct pp_thread *thread;
  struct pp_window *window;
  struct pp_lanes *lanes; /* of the visit under way */
  pp_vdso_pages *ask;     /* where the kernel tells of pages without a system call */
  uint64_t strip;
  uint64_t steps, room; /* what is left: instructions, pages */
  uint64_t pages;       /* hinted that were not hinted lately */
  uint64_t lanes_started;
};

static uint64_t add_saturated(uint64_t a, uint64_t b) {
  uint64_t sum;
  return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

static bool is_wanted(const struct run *run, unsigned site) {
  return pp_site_state(&run->live->sites[site]) != PP_ASLEEP;
}

static void count_lanes(struct run *run, uint64_t started) {
  pp_count(&pp_totals.lanes, started);
  run->lanes_started += started;
  for (uint32_t i = 0; i < run->live->site_count; i++)
    if (is_wanted(run, i))
      pp_count(&run->live->sites[i].lanes, started);
}

/* ---- hints ---- */

static void hint_addresses(struct run *run, struct pp_live_site *site, const uintptr_t *addresses, size_t count) {
  bool dense = atomic_load_explicit(&site->dense, memory_order_relaxed);
  /* What the site will read in this entry, by what it has read in an iteration so far: a chain's sites differ. */
  pp_count(&site->addresses, count);
  uint64_t trips = run->window->trips, lanes = pp_get(&site->lanes), reads;
  reads = lanes && !__builtin_mul_overflow(trips, pp_get(&site->addresses), &reads) ? reads / lanes : trips;
  pp_set(&site->trips, reads);
  uint64_t block = pp_gather_block(site, addresses, count);
  if (!dense && block > pp_os_page_size())
    pp_hint_forget(run->thread); /* the filter knows single pages, not their blocks */
  uint64_t repeats = pp_get(&site->repeats);
  pp_hint_blocks(run->thread, site, addresses, count, 1, block);
  repeats = block > pp_os_page_size() ? 0 : pp_get(&site->repeats) - repeats; /* and other threads' */
  run->pages += repeats < count ? count - repeats : 0;
}

/* Hints at most PP_GATHER_MAX addresses at once. */
static void hint_pieces(struct run *run, struct pp_live_site *site, const uintptr_t *addresses, size_t count) {
  for (size_t done = 0, part; done < count; done += part) {
    part = count - done < PP_GATHER_MAX ? count - done : PP_GATHER_MAX;
    hint_addresses(run, site, addresses + done, part);
  }
}

static void flush_rows(struct run *run) {
  struct pp_thread *thread = run->thread;
  for (size_t i = 0; i < thread->rows; i++)
    pp_hint_range(thread, &run->live->sites[thread->row_sites[i]], (uintptr_t)thread->row_ranges[i].iov_base,
                  thread->row_ranges[i].iov_len);
  thread->rows = 0;
}

/* Hints what was noted, site by site. Not in a visit: there the stack is too deep for it. */
static void flush(struct run *run) {
  struct pp_thread *thread = run->thread;
  size_t noted = thread->noted, hinted = 0;
  thread->noted = 0;
  flush_rows(run);
  for (unsigned site = 0; hinted < noted; site++) {
    size_t count = thread->noted_of[site];
    thread->noted_of[site] = 0;
    hinted += count;
    if (!count)
      continue;
    const uintptr_t *addresses = thread->notes;
    for (size_t i = 0, next = 0; count < noted && next < count; i++)
      if (thread->note_sites[i] == site)
        thread->chosen[next++] = thread->notes[i];
    hint_pieces(run, &run->live->sites[site], count < noted ? thread->chosen : addresses, count);
  }
}

static bool is_full(const struct pp_thread *thread) {
  return thread->noted >= PP_GATHER_MAX || thread->rows >= PP_LANES;
}

static inline void note(struct run *run, unsigned site, uintptr_t address) {
  struct pp_thread *thread = run->thread;
  run->room -= run->room > 0;
  thread->notes[thread->noted] = address;
  thread->note_sites[thread->noted++] = (unsigned char)site;
  thread->noted_of[site]++;
}

/* Notes `count` addresses that stand behind the notes already. */
static void note_more(struct run *run, unsigned site, size_t count) {
  struct pp_thread *thread = run->thread;
  run->room -= run->room < count ? run->room : count;
  memset(thread->note_sites + thread->noted, (int)site, count);
  thread->noted += count;
  thread->noted_of[site] += (uint32_t)count;
}

static void note_row(struct run *run, unsigned site, uintptr_t address, uint64_t bytes, uint64_t pages) {
  struct pp_thread *thread = run->thread;
  run->pages += pages;
  run->room -= run->room < pages ? run->room : pages;
  thread->row_ranges[thread->rows] = (struct iovec){(void *)address, bytes};
  thread->row_sites[thread->rows++] = (unsigned char)site;
}

/* A piece that does not end in the page in which it begins. */
__attribute__((noinline)) static void note_long(struct run *run, unsigned site, uintptr_t address, uint64_t span) {
  uintptr_t page = pp_os_page_size(), end;
  if (span > SPAN_LIMIT || __builtin_add_overflow(address, span, &end))
    return;
  uint64_t pages = (end - 1) / page - address / page + 1;
  if (pages > PP_ROW_PAGES) {
    bool whole = pages <= ROW_PAGES;
    note_row(run, site, address, whole ? span : ROW_PAGES * page, whole ? pages : ROW_PAGES);
    return;
  }
  note(run, site, address);
  for (uintptr_t at = (address & ~(page - 1)) + page; at < end; at += page)
    note(run, site, at);
}

/* All lanes, one length, no piece that reaches into another page, no iteration that is too late: so most gathers are, and this
 * vectorises. False, with nothing done, otherwise. */
static bool note_all(struct run *run, unsigned site, const uint64_t addresses[PP_LANES], uint64_t span) {
  uintptr_t in_page = pp_os_page_size() - 1, ends = 0;
  if (!span || span > in_page || run->lanes->first < run->window->done)
    return false;
  for (unsigned lane = 0; lane < PP_LANES; lane++)
    ends |= (addresses[lane] & in_page) + span - 1;
  if (ends > in_page)
    return false;
  memcpy(run->thread->notes + run->thread->noted, addresses, PP_LANES * sizeof *addresses);
  note_more(run, site, PP_LANES);
  return true;
}

/* Lane by lane. */
__attribute__((noinline)) static void note_each(struct run *run, pp_lane_set lanes, unsigned site,
                                                const uint64_t addresses[PP_LANES], const uint64_t *spans, unsigned step) {
  uintptr_t in_page = pp_os_page_size() - 1;
  const uint64_t *iterations = run->lanes->iteration, done = run->window->done;
  uintptr_t *notes = run->thread->notes + run->thread->noted;
  size_t count = 0;
  pp_lane_set longer = 0; /* pieces that reach into another page */
  for (pp_lane_set left = lanes; left; left &= left - 1) {
    unsigned lane = (unsigned)__builtin_ctzll(left);
    uint64_t span = spans[lane * step], address = addresses[lane];
    if (!span || iterations[lane] < done)
      continue;
    if (span > in_page || (address & in_page) + span > in_page + 1)
      longer |= UINT64_C(1) << lane;
    else
      notes[count++] = address;
  }
  note_more(run, site, count);
  for (pp_lane_set left = longer; left; left &= left - 1) {
    unsigned lane = (unsigned)__builtin_ctzll(left);
    note_long(run, site, addresses[lane], spans[lane * step]);
  }
}

static void hint(void *context, pp_lane_set lanes, unsigned site, const uint64_t addresses[PP_LANES], const uint64_t *spans,
                 unsigned step) {
  struct run *run = context;
  if (!is_wanted(run, site))
    return;
  if (step || ~lanes || !note_all(run, site, addresses, spans[0]))
    note_each(run, lanes, site, addresses, spans, step);
  run->lanes->enough = is_full(run->thread);
}

/* ---- loads ---- */

/* The site whose addresses the load at `number` leads to: that of the next hint that is wanted; in a loop that may be one before.
 * -1 where there is none. */
static int site_behind(const struct run *run, unsigned number) {
  int found = -1;
  for (unsigned i = 0; i < run->program->instruction_count; i++) {
    const struct pp_instruction *in = &run->program->instructions[i];
    if (in->op != PP_OP_HINT || !is_wanted(run, in->to))
      continue;
    found = in->to;
    if (i > number)
      break;
  }
  return found;
}

static bool is_there(const struct run *run, uintptr_t address) {
  if (run->ask)
    return run->ask((const void *)address, 1, 0) == (long)(UINT64_C(1) << 32);
  return pp_load_knows(&run->thread->loads, address);
}

/* Whether a load goes on where others were a moment before, page after page: the kernel's read-ahead follows such a walk, and a
 * page that is read by itself breaks it off. */
static bool follows(const struct run *run, uintptr_t address) {
  uintptr_t page = pp_os_page_size();
  for (unsigned before = 1; before <= FOLLOWED; before++)
    if (run->ask || address < (FOLLOWED + 1) * page || !pp_load_knows(&run->thread->loads, address - before * page))
      return false;
  return true;
}

/* The lanes that had better wait: what they would load is not known to be there. It is hinted. */
static pp_lane_set find_absent(struct run *run, pp_lane_set lanes, const uint64_t addresses[PP_LANES]) {
  int site = site_behind(run, run->lanes->at);
  pp_lane_set absent = 0;
  if (site < 0)
    return 0;
  for (pp_lane_set left = lanes; left; left &= left - 1) {
    unsigned lane = (unsigned)__builtin_ctzll(left);
    bool late = run->lanes->iteration[lane] < run->window->done; /* a program in order catches up: the loop has been there */
    if (late || is_there(run, addresses[lane]) || follows(run, addresses[lane]))
      continue;
    absent |= UINT64_C(1) << lane;
    note(run, (unsigned)site, addresses[lane]);
  }
  run->lanes->enough = is_full(run->thread);
  return absent;
}

static struct pp_loaded load(void *context, pp_lane_set lanes, pp_lane_set waited, const uint64_t addresses[PP_LANES],
                             unsigned bytes, bool steady, uint64_t values[PP_LANES]) {
  struct run *run = context;
  struct pp_loaded done = {0, 0};
  bool dependent = run->live->dependent[run->lanes->at / 64] >> run->lanes->at % 64 & 1;
  if (dependent)
    done.absent = find_absent(run, lanes & ~waited, addresses);
  done.loaded = pp_load(&run->thread->loads, lanes & ~done.absent, addresses, bytes, steady, values);
  return done;
}

/* ---- how far, how often ---- */

/* Iterations that touch `pages` pages at a time: a chain has one page under way. */
static uint64_t iterations_for(const struct run *run, uint64_t pages) {
  uint64_t rate = pp_get(&run->live->rate), depth = pp_get(&run->live->depth);
  if (!rate)
    return FIRST_LANES;
  uint64_t iterations = pages * PP_RATE_ITERATIONS * (depth ? depth : 1) / rate;
  return iterations < 1 ? 1 : iterations < FAR_ITERATIONS ? iterations : FAR_ITERATIONS;
}

/* Iterations ahead of use of the site that looks furthest; of chains at least as many as their visits need. */
static uint64_t reach_of(const struct run *run) {
  uint64_t depth = pp_get(&run->live->depth), reach = depth ? (depth + 2) * STRIP_MIN : 1;
  for (uint32_t i = 0; i < run->live->site_count; i++) {
    const struct pp_live_site *site = &run->live->sites[i];
    if (site->kind == PP_KIND_AFFINE || pp_site_state(site) == PP_ASLEEP)
      continue;
    uint64_t pages = pp_site_reach(site);
    /* A chain that probes goes as far as one that is awake: lanes that are started when it wakes would come too late. */
    if (depth && pages < PP_STRIP_PAGES)
      pages = PP_STRIP_PAGES;
    uint64_t wants = site->user_distance ? site->user_distance : iterations_for(run, pages);
    reach = wants > reach ? wants : reach;
  }
  return reach;
}

/* The iteration up to which slices should be started now. */
static uint64_t goal_of(const struct run *run) {
  uint64_t goal = add_saturated(add_saturated(run->window->done, run->strip), reach_of(run));
  for (unsigned i = 0; i < run->window->set_count; i++) {
    const struct pp_lanes *lanes = &run->window->sets[i];
    if (lanes->stopped && lanes->last + 1 < goal)
      goal = lanes->last + 1;
  }
  uint64_t trusted = run->window->trust ? add_saturated(run->window->done, 2 * run->window->trust) : goal;
  goal = trusted < goal ? trusted : goal;
  return goal < run->window->trips ? goal : run->window->trips;
}

/* Iterations whose slices have run to their end, or were given up. */
__attribute__((noinline)) static uint64_t ended(const struct pp_window *window) {
  uint64_t live = 0, started = window->started - window->others;
  for (unsigned i = 0; i < window->set_count; i++)
    live += (uint64_t)__builtin_popcountll(window->sets[i].live);
  return started > live ? started - live : 0;
}

/* What an iteration touches, from enough of them. Of those that have ended: the others' pages are counted too early, which makes
 * the distance too short at first, and not too long. */
static void learn_rate(struct run *run, uint64_t ended_before) {
  struct pp_window *window = run->window;
  uint64_t now = ended(window), known = pp_get(&run->live->rate);
  window->sample_pages += run->pages;
  window->sample_iterations += now > ended_before ? now - ended_before : 0;
  if (!window->sample_iterations || (window->sample_iterations < SAMPLE && known))
    return;
  uint64_t pages = window->sample_pages * PP_RATE_ITERATIONS / window->sample_iterations;
  pages = pages ? pages : 1;
  pp_set(&run->live->rate, known ? (3 * known + pages) / 4 : pages);
  window->sample_pages = window->sample_iterations = 0;
}

/* The strip that suits: as many pages as a decision is worth, and of chains short enough for their visits. */
static uint64_t suitable_strip(const struct run *run) {
  uint64_t rate = pp_get(&run->live->rate), depth = pp_get(&run->live->depth);
  uint64_t strip = rate ? PP_STRIP_PAGES * PP_RATE_ITERATIONS / rate : PP_STRIP_PAGES;
  strip = strip < 1 ? 1 : strip < FAR_ITERATIONS ? strip : FAR_ITERATIONS;
  uint64_t under_way = run->window->started - run->window->done, reach = reach_of(run);
  uint64_t often = depth ? (reach < under_way ? reach : under_way) / (depth + 2) : strip;
  often = often < STRIP_MIN ? STRIP_MIN : often;
  return strip < often ? strip : often;
}

static bool has_budget(const struct run *run) {
  return run->steps && run->room && !is_full(run->thread);
}

/* ---- visits ---- */

static void visit(struct run *run, struct pp_lanes *lanes, uint64_t end, bool patient) {
  const struct pp_program_io io = {.context = run, .load = load, .hint = hint};
  uint64_t most = run->steps < STEPS_A_VISIT ? run->steps : STEPS_A_VISIT;
  run->lanes = lanes;
  lanes->patient = patient;
  run->steps -= most - pp_lanes_visit(lanes, run->program, run->thread->environment, end, most, &io);
  pp_count(&pp_totals.visits, 1);
}

/* What a set waits for goes out before the next one is visited, which may block: so the device is never without work. */
static void visit_all(struct run *run) {
  for (unsigned i = 0; i < run->window->set_count && has_budget(run); i++) {
    struct pp_lanes *lanes = &run->window->sets[i];
    if (!lanes->live)
      continue;
    visit(run, lanes, run->window->trips, false);
    if (lanes->waiting)
      flush(run);
  }
}

static bool anything_waits(const struct run *run) {
  for (unsigned i = 0; i < run->window->set_count; i++)
    if (run->window->sets[i].waiting)
      return true;
  return false;
}

/* A set with room for some lanes. */
static struct pp_lanes *find_room(struct pp_window *window) {
  for (unsigned i = 0; i < window->set_count; i++)
    if (PP_LANES - __builtin_popcountll(window->sets[i].live) >= FREE_LANES)
      return &window->sets[i];
  return window->set_count < PP_LANE_SETS ? &window->sets[window->set_count++] : NULL;
}

/* Starts the iterations up to the goal, and runs them as far as they go without waiting. */
static void start_lanes(struct run *run) {
  struct pp_window *window = run->window;
  for (uint64_t goal; has_budget(run) && window->started < (goal = goal_of(run));) {
    struct pp_lanes *lanes = find_room(window);
    if (!lanes)
      return;
    uint64_t most = pp_get(&run->live->rate) ? PP_LANES : FIRST_LANES, room = PP_LANES - __builtin_popcountll(lanes->live);
    uint64_t count = pp_dealt_take(&run->thread->sharing, window, goal, room < most ? room : most);
    if (!count)
      return;
    unsigned started = pp_lanes_start(lanes, run->program, run->thread->environment, window->started, count);
    window->started += started;
    count_lanes(run, started);
    do
      visit(run, lanes, window->trips, true);
    while (has_budget(run) && lanes->live & ~lanes->waiting);
    if (most == FIRST_LANES)
      return; /* first see what these touch */
  }
}

/* Iterations behind the loop are of no use any more, nor is an exit that the loop did not take. */
static void drop_late(struct pp_window *window) {
  if (window->started < window->done)
    window->started = window->done;
  for (unsigned i = 0; i < window->set_count; i++) {
    pp_lanes_drop_before(&window->sets[i], window->done);
    if (window->sets[i].stopped && window->sets[i].last < window->done)
      window->sets[i].stopped = false;
  }
}

/* The first iteration of a set that still waits for data. */
static uint64_t first_waiting(const struct pp_lanes *lanes) {
  uint64_t first = UINT64_MAX;
  for (pp_lane_set left = lanes->waiting; left; left &= left - 1) {
    uint64_t iteration = lanes->iteration[__builtin_ctzll(left)];
    first = iteration < first ? iteration : first;
  }
  return first;
}

/* Iterations between the loop and the first that still waits. */
__attribute__((noinline)) static uint64_t lead(const struct pp_window *window) {
  uint64_t first = UINT64_MAX;
  for (unsigned i = 0; i < window->set_count; i++) {
    uint64_t of_set = window->sets[i].waiting ? first_waiting(&window->sets[i]) : UINT64_MAX;
    first = of_set < first ? of_set : first;
  }
  return first > window->done ? first - window->done : 0;
}

/* Lanes that the loop is about to reach are run to their end: it would stand still for each of their pages as well, and the
 * kernel would read what lies around them. */
static void catch_up(struct run *run) {
  struct pp_window *window = run->window;
  uint64_t near = add_saturated(window->done, STRIP_MIN);
  for (unsigned i = 0; i < window->set_count; i++) {
    struct pp_lanes *lanes = &window->sets[i];
    for (unsigned visits = 0; visits < PROLOGUE_VISITS && has_budget(run) && lanes->waiting && first_waiting(lanes) < near;
         visits++) {
      visit(run, lanes, window->trips, false);
      flush(run);
    }
  }
}

/* Before the loop goes on for the first time: its first misses would read what lies around them, and in order. */
static void run_prologue(struct run *run) {
  struct pp_window *window = run->window;
  struct pp_live_loop *live = run->live;
  bool chains = false;
  for (unsigned visits = 1; visits < PROLOGUE_VISITS && has_budget(run); visits++) {
    bool waits = anything_waits(run);
    flush(run);
    if (waits && !chains) {
      chains = true;
      run->steps = STEPS_A_CALL * PP_LANE_SETS;
      run->room = PAGES_A_CALL * PP_LANE_SETS;
      pp_set(&live->depth, 0);
    }
    if (!waits && chains && !pp_get(&live->depth))
      pp_set(&live->depth, visits - 1); /* the distance follows from it, */
    if (!waits && !pp_get(&live->rate)) /* and from what the first ones touched */
      pp_set(&live->rate, run->pages ? run->pages * PP_RATE_ITERATIONS / (window->started - window->done) : 1);
    if (!waits && window->started >= goal_of(run))
      return;
    visit_all(run);
    start_lanes(run);
  }
}

/* Where other threads rely on what this one has taken, its lanes do not wait for its next call, which may come late. */
static void finish_lanes(struct run *run) {
  for (unsigned visits = 0; visits < PROLOGUE_VISITS && has_budget(run) && anything_waits(run); visits++) {
    flush(run);
    visit_all(run);
  }
}

/* By themselves, this and the next: what hints in the end stands on as little stack as may be. */
__attribute__((noinline)) static void run_freely(struct run *run) {
  struct pp_window *window = run->window;
  drop_late(window);
  visit_all(run);
  start_lanes(run);
  if (!window->begun)
    run_prologue(run);
  if (window->dealt)
    finish_lanes(run);
  catch_up(run);
}

/* ---- programs that carry values ---- */

/* Takes the loop's own values at its entry, and goes to the iteration where the loop is now. */
static void begin_in_order(struct run *run, struct pp_lanes *lanes) {
  struct pp_window *window = run->window;
  window->set_count = 1;
  pp_lanes_clear(lanes);
  window->started = pp_lanes_start(lanes, run->program, run->thread->environment, 0, 1);
  run->steps = STEPS_BEHIND;
  while (run->steps && lanes->live && lanes->iteration[0] < window->done && !is_full(run->thread))
    visit(run, lanes, window->done, false);
  window->lost = window->done && (!lanes->suspended || lanes->iteration[0] < window->done);
  run->steps = STEPS_A_CALL;
}

__attribute__((noinline)) static void run_in_order(struct run *run) {
  struct pp_window *window = run->window;
  struct pp_lanes *lanes = window->sets;
  if (!window->begun)
    begin_in_order(run, lanes);
  uint64_t before = lanes->iteration[0];
  for (unsigned visits = 0; !window->lost && has_budget(run); visits++) {
    uint64_t goal = goal_of(run);
    if (lanes->suspended && lanes->iteration[0] < goal)
      pp_lanes_start(lanes, run->program, run->thread->environment, lanes->iteration[0], 1);
    if (!lanes->live || (visits && lanes->waiting && (window->begun || visits > PROLOGUE_VISITS)))
      break;
    if (lanes->waiting)
      flush(run);
    visit(run, lanes, goal, false);
  }
  window->lost |= !lanes->live && !lanes->suspended;
  window->started += lanes->iteration[0] - before;
  count_lanes(run, lanes->iteration[0] - before);
}

/* Whether there is anything to hint, and what it takes. */
__attribute__((noinline)) static bool prepare(struct run *run) {
  bool wanted = false;
  for (uint32_t i = 0; i < run->live->site_count; i++)
    wanted |= run->live->sites[i].kind != PP_KIND_AFFINE && is_wanted(run, i);
  if (!wanted || run->window->lost ||
      (run->live->loads &&
       !pp_load_begin(&run->thread->loads, run->window, run->window->begun && run->window->entry == pp_get(&run->live->entries))))
    return false;
  if (!run->window->sets)
    run->window->sets = pp_os_map(PP_LANE_SETS * sizeof *run->window->sets);
  return run->window->sets != NULL;
}

/* What was seen of this call's lanes, and the strip that follows. */
__attribute__((noinline)) static uint64_t learn(struct run *run, uint64_t ended_before) {
  struct pp_window *window = run->window;
  window->begun = true;
  window->entry = pp_get(&run->live->entries);
  learn_rate(run, ended_before);
  uint64_t suits = suitable_strip(run), strip = suits < run->strip ? suits : run->strip;
  for (uint32_t i = 0; i < run->live->site_count; i++)
    if (run->live->sites[i].kind != PP_KIND_AFFINE)
      pp_set(&run->live->sites[i].strip, suits);
  /* The nearer a lane that waits, the sooner it is visited again. */
  uint64_t near = window->lost ? UINT64_MAX : lead(window) / 2;
  near = near < STRIP_MIN ? STRIP_MIN : near;
  strip = near < strip ? near : strip;
  /* The loop does not overtake its slices. */
  uint64_t until = window->dealt ? pp_dealt_leave(&run->thread->sharing) : window->started;
  uint64_t known = until > window->done ? until - window->done : STRIP_MIN;
  return known < strip && window->started < window->trips && !window->lost ? known : strip;
}

uint64_t pp_slices_run(const struct pp_program *program, struct pp_live_loop *live, struct pp_thread *thread,
                       struct pp_window *window, uint64_t strip) {
  struct run run = {program, live, thread, window, NULL, pp_backend_ask(), strip, STEPS_A_CALL, PAGES_A_CALL, 0, 0};
  if (!prepare(&run))
    return strip;
  thread->sharing =
      (struct pp_dealt){.live = window->dealt ? live : NULL, .near = add_saturated(window->done, strip / NEAR_PART + 1)};
  uint64_t before = ended(window);
  if (program->carried_count)
    run_in_order(&run);
  else
    run_freely(&run);
  flush(&run);
  if (!thread->sharing.again) /* together with what they hinted: other threads may judge */
    pp_count(&live->lanes, run.lanes_started);
  return learn(&run, before);
}
