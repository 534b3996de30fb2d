/* SPDX-License-Identifier: MIT */
/* The nest model: one loop nest of one function as plain data, filled by a plugin, read by the planner.
 * No compiler header in here; whatever a plugin must remember for itself it keeps in arrays of its own, by the same numbers. */
#ifndef STREAMS_NEST_H
#define STREAMS_NEST_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Levels of strides that the model keeps for a reference: its own loop and the one around it. */
#define PP_LEVELS 2
/* Index loads that one address may need side by side, as in a[b[i] + c[i]]. */
#define PP_INDEX_MAX 4

/* A source place. Strings here and below are copied when they are added. line 0: unknown. */
struct pp_place {
  const char *file;
  uint32_t line;
  uint32_t column;
};

enum pp_trip {
  PP_TRIP_UNKNOWN,  /* not computable on entry of the loop */
  PP_TRIP_CONSTANT, /* known to the compiler */
  PP_TRIP_SYMBOLIC, /* computable on entry of the loop */
};

struct pp_nest_loop {
  struct pp_place place;
  int parent;          /* number of the loop around it, -1 for the outermost */
  enum pp_trip trip;   /* trip count: how often the body starts when nothing leaves early */
  uint64_t trip_count; /* of a constant trip */
  bool trip_invariant; /* the trip count can also be computed on entry of the parent */
  /* NULL, or why the loop can not be strip-mined (shape, early exits of the latch, reassociated reduction, excluded by user,
   * ...). */
  const char *strip_obstacle;
  /* NULL, or why an iteration before the trip count may not happen or not finish: a second exit, a call that may not return, an
   * inner loop that may not end, volatile or atomic access. Slices with loads are then impossible, hints without loads are not.
   */
  const char *slice_obstacle;
  /* 0: strips of any length. Else strips must have one constant length that divides the constant trip count and is a multiple of
   * this, or the compiler would stop vectorising the loop (GCC's very-cheap vector cost model). */
  uint64_t strip_multiple;
};

enum pp_access { PP_READ, PP_WRITE };

enum pp_address {
  PP_ADDRESS_AFFINE,  /* base + sum of iteration * stride over the levels */
  PP_ADDRESS_INDEXED, /* computed from loads of the same loop that are themselves affine */
  PP_ADDRESS_OPAQUE,  /* anything else: see obstacle */
};

enum pp_stride_kind {
  PP_STRIDE_UNKNOWN,  /* the address changes at this level in another way, or there is no such level */
  PP_STRIDE_CONSTANT, /* bytes, 0 for an invariant address */
  PP_STRIDE_SYMBOLIC, /* loop-invariant, computable on entry of the loop */
};

struct pp_stride {
  enum pp_stride_kind kind;
  int64_t bytes;
};

struct pp_nest_reference {
  struct pp_place place;
  enum pp_access access;
  uint64_t bytes; /* of one access; for a block operation of unknown length 1 */
  int loop;       /* the loop whose iterations the address is a function of: the innermost around the reference, or its parent
                     when first_of_inner is set */
  /* The reference sits in an inner loop that can not be hinted itself (no trip count, or the address is opaque there); described
   * is the address in that loop's first iteration, as a function of `loop`. */
  bool first_of_inner;
  bool conditional; /* does not happen in every iteration of its loop */
  enum pp_address address;
  const char
      *obstacle; /* of an opaque address: why, in a few words; of an indexed one: NULL, or why its slice can not be cloned */
  /* Two references whose addresses differ by a constant number of bytes in every iteration have the same base number, and offsets
   * that differ by those bytes. Base numbers are the plugin's to choose, from 0. */
  unsigned base;
  int64_t offset;
  struct pp_stride stride[PP_LEVELS]; /* [0] a step of `loop`, [1] a step of its parent; indexed addresses: unknown */
  /* Indexed addresses only. */
  unsigned index_count;         /* loads of the slice, at most PP_INDEX_MAX */
  unsigned index[PP_INDEX_MAX]; /* their references, affine ones of the same loop, added before this one */
  unsigned index_depth;         /* longest chain of loads before the address: 1 for a[b[i]] */
  unsigned slice_instructions;  /* instructions of one address, the loads included */
};

/* An opaque nest. Not thread-safe; a plugin builds one, plans it, frees it. Functions abort with a message when memory is out. */
struct pp_nest;

/* A nest of function `function` in translation unit `file`; both are copied. Free with pp_nest_free. */
struct pp_nest *pp_nest_new(const char *file, const char *function);
void pp_nest_free(struct pp_nest *nest);

/* Add a loop (parents before children) or a reference; the struct is copied. Return its number, from 0. */
unsigned pp_nest_add_loop(struct pp_nest *nest, const struct pp_nest_loop *loop);
unsigned pp_nest_add_reference(struct pp_nest *nest, const struct pp_nest_reference *reference);

#ifdef __cplusplus
}
#endif
#endif
