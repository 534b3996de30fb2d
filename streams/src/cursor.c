/* SPDX-License-Identifier: MIT */
/* What goes on by little from iteration to iteration, whatever decides by how much, and what inner loops leave behind that has no
 * closed form: searches, probes, chains. */
#include "planner.h"

enum { DEPTH = 8 };

static uint64_t magnitude(int64_t value) {
  return value < 0 ? -(uint64_t)value : (uint64_t)value;
}

/* Whether a value is a phi moved by little, or put back to a start. */
static bool moves_near(const struct pp_view *view, int number, int phi, unsigned depth);

/* A phi and a constant, and what conditions add: a few bits each. */
static bool adds_little(const struct pp_view *view, const struct pp_term *sum, int phi, unsigned depth) {
  uint64_t most = magnitude((int64_t)sum->constant);
  bool moved = false;
  for (unsigned i = 0; i < sum->product_count && most < PP_PAGE; i++) {
    const struct pp_product *product = &sum->products[i];
    uint64_t factor = magnitude((int64_t)product->factor);
    unsigned bits = view->terms[product->atom[0]].most_bits;
    if (product->degree != 1 || factor >= PP_PAGE)
      return false;
    if (UINT64_C(1) << (bits & 63) <= PP_PAGE && bits < 64)
      most += factor * ((UINT64_C(1) << bits) - 1);
    else if (!moved && product->factor == 1 && moves_near(view, product->atom[0], phi, depth))
      moved = true;
    else
      return false;
  }
  return moved && most < PP_PAGE;
}

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
  return term->kind == PP_TERM_SUM && adds_little(view, term, phi, depth);
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
  bool near = back != PP_NONE && !view->terms[back].loads && moves_near(view, back, number, DEPTH);
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

bool pp_is_at_cursor(struct pp_view *view, int number) {
  struct pp_term term = view->terms[number];
  if (term.kind == PP_TERM_PHI) {
    int left = pp_term_left(view, number), back = left == PP_NONE ? pp_term_back(view, number) : PP_NONE;
    if (left != PP_NONE)
      return pp_is_at_cursor(view, left);
    bool near = back != PP_NONE && moves_near(view, back, number, DEPTH);
    return near || (term.node == view->home && pp_term_ends_loop(view, number, view->loop));
  }
  for (unsigned i = 0; i < term.product_count && !term.loads; i++)
    if (term.products[i].degree == 1 && pp_is_at_cursor(view, term.products[i].atom[0]))
      return true;
  return false;
}
