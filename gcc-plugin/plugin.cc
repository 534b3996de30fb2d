/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Registration with GCC: the version check, the options, the attribute, the pass and its remarks.
 * What the passes do is in nest, mark and strip. */
#include "diagnose.h"

extern "C" {
#include "streams/options.h"
}

__attribute__((visibility("default"))) int plugin_is_GPL_compatible;

namespace pageprefetch {

static pp_options options;
static pp_plan_document *document;

static bool excluded(function *fun) {
  return POINTER_SIZE != 64 || function_obstacle(fun) || lookup_attribute("pageprefetch done", DECL_ATTRIBUTES(fun->decl));
}

/* A function is done once, also when two copies of the plugin are loaded. */
static void mark_done(function *fun) {
  DECL_ATTRIBUTES(fun->decl) = tree_cons(get_identifier("pageprefetch done"), NULL_TREE, DECL_ATTRIBUTES(fun->decl));
}

static void say(dump_flags_t kind, const nest_facts *facts, unsigned reference, const char *text) {
  if (dump_enabled_p())
    dump_printf_loc(kind, dump_user_location_t::from_location_t(facts->references[reference]), "pageprefetch: %s\n", text);
  if (options.verbose)
    fprintf(stderr, "pageprefetch: %s: %s\n", function_name(cfun), text);
}

static void remark(const nest_facts *facts, const pp_plan *plan) {
  char text[512];
  if (!dump_enabled_p() && !options.verbose)
    return;
  for (unsigned i = 0; i < plan->reference_count; i++) {
    int stream = plan->stream_of[i];
    if (stream >= 0 && plan->streams[stream].leader == i) {
      pp_plan_describe_stream(facts->nest, plan, stream, text, sizeof text);
      say(MSG_OPTIMIZED_LOCATIONS, facts, i, text);
    } else if (stream < 0) {
      pp_plan_describe_declined(facts->nest, plan, i, text, sizeof text);
      say(MSG_MISSED_OPTIMIZATION, facts, i, text);
    }
  }
}

/* Nests of the function between the two passes: what is said of them must be true, and is not known before the second. */
static std::vector<planned_nest> planned;
static tree planned_function;

/* All nests are modelled before the first is changed: analyses of the function stay valid until then. */
static std::vector<planned_nest> plan_function(function *fun) {
  std::vector<planned_nest> nests;
  for (class loop *loop = loops_for_fn(fun)->tree_root->inner; loop; loop = loop->next) {
    nest_facts *facts = model_nest(loop);
    note_chunks(facts);
    nests.push_back({facts, pp_plan_nest(facts->nest, &options)});
  }
  return nests;
}

/* Says what was decided for the function's nests, and forgets them. */
static void report_planned() {
  for (planned_nest &nest : planned) {
    remark(nest.facts, nest.plan);
    remark_chunks(nest.facts, nest.plan, options.verbose);
    pp_plan_document_add(document, nest.facts->nest, nest.plan);
    pp_plan_free(nest.plan);
    free_nest(nest.facts);
  }
  planned.clear();
  planned_function = NULL_TREE;
}

/* The second pass comes after the first, unless the user switched it off by name. */
static void give_up_planned() {
  forget_marked_loops();
  report_planned();
}

static unsigned mark(function *fun) {
  give_up_planned();
  calculate_dominance_info(CDI_DOMINATORS);
  keep_summary();
  planned = plan_function(fun);
  planned_function = fun->decl;
  mark_loops(planned);
  mark_done(fun);
  return 0;
}

static unsigned cut() {
  cut_marked_loops();
  report_planned();
  return 0;
}

static const pass_data mark_data = {
    GIMPLE_PASS, "pageprefetch", OPTGROUP_LOOP, TV_TREE_PREFETCH, PROP_cfg | PROP_ssa, 0, 0, 0, 0};
static const pass_data cut_data = {
    GIMPLE_PASS, "pageprefetch_cut", OPTGROUP_LOOP, TV_TREE_PREFETCH, PROP_cfg | PROP_ssa, 0, 0, 0, 0};

class mark_pass : public gimple_opt_pass {
public:
  explicit mark_pass(gcc::context *context) : gimple_opt_pass(mark_data, context) {}
  bool gate(function *fun) override {
    return !excluded(fun);
  }
  unsigned execute(function *fun) override {
    return number_of_loops(fun) > 1 && scev_initialized_p() ? mark(fun) : 0;
  }
};

class cut_pass : public gimple_opt_pass {
public:
  explicit cut_pass(gcc::context *context) : gimple_opt_pass(cut_data, context) {}
  bool gate(function *fun) override {
    return fun->decl == planned_function;
  }
  unsigned execute(function *) override {
    return cut();
  }
};

static const attribute_spec off_attribute = {"pageprefetch_off", 0, 0, true, false, false, false, NULL, NULL};

static void register_attributes(void *, void *) {
  register_attribute(&off_attribute);
}

static void start_unit(void *, void *) {
  if (!document)
    document = pp_plan_document_new(main_input_filename ? main_input_filename : "", compiler_name());
}

/* Partitions of a linked program are compiled apart: all but the first add their number to the file's name. */
static std::string plan_path() {
  std::string path = options.plan_file;
  const char *partition = flag_ltrans && main_input_filename ? strstr(main_input_filename, ".ltrans") : NULL;
  int number = partition ? atoi(partition + strlen(".ltrans")) : 0;
  return number ? path + "." + std::to_string(number) : path;
}

static void finish_unit(void *, void *) {
  char message[1024];
  give_up_planned();
  if (!document || !options.plan_file || flag_wpa)
    return;
  if (!pp_plan_document_write(document, plan_path().c_str(), message, sizeof message))
    error("%s", message);
}

static void finish(void *, void *) {
  pp_plan_document_free(document);
  forget_summaries();
  pp_options_clear(&options);
  document = NULL;
}

/* Bad options are errors of the compilation; it goes on, to report whatever else is wrong. */
static void read_options(const plugin_name_args *arguments) {
  char message[1024];
  pp_options_init(&options);
  if (!pp_options_set_list(&options, getenv("PAGEPREFETCH_OPTIONS"), message, sizeof message))
    error("environment variable %qs: %s", "PAGEPREFETCH_OPTIONS", message);
  for (int i = 0; i < arguments->argc; i++)
    if (!pp_options_set(&options, arguments->argv[i].key, arguments->argv[i].value, message, sizeof message))
      error("%s", message);
}

static void register_all(const char *name) {
  register_pass_info mark_info = {new mark_pass(g), "ch_vect", 1, PASS_POS_INSERT_AFTER};
  register_pass_info cut_info = {new cut_pass(g), "loopdone", 1, PASS_POS_INSERT_BEFORE};
  static plugin_info information = {pp_plugin_version, "Finds the access streams of loops and inserts page prefetches."};
  keep_records_from_collector(name);
  register_callback(name, PLUGIN_INFO, NULL, &information);
  register_callback(name, PLUGIN_PASS_MANAGER_SETUP, NULL, &mark_info);
  register_callback(name, PLUGIN_PASS_MANAGER_SETUP, NULL, &cut_info);
  register_apart(name);
  register_summaries(name);
  register_blocks(name, options.verbose);
  register_diagnosis(name, options.verbose);
  register_callback(name, PLUGIN_ATTRIBUTES, register_attributes, NULL);
  register_callback(name, PLUGIN_START_UNIT, start_unit, NULL);
  register_callback(name, PLUGIN_FINISH_UNIT, finish_unit, NULL);
  register_callback(name, PLUGIN_FINISH, finish, NULL);
}

} // namespace pageprefetch

extern "C" __attribute__((visibility("default"))) int plugin_init(plugin_name_args *arguments, plugin_gcc_version *running) {
  if (!pageprefetch::check_compiler(running))
    return 1;
  pageprefetch::read_options(arguments);
  pageprefetch::register_all(arguments->base_name);
  return 0;
}
