/* SPDX-License-Identifier: MIT */
/* What inner loops leave behind that have no closed form: searches, probes, chains. */
#include "planner.h"

/* Whether a value is a phi moved by little, or put back to a start. */
static bool moves_near(const struct pp_view *view, int number, int phi, unsigned depth) {
  const struct pp_term *term = &view->terms[number];
  if (number == phi || pp_term_is_constant(view, number, NULL))
    return true;
  if (!depth--)
    return false;
  if (term->kind == PP_TERM_EXTEND)
    return moves_near(view, term->operand[0], phi, depth);
  if (term->kind == PP_TERM_OPERATION && term->operation == PP_SELECT)
    return moves_near(view, term->operand[1], phi, depth) && moves_near(view, term->operand[2], phi, depth);
  if (term->kind == PP_TERM_OPERATION && (term->operation == PP_AND || term->operation == PP_UREMAINDER))
    return moves_near(view, term->operand[0], phi, depth) || moves_near(view, term->operand[1], phi, depth);
  return term->kind == PP_TERM_SUM && term->product_count == 1 && term->products[0].degree == 1 &&
         term->products[0].factor == 1 && (term->constant < PP_PAGE || -term->constant < PP_PAGE) &&
         moves_near(view, term->products[0].atom[0], phi, depth);
}

static enum pp_asked goes_on_loaded(struct pp_view *view, int number) {
  struct pp_term term = view->terms[number];
  if (!term.varies)
    return PP_ASKED_NO;
  if (term.kind == PP_TERM_LOAD)
    return PP_ASKED_YES;
  if (term.kind != PP_TERM_PHI)
    return PP_ASKED_FURTHER;
  int left = pp_term_left(view, number);
  if (left != PP_NONE)
    return pp_goes_on_unloaded(view, left) ? PP_ASKED_NO : PP_ASKED_YES;
  int back = term.node == view->home ? PP_NONE : pp_term_back(view, number);
  bool near = back != PP_NONE && !view->terms[back].loads && moves_near(view, back, number, 8);
  return near ? PP_ASKED_NO : PP_ASKED_YES;
}

bool pp_goes_on_unloaded(struct pp_view *view, int number) {
  return !pp_term_any(view, number, goes_on_loaded);
}

static enum pp_asked is_inner_phi(struct pp_view *view, int number) {
  struct pp_term term = view->terms[number];
  if (term.kind != PP_TERM_PHI)
    return PP_ASKED_FURTHER;
  int left = pp_term_left(view, number);
  bool inner = left != PP_NONE ? pp_term_any(view, left, is_inner_phi) : view->graph->nodes[term.node].loop != view->loop;
  return inner ? PP_ASKED_YES : PP_ASKED_NO;
}

bool pp_has_inner_phi(struct pp_view *view, int number) {
  return pp_term_any(view, number, is_inner_phi);
}
