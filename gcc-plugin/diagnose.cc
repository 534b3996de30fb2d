/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says why nothing is hinted: the unit's target or options, a function's attributes.
 * Notes, not warnings, for a whole unit: -Werror must not fail a build whose code is right. */
#include "diagnose.h"

namespace pageprefetch {

static bool told_unit, be_verbose;
/* NULL, or why no loop of the unit is hinted as the command line stands; attributes may set other levels for single functions. */
static const char *unit_obstacle;

const char *function_obstacle(function *fun) {
  static const struct {
    const char *name, *why;
  } attributes[] = {{"pageprefetch_off", "it is marked PAGEPREFETCH_OFF"},
                    {"naked", "it is naked"},
                    {"interrupt", "it is an interrupt handler"},
                    {"interrupt_handler", "it is an interrupt handler"},
                    {"signal", "it is an interrupt handler"}};
  for (const auto &attribute : attributes)
    if (lookup_attribute(attribute.name, DECL_ATTRIBUTES(fun->decl)) ||
        lookup_attribute(attribute.name, TYPE_ATTRIBUTES(TREE_TYPE(fun->decl))))
      return attribute.why;
  if (fun->calls_setjmp)
    return "it calls a function that returns twice, as setjmp";
  if (fun->has_nonlocal_label)
    return "a nested function jumps to a label of it";
  if (optimize < 1)
    return "it is compiled at -O0";
  return optimize_debug ? "it is compiled at -Og, where GCC runs no loop passes" : NULL;
}

/* -ffile-prefix-map sets both maps; each may also be given alone. */
static const char *mapped(const char *file) {
  const char *renamed = file ? remap_macro_filename(file) : "";
  return renamed == file ? remap_debug_filename(file) : renamed;
}

pp_place place_of(location_t location) {
  expanded_location expanded = expand_location(location);
  pp_place place = {mapped(expanded.file), (uint32_t)(expanded.line > 0 ? expanded.line : 0),
                    (uint32_t)(expanded.column > 0 ? expanded.column : 0)};
  return place;
}

/* The driver tells its children its own options: an object that is not linked in the same command. `pageprefetch cc` gives the
 * flag on the link line by itself. */
static bool only_compiles() {
  const char *options = getenv("COLLECT_GCC_OPTIONS");
  if (getenv("PP_BY_WRAPPER"))
    return false;
  return !options || strstr(options, "'-c'") || strstr(options, "'-S'");
}

static const char *find_unit_obstacle() {
  if (POINTER_SIZE != 64)
    return "pageprefetch: no loop is hinted in code with 32-bit pointers (-m32, -mx32): hints are for 64-bit programs";
  if (optimize < 1)
    return "pageprefetch: no loop is hinted at -O0: compile with -O1 or higher";
  if (optimize_debug)
    return "pageprefetch: no loop is hinted at -Og, where GCC runs no loop passes: compile with -O1 or higher";
  if (!flag_tree_loop_optimize)
    return "pageprefetch: no loop is hinted with -fno-tree-loop-optimize, which turns GCC's loop passes off";
  return NULL;
}

void say_missed(const dump_user_location_t &place, const char *text, bool verbose) {
  if (dump_enabled_p())
    dump_printf_loc(MSG_MISSED_OPTIMIZATION, place, "pageprefetch: %s\n", text);
  if (verbose)
    fprintf(stderr, "pageprefetch: %s: %s\n", function_name(cfun), text);
}

static const pass_data diagnosis_data = {GIMPLE_PASS, "pageprefetch_diagnosis", OPTGROUP_LOOP, TV_NONE, PROP_cfg, 0, 0, 0, 0};

class diagnosis : public gimple_opt_pass {
public:
  explicit diagnosis(gcc::context *context) : gimple_opt_pass(diagnosis_data, context) {}
  unsigned execute(function *fun) override {
    const char *unit = unit_obstacle, *own = unit_obstacle ? NULL : function_obstacle(fun);
    if (!unit && flag_lto && only_compiles())
      unit = "pageprefetch: with -flto loops are hinted when the program is linked: give -fplugin= on the link line as well";
    if ((!unit && !own) || !mark_dfs_back_edges())
      return 0;
    if (unit && !told_unit)
      inform(DECL_SOURCE_LOCATION(fun->decl), "%s", unit);
    told_unit = told_unit || unit;
    if (own)
      say_missed(dump_user_location_t::from_function_decl(fun->decl), (std::string("its loops are not hinted: ") + own).c_str(),
                 be_verbose);
    return 0;
  }
};

void register_diagnosis(const char *plugin_name, bool verbose) {
  register_pass_info information = {new diagnosis(g), "ssa", 1, PASS_POS_INSERT_AFTER};
  unit_obstacle = find_unit_obstacle();
  be_verbose = verbose;
  register_callback(plugin_name, PLUGIN_PASS_MANAGER_SETUP, NULL, &information);
}

} // namespace pageprefetch
