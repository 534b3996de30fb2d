/* SPDX-License-Identifier: MIT */
/* Unit tests of slices in the whole runtime: each iteration once, chains, values that are carried, checks kept, windows of nested
 * and recursive loops, signal handlers that come in between, rows longer than any budget. Results and counts; no time. */
#include "expect.h"

#include "hint.h"
#include "load.h"
#include "pageprefetch.h"
#include "settings.h"
#include "site.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

enum { PAGE = 4096, CODE = 24, VALUES = 6 };

/* A loop of slices alone, with one gather. */
struct sliced {
  struct pp_site site;
  struct pp_instruction code[CODE];
  struct pp_program slices;
  struct pp_loop loop;
  uint64_t values[VALUES];
};

/* `code` ends with an END or STOP that nothing follows. */
static void make(struct sliced *sliced, const struct pp_instruction *code, unsigned count, unsigned carried) {
  *sliced = (struct sliced){
      .site = {.kind = PP_KIND_GATHER, .element_bytes = 8, .line = 1, .file = "s.c"},
      .slices = {.instruction_count = (uint16_t)count,
                 .environment_count = VALUES,
                 .carried_count = (uint16_t)carried,
                 .register_count = 8,
                 .site_count = 1},
      .loop =
          {.version = PP_ABI_VERSION, .site_count = 1, .environment_count = VALUES, .file = "s.c", .function = "f", .line = 1},
  };
  assert_true(count <= CODE);
  memcpy(sliced->code, code, count * sizeof *code);
  sliced->slices.instructions = sliced->code;
  sliced->loop.sites = &sliced->site;
  sliced->loop.slices = &sliced->slices;
}

#define MAKE(sliced, carried, ...)                                                                                               \
  do {                                                                                                                           \
    const struct pp_instruction code_[] = {__VA_ARGS__};                                                                         \
    make(sliced, code_, sizeof code_ / sizeof *code_, carried);                                                                  \
  } while (0)

#define LOAD(r, from, width)                                                                                                     \
  { .op = PP_OP_LOAD, .to = r, .left = from, .bytes = width }
#define BY(operation, r, from, number)                                                                                           \
  { .op = operation, .to = r, .left = from, .flags = PP_RIGHT_IMMEDIATE, .immediate = number }
#define WITH(operation, r, from, slot)                                                                                           \
  { .op = operation, .to = r, .left = from, .flags = PP_RIGHT_ENVIRONMENT, .immediate = slot }
#define ITERATION(r)                                                                                                             \
  { .op = PP_OP_ITERATION, .to = r }
#define HINT(from, span)                                                                                                         \
  { .op = PP_OP_HINT, .left = from, .flags = PP_RIGHT_IMMEDIATE, .immediate = span }
#define END                                                                                                                      \
  { .op = PP_OP_END }
/* r = element i of the array of 8-byte values at environment[slot] */
#define INDEX(r, slot) ITERATION(r), BY(PP_OP_MULTIPLY, r, r, 8), WITH(PP_OP_ADD, r, r, slot), LOAD(r, r, 8)
/* r = element r of the array of 8-byte values at environment[slot] */
#define FOLLOW(r, slot) BY(PP_OP_MULTIPLY, r, r, 8), WITH(PP_OP_ADD, r, r, slot), LOAD(r, r, 8)

static uint64_t call(struct sliced *sliced, uint64_t done, uint64_t trips) {
  const uint64_t *v = sliced->values;
  return __pp_strip(&sliced->loop, done, trips, v[0], v[1], v[2], v[3], v[4], v[5]);
}

/* Runs the strips; between two of them nothing happens, or what the caller wants. */
static void run(struct sliced *sliced, uint64_t trips, void (*between)(void *context, uint64_t done), void *context) {
  for (uint64_t done = 0, n; done < trips; done += n) {
    n = call(sliced, done, trips);
    n = n < trips - done ? n : trips - done;
    assert_true(n > 0);
    if (between)
      between(context, done);
  }
}

static struct pp_live_site *live(const struct sliced *sliced) {
  return sliced->site.live;
}

static uint64_t touched(const struct sliced *sliced) {
  return pp_get(&live(sliced)->pages) + pp_get(&live(sliced)->repeats);
}

static uint64_t next_random(uint64_t *state) {
  /* xorshift64, Marsaglia 2003 */
  *state ^= *state << 13;
  *state ^= *state >> 7;
  return *state ^= *state << 17;
}

static uint64_t *map(uint64_t count) {
  uint64_t *memory = mmap(NULL, count * 8, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  assert_true(memory != MAP_FAILED);
  return memory;
}

static uint64_t *random_values(uint64_t count, uint64_t range) {
  uint64_t *values = map(count), random = 88172645463325252u;
  for (uint64_t i = 0; i < count; i++)
    values[i] = next_random(&random) % range;
  return values;
}

static uint64_t lanes(void) {
  return pp_get(&pp_totals.lanes);
}

static void every_iteration_is_run_once(void **state) {
  enum { TRIPS = 30000 };
  struct sliced sliced;
  MAKE(&sliced, 0, INDEX(0, 0), BY(PP_OP_MULTIPLY, 0, 0, PAGE), WITH(PP_OP_ADD, 0, 0, 1), HINT(0, 8), END);
  uint64_t *index = random_values(TRIPS, TRIPS);
  sliced.values[0] = (uintptr_t)index, sliced.values[1] = (uintptr_t)map((uint64_t)TRIPS * PAGE / 8);
  for (int entry = 0; entry < 2; entry++) {
    uint64_t before = lanes(), touched_before = entry ? touched(&sliced) : 0;
    run(&sliced, TRIPS, NULL, NULL);
    assert_int_equal(lanes() - before, TRIPS);
    assert_true(touched(&sliced) - touched_before >= TRIPS); /* or more, where it reads large blocks */
  }
  munmap((void *)(uintptr_t)sliced.values[1], (uint64_t)TRIPS * PAGE);
  munmap(index, TRIPS * 8);
}

/* d[c[b[a[i]]]]: each lane comes to its end, whatever is in memory. */
static void chains_come_to_their_end(void **state) {
  enum { TRIPS = 5000, RANGE = 1 << 20 };
  struct sliced sliced;
  MAKE(&sliced, 0, INDEX(0, 0), FOLLOW(0, 1), FOLLOW(0, 1), FOLLOW(0, 1), BY(PP_OP_MULTIPLY, 0, 0, PAGE),
       WITH(PP_OP_ADD, 0, 0, 2), HINT(0, 8), END);
  uint64_t *index = random_values(TRIPS, RANGE), *table = random_values(RANGE, RANGE), unreadable = pp_get(&pp_totals.unreadable);
  sliced.values[0] = (uintptr_t)index, sliced.values[1] = (uintptr_t)table, sliced.values[2] = UINT64_C(1) << 45;
  uint64_t before = lanes();
  run(&sliced, TRIPS, NULL, NULL);
  assert_int_equal(lanes() - before, TRIPS);
  assert_int_equal(pp_get(&pp_totals.unreadable), unreadable);
  /* The last page of a chain is not mapped: refused. Lanes of the end of the loop may be late. */
  assert_uint_in_range(pp_get(&live(&sliced)->refused), TRIPS * 9 / 10, TRIPS);
  assert_true(pp_get(&live(&sliced)->loop->depth) >= 3);
  munmap(index, TRIPS * 8);
  munmap(table, RANGE * 8);
}

struct overtaken {
  struct sliced *sliced;
  uint64_t lanes, trips;
};

/* Counts the lanes that wait for data of iterations which the loop runs before it asks again. */
static void count_overtaken(void *context, uint64_t done) {
  struct overtaken *overtaken = context;
  for (unsigned w = 0; w < PP_WINDOWS; w++) {
    const struct pp_window *window = &pp_thread_self->windows[w];
    bool ours = window->loop == overtaken->sliced->loop.live && window->done == done && window->trips == overtaken->trips;
    for (unsigned i = 0; ours && i < window->set_count; i++)
      for (pp_lane_set left = window->sets[i].waiting; left; left &= left - 1)
        overtaken->lanes += window->sets[i].iteration[__builtin_ctzll(left)] < window->next;
  }
}

/* Chains that get deeper with time: what the first lanes needed is too little for later ones. */
static void loops_do_not_overtake_chains(void **state) {
  enum { TRIPS = 1 << 14, RANGE = 1 << 23 };
  struct sliced sliced;
  MAKE(&sliced, 0, INDEX(0, 0), ITERATION(1), BY(PP_OP_SHIFT_RIGHT, 1, 1, 13), BY(PP_OP_MULTIPLY, 1, 1, 60),
       BY(PP_OP_ADD, 1, 1, 2), FOLLOW(0, 1), BY(PP_OP_SUBTRACT, 1, 1, 1), {.op = PP_OP_REPEAT_IF, .left = 1, .immediate = 8},
       BY(PP_OP_MULTIPLY, 0, 0, 8), WITH(PP_OP_ADD, 0, 0, 1), HINT(0, 8), END);
  uint64_t *index = random_values(TRIPS, RANGE), *table = random_values(RANGE, RANGE), before = lanes();
  sliced.values[0] = (uintptr_t)index, sliced.values[1] = (uintptr_t)table;
  struct overtaken overtaken = {&sliced, 0, TRIPS};
  run(&sliced, TRIPS, count_overtaken, &overtaken);
  assert_int_equal(lanes() - before, TRIPS);
  assert_int_equal(overtaken.lanes, 0);
  munmap(index, TRIPS * 8);
  munmap(table, (size_t)RANGE * 8);
}

/* position += steps[i]; hint(base + position * PAGE) */
static void carried_values_run_in_order(void **state) {
  enum { TRIPS = 20000 };
  struct sliced sliced;
  MAKE(&sliced, 1, INDEX(1, 1), {.op = PP_OP_ADD, .to = 0, .left = 0, .right = 1}, BY(PP_OP_MULTIPLY, 2, 0, PAGE),
       WITH(PP_OP_ADD, 2, 2, 2), HINT(2, 8), END);
  uint64_t *steps = random_values(TRIPS, 1000);
  for (unsigned i = 0; i < TRIPS; i++)
    steps[i]++;
  sliced.values[0] = 5, sliced.values[1] = (uintptr_t)steps, sliced.values[2] = UINT64_C(1) << 45;
  for (int entry = 0; entry < 2; entry++) {
    uint64_t before = lanes(), refused = entry ? pp_get(&live(&sliced)->refused) : 0, calls = pp_get(&pp_totals.load_calls);
    run(&sliced, TRIPS, NULL, NULL);
    assert_int_equal(lanes() - before, TRIPS);
    assert_int_equal(pp_get(&live(&sliced)->refused) - refused, TRIPS); /* all different pages: the sums are right */
    assert_uint_in_range(pp_get(&pp_totals.load_calls) - calls, TRIPS * 8 / PAGE, TRIPS / 20); /* pages, not elements */
  }
  munmap(steps, TRIPS * 8);
}

/* touch(table[index[i]]); touch(other[table[index[i]]]): where the second sleeps, what its address is loaded from is waited for
 * all the same as long as the first is awake. */
/* A list that is entered in its middle, after a sleep: the way there is caught up with, and is nothing to hint. */
static void catching_up_hints_nothing(void **state) {
  enum { NODES = 20000, TRIPS = NODES + 500 };
  struct sliced sliced;
  MAKE(&sliced, 1, LOAD(0, 0, 8), HINT(0, 8), END);
  uint64_t *memory = map((uint64_t)(TRIPS + 1) * PAGE / 8);
  for (uint64_t i = 0; i < TRIPS; i++) /* to and fro: no read-ahead follows */
    memory[i * 7919 % (TRIPS + 1) * PAGE / 8] = (uintptr_t)&memory[(i + 1) * 7919 % (TRIPS + 1) * PAGE / 8];
  sliced.values[0] = (uintptr_t)memory;
  uint64_t strip = call(&sliced, NODES, TRIPS);
  assert_true(strip > 0);
  assert_uint_in_range(touched(&sliced), 1, TRIPS - NODES + 1);
  munmap(memory, (size_t)(TRIPS + 1) * PAGE);
}

static void loads_wait_also_where_the_site_behind_sleeps(void **state) {
  enum { TRIPS = 3000, RANGE = 1 << 16 };
  for (int first_sleeps = 0; first_sleeps < 2; first_sleeps++) {
    struct sliced sliced;
    MAKE(&sliced, 0, INDEX(0, 0), BY(PP_OP_MULTIPLY, 0, 0, 8), WITH(PP_OP_ADD, 0, 0, 1), HINT(0, 8), LOAD(0, 0, 8),
         {.op = PP_OP_HINT, .to = 1, .left = 0, .flags = PP_RIGHT_IMMEDIATE, .immediate = 8}, END);
    struct pp_site sites[2] = {sliced.site, sliced.site};
    sliced.slices.site_count = sliced.loop.site_count = 2, sliced.loop.sites = sites;
    uint64_t *index = random_values(TRIPS, RANGE), *table = random_values(RANGE, RANGE);
    sliced.values[0] = (uintptr_t)index, sliced.values[1] = (uintptr_t)table;
    call(&sliced, 0, TRIPS); /* makes the records */
    struct pp_live_site *of[2] = {sites[0].live, sites[1].live};
    struct pp_live_loop *loop = of[0]->loop;
    pp_settings.mode = PP_MODE_AUTO;
    for (int i = 0; i < 2; i++) {
      atomic_store(&of[i]->state, i == !first_sleeps ? PP_ASLEEP : PP_AWAKE);
      pp_set(&of[i]->sleep_strips, 1000);
    }
    pp_set(&loop->depth, 0);
    memset(&pp_thread_get()->loads.known, 0, sizeof pp_thread_get()->loads.known);
    call(&sliced, 0, TRIPS);
    pp_settings.mode = PP_MODE_ALWAYS;
    assert_true(pp_get(&loop->depth) > 0);
    munmap(index, TRIPS * 8);
    munmap(table, RANGE * 8);
  }
}

/* A gather of page after page is a walk that read-ahead follows; one here and there is not. */
static void gathers_that_walk_are_seen(void **state) {
  enum { TRIPS = 4000 };
  for (int walks = 0; walks < 2; walks++) {
    struct sliced sliced;
    MAKE(&sliced, 0, INDEX(0, 0), BY(PP_OP_MULTIPLY, 0, 0, PAGE), WITH(PP_OP_ADD, 0, 0, 1), HINT(0, 8), END);
    uint64_t *index = random_values(TRIPS, TRIPS), *table = map((uint64_t)TRIPS * PAGE / 8);
    for (unsigned i = 0; i < TRIPS && walks; i++)
      index[i] = i;
    sliced.values[0] = (uintptr_t)index, sliced.values[1] = (uintptr_t)table;
    run(&sliced, TRIPS, NULL, NULL);
    assert_int_equal(atomic_load(&live(&sliced)->sequential), walks);
    munmap(index, TRIPS * 8);
    munmap(table, (size_t)TRIPS * PAGE);
  }
}

/* touch(other[table[index[i]]]), where the table is read in order: its pages are not asked for one by one. */
static void loads_that_walk_do_not_wait(void **state) {
  enum { TRIPS = 20000, STEP = 8 };
  struct sliced sliced;
  MAKE(&sliced, 0, INDEX(0, 0), FOLLOW(0, 1), BY(PP_OP_MULTIPLY, 0, 0, PAGE), WITH(PP_OP_ADD, 0, 0, 2), HINT(0, 8), END);
  uint64_t *index = random_values(TRIPS, TRIPS), *table = random_values(TRIPS * STEP, TRIPS);
  for (unsigned i = 0; i < TRIPS; i++)
    index[i] = i * STEP;
  sliced.values[0] = (uintptr_t)index, sliced.values[1] = (uintptr_t)table, sliced.values[2] = UINT64_C(1) << 45;
  run(&sliced, TRIPS, NULL, NULL);
  assert_uint_in_range(touched(&sliced), TRIPS, TRIPS + TRIPS / 10);
  munmap(index, TRIPS * 8);
  munmap(table, TRIPS * STEP * 8);
}

/* A gather whose strips start slices and hint nothing new sleeps; strips that start none say nothing. */
static void only_strips_that_start_slices_are_idle(void **state) {
  struct pp_live_loop *loop = calloc(1, sizeof *loop + sizeof *loop->sites);
  struct pp_live_site *site = loop->sites;
  site->loop = loop, site->kind = PP_KIND_GATHER;
  atomic_store(&site->state, PP_AWAKE);
  pp_set(&loop->lanes, 100);
  pp_settings.mode = PP_MODE_AUTO;
  for (int i = 0; i < 1000; i++)
    assert_true(pp_site_judge(site));
  for (int i = 0; i < 100 && pp_site_state(site) == PP_AWAKE; i++) {
    pp_count(&loop->lanes, 64);
    pp_site_judge(site);
  }
  pp_settings.mode = PP_MODE_ALWAYS;
  assert_int_equal(pp_site_state(site), PP_ASLEEP);
  free(loop);
}

/* if (index[i] < n) touch(table[table[index[i]]]), with an index that leads out of the table now and then. */
static void checks_are_kept(void **state) {
  enum { TRIPS = 4096, RANGE = 512 };
  uint64_t *index = random_values(TRIPS, RANGE), *table = map(3 * RANGE);
  mprotect(table + RANGE, RANGE * 8, PROT_NONE); /* the neighbour */
  for (unsigned i = 0; i < TRIPS; i += 7)
    index[i] += RANGE;
  for (int guarded = 0; guarded < 2; guarded++) {
    struct sliced sliced;
    MAKE(&sliced, 0, INDEX(0, 0), WITH(PP_OP_ULESS, 1, 0, 2), {.op = PP_OP_SKIP_UNLESS, .left = 1, .immediate = 10}, FOLLOW(0, 1),
         HINT(0, 8), END);
    if (!guarded)
      sliced.code[5] = (struct pp_instruction){.op = PP_OP_COPY, .to = 1, .left = 1}; /* the test can fail */
    sliced.values[0] = (uintptr_t)index, sliced.values[1] = (uintptr_t)table, sliced.values[2] = RANGE;
    uint64_t before = pp_get(&pp_totals.unreadable);
    run(&sliced, TRIPS, NULL, NULL);
    assert_int_equal(pp_get(&pp_totals.unreadable) - before, guarded ? 0 : (TRIPS + 6) / 7);
  }
  munmap(index, TRIPS * 8);
  munmap(table, 3 * RANGE * 8);
}

/* A loop that is left at iteration 1000: nothing is computed beyond. */
static void an_exit_ends_it(void **state) {
  enum { TRIPS = 100000 };
  struct sliced sliced;
  MAKE(&sliced, 0, ITERATION(0), BY(PP_OP_EQUAL, 1, 0, 1000), {.op = PP_OP_SKIP_UNLESS, .left = 1, .immediate = 4},
       {.op = PP_OP_STOP}, BY(PP_OP_MULTIPLY, 0, 0, PAGE), WITH(PP_OP_ADD, 0, 0, 0), HINT(0, 8), END);
  sliced.values[0] = UINT64_C(1) << 45;
  uint64_t before = lanes();
  for (uint64_t done = 0; done <= 1000;)
    done += call(&sliced, done, TRIPS);
  assert_int_equal(touched(&sliced), 1000);
  assert_uint_in_range(lanes() - before, 1001, 1064);
}

/* The next row in each strip, with a loop of its own inside. */
struct nested {
  struct sliced *inner;
  uint64_t entries, trips;
};

static void enter_inner(void *context, uint64_t done) {
  struct nested *nested = context;
  nested->entries++;
  nested->inner->values[2] = done; /* another entry: other values */
  run(nested->inner, nested->trips, NULL, NULL);
}

static void a_loop_inside_does_not_disturb(void **state) {
  enum { TRIPS = 10000, INNER = 700 };
  struct sliced outer, inner;
  uint64_t *index = random_values(TRIPS, UINT64_C(1) << 44);
  MAKE(&outer, 0, INDEX(0, 0), HINT(0, 8), END);
  MAKE(&inner, 0, INDEX(0, 0), HINT(0, 8), END);
  outer.values[0] = inner.values[0] = (uintptr_t)index;
  struct nested nested = {&inner, 0, INNER};
  uint64_t before = lanes();
  run(&outer, TRIPS, enter_inner, &nested);
  assert_true(nested.entries > 10);
  assert_int_equal(lanes() - before, TRIPS + nested.entries * INNER);
  munmap(index, TRIPS * 8);
}

/* The loop enters itself once, with other values. */
static void a_recursion_keeps_the_outer_entry(void **state) {
  enum { TRIPS = 10000, INNER = 700 };
  struct sliced outer;
  uint64_t *index = random_values(TRIPS, UINT64_C(1) << 44), before = lanes();
  MAKE(&outer, 0, INDEX(0, 0), HINT(0, 8), END);
  outer.values[0] = (uintptr_t)index;
  for (uint64_t done = 0, n; done < TRIPS; done += n) {
    n = call(&outer, done, TRIPS);
    if (!done) {
      outer.values[1] = 1;
      run(&outer, INNER, NULL, NULL);
      outer.values[1] = 0;
    }
  }
  assert_int_equal(lanes() - before, TRIPS + INNER);
  munmap(index, TRIPS * 8);
}

static struct sliced interrupted;
static volatile sig_atomic_t nested_calls, nested_lanes;

static void interrupt(int signal) {
  uint64_t before = lanes();
  run(&interrupted, 3000, NULL, NULL);
  pp_hint((void *)(uintptr_t)interrupted.values[0], PAGE);
  nested_calls++;
  nested_lanes += lanes() != before;
}

/* The next signal comes somewhere in the strip or the call after it. */
static void work(void *context, uint64_t done) {
  const struct itimerval soon = {{0, 0}, {0, 60 + (suseconds_t)(done % 300)}};
  setitimer(ITIMER_REAL, &soon, NULL);
  for (unsigned i = 0; i < 100000; i++)
    __asm__ volatile("" ::: "memory");
}

/* Handlers run the loop that they interrupt, also in the middle of the runtime. */
static void signal_handlers_may_come_in_between(void **state) {
  enum { TRIPS = 20000 };
  uint64_t *index = random_values(TRIPS, UINT64_C(1) << 44);
  MAKE(&interrupted, 0, INDEX(0, 0), HINT(0, 8), END);
  interrupted.values[0] = (uintptr_t)index;
  struct sigaction action = {.sa_handler = interrupt, .sa_flags = SA_RESTART}, before;
  sigaction(SIGALRM, &action, &before);
  const struct itimerval never = {{0, 0}, {0, 0}};
  for (int i = 0; i < 1000 && (nested_calls < 100 || !nested_lanes); i++)
    run(&interrupted, TRIPS, work, NULL);
  setitimer(ITIMER_REAL, &never, NULL);
  sigaction(SIGALRM, &before, NULL);
  assert_true(nested_calls > 10 && nested_lanes > 0);
  /* And deterministically: the record is in use. */
  struct pp_thread *thread = pp_thread_get();
  assert_int_equal(thread->busy, 0);
  thread->busy = (uintptr_t)__builtin_frame_address(0);
  uint64_t started = lanes(), strips = pp_get(&live(&interrupted)->loop->strips);
  assert_true(call(&interrupted, 0, TRIPS) >= TRIPS);
  assert_int_equal(pp_hint(index, PAGE), -1);
  assert_true(lanes() == started && pp_get(&live(&interrupted)->loop->strips) == strips);
  assert_int_equal(thread->busy, (uintptr_t)__builtin_frame_address(0));
  /* A call that was left by a jump: its frame is gone. */
  thread->busy = (uintptr_t)__builtin_frame_address(0) - 100000;
  run(&interrupted, TRIPS, NULL, NULL);
  assert_true(lanes() > started && !thread->busy);
  munmap(index, TRIPS * 8);
}

/* Rows of a gigabyte, and rows of a million neighbours. */
static void long_rows_do_not_break_the_budget(void **state) {
  struct sliced ranges, neighbours;
  MAKE(&ranges, 0, ITERATION(0), BY(PP_OP_MULTIPLY, 0, 0, 1 << 30), WITH(PP_OP_ADD, 0, 0, 0), HINT(0, 1 << 30), END);
  ranges.values[0] = UINT64_C(1) << 45;
  call(&ranges, 0, 100000);
  uint64_t pages = pp_get(&live(&ranges)->pages);
  assert_uint_in_range(pages, 1024, 16 * 1024);
  MAKE(&neighbours, 0, ITERATION(0), BY(PP_OP_SHIFT_LEFT, 0, 0, 34), WITH(PP_OP_ADD, 0, 0, 0), BY(PP_OP_ADD, 1, 1, 1),
       BY(PP_OP_ADD, 0, 0, PAGE), HINT(0, 8), BY(PP_OP_ULESS, 2, 1, 1000000), {.op = PP_OP_REPEAT_IF, .left = 2, .immediate = 3},
       END);
  neighbours.values[0] = UINT64_C(1) << 45;
  for (int i = 0; i < 4; i++) {
    uint64_t before = i ? touched(&neighbours) : 0;
    call(&neighbours, 0, 100000);
    assert_uint_in_range(touched(&neighbours) - before, 100, 80000);
  }
}

static void a_broken_program_is_refused(void **state) {
  struct sliced sliced;
  MAKE(&sliced, 0, INDEX(0, 0), HINT(0, 8), END);
  sliced.code[1].to = 9; /* the program has 8 registers */
  enum pp_log_level level = pp_settings.log_level;
  pp_settings.log_level = PP_LOG_ERROR;
  uint64_t before = pp_get(&pp_totals.refused_programs);
  assert_true(call(&sliced, 0, 1000) >= 1000);
  pp_settings.log_level = level;
  assert_true(sliced.loop.least == PP_NEVER && !sliced.loop.live);
  assert_int_equal(pp_get(&pp_totals.refused_programs), before + 1);
}

int main(void) {
  if (!pp_load_available()) {
    print_message("skipped: there are no fault-proof loads here\n");
    return 77;
  }
  pp_settings.mode = PP_MODE_ALWAYS;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_iteration_is_run_once),
      cmocka_unit_test(chains_come_to_their_end),
      cmocka_unit_test(loops_do_not_overtake_chains),
      cmocka_unit_test(carried_values_run_in_order),
      cmocka_unit_test(catching_up_hints_nothing),
      cmocka_unit_test(loads_wait_also_where_the_site_behind_sleeps),
      cmocka_unit_test(gathers_that_walk_are_seen),
      cmocka_unit_test(loads_that_walk_do_not_wait),
      cmocka_unit_test(only_strips_that_start_slices_are_idle),
      cmocka_unit_test(checks_are_kept),
      cmocka_unit_test(an_exit_ends_it),
      cmocka_unit_test(a_loop_inside_does_not_disturb),
      cmocka_unit_test(a_recursion_keeps_the_outer_entry),
      cmocka_unit_test(signal_handlers_may_come_in_between),
      cmocka_unit_test(long_rows_do_not_break_the_budget),
      cmocka_unit_test(a_broken_program_is_refused),
  };
  return cmocka_run_group_tests_name("slices", tests, NULL, NULL);
}
