/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cutting a loop that the optimisers are done with: it becomes the inner loop of one whose iterations are strips, as it is.
 *
 *   entry -> [ask ->] merge -> head -> decide -> join -> the loop -> strip end -> head or out
 *                                 \________________/
 *
 * Only the bound that its test compares with is replaced. A loop that is not worth asking for takes the short way once. */
#include "model.h"

namespace pageprefetch {

/* A derived loop whose iterations stand for more iterations of the program than these is a remainder of it. */
enum { MOST_STEPS = 1024 };

static tree u64(uint64_t value) {
  return build_int_cstu(uint64_type_node, value);
}

static tree fold_u64(enum tree_code code, tree left, tree right) {
  return fold_build2(code, uint64_type_node, left, right);
}

/* Where GCC thinks that an arm of a choice may trap, it would compute only the one that is chosen, behind branches. Nothing that
 * is computed here traps: may_trap() in loops.cc has seen to that. */
static tree compute_both_arms(tree *at, int *goes_deeper, void *statements) {
  *goes_deeper = !TYPE_P(*at);
  if (TREE_CODE(*at) == COND_EXPR)
    for (int arm = 1; arm <= 2; arm++)
      TREE_OPERAND(*at, arm) = emit_value(TREE_OPERAND(*at, arm), (gimple_seq *)statements);
  return NULL_TREE;
}

tree emit_value(tree expr, gimple_seq *statements) {
  gimple_seq made = NULL;
  tree whole = addressable_form(unshare_expr(expr), statements);
  walk_tree(&whole, compute_both_arms, statements, NULL);
  tree value = force_gimple_operand(whole, &made, true, NULL_TREE);
  gimple_seq_add_seq(statements, made);
  return value;
}

basic_block new_block(basic_block near, profile_count count) {
  basic_block block = create_empty_bb(near);
  add_bb_to_loop(block, near->loop_father);
  block->count = count;
  return block;
}

void append_statements(basic_block block, gimple_seq statements) {
  gimple_stmt_iterator gsi = gsi_last_bb(block);
  gsi_insert_seq_after(&gsi, statements, GSI_NEW_STMT);
}

/* An edge that `block` may have to `to` already, with these flags. */
static edge connect(basic_block block, basic_block to, int flags, profile_probability likely) {
  edge e = find_edge(block, to);
  if (!e)
    e = make_edge(block, to, 0);
  e->flags = (e->flags & ~EDGE_FALLTHRU) | flags;
  e->probability = likely;
  return e;
}

void end_with_test(basic_block block, enum tree_code code, tree left, tree right, basic_block yes, basic_block no,
                   profile_probability likely_yes) {
  gimple_seq statements = NULL;
  gimple_seq_add_stmt(&statements, gimple_build_cond(code, left, right, NULL_TREE, NULL_TREE));
  append_statements(block, statements);
  connect(block, yes, EDGE_TRUE_VALUE, likely_yes);
  connect(block, no, EDGE_FALSE_VALUE, likely_yes.invert());
}

/* One loop while it is being cut. Counts of the loop's own iterations are called local; the runtime counts the program's. */
class strip_miner {
public:
  strip_miner(const loop_records &made, const loop_values &of, const loop_facts &derived)
      : records(made), values(of), own(derived), exit_block(derived.exit_block), test(derived.test.condition) {}
  void run();

private:
  const loop_records &records;
  const loop_values &values;
  const loop_facts &own;
  basic_block exit_block; /* whose test ends strips */
  gcond *test;

  basic_block entry, merge, head, decide, join, strip_end, again;
  edge in_join;          /* join -> the loop */
  tree trips;            /* uint64, of the program */
  tree local_trips;      /* in merge, where the runtime is to be asked, as the following */
  tree step;             /* iterations of the program in a local one */
  tree some_left;        /* in merge: the same; 0 where the loop runs in one piece */
  tree left;             /* in head: local iterations left before this strip; 0 where the loop runs in one piece */
  tree left_next;        /* in join: the same after this strip */
  tree done;             /* in decide: local iterations run */
  tree length;           /* in decide: local iterations of this strip */
  tree moving, bounding; /* operands of the loop's own test, as they were */

  void add_test();
  void make_blocks();
  basic_block test_entry();
  tree phi_if_asked(edge go, tree value, tree otherwise);
  void measure_steps(basic_block willing);
  void make_head();
  void decide_strip();
  void make_join();
  void carry_values();
  void set_bound();
  tree bound_of_strip(gimple_seq *statements);
  void count_afresh();
  void leave_strip();
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

/* A value that nobody looks at: on the way of a loop that is not asked it costs no instruction. */
static tree no_value() {
  tree variable = create_tmp_var(uint64_type_node);
  TREE_NO_WARNING(variable) = 1;
  return get_or_create_ssa_default_def(cfun, variable);
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

/* A test of its own at the end of the loop's body, whose way out is to become the strip's end. The operands come later. */
void strip_miner::add_test() {
  class loop *loop = own.loop;
  exit_block = split_edge(find_edge(loop->latch, loop->header));
  loop->latch = split_edge(single_succ_edge(exit_block));
  basic_block out = new_block(loop_preheader_edge(loop)->src, profile_count::zero());
  end_with_test(exit_block, NE_EXPR, integer_zero_node, integer_zero_node, loop->latch, out, profile_probability::very_likely());
  test = as_a<gcond *>(last_statement(exit_block));
  strip_end = out;
}

void strip_miner::make_blocks() {
  class loop *loop = own.loop;
  if (own.estimated)
    add_test();
  else
    strip_end = split_edge(leaving_edge(loop, exit_block));
  entry = split_edge(entering_edge(loop));
  merge = split_edge(single_succ_edge(entry));
  head = split_edge(single_succ_edge(merge));
  join = split_edge(single_succ_edge(head));
  in_join = single_succ_edge(join);
  profile_count rare = head->count.apply_probability(profile_probability::very_unlikely());
  decide = new_block(head, rare);
  again = new_block(strip_end, rare);
}

/* Whether to ask: the loop is long enough for what its record says, and the library is there; a copy that stands apart is entered
 * only then. Returns the block where both hold. */
basic_block strip_miner::test_entry() {
  gimple_seq statements = NULL;
  trips = emit_value(values.trips, &statements);
  if (values.apart) {
    append_statements(entry, statements);
    return split_edge(single_succ_edge(entry));
  }
  tree least = make_ssa_name(uint64_type_node);
  gimple_seq_add_stmt(&statements, gimple_build_assign(least, unshare_expr(records.least)));
  append_statements(entry, statements);
  basic_block asking = new_block(entry, decide->count), willing = new_block(asking, decide->count);
  end_with_test(entry, GE_EXPR, trips, least, asking, merge, profile_probability::very_unlikely());
  tree function = runtime_function();
  tree address = build1(ADDR_EXPR, build_pointer_type(TREE_TYPE(function)), function);
  end_with_test(asking, NE_EXPR, address, build_zero_cst(TREE_TYPE(address)), willing, merge, profile_probability::unlikely());
  return willing;
}

tree strip_miner::phi_if_asked(edge go, tree value, tree otherwise) {
  tree result = make_ssa_name(uint64_type_node);
  gphi *phi = create_phi_node(result, merge);
  edge e;
  edge_iterator ei;
  FOR_EACH_EDGE(e, ei, merge->preds)
  add_phi_arg(phi, e == go ? value : otherwise, e, UNKNOWN_LOCATION);
  return result;
}

/* How many iterations of the program one local iteration does; where too many, this is not the loop to ask for. */
void strip_miner::measure_steps(basic_block willing) {
  gimple_seq statements = NULL;
  tree local = own.estimated ? trips : emit_value(own.trips, &statements), ratio = u64(1);
  basic_block measured = willing;
  if (own.several) {
    tree some = emit_value(fold_u64(MAX_EXPR, local, u64(1)), &statements);
    ratio = emit_value(fold_u64(TRUNC_DIV_EXPR, trips, some), &statements);
    ratio = emit_value(fold_u64(MAX_EXPR, ratio, u64(1)), &statements);
  }
  append_statements(willing, statements);
  if (own.several) {
    measured = new_block(willing, decide->count);
    end_with_test(willing, LE_EXPR, ratio, u64(MOST_STEPS), measured, merge, profile_probability::likely());
  }
  edge go = connect(measured, merge, EDGE_FALLTHRU, profile_probability::always());
  some_left = phi_if_asked(go, local, u64(0));
  local_trips = phi_if_asked(go, local, no_value());
  step = own.several ? phi_if_asked(go, ratio, no_value()) : ratio;
}

/* What strips hand on; the second argument comes when the strip's end is known. */
void strip_miner::make_head() {
  edge start = find_edge(merge, head);
  left = phi_in(head, uint64_type_node, some_left, start, NULL_TREE, NULL);
  end_with_test(head, NE_EXPR, left, u64(0), decide, join, profile_probability::very_unlikely());
}

void strip_miner::decide_strip() {
  gimple_seq statements = NULL;
  done = emit_value(fold_u64(MINUS_EXPR, local_trips, left), &statements);
  tree walked = own.several ? emit_value(fold_u64(MULT_EXPR, done, step), &statements) : done;
  if (!own.estimated)
    walked = emit_value(fold_u64(MIN_EXPR, walked, fold_u64(MINUS_EXPR, trips, u64(1))), &statements);
  auto_vec<tree> arguments;
  arguments.safe_push(records.loop);
  arguments.safe_push(walked);
  arguments.safe_push(trips);
  for (tree value : values.environment)
    arguments.safe_push(emit_value(value, &statements));
  tree answer = make_ssa_name(uint64_type_node);
  gcall *call = gimple_build_call_vec(runtime_function(), arguments);
  gimple_call_set_lhs(call, answer);
  gimple_seq_add_stmt(&statements, call);
  tree said = answer;
  if (own.several) {
    said = emit_value(fold_u64(TRUNC_DIV_EXPR, answer, step), &statements);
    said = emit_value(fold_u64(MAX_EXPR, said, u64(1)), &statements);
  }
  length = emit_value(fold_u64(MIN_EXPR, said, left), &statements);
  append_statements(decide, statements);
  edge go = make_edge(decide, join, EDGE_FALLTHRU);
  go->probability = profile_probability::always();
}

void strip_miner::make_join() {
  edge piece = find_edge(head, join), strip = find_edge(decide, join);
  gimple_seq statements = NULL;
  tree after = emit_value(fold_u64(MINUS_EXPR, left, length), &statements);
  append_statements(decide, statements);
  left_next = phi_in(join, uint64_type_node, u64(0), piece, after, strip);
}

/* A strip starts with the values that the one before ended with: what the loop computed in one go it still computes so. */
void strip_miner::carry_values() {
  edge first = find_edge(merge, head), back = find_edge(again, head);
  for (gphi_iterator gsi = gsi_start_phis(own.loop->header); !gsi_end_p(gsi); gsi_next(&gsi)) {
    gphi *phi = gsi.phi();
    tree result = gimple_phi_result(phi);
    if (virtual_operand_p(result))
      continue;
    tree initial = PHI_ARG_DEF_FROM_EDGE(phi, in_join);
    tree next = own.exit_at_top ? result : PHI_ARG_DEF_FROM_EDGE(phi, loop_latch_edge(own.loop));
    tree start = phi_in(head, TREE_TYPE(result), initial, first, next, back);
    if (POINTER_TYPE_P(TREE_TYPE(result)) && SSA_NAME_PTR_INFO(result))
      duplicate_ssa_name_ptr_info(start, SSA_NAME_PTR_INFO(result));
    SET_PHI_ARG_DEF(phi, in_join->dest_idx, start);
  }
}

/* The bound that ends a strip: from the value that the compared operand has in the strip's last test. A strip that is not the
 * last ends before the program's bound is met, so that this is a value which the operand takes. */
tree strip_miner::bound_of_strip(gimple_seq *statements) {
  tree type = TREE_TYPE(moving), wide = TREE_TYPE(own.test.value.base);
  tree tests = fold_u64(PLUS_EXPR, done, length);
  if (!own.exit_at_top)
    tests = fold_u64(MINUS_EXPR, tests, u64(1));
  tree base = emit_value(own.test.value.base, statements);
  tree at = emit_value(fold_convert(wide, tests), statements);
  tree bound = fold_build2(PLUS_EXPR, wide, base, fold_build2(MULT_EXPR, wide, at, own.test.value.step));
  if (own.test.continue_code == LE_EXPR)
    bound = fold_build2(MINUS_EXPR, wide, bound, build_one_cst(wide));
  else if (own.test.continue_code == GE_EXPR)
    bound = fold_build2(PLUS_EXPR, wide, bound, build_one_cst(wide));
  bound = emit_value(fold_convert(type, emit_value(bound, statements)), statements);
  tree last = fold_build2(EQ_EXPR, boolean_type_node, length, left);
  return emit_value(fold_build3(COND_EXPR, type, last, bounding, bound), statements);
}

static void replace_test(gcond *condition, enum tree_code code, tree left, tree right) {
  gimple_cond_set_condition(condition, code, left, right);
  update_stmt(condition);
}

/* The loop's own test, or the one that was added, against a count of its own. */
void strip_miner::count_afresh() {
  edge piece = find_edge(head, join), strip = find_edge(decide, join), out = find_edge(exit_block, strip_end);
  gimple_seq statements = NULL;
  tree whole = own.estimated ? u64(UINT64_MAX) : emit_value(own.trips, &statements);
  append_statements(merge, statements);
  statements = NULL;
  tree count = phi_in(join, uint64_type_node, whole, piece, length, strip);
  if (!own.exit_at_top)
    count = emit_value(fold_u64(MINUS_EXPR, count, u64(1)), &statements);
  append_statements(join, statements);
  tree counter = make_ssa_name(uint64_type_node), next = make_ssa_name(uint64_type_node);
  gphi *phi = create_phi_node(counter, own.loop->header);
  add_phi_arg(phi, count, in_join, UNKNOWN_LOCATION);
  add_phi_arg(phi, next, loop_latch_edge(own.loop), UNKNOWN_LOCATION);
  gimple_stmt_iterator gsi = gsi_for_stmt(test);
  gsi_insert_before(&gsi, gimple_build_assign(next, MINUS_EXPR, counter, u64(1)), GSI_SAME_STMT);
  replace_test(test, out->flags & EDGE_TRUE_VALUE ? EQ_EXPR : NE_EXPR, counter, u64(0));
}

void strip_miner::set_bound() {
  edge piece = find_edge(head, join), strip = find_edge(decide, join), out = find_edge(exit_block, strip_end);
  if (own.estimated || own.test.continue_code == ERROR_MARK) {
    count_afresh();
    return;
  }
  gimple_seq statements = NULL;
  tree ended = bound_of_strip(&statements);
  append_statements(decide, statements);
  tree bound = phi_in(join, TREE_TYPE(ended), bounding, piece, ended, strip);
  enum tree_code code = own.test.continue_code;
  replace_test(test, out->flags & EDGE_TRUE_VALUE ? invert_tree_comparison(code, false) : code, moving, bound);
}

static void set_back_argument(tree result, edge back, tree value) {
  add_phi_arg(as_a<gphi *>(SSA_NAME_DEF_STMT(result)), value, back, UNKNOWN_LOCATION);
}

/* After a strip: the next one, or out. Where only an added test ends strips, it never is the loop's end. */
void strip_miner::leave_strip() {
  edge back = find_edge(again, head);
  if (own.estimated)
    make_edge(strip_end, again, EDGE_FALLTHRU)->probability = profile_probability::always();
  else
    end_with_test(strip_end, NE_EXPR, left_next, u64(0), again, single_succ(strip_end), profile_probability::very_unlikely());
  set_back_argument(left, back, left_next);
}

void strip_miner::run() {
  bool second = own.test.bound_operand;
  if (!own.estimated) {
    moving = second ? gimple_cond_lhs(test) : gimple_cond_rhs(test);
    bounding = second ? gimple_cond_rhs(test) : gimple_cond_lhs(test);
  }
  make_blocks();
  edge back = make_edge(again, head, EDGE_FALLTHRU);
  back->probability = profile_probability::always();
  measure_steps(test_entry());
  make_head();
  decide_strip();
  make_join();
  carry_values();
  set_bound();
  leave_strip();
}

void cut_loop(const loop_records &records, const loop_values &values, const loop_facts &derived) {
  strip_miner(records, values, derived).run();
}

void prepare_function() {
  free_dominance_info(CDI_DOMINATORS);
  free_dominance_info(CDI_POST_DOMINATORS);
  release_recorded_exits(cfun);
}

/* No pass of the loops' group comes after, so that nobody needs loop-closed form any more. */
void repair_function() {
  scev_reset_htab();
  free_numbers_of_iterations_estimates(cfun);
  calculate_dominance_info(CDI_DOMINATORS);
  loops_state_clear(LOOP_CLOSED_SSA);
  loops_state_set(LOOPS_NEED_FIXUP);
  fix_loop_structure(NULL);
  record_loop_exits();
  mark_virtual_operands_for_renaming(cfun);
  update_ssa(TODO_update_ssa);
  scev_reset();
}

} // namespace pageprefetch
