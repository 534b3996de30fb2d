/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strip-mining: a loop becomes the inner loop of one whose iterations are strips, with its body and its test in place.
 *
 *   entry -> [ask ->] merge -> head -> decide -> hints -> decided -> join -> the loop -> strip end -> head or out
 *                                 \_________________________________/
 *
 * A loop that is not worth asking for takes the short way once: a test on entry, one before and one after the loop. */
#include "model.h"

#include "pageprefetch_abi.h"

namespace pageprefetch {

static tree u64(uint64_t value) {
  return build_int_cstu(uint64_type_node, value);
}

static tree fold_u64(enum tree_code code, tree left, tree right) {
  return fold_build2(code, uint64_type_node, left, right);
}

/* One loop while it is being split. */
class strip_miner {
public:
  strip_miner(const nest_facts *nest, const pp_plan *made, unsigned loop)
      : facts(nest), plan(made), number(loop), own(nest->loops[loop]), planned(made->loops[loop]) {}
  void run();

private:
  const nest_facts *facts;
  const pp_plan *plan;
  unsigned number;
  const loop_facts &own;
  const pp_plan_loop &planned;
  loop_records records;

  basic_block entry, merge, head, decide, decided, join, strip_end, again;
  edge in_join;          /* join -> the loop */
  tree trips;            /* uint64 */
  tree asked;            /* trips where the runtime is to be asked, else 0 */
  tree left;             /* in head: iterations left before this strip; 0 where the loop runs in one piece */
  tree left_next;        /* in join: iterations left after this strip */
  tree done;             /* in decide: iterations run */
  tree done_join;        /* in join: the same, 0 where the loop runs in one piece; made on demand */
  tree length;           /* in decide: iterations of this strip */
  tree moving, bounding; /* operands of the loop's own test, as they were */
  hint_state hints;
  std::vector<tree> ahead_head, ahead_join;

  void make_blocks();
  void test_entry();
  void make_head();
  void decide_strip();
  void make_join();
  void carry_values();
  tree carry_computed(const carried_value &carried, tree initial, tree at, gimple_seq *statements);
  void carry_through_head(const carried_value &carried, tree initial);
  void set_bound();
  bool bound_from_start(gimple_seq *statements, tree *bound);
  tree bound_of_strip(gimple_seq *statements);
  void promise_no_wrap();
  void count_afresh();
  void leave_strip();
  bool inclusive() const {
    return own.test.continue_code == LE_EXPR || own.test.continue_code == GE_EXPR;
  }
  tree phi_in(basic_block block, tree type, tree first, edge first_edge, tree second, edge second_edge);
};

tree strip_miner::phi_in(basic_block block, tree type, tree first, edge first_edge, tree second, edge second_edge) {
  tree result = make_ssa_name(type);
  gphi *phi = create_phi_node(result, block);
  add_phi_arg(phi, first, first_edge, UNKNOWN_LOCATION);
  if (second_edge)
    add_phi_arg(phi, second, second_edge, UNKNOWN_LOCATION);
  return result;
}

static edge leaving_edge(class loop *loop, basic_block block) {
  edge e;
  edge_iterator ei;
  FOR_EACH_EDGE(e, ei, block->succs)
  if (!flow_bb_inside_loop_p(loop, e->dest))
    return e;
  gcc_unreachable();
}

static edge entering_edge(class loop *loop) {
  edge e;
  edge_iterator ei;
  FOR_EACH_EDGE(e, ei, loop->header->preds)
  if (e->src != loop->latch)
    return e;
  gcc_unreachable();
}

void strip_miner::make_blocks() {
  class loop *loop = own.loop;
  strip_end = split_edge(leaving_edge(loop, own.exit_block));
  entry = split_edge(entering_edge(loop));
  merge = split_edge(single_succ_edge(entry));
  head = split_edge(single_succ_edge(merge));
  join = split_edge(single_succ_edge(head));
  in_join = single_succ_edge(join);
  profile_count rare = head->count.apply_probability(profile_probability::unlikely());
  decide = new_block(head, rare);
  again = new_block(strip_end, rare);
}

/* asked = trips if the loop is long enough, the library is there and the loop's state is not off, else 0. */
void strip_miner::test_entry() {
  gimple_seq statements = NULL;
  trips = emit_value(own.trips, &statements);
  append(entry, statements);
  basic_block asking = entry;
  profile_probability rarely = profile_probability::unlikely();
  std::vector<basic_block> refused;
  if (TREE_CODE(trips) != INTEGER_CST && planned.min_trips > 1) {
    asking = new_block(entry, decide->count);
    end_with_test(entry, GE_EXPR, trips, u64(planned.min_trips), asking, merge, rarely);
    refused.push_back(entry);
  }
  basic_block state = new_block(asking, decide->count), willing = new_block(state, decide->count);
  tree function = runtime_function(runtime_call::strip);
  tree address = build1(ADDR_EXPR, build_pointer_type(TREE_TYPE(function)), function);
  end_with_test(asking, NE_EXPR, address, build_zero_cst(TREE_TYPE(address)), state, merge, rarely);
  refused.push_back(asking);
  tree value = make_ssa_name(uint32_type_node);
  statements = NULL;
  gimple_seq_add_stmt(&statements, gimple_build_assign(value, records.state));
  append(state, statements);
  end_with_test(state, NE_EXPR, value, build_zero_cst(uint32_type_node), willing, merge, profile_probability::even());
  refused.push_back(state);
  edge go = make_edge(willing, merge, EDGE_FALLTHRU);
  go->probability = profile_probability::always();
  asked = make_ssa_name(uint64_type_node);
  gphi *phi = create_phi_node(asked, merge);
  for (basic_block block : refused)
    add_phi_arg(phi, u64(0), find_edge(block, merge), UNKNOWN_LOCATION);
  add_phi_arg(phi, trips, go, UNKNOWN_LOCATION);
}

/* The values that strips hand on; their second arguments come when the strip's end is known. */
void strip_miner::make_head() {
  edge start = find_edge(merge, head);
  if (planned.strip_fixed) {
    done = phi_in(head, uint64_type_node, u64(0), start, NULL_TREE, NULL);
    left = asked;
  } else {
    left = phi_in(head, uint64_type_node, asked, start, NULL_TREE, NULL);
  }
  for (unsigned i = 0; i < records.sites.size(); i++)
    ahead_head.push_back(phi_in(head, uint64_type_node, u64(0), start, NULL_TREE, NULL));
  end_with_test(head, NE_EXPR, left, u64(0), decide, join, profile_probability::unlikely());
}

void strip_miner::decide_strip() {
  gimple_seq statements = NULL;
  if (!planned.strip_fixed)
    done = emit_value(fold_u64(MINUS_EXPR, trips, left), &statements);
  tree function = runtime_function(runtime_call::strip), answer = make_ssa_name(uint64_type_node);
  gcall *call = gimple_build_call(function, 3, records.loop, done, trips);
  gimple_call_set_lhs(call, answer);
  gimple_seq_add_stmt(&statements, call);
  if (!planned.strip_fixed) {
    /* A strip of one iteration has no bound of its own under <= and >=: the value before may not exist. */
    tree said = fold_u64(BIT_AND_EXPR, answer, u64(~PP_STRIP_HINT));
    said = fold_u64(MAX_EXPR, said, u64(inclusive() && !own.exit_at_top ? 2 : 1));
    length = emit_value(fold_u64(MIN_EXPR, emit_value(said, &statements), left), &statements);
  }
  tree hint = emit_value(fold_convert(signed_type_for(uint64_type_node), answer), &statements);
  append(decide, statements);

  basic_block hinting = new_block(decide, decide->count);
  hints = {done, trips, ahead_head};
  basic_block hinted = emit_hints(hinting, facts, plan, number, records, &hints);
  decided = new_block(hinted, decide->count);
  edge after = make_edge(hinted, decided, EDGE_FALLTHRU);
  after->probability = profile_probability::always();
  end_with_test(decide, LT_EXPR, hint, build_zero_cst(signed_type_for(uint64_type_node)), hinting, decided,
                profile_probability::even());
  edge plain = find_edge(decide, decided);
  for (unsigned i = 0; i < ahead_head.size(); i++)
    hints.ahead[i] = phi_in(decided, uint64_type_node, ahead_head[i], plain, hints.ahead[i], after);
  edge go = make_edge(decided, join, EDGE_FALLTHRU);
  go->probability = profile_probability::always();
}

void strip_miner::make_join() {
  edge piece = find_edge(head, join), strip = find_edge(decided, join);
  if (!planned.strip_fixed) {
    gimple_seq statements = NULL;
    tree after = emit_value(fold_u64(MINUS_EXPR, left, length), &statements);
    append(decided, statements);
    left_next = phi_in(join, uint64_type_node, u64(0), piece, after, strip);
  }
  for (unsigned i = 0; i < ahead_head.size(); i++)
    ahead_join.push_back(phi_in(join, uint64_type_node, ahead_head[i], piece, hints.ahead[i], strip));
  done_join = planned.strip_fixed ? done : NULL_TREE;
}

/* The value that an affine carried value has after `at` iterations. */
tree strip_miner::carry_computed(const carried_value &carried, tree initial, tree at, gimple_seq *statements) {
  tree type = TREE_TYPE(gimple_phi_result(carried.phi)), wide = TREE_TYPE(carried.value.base);
  tree step = emit_value(carried.value.step, statements);
  tree walked = emit_value(fold_build2(MULT_EXPR, wide, fold_convert(wide, at), step), statements);
  if (POINTER_TYPE_P(type))
    return emit_value(fold_build_pointer_plus(initial, fold_convert(sizetype, walked)), statements);
  return emit_value(fold_convert(type, fold_build2(PLUS_EXPR, wide, fold_convert(wide, initial), walked)), statements);
}

void strip_miner::carry_through_head(const carried_value &carried, tree initial) {
  tree result = gimple_phi_result(carried.phi), type = TREE_TYPE(result);
  tree next = own.exit_at_top ? result : PHI_ARG_DEF_FROM_EDGE(carried.phi, loop_latch_edge(own.loop));
  tree start = phi_in(head, type, initial, find_edge(merge, head), next, find_edge(again, head));
  SET_PHI_ARG_DEF(carried.phi, in_join->dest_idx, start);
}

/* New first values for the loop's own phis. Where several values walk together they are all computed from one count, so that GCC
 * still sees how far apart they are; a single one costs a short loop least as a plain choice. */
void strip_miner::carry_values() {
  unsigned walking = 0;
  for (const carried_value &carried : own.carried)
    walking += carried.has_affine;
  edge piece = find_edge(head, join), strip = find_edge(decided, join);
  if (walking > 1 && !done_join)
    done_join = phi_in(join, uint64_type_node, u64(0), piece, done, strip);
  for (const carried_value &carried : own.carried) {
    tree initial = PHI_ARG_DEF_FROM_EDGE(carried.phi, in_join), start;
    gimple_seq statements = NULL;
    if (!carried.has_affine) {
      carry_through_head(carried, initial);
      continue;
    }
    if (done_join) {
      start = carry_computed(carried, initial, done_join, &statements);
      append(join, statements);
    } else {
      tree computed = carry_computed(carried, initial, done, &statements);
      append(decided, statements);
      start = phi_in(join, TREE_TYPE(initial), initial, piece, computed, strip);
    }
    tree result = gimple_phi_result(carried.phi);
    if (POINTER_TYPE_P(TREE_TYPE(result)) && SSA_NAME_PTR_INFO(result) && TREE_CODE(start) == SSA_NAME &&
        !SSA_NAME_PTR_INFO(start))
      duplicate_ssa_name_ptr_info(start, SSA_NAME_PTR_INFO(result));
    SET_PHI_ARG_DEF(carried.phi, in_join->dest_idx, start);
  }
}

/* A fixed strip's bound as a constant distance from the value that the strip starts with, so that the trip count is seen to be
 * constant. */
bool strip_miner::bound_from_start(gimple_seq *statements, tree *bound) {
  tree type = TREE_TYPE(moving);
  for (const carried_value &carried : own.carried) {
    tree result = gimple_phi_result(carried.phi);
    if (!carried.has_affine || TREE_CODE(carried.value.step) != INTEGER_CST)
      continue;
    uint64_t steps = planned.strip;
    if (moving == result)
      steps -= own.exit_at_top ? 0 : 1;
    else if (own.exit_at_top || moving != PHI_ARG_DEF_FROM_EDGE(carried.phi, loop_latch_edge(own.loop)))
      continue;
    tree start = PHI_ARG_DEF_FROM_EDGE(carried.phi, in_join), wide = TREE_TYPE(carried.value.step);
    tree distance = fold_build2(MULT_EXPR, wide, carried.value.step, build_int_cstu(wide, steps));
    if (POINTER_TYPE_P(type))
      *bound = fold_build_pointer_plus(start, fold_convert(sizetype, distance));
    else
      *bound = fold_convert(type, fold_build2(PLUS_EXPR, wide, fold_convert(wide, start), distance));
    *bound = emit_value(*bound, statements);
    return true;
  }
  return false;
}

/* The bound that ends a strip of `length` iterations: a value that the compared operand takes in this run of the loop. */
tree strip_miner::bound_of_strip(gimple_seq *statements) {
  tree type = TREE_TYPE(moving), wide = TREE_TYPE(own.test.value.base);
  tree iterations = fold_u64(PLUS_EXPR, done, length);
  int before = (own.exit_at_top ? 0 : 1) + (inclusive() ? 1 : 0);
  iterations = fold_u64(MINUS_EXPR, iterations, u64(before));
  tree base = emit_value(own.test.value.base, statements), step = own.test.value.step;
  tree at = emit_value(fold_convert(wide, iterations), statements);
  tree walked = fold_build2(PLUS_EXPR, wide, base, fold_build2(MULT_EXPR, wide, at, step));
  tree bound = emit_value(fold_convert(type, walked), statements);
  tree last = fold_build2(EQ_EXPR, boolean_type_node, length, left);
  return emit_value(fold_build3(COND_EXPR, type, last, bounding, bound), statements);
}

static void replace_test(gcond *condition, enum tree_code code, tree left, tree right) {
  gimple_cond_set_condition(condition, code, left, right);
  update_stmt(condition);
}

/* The loop's own test, against a count of its own. */
void strip_miner::count_afresh() {
  edge piece = find_edge(head, join), strip = find_edge(decided, join), out = find_edge(own.exit_block, strip_end);
  gimple_seq statements = NULL;
  tree count = planned.strip_fixed ? u64(planned.strip) : phi_in(join, uint64_type_node, trips, piece, length, strip);
  if (!own.exit_at_top)
    count = emit_value(fold_u64(MINUS_EXPR, count, u64(1)), &statements);
  append(join, statements);
  tree counter = make_ssa_name(uint64_type_node), next = make_ssa_name(uint64_type_node);
  gphi *phi = create_phi_node(counter, own.loop->header);
  add_phi_arg(phi, count, in_join, UNKNOWN_LOCATION);
  add_phi_arg(phi, next, loop_latch_edge(own.loop), UNKNOWN_LOCATION);
  gimple_stmt_iterator gsi = gsi_for_stmt(own.test.condition);
  gsi_insert_before(&gsi, gimple_build_assign(next, MINUS_EXPR, counter, u64(1)), GSI_SAME_STMT);
  replace_test(own.test.condition, out->flags & EDGE_TRUE_VALUE ? EQ_EXPR : NE_EXPR, counter, u64(0));
}

void strip_miner::set_bound() {
  edge piece = find_edge(head, join), strip = find_edge(decided, join), out = find_edge(own.exit_block, strip_end);
  gcond *condition = own.test.condition;
  gimple_seq statements = NULL;
  tree bound;
  if (own.test.continue_code == ERROR_MARK) {
    count_afresh();
    return;
  }
  if (planned.strip_fixed) {
    if (!bound_from_start(&statements, &bound)) {
      count_afresh();
      return;
    }
    append(join, statements);
    replace_test(condition, out->flags & EDGE_TRUE_VALUE ? EQ_EXPR : NE_EXPR, moving, bound);
    return;
  }
  tree ended = bound_of_strip(&statements);
  append(decided, statements);
  bound = phi_in(join, TREE_TYPE(ended), bounding, piece, ended, strip);
  enum tree_code code = own.test.continue_code;
  replace_test(condition, out->flags & EDGE_TRUE_VALUE ? invert_tree_comparison(code, false) : code, moving, bound);
}

/* A block that is never reached; GCC drops it, and the test before it, once the loops are optimised. */
static basic_block unreachable_block(basic_block near) {
  basic_block block = create_empty_bb(near);
  add_bb_to_loop(block, loops_for_fn(cfun)->tree_root);
  block->count = profile_count::zero();
  gimple_seq statements = NULL;
  gimple_seq_add_stmt(&statements, gimple_build_call(builtin_decl_implicit(BUILT_IN_UNREACHABLE), 0));
  append(block, statements);
  return block;
}

/* GCC sees that a narrow counter of a type that may wrap does not, from where it starts. A strip starts anywhere: say that the
 * counter's next value is still in its type, as is known of the whole loop, or addresses of vectorisable loops would no longer be
 * affine. */
void strip_miner::promise_no_wrap() {
  tree type = TREE_TYPE(moving);
  enum tree_code code = own.test.continue_code;
  if ((code != LT_EXPR && code != GT_EXPR) || !INTEGRAL_TYPE_P(type) || nowrap_type_p(type) || TYPE_PRECISION(type) >= 64 ||
      own.exit_at_top)
    return;
  for (const carried_value &carried : own.carried) {
    tree start = PHI_ARG_DEF_FROM_EDGE(carried.phi, in_join), step = carried.value.step;
    if (!carried.has_affine || moving != PHI_ARG_DEF_FROM_EDGE(carried.phi, loop_latch_edge(own.loop)) ||
        TREE_CODE(step) != INTEGER_CST || TREE_CODE(start) != SSA_NAME || !types_compatible_p(type, TREE_TYPE(start)))
      continue;
    /* The value after the last one is at most the bound where the step is one. */
    bool single = integer_onep(step) || integer_all_onesp(step);
    if (!own.test.value.monotone && !(carried.value.monotone && single))
      return;
    bool up = !tree_int_cst_sign_bit(step);
    tree limit = int_const_binop(MINUS_EXPR, up ? TYPE_MAX_VALUE(type) : TYPE_MIN_VALUE(type), fold_convert(type, step));
    basic_block never = unreachable_block(join), after = split_edge(in_join);
    in_join = single_succ_edge(after);
    end_with_test(join, up ? LE_EXPR : GE_EXPR, start, limit, after, never, profile_probability::always());
    return;
  }
}

static void set_back_argument(tree result, edge back, tree value) {
  add_phi_arg(as_a<gphi *>(SSA_NAME_DEF_STMT(result)), value, back, UNKNOWN_LOCATION);
}

/* After a strip: the next one, or out. */
void strip_miner::leave_strip() {
  edge back = find_edge(again, head);
  gimple_seq statements = NULL;
  basic_block out = single_succ(strip_end);
  if (planned.strip_fixed) {
    tree next = emit_value(fold_u64(PLUS_EXPR, done, u64(planned.strip)), &statements);
    append(strip_end, statements);
    end_with_test(strip_end, LT_EXPR, next, trips, again, out, profile_probability::likely());
    set_back_argument(done, back, next);
  } else {
    end_with_test(strip_end, NE_EXPR, left_next, u64(0), again, out, profile_probability::unlikely());
    set_back_argument(left, back, left_next);
  }
  for (unsigned i = 0; i < ahead_head.size(); i++)
    set_back_argument(ahead_head[i], back, ahead_join[i]);
}

void strip_miner::run() {
  bool second = own.test.bound_operand;
  moving = second ? gimple_cond_lhs(own.test.condition) : gimple_cond_rhs(own.test.condition);
  bounding = second ? gimple_cond_rhs(own.test.condition) : gimple_cond_lhs(own.test.condition);
  records = make_records(facts, plan, number);
  make_blocks();
  edge back = make_edge(again, head, EDGE_FALLTHRU);
  back->probability = profile_probability::always();
  test_entry();
  make_head();
  decide_strip();
  make_join();
  carry_values();
  set_bound();
  promise_no_wrap();
  leave_strip();
}

void strip_mine(const nest_facts *facts, const pp_plan *plan, unsigned loop) {
  strip_miner(facts, plan, loop).run();
}

void prepare_function() {
  free_dominance_info(CDI_DOMINATORS);
  free_dominance_info(CDI_POST_DOMINATORS);
  release_recorded_exits(cfun);
}

void repair_function() {
  bool closed = loops_state_satisfies_p(LOOP_CLOSED_SSA);
  scev_reset_htab();
  free_numbers_of_iterations_estimates(cfun);
  calculate_dominance_info(CDI_DOMINATORS);
  loops_state_set(LOOPS_NEED_FIXUP);
  fix_loop_structure(NULL);
  record_loop_exits();
  settle_slice_loops();
  mark_virtual_operands_for_renaming(cfun);
  update_ssa(TODO_update_ssa);
  if (closed)
    rewrite_into_loop_closed_ssa(NULL, TODO_update_ssa);
  scev_reset();
}

} // namespace pageprefetch
