/* SPDX-License-Identifier: MIT */
/* Nests drawn by hand, for tests: a few words build the graph that a plugin would.
 * Values and blocks are numbers of the nest; a loop is tested at its bottom, as compilers make them. */
#ifndef STREAMS_TEST_SKETCH_H
#define STREAMS_TEST_SKETCH_H

#include "streams/plan.h"

struct sketch {
  struct pp_nest *nest;
  struct pp_options options;
  struct pp_plan *plan;
};

/* A loop that counts `i` from 0 while i + 1 < bound. Its body goes from `header` to `latch`, at first at once. */
struct sketch_loop {
  int loop, header, latch, i;
};

struct sketch sketch_new(void);
void sketch_plan(struct sketch *sketch);
void sketch_free(struct sketch *sketch);

int constant(struct sketch *sketch, unsigned bits, uint64_t value);
int outside(struct sketch *sketch, unsigned bits);
int unknown(struct sketch *sketch, int block, unsigned bits, const char *why);
int operate(struct sketch *sketch, int block, enum pp_operation operation, unsigned bits, int a, int b);
int operate_flagged(struct sketch *sketch, int block, enum pp_operation operation, unsigned bits, int a, int b, unsigned flags);
int choose_value(struct sketch *sketch, int block, unsigned bits, int condition, int a, int b);
/* base + index * scale, 64 bits. */
int element(struct sketch *sketch, int block, int base, int index, uint64_t scale);
/* A load and its reference; its value has bytes * 8 bits. */
int load(struct sketch *sketch, int block, int address, unsigned bytes);
/* A read that is no load of programs, and a store. Return the reference. */
int read_at(struct sketch *sketch, int block, int address, uint64_t bytes);
int write_at(struct sketch *sketch, int block, int address, uint64_t bytes);
int block_at(struct sketch *sketch, int block, int address, int length);

/* A phi of two incoming values; set later where they are not there yet. */
int phi(struct sketch *sketch, int block, unsigned bits, unsigned flags);
void set_phi(struct sketch *sketch, int phi, int from, int value, int other_from, int other_value);

int block(struct sketch *sketch, int loop);
void go(struct sketch *sketch, int block, int next);
void branch(struct sketch *sketch, int block, int condition, int yes, int no);
void end_unknown(struct sketch *sketch, int block, int one, int other);

/* A loop entered from a block (PP_OUTSIDE for the nest's) and left to another. `bound`: a value of 64 bits; trips is constant
 * where it is. */
struct sketch_loop counted(struct sketch *sketch, int parent, int from, int bound, int to);
/* The reference that a load is. */
int reference_of(const struct sketch *sketch, int load);

#endif
