/* SPDX-License-Identifier: MIT */
/* What slice programs cost where everything is in memory: nanoseconds for an address, from the start of its lane to the note of
 * it, its index loaded from a page that is copied; and a fault-proof load beside the bare system call. The least of many runs. */
#include "load.h"
#include "os.h"
#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STRIP = 256, STRIPS = 256, RUNS = 400, BATCH = PP_LANES };

struct world {
  struct pp_loads loads;
  struct pp_lanes lanes;
  uint64_t notes[STRIP + PP_LANES];
  size_t noted;
  uint64_t sum;
};

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static struct pp_loaded load(void *context, pp_lane_set lanes, pp_lane_set waited, const uint64_t addresses[PP_LANES],
                             unsigned bytes, bool steady, uint64_t values[PP_LANES]) {
  struct world *world = context;
  (void)waited;
  return (struct pp_loaded){pp_load(&world->loads, lanes, addresses, bytes, steady, values), 0};
}

static void hint(void *context, pp_lane_set lanes, unsigned site, const uint64_t addresses[PP_LANES], const uint64_t *spans,
                 unsigned step) {
  struct world *world = context;
  (void)lanes, (void)site, (void)spans, (void)step;
  memcpy(world->notes + world->noted, addresses, PP_LANES * sizeof *addresses);
  world->noted += PP_LANES;
}

/* The least nanoseconds for an address. */
static double measure(struct world *world, const struct pp_program *program, const uint64_t *environment) {
  const struct pp_program_io io = {.context = world, .load = load, .hint = hint};
  uint64_t least = UINT64_MAX;
  for (unsigned run = 0; run < RUNS; run++) {
    uint64_t started = now_ns();
    for (unsigned strip = 0; strip < STRIPS; strip++) {
      uint64_t at = (uint64_t)strip * STRIP, end = at + STRIP;
      pp_load_begin(&world->loads, world, strip > 0);
      world->noted = 0;
      while (at < end) {
        at += pp_lanes_start(&world->lanes, program, environment, at, end - at);
        while (world->lanes.live)
          pp_lanes_visit(&world->lanes, program, environment, end, 4096, &io);
      }
      world->sum += world->notes[strip];
    }
    uint64_t took = now_ns() - started;
    least = took < least ? took : least;
  }
  return (double)least / (STRIP * STRIPS);
}

/* Fault-proof loads of 64 numbers, each in a page of its own, and the system call by itself. */
static void measure_loads(struct world *world, const char *memory, double *loads, double *bare) {
  uint64_t addresses[BATCH], values[BATCH], copied[BATCH], least[2] = {UINT64_MAX, UINT64_MAX};
  struct iovec pieces[BATCH];
  for (unsigned i = 0; i < BATCH; i++) {
    addresses[i] = (uint64_t)(uintptr_t)memory + (uint64_t)i * 3 * pp_os_page_size() + 40 * i;
    pieces[i] = (struct iovec){(void *)(uintptr_t)addresses[i], sizeof(uint64_t)};
  }
  for (unsigned run = 0; run < 40 * RUNS; run++) {
    uint64_t started = now_ns();
    pp_load_begin(&world->loads, world, false);
    pp_load(&world->loads, ~UINT64_C(0), addresses, sizeof(uint64_t), false, values);
    uint64_t between = now_ns();
    world->sum += (uint64_t)pp_os_copy(copied, sizeof copied, pieces, BATCH);
    uint64_t times[2] = {between - started, now_ns() - between};
    for (unsigned i = 0; i < 2; i++)
      least[i] = times[i] < least[i] ? times[i] : least[i];
  }
  *loads = (double)least[0] / BATCH;
  *bare = (double)least[1] / BATCH;
}

int main(void) {
  static struct world world;
  size_t count = (size_t)STRIP * STRIPS, bytes = (size_t)3 * BATCH * pp_os_page_size() + count * sizeof(uint32_t);
  char *memory = pp_os_map(bytes);
  pp_load_probe();
  if (!memory || !pp_load_available()) {
    puts("skipped: there are no fault-proof loads here");
    return 77;
  }
  memset(memory, 1, bytes);
  uint32_t *index = (uint32_t *)(void *)memory;
  for (size_t i = 0; i < count; i++)
    index[i] = (uint32_t)(i * 2654435761u >> 8);
  const uint64_t environment[] = {(uint64_t)(uintptr_t)index, UINT64_C(1) << 40, UINT64_C(0x9E3779B97F4A7C15), 0xfffff};
  static const struct pp_instruction gather[] = {
      {.op = PP_OP_ITERATION, .to = 0},
      {.op = PP_OP_MULTIPLY, .to = 0, .left = 0, .flags = PP_RIGHT_IMMEDIATE, .immediate = 4},
      {.op = PP_OP_ADD, .to = 0, .left = 0, .flags = PP_RIGHT_ENVIRONMENT, .immediate = 0},
      {.op = PP_OP_LOAD, .to = 1, .left = 0, .bytes = 4, .flags = PP_LOAD_STEADY},
      {.op = PP_OP_MULTIPLY, .to = 1, .left = 1, .flags = PP_RIGHT_IMMEDIATE, .immediate = 8},
      {.op = PP_OP_ADD, .to = 1, .left = 1, .flags = PP_RIGHT_ENVIRONMENT, .immediate = 1},
      {.op = PP_OP_HINT, .to = 0, .left = 1, .flags = PP_RIGHT_IMMEDIATE, .immediate = 8},
      {.op = PP_OP_END},
  };
  static const struct pp_instruction hash[] = {
      {.op = PP_OP_ITERATION, .to = 0},
      {.op = PP_OP_MULTIPLY, .to = 0, .left = 0, .flags = PP_RIGHT_IMMEDIATE, .immediate = 4},
      {.op = PP_OP_ADD, .to = 0, .left = 0, .flags = PP_RIGHT_ENVIRONMENT, .immediate = 0},
      {.op = PP_OP_LOAD, .to = 1, .left = 0, .bytes = 4, .flags = PP_LOAD_STEADY},
      {.op = PP_OP_SHIFT_RIGHT, .to = 2, .left = 1, .flags = PP_RIGHT_IMMEDIATE, .immediate = 15},
      {.op = PP_OP_XOR, .to = 1, .left = 1, .right = 2},
      {.op = PP_OP_MULTIPLY, .to = 1, .left = 1, .flags = PP_RIGHT_ENVIRONMENT, .immediate = 2},
      {.op = PP_OP_SHIFT_RIGHT, .to = 1, .left = 1, .flags = PP_RIGHT_IMMEDIATE, .immediate = 20},
      {.op = PP_OP_AND, .to = 1, .left = 1, .flags = PP_RIGHT_ENVIRONMENT, .immediate = 3},
      {.op = PP_OP_MULTIPLY, .to = 1, .left = 1, .flags = PP_RIGHT_IMMEDIATE, .immediate = 64},
      {.op = PP_OP_ADD, .to = 1, .left = 1, .flags = PP_RIGHT_ENVIRONMENT, .immediate = 1},
      {.op = PP_OP_HINT, .to = 0, .left = 1, .flags = PP_RIGHT_IMMEDIATE, .immediate = 16},
      {.op = PP_OP_END},
  };
  const struct pp_program programs[] = {
      {.instruction_count = sizeof gather / sizeof *gather,
       .environment_count = 4,
       .register_count = 2,
       .site_count = 1,
       .instructions = gather},
      {.instruction_count = sizeof hash / sizeof *hash,
       .environment_count = 4,
       .register_count = 3,
       .site_count = 1,
       .instructions = hash},
  };
  double loads, bare;
  printf("gather: %.1f ns an address (asked: 3)\n", measure(&world, &programs[0], environment));
  printf("hash gather: %.1f ns an address (asked: 6)\n", measure(&world, &programs[1], environment));
  measure_loads(&world, memory, &loads, &bare);
  printf("fault-proof load, batches of %d: %.1f ns, the bare system call %.1f ns: %.2f (asked: 1.3)\n", BATCH, loads, bare,
         loads / bare);
  return world.sum == 1;
}
