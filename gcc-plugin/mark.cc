/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Marks: calls around a planned loop that carry its values through the vectoriser and its kin, which so see the program as it was
 * written; and what is cut once they are through. All marks are removed then. */
#include "model.h"

namespace pageprefetch {

/* A loop that surely runs no more often is a remainder, a peeled start or an end that the vectoriser left. */
enum { FEW_ITERATIONS = 64 };
enum { MOST_ARGUMENTS = 64 };

/* The loops marked in the current function; their numbers are the marks' first arguments. */
static std::vector<marked_loop *> marked_loops;

/* A mark is const, so that the vectoriser looks past it, also in a loop around the marked one; looping, so that nobody drops it;
 * and a prefetch of a small number, which would do nothing if it were ever to be seen in the object. */
static tree mark_function(bool begin) {
  static const char *const names[] = {"__pp_mark_end", "__pp_mark"};
  tree &known = kept_mark_function(begin);
  if (known)
    return known;
  known = build_fn_decl(names[begin], build_varargs_function_type_list(void_type_node, const_ptr_type_node, NULL_TREE));
  set_decl_built_in_function(known, BUILT_IN_NORMAL, BUILT_IN_PREFETCH);
  TREE_READONLY(known) = DECL_LOOPING_CONST_OR_PURE_P(known) = TREE_NOTHROW(known) = DECL_ARTIFICIAL(known) = 1;
  DECL_ATTRIBUTES(known) = tree_cons(get_identifier("leaf"), NULL_TREE, DECL_ATTRIBUTES(known));
  return known;
}

enum { TRIPS = 3, OWN_ARGUMENTS }; /* of a begin mark, after its number and what a prefetch wants; then values */

static gcall *make_mark(bool begin, unsigned number, const std::vector<tree> &values) {
  auto_vec<tree> arguments;
  arguments.safe_push(build_int_cst(const_ptr_type_node, number));
  arguments.safe_push(integer_zero_node);
  arguments.safe_push(integer_zero_node);
  for (tree value : values)
    arguments.safe_push(value);
  return gimple_build_call_vec(mark_function(begin), arguments);
}

static gcall *mark_at(gimple_stmt_iterator gsi, bool begin) {
  gcall *call = dyn_cast<gcall *>(gsi_stmt(gsi));
  tree known = kept_mark_function(begin);
  return call && known && gimple_call_fndecl(call) == known ? call : NULL;
}

static unsigned number_of_mark(gcall *mark) {
  return tree_to_uhwi(gimple_call_arg(mark, 0));
}

/* The start of a loop's way out, with a block of its own where others come there too. */
static gimple_stmt_iterator start_of_exit(edge out) {
  basic_block block = single_pred_p(out->dest) ? out->dest : split_loop_exit_edge(out);
  return gsi_after_labels(block);
}

/* Calls `visit` for every test that leaves a loop. */
template <typename function> static void visit_exit_tests(class loop *loop, function visit) {
  auto_vec<edge> exits(get_loop_exit_edges(loop));
  for (edge out : exits)
    if (gimple *last = last_statement(out->src))
      if (gimple_code(last) == GIMPLE_COND)
        visit(last);
}

/* The vectoriser and the unroller give a loop a new test; whether one is still the program's, or a copy of it, is told by a bit
 * that means nothing for tests. */
static void remember_tests(class loop *loop) {
  visit_exit_tests(loop, [](gimple *test) { gimple_set_no_warning(test, true); });
}

/* Whether a loop was vectorised or unrolled: an iteration then stands for several, and the values of marks in it only for one of
 * them. */
static bool tests_replaced(class loop *loop) {
  bool replaced = false;
  visit_exit_tests(loop, [&](gimple *test) { replaced |= !gimple_no_warning_p(test); });
  return replaced;
}

static void put_marks(class loop *loop, unsigned number, const std::vector<tree> &values) {
  edge in = loop_preheader_edge(loop);
  basic_block before = single_succ_p(in->src) ? in->src : split_edge(in);
  gimple_stmt_iterator gsi = gsi_last_bb(before);
  gsi_insert_after(&gsi, make_mark(true, number, values), GSI_NEW_STMT);
  remember_tests(loop);
  if (loop_outer(loop_outer(loop)))
    remember_tests(loop_outer(loop));
  auto_vec<edge> exits(get_loop_exit_edges(loop));
  for (edge out : exits)
    if (!(out->flags & (EDGE_COMPLEX | EDGE_FAKE))) {
      gsi = start_of_exit(out);
      gsi_insert_before(&gsi, make_mark(false, number, {}), GSI_NEW_STMT);
    }
}

/* What a graph's operation is to GCC; ERROR_MARK: it could trap, or there is none. */
static enum tree_code operation_code(pp_operation operation) {
  static const struct {
    pp_operation operation;
    enum tree_code code;
  } codes[] = {{PP_ADD, PLUS_EXPR},          {PP_SUBTRACT, MINUS_EXPR},     {PP_MULTIPLY, MULT_EXPR},
               {PP_AND, BIT_AND_EXPR},       {PP_OR, BIT_IOR_EXPR},         {PP_XOR, BIT_XOR_EXPR},
               {PP_SHIFT_LEFT, LSHIFT_EXPR}, {PP_SHIFT_RIGHT, RSHIFT_EXPR}, {PP_SHIFT_RIGHT_SIGNED, RSHIFT_EXPR},
               {PP_EQUAL, EQ_EXPR},          {PP_NOT_EQUAL, NE_EXPR},       {PP_ULESS, LT_EXPR},
               {PP_ULESS_EQUAL, LE_EXPR},    {PP_SLESS, LT_EXPR},           {PP_SLESS_EQUAL, LE_EXPR},
               {PP_EXTEND_ZERO, NOP_EXPR},   {PP_EXTEND_SIGN, NOP_EXPR},    {PP_TRUNCATE, NOP_EXPR},
               {PP_SELECT, COND_EXPR}};
  for (const auto &each : codes)
    if (each.operation == operation)
      return each.code;
  return ERROR_MARK;
}

static tree crosses_abnormal_edge(tree *node, int *walk, void *data) {
  if (TYPE_P(*node))
    *walk = 0;
  if (TREE_CODE(*node) == SSA_NAME && SSA_NAME_OCCURS_IN_ABNORMAL_PHI(*node))
    *static_cast<bool *>(data) = true;
  return NULL_TREE;
}

/* Collects the names that a value of the graph is computed from. Returns whether all are known before a loop, and whether what is
 * computed from them needs no operation that could trap. */
static bool collect_names(const nest_facts *facts, int number, basic_block before, marked_loop *marked,
                          std::vector<tree> *arguments) {
  const graph_value &value = facts->values[number];
  bool is_name = value.source && TREE_CODE(value.source) == SSA_NAME;
  if (marked->arguments.count(number) || value.model.kind == PP_VALUE_CONSTANT)
    return true;
  if (is_name) {
    basic_block block = gimple_bb(SSA_NAME_DEF_STMT(value.source));
    bool is_known =
        !block || (dominated_by_p(CDI_DOMINATORS, before, block) && flow_bb_inside_loop_p(block->loop_father, before));
    if (is_known && !SSA_NAME_OCCURS_IN_ABNORMAL_PHI(value.source)) {
      marked->arguments[number] = arguments->size();
      arguments->push_back(value.source);
      return true;
    }
  } else if (value.model.kind == PP_VALUE_OUTSIDE) {
    return true; /* the address of an object */
  }
  if (value.model.kind != PP_VALUE_OPERATION || operation_code(value.model.operation) == ERROR_MARK)
    return false;
  for (int operand : value.model.operand)
    if (operand != PP_NONE && !collect_names(facts, operand, before, marked, arguments))
      return false;
  return true;
}

/* A value of the graph as an expression over a mark's arguments from `first` on, in the unsigned type of its width. */
static tree expression_of(const marked_loop *marked, int number, gcall *mark, unsigned first = OWN_ARGUMENTS) {
  const graph_value &value = marked->facts->values[number];
  tree type = build_nonstandard_integer_type(value.model.bits, 1);
  auto argument = marked->arguments.find(number);
  if (argument != marked->arguments.end()) {
    tree given = gimple_call_arg(mark, first + argument->second);
    return fold_convert(type, given);
  }
  if (value.model.kind == PP_VALUE_CONSTANT)
    return build_int_cstu(type, value.model.constant);
  if (value.model.kind == PP_VALUE_OUTSIDE)
    return fold_convert(type, unshare_expr(value.source));
  tree parts[3] = {NULL_TREE, NULL_TREE, NULL_TREE};
  for (unsigned i = 0; i < 3 && value.model.operand[i] != PP_NONE; i++)
    parts[i] = expression_of(marked, value.model.operand[i], mark, first);
  tree own = TREE_TYPE(parts[0]);
  enum tree_code code = operation_code(value.model.operation);
  switch (value.model.operation) {
  case PP_EXTEND_SIGN:
    return fold_convert(type, fold_convert(signed_type_for(own), parts[0]));
  case PP_EXTEND_ZERO:
  case PP_TRUNCATE:
    return fold_convert(type, parts[0]);
  case PP_SELECT:
    parts[0] = fold_build2(NE_EXPR, boolean_type_node, parts[0], build_zero_cst(own));
    return fold_build3(COND_EXPR, type, parts[0], parts[1], parts[2]);
  case PP_SHIFT_RIGHT_SIGNED:
    return fold_convert(type, fold_build2(code, signed_type_for(own), fold_convert(signed_type_for(own), parts[0]), parts[1]));
  case PP_SLESS:
  case PP_SLESS_EQUAL:
    parts[0] = fold_convert(signed_type_for(own), parts[0]);
    parts[1] = fold_convert(signed_type_for(own), parts[1]);
    /* fall through */
  case PP_EQUAL:
  case PP_NOT_EQUAL:
  case PP_ULESS:
  case PP_ULESS_EQUAL:
    return fold_convert(type, fold_build2(code, boolean_type_node, parts[0], parts[1]));
  default:
    return fold_build2(code, type, parts[0], parts[1]);
  }
}

static void append_before_end(basic_block before, gimple_seq statements) {
  gimple_stmt_iterator gsi = gsi_last_bb(before);
  if (!gsi_end_p(gsi) && stmt_ends_bb_p(gsi_stmt(gsi)))
    gsi_insert_seq_before(&gsi, statements, GSI_SAME_STMT);
  else
    gsi_insert_seq_after(&gsi, statements, GSI_NEW_STMT);
}

/* The trip count, computed before the mark: an expression that the optimisers would take apart is none later. */
static tree trips_before(class loop *loop, tree trips) {
  gimple_seq statements = NULL;
  tree value = emit_value(trips, &statements);
  append_before_end(loop_preheader_edge(loop)->src, statements);
  return value;
}

/* A loop that is dealt out also keeps where a chunk stands in the whole of it, and the values of the whole. What it carries from
 * iteration to iteration is known for a chunk only. */
static void add_dealt(const planned_nest &nest, marked_loop *marked, basic_block before, std::vector<tree> *arguments) {
  const dealt_loop &dealt = nest.facts->loops[marked->loop].dealt;
  pp_plan_loop &planned = nest.plan->loops[marked->loop];
  gimple_seq statements = NULL;
  std::vector<tree> values;
  if (!dealt.step || planned.slices.carried_count || 2 * arguments->size() > MOST_ARGUMENTS ||
      !dealt_values(dealt, before, *arguments, &values, &statements))
    return;
  append_before_end(before, statements);
  marked->dealt = OWN_ARGUMENTS + arguments->size();
  arguments->insert(arguments->end(), values.begin(), values.end());
  pp_plan_deal(&planned);
}

static const char *mark_values(const planned_nest &nest, marked_loop *marked) {
  const loop_facts &facts = nest.facts->loops[marked->loop];
  const pp_plan_loop &planned = nest.plan->loops[marked->loop];
  bool abnormal = false;
  tree trips = facts.trips;
  walk_tree_without_duplicates(&trips, crosses_abnormal_edge, &abnormal);
  if (abnormal)
    return "a value crosses an abnormal edge";
  edge in = loop_preheader_edge(facts.loop);
  basic_block before = single_succ_p(in->src) ? in->src : split_edge(in);
  std::vector<tree> arguments;
  for (unsigned i = 0; i < planned.environment_count; i++)
    if (!collect_names(nest.facts, planned.environment[i], before, marked, &arguments))
      return "a value that its programs need is not known on entry of the loop";
  if (arguments.size() > MOST_ARGUMENTS)
    return "its addresses follow from too many values";
  add_dealt(nest, marked, before, &arguments);
  arguments.insert(arguments.begin(), trips_before(facts.loop, trips));
  put_marks(facts.loop, marked_loops.size(), arguments);
  return NULL;
}

/* The kind of chain that the reassociation pass behind the loops may put into another order: sums and differences, or products,
 * under -fassociative-math; extrema always, which with NaNs and zeroes of both signs is another order's result. */
static enum tree_code chain_of(gimple *statement) {
  if (!is_gimple_assign(statement) || !FLOAT_TYPE_P(TREE_TYPE(gimple_assign_lhs(statement))))
    return ERROR_MARK;
  enum tree_code code = gimple_assign_rhs_code(statement);
  if (code == MIN_EXPR || code == MAX_EXPR)
    return code;
  if (!flag_associative_math)
    return ERROR_MARK;
  return code == PLUS_EXPR || code == MINUS_EXPR ? PLUS_EXPR : code == MULT_EXPR ? MULT_EXPR : ERROR_MARK;
}

/* Which operand of an extremum comes first is the register allocator's choice, and decides about the result where one is no
 * number or both are zeroes (as the operation that joins the lanes of `omp simd reduction(max:)`). */
static bool is_loose_extremum(gimple *statement) {
  enum tree_code chain = chain_of(statement);
  tree type = chain == ERROR_MARK ? NULL_TREE : TREE_TYPE(gimple_assign_lhs(statement));
  return (chain == MIN_EXPR || chain == MAX_EXPR) && (HONOR_NANS(type) || HONOR_SIGNED_ZEROS(type));
}

/* Which operand of it comes first is also chosen by the numbers of SSA names, and marks take some, whether or not a loop is cut
 * then. */
static bool has_loose_extremum(function *fun) {
  basic_block block;
  FOR_EACH_BB_FN(block, fun)
  for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi))
    if (is_loose_extremum(gsi_stmt(gsi)))
      return true;
  return false;
}

static const char *const reorders_floats = "GCC may reorder floating-point operations of the function by the code around them";

static void mark_loop(const planned_nest &nest, unsigned number, const char *obstacle) {
  marked_loop *marked = new marked_loop();
  marked->facts = nest.facts;
  marked->plan = nest.plan;
  marked->loop = number;
  marked->obstacle = obstacle ? obstacle : mark_values(nest, marked);
  if (!marked->obstacle)
    marked->obstacle = "the optimisers left no loop of it that can be cut";
  marked_loops.push_back(marked);
}

void mark_loops(const std::vector<planned_nest> &nests) {
  const char *obstacle = !nests.empty() && has_loose_extremum(cfun) ? reorders_floats : NULL;
  for (const planned_nest &nest : nests)
    for (unsigned loop = 0; loop < nest.plan->loop_count; loop++)
      if (nest.plan->loops[loop].strip_mined)
        mark_loop(nest, loop, obstacle);
}

/* Whether control leaves the marked region in the rest of a block. */
static bool region_ends(gimple_stmt_iterator gsi, unsigned number) {
  for (; !gsi_end_p(gsi); gsi_next(&gsi))
    if (gcall *mark = mark_at(gsi, false))
      if (number_of_mark(mark) == number)
        return true;
  return false;
}

/* Loops of the mark's level that control reaches from it before it leaves the region: what the optimisers made of the loop. */
static std::vector<class loop *> derived_loops(gcall *mark) {
  unsigned number = number_of_mark(mark);
  basic_block start = gimple_bb(mark);
  class loop *outer = start->loop_father;
  std::vector<class loop *> found;
  std::vector<basic_block> open;
  auto_bitmap seen;
  gimple_stmt_iterator rest = gsi_for_stmt(mark);
  if (region_ends(rest, number))
    return found;
  bitmap_set_bit(seen, start->index);
  open.push_back(start);
  while (!open.empty()) {
    basic_block block = open.back();
    open.pop_back();
    edge e;
    edge_iterator ei;
    FOR_EACH_EDGE(e, ei, block->succs) {
      basic_block next = e->dest;
      if ((e->flags & (EDGE_COMPLEX | EDGE_FAKE)) || next == outer->header || !flow_bb_inside_loop_p(outer, next) ||
          !bitmap_set_bit(seen, next->index))
        continue;
      if (next->loop_father->header == next && loop_outer(next->loop_father) == outer &&
          dominated_by_p(CDI_DOMINATORS, next, start))
        found.push_back(next->loop_father);
      if (!region_ends(gsi_start_bb(next), number))
        open.push_back(next);
    }
  }
  return found;
}

/* A loop that is to be cut, with the values of its mark. */
struct planned_cut {
  marked_loop *record;
  basic_block marked; /* where its mark stands */
  loop_values values;
  loop_facts derived;
  bool is_cut;
};

/* Before a chunk: what is asked of the whole loop, which the mark's last arguments tell. */
static chunk_question question_of(const marked_loop *record, gcall *mark) {
  const pp_plan_loop &planned = record->plan->loops[record->loop];
  unsigned at = record->dealt;
  chunk_question question = {};
  question.behind = mark;
  question.chunk_trips = gimple_call_arg(mark, TRIPS);
  question.least = planned.least;
  question.position = gimple_call_arg(mark, at);
  question.values.trips = gimple_call_arg(mark, at + 1);
  for (unsigned i = 0; i < planned.environment_count; i++)
    question.values.environment.push_back(
        fold_convert(uint64_type_node, expression_of(record, planned.environment[i], mark, at + 2)));
  return question;
}

static loop_values values_of_mark(const marked_loop *record, gcall *mark) {
  const pp_plan_loop &planned = record->plan->loops[record->loop];
  loop_values values = {};
  values.trips = gimple_call_arg(mark, TRIPS);
  for (unsigned i = 0; i < planned.environment_count; i++)
    values.environment.push_back(fold_convert(uint64_type_node, expression_of(record, planned.environment[i], mark)));
  return values;
}

/* Reassociation orders a chain's operands by the blocks that they come from, so blocks between strips would decide about bits of
 * sums that are nowhere near them. */
bool has_reorderable_chain(function *fun) {
  basic_block block;
  FOR_EACH_BB_FN(block, fun)
  for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi)) {
    enum tree_code chain = chain_of(gsi_stmt(gsi));
    if (is_loose_extremum(gsi_stmt(gsi)))
      return true;
    for (unsigned i = 1; chain != ERROR_MARK && i < gimple_num_ops(gsi_stmt(gsi)); i++) {
      tree operand = gimple_op(gsi_stmt(gsi), i);
      if (TREE_CODE(operand) == SSA_NAME && has_single_use(operand) && chain_of(SSA_NAME_DEF_STMT(operand)) == chain)
        return true;
    }
  }
  return false;
}

/* Where a loop of one iteration was taken away, what was inside of it stands between the marks of both; cut twice it would not
 * end where it should. It is the inner one's. */
static bool take_from_outer_mark(std::vector<planned_cut> *cuts, const planned_cut &found) {
  static const char *const only_inner = "the optimisers left nothing of it but the loop inside of it";
  for (planned_cut &known : *cuts) {
    if (known.derived.loop != found.derived.loop)
      continue;
    bool nearer = dominated_by_p(CDI_DOMINATORS, found.marked, known.marked);
    marked_loop *passed_over = nearer ? known.record : found.record;
    if (nearer)
      known = found;
    passed_over->obstacle = only_inner;
    return true;
  }
  return false;
}

static void plan_cuts(gcall *mark, std::vector<planned_cut> *cuts) {
  marked_loop *record = marked_loops[number_of_mark(mark)];
  class loop *outer = gimple_bb(mark)->loop_father;
  if (loop_outer(outer) && tests_replaced(outer)) {
    if (record->obstacle)
      record->obstacle = "GCC vectorised the loop around it";
    return;
  }
  for (class loop *loop : derived_loops(mark)) {
    HOST_WIDE_INT most = max_loop_iterations_int(loop);
    loop_facts derived = {};
    if (most >= 0 && most < FEW_ITERATIONS)
      continue;
    const char *why = describe_derived(loop, record->facts->loops[record->loop].estimated, &derived);
    derived.several = !derived.estimated && tests_replaced(loop);
    if (!why) {
      planned_cut found = {record, gimple_bb(mark), values_of_mark(record, mark), derived, true};
      if (!take_from_outer_mark(cuts, found))
        cuts->push_back(found);
    } else if (record->obstacle) {
      record->obstacle = why;
    }
  }
}

static std::vector<planned_cut> plan_all_cuts() {
  std::vector<planned_cut> cuts;
  basic_block block;
  if (has_reorderable_chain(cfun)) {
    for (marked_loop *marked : marked_loops)
      marked->obstacle = reorders_floats;
    return cuts;
  }
  FOR_EACH_BB_FN(block, cfun)
  for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi))
    if (gcall *mark = mark_at(gsi, true))
      plan_cuts(mark, &cuts);
  for (planned_cut &cut : cuts)
    cut.record->obstacle = NULL;
  return cuts;
}

static void remove_marks() {
  basic_block block;
  FOR_EACH_BB_FN(block, cfun)
  for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi);) {
    if (mark_at(gsi, true) || mark_at(gsi, false))
      gsi_remove(&gsi, true);
    else
      gsi_next(&gsi);
  }
}

/* Loops that may be short are left alone, and their copies cut instead. Returns where the copies are entered. */
static std::vector<basic_block> copy_short(std::vector<planned_cut> *cuts) {
  std::vector<basic_block> entries;
  for (planned_cut &cut : *cuts)
    if (may_stand_apart(cut.values, cut.derived)) {
      cut.values.apart = true;
      entries.push_back(copy_loop(cut.record->records, cut.values, cut.derived.loop));
      cut.derived.loop = single_succ(entries.back())->loop_father;
    }
  if (entries.empty())
    return entries;
  update_ssa(TODO_update_ssa);
  scev_reset();
  for (planned_cut &cut : *cuts)
    if (cut.values.apart) {
      loop_facts copy = {};
      const char *why = describe_derived(cut.derived.loop, cut.derived.estimated, &copy);
      copy.several = cut.derived.several;
      cut.is_cut = !why;
      if (why)
        cut.record->obstacle = why; /* the copy runs in one piece */
      cut.derived = copy;
    }
  return entries;
}

static void cut_all(std::vector<planned_cut> *cuts) {
  if (!loops_state_satisfies_p(LOOP_CLOSED_SSA))
    rewrite_into_loop_closed_ssa(NULL, TODO_update_ssa);
  std::vector<basic_block> apart = copy_short(cuts);
  prepare_function();
  for (planned_cut &cut : *cuts)
    if (cut.is_cut)
      cut_loop(cut.record->records, cut.values, cut.derived);
  repair_function();
  if (!apart.empty())
    outline(apart);
}

/* Of loops that are cut: long chunks ask by themselves. */
static void ask_before_chunks() {
  std::vector<gcall *> marks;
  basic_block block;
  FOR_EACH_BB_FN(block, cfun)
  for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi))
    if (gcall *mark = mark_at(gsi, true))
      if (marked_loops[number_of_mark(mark)]->dealt && !marked_loops[number_of_mark(mark)]->obstacle)
        marks.push_back(mark);
  if (marks.empty())
    return;
  free_dominance_info(CDI_DOMINATORS);
  for (gcall *mark : marks) {
    marked_loop *record = marked_loops[number_of_mark(mark)];
    ask_before_chunk(record->records, question_of(record, mark));
  }
  calculate_dominance_info(CDI_DOMINATORS);
  mark_virtual_operands_for_renaming(cfun);
  update_ssa(TODO_update_ssa);
  scev_reset();
}

void cut_marked_loops() {
  calculate_dominance_info(CDI_DOMINATORS);
  scev_reset();
  std::vector<planned_cut> cuts = plan_all_cuts();
  for (planned_cut &cut : cuts)
    if (!cut.record->records.loop)
      cut.record->records = make_records(cut.record->facts, cut.record->plan, cut.record->loop);
  ask_before_chunks();
  remove_marks();
  if (!cuts.empty())
    cut_all(&cuts);
  forget_marked_loops();
}

void forget_marked_loops() {
  for (marked_loop *marked : marked_loops) {
    if (marked->obstacle)
      pp_plan_withdraw_loop(marked->plan, marked->facts->nest, marked->loop, marked->obstacle);
    delete marked;
  }
  marked_loops.clear();
  release_kept();
}

} // namespace pageprefetch
