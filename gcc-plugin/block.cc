/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Large block operations: those that loops became, and those that the program calls itself. A call of memset or memcpy whose
 * length may be large becomes a test of the length, with a call of the runtime's behind it in cold code. */
#include "diagnose.h"
#include "model.h"

#include "pageprefetch_abi.h"

namespace pageprefetch {

static bool tell_blocks;

/* memset, memcpy, or NULL_TREE: what the statement calls and nothing but a call of it can be made of. */
static tree called_block(gimple *statement) {
  gcall *call = dyn_cast<gcall *>(statement);
  tree callee = call && !gimple_call_internal_p(call) && gimple_call_builtin_p(call, BUILT_IN_NORMAL) ? gimple_call_fndecl(call)
                                                                                                      : NULL_TREE;
  if (!callee || (DECL_FUNCTION_CODE(callee) != BUILT_IN_MEMSET && DECL_FUNCTION_CODE(callee) != BUILT_IN_MEMCPY))
    return NULL_TREE;
  tree result = gimple_call_lhs(call);
  bool simple = (!result || TREE_CODE(result) == SSA_NAME) && !stmt_ends_bb_p(call) && !gimple_call_must_tail_p(call);
  return simple ? callee : NULL_TREE;
}

/* Whether a pointer points into an object of the program that is smaller than what counts as large. */
static bool points_to_small(tree pointer) {
  for (unsigned steps = 0; steps < 8 && TREE_CODE(pointer) == SSA_NAME; steps++) {
    gassign *assign = dyn_cast<gassign *>(SSA_NAME_DEF_STMT(pointer));
    if (!assign ||
        !(gimple_assign_single_p(assign) || gimple_assign_rhs_code(assign) == POINTER_PLUS_EXPR || gimple_assign_cast_p(assign)))
      return false;
    pointer = gimple_assign_rhs1(assign);
  }
  if (TREE_CODE(pointer) != ADDR_EXPR)
    return false;
  tree object = get_base_address(TREE_OPERAND(pointer, 0));
  if (object && TREE_CODE(object) == MEM_REF)
    return points_to_small(TREE_OPERAND(object, 0));
  tree bytes = object && DECL_P(object) ? DECL_SIZE_UNIT(object) : NULL_TREE;
  return bytes && tree_fits_uhwi_p(bytes) && tree_to_uhwi(bytes) < PP_BLOCK_LEAST;
}

static bool may_be_large(gimple *statement, bool sets, gimple_ranger *ranges) {
  tree length = gimple_call_arg(statement, 2);
  if (TREE_CODE(length) == INTEGER_CST)
    return tree_fits_uhwi_p(length) && tree_to_uhwi(length) >= PP_BLOCK_LEAST;
  if (points_to_small(gimple_call_arg(statement, 0)) || (!sets && points_to_small(gimple_call_arg(statement, 1))))
    return false;
  if (wi::ltu_p(get_nonzero_bits(length), PP_BLOCK_LEAST))
    return false;
  int_range_max range;
  if (!ranges->range_of_expr(range, length, statement) || range.undefined_p() || range.varying_p())
    return true;
  return !wi::ltu_p(range.upper_bound(), PP_BLOCK_LEAST);
}

/* -fno-builtin and -ffreestanding, which are the front ends' own options. */
static bool has_no_builtins() {
  for (unsigned i = 0; i < save_decoded_options_count; i++) {
    const cl_decoded_option &option = save_decoded_options[i];
    if (option.opt_index == OPT_ffreestanding || (option.opt_index == OPT_fbuiltin && !option.value))
      return true;
  }
  return false;
}

/* Why the block operations of a function stay as they are, or NULL: what forbids strips, what watches memory, and what implements
 * them. */
static const char *block_obstacle(function *fun, tree callee) {
  static const char *const names[] = {"memcpy", "memset", "memmove", "mempcpy", "bcopy", "bzero"};
  if (flag_sanitize & (SANITIZE_ADDRESS | SANITIZE_HWADDRESS | SANITIZE_THREAD))
    return "a sanitizer watches it";
  for (const char *name : names)
    if (DECL_NAME(fun->decl) && id_equal(DECL_NAME(fun->decl), name))
      return "the function may be what it calls";
  cgraph_node *node = cgraph_node::get(callee);
  if (node && node->definition)
    return "the program has a function of its own for it";
  if (has_no_builtins())
    return "the program may have a function of its own for it";
  if (has_reorderable_chain(fun))
    return "GCC may reorder floating-point operations of the function by the code around them";
  return function_obstacle(fun);
}

/* A call of `function` with the arguments of `call`, in a block of its own that leads to `merge`. */
static tree call_instead(gcall *call, tree function, basic_block block) {
  gimple_seq statements = NULL;
  gcall *made = gimple_build_call(function, 3, gimple_call_arg(call, 0), gimple_call_arg(call, 1), gimple_call_arg(call, 2));
  tree result = gimple_call_lhs(call) ? make_ssa_name(TREE_TYPE(gimple_call_lhs(call))) : NULL_TREE;
  if (result)
    gimple_call_set_lhs(made, result);
  gimple_set_location(made, gimple_location(call));
  gimple_seq_add_stmt(&statements, made);
  append_statements(block, statements);
  return result;
}

/* before: large? -> asking: is the runtime there? -> there: the call of the runtime's. Before and asking also lead to own, which
 * holds the call. Behind both is merge. */
static void hand_over(gcall *call, bool sets) {
  gimple_stmt_iterator gsi = gsi_for_stmt(call);
  tree length = gimple_call_arg(call, 2), function = block_function(sets), lhs = gimple_call_lhs(call);
  tree address = build1(ADDR_EXPR, build_pointer_type(TREE_TYPE(function)), function);
  gsi_prev(&gsi);
  basic_block before = gimple_bb(call);
  edge into = gsi_end_p(gsi) ? split_block_after_labels(before) : split_block(before, gsi_stmt(gsi));
  basic_block own = into->dest, merge = split_block(own, call)->dest, asking = before;
  bool is_constant = TREE_CODE(length) == INTEGER_CST;
  /* Never, to GCC: it then puts the call with what is never run, and lets it cost the way past it nothing. */
  profile_count rare = is_constant ? before->count : profile_count::zero();
  basic_block there = new_block(before, rare);
  if (!is_constant) {
    asking = new_block(before, rare);
    into->flags &= ~EDGE_FALLTHRU;
    end_with_test(before, GE_EXPR, length, build_int_cstu(TREE_TYPE(length), PP_BLOCK_LEAST), asking, own,
                  profile_probability::never());
  }
  end_with_test(asking, NE_EXPR, address, build_zero_cst(TREE_TYPE(address)), there, own, profile_probability::even());
  tree result = call_instead(call, function, there);
  edge done = make_edge(there, merge, EDGE_FALLTHRU);
  done->probability = profile_probability::always();
  if (!lhs)
    return;
  tree own_result = make_ssa_name(TREE_TYPE(lhs));
  gimple_call_set_lhs(call, own_result);
  update_stmt(call);
  gphi *phi = create_phi_node(lhs, merge);
  add_phi_arg(phi, own_result, single_succ_edge(own), UNKNOWN_LOCATION);
  add_phi_arg(phi, result, done, UNKNOWN_LOCATION);
}

static void say(gcall *call, bool sets, const char *obstacle) {
  std::string text = std::string("block operation (") + (sets ? "memset" : "memcpy") + ") ";
  if (obstacle) {
    say_missed(dump_user_location_t(call), (text + "left alone: " + obstacle).c_str(), tell_blocks);
    return;
  }
  text += "made present in pieces where it is of 4 MiB or more";
  if (dump_enabled_p())
    dump_printf_loc(MSG_OPTIMIZED_LOCATIONS, dump_user_location_t(call), "pageprefetch: %s\n", text.c_str());
  if (tell_blocks)
    fprintf(stderr, "pageprefetch: %s: %s\n", function_name(cfun), text.c_str());
}

static const pass_data block_data = {
    GIMPLE_PASS, "pageprefetch_block", OPTGROUP_OTHER, TV_TREE_PREFETCH, PROP_cfg | PROP_ssa, 0, 0, 0, 0};

/* Behind all that orders or fuses floating-point operations by the blocks they stand in, and before calls become jumps. */
class block_pass : public gimple_opt_pass {
public:
  explicit block_pass(gcc::context *context) : gimple_opt_pass(block_data, context) {}
  bool gate(function *fun) override {
    return POINTER_SIZE == 64 && optimize > 0 && !opt_for_fn(fun->decl, optimize_size) && !optimize_debug;
  }
  unsigned execute(function *fun) override;
};

static void find_large(function *fun, std::vector<gcall *> *found) {
  gimple_ranger ranges; /* computes nothing before it is asked */
  basic_block block;
  FOR_EACH_BB_FN(block, fun)
  for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi)) {
    tree callee = called_block(gsi_stmt(gsi));
    if (callee && may_be_large(gsi_stmt(gsi), DECL_FUNCTION_CODE(callee) == BUILT_IN_MEMSET, &ranges))
      found->push_back(as_a<gcall *>(gsi_stmt(gsi)));
  }
}

unsigned block_pass::execute(function *fun) {
  std::vector<gcall *> found;
  bool changed = false;
  find_large(fun, &found);
  for (gcall *call : found) {
    tree callee = gimple_call_fndecl(call);
    bool sets = DECL_FUNCTION_CODE(callee) == BUILT_IN_MEMSET;
    const char *obstacle = block_obstacle(fun, callee);
    say(call, sets, obstacle);
    if (obstacle)
      continue;
    if (!changed)
      free_dominance_info(CDI_DOMINATORS), free_dominance_info(CDI_POST_DOMINATORS);
    hand_over(call, sets);
    changed = true;
  }
  if (!changed)
    return 0;
  mark_virtual_operands_for_renaming(fun);
  update_ssa(TODO_update_ssa);
  cgraph_edge::rebuild_edges();
  return 0;
}

void register_blocks(const char *plugin_name, bool verbose) {
  register_pass_info information = {new block_pass(g), "widening_mul", 1, PASS_POS_INSERT_AFTER};
  tell_blocks = verbose;
  register_callback(plugin_name, PLUGIN_PASS_MANAGER_SETUP, NULL, &information);
}

} // namespace pageprefetch
