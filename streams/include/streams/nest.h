/* SPDX-License-Identifier: MIT */
/* The nest model: one loop nest of one function as a graph, filled by a plugin, read by the planner. Plugins translate
 * instructions into it and decide nothing. No compiler header in here; a plugin keeps what is its own by the same numbers. */
#ifndef STREAMS_NEST_H
#define STREAMS_NEST_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A source place. Strings here and below are copied when they are added. line 0: unknown. */
struct pp_place {
  const char *file;
  uint32_t line;
  uint32_t column;
};

/* Loops, blocks, values and references are numbered from 0 in the order in which they are added. */
enum { PP_NONE = -1 };

enum pp_trip {
  PP_TRIP_UNKNOWN,  /* not computable on entry of the loop */
  PP_TRIP_CONSTANT, /* known to the compiler */
  PP_TRIP_SYMBOLIC, /* computable on entry of the loop */
};

struct pp_nest_loop {
  struct pp_place place;
  int parent; /* number of the loop around it, PP_NONE for the outermost */
  int header; /* number of its header block */
  /* How often the body starts when nothing leaves early, as the compiler can compute it for cutting: what a mark carries. */
  enum pp_trip trip;
  uint64_t trip_count; /* of a constant trip */
  /* The count is exact unless an exit that the graph shows is taken, and all that is called in the loop comes back. */
  bool certain;
  /* The count is how far the loop has to go, by values that move on in steps that only the data knows: at most so many. */
  bool guessed;
  /* NULL, or why the loop can not be cut into strips (shape, no trip count, abnormal edges, excluded by the user, ...). */
  const char *strip_obstacle;
};

/* How a block ends. */
enum pp_block_end {
  PP_END_GO,      /* always to next[0] */
  PP_END_BRANCH,  /* to next[0] if `condition` is not 0, else to next[1] */
  PP_END_UNKNOWN, /* to one of several: a switch, an exception, an indirect jump; next[] name two of them, if any lie in the nest
                   */
  PP_END_NEVER,   /* does not go on: a return inside, a call that never returns */
};

enum { PP_OUTSIDE = -2 }; /* a successor outside of the nest's outermost loop */

/* A basic block of the nest, in any order; the numbers of successors may be of blocks added later. */
struct pp_nest_block {
  int loop; /* the innermost loop around it; PP_NONE only in summaries */
  enum pp_block_end end;
  int condition; /* value of a branch */
  int next[2];   /* numbers of blocks, PP_OUTSIDE or PP_NONE */
};

/* What a value is. All are integers of `bits` bits (1 to 64); pointers are their addresses. A value of fewer than 64 bits is held
 * with zeros above. */
enum pp_value_kind {
  PP_VALUE_CONSTANT,  /* `constant` */
  PP_VALUE_OUTSIDE,   /* computed before the nest: an argument, a global's address, ...; operand[0]: where it was loaded from, if
                         known */
  PP_VALUE_PHI,       /* at the start of its block: incoming value by predecessor block */
  PP_VALUE_OPERATION, /* `operation` of operands, wrapping at its width */
  PP_VALUE_LOAD,      /* bits / 8 bytes at address operand[0] */
  PP_VALUE_UNKNOWN,   /* anything else; `why` in a few words: "it is computed in floating point", "a call returns it", ... */
};

enum pp_operation {
  PP_ADD,
  PP_SUBTRACT,
  PP_MULTIPLY,
  PP_MULTIPLY_HIGH, /* upper half of the unsigned product of 64-bit operands */
  PP_UDIVIDE,
  PP_UREMAINDER,
  PP_SDIVIDE,
  PP_SREMAINDER,
  PP_AND,
  PP_OR,
  PP_XOR,
  PP_SHIFT_LEFT,
  PP_SHIFT_RIGHT,
  PP_SHIFT_RIGHT_SIGNED,
  PP_EQUAL, /* comparisons: of operands of one width, to 1 bit */
  PP_NOT_EQUAL,
  PP_ULESS,
  PP_ULESS_EQUAL,
  PP_SLESS,
  PP_SLESS_EQUAL,
  PP_EXTEND_ZERO, /* operand[0] to more bits */
  PP_EXTEND_SIGN,
  PP_TRUNCATE, /* operand[0] to fewer bits */
  PP_SELECT,   /* operand[0] (1 bit) ? operand[1] : operand[2] */
};

enum pp_value_flags {
  PP_NO_SIGNED_WRAP = 1,   /* of an operation, or of the walk of a loop header's phi: does not wrap as a signed number */
  PP_NO_UNSIGNED_WRAP = 2, /* nor as an unsigned one */
  PP_MAY_BE_WRITTEN = 4,   /* of a load: the nest may write what it reads, as far as the compiler knows */
  PP_ADDRESS_OF = 8,       /* of a value outside: a pointer (a help for choosing bases) */
};

struct pp_incoming {
  int block; /* predecessor; PP_OUTSIDE: on entry of the nest */
  int value;
};

struct pp_nest_value {
  enum pp_value_kind kind;
  unsigned bits;
  int block; /* where it is computed; PP_NONE for constants and values outside */
  unsigned flags;
  uint64_t constant;
  enum pp_operation operation;
  int operand[3]; /* unused: PP_NONE */
  unsigned incoming_count;
  const struct pp_incoming *incoming; /* of a phi; copied */
  const char *why;                    /* of an unknown value; copied */
  uint32_t line;                      /* of a load: where it stands; 0 unknown */
};

enum pp_access { PP_READ, PP_WRITE };

/* A load, store or block operation of the nest, as the program executes it. */
struct pp_nest_reference {
  struct pp_place place;
  enum pp_access access;
  int block;
  int address;    /* value of 64 bits; PP_NONE: see obstacle */
  int load;       /* the load value that it is, or PP_NONE */
  uint64_t bytes; /* of one access; 0: `length` */
  int length;     /* value: bytes of a block operation whose length the run decides; else PP_NONE */
  /* NULL, or why it must not be hinted at all: volatile, another address space, a variable of a thread, ... */
  const char *obstacle;
};

/* An opaque nest. Not thread-safe; a plugin builds one, plans it, frees it. Functions abort with a message when memory is out. */
struct pp_nest;

/* A nest of function `function` in translation unit `file`; both are copied. Free with pp_nest_free. */
struct pp_nest *pp_nest_new(const char *file, const char *function);
void pp_nest_free(struct pp_nest *nest);

/* Add a loop (parents before children), a block, a value (operands before users; phis first with incoming_count 0 where they are
 * circular, then pp_nest_set_incoming) or a reference; the struct is copied. Return its number. */
int pp_nest_add_loop(struct pp_nest *nest, const struct pp_nest_loop *loop);
int pp_nest_add_block(struct pp_nest *nest, const struct pp_nest_block *block);
int pp_nest_add_value(struct pp_nest *nest, const struct pp_nest_value *value);
int pp_nest_add_reference(struct pp_nest *nest, const struct pp_nest_reference *reference);
/* For what is known only once more is added: the incoming values of a phi, how a block ends, a loop's header. */
void pp_nest_set_incoming(struct pp_nest *nest, int phi, const struct pp_incoming *incoming, unsigned count);
void pp_nest_set_block(struct pp_nest *nest, int number, const struct pp_nest_block *block);
void pp_nest_set_header(struct pp_nest *nest, int loop, int block);

/* A nest may also be the summary of a function that is called in loops of others: all of its blocks, the first one first, those
 * in no loop of it with loop PP_NONE. Its values outside are arguments and addresses of objects, and what leaves it returns.
 * `value`: what it returns, PP_NONE: nothing that is known. */
void pp_nest_set_result(struct pp_nest *nest, int value);
/* Whether a nest has room for one more copy of a summary, which then is taken: what is said of callees stays small beside what is
 * said of callers, however many calls there are. */
bool pp_nest_take_room(struct pp_nest *nest, const struct pp_nest *summary);
/* Copies a summary into a nest where block `call` ends with a call of the function and the program goes on in block `after`, as
 * if the function had been inlined there; its loops can not be cut. `outside`: for each of the summary's values outside, by their
 * numbers there, the nest's value, or PP_NONE where there is none. `written`: the nest writes memory beside. The summary's loops,
 * values and references follow those that the nest has, in their order. Returns what the call gives, a value of the nest, or
 * PP_NONE. */
int pp_nest_graft(struct pp_nest *nest, int call, int after, const struct pp_nest *summary, const int *outside, bool written);

/* What was added. Owned by the nest; a value moves when another is added. */
unsigned pp_nest_value_count(const struct pp_nest *nest);
const struct pp_nest_loop *pp_nest_loop_at(const struct pp_nest *nest, int loop);
const struct pp_nest_reference *pp_nest_reference_at(const struct pp_nest *nest, int reference);
const struct pp_nest_value *pp_nest_value_at(const struct pp_nest *nest, int value);

#ifdef __cplusplus
}
#endif
#endif
