/* SPDX-License-Identifier: MIT */
/* Values of a nest in normal form, as one iteration of a loop sees them: terms, equal ones shared. Sums are polynomials modulo
 * 2^64 over what is not a sum, so that strides, offsets and trip counts can be read off. */
#ifndef STREAMS_TERM_H
#define STREAMS_TERM_H

#include "graph.h"

enum pp_term_kind {
  PP_TERM_SUM,       /* factors times products, and a constant; a constant alone has no products */
  PP_TERM_VALUE,     /* computed outside of the loop: passed in the environment */
  PP_TERM_ITERATION, /* how many iterations of a loop are behind, since its entry */
  PP_TERM_LOAD,
  PP_TERM_PHI,       /* with no closed form: of a header, or where paths join */
  PP_TERM_OPERATION, /* at 64 bits */
  PP_TERM_EXTEND,    /* the low `bits` bits, with zeros or copies of the sign above */
  PP_TERM_UNKNOWN,
};

enum { PP_TERM_DEGREE = 3, PP_TERM_PRODUCTS = 24 };

struct pp_product {
  uint64_t factor;
  unsigned degree;
  int atom[PP_TERM_DEGREE]; /* terms that are no sums, in order */
};

struct pp_term {
  enum pp_term_kind kind;
  enum pp_operation operation;
  bool is_signed; /* of an extension */
  unsigned bits;  /* of an extension; bytes * 8 of a load */
  int value;      /* of the nest: value outside, phi, load, unknown; loop of an iteration */
  int operand[3]; /* terms; PP_NONE: unused */
  uint64_t constant;
  unsigned product_count;
  struct pp_product *products;

  unsigned most_bits; /* zeros stand above them */
  uint64_t varies;    /* bit n: its value may change from iteration to iteration of loop n */
  int node;           /* where it can be computed at the earliest; of pinned ones where it is computed */
  bool pinned;        /* it must be computed there and nowhere else: loads, phis, divisions that may trap */
  unsigned loads;     /* the longest chain of loads in it */
  uint64_t hash;
  int next; /* with the same hash bucket */
};

/* How the bits above those of a narrow value are to be. */
enum pp_above { PP_ABOVE_ANY, PP_ABOVE_ZERO, PP_ABOVE_SIGN, PP_ABOVES };

enum { PP_TERM_BUCKETS = 512, PP_TERM_MOST = 20000, PP_LOOPS_MOST = 64 };

/* What one iteration of `loop` sees: values computed outside of it are atoms. */
struct pp_view {
  const struct pp_nest *nest;
  const struct pp_graph *graph;
  int loop;
  int home; /* node where everything from outside is at hand: the loop's header */
  struct pp_term *terms;
  unsigned count;
  int buckets[PP_TERM_BUCKETS];
  int *memo[2][PP_ABOVES]; /* [first iterations only][above][value] */
  bool *busy;              /* by value: being translated */
  bool first;              /* inner loops stand in their first iteration */
  bool guessed;            /* some term is what a value was before the loop, which may change it */
};

struct pp_view *pp_view_new(const struct pp_graph *graph, int loop);
void pp_view_free(struct pp_view *view);

/* Making terms. */
int pp_term_constant(struct pp_view *view, uint64_t constant);
int pp_term_iteration(struct pp_view *view, int loop);
int pp_term_operation(struct pp_view *view, enum pp_operation operation, int a, int b, int c);
int pp_term_extend(struct pp_view *view, int term, unsigned bits, bool is_signed);
int pp_term_unknown(struct pp_view *view, int value, int node);
int pp_term_load(struct pp_view *view, int value, int address, unsigned bits, int node);
int pp_term_phi(struct pp_view *view, int value, int node, uint64_t varies);
int pp_term_value(struct pp_view *view, int value);
int pp_term_division(struct pp_view *view, enum pp_operation operation, int a, int b, int node);
/* a + factor * b, a * b. */
int pp_term_add(struct pp_view *view, int a, int b, uint64_t factor);
int pp_term_multiply(struct pp_view *view, int a, int b);
bool pp_term_is_constant(const struct pp_view *view, int term, uint64_t *constant);
/* Whether `holds` is true of a term or of anything that it is computed from, as far as `holds` asks to go on: each term is asked
 * once, however often it is used. */
enum pp_asked { PP_ASKED_NO, PP_ASKED_YES, PP_ASKED_FURTHER };
bool pp_term_any(struct pp_view *view, int term, enum pp_asked (*holds)(struct pp_view *view, int term));
/* The result of an operation on constants; false where it is not folded. */
bool pp_fold(enum pp_operation operation, uint64_t a, uint64_t b, uint64_t *result);
/* A condition without its negation; `negated` is turned round for each one taken off. */
int pp_term_condition(const struct pp_view *view, int term, bool *negated);

/* Splits a term into step * (iteration of the loop) + rest; false if it is not of that form with a step and a rest that do not
 * change in the loop. */
bool pp_term_affine(struct pp_view *view, int term, int loop, int *step, int *rest);
/* The term with no constant of its own, and that constant. */
int pp_term_base(struct pp_view *view, int term, int64_t *offset);

/* Looking into another iteration of a loop. */
struct pp_shift {
  int loop;
  int by; /* what stands for the number of its iteration */
  /* Loads from one place all the time, too, are asked for where they stand behind the loop's header. */
  bool anew;
  /* What stands for a load, whose address is shifted already. */
  int (*load)(struct pp_view *view, struct pp_shift *shift, int term, int address);
  /* What stands for a term as a whole; PP_NONE: it is taken apart. May be NULL. */
  int (*whole)(struct pp_view *view, struct pp_shift *shift, int term);
  void *context;
};
/* The term as it is there; PP_NONE: something in it is not known there. */
int pp_term_shift(struct pp_view *view, int term, struct pp_shift *shift);
/* The iteration before this one; `not_below_zero`: the first one is its own. */
int pp_term_iteration_before(struct pp_view *view, int loop, bool not_below_zero);

/* Translation of the nest's values. `first`: as in the first iteration of every loop inside of the view's. */
int pp_term_of(struct pp_view *view, int value, enum pp_above above, bool first);
/* Of a phi term: the nest's value with which its loop is entered, and the term that follows from iteration to iteration (PP_NONE
 * where it joins paths). */
int pp_term_start_value(const struct pp_view *view, int phi);
int pp_term_back(struct pp_view *view, int phi);
/* Of a phi term behind a loop: the term that the loop leaves behind in it; PP_NONE where there are several. */
int pp_term_left(struct pp_view *view, int phi);
/* The condition of a node's branch. */
int pp_term_branch(struct pp_view *view, int node);

/* How often a node of a loop inside of the view's is run while the loop runs once, as a term that does not change in it; PP_NONE
 * where no exit test tells. `early`: there are other exits. */
int pp_term_trips(struct pp_view *view, int loop, int node, bool *early);
/* Whether a header's phi, or what is next to it, is compared where a loop is left: where the loop stands. */
bool pp_term_ends_loop(struct pp_view *view, int phi, int loop);
/* The node in which a loop is left after a number of iterations that is known on its entry, PP_NONE: none or several. */
int pp_counted_exit(struct pp_view *view, int loop);

#endif
