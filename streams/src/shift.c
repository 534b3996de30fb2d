/* SPDX-License-Identifier: MIT */
/* What a term was, or will be, in another iteration: the number of the iteration is replaced, loads and what is carried along as
 * the asker says. */
#include "term.h"

#include <stdlib.h>

struct shifting {
  struct pp_view *view;
  struct pp_shift *shift;
  unsigned known;
  int *memo; /* by term that there was at the start; -2: not asked yet */
};

static int shift(struct shifting *shifting, int number);

static int shift_sum(struct shifting *shifting, struct pp_term sum) {
  struct pp_view *view = shifting->view;
  int total = pp_term_constant(view, sum.constant);
  for (unsigned i = 0; i < sum.product_count; i++) {
    int made = pp_term_constant(view, sum.products[i].factor);
    for (unsigned k = 0; k < sum.products[i].degree; k++) {
      int atom = shift(shifting, sum.products[i].atom[k]);
      if (atom == PP_NONE)
        return PP_NONE;
      made = pp_term_multiply(view, made, atom);
    }
    total = pp_term_add(view, total, made, 1);
  }
  return total;
}

static bool may_trap(enum pp_operation operation) {
  return operation == PP_UDIVIDE || operation == PP_UREMAINDER || operation == PP_SDIVIDE || operation == PP_SREMAINDER;
}

static int shift_anew(struct shifting *shifting, int number) {
  struct pp_view *view = shifting->view;
  int operand[3], loop = shifting->shift->loop;
  int whole = shifting->shift->whole ? shifting->shift->whole(view, shifting->shift, number) : PP_NONE;
  if (whole != PP_NONE)
    return whole;
  struct pp_term term = view->terms[number]; /* a copy: making terms may move them */
  for (unsigned i = 0; i < 3; i++) {
    operand[i] = term.operand[i] == PP_NONE ? PP_NONE : shift(shifting, term.operand[i]);
    if (operand[i] == PP_NONE && term.operand[i] != PP_NONE)
      return PP_NONE;
  }
  switch (term.kind) {
  case PP_TERM_ITERATION:
    return term.value == loop ? shifting->shift->by : number;
  case PP_TERM_LOAD:
    return shifting->shift->load(view, shifting->shift, number, operand[0]);
  case PP_TERM_EXTEND:
    return pp_term_extend(view, operand[0], term.bits, term.is_signed);
  case PP_TERM_OPERATION:
    if (may_trap(term.operation))
      return pp_term_division(view, term.operation, operand[0], operand[1], view->nest->loops[loop].header);
    return pp_term_operation(view, term.operation, operand[0], operand[1], operand[2]);
  case PP_TERM_SUM:
    return shift_sum(shifting, term);
  default:
    return PP_NONE;
  }
}

/* Whether a term is the same in every iteration, and at hand where the asker wants it. */
static bool stays(const struct shifting *shifting, int number) {
  const struct pp_view *view = shifting->view;
  const struct pp_term *term = &view->terms[number];
  return !(term->varies >> shifting->shift->loop & 1) &&
         (!shifting->shift->anew || pp_graph_dominates(view->graph, term->node, view->nest->loops[shifting->shift->loop].header));
}

static int shift(struct shifting *shifting, int number) {
  if (stays(shifting, number))
    return number;
  if ((unsigned)number >= shifting->known)
    return shift_anew(shifting, number);
  if (shifting->memo[number] == -2)
    shifting->memo[number] = shift_anew(shifting, number);
  return shifting->memo[number];
}

int pp_term_shift(struct pp_view *view, int term, struct pp_shift *by) {
  struct shifting shifting = {view, by, view->count, pp_allocate(view->count, sizeof(int))};
  for (unsigned i = 0; i < shifting.known; i++)
    shifting.memo[i] = -2;
  int made = shift(&shifting, term);
  free(shifting.memo);
  return made;
}

int pp_term_iteration_before(struct pp_view *view, int loop, bool not_below_zero) {
  int iteration = pp_term_iteration(view, loop), zero = pp_term_constant(view, 0);
  int before = pp_term_add(view, iteration, pp_term_constant(view, 1), UINT64_MAX);
  int is_first = pp_term_operation(view, PP_EQUAL, iteration, zero, PP_NONE);
  return not_below_zero ? pp_term_operation(view, PP_SELECT, is_first, zero, before) : before;
}
