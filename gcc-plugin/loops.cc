/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of one loop: its counted exit, its trip count on entry, and what forbids strips or slices.
 * Called for every loop of a nest before anything is changed. */
#include "model.h"

namespace pageprefetch {

/* Blocks of an innermost loop, and of a loop around one, that GCC's vectoriser takes. */
enum { INNER_BLOCKS = 2, OUTER_BLOCKS = 5 };

static pp_place place_of(location_t location) {
  expanded_location expanded = expand_location(location);
  pp_place place = {expanded.file, (uint32_t)(expanded.line > 0 ? expanded.line : 0),
                    (uint32_t)(expanded.column > 0 ? expanded.column : 0)};
  return place;
}

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

/* Whether the loop ends at this exit or never: no other exit, and nothing in it that may end the program, throw or jump away. */
static bool only_way_out(class loop *loop, edge out) {
  if (single_exit(loop) != out)
    return false;
  bool only = true;
  basic_block *body = get_loop_body(loop);
  for (unsigned i = 0; i < loop->num_nodes && only; i++)
    for (gimple_stmt_iterator gsi = gsi_start_bb(body[i]); !gsi_end_p(gsi) && only; gsi_next(&gsi))
      only = !stmt_can_terminate_bb_p(gsi_stmt(gsi));
  free(body);
  return only;
}

static void understand_test(class loop *loop, edge out, exit_test *test) {
  gcond *condition = test->condition;
  enum tree_code code = gimple_cond_code(condition);
  test->continue_code = ERROR_MARK;
  if (out->flags & EDGE_TRUE_VALUE)
    code = invert_tree_comparison(code, false);
  for (unsigned bound = 0; bound < 2; bound++) {
    affine_value value;
    tree moving = bound ? gimple_cond_lhs(condition) : gimple_cond_rhs(condition);
    tree fixed = bound ? gimple_cond_rhs(condition) : gimple_cond_lhs(condition);
    if (!expr_invariant_in_loop_p(loop, fixed) || !affine_in(loop, moving, &value) || TREE_CODE(value.step) != INTEGER_CST ||
        integer_zerop(value.step))
      continue;
    enum tree_code seen = bound ? code : swap_tree_comparison(code);
    bool up = !tree_int_cst_sign_bit(value.step);
    if (seen != NE_EXPR && !(up && (seen == LT_EXPR || seen == LE_EXPR)) && !(!up && (seen == GT_EXPR || seen == GE_EXPR)))
      continue;
    /* A strip starts anywhere, so that != alone would no longer tell GCC that the value does not wrap. Where the loop can end
     * otherwise, the bound may never be met or lie behind the start: there != is something else than <. */
    if (seen == NE_EXPR && value.monotone && only_way_out(loop, out))
      seen = up ? LT_EXPR : GT_EXPR;
    test->bound_operand = bound;
    test->continue_code = seen;
    test->value = value;
    return;
  }
}

/* Take a block's exit as the counted one, if it is. */
static bool try_counted_exit(class loop *loop, basic_block block, bool at_top, loop_facts *facts) {
  edge out = exit_edge_of(loop, block);
  gcond *condition = last_stmt(block) ? dyn_cast<gcond *>(last_stmt(block)) : NULL;
  if (!out || !condition || (out->flags & (EDGE_COMPLEX | EDGE_FAKE)) || block->loop_father != loop)
    return false;
  if (!dominated_by_p(CDI_DOMINATORS, loop->latch, block))
    return false;
  tree_niter_desc count;
  if (!number_of_iterations_exit(loop, out, &count, false, true))
    return false;
  tree trips = trips_of(&count, at_top);
  if (!trips || !expr_invariant_in_loop_p(loop, trips))
    return false;
  facts->trips = trips;
  facts->exit_block = block;
  facts->exit_at_top = at_top;
  facts->test.condition = condition;
  understand_test(loop, out, &facts->test);
  return true;
}

/* Returns NULL, or why no exit of the loop counts it in a place where strips can end. */
static const char *find_counted_exit(class loop *loop, loop_facts *facts) {
  basic_block latch = loop->latch;
  if (!latch)
    return "it has several latches";
  if (single_pred_p(latch) && nothing_but_labels(latch) && try_counted_exit(loop, single_pred(latch), false, facts))
    return NULL;
  if (without_effect(loop->header) && try_counted_exit(loop, loop->header, true, facts))
    return NULL;
  return "its trip count is not known on entry";
}

static bool is_product(class loop *loop, tree value) {
  gimple *statement = TREE_CODE(value) == SSA_NAME ? SSA_NAME_DEF_STMT(value) : NULL;
  return statement && is_gimple_assign(statement) && gimple_bb(statement) && flow_bb_inside_loop_p(loop, gimple_bb(statement)) &&
         gimple_assign_rhs_code(statement) == MULT_EXPR;
}

/* Whether a sum of products is fused or not depending on whether the iteration lands in the vectorised part of the loop. */
static bool fuses_by_iteration(class loop *loop, gphi *phi) {
  tree next = PHI_ARG_DEF_FROM_EDGE(phi, loop_latch_edge(loop)), type = TREE_TYPE(gimple_phi_result(phi));
  gimple *statement = TREE_CODE(next) == SSA_NAME ? SSA_NAME_DEF_STMT(next) : NULL;
  if (!flag_tree_loop_vectorize || flag_fp_contract_mode != FP_CONTRACT_FAST || !SCALAR_FLOAT_TYPE_P(type) ||
      !direct_internal_fn_supported_p(IFN_FMA, type, OPTIMIZE_FOR_SPEED) || !statement || !is_gimple_assign(statement))
    return false;
  for (unsigned i = 1; i < gimple_num_ops(statement); i++)
    if (gimple_op(statement, i) && is_product(loop, gimple_op(statement, i)))
      return true;
  return false;
}

/* Whether the loop computes with floating-point numbers under flags that let vector and scalar code round differently: which
 * iterations a vectorised loop leaves to its scalar end depends on where strips end. */
static bool rounds_by_iteration(class loop *loop) {
  if (!flag_tree_loop_vectorize || !(flag_associative_math || flag_reciprocal_math || flag_unsafe_math_optimizations) ||
      (loop->inner && loop->num_nodes != OUTER_BLOCKS))
    return false;
  bool found = false;
  basic_block *body = get_loop_body(loop);
  for (unsigned i = 0; i < loop->num_nodes && !found; i++)
    for (gimple_stmt_iterator gsi = gsi_start_bb(body[i]); !gsi_end_p(gsi) && !found; gsi_next(&gsi)) {
      gimple *statement = gsi_stmt(gsi);
      tree result = is_gimple_assign(statement) || is_gimple_call(statement) ? gimple_get_lhs(statement) : NULL_TREE;
      found = result && FLOAT_TYPE_P(TREE_TYPE(result)) && !gimple_assign_single_p(statement);
    }
  free(body);
  return found;
}

static const char *reduction_obstacle(class loop *loop) {
  for (gphi_iterator gsi = gsi_start_phis(loop->header); !gsi_end_p(gsi); gsi_next(&gsi)) {
    tree result = gimple_phi_result(gsi.phi());
    if (virtual_operand_p(result))
      continue;
    if (SSA_NAME_OCCURS_IN_ABNORMAL_PHI(result))
      return "a value crosses an abnormal edge";
    if (FLOAT_TYPE_P(TREE_TYPE(result)) && flag_associative_math)
      return "strips would change the order of its floating-point sum";
    if (fuses_by_iteration(loop, gsi.phi()))
      return "strips would change which products of its floating-point sum are fused";
  }
  if (rounds_by_iteration(loop))
    return "with fast-math flags strips could change how its floating-point results are rounded";
  return NULL;
}

/* Whether GCC may vectorise the loop around this one instead: an inner loop of few known iterations that sums floating-point
 * numbers in order. Strips inside would forbid that. */
static bool serves_outer_vectorisation(class loop *loop, const loop_facts *facts) {
  enum { FEW_ITERATIONS = 4096 };
  class loop *outer = loop_outer(loop);
  if (!flag_tree_loop_vectorize || loop->inner || !outer || !loop_outer(outer) || loop->num_nodes != INNER_BLOCKS ||
      outer->num_nodes != OUTER_BLOCKS || !tree_fits_uhwi_p(facts->trips) || tree_to_uhwi(facts->trips) > FEW_ITERATIONS)
    return false;
  for (gphi_iterator gsi = gsi_start_phis(loop->header); !gsi_end_p(gsi); gsi_next(&gsi))
    if (FLOAT_TYPE_P(TREE_TYPE(gimple_phi_result(gsi.phi()))))
      return true;
  return false;
}

static const char *strip_obstacle(class loop *loop, loop_facts *facts) {
  if (loop->header->flags & BB_IRREDUCIBLE_LOOP)
    return "control flow is irreducible";
  if (loop->force_vectorize || loop->simduid || loop->simdlen)
    return "it is a simd loop of its own length";
  if (loop->in_oacc_kernels_region)
    return "it is part of an accelerator region";
  /* Loop distribution leaves a choice between two versions that the vectoriser folds; it finds it by walking up from the
   * preheader. */
  if (loop->orig_loop_num)
    return "GCC keeps two versions of it until vectorisation";
  if (EDGE_COUNT(loop->header->preds) != 2 || (loop_preheader_edge(loop)->flags & EDGE_COMPLEX) ||
      (loop->latch && (loop_latch_edge(loop)->flags & EDGE_COMPLEX)))
    return "it has no single way in";
  const char *why = find_counted_exit(loop, facts);
  if (!why && !loop->inner && very_cheap_vectorisation(loop) && TREE_CODE(facts->trips) != INTEGER_CST &&
      tree_ctz(facts->trips) > 0)
    why = "its trip count is a known multiple, which vectorisation needs and strips would hide";
  if (!why && serves_outer_vectorisation(loop, facts))
    why = "strips in it would stop the vectorisation of the loop around it";
  return why ? why : reduction_obstacle(loop);
}

/* Library calls that return, throw nothing and leave the address space as it is. */
static bool harmless_builtin(gcall *call) {
  if (!gimple_call_builtin_p(call, BUILT_IN_NORMAL))
    return false;
  switch (DECL_FUNCTION_CODE(gimple_call_fndecl(call))) {
  case BUILT_IN_MEMCPY:
  case BUILT_IN_MEMMOVE:
  case BUILT_IN_MEMSET:
  case BUILT_IN_MEMPCPY:
  case BUILT_IN_MEMCMP:
  case BUILT_IN_MEMCMP_EQ:
  case BUILT_IN_STRCMP_EQ:
  case BUILT_IN_STRNCMP_EQ:
  case BUILT_IN_MEMCHR:
  case BUILT_IN_STRLEN:
  case BUILT_IN_STRCMP:
  case BUILT_IN_STRNCMP:
  case BUILT_IN_STRCPY:
  case BUILT_IN_STRNCPY:
  case BUILT_IN_PREFETCH:
  case BUILT_IN_ASSUME_ALIGNED:
    CASE_FLT_FN(BUILT_IN_SQRT)
        : CASE_FLT_FN(BUILT_IN_EXP)
        : CASE_FLT_FN(BUILT_IN_LOG)
        : CASE_FLT_FN(BUILT_IN_POW)
        : CASE_FLT_FN(BUILT_IN_SIN)
        : CASE_FLT_FN(BUILT_IN_COS) : CASE_FLT_FN(BUILT_IN_TAN) : CASE_FLT_FN(BUILT_IN_FMOD) : return true;
  default:
    return false;
  }
}

static const char *call_obstacle(gcall *call) {
  int flags = gimple_call_flags(call);
  if (flags & (ECF_NORETURN | ECF_RETURNS_TWICE))
    return "it calls a function that may not return";
  if ((flags & (ECF_CONST | ECF_PURE)) && !(flags & ECF_LOOPING_CONST_OR_PURE))
    return NULL;
  if (harmless_builtin(call))
    return NULL;
  return "it calls a function that may not return, or may change what is mapped";
}

static const char *statement_obstacle(gimple *statement) {
  if (is_gimple_debug(statement))
    return NULL;
  if (gimple_code(statement) == GIMPLE_ASM)
    return "it contains an asm statement";
  if (gimple_has_volatile_ops(statement))
    return "it contains a volatile access";
  if (stmt_could_throw_p(cfun, statement))
    return "a statement in it may throw";
  if (gcall *call = dyn_cast<gcall *>(statement))
    return call_obstacle(call);
  return NULL;
}

/* Both languages let a compiler assume that a loop without side effects ends; C only where the loop's own condition is not
 * constant, which is no longer visible here. An inner loop that can be left is taken to end unless the user said otherwise. */
static bool ends(class loop *inner) {
  if (finite_loop_p(inner))
    return true;
  auto_vec<edge> exits(get_loop_exit_edges(inner));
  return !exits.is_empty() && !user_says_infinite_loops();
}

static const char *slice_obstacle(class loop *loop, const loop_facts *facts) {
  const char *why = NULL;
  if (!facts->exit_block)
    return "its trip count is not known on entry";
  basic_block *body = get_loop_body(loop);
  for (unsigned i = 0; i < loop->num_nodes && !why; i++) {
    basic_block block = body[i];
    edge e;
    edge_iterator ei;
    FOR_EACH_EDGE(e, ei, block->succs)
    if (!flow_bb_inside_loop_p(loop, e->dest) && block != facts->exit_block && !(e->flags & EDGE_FAKE))
      why = "it can be left early";
    if (block->flags & BB_IRREDUCIBLE_LOOP)
      why = "control flow in it is irreducible";
    for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi) && !why; gsi_next(&gsi))
      why = statement_obstacle(gsi_stmt(gsi));
    if (!why && EDGE_COUNT(block->succs) == 0)
      why = "it can end the program";
    if (!why && block->loop_father != loop && block->loop_father->header == block && !ends(block->loop_father))
      why = "an inner loop may not end";
  }
  free(body);
  return why;
}

/* GCC's very-cheap cost model vectorises known multiples of the vector factor only: strips must keep the powers of two. */
static uint64_t strip_multiple(class loop *loop, const pp_nest_loop *model) {
  if ((loop->inner && loop->num_nodes != OUTER_BLOCKS) || model->trip != PP_TRIP_CONSTANT || !very_cheap_vectorisation(loop))
    return 0;
  uint64_t power = model->trip_count & -model->trip_count;
  return power < 2 ? 0 : power > 64 ? 64 : power;
}

/* Tests of invariant values that the parent's body makes before it enters the loop. */
static tree entry_guard(class loop *loop) {
  class loop *parent = loop_outer(loop);
  tree guard = NULL_TREE;
  for (basic_block block = loop_preheader_edge(loop)->src;
       block && block != parent->header && flow_bb_inside_loop_p(parent, block);
       block = get_immediate_dominator(CDI_DOMINATORS, block)) {
    edge in = single_pred_p(block) ? single_pred_edge(block) : NULL;
    gcond *test = in && last_stmt(in->src) ? dyn_cast<gcond *>(last_stmt(in->src)) : NULL;
    if (!test || FLOAT_TYPE_P(TREE_TYPE(gimple_cond_lhs(test))) || !expr_invariant_in_loop_p(parent, gimple_cond_lhs(test)) ||
        !expr_invariant_in_loop_p(parent, gimple_cond_rhs(test)))
      continue;
    enum tree_code code = gimple_cond_code(test);
    if (in->flags & EDGE_FALSE_VALUE)
      code = invert_tree_comparison(code, false);
    tree holds = fold_build2(code, boolean_type_node, gimple_cond_lhs(test), gimple_cond_rhs(test));
    guard = guard ? fold_build2(BIT_AND_EXPR, boolean_type_node, guard, holds) : holds;
  }
  return guard;
}

static void describe_carried(class loop *loop, loop_facts *facts) {
  for (gphi_iterator gsi = gsi_start_phis(loop->header); !gsi_end_p(gsi); gsi_next(&gsi)) {
    carried_value carried = {gsi.phi(), false, {NULL_TREE, NULL_TREE, false}};
    tree result = gimple_phi_result(gsi.phi());
    if (virtual_operand_p(result))
      continue;
    carried.has_affine = affine_in(loop, result, &carried.value);
    facts->carried.push_back(carried);
  }
}

void describe_loop(class loop *loop, loop_facts *facts, pp_nest_loop *model) {
  facts->loop = loop;
  model->strip_obstacle = strip_obstacle(loop, facts);
  model->slice_obstacle = slice_obstacle(loop, facts);
  if (facts->exit_block)
    describe_carried(loop, facts);
  model->parent = facts->parent;
  model->place = place_of_loop(loop, facts);
  if (!facts->trips)
    model->trip = PP_TRIP_UNKNOWN;
  else if (tree_fits_uhwi_p(facts->trips)) {
    model->trip = PP_TRIP_CONSTANT;
    model->trip_count = tree_to_uhwi(facts->trips);
  } else
    model->trip = PP_TRIP_SYMBOLIC;
  class loop *outer = loop_outer(loop);
  model->trip_invariant = facts->trips && outer && loop_outer(outer) && expr_invariant_in_loop_p(outer, facts->trips);
  if (model->trip_invariant)
    facts->guard = entry_guard(loop);
  model->strip_multiple = strip_multiple(loop, model);
}

} // namespace pageprefetch
