/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A loop that may be short stays as it is, behind one test of its record. What strips need stands in a copy of it, and the copy
 * in a function of its own: in the same function its registers and its calls would be paid for by every entry.
 *
 *   before -> the loop        -> exits          the function apart: entry -> copy, in strips -> way out
 *        \-> ask -> call -> dispatch ^
 *
 * The function apart returns what the exits want of the copy, and which exit it took. */
#include "model.h"

namespace pageprefetch {

enum {
  LARGEST_COPY = 64,      /* statements; entering a larger loop costs little beside running it */
  LONG_LOOP = 4096,       /* constant trip counts from here on */
  MOST_VALUES_APART = 24, /* that a copy may want */
};

static const char APART[] = "pageprefetch apart";

/* What another function has no part of, or can not be given: vectors that no register holds are passed with a warning. */
static tree is_local(tree *node, int *walk, void *) {
  if (TYPE_P(*node)) {
    *walk = 0;
    return NULL_TREE;
  }
  if (TREE_TYPE(*node) && VECTOR_TYPE_P(TREE_TYPE(*node)) && TYPE_MODE(TREE_TYPE(*node)) == BLKmode)
    return *node;
  bool is_label = TREE_CODE(*node) == LABEL_DECL;
  return is_label || (DECL_P(*node) && auto_var_in_fn_p(*node, current_function_decl)) ? *node : NULL_TREE;
}

static tree is_local_operand(tree *node, int *walk, void *) {
  return is_local(node, walk, NULL);
}

/* Calls of builtins may be about the frame that they stand in. */
static bool is_movable_call(gcall *call) {
  if (gimple_call_internal_p(call))
    return true;
  bool is_plain = !gimple_call_builtin_p(call, BUILT_IN_NORMAL) || (gimple_call_flags(call) & (ECF_CONST | ECF_PURE));
  return is_plain && !gimple_call_chain(call) && !(gimple_call_flags(call) & ECF_RETURNS_TWICE);
}

/* Whether a statement means the same in another function. */
static bool is_movable(gimple *statement) {
  enum gimple_code code = gimple_code(statement);
  if (code != GIMPLE_ASSIGN && code != GIMPLE_COND && code != GIMPLE_CALL && code != GIMPLE_PREDICT && code != GIMPLE_NOP &&
      code != GIMPLE_RETURN)
    return false;
  if (lookup_stmt_eh_lp(statement) || (code == GIMPLE_CALL && !is_movable_call(as_a<gcall *>(statement))))
    return false;
  walk_stmt_info info = {};
  return !walk_gimple_op(statement, is_local_operand, &info);
}

static bool is_movable(gphi *phi) {
  for (unsigned i = 0; i < gimple_phi_num_args(phi); i++) {
    tree value = gimple_phi_arg_def(phi, i);
    if (value && walk_tree_without_duplicates(&value, is_local, NULL))
      return false;
    if (value && TREE_CODE(value) == SSA_NAME && SSA_NAME_OCCURS_IN_ABNORMAL_PHI(value))
      return false;
  }
  return !VECTOR_BOOLEAN_TYPE_P(TREE_TYPE(gimple_phi_result(phi)));
}

/* Adds the block's statements to a count. Returns whether all may stand in another function. */
static bool is_movable(basic_block block, unsigned *statements) {
  edge e;
  edge_iterator ei;
  FOR_EACH_EDGE(e, ei, block->succs)
  if (e->flags & (EDGE_COMPLEX | EDGE_FAKE))
    return false;
  for (gphi_iterator gsi = gsi_start_phis(block); !gsi_end_p(gsi); gsi_next(&gsi))
    if (!virtual_operand_p(gimple_phi_result(gsi.phi())) && !is_movable(gsi.phi()))
      return false;
  for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi)) {
    if (is_gimple_debug(gsi_stmt(gsi)) ||
        (gimple_code(gsi_stmt(gsi)) == GIMPLE_LABEL && !FORCED_LABEL(gimple_label_label(as_a<glabel *>(gsi_stmt(gsi))))))
      continue;
    if (!is_movable(gsi_stmt(gsi)))
      return false;
    ++*statements;
  }
  return true;
}

/* Passes behind the loops count divisions and chains of a whole function before they decide how to compute them. */
static bool depends_on_function() {
  return flag_unsafe_math_optimizations || flag_reciprocal_math || flag_associative_math;
}

/* Neither what becomes an instruction or a few, nor block operations, whose length decides. */
static bool is_real_call(gimple *statement) {
  if (!is_gimple_call(statement) || gimple_call_internal_p(statement) || gimple_call_builtin_p(statement, BUILT_IN_MD))
    return false;
  if (!gimple_call_builtin_p(statement, BUILT_IN_NORMAL))
    return true;
  tree function = gimple_call_fndecl(statement);
  switch (DECL_FUNCTION_CODE(function)) {
  case BUILT_IN_MEMCPY:
  case BUILT_IN_MEMMOVE:
  case BUILT_IN_MEMSET:
    return false;
  default:
    return !is_inexpensive_builtin(function);
  }
}

/* Whether each iteration makes a call. Registers are saved for it already, and beside it an entry's cost is small. */
static bool always_calls(class loop *loop) {
  basic_block *body = get_loop_body(loop);
  bool found = false;
  for (unsigned i = 0; i < loop->num_nodes && !found; i++)
    for (gimple_stmt_iterator gsi = gsi_start_bb(body[i]); !gsi_end_p(gsi) && !found; gsi_next(&gsi))
      found = is_real_call(gsi_stmt(gsi)) && dominated_by_p(CDI_DOMINATORS, loop->latch, body[i]);
  free(body);
  return found;
}

bool may_stand_apart(const loop_values &values, const loop_facts &derived) {
  class loop *loop = derived.loop;
  unsigned statements = 0;
  if (loop->inner || depends_on_function() || optimize_function_for_size_p(cfun) || values.environment.size() > MOST_VALUES_APART)
    return false;
  if (!loops_state_satisfies_p(LOOPS_HAVE_PREHEADERS | LOOPS_HAVE_SIMPLE_LATCHES) || !can_duplicate_loop_p(loop))
    return false;
  if (tree_fits_uhwi_p(values.trips) && tree_to_uhwi(values.trips) >= LONG_LOOP)
    return false;
  if (always_calls(loop))
    return false;
  for (tree value : values.environment)
    if (walk_tree_without_duplicates(&value, is_local, NULL))
      return false;
  basic_block *body = get_loop_body(loop);
  bool good = true;
  for (unsigned i = 0; i < loop->num_nodes && good; i++)
    good = is_movable(body[i], &statements);
  free(body);
  return good && statements <= LARGEST_COPY;
}

basic_block copy_loop(const loop_records &records, const loop_values &values, class loop *loop) {
  gimple_seq statements = NULL;
  tree trips = emit_value(values.trips, &statements), least = make_ssa_name(uint64_type_node);
  gimple_seq_add_stmt(&statements, gimple_build_assign(least, unshare_expr(records.least)));
  edge in = loop_preheader_edge(loop);
  basic_block before = split_edge(in), test;
  append_statements(before, statements);
  profile_probability usual = profile_probability::very_likely();
  initialize_original_copy_tables();
  class loop *copy = loop_version(loop, build2(LT_EXPR, boolean_type_node, trips, least), &test, usual, usual.invert(),
                                  profile_probability::always(), profile_probability::always(), true);
  free_original_copy_tables();
  basic_block run = loop_preheader_edge(loop)->src, entry = loop_preheader_edge(copy)->src;
  basic_block ask = split_edge(single_pred_edge(entry));
  tree function = runtime_function();
  tree address = build1(ADDR_EXPR, build_pointer_type(TREE_TYPE(function)), function);
  end_with_test(ask, NE_EXPR, address, build_zero_cst(TREE_TYPE(address)), entry, run, profile_probability::unlikely());
  return entry;
}

namespace {

/* A way out of the copy: where it leads, and what the phis there get of it. */
struct way_out {
  basic_block to;
  std::vector<std::pair<gphi *, tree>> values;
};

/* A copy on its way into a function of its own. */
class outliner {
public:
  explicit outliner(basic_block from) : entry(from) {}
  void run();

private:
  basic_block entry, last, after; /* the copy's first and last block, and what follows it in the function */
  std::vector<basic_block> region;
  std::vector<bool> inside;
  std::vector<tree> given;      /* names of the function that the copy uses */
  std::vector<gassign *> taken; /* the same in the copy: what is assigned comes with the parameters */
  std::vector<way_out> ways;
  std::vector<tree> wanted;   /* names of the copy that its exits want, behind the number of the exit if there are several */
  std::vector<tree> results;  /* what last returns of them */
  std::vector<tree> received; /* names of the function for what is returned */
  tree apart;                 /* the function */
  tree returned;              /* its type's fields, where there are several */

  bool find_region();
  bool is_inside(tree name);
  void take_values();
  void collect_ways();
  void join_ways();
  void dispatch();
  void declare();
  void end_function();
  void fill_function(function *child);
  void call(basic_block block);
};

} // namespace

bool outliner::is_inside(tree name) {
  basic_block block = gimple_bb(SSA_NAME_DEF_STMT(name));
  return block && (unsigned)block->index < inside.size() && inside[block->index];
}

bool outliner::find_region() {
  auto_vec<basic_block> blocks(get_all_dominated_blocks(CDI_DOMINATORS, entry));
  unsigned statements = 0;
  inside.resize(last_basic_block_for_fn(cfun));
  for (basic_block block : blocks) {
    region.push_back(block);
    inside[block->index] = true;
    if (!is_movable(block, &statements))
      return false;
  }
  return true;
}

static void drop_debug_statements(basic_block block) {
  for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi);)
    if (is_gimple_debug(gsi_stmt(gsi)))
      gsi_remove(&gsi, true);
    else
      gsi_next(&gsi);
}

/* Every name from outside gets one of the copy's own, assigned at its entry. */
void outliner::take_values() {
  std::map<tree, tree> own;
  gimple_seq statements = NULL;
  auto replace = [&](use_operand_p use) {
    tree name = USE_FROM_PTR(use);
    if (TREE_CODE(name) != SSA_NAME || virtual_operand_p(name) || is_inside(name))
      return;
    tree &mine = own[name];
    bool is_undefined = SSA_NAME_IS_DEFAULT_DEF(name) && SSA_NAME_VAR(name) && VAR_P(SSA_NAME_VAR(name));
    if (!mine && is_undefined)
      mine = build_zero_cst(TREE_TYPE(name));
    if (!mine) {
      mine = make_ssa_name(TREE_TYPE(name));
      gassign *assign = gimple_build_assign(mine, build_zero_cst(TREE_TYPE(name)));
      gimple_seq_add_stmt(&statements, assign);
      given.push_back(name);
      taken.push_back(assign);
    }
    SET_USE(use, mine);
  };
  for (basic_block block : region) {
    use_operand_p use;
    ssa_op_iter each;
    drop_debug_statements(block);
    for (gphi_iterator gsi = gsi_start_phis(block); !gsi_end_p(gsi); gsi_next(&gsi))
      FOR_EACH_PHI_ARG(use, gsi.phi(), each, SSA_OP_USE)
    replace(use);
    for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi)) {
      FOR_EACH_SSA_USE_OPERAND(use, gsi_stmt(gsi), each, SSA_OP_USE)
      replace(use);
      update_stmt(gsi_stmt(gsi));
    }
  }
  gimple_stmt_iterator gsi = gsi_after_labels(entry);
  gsi_insert_seq_before(&gsi, statements, GSI_SAME_STMT);
}

/* All ways out get a block of their own, and lead to `last`. */
void outliner::collect_ways() {
  std::vector<edge> out;
  for (basic_block block : region) {
    edge e;
    edge_iterator ei;
    FOR_EACH_EDGE(e, ei, block->succs)
    if ((unsigned)e->dest->index >= inside.size() || !inside[e->dest->index])
      out.push_back(e);
  }
  last = create_empty_bb(entry);
  add_bb_to_loop(last, entry->loop_father);
  last->count = entry->count;
  for (edge e : out) {
    edge leave = single_succ_edge(split_edge(e));
    way_out way = {leave->dest, {}};
    for (gphi_iterator gsi = gsi_start_phis(leave->dest); !gsi_end_p(gsi); gsi_next(&gsi))
      if (!virtual_operand_p(gimple_phi_result(gsi.phi())))
        way.values.push_back({gsi.phi(), PHI_ARG_DEF_FROM_EDGE(gsi.phi(), leave)});
    redirect_edge_var_map_clear(redirect_edge_and_branch(leave, last));
    ways.push_back(way);
  }
}

/* What leaves the copy, as names of `last`. */
void outliner::join_ways() {
  for (way_out &way : ways)
    for (auto &value : way.values)
      if (TREE_CODE(value.second) == SSA_NAME && is_inside(value.second) &&
          std::find(wanted.begin(), wanted.end(), value.second) == wanted.end())
        wanted.push_back(value.second);
  if (ways.size() == 1) {
    results = wanted;
    return;
  }
  auto join = [&](tree type) {
    results.push_back(make_ssa_name(type));
    return create_phi_node(results.back(), last);
  };
  gphi *number = join(unsigned_type_node);
  for (unsigned i = 0; i < ways.size(); i++)
    add_phi_arg(number, build_int_cst(unsigned_type_node, i), EDGE_PRED(last, i), UNKNOWN_LOCATION);
  for (tree name : wanted) {
    gphi *phi = join(TREE_TYPE(name));
    for (unsigned i = 0; i < ways.size(); i++) {
      bool has = false;
      for (auto &value : ways[i].values)
        has |= value.second == name;
      add_phi_arg(phi, has ? name : build_zero_cst(TREE_TYPE(name)), EDGE_PRED(last, i), UNKNOWN_LOCATION);
    }
  }
}

/* In the function, behind the call: to the exit that the copy took. */
void outliner::dispatch() {
  for (tree result : results)
    received.push_back(make_ssa_name(TREE_TYPE(result)));
  after = create_empty_bb(last);
  add_bb_to_loop(after, entry->loop_father);
  after->count = entry->count;
  make_edge(last, after, EDGE_FALLTHRU)->probability = profile_probability::always();
  basic_block from = after;
  unsigned first = ways.size() > 1;
  for (unsigned i = 0; i < ways.size(); i++) {
    basic_block forward = create_empty_bb(from);
    add_bb_to_loop(forward, entry->loop_father);
    forward->count = entry->count;
    if (i + 1 < ways.size()) {
      basic_block next = create_empty_bb(from);
      add_bb_to_loop(next, entry->loop_father);
      next->count = entry->count;
      end_with_test(from, EQ_EXPR, received[0], build_int_cst(unsigned_type_node, i), forward, next, profile_probability::even());
      from = next;
    } else {
      make_edge(from, forward, EDGE_FALLTHRU)->probability = profile_probability::always();
    }
    edge to = make_edge(forward, ways[i].to, EDGE_FALLTHRU);
    to->probability = profile_probability::always();
    for (auto &value : ways[i].values) {
      auto at = std::find(wanted.begin(), wanted.end(), value.second);
      tree argument = at == wanted.end() ? value.second : received[first + (at - wanted.begin())];
      add_phi_arg(value.first, argument, to, UNKNOWN_LOCATION);
    }
  }
}

/* A type for all that is returned. */
static tree type_of_results(const std::vector<tree> &results) {
  if (results.empty())
    return void_type_node;
  if (results.size() == 1)
    return TREE_TYPE(results[0]);
  tree type = make_node(RECORD_TYPE), fields = NULL_TREE;
  for (unsigned i = results.size(); i-- > 0;) {
    tree field = build_decl(BUILTINS_LOCATION, FIELD_DECL, NULL_TREE, TYPE_MAIN_VARIANT(TREE_TYPE(results[i])));
    DECL_CONTEXT(field) = type;
    DECL_CHAIN(field) = fields;
    fields = field;
  }
  TYPE_FIELDS(type) = fields;
  layout_type(type);
  return type;
}

/* A declaration that belongs to a function and has no name in the source. */
static tree own_declaration(enum tree_code code, tree type, tree function) {
  tree made = build_decl(DECL_SOURCE_LOCATION(function), code, NULL_TREE, type);
  DECL_ARTIFICIAL(made) = DECL_IGNORED_P(made) = TREE_USED(made) = 1;
  DECL_CONTEXT(made) = function;
  return made;
}

void outliner::declare() {
  tree parent = current_function_decl, result = type_of_results(results), parameters = NULL_TREE;
  auto_vec<tree> types;
  for (tree value : given)
    types.safe_push(TREE_TYPE(value));
  tree name = clone_function_name_numbered(parent, "pp_strips");
  apart = build_decl(DECL_SOURCE_LOCATION(parent), FUNCTION_DECL, name,
                     build_function_type_array(result, types.length(), types.address()));
  SET_DECL_ASSEMBLER_NAME(apart, name);
  TREE_STATIC(apart) = TREE_USED(apart) = DECL_ARTIFICIAL(apart) = DECL_UNINLINABLE(apart) = 1;
  TREE_NOTHROW(apart) = TREE_NOTHROW(parent);
  DECL_NO_INSTRUMENT_FUNCTION_ENTRY_EXIT(apart) = DECL_NO_LIMIT_STACK(apart) = 1;
  DECL_FUNCTION_SPECIFIC_OPTIMIZATION(apart) = DECL_FUNCTION_SPECIFIC_OPTIMIZATION(parent);
  DECL_FUNCTION_SPECIFIC_TARGET(apart) = DECL_FUNCTION_SPECIFIC_TARGET(parent);
  DECL_FUNCTION_PERSONALITY(apart) = DECL_FUNCTION_PERSONALITY(parent);
  DECL_ATTRIBUTES(apart) = tree_cons(get_identifier(APART), NULL_TREE, NULL_TREE);
  for (const char *kept : {"no_sanitize", "no_split_stack", "no_stack_protector"})
    if (tree attribute = lookup_attribute(kept, DECL_ATTRIBUTES(parent)))
      DECL_ATTRIBUTES(apart) = tree_cons(get_identifier(kept), TREE_VALUE(attribute), DECL_ATTRIBUTES(apart));
  DECL_INITIAL(apart) = make_node(BLOCK);
  BLOCK_SUPERCONTEXT(DECL_INITIAL(apart)) = apart;
  DECL_RESULT(apart) = own_declaration(RESULT_DECL, result, apart);
  for (unsigned i = given.size(); i-- > 0;) {
    tree parameter = own_declaration(PARM_DECL, types[i], apart);
    DECL_ARG_TYPE(parameter) = types[i];
    DECL_CHAIN(parameter) = parameters;
    parameters = parameter;
  }
  DECL_ARGUMENTS(apart) = parameters;
  returned = results.size() > 1 ? TYPE_FIELDS(result) : NULL_TREE;
}

void outliner::end_function() {
  gimple_seq statements = NULL;
  tree value = results.size() == 1 ? results[0] : NULL_TREE;
  if (results.size() > 1) {
    tree field = returned;
    value = DECL_RESULT(apart);
    if (!aggregate_value_p(value, apart))
      value = create_tmp_var(TREE_TYPE(value)); /* as GCC's front ends return what fits into registers */
    for (tree result : results) {
      tree part = build3(COMPONENT_REF, TREE_TYPE(field), value, field, NULL_TREE);
      gimple_seq_add_stmt(&statements, gimple_build_assign(part, result));
      field = DECL_CHAIN(field);
    }
  }
  gimple_seq_add_stmt(&statements, gimple_build_return(value));
  append_statements(last, statements);
}

void outliner::fill_function(function *child) {
  tree parameter = DECL_ARGUMENTS(apart);
  push_cfun(child);
  /* Its loops are found anew: those that came with the blocks hold on to what belongs to the function. */
  child->curr_properties &= ~PROP_loops;
  loop_optimizer_finalize();
  loop_optimizer_init(AVOID_CFG_MODIFICATIONS);
  child->curr_properties |= PROP_loops;
  for (gassign *assign : taken) {
    gimple_assign_set_rhs1(assign, get_or_create_ssa_default_def(child, parameter));
    update_stmt(assign);
    parameter = DECL_CHAIN(parameter);
  }
  update_max_bb_count();
  update_ssa(TODO_update_ssa);
  cgraph_edge::rebuild_edges();
  pop_cfun();
}

void outliner::call(basic_block block) {
  auto_vec<tree> arguments;
  for (tree value : given)
    arguments.safe_push(value);
  gcall *call = gimple_build_call_vec(apart, arguments);
  gimple_seq statements = NULL;
  gimple_seq_add_stmt(&statements, call);
  if (results.size() == 1)
    gimple_call_set_lhs(call, received[0]);
  if (results.size() > 1) {
    tree all = create_tmp_var(TREE_TYPE(DECL_RESULT(apart))), field = returned;
    gimple_call_set_lhs(call, all);
    for (tree name : received) {
      tree part = build3(COMPONENT_REF, TREE_TYPE(field), all, field, NULL_TREE);
      gimple_seq_add_stmt(&statements, gimple_build_assign(name, part));
      field = DECL_CHAIN(field);
    }
  }
  append_statements(block, statements);
}

/* Not optimised for size, as cold functions are: asleep, long loops run in it. */
static void add_to_unit(tree apart, function *child) {
  child->curr_properties = cfun->curr_properties;
  child->has_simduid_loops = cfun->has_simduid_loops;
  child->last_clique = cfun->last_clique;
  set_decl_section_name(apart, ".text.unlikely");
  cgraph_node::add_new_function(apart, true);
}

void outliner::run() {
  if (!find_region())
    return;
  take_values();
  collect_ways();
  join_ways();
  dispatch();
  declare();
  end_function();
  function *parent = cfun;
  allocate_struct_function(apart, false);
  set_cfun(parent);
  function *child = DECL_STRUCT_FUNCTION(apart);
  child->can_throw_non_call_exceptions = parent->can_throw_non_call_exceptions;
  child->can_delete_dead_exceptions = parent->can_delete_dead_exceptions;
  init_tree_ssa(child);
  init_ssa_operands(child);
  child->gimple_df->in_ssa_p = true;
  free_dominance_info(CDI_DOMINATORS);
  calculate_dominance_info(CDI_DOMINATORS);
  profile_count count = entry->count;
  basic_block block = move_sese_region_to_fn(child, entry, last, NULL_TREE);
  single_succ_edge(block)->flags = EDGE_FALLTHRU;
  block->count = count;
  add_to_unit(apart, child);
  fill_function(child);
  call(block);
}

void outline(const std::vector<basic_block> &entries) {
  release_recorded_exits(cfun); /* the list of a loop's exits must not go with it */
  for (basic_block entry : entries)
    outliner(entry).run();
  repair_function();
  cgraph_edge::rebuild_edges();
}

/* The function apart has been through the passes up to the loops as a part of another; optimised anew it might compute otherwise.
 */
static void skip_passes(void *gate, void *) {
  static bool behind_loops;
  if (!cfun || !lookup_attribute(APART, DECL_ATTRIBUTES(cfun->decl)))
    return;
  if (strcmp(current_pass->name, "*all_optimizations") == 0) {
    behind_loops = false;
    *static_cast<bool *>(gate) = true;
  } else if (strcmp(current_pass->name, "loop") == 0) {
    behind_loops = true;
    *static_cast<bool *>(gate) = false;
  } else if (!behind_loops) {
    *static_cast<bool *>(gate) = false;
  }
}

void register_apart(const char *plugin_name) {
  register_callback(plugin_name, PLUGIN_OVERRIDE_GATE, skip_passes, NULL);
}

} // namespace pageprefetch
