/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of one loop: its counted exit, its trip count on entry, and what forbids strips.
 * Called for every loop of a nest before anything is changed, and for what the optimisers made of it. */
#include "diagnose.h"
#include "model.h"

namespace pageprefetch {

enum {
  MOST_BLOCKS_BEFORE = 8,    /* that are searched for a load of a bound */
  MOST_MOVES = 32,           /* of a value that goes on from iteration to iteration */
  MOST_TESTS_IN_ONE = 8,     /* of an exit */
  MOST_DEPTH_ON_ENTRY = 8,   /* of a bound's computation */
  MOST_LINKS_OF_COUNTER = 6, /* from one iteration's to the next one's */
};

/* The place of a loop's test, or of the first statement that has one. */
static pp_place place_of_loop(class loop *loop, const loop_facts *facts) {
  if (facts->test.condition && gimple_location(facts->test.condition) != UNKNOWN_LOCATION)
    return place_of(gimple_location(facts->test.condition));
  for (gimple_stmt_iterator gsi = gsi_start_bb(loop->header); !gsi_end_p(gsi); gsi_next(&gsi))
    if (!is_gimple_debug(gsi_stmt(gsi)) && gimple_location(gsi_stmt(gsi)) != UNKNOWN_LOCATION)
      return place_of(gimple_location(gsi_stmt(gsi)));
  return place_of(UNKNOWN_LOCATION);
}

static bool nothing_but_labels(basic_block block) {
  for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi)) {
    gimple *statement = gsi_stmt(gsi);
    if (!is_gimple_debug(statement) && gimple_code(statement) != GIMPLE_LABEL && gimple_code(statement) != GIMPLE_NOP &&
        gimple_code(statement) != GIMPLE_PREDICT)
      return false;
  }
  return gimple_seq_empty_p(phi_nodes(block));
}

/* Whether the block may run once more without anybody noticing. */
static bool without_effect(basic_block block) {
  for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi)) {
    gimple *statement = gsi_stmt(gsi);
    if (is_gimple_debug(statement))
      continue;
    if (gimple_vdef(statement) || gimple_has_side_effects(statement) || gimple_code(statement) == GIMPLE_ASM)
      return false;
  }
  return true;
}

static edge exit_edge_of(class loop *loop, basic_block block) {
  edge e, found = NULL;
  edge_iterator ei;
  FOR_EACH_EDGE(e, ei, block->succs)
  if (!flow_bb_inside_loop_p(loop, e->dest))
    found = e;
  return found;
}

static bool scalar_type_p(tree type) {
  return (INTEGRAL_TYPE_P(type) || POINTER_TYPE_P(type)) && TYPE_PRECISION(type) <= 64;
}

/* The same value computed where signed overflow does not matter. */
static tree as_unsigned(tree expr) {
  tree type = TREE_TYPE(expr), wide = unsigned_type_for(type);
  switch (TREE_CODE(expr)) {
  case PLUS_EXPR:
  case POINTER_PLUS_EXPR:
  case MINUS_EXPR:
  case MULT_EXPR: {
    enum tree_code code = TREE_CODE(expr) == POINTER_PLUS_EXPR ? PLUS_EXPR : TREE_CODE(expr);
    tree left = fold_convert(wide, as_unsigned(TREE_OPERAND(expr, 0)));
    return fold_build2(code, wide, left, fold_convert(wide, as_unsigned(TREE_OPERAND(expr, 1))));
  }
  case NEGATE_EXPR:
    return fold_build1(NEGATE_EXPR, wide, as_unsigned(TREE_OPERAND(expr, 0)));
  CASE_CONVERT : {
    tree inner = TREE_OPERAND(expr, 0), inner_type = TREE_TYPE(inner);
    if (!scalar_type_p(inner_type))
      return fold_convert(wide, expr);
    tree value = as_unsigned(inner);
    /* Back to the inner type first: its sign decides how it widens. */
    if (TYPE_PRECISION(inner_type) < TYPE_PRECISION(type))
      value = fold_convert(inner_type, value);
    return fold_convert(wide, value);
  }
  default:
    return fold_convert(wide, expr);
  }
}

/* Whether expr + iteration * step describes expr in target. */
static bool affine_in(class loop *target, tree expr, affine_value *value) {
  affine_iv iv;
  if (!scalar_type_p(TREE_TYPE(expr)) || !simple_iv(target, target, expr, &iv, true))
    return false;
  if (!expr_invariant_in_loop_p(target, iv.base) || !expr_invariant_in_loop_p(target, iv.step))
    return false;
  value->base = as_unsigned(iv.base);
  value->step = fold_convert(TREE_TYPE(value->base), as_unsigned(iv.step));
  /* A step narrower than the value is a signed number of bytes or elements. */
  if (TYPE_PRECISION(TREE_TYPE(iv.step)) < TYPE_PRECISION(TREE_TYPE(value->base)))
    value->step = fold_convert(TREE_TYPE(value->base), fold_convert(signed_type_for(TREE_TYPE(iv.step)), iv.step));
  return true;
}

/* The same of a counter as the induction variable optimiser leaves it: a constant added, with copies and conversions between
 * pointers and numbers of their width around it, which GCC 11's own analysis does not follow. */
static bool stepped_in(class loop *loop, tree expr, affine_value *value) {
  if (TREE_CODE(expr) != SSA_NAME || !scalar_type_p(TREE_TYPE(expr)) || !loop->latch)
    return false;
  tree wide = unsigned_type_for(TREE_TYPE(expr)), step = build_zero_cst(wide), at = expr;
  for (unsigned links = 0; links < MOST_LINKS_OF_COUNTER; links++) {
    gimple *definition = SSA_NAME_DEF_STMT(at);
    gphi *merge = dyn_cast<gphi *>(definition);
    if (merge) {
      if (gimple_bb(merge) != loop->header || PHI_ARG_DEF_FROM_EDGE(merge, loop_latch_edge(loop)) != expr || integer_zerop(step))
        return false;
      tree first = fold_convert(wide, as_unsigned(PHI_ARG_DEF_FROM_EDGE(merge, loop_preheader_edge(loop))));
      value->base = fold_build2(PLUS_EXPR, wide, first, step);
      value->step = step;
      return true;
    }
    gassign *statement = dyn_cast<gassign *>(definition);
    if (!statement)
      return false;
    enum tree_code code = gimple_assign_rhs_code(statement);
    if (code == PLUS_EXPR || code == POINTER_PLUS_EXPR) {
      tree constant = gimple_assign_rhs2(statement);
      if (TREE_CODE(constant) != INTEGER_CST)
        return false;
      step = fold_build2(PLUS_EXPR, wide, step, fold_convert(wide, constant));
    } else if (code != SSA_NAME && !CONVERT_EXPR_CODE_P(code))
      return false;
    at = gimple_assign_rhs1(statement);
    if (TREE_CODE(at) != SSA_NAME || !scalar_type_p(TREE_TYPE(at)) || TYPE_PRECISION(TREE_TYPE(at)) != TYPE_PRECISION(wide))
      return false;
  }
  return false;
}

/* The same of what is left between a pointer that goes on and one that does not. GCC's own analysis knows no differences of
 * pointers. */
static bool difference_in(class loop *loop, tree expr, affine_value *value) {
  gassign *statement = TREE_CODE(expr) == SSA_NAME ? dyn_cast<gassign *>(SSA_NAME_DEF_STMT(expr)) : NULL;
  if (!statement || gimple_assign_rhs_code(statement) != POINTER_DIFF_EXPR)
    return false;
  tree left = gimple_assign_rhs1(statement), right = gimple_assign_rhs2(statement), wide = unsigned_type_for(TREE_TYPE(expr));
  bool moves_left = expr_invariant_in_loop_p(loop, right);
  tree fixed = moves_left ? right : left, moving = moves_left ? left : right;
  if (!expr_invariant_in_loop_p(loop, fixed) || (!affine_in(loop, moving, value) && !stepped_in(loop, moving, value)))
    return false;
  tree from = fold_convert(wide, value->base), step = fold_convert(wide, value->step);
  tree other = fold_convert(wide, as_unsigned(fixed));
  value->base = moves_left ? fold_build2(MINUS_EXPR, wide, from, other) : fold_build2(MINUS_EXPR, wide, other, from);
  value->step = moves_left ? step : fold_build1(NEGATE_EXPR, wide, step);
  return true;
}

static bool counter_in(class loop *loop, tree expr, affine_value *value) {
  return affine_in(loop, expr, value) || stepped_in(loop, expr, value) || difference_in(loop, expr, value);
}

/* uint64 number of times that the body starts, or NULL. */
static tree trips_of(const tree_niter_desc *count, bool at_top) {
  if (!count->niter || TREE_CODE(count->niter) == SCEV_NOT_KNOWN || !count->assumptions || !integer_onep(count->assumptions))
    return NULL_TREE;
  if (TYPE_PRECISION(TREE_TYPE(count->niter)) > 64)
    return NULL_TREE;
  tree trips = fold_convert(uint64_type_node, as_unsigned(count->niter));
  if (count->may_be_zero && !integer_zerop(count->may_be_zero))
    trips = fold_build3(COND_EXPR, uint64_type_node, unshare_expr(count->may_be_zero), build_zero_cst(uint64_type_node), trips);
  return at_top ? trips : fold_build2(PLUS_EXPR, uint64_type_node, trips, build_one_cst(uint64_type_node));
}

/* The load before a loop, by what leads to it, that reads what a load in the loop reads again. */
static tree loaded_before(class loop *loop, tree reference) {
  basic_block block = loop_preheader_edge(loop)->src;
  for (unsigned blocks = 0; block && block != ENTRY_BLOCK_PTR_FOR_FN(cfun) && blocks < MOST_BLOCKS_BEFORE; blocks++) {
    for (gimple_stmt_iterator gsi = gsi_last_bb(block); !gsi_end_p(gsi); gsi_prev(&gsi)) {
      gassign *statement = dyn_cast<gassign *>(gsi_stmt(gsi));
      if (statement && gimple_assign_load_p(statement) && TREE_CODE(gimple_assign_lhs(statement)) == SSA_NAME &&
          operand_equal_p(gimple_assign_rhs1(statement), reference, 0))
        return gimple_assign_lhs(statement);
    }
    block = get_immediate_dominator(CDI_DOMINATORS, block);
  }
  return NULL_TREE;
}

/* What a loop computes again in each iteration, as it was on entry; NULL where that is not known. */
static tree on_entry(class loop *loop, tree value, unsigned depth) {
  if (expr_invariant_in_loop_p(loop, value))
    return value;
  gphi *merge = TREE_CODE(value) == SSA_NAME ? dyn_cast<gphi *>(SSA_NAME_DEF_STMT(value)) : NULL;
  if (merge && gimple_bb(merge) == loop->header)
    return PHI_ARG_DEF_FROM_EDGE(merge, loop_preheader_edge(loop));
  gassign *statement = TREE_CODE(value) == SSA_NAME ? dyn_cast<gassign *>(SSA_NAME_DEF_STMT(value)) : NULL;
  if (!statement || depth == MOST_DEPTH_ON_ENTRY || gimple_has_volatile_ops(statement))
    return NULL_TREE;
  if (gimple_assign_load_p(statement))
    return loaded_before(loop, gimple_assign_rhs1(statement));
  enum tree_code code = gimple_assign_rhs_code(statement);
  bool is_unary = get_gimple_rhs_class(code) == GIMPLE_UNARY_RHS, is_binary = get_gimple_rhs_class(code) == GIMPLE_BINARY_RHS;
  if ((!is_unary && !is_binary) || code == TRUNC_DIV_EXPR || code == TRUNC_MOD_EXPR)
    return NULL_TREE;
  tree left = on_entry(loop, gimple_assign_rhs1(statement), depth + 1);
  tree right = is_binary ? on_entry(loop, gimple_assign_rhs2(statement), depth + 1) : NULL_TREE;
  if (!left || (is_binary && !right))
    return NULL_TREE;
  return is_unary ? fold_build1(code, TREE_TYPE(value), left) : fold_build2(code, TREE_TYPE(value), left, right);
}

/* Which trip count of a loop is asked for: the program's, exactly or not at all; that of a derived loop, where a test that says
 * at least so many is enough; or a guess from what the loop's bound is on entry. */
enum class counting { exact, by_test, guess };

/* What is not known is taken to go up. */
static bool walks_up(const affine_value &value) {
  return TREE_CODE(value.step) != INTEGER_CST || !tree_int_cst_sign_bit(value.step);
}

static void understand_test(class loop *loop, edge out, counting how, exit_test *test) {
  gcond *condition = test->condition;
  enum tree_code code = gimple_cond_code(condition);
  test->continue_code = ERROR_MARK;
  if (out->flags & EDGE_TRUE_VALUE)
    code = invert_tree_comparison(code, false);
  for (unsigned bound = 0; bound < 2; bound++) {
    affine_value value;
    tree moving = bound ? gimple_cond_lhs(condition) : gimple_cond_rhs(condition);
    tree fixed = bound ? gimple_cond_rhs(condition) : gimple_cond_lhs(condition);
    tree limit = how == counting::guess ? on_entry(loop, fixed, 0) : expr_invariant_in_loop_p(loop, fixed) ? fixed : NULL_TREE;
    if (!limit || !counter_in(loop, moving, &value) || integer_zerop(value.step) ||
        (TREE_CODE(value.step) != INTEGER_CST && how != counting::guess))
      continue;
    enum tree_code seen = bound ? code : swap_tree_comparison(code);
    bool up = walks_up(value);
    if (seen != NE_EXPR && !(up && (seen == LT_EXPR || seen == LE_EXPR)) && !(!up && (seen == GT_EXPR || seen == GE_EXPR)))
      continue;
    test->bound_operand = bound;
    test->bound = limit;
    test->continue_code = seen;
    test->value = value;
    return;
  }
}

/* How often the body starts according to the test alone, as uint64. Never more than the test lets happen: where it would only be
 * met after the compared value has wrapped, what comes before. */
static tree trips_by_test(const exit_test *test, bool at_top) {
  const affine_value &value = test->value;
  tree wide = TREE_TYPE(value.base), number = uint64_type_node;
  tree bound = test->bound;
  tree start = value.base, limit = fold_convert(wide, bound), step = value.step;
  if (!walks_up(value)) {
    std::swap(start, limit);
    step = fold_build1(NEGATE_EXPR, wide, step);
  } else if (TREE_CODE(step) != INTEGER_CST) {
    tree as_signed = signed_type_for(wide), least = build_one_cst(as_signed);
    step = fold_convert(wide, fold_build2(MAX_EXPR, as_signed, fold_convert(as_signed, step), least));
  }
  tree distance = fold_build2(MINUS_EXPR, wide, limit, start), one = build_one_cst(number), steps;
  if (test->continue_code == LT_EXPR || test->continue_code == GT_EXPR) {
    distance = fold_build2(MINUS_EXPR, wide, distance, build_one_cst(wide));
    steps = fold_convert(number, fold_build2(TRUNC_DIV_EXPR, wide, distance, step));
    steps = fold_build2(PLUS_EXPR, number, steps, one);
  } else {
    steps = fold_convert(number, fold_build2(TRUNC_DIV_EXPR, wide, distance, step));
    if (test->continue_code != NE_EXPR)
      steps = fold_build2(PLUS_EXPR, number, steps, one);
  }
  if (test->continue_code != NE_EXPR) {
    tree goes_on = fold_build2(test->continue_code, boolean_type_node, fold_convert(TREE_TYPE(bound), value.base), bound);
    steps = fold_build3(COND_EXPR, number, goes_on, steps, build_zero_cst(number));
  }
  return at_top ? steps : fold_build2(PLUS_EXPR, number, steps, one);
}

/* A division that may trap. Trip counts are computed on the way in, also where the program's own tests would not let it come to
 * that. */
static tree may_trap(tree *at, int *, void *) {
  switch (TREE_CODE(*at)) {
  case TRUNC_DIV_EXPR:
  case CEIL_DIV_EXPR:
  case FLOOR_DIV_EXPR:
  case ROUND_DIV_EXPR:
  case EXACT_DIV_EXPR:
  case TRUNC_MOD_EXPR:
  case CEIL_MOD_EXPR:
  case FLOOR_MOD_EXPR:
  case ROUND_MOD_EXPR: {
    tree divisor = TREE_OPERAND(*at, 1);
    bool may_overflow = !TYPE_UNSIGNED(TREE_TYPE(*at)) && (TREE_CODE(divisor) != INTEGER_CST || integer_all_onesp(divisor));
    return may_overflow || !tree_expr_nonzero_p(divisor) ? *at : NULL_TREE;
  }
  default:
    return NULL_TREE;
  }
}

/* Take a block's exit as the counted one, if it is. */
static bool try_counted_exit(class loop *loop, basic_block block, bool at_top, counting how, loop_facts *facts) {
  edge out = exit_edge_of(loop, block);
  gcond *condition = safe_dyn_cast<gcond *>(last_statement(block));
  if (!out || !condition || (out->flags & (EDGE_COMPLEX | EDGE_FAKE)) || block->loop_father != loop)
    return false;
  if (!dominated_by_p(CDI_DOMINATORS, loop->latch, block))
    return false;
  facts->test.condition = condition;
  understand_test(loop, out, how, &facts->test);
  tree_niter_desc count;
  if (how != counting::exact && facts->test.continue_code != ERROR_MARK)
    facts->trips = trips_by_test(&facts->test, at_top);
  else if (how != counting::guess && number_of_iterations_exit(loop, out, &count, false, true))
    facts->trips = trips_of(&count, at_top);
  if (facts->trips && (!expr_invariant_in_loop_p(loop, facts->trips) || walk_tree(&facts->trips, may_trap, NULL, NULL)))
    facts->trips = NULL_TREE;
  facts->exit_block = facts->trips ? block : NULL;
  facts->exit_at_top = at_top;
  return facts->trips;
}

/* Returns NULL, or why no exit of the loop counts it in a place where strips can end. */
static const char *find_counted_exit(class loop *loop, counting how, loop_facts *facts) {
  basic_block latch = loop->latch;
  if (!latch)
    return "it has several latches";
  if (single_pred_p(latch) && nothing_but_labels(latch) && try_counted_exit(loop, single_pred(latch), false, how, facts))
    return NULL;
  if (without_effect(loop->header) && try_counted_exit(loop, loop->header, true, how, facts))
    return NULL;
  return "its trip count is not known on entry";
}

/* Whether a value is a phi of the loop moved along, on every way: what a list or a search goes on to is not. */
static bool moves_along(class loop *loop, tree value, tree from, std::vector<tree> *seen) {
  if (value == from || std::find(seen->begin(), seen->end(), value) != seen->end())
    return true;
  seen->push_back(value);
  gimple *made = TREE_CODE(value) == SSA_NAME ? SSA_NAME_DEF_STMT(value) : NULL;
  if (!made || !gimple_bb(made) || !flow_bb_inside_loop_p(loop, gimple_bb(made)) || seen->size() > MOST_MOVES)
    return false;
  if (gphi *merge = dyn_cast<gphi *>(made)) {
    bool all = true;
    for (unsigned i = 0; i < gimple_phi_num_args(merge); i++)
      all = all && moves_along(loop, gimple_phi_arg_def(merge, i), from, seen);
    return all;
  }
  gassign *assign = dyn_cast<gassign *>(made);
  enum tree_code code = assign ? gimple_assign_rhs_code(assign) : ERROR_MARK;
  if (code == POINTER_PLUS_EXPR || code == MINUS_EXPR || CONVERT_EXPR_CODE_P(code))
    return moves_along(loop, gimple_assign_rhs1(assign), from, seen);
  if (code == COND_EXPR)
    return moves_along(loop, gimple_assign_rhs2(assign), from, seen) && moves_along(loop, gimple_assign_rhs3(assign), from, seen);
  return code == PLUS_EXPR &&
         (moves_along(loop, gimple_assign_rhs1(assign), from, seen) || moves_along(loop, gimple_assign_rhs2(assign), from, seen));
}

/* The phi of a loop's header that a value is, as it is now or next, and that is no walk but moves on. */
static gphi *cursor_of(class loop *loop, tree value) {
  affine_value walk;
  for (gphi_iterator gsi = gsi_start_phis(loop->header); !gsi_end_p(gsi); gsi_next(&gsi)) {
    tree now = gimple_phi_result(gsi.phi()), next = PHI_ARG_DEF_FROM_EDGE(gsi.phi(), loop_latch_edge(loop));
    std::vector<tree> seen;
    if ((value == now || value == next) && scalar_type_p(TREE_TYPE(now)) && !counter_in(loop, now, &walk) &&
        moves_along(loop, next, now, &seen))
      return gsi.phi();
  }
  return NULL;
}

/* What must hold for a loop to stay. */
struct stay_test {
  enum tree_code code;
  tree left, right;
};

/* The tests of an exit, of which optimisers may have made one: the loop stays while all of them say so. */
static std::vector<stay_test> tests_of(gcond *condition, bool stays_when_true) {
  enum tree_code code = gimple_cond_code(condition);
  std::vector<stay_test> found, left = {{stays_when_true ? code : invert_tree_comparison(code, false), gimple_cond_lhs(condition),
                                         gimple_cond_rhs(condition)}};
  while (!left.empty() && found.size() < MOST_TESTS_IN_ONE) {
    stay_test test = left.back();
    left.pop_back();
    bool is_truth = TREE_CODE(test.left) == SSA_NAME && TREE_CODE(TREE_TYPE(test.left)) == BOOLEAN_TYPE &&
                    integer_zerop(test.right) && (test.code == NE_EXPR || test.code == EQ_EXPR);
    gassign *made = is_truth ? dyn_cast<gassign *>(SSA_NAME_DEF_STMT(test.left)) : NULL;
    enum tree_code way = made ? gimple_assign_rhs_code(made) : ERROR_MARK;
    if (way == (test.code == NE_EXPR ? BIT_AND_EXPR : BIT_IOR_EXPR)) {
      left.push_back({test.code, gimple_assign_rhs1(made), test.right});
      left.push_back({test.code, gimple_assign_rhs2(made), test.right});
    } else if (TREE_CODE_CLASS(way) == tcc_comparison) {
      enum tree_code holds = test.code == NE_EXPR ? way : invert_tree_comparison(way, false);
      found.push_back({holds, gimple_assign_rhs1(made), gimple_assign_rhs2(made)});
    } else {
      found.push_back(test);
    }
  }
  return found;
}

/* How far a cursor has to go whose steps only the data knows, up to a bound that does not change: at most so often the loop
 * stays by that test. NULL_TREE: it tests no cursor, or one of those that were met. */
static tree way_of_cursor(class loop *loop, const stay_test &test, std::vector<gphi *> *met) {
  for (unsigned side = 0; side < 2; side++) {
    tree moving = side ? test.right : test.left, bound = side ? test.left : test.right;
    gphi *cursor = TREE_CODE(moving) == SSA_NAME ? cursor_of(loop, moving) : NULL;
    if (!cursor || !expr_invariant_in_loop_p(loop, bound) || !scalar_type_p(TREE_TYPE(bound)))
      continue;
    enum tree_code seen = side ? swap_tree_comparison(test.code) : test.code;
    bool waits = seen == EQ_EXPR || (seen == NE_EXPR && TREE_CODE(bound) != SSA_NAME); /* for one value */
    if (waits || std::find(met->begin(), met->end(), cursor) != met->end())
      return NULL_TREE;
    met->push_back(cursor);
    tree number = long_long_integer_type_node; /* wraps as uint64 below */
    tree from = fold_convert(uint64_type_node, fold_convert(number, PHI_ARG_DEF_FROM_EDGE(cursor, loop_preheader_edge(loop))));
    tree to = fold_convert(uint64_type_node, fold_convert(number, bound));
    if (seen == GT_EXPR || seen == GE_EXPR)
      std::swap(from, to);
    tree way = fold_convert(number, fold_build2(MINUS_EXPR, uint64_type_node, to, from));
    way = fold_convert(uint64_type_node, fold_build2(MAX_EXPR, number, way, build_zero_cst(number)));
    return expr_invariant_in_loop_p(loop, way) ? way : NULL_TREE;
  }
  return NULL_TREE;
}

/* As long as each iteration moves one of its cursors, a loop stays at most as often as all of them have to go. */
static bool guess_by_cursors(class loop *loop, const auto_vec<edge> &exits, loop_facts *facts) {
  std::vector<gphi *> met;
  for (edge out : exits) {
    gcond *condition = safe_dyn_cast<gcond *>(last_statement(out->src));
    if (!condition || (out->flags & (EDGE_COMPLEX | EDGE_FAKE)) || out->src->loop_father != loop || !loop->latch)
      continue;
    for (const stay_test &test : tests_of(condition, !(out->flags & EDGE_TRUE_VALUE)))
      if (tree way = way_of_cursor(loop, test, &met))
        facts->trips = facts->trips ? fold_build2(PLUS_EXPR, uint64_type_node, facts->trips, way) : way;
  }
  return facts->trips;
}

/* A loop whose tests do not end strips, as one that reads its bound again in each iteration, or whose counted exit is in its
 * midst: a counter in its latch ends them. */
static bool find_estimate(class loop *loop, loop_facts *facts) {
  auto_vec<edge> exits(get_loop_exit_edges(loop));
  for (counting how : {counting::exact, counting::guess})
    for (edge out : exits)
      if (loop->latch && try_counted_exit(loop, out->src, false, how, facts)) {
        facts->estimated = true;
        facts->exit_block = NULL;
        return true;
      }
  if (!guess_by_cursors(loop, exits, facts))
    return false;
  facts->estimated = facts->guessed = true;
  return true;
}

static bool crosses_abnormal_edge(class loop *loop) {
  for (gphi_iterator gsi = gsi_start_phis(loop->header); !gsi_end_p(gsi); gsi_next(&gsi))
    if (SSA_NAME_OCCURS_IN_ABNORMAL_PHI(gimple_phi_result(gsi.phi())))
      return true;
  return false;
}

static const char *shape_obstacle(class loop *loop) {
  if (loop->header->flags & BB_IRREDUCIBLE_LOOP)
    return "control flow is irreducible";
  if (EDGE_COUNT(loop->header->preds) != 2 || (loop_preheader_edge(loop)->flags & EDGE_COMPLEX) ||
      (loop->latch && (loop_latch_edge(loop)->flags & EDGE_COMPLEX)))
    return "it has no single way in";
  if (crosses_abnormal_edge(loop))
    return "a value crosses an abnormal edge";
  return NULL;
}

/* An inner loop of so few iterations has no strips, if GCC leaves a loop of it at all. */
static bool is_tiny(class loop *loop, const loop_facts *facts) {
  return !loop->inner && loop_depth(loop) > 1 && facts->trips && tree_fits_uhwi_p(facts->trips) &&
         tree_to_uhwi(facts->trips) <= (unsigned)param_max_completely_peel_times;
}

static const char *strip_obstacle(class loop *loop, loop_facts *facts) {
  if (loop->in_oacc_kernels_region)
    return "it is part of an accelerator region";
  const char *why = shape_obstacle(loop);
  if (!why && (why = find_counted_exit(loop, counting::exact, facts)) && find_estimate(loop, facts))
    why = NULL;
  return why ? why : is_tiny(loop, facts) ? "it runs so few times that GCC unrolls it" : NULL;
}

const char *describe_derived(class loop *loop, bool estimated, loop_facts *facts) {
  facts->loop = loop;
  facts->estimated = estimated;
  const char *why = shape_obstacle(loop);
  if (!why && estimated)
    return loop->latch ? NULL : "it has several latches";
  return why ? why : find_counted_exit(loop, counting::by_test, facts);
}

/* Whether what is behind a statement is run. */
static bool goes_on(gimple *statement) {
  if (stmt_can_throw_external(cfun, statement) || gimple_code(statement) == GIMPLE_ASM)
    return false;
  gcall *call = dyn_cast<gcall *>(statement);
  if (!call || gimple_call_internal_p(call))
    return true;
  int flags = gimple_call_flags(call);
  if (flags & (ECF_CONST | ECF_PURE))
    return !(flags & ECF_LOOPING_CONST_OR_PURE);
  if (!gimple_call_builtin_p(call, BUILT_IN_NORMAL))
    return false;
  switch (DECL_FUNCTION_CODE(gimple_call_fndecl(call))) {
  case BUILT_IN_MEMCPY:
  case BUILT_IN_MEMMOVE:
  case BUILT_IN_MEMSET:
  case BUILT_IN_PREFETCH:
    return true;
  default:
    return false;
  }
}

static bool all_go_on(class loop *loop) {
  basic_block *body = get_loop_body(loop);
  bool all = true;
  for (unsigned i = 0; i < loop->num_nodes; i++)
    for (gimple_stmt_iterator gsi = gsi_start_bb(body[i]); !gsi_end_p(gsi); gsi_next(&gsi))
      all &= is_gimple_debug(gsi_stmt(gsi)) || goes_on(gsi_stmt(gsi));
  free(body);
  return all;
}

void describe_loop(class loop *loop, loop_facts *facts, pp_nest_loop *model) {
  facts->loop = loop;
  model->strip_obstacle = strip_obstacle(loop, facts);
  model->guessed = facts->guessed;
  model->certain = facts->trips && !facts->estimated && all_go_on(loop);
  model->place = place_of_loop(loop, facts);
  if (!facts->trips)
    model->trip = PP_TRIP_UNKNOWN;
  else if (tree_fits_uhwi_p(facts->trips)) {
    model->trip = PP_TRIP_CONSTANT;
    model->trip_count = tree_to_uhwi(facts->trips);
  } else
    model->trip = PP_TRIP_SYMBOLIC;
}

} // namespace pageprefetch
