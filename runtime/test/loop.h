/* SPDX-License-Identifier: MIT */
/* Loops as the plugins make them, by hand: for tests that run where no compiler plugin is.
 * AROUND(call) is put around every call of the ABI; a test that measures them defines it. */
#ifndef RUNTIME_TEST_LOOP_H
#define RUNTIME_TEST_LOOP_H

#include "pageprefetch_abi.h"
#include "pageprefetch_program.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef AROUND
#define AROUND(call) (call)
#endif

struct compiled {
  struct pp_site sites[2];
  struct pp_instruction walk_code[8], slice_code[8];
  struct pp_program walks, slices;
  struct pp_loop loop;
};

/* The records of: for (i = 0; i < trips; i++) sum += memory[index[i]], with indices of `bytes` bytes. The environment is index
 * and memory. */
static inline void compile_loop_of(struct compiled *compiled, uint8_t bytes) {
  *compiled = (struct compiled){
      .sites = {{.kind = PP_KIND_AFFINE, .flags = PP_SITE_INDEX, .element_bytes = bytes, .line = 1, .file = "t.c"},
                {.kind = PP_KIND_GATHER, .element_bytes = 1, .line = 2, .file = "t.c"}},
      .walk_code = {{.op = PP_OP_ENVIRONMENT, .to = 0, .immediate = 0},
                    {.op = PP_OP_CONSTANT, .to = 1, .immediate = bytes},
                    {.op = PP_OP_WALK, .to = 0, .left = 0, .right = 1, .third = 1},
                    {.op = PP_OP_END}},
      .slice_code = {{.op = PP_OP_ITERATION, .to = 0},
                     {.op = PP_OP_MULTIPLY, .to = 0, .left = 0, .flags = PP_RIGHT_IMMEDIATE, .immediate = bytes},
                     {.op = PP_OP_ADD, .to = 0, .left = 0, .flags = PP_RIGHT_ENVIRONMENT, .immediate = 0},
                     {.op = PP_OP_LOAD, .to = 1, .left = 0, .bytes = bytes},
                     {.op = PP_OP_ADD, .to = 1, .left = 1, .flags = PP_RIGHT_ENVIRONMENT, .immediate = 1},
                     {.op = PP_OP_HINT, .to = 1, .left = 1, .flags = PP_RIGHT_IMMEDIATE, .immediate = 1},
                     {.op = PP_OP_END}},
      .walks = {.instruction_count = 4, .environment_count = 1, .register_count = 2, .site_count = 1},
      .slices = {.instruction_count = 7, .environment_count = 2, .register_count = 2, .site_count = 2},
      .loop = {.version = PP_ABI_VERSION,
               .site_count = 2,
               .environment_count = 2,
               .strip = 256,
               .file = "t.c",
               .function = "f",
               .line = 1},
  };
  compiled->walks.instructions = compiled->walk_code;
  compiled->slices.instructions = compiled->slice_code;
  compiled->loop.sites = compiled->sites;
  compiled->loop.walks = &compiled->walks;
  compiled->loop.slices = &compiled->slices;
}

static inline void compile_loop(struct compiled *compiled) {
  compile_loop_of(compiled, 4);
}

/* A load as compiled code makes it of index element i. */
static inline uint64_t index_at(const struct compiled *compiled, const void *index, uint64_t i) {
  return compiled->walk_code[1].immediate == 8 ? ((const uint64_t *)index)[i] : ((const uint32_t *)index)[i];
}

/* Runs it. */
static inline uint64_t run_loop(struct compiled *compiled, const unsigned char *memory, const void *index, uint64_t trips) {
  uint64_t sum = 0, n = trips;
  bool strips = trips >= __atomic_load_n(&compiled->loop.least, __ATOMIC_RELAXED);
  for (uint64_t done = 0; done < trips; done += n) {
    if (strips)
      n = AROUND(__pp_strip(&compiled->loop, done, trips, (uint64_t)(uintptr_t)index, (uint64_t)(uintptr_t)memory));
    n = n < trips - done ? n : trips - done;
    if (!n)
      return 0; /* a strip of no iteration: the sum is wrong then */
    for (uint64_t i = done; i < done + n; i++)
      sum += memory[index_at(compiled, index, i)];
  }
  return sum;
}

#endif
