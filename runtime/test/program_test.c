/* SPDX-License-Identifier: MIT */
/* Unit tests of slice programs: the interpreter of many lanes against one of a single lane written another way, with loads that
 * are absent now and then; and arbitrary bytes as programs, which are refused or end within their budget. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "plain_program.h"
#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMORY = 4096, HINTS = 1 << 16, SITES = 3, ENVIRONMENT = 6 };

/* What programs may read: addresses below MEMORY. */
static unsigned char memory[MEMORY];

/* A hint, in the order of iterations and then of the program: what both interpreters must agree on. */
struct hint {
  uint64_t iteration, address, span;
  unsigned site;
};

struct world {
  struct pp_lanes *lanes;
  uint64_t random;
  unsigned absent_of_16; /* so many loads of 16 are absent at first */
  struct hint hints[HINTS];
  size_t hint_count;
  uint64_t read_beyond; /* loads outside the memory */
};

static uint64_t next_random(uint64_t *state) {
  /* xorshift64, Marsaglia 2003 */
  *state ^= *state << 13;
  *state ^= *state >> 7;
  return *state ^= *state << 17;
}

static bool readable(uint64_t address, unsigned bytes) {
  return address < MEMORY && bytes <= MEMORY - address;
}

static struct pp_loaded load(void *context, pp_lane_set lanes, pp_lane_set waited, const uint64_t addresses[PP_LANES],
                             unsigned bytes, bool steady, uint64_t values[PP_LANES]) {
  struct world *world = context;
  struct pp_loaded done = {0, 0};
  for (unsigned lane = 0; lane < PP_LANES; lane++) {
    values[lane] = next_random(&world->random); /* what stands above the bytes means nothing */
    if (!(lanes >> lane & 1))
      continue;
    assert_true(!(waited & ~lanes));
    if (!readable(addresses[lane], bytes)) {
      world->read_beyond++;
      continue;
    }
    (void)steady;
    bool absent = !(waited >> lane & 1) && next_random(&world->random) % 16 < world->absent_of_16;
    if (!absent)
      memcpy(&values[lane], memory + addresses[lane], bytes);
    *(absent ? &done.absent : &done.loaded) |= UINT64_C(1) << lane;
  }
  return done;
}

static void hint(void *context, pp_lane_set lanes, unsigned site, const uint64_t addresses[PP_LANES], const uint64_t *spans,
                 unsigned step) {
  struct world *world = context;
  for (unsigned lane = 0; lane < PP_LANES; lane++) {
    assert_false((lanes >> lane & 1) && world->lanes->stopped && world->lanes->iteration[lane] > world->lanes->last);
    assert_false((lanes >> lane & 1) && world->lanes->iteration[lane] < world->lanes->first);
    if (lanes >> lane & 1 && world->hint_count < HINTS)
      world->hints[world->hint_count++] = (struct hint){world->lanes->iteration[lane], addresses[lane], spans[lane * step], site};
  }
}

static void walk(void *context, unsigned site, uint64_t base, uint64_t stride, uint64_t span) {
  struct world *world = context;
  if (world->hint_count < HINTS)
    world->hints[world->hint_count++] = (struct hint){stride, base, span, site};
}

static struct world *new_world(uint64_t seed, unsigned absent_of_16) {
  struct world *world = calloc(1, sizeof *world);
  world->lanes = calloc(1, sizeof *world->lanes);
  world->random = seed;
  world->absent_of_16 = absent_of_16;
  return world;
}

static void free_world(struct world *world) {
  free(world->lanes);
  free(world);
}

/* Runs iterations 0 .. trips - 1 to their end. Returns false where the budget ran out. */
static bool run(struct world *world, const struct pp_program *program, const uint64_t *environment, uint64_t trips,
                uint64_t budget) {
  struct pp_program_io io = {world, load, hint, walk};
  struct pp_lanes *lanes = world->lanes;
  uint64_t started = 0, visits = 0;
  for (;;) {
    uint64_t more = program->carried_count ? started == 0 : trips - started;
    if (!lanes->stopped && more && started < trips)
      started += pp_lanes_start(lanes, program, environment, started, more);
    if (!lanes->live && (program->carried_count || lanes->stopped || started == trips))
      return true;
    uint64_t left = pp_lanes_visit(lanes, program, environment, trips, budget < 1000 ? budget : 1000, &io);
    budget -= (budget < 1000 ? budget : 1000) - left;
    for (unsigned lane = 0; lane < PP_LANES; lane++)
      assert_false(lanes->stopped && (lanes->live >> lane & 1) && lanes->iteration[lane] > lanes->last);
    if (!budget || ++visits > 100000)
      return false;
  }
}

static bool load_plainly(void *context, uint64_t address, void *to, unsigned bytes) {
  (void)context;
  if (readable(address, bytes))
    memcpy(to, memory + address, bytes);
  return readable(address, bytes);
}

static void hint_plainly(void *context, uint64_t iteration, unsigned site, uint64_t address, uint64_t span) {
  struct world *world = context;
  if (world->hint_count < HINTS)
    world->hints[world->hint_count++] = (struct hint){iteration, address, span, site};
}

/* One iteration after the other, one value after the other: sequential semantics. */
static void run_plainly(struct world *world, const struct pp_program *program, const uint64_t *environment, uint64_t trips,
                        uint64_t budget) {
  const struct plain_world plain = {world, load_plainly, hint_plainly, walk};
  uint64_t registers[PP_PROGRAM_REGISTERS] = {0};
  memcpy(registers, environment, program->carried_count * sizeof *registers);
  for (uint64_t i = 0; i < trips; i++)
    if (plain_iteration(program, environment, i, registers, &budget, &plain) != PLAIN_ENDED)
      return;
}

/* By iteration; an iteration's own hints come in order. */
static void sort_hints(struct world *world) {
  struct hint *sorted = malloc(sizeof world->hints);
  size_t found = 0;
  uint64_t most = 0;
  for (size_t i = 0; i < world->hint_count; i++)
    most = world->hints[i].iteration > most ? world->hints[i].iteration : most;
  for (uint64_t iteration = 0; iteration <= most; iteration++)
    for (size_t i = 0; i < world->hint_count; i++)
      if (world->hints[i].iteration == iteration)
        sorted[found++] = world->hints[i];
  memcpy(world->hints, sorted, found * sizeof *sorted);
  free(sorted);
}

static uint64_t pick(uint64_t *random, uint64_t below) {
  return next_random(random) % below;
}

/* A program that keeps the rules: mostly arithmetic on few registers, addresses that are often good, branches, counted repeats.
 */
static struct pp_program make_program(uint64_t *random, struct pp_instruction *out, bool exits) {
  unsigned count = 0, length = 8 + (unsigned)pick(random, 40);
  struct pp_program program = {.environment_count = ENVIRONMENT, .register_count = 27, .site_count = SITES, .instructions = out};
  program.carried_count = pick(random, 3) == 0 ? (uint16_t)(1 + pick(random, 3)) : 0;
  while (count < length) {
    struct pp_instruction in = {.op = (uint8_t)pick(random, PP_OPS)};
    uint8_t to = (uint8_t)pick(random, 8), left = (uint8_t)pick(random, 8), right = (uint8_t)pick(random, 8);
    switch (in.op) {
    case PP_OP_END:
    case PP_OP_STOP:
    case PP_OP_REPEAT_IF:
      continue; /* below */
    case PP_OP_WALK:
      continue; /* not in slices */
    case PP_OP_CONSTANT:
      in.to = to;
      in.immediate = pick(random, 2) ? (int64_t)pick(random, 70) : (int64_t)next_random(random);
      break;
    case PP_OP_ITERATION:
      in.to = to;
      break;
    case PP_OP_ENVIRONMENT:
      in.to = to, in.immediate = (int64_t)pick(random, ENVIRONMENT);
      break;
    case PP_OP_COPY:
      in.to = to, in.left = left;
      break;
    case PP_OP_EXTEND:
    case PP_OP_EXTEND_SIGNED:
      in.to = to, in.left = left, in.bytes = (uint8_t)(1 << pick(random, 3));
      break;
    case PP_OP_SELECT:
      in.to = to, in.left = left, in.right = right, in.third = (uint8_t)pick(random, 8);
      break;
    case PP_OP_LOAD: {
      uint8_t mask = (uint8_t)(8 + pick(random, 4));
      if (pick(random, 8)) {
        out[count++] =
            (struct pp_instruction){.op = PP_OP_CONSTANT, .to = mask, .immediate = MEMORY - 1 - (int64_t)pick(random, 9)};
        out[count++] = (struct pp_instruction){.op = PP_OP_AND, .to = left, .left = left, .right = mask};
      }
      in.to = to, in.left = left, in.bytes = (uint8_t)(1 << pick(random, 4)), in.flags = pick(random, 2) ? PP_LOAD_STEADY : 0;
      break;
    }
    case PP_OP_SKIP_IF:
    case PP_OP_SKIP_UNLESS:
      in.left = left, in.immediate = count + 1 + (int64_t)pick(random, 6);
      break;
    case PP_OP_HINT:
      in.left = left, in.right = right, in.to = (uint8_t)pick(random, SITES);
      break;
    default:
      in.to = to, in.left = left, in.right = right;
    }
    if (in.op == PP_OP_HINT || (in.op >= PP_OP_ADD && in.op <= PP_OP_SREMAINDER)) {
      in.flags = (uint8_t)pick(random, 3);
      in.right = in.flags ? 0 : in.right;
      in.immediate = in.flags == PP_RIGHT_ENVIRONMENT ? (int64_t)pick(random, ENVIRONMENT)
                     : !in.flags                      ? 0
                     : pick(random, 2)                ? (int64_t)pick(random, 70)
                                                      : (int64_t)next_random(random);
    }
    out[count++] = in;
    if (pick(random, 12) == 0) { /* a repeat that counts in a register of its own: up to seven times */
      uint8_t counter = (uint8_t)(16 + count % 8), limit = 24, one = 25, more = 26;
      unsigned back = count;
      out[count++] = (struct pp_instruction){.op = PP_OP_CONSTANT, .to = one, .immediate = 1};
      out[count++] = (struct pp_instruction){.op = PP_OP_ADD, .to = counter, .left = counter, .right = one};
      out[count++] = (struct pp_instruction){.op = PP_OP_HINT, .left = counter, .right = left};
      out[count++] = (struct pp_instruction){.op = PP_OP_CONSTANT, .to = limit, .immediate = 7};
      out[count++] = (struct pp_instruction){.op = PP_OP_AND, .to = limit, .left = limit, .right = right};
      out[count++] = (struct pp_instruction){.op = PP_OP_ULESS, .to = more, .left = counter, .right = limit};
      out[count++] = (struct pp_instruction){.op = PP_OP_REPEAT_IF, .left = more, .immediate = back};
    }
  }
  if (exits) {
    out[count] = (struct pp_instruction){.op = PP_OP_SKIP_IF, .left = (uint8_t)pick(random, 8), .immediate = count + 2};
    count++;
    out[count++] = (struct pp_instruction){.op = PP_OP_STOP};
  }
  for (unsigned i = 0; i < 8; i++) /* where skips at the end lead */
    out[count++] = (struct pp_instruction){.op = PP_OP_END};
  program.instruction_count = (uint16_t)count;
  return program;
}

static void fill_memory(uint64_t *random) {
  for (unsigned i = 0; i < MEMORY; i++)
    memory[i] = (unsigned char)next_random(random);
}

/* Hints of iterations up to the one in which the loop was left. */
static size_t hints_until(const struct world *world, const struct pp_lanes *lanes) {
  size_t count = 0;
  while (count < world->hint_count && (!lanes->stopped || world->hints[count].iteration <= lanes->last))
    count++;
  return count;
}

static void lanes_do_what_one_iteration_after_the_other_does(void **state) {
  uint64_t random = 88172645463325252u, hints = 0, waits = 0, stops = 0;
  struct pp_instruction *instructions = calloc(PP_PROGRAM_INSTRUCTIONS, sizeof *instructions);
  for (int i = 0; i < 3000; i++) {
    fill_memory(&random);
    struct pp_program program = make_program(&random, instructions, pick(&random, 4) == 0);
    char why[128] = "";
    if (!pp_program_check(&program, why, sizeof why))
      fail_msg("%s", why);
    uint64_t environment[ENVIRONMENT], trips = 1 + pick(&random, 200);
    for (unsigned k = 0; k < ENVIRONMENT; k++)
      environment[k] = pick(&random, 2) ? pick(&random, MEMORY) : next_random(&random);
    struct world *plain = new_world(random | 1, 0), *wide = new_world(random | 1, (unsigned)pick(&random, 8));
    run_plainly(plain, &program, environment, trips, UINT64_MAX);
    assert_true(run(wide, &program, environment, trips, UINT64_C(1) << 40));
    sort_hints(wide);
    size_t count = hints_until(wide, wide->lanes);
    assert_int_equal(count, plain->hint_count);
    for (size_t k = 0; k < count; k++) {
      const struct hint *a = &plain->hints[k], *b = &wide->hints[k];
      assert_true(a->iteration == b->iteration && a->address == b->address && a->span == b->span && a->site == b->site);
    }
    hints += count;
    waits += wide->absent_of_16;
    stops += wide->lanes->stopped;
    free_world(plain);
    free_world(wide);
  }
  assert_true(hints > 100000 && waits > 1000 && stops > 50); /* else nothing was compared */
  free(instructions);
}

static void arbitrary_bytes_are_refused_or_end(void **state) {
  uint64_t random = 7, accepted = 0, unfinished = 0;
  enum { MOST = 24 };
  for (int i = 0; i < 300000; i++) {
    struct pp_instruction instructions[MOST];
    unsigned count = 1 + (unsigned)pick(&random, MOST);
    for (unsigned k = 0; k < count; k++)
      for (unsigned byte = 0; byte < sizeof *instructions; byte++)
        ((unsigned char *)&instructions[k])[byte] = pick(&random, 3) ? 0 : (unsigned char)next_random(&random);
    for (unsigned k = 0; k < count; k++) { /* near enough to be accepted now and then */
      instructions[k].op %= PP_OPS + (pick(&random, 40) == 0);
      if (instructions[k].op == PP_OP_WALK && pick(&random, 16))
        instructions[k].op = PP_OP_REPEAT_IF; /* walks leave no room for anything else */
      if (pick(&random, 200)) {
        instructions[k].to %= 4, instructions[k].left %= 4, instructions[k].right %= 4, instructions[k].third = 0;
        instructions[k].flags = 0, instructions[k].reserved = 0, instructions[k].immediate = (int64_t)pick(&random, count + 1);
        bool sized =
            instructions[k].op == PP_OP_LOAD || instructions[k].op == PP_OP_EXTEND || instructions[k].op == PP_OP_EXTEND_SIGNED;
        instructions[k].bytes = sized ? 4 : 0;
      }
    }
    struct pp_program program = {.instruction_count = (uint16_t)count,
                                 .environment_count = (uint16_t)pick(&random, 30),
                                 .carried_count = (uint16_t)pick(&random, 3),
                                 .register_count = (uint16_t)(1 + pick(&random, 6)),
                                 .site_count = 30,
                                 .instructions = instructions};
    char why[128] = "";
    if (!pp_program_check(&program, why, sizeof why)) {
      assert_true(why[0]);
      continue;
    }
    accepted++;
    uint64_t environment[30] = {1, 2, 3};
    struct world *world = new_world(random | 1, 4);
    unfinished += !run(world, &program, environment, 70, 20000);
    free_world(world);
  }
  print_message("%llu accepted, %llu used up their budget\n", (unsigned long long)accepted, (unsigned long long)unfinished);
  assert_true(accepted > 1000 && unfinished > 0);
}

/* A lane is told "absent" once, has no turn in one visit, and loads in the next. */
static void waiting_is_remembered(void **state) {
  struct pp_instruction instructions[] = {{.op = PP_OP_LOAD, .bytes = 8}, {.op = PP_OP_HINT, .to = 0}, {.op = PP_OP_END}};
  struct pp_program program = {.instruction_count = 3, .register_count = 1, .site_count = 1, .instructions = instructions};
  struct world *world = new_world(1, 16);
  struct pp_program_io io = {world, load, hint, walk};
  assert_int_equal(pp_lanes_start(world->lanes, &program, NULL, 5, 3), 3);
  assert_int_equal(pp_lanes_visit(world->lanes, &program, NULL, 8, 10, &io), 9);
  assert_true(world->lanes->live == 7 && world->lanes->waiting == 7);
  assert_int_equal(pp_lanes_visit(world->lanes, &program, NULL, 8, 0, &io), 0);
  assert_true(world->lanes->live == 7 && world->lanes->waiting == 7);
  assert_int_equal(pp_lanes_visit(world->lanes, &program, NULL, 8, 10, &io), 7);
  assert_true(!world->lanes->live && !world->lanes->waiting && world->hint_count == 3);
  free_world(world);
}

/* A program of two walks, run once. */
static void walks_are_told_of(void **state) {
  struct pp_instruction instructions[] = {{.op = PP_OP_ENVIRONMENT, .to = 0, .immediate = 1},
                                          {.op = PP_OP_CONSTANT, .to = 1, .immediate = -8},
                                          {.op = PP_OP_CONSTANT, .to = 2, .immediate = 16},
                                          {.op = PP_OP_WALK, .to = 2, .left = 0, .right = 1, .third = 2},
                                          {.op = PP_OP_WALK, .to = 0, .left = 2, .right = 2, .third = 1},
                                          {.op = PP_OP_END}};
  struct pp_program program = {
      .instruction_count = 6, .environment_count = 2, .register_count = 3, .site_count = 3, .instructions = instructions};
  char why[128] = "";
  assert_true(pp_program_check(&program, why, sizeof why) && pp_program_has(&program, PP_OP_WALK));
  struct world *world = new_world(1, 0);
  struct pp_program_io io = {world, load, hint, walk};
  const uint64_t environment[] = {5, 1000};
  assert_int_equal(pp_lanes_start(world->lanes, &program, environment, 0, 1), 1);
  pp_lanes_visit(world->lanes, &program, environment, 1, 100, &io);
  assert_true(!world->lanes->live && world->hint_count == 2);
  assert_memory_equal(&world->hints[0], (&(struct hint){(uint64_t)-8, 1000, 16, 2}), sizeof(uint64_t) * 3);
  assert_int_equal(world->hints[1].site, 0);
  free_world(world);
  instructions[1] = (struct pp_instruction){.op = PP_OP_LOAD, .to = 1, .left = 0, .bytes = 8};
  assert_false(pp_program_check(&program, why, sizeof why));
  instructions[1] = (struct pp_instruction){.op = PP_OP_SKIP_IF, .left = 1, .immediate = 3};
  assert_false(pp_program_check(&program, why, sizeof why));
  instructions[1] = (struct pp_instruction){.op = PP_OP_HINT, .left = 1};
  assert_false(pp_program_check(&program, why, sizeof why));
}

/* Lanes that wait are left alone by a patient visit; values are carried over a pause. */
static void patient_visits_leave_waiting_lanes(void **state) {
  struct pp_instruction instructions[] = {{.op = PP_OP_LOAD, .bytes = 8}, {.op = PP_OP_HINT, .to = 0}, {.op = PP_OP_END}};
  struct pp_program program = {.instruction_count = 3, .register_count = 1, .site_count = 1, .instructions = instructions};
  struct world *world = new_world(1, 16);
  struct pp_lanes *lanes = world->lanes;
  struct pp_program_io io = {world, load, hint, walk};
  pp_lanes_start(lanes, &program, NULL, 0, 3);
  pp_lanes_visit(lanes, &program, NULL, 8, 100, &io);
  lanes->patient = true;
  pp_lanes_start(lanes, &program, NULL, 3, 2);
  pp_lanes_visit(lanes, &program, NULL, 8, 100, &io);
  assert_true(lanes->live == 31 && lanes->waiting == 31 && world->hint_count == 0);
  pp_lanes_drop_before(lanes, 2);
  assert_true(lanes->live == 28 && lanes->waiting == 28);
  lanes->patient = false;
  pp_lanes_visit(lanes, &program, NULL, 8, 100, &io);
  assert_true(!lanes->live && !lanes->waiting && world->hint_count == 3);
  free_world(world);
}

static void carried_values_survive_a_pause(void **state) {
  struct pp_instruction instructions[] = {{.op = PP_OP_HINT, .left = 0, .flags = PP_RIGHT_IMMEDIATE, .immediate = 1},
                                          {.op = PP_OP_ADD, .left = 0, .flags = PP_RIGHT_IMMEDIATE, .immediate = 3},
                                          {.op = PP_OP_END}};
  struct pp_program program = {.instruction_count = 3,
                               .environment_count = 1,
                               .carried_count = 1,
                               .register_count = 1,
                               .site_count = 1,
                               .instructions = instructions};
  const uint64_t environment[] = {100};
  struct world *world = new_world(1, 0);
  struct pp_program_io io = {world, load, hint, walk};
  for (uint64_t end = 4; end <= 12; end += 4) {
    assert_int_equal(pp_lanes_start(world->lanes, &program, environment, end - 4, 1), 1);
    pp_lanes_visit(world->lanes, &program, environment, end, 1000, &io);
    assert_true(!world->lanes->live && world->lanes->suspended && world->lanes->iteration[0] == end);
  }
  assert_int_equal(world->hint_count, 12);
  for (uint64_t i = 0; i < 12; i++)
    assert_true(world->hints[i].iteration == i && world->hints[i].address == 100 + 3 * i);
  free_world(world);
}

/* A search: its first load is of an index, the one in its loop waits for the one before. A value that is replaced on one way only
 * may be either. */
static void loads_that_depend_are_found(void **state) {
  const struct pp_instruction search[] = {{.op = PP_OP_ITERATION, .to = 0},
                                          {.op = PP_OP_LOAD, .to = 1, .left = 0, .bytes = 8},
                                          {.op = PP_OP_CONSTANT, .to = 2},
                                          {.op = PP_OP_LOAD, .to = 3, .left = 2, .bytes = 8},
                                          {.op = PP_OP_ULESS, .to = 4, .left = 3, .right = 1},
                                          {.op = PP_OP_SELECT, .to = 2, .left = 2, .right = 0, .third = 4},
                                          {.op = PP_OP_REPEAT_IF, .left = 4, .immediate = 3},
                                          {.op = PP_OP_SKIP_IF, .left = 4, .immediate = 9},
                                          {.op = PP_OP_CONSTANT, .to = 3},
                                          {.op = PP_OP_LOAD, .to = 4, .left = 3, .bytes = 8},
                                          {.op = PP_OP_CONSTANT, .to = 3},
                                          {.op = PP_OP_LOAD, .to = 4, .left = 3, .bytes = 8},
                                          {.op = PP_OP_END}};
  const struct pp_program program = {.instruction_count = 13, .register_count = 5, .instructions = search};
  char why[128] = "";
  pp_instruction_set set = {0};
  assert_true(pp_program_check(&program, why, sizeof why));
  pp_program_dependent(&program, set);
  assert_int_equal(set[0], 1 << 3 | 1 << 9);
}

/* Loops in loops are gone around as well; what stands behind them is seen. */
static void loads_behind_nested_loops_are_found(void **state) {
  const struct pp_instruction nested[] = {{.op = PP_OP_ITERATION, .to = 0},
                                          {.op = PP_OP_COPY, .to = 1, .left = 0},
                                          {.op = PP_OP_LOAD, .to = 2, .left = 1, .bytes = 8},
                                          {.op = PP_OP_LOAD, .to = 3, .left = 2, .bytes = 8},
                                          {.op = PP_OP_REPEAT_IF, .left = 3, .immediate = 3},
                                          {.op = PP_OP_COPY, .to = 1, .left = 3},
                                          {.op = PP_OP_REPEAT_IF, .left = 3, .immediate = 2},
                                          {.op = PP_OP_LOAD, .to = 4, .left = 1, .bytes = 8},
                                          {.op = PP_OP_LOAD, .to = 4, .left = 0, .bytes = 8},
                                          {.op = PP_OP_END}};
  const struct pp_program program = {.instruction_count = 10, .register_count = 5, .instructions = nested};
  char why[128] = "";
  pp_instruction_set set = {0};
  assert_true(pp_program_check(&program, why, sizeof why));
  pp_program_dependent(&program, set);
  assert_int_equal(set[0], 1 << 2 | 1 << 3 | 1 << 7);
}

static bool is_refused(struct pp_instruction in) {
  struct pp_instruction instructions[2] = {in, {.op = PP_OP_END}};
  struct pp_program program = {
      .instruction_count = 2, .environment_count = 2, .register_count = 32, .site_count = 2, .instructions = instructions};
  char why[128] = "";
  return !pp_program_check(&program, why, sizeof why) && why[0];
}

static void what_breaks_a_rule_is_refused(void **state) {
  assert_false(is_refused((struct pp_instruction){.op = PP_OP_ADD, .to = 31, .left = 1, .right = 2}));
  assert_true(is_refused((struct pp_instruction){.op = PP_OP_ADD, .to = 32, .left = 1, .right = 2}));
  assert_true(is_refused((struct pp_instruction){.op = PP_OP_ADD, .to = 1, .left = 1, .right = 200}));
  assert_true(is_refused((struct pp_instruction){.op = PP_OPS}));
  assert_true(is_refused((struct pp_instruction){.op = PP_OP_ADD, .bytes = 4}));
  assert_true(is_refused((struct pp_instruction){.op = PP_OP_LOAD, .bytes = 3}));
  assert_true(is_refused((struct pp_instruction){.op = PP_OP_EXTEND, .bytes = 8}));
  assert_true(is_refused((struct pp_instruction){.op = PP_OP_LOAD, .bytes = 8, .flags = 2}));
  assert_true(is_refused((struct pp_instruction){.op = PP_OP_ENVIRONMENT, .immediate = 2}));
  assert_true(is_refused((struct pp_instruction){.op = PP_OP_ENVIRONMENT, .immediate = -1}));
  assert_false(is_refused((struct pp_instruction){.op = PP_OP_HINT, .to = 1, .flags = PP_RIGHT_IMMEDIATE, .immediate = -5}));
  assert_false(is_refused((struct pp_instruction){.op = PP_OP_HINT, .to = 1, .flags = PP_RIGHT_ENVIRONMENT, .immediate = 1}));
  assert_true(is_refused((struct pp_instruction){.op = PP_OP_HINT, .to = 1, .flags = PP_RIGHT_ENVIRONMENT, .immediate = 2}));
  assert_true(is_refused((struct pp_instruction){.op = PP_OP_HINT, .to = 1, .flags = 3, .immediate = 1}));
  assert_true(is_refused((struct pp_instruction){.op = PP_OP_HINT, .to = 2}));
  assert_true(is_refused((struct pp_instruction){.op = PP_OP_ADD, .right = 1, .flags = PP_RIGHT_IMMEDIATE}));
  assert_true(is_refused((struct pp_instruction){.op = PP_OP_COPY, .flags = PP_RIGHT_IMMEDIATE}));
  assert_true(is_refused((struct pp_instruction){.op = PP_OP_SKIP_IF, .immediate = 0}));
  assert_true(is_refused((struct pp_instruction){.op = PP_OP_SKIP_IF, .immediate = 2}));
  assert_true(is_refused((struct pp_instruction){.op = PP_OP_REPEAT_IF, .immediate = 1}));
  assert_true(is_refused((struct pp_instruction){.op = PP_OP_REPEAT_IF, .immediate = -1}));
  assert_true(is_refused((struct pp_instruction){.op = PP_OP_END, .reserved = 1}));
  struct pp_instruction falls_off = {.op = PP_OP_COPY};
  struct pp_program program = {.instruction_count = 1, .instructions = &falls_off};
  char why[128] = "";
  assert_false(pp_program_check(&program, why, sizeof why));
  program.instruction_count = 0;
  assert_false(pp_program_check(&program, why, sizeof why));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lanes_do_what_one_iteration_after_the_other_does),
      cmocka_unit_test(waiting_is_remembered),
      cmocka_unit_test(walks_are_told_of),
      cmocka_unit_test(loads_that_depend_are_found),
      cmocka_unit_test(loads_behind_nested_loops_are_found),
      cmocka_unit_test(patient_visits_leave_waiting_lanes),
      cmocka_unit_test(carried_values_survive_a_pause),
      cmocka_unit_test(arbitrary_bytes_are_refused_or_end),
      cmocka_unit_test(what_breaks_a_rule_is_refused),
  };
  return cmocka_run_group_tests_name("program", tests, NULL, NULL);
}
