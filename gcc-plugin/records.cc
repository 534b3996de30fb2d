/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The static records of streams and loops as pageprefetch_abi.h lays them out, and declarations of the runtime's functions.
 * Trees that live from one function to the next are roots of GCC's collector. */
#include "model.h"

#include "pageprefetch_abi.h"

namespace pageprefetch {

enum { RUNTIME_CALLS = 5 };

static struct {
  tree site, loop;
  tree calls[RUNTIME_CALLS];
} roots;

static const ggc_root_tab root_table[] = {
    {&roots, sizeof roots / sizeof(tree), sizeof(tree), &gt_ggc_mx_tree_node, &gt_pch_nx_tree_node}, LAST_GGC_ROOT_TAB};

void keep_records_from_collector(const char *plugin_name) {
  register_callback(plugin_name, PLUGIN_REGISTER_GGC_ROOTS, NULL, const_cast<ggc_root_tab *>(root_table));
}

/* finish_builtin_struct takes the fields last one first. */
static tree record_type(const char *name, const std::vector<tree> &types) {
  tree type = make_node(RECORD_TYPE), fields = NULL_TREE;
  for (tree field_type : types) {
    tree field = build_decl(BUILTINS_LOCATION, FIELD_DECL, NULL_TREE, field_type);
    DECL_CHAIN(field) = fields;
    fields = field;
  }
  finish_builtin_struct(type, name, fields, NULL_TREE);
  return type;
}

static void make_types() {
  if (roots.site)
    return;
  tree u16 = uint16_type_node, u32 = uint32_type_node, text = const_ptr_type_node, pointer = ptr_type_node;
  roots.site = record_type("__pp_site", {u16, u16, u32, u32, u32, u32, u32, text, pointer});
  roots.loop = record_type("__pp_loop", {u32, u32, u32, u32, uint64_type_node, text, text, u32, u32, pointer, pointer});
  gcc_assert(tree_to_uhwi(TYPE_SIZE_UNIT(roots.site)) == sizeof(struct pp_site));
  gcc_assert(tree_to_uhwi(TYPE_SIZE_UNIT(roots.loop)) == sizeof(struct pp_loop));
}

static tree number(uint64_t value) {
  return build_int_cstu(uint64_type_node, value);
}

static tree text(const char *value) {
  if (!value)
    value = "";
  return build_string_literal(strlen(value) + 1, value);
}

static tree record(tree type, const std::vector<tree> &values) {
  vec<constructor_elt, va_gc> *elements = NULL;
  tree field = TYPE_FIELDS(type);
  for (tree value : values) {
    CONSTRUCTOR_APPEND_ELT(elements, field, fold_convert(TREE_TYPE(field), value));
    field = DECL_CHAIN(field);
  }
  tree made = build_constructor(type, elements);
  TREE_CONSTANT(made) = TREE_STATIC(made) = 1;
  return made;
}

/* A writable static variable of this object file. */
static tree static_variable(const char *prefix, tree type, tree initial) {
  static unsigned count;
  char name[64];
  snprintf(name, sizeof name, "%s.%u", prefix, count++);
  tree variable = build_decl(BUILTINS_LOCATION, VAR_DECL, get_identifier(name), type);
  SET_DECL_ASSEMBLER_NAME(variable, get_identifier(name));
  TREE_STATIC(variable) = TREE_USED(variable) = TREE_ADDRESSABLE(variable) = 1;
  DECL_ARTIFICIAL(variable) = DECL_IGNORED_P(variable) = 1;
  DECL_INITIAL(variable) = initial;
  varpool_node::finalize_decl(variable);
  return variable;
}

static tree address_of(tree object) {
  return build1(ADDR_EXPR, build_pointer_type(TREE_TYPE(object)), object);
}

static tree site_record(const nest_facts *facts, const pp_plan_stream *stream) {
  const pp_nest_reference &leader = facts->models[stream->leader];
  uint64_t flags = (leader.access == PP_WRITE ? PP_SITE_WRITE : 0) | (stream->feeds_gather ? PP_SITE_INDEX : 0);
  uint64_t bytes = stream->kind == PP_PLAN_GATHER ? stream->span : leader.bytes;
  return record(roots.site,
                {number(stream->kind), number(flags), number(bytes), number(leader.place.line), number(leader.place.column),
                 number(stream->distance), number(0), text(leader.place.file), null_pointer_node});
}

loop_records make_records(const nest_facts *facts, const pp_plan *plan, unsigned loop) {
  make_types();
  std::vector<tree> sites;
  for (unsigned i = 0; i < plan->stream_count; i++)
    if (plan->streams[i].loop == (int)loop)
      sites.push_back(site_record(facts, &plan->streams[i]));
  tree array_type = build_array_type_nelts(roots.site, sites.size());
  vec<constructor_elt, va_gc> *elements = NULL;
  for (unsigned i = 0; i < sites.size(); i++)
    CONSTRUCTOR_APPEND_ELT(elements, size_int(i), sites[i]);
  tree initial = build_constructor(array_type, elements);
  TREE_CONSTANT(initial) = TREE_STATIC(initial) = 1;
  tree array = static_variable("__pp_sites", array_type, initial);

  const pp_nest_loop &model = facts->loop_models[loop];
  const pp_plan_loop &planned = plan->loops[loop];
  const char *function = lang_hooks.decl_printable_name(cfun->decl, 1);
  tree made = static_variable("__pp_loop", roots.loop,
                              record(roots.loop, {number(PP_ABI_VERSION), number(PP_LOOP_ON), number(sites.size()),
                                                  number(planned.strip_fixed ? PP_LOOP_FIXED_STRIP : 0), number(planned.strip),
                                                  text(model.place.file), text(function), number(model.place.line),
                                                  number(model.place.column), address_of(array), null_pointer_node}));

  loop_records records;
  records.loop = address_of(made);
  tree state = DECL_CHAIN(TYPE_FIELDS(roots.loop));
  records.state = build3(COMPONENT_REF, TREE_TYPE(state), made, state, NULL_TREE);
  for (unsigned i = 0; i < sites.size(); i++)
    records.sites.push_back(address_of(build4(ARRAY_REF, roots.site, array, size_int(i), NULL_TREE, NULL_TREE)));
  return records;
}

static tree declare(const char *name, tree type) {
  tree function = build_fn_decl(name, type);
  TREE_NOTHROW(function) = TREE_USED(function) = DECL_ARTIFICIAL(function) = 1;
  DECL_VISIBILITY(function) = VISIBILITY_DEFAULT;
  DECL_VISIBILITY_SPECIFIED(function) = 1;
  DECL_ATTRIBUTES(function) = tree_cons(get_identifier("leaf"), NULL_TREE, DECL_ATTRIBUTES(function));
  declare_weak(function);
  cgraph_node::get_create(function);
  return function;
}

static tree declare_call(runtime_call which) {
  tree u64 = uint64_type_node, pointer = ptr_type_node;
  switch (which) {
  case runtime_call::strip:
    return declare("__pp_strip", build_function_type_list(u64, pointer, u64, u64, NULL_TREE));
  case runtime_call::affine:
    return declare("__pp_affine",
                   build_function_type_list(u64, pointer, u64, signed_type_for(uint64_type_node), u64, u64, u64, u64, NULL_TREE));
  case runtime_call::gather_begin:
    return declare("__pp_gather_begin", build_function_type_list(u64, pointer, u64, u64, u64, NULL_TREE));
  case runtime_call::gather_batch:
    return declare("__pp_gather_batch", build_function_type_list(pointer, NULL_TREE));
  case runtime_call::gather_end:
    return declare("__pp_gather_end", build_function_type_list(void_type_node, pointer, pointer, u64, NULL_TREE));
  }
  gcc_unreachable();
}

tree runtime_function(runtime_call which) {
  tree &known = roots.calls[(unsigned)which];
  if (!known)
    known = declare_call(which);
  return known;
}

/* A static variable that holds an address. Naming the variable itself in code would make it addressable, and GCC would then
 * believe that pointers may point to it: loops that vectorise today would need alias checks. */
static tree held_address(tree address) {
  static std::map<unsigned, tree> holders;
  tree object = TREE_OPERAND(address, 0);
  if (!DECL_P(object))
    return static_variable("__pp_address", ptr_type_node, fold_convert(ptr_type_node, address));
  tree &holder = holders[DECL_UID(object)];
  if (!holder)
    holder = static_variable("__pp_address", ptr_type_node, fold_convert(ptr_type_node, address));
  return holder;
}

static tree replace_address(tree *node, int *walk, void *data) {
  gimple_seq *statements = static_cast<gimple_seq *>(data);
  if (TYPE_P(*node))
    *walk = 0;
  if (TREE_CODE(*node) != ADDR_EXPR)
    return NULL_TREE;
  *walk = 0;
  tree object = get_base_address(TREE_OPERAND(*node, 0));
  if (!object || !VAR_P(object) || TREE_ADDRESSABLE(object))
    return NULL_TREE;
  if (!is_global_var(object)) {
    /* No pointer of this function was found to point to it, and none is added. */
    TREE_ADDRESSABLE(object) = 1;
    return NULL_TREE;
  }
  tree value = make_ssa_name(ptr_type_node);
  gimple_seq_add_stmt(statements, gimple_build_assign(value, held_address(*node)));
  *node = fold_convert(TREE_TYPE(*node), value);
  return NULL_TREE;
}

tree addressable_form(tree expr, gimple_seq *statements) {
  walk_tree(&expr, replace_address, statements, NULL);
  return expr;
}

} // namespace pageprefetch
