/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Summaries of functions that loops call. GCC compiles callees before their callers and frees their bodies then: what callers
 * need is kept when a function comes by, before its loops are vectorised. */
#include "diagnose.h"
#include "model.h"

namespace pageprefetch {

/* Of a function that is worth a summary: a lookup, a row. Larger ones have loops of their own. */
enum { MOST_BLOCKS = 24, MOST_STATEMENTS = 300, MOST_LEVELS = 2 };

static std::map<unsigned, nest_facts *> summaries; /* by DECL_UID */

static nest_facts *known_summary(tree function) {
  auto known = summaries.find(DECL_UID(function));
  return known == summaries.end() ? NULL : known->second;
}

/* The function that a call runs, by its own name where it has several; whether another may replace what it calls. */
static tree function_of(gcall *call, enum availability *available) {
  tree callee = gimple_call_internal_p(call) ? NULL_TREE : gimple_call_fndecl(call);
  cgraph_node *node = callee ? cgraph_node::get(callee) : NULL;
  *available = AVAIL_NOT_AVAILABLE;
  return node ? node->ultimate_alias_target(available)->decl : callee;
}

const nest_facts *summary_of(gcall *call, const char **why) {
  *why = NULL;
  enum availability available;
  tree callee = function_of(call, &available);
  if (gimple_call_internal_p(call) || (callee && fndecl_built_in_p(callee)))
    return NULL;
  if (!callee) {
    *why = "it is handed to a function that is called through a pointer: what that touches is not known";
    return NULL;
  }
  const nest_facts *summary = available > AVAIL_INTERPOSABLE ? known_summary(callee) : NULL;
  if (summary)
    return summary;
  if (available == AVAIL_NOT_AVAILABLE)
    *why = "it is handed to a function of another translation unit: what that touches is not known";
  else if (available == AVAIL_INTERPOSABLE)
    *why = "it is handed to a function that another may replace when the program is linked: what that touches is not known";
  else if (callee == cfun->decl)
    *why = "it is handed to a function that calls itself: what that touches is not known";
  else
    *why = "it is handed to a function that is too large to be looked into, excluded, or compiled later";
  return NULL;
}

/* Whether loops call the function, also through functions that call it themselves. Each is asked once: where all call each other
 * there are as many ways to one as functions to the power of the levels. */
static bool is_called_in_loop(cgraph_node *function) {
  std::vector<cgraph_node *> asked = {function};
  std::set<cgraph_node *> known = {function};
  size_t next = 0;
  for (unsigned level = 0; level <= MOST_LEVELS; level++)
    for (size_t end = asked.size(); next < end; next++)
      for (cgraph_edge *edge = asked[next]->callers; edge; edge = edge->next_caller) {
        basic_block block = edge->call_stmt ? gimple_bb(edge->call_stmt) : NULL;
        if (edge->caller == asked[next])
          continue;
        if (!block || !block->loop_father || loop_outer(block->loop_father)) /* a body that was not read yet may have loops */
          return true;
        if (known.insert(edge->caller).second)
          asked.push_back(edge->caller);
      }
  return false;
}

static bool is_small(function *fun) {
  unsigned statements = 0;
  basic_block block;
  if (n_basic_blocks_for_fn(fun) > MOST_BLOCKS)
    return false;
  FOR_EACH_BB_FN(block, fun)
  for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi))
    statements += !is_gimple_debug(gsi_stmt(gsi));
  return statements <= MOST_STATEMENTS;
}

/* What a value outside is that another function can name: which of the arguments, or an object's address. */
static outside_value outside_of(int number, tree source) {
  outside_value value = {number, -1, NULL_TREE};
  if (TREE_CODE(source) == SSA_NAME && SSA_NAME_VAR(source) && TREE_CODE(SSA_NAME_VAR(source)) == PARM_DECL) {
    int argument = 0;
    for (tree parameter = DECL_ARGUMENTS(cfun->decl); parameter; parameter = DECL_CHAIN(parameter), argument++)
      if (parameter == SSA_NAME_VAR(source))
        value.argument = argument;
  } else if (TREE_CODE(source) == ADDR_EXPR) {
    tree object = TREE_OPERAND(source, 0);
    bool is_shared =
        TREE_CODE(object) == STRING_CST || TREE_CODE(object) == FUNCTION_DECL || (VAR_P(object) && is_global_var(object));
    value.address = is_shared ? source : NULL_TREE;
    if (is_shared)
      keep_for_good(source);
  }
  return value;
}

void keep_summary() {
  cgraph_node *node = cgraph_node::get(cfun->decl);
  if (!node || stdarg_p(TREE_TYPE(cfun->decl)) || known_summary(cfun->decl) || !is_small(cfun) || !is_called_in_loop(node))
    return;
  nest_facts *summary = model_function();
  for (size_t i = 0; i < summary->values.size(); i++)
    if (summary->values[i].model.kind == PP_VALUE_OUTSIDE && summary->values[i].source)
      summary->outside.push_back(outside_of(i, summary->values[i].source));
  for (graph_value &value : summary->values)
    value.source = NULL_TREE; /* a name of this function is freed with it */
  for (loop_facts &loop : summary->loops)
    loop = loop_facts();
  summaries[DECL_UID(cfun->decl)] = summary;
}

void forget_summaries() {
  for (auto &known : summaries)
    free_nest(known.second);
  summaries.clear();
}

static const pass_data summary_data = {
    GIMPLE_PASS, "pageprefetch_summary", OPTGROUP_LOOP, TV_TREE_PREFETCH, PROP_cfg | PROP_ssa, 0, 0, 0, 0};

/* Of functions without loops, which the loop passes leave out. */
class summary_pass : public gimple_opt_pass {
public:
  explicit summary_pass(gcc::context *context) : gimple_opt_pass(summary_data, context) {}
  bool gate(function *fun) override {
    return POINTER_SIZE == 64 && optimize > 0 && loops_for_fn(fun) && number_of_loops(fun) <= 1 && !function_obstacle(fun);
  }
  unsigned execute(function *) override {
    keep_summary();
    return 0;
  }
};

void register_summaries(const char *plugin_name) {
  register_pass_info information = {new summary_pass(g), "fix_loops", 1, PASS_POS_INSERT_AFTER};
  register_callback(plugin_name, PLUGIN_PASS_MANAGER_SETUP, NULL, &information);
}

} // namespace pageprefetch
