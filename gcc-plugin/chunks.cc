/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loops that OpenMP deals out to threads: a chunk may be one iteration, ahead of which nothing can be hinted, so hints run ahead
 * of where all threads together are in the whole loop. Its bounds are what the runtime was started with. */
#include "diagnose.h"

#include "pageprefetch_abi.h"

namespace pageprefetch {

/* The name of libgomp's function that a statement calls, without what stands before it; NULL: none. */
static const char *libgomp_loop_call(gimple *statement) {
  tree callee = is_gimple_call(statement) ? gimple_call_fndecl(statement) : NULL_TREE;
  const char *name = callee && DECL_NAME(callee) ? strstr(IDENTIFIER_POINTER(DECL_NAME(callee)), "GOMP_loop_") : NULL;
  return name && !strstr(name, "doacross") ? name + strlen("GOMP_loop_") : NULL;
}

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), of_end = strlen(end);
  return length >= of_end && strcmp(text + length - of_end, end) == 0;
}

static tree variable_at(tree address) {
  return TREE_CODE(address) == ADDR_EXPR && VAR_P(TREE_OPERAND(address, 0)) ? TREE_OPERAND(address, 0) : NULL_TREE;
}

/* The variable in which OpenMP's runtime leaves the begin of a loop's next chunk, where the statement asks for one. */
static tree begin_of_next(gimple *statement) {
  const char *name = libgomp_loop_call(statement);
  return name && ends_with(name, "_next") && gimple_call_num_args(statement) == 2 ? variable_at(gimple_call_arg(statement, 0))
                                                                                  : NULL_TREE;
}

/* Takes the whole loop's bounds from the call that starts dealing it out, (up, first, last, step, chunk, &begin, &end): `up` has
 * only the unsigned one, schedule(runtime) has no chunk. */
static void read_start(gimple *statement, dealt_loop *dealt) {
  const char *name = libgomp_loop_call(statement);
  unsigned count = name ? gimple_call_num_args(statement) : 0, first = name && strncmp(name, "ull_", 4) == 0;
  if (!name || !ends_with(name, "_start") || count < first + 5 || count > first + 6 ||
      variable_at(gimple_call_arg(statement, count - 2)) != dealt->begin ||
      !dominated_by_p(CDI_DOMINATORS, dealt->chunks->header, gimple_bb(statement)))
    return;
  tree step = gimple_call_arg(statement, first + 2);
  if (TREE_CODE(step) != INTEGER_CST)
    return;
  dealt->first = gimple_call_arg(statement, first);
  dealt->last = gimple_call_arg(statement, first + 1);
  dealt->step = (HOST_WIDE_INT)TREE_INT_CST_LOW(step);
}

static void find_next(class loop *loop, dealt_loop *dealt) {
  class loop *chunks = loop_outer(loop);
  if (!chunks || !loop_outer(chunks))
    return;
  basic_block *body = get_loop_body(chunks);
  for (unsigned i = 0; i < chunks->num_nodes && !dealt->chunks; i++)
    for (gimple_stmt_iterator gsi = gsi_start_bb(body[i]); !gsi_end_p(gsi) && !dealt->chunks; gsi_next(&gsi))
      if (body[i]->loop_father == chunks && (dealt->begin = begin_of_next(gsi_stmt(gsi))))
        dealt->chunks = chunks;
  free(body);
}

void note_chunks(nest_facts *facts) {
  for (loop_facts &loop : facts->loops) {
    basic_block block;
    if (loop.loop)
      find_next(loop.loop, &loop.dealt);
    if (!loop.dealt.chunks)
      continue;
    FOR_EACH_BB_FN(block, cfun)
    for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi))
      read_start(gsi_stmt(gsi), &loop.dealt);
  }
}

namespace {

/* Values of the first chunk, from those of any. */
class first_chunk {
public:
  first_chunk(const dealt_loop &of, basic_block at, gimple_seq *made) : dealt(of), before(at), statements(made) {}
  /* NULL: it does not follow from the loop's bounds. */
  tree value(tree any);
  tree position();

private:
  enum { DEEPEST = 24 };
  const dealt_loop &dealt;
  basic_block before;
  gimple_seq *statements;
  std::map<tree, tree> known;
  unsigned depth = 0;

  bool loads_begin(gimple *statement) const;
  tree computed(gassign *statement);
};

} // namespace

bool first_chunk::loads_begin(gimple *statement) const {
  return gimple_assign_load_p(statement) && gimple_assign_rhs1(statement) == dealt.begin;
}

/* The same operation on the operands' values. It is computed in every chunk, so the first one's does not overflow either. */
tree first_chunk::computed(gassign *statement) {
  tree operands[3] = {NULL_TREE, NULL_TREE, NULL_TREE};
  unsigned count = gimple_num_ops(statement) - 1;
  bool same = true;
  if (gimple_vuse(statement)) { /* what all chunks read at the same place */
    tree use;
    ssa_op_iter iterator;
    FOR_EACH_SSA_TREE_OPERAND(use, statement, iterator, SSA_OP_USE)
    same &= value(use) == use;
    return same ? gimple_assign_lhs(statement) : NULL_TREE;
  }
  for (unsigned i = 0; i < count && i < 3; i++) {
    tree operand = gimple_op(statement, i + 1);
    operands[i] = is_gimple_val(operand) ? value(operand) : NULL_TREE;
    if (!operands[i])
      return NULL_TREE;
    same &= operands[i] == operand;
  }
  if (same)
    return gimple_assign_lhs(statement);
  switch (gimple_assign_rhs_code(statement)) {
  case SSA_NAME:
  CASE_CONVERT:
  case PLUS_EXPR:
  case MINUS_EXPR:
  case MULT_EXPR:
  case POINTER_PLUS_EXPR:
  case NEGATE_EXPR:
  case LSHIFT_EXPR:
  case RSHIFT_EXPR:
  case BIT_AND_EXPR:
  case BIT_IOR_EXPR:
    break;
  default:
    return NULL_TREE;
  }
  tree made = make_ssa_name(TREE_TYPE(gimple_assign_lhs(statement)));
  gimple_seq_add_stmt(statements,
                      gimple_build_assign(made, gimple_assign_rhs_code(statement), operands[0], operands[1], operands[2]));
  return made;
}

tree first_chunk::value(tree any) {
  if (TREE_CODE(any) != SSA_NAME)
    return any;
  gimple *statement = SSA_NAME_DEF_STMT(any);
  if (!gimple_bb(statement) || !flow_bb_inside_loop_p(dealt.chunks, gimple_bb(statement)))
    return any;
  auto found = known.find(any);
  if (found != known.end())
    return found->second;
  tree result = NULL_TREE;
  depth++;
  if (depth < DEEPEST && is_gimple_assign(statement))
    result = loads_begin(statement) ? emit_value(fold_convert(TREE_TYPE(any), dealt.first), statements)
                                    : computed(as_a<gassign *>(statement));
  depth--;
  return known[any] = result;
}

/* Iterations of the whole loop before the chunk's. */
tree first_chunk::position() {
  tree u64 = uint64_type_node, begin = NULL_TREE;
  for (basic_block block = before; block && flow_bb_inside_loop_p(dealt.chunks, block) && !begin;
       block = get_immediate_dominator(CDI_DOMINATORS, block))
    for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi))
      if (loads_begin(gsi_stmt(gsi)))
        begin = gimple_assign_lhs(gsi_stmt(gsi));
  if (!begin)
    return NULL_TREE;
  tree first = fold_convert(u64, dealt.first), behind = fold_convert(u64, begin);
  tree apart = dealt.step < 0 ? fold_build2(MINUS_EXPR, u64, first, behind) : fold_build2(MINUS_EXPR, u64, behind, first);
  return emit_value(fold_build2(TRUNC_DIV_EXPR, u64, apart, build_int_cstu(u64, absu_hwi(dealt.step))), statements);
}

/* Iterations of the whole loop, which has one. */
static tree whole_trips(const dealt_loop &dealt) {
  tree u64 = uint64_type_node, first = fold_convert(u64, dealt.first), last = fold_convert(u64, dealt.last);
  tree apart = dealt.step < 0 ? fold_build2(MINUS_EXPR, u64, first, last) : fold_build2(MINUS_EXPR, u64, last, first);
  uint64_t step = absu_hwi(dealt.step);
  apart = fold_build2(PLUS_EXPR, u64, apart, build_int_cstu(u64, step - 1));
  return fold_build2(TRUNC_DIV_EXPR, u64, apart, build_int_cstu(u64, step));
}

bool dealt_values(const dealt_loop &dealt, basic_block before, const std::vector<tree> &names, std::vector<tree> *values,
                  gimple_seq *statements) {
  first_chunk first(dealt, before, statements);
  tree position = first.position();
  if (!position)
    return false;
  values->push_back(position);
  values->push_back(emit_value(whole_trips(dealt), statements));
  for (tree name : names) {
    values->push_back(first.value(name));
    if (!values->back())
      return false;
  }
  return true;
}

static basic_block cold_block(basic_block near) {
  basic_block block = create_empty_bb(near);
  add_bb_to_loop(block, near->loop_father);
  block->count = near->count.apply_probability(profile_probability::very_unlikely());
  return block;
}

/* A variable of the thread that runs the chunks, 0 at first; whether it stays in memory is for the passes behind. */
static tree new_variable(class loop *chunks, const char *name) {
  tree variable = create_tmp_var(uint64_type_node, name);
  TREE_ADDRESSABLE(variable) = 1;
  gsi_insert_on_edge_immediate(loop_preheader_edge(chunks), gimple_build_assign(variable, build_zero_cst(uint64_type_node)));
  return variable;
}

static tree read_variable(tree variable, gimple_seq *statements) {
  tree value = make_ssa_name(uint64_type_node);
  gimple_seq_add_stmt(statements, gimple_build_assign(value, variable));
  return value;
}

/* Whether this is a chunk to ask for, where there is somebody to ask. */
static tree is_to_ask(const loop_records &records, const chunk_question &question, gimple_seq *statements) {
  tree function = runtime_function(), truth = boolean_type_node, least = make_ssa_name(uint64_type_node);
  tree address = build1(ADDR_EXPR, build_pointer_type(TREE_TYPE(function)), function);
  gimple_seq_add_stmt(statements, gimple_build_assign(least, unshare_expr(records.least)));
  tree is_long = fold_build2(GE_EXPR, truth, question.values.trips, least);
  tree is_short = fold_build2(LT_EXPR, truth, question.chunk_trips, build_int_cstu(uint64_type_node, question.least));
  tree is_there = fold_build2(NE_EXPR, truth, address, build_zero_cst(TREE_TYPE(address)));
  tree all = fold_build2(BIT_AND_EXPR, truth, fold_build2(BIT_AND_EXPR, truth, is_long, is_short), is_there);
  return emit_value(all, statements);
}

static gimple_seq emit_question(const loop_records &records, const chunk_question &question, tree asked, tree length) {
  gimple_seq statements = NULL;
  auto_vec<tree> arguments;
  arguments.safe_push(records.loop);
  arguments.safe_push(emit_value(
      fold_build2(BIT_IOR_EXPR, uint64_type_node, question.position, build_int_cstu(uint64_type_node, PP_DEALT)), &statements));
  arguments.safe_push(emit_value(question.values.trips, &statements));
  for (tree value : question.values.environment)
    arguments.safe_push(emit_value(value, &statements));
  tree answer = make_ssa_name(uint64_type_node);
  gcall *call = gimple_build_call_vec(runtime_function(), arguments);
  gimple_call_set_lhs(call, answer);
  gimple_seq_add_stmt(&statements, call);
  gimple_seq_add_stmt(&statements, gimple_build_assign(asked, question.position));
  gimple_seq_add_stmt(&statements, gimple_build_assign(length, answer));
  return statements;
}

void ask_before_chunk(const loop_records &records, const chunk_question &question) {
  basic_block block = gimple_bb(question.behind), rest = split_block(block, question.behind)->dest;
  tree asked = new_variable(block->loop_father, "pp_asked"), length = new_variable(block->loop_father, "pp_length");
  basic_block willing = cold_block(block), asking = cold_block(willing);
  gimple_seq statements = NULL;
  tree known = read_variable(length, &statements), before = read_variable(asked, &statements);
  tree since = emit_value(fold_build2(MINUS_EXPR, uint64_type_node, question.position, before), &statements);
  append_statements(block, statements);
  end_with_test(block, GE_EXPR, since, known, willing, rest, profile_probability::very_unlikely());
  statements = NULL;
  tree yes = is_to_ask(records, question, &statements);
  append_statements(willing, statements);
  end_with_test(willing, NE_EXPR, yes, boolean_false_node, asking, rest, profile_probability::unlikely());
  append_statements(asking, emit_question(records, question, asked, length));
  make_single_succ_edge(asking, rest, EDGE_FALLTHRU);
}

/* Whether some of the loop's chunks, the short ones, go without hints. */
static bool leaves_short_chunks(const nest_facts *facts, const pp_plan *plan, int loop) {
  return facts->loops[loop].dealt.chunks && plan->loops[loop].strip_mined && !plan->loops[loop].dealt;
}

void remark_chunks(const nest_facts *facts, const pp_plan *plan, bool verbose) {
  char text[512];
  for (unsigned i = 0; i < plan->reference_count; i++) {
    int stream = plan->stream_of[i];
    if (stream < 0 || plan->streams[stream].leader != i || !leaves_short_chunks(facts, plan, plan->streams[stream].loop))
      continue;
    pp_plan_describe_chunks(plan, stream, text, sizeof text);
    say_missed(dump_user_location_t::from_location_t(facts->references[i]), text, verbose);
  }
}

} // namespace pageprefetch
