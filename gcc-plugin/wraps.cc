/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of the numbers of a loop that do not wrap: the flags of the graph's values, which let narrow ones be computed in
 * 64 bits. */
#include "value.h"

namespace pageprefetch {

/* The walk of a value that is extended to 64 bits as a number of one sign; none where the value may wrap while its loop runs. */
static bool extended_walk(tree value, class loop *loop, bool is_unsigned, affine_iv *walk) {
  tree type = TREE_TYPE(value);
  tree own = is_unsigned ? unsigned_type_for(type) : signed_type_for(type);
  return simple_iv(loop, loop, fold_convert(uint64_type_node, fold_convert(own, value)), walk, true);
}

/* What is known of the walk of a value that goes on from iteration to iteration. */
unsigned wraps_of(tree name, class loop *loop) {
  tree type = TREE_TYPE(name);
  affine_iv walk, wide;
  if (!simple_iv(loop, loop, name, &walk, true))
    return 0;
  if (POINTER_TYPE_P(type))
    return PP_NO_UNSIGNED_WRAP;
  unsigned own = TYPE_UNSIGNED(type) ? PP_NO_UNSIGNED_WRAP : PP_NO_SIGNED_WRAP;
  unsigned flags = walk.no_overflow || TYPE_OVERFLOW_UNDEFINED(type) ? own : 0;
  if (TYPE_PRECISION(type) >= 64)
    return flags;
  if (extended_walk(name, loop, false, &wide))
    flags |= PP_NO_SIGNED_WRAP;
  if (extended_walk(name, loop, true, &wide))
    flags |= PP_NO_UNSIGNED_WRAP;
  return flags;
}

/* Whether what a value begins with is known not to be the largest number of its type, by the tests before the loop: as k is in
 * `for (k = from; k < to; k++)`. */
static bool begins_below_most(tree value, class loop *loop) {
  affine_iv walk;
  if (!simple_iv(loop, loop, value, &walk, true))
    return false;
  tree below = fold_build2(NE_EXPR, boolean_type_node, walk.base, TYPE_MAX_VALUE(TREE_TYPE(value)));
  return integer_nonzerop(simplify_using_initial_conditions(loop, below));
}

/* Whether an operation gives the same for extended operands as for its own, in every iteration: the walks say so of their steps,
 * but not of where they begin. */
static bool adds_up(enum tree_code code, tree result, const tree operands[2], class loop *loop, bool is_unsigned) {
  affine_iv whole, parts[2];
  if ((code != PLUS_EXPR && code != MINUS_EXPR && code != MULT_EXPR) || !extended_walk(result, loop, is_unsigned, &whole))
    return false;
  for (unsigned i = 0; i < 2; i++)
    if (!INTEGRAL_TYPE_P(TREE_TYPE(operands[i])) || !extended_walk(operands[i], loop, is_unsigned, &parts[i]))
      return false;
  auto both = [&](tree left, tree right, tree wanted) {
    tree made = fold_build2(code, uint64_type_node, fold_convert(uint64_type_node, left), fold_convert(uint64_type_node, right));
    return operand_equal_p(made, fold_convert(uint64_type_node, wanted), 0);
  };
  bool next = code == PLUS_EXPR && is_unsigned && TYPE_UNSIGNED(TREE_TYPE(result)) && integer_onep(operands[1]) &&
              begins_below_most(operands[0], loop);
  if (code != MULT_EXPR)
    return (next || both(parts[0].base, parts[1].base, whole.base)) && both(parts[0].step, parts[1].step, whole.step);
  return integer_zerop(parts[1].step) && both(parts[0].base, parts[1].base, whole.base) &&
         both(parts[0].step, parts[1].base, whole.step);
}

/* What is known of an operation on narrow numbers, whose result goes on from iteration to iteration. */
unsigned wraps_of_operation(enum tree_code code, tree result, const tree operands[2], class loop *loop) {
  if (!loop_outer(loop))
    return 0;
  unsigned flags = wraps_of(result, loop);
  bool undefined = TYPE_OVERFLOW_UNDEFINED(TREE_TYPE(result));
  if ((flags & PP_NO_SIGNED_WRAP) && !undefined && !adds_up(code, result, operands, loop, false))
    flags &= ~(unsigned)PP_NO_SIGNED_WRAP;
  if ((flags & PP_NO_UNSIGNED_WRAP) && !adds_up(code, result, operands, loop, true))
    flags &= ~(unsigned)PP_NO_UNSIGNED_WRAP;
  return flags;
}

} // namespace pageprefetch
