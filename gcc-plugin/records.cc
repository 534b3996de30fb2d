/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The static records of streams and loops as pageprefetch_abi.h lays them out, their programs, and the runtime's function.
 * Trees that live from one function to the next are roots of GCC's collector. */
#include "model.h"

#include "pageprefetch_abi.h"
#include "pageprefetch_program.h"

namespace pageprefetch {

enum { LEAST_FIELD = 4 }; /* of struct pp_loop */

static struct {
  tree site, loop, program, instruction;
  tree strip, blocks[2]; /* the runtime's functions */
  tree marks[2];
  tree kept; /* a list */
  tree kept_for_good;
} roots;

static const ggc_root_tab root_table[] = {
    {&roots, sizeof roots / sizeof(tree), sizeof(tree), &gt_ggc_mx_tree_node, &gt_pch_nx_tree_node}, LAST_GGC_ROOT_TAB};

void keep_records_from_collector(const char *plugin_name) {
  register_callback(plugin_name, PLUGIN_REGISTER_GGC_ROOTS, NULL, const_cast<ggc_root_tab *>(root_table));
}

void keep_from_collector(tree expr) {
  roots.kept = tree_cons(NULL_TREE, expr, roots.kept);
}

void keep_for_good(tree expr) {
  roots.kept_for_good = tree_cons(NULL_TREE, expr, roots.kept_for_good);
}

void release_kept() {
  roots.kept = NULL_TREE;
}

tree &kept_mark_function(bool begin) {
  return roots.marks[begin];
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
  tree u8 = unsigned_char_type_node, u16 = uint16_type_node, u32 = uint32_type_node, u64 = uint64_type_node;
  tree text = const_ptr_type_node, pointer = ptr_type_node;
  roots.site = record_type("__pp_site", {u16, u16, u32, u32, u32, u32, u32, text, pointer});
  roots.loop = record_type("__pp_loop", {u32, u32, u32, u32, u64, u64, text, text, u32, u32, pointer, text, text, pointer, u64});
  roots.program = record_type("__pp_program", {u16, u16, u16, u16, u16, u16, u16, u16, text});
  roots.instruction = record_type("__pp_instruction", {u8, u8, u8, u8, u8, u8, u8, u8, u64});
  gcc_assert(tree_to_uhwi(TYPE_SIZE_UNIT(roots.site)) == sizeof(struct pp_site));
  gcc_assert(tree_to_uhwi(TYPE_SIZE_UNIT(roots.loop)) == sizeof(struct pp_loop));
  gcc_assert(tree_to_uhwi(TYPE_SIZE_UNIT(roots.program)) == sizeof(struct pp_program));
  gcc_assert(tree_to_uhwi(TYPE_SIZE_UNIT(roots.instruction)) == sizeof(struct pp_instruction));
}

static tree number(uint64_t value) {
  return build_int_cstu(uint64_type_node, value);
}

/* A whole path would be the only one in an object without debug information, and tell builds in two folders apart. */
static const char *file_name(const char *file) {
  return file && debug_info_level == DINFO_LEVEL_NONE && IS_ABSOLUTE_PATH(file) ? lbasename(file) : file;
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

static tree array(tree type, const std::vector<tree> &values) {
  vec<constructor_elt, va_gc> *elements = NULL;
  for (unsigned i = 0; i < values.size(); i++)
    CONSTRUCTOR_APPEND_ELT(elements, size_int(i), values[i]);
  tree made = build_constructor(build_array_type_nelts(type, values.size()), elements);
  TREE_CONSTANT(made) = TREE_STATIC(made) = 1;
  return made;
}

/* A static variable of this object file. */
static tree static_variable(const char *prefix, tree initial, bool is_constant = false) {
  tree type = TREE_TYPE(initial);
  static unsigned count;
  char name[64];
  snprintf(name, sizeof name, "%s.%u", prefix, count++);
  tree variable = build_decl(BUILTINS_LOCATION, VAR_DECL, get_identifier(name), type);
  SET_DECL_ASSEMBLER_NAME(variable, get_identifier(name));
  TREE_STATIC(variable) = TREE_USED(variable) = TREE_ADDRESSABLE(variable) = 1;
  TREE_READONLY(variable) = is_constant;
  DECL_ARTIFICIAL(variable) = DECL_IGNORED_P(variable) = 1;
  DECL_INITIAL(variable) = initial;
  varpool_node::finalize_decl(variable);
  return variable;
}

static tree address_of(tree object) {
  return build1(ADDR_EXPR, build_pointer_type(TREE_TYPE(object)), object);
}

static tree site_record(const nest_facts *facts, const pp_plan_stream *stream) {
  const pp_nest_reference *leader = pp_nest_reference_at(facts->nest, stream->leader);
  uint64_t flags = (leader->access == PP_WRITE ? PP_SITE_WRITE : 0) | (stream->feeds_gather ? PP_SITE_INDEX : 0) |
                   (stream->overwrites ? PP_SITE_OVERWRITES : 0) | (stream->counted ? PP_SITE_COUNTED : 0) |
                   (stream->reuse == PP_REUSE_AGAIN ? PP_SITE_AGAIN : 0) | (stream->reuse == PP_REUSE_ONCE ? PP_SITE_ONCE : 0);
  uint64_t span = std::min<uint64_t>(stream->span, UINT32_MAX), distance = std::min<uint64_t>(stream->distance, UINT32_MAX);
  return record(roots.site,
                {number(stream->kind), number(flags), number(span), number(leader->place.line), number(leader->place.column),
                 number(distance), number(0), text(file_name(leader->place.file)), null_pointer_node});
}

static tree instruction_record(const pp_instruction &each) {
  return record(roots.instruction,
                {number(each.op), number(each.to), number(each.left), number(each.right), number(each.third), number(each.bytes),
                 number(each.flags), number(each.reserved), number((uint64_t)each.immediate)});
}

/* The address of a program, or NULL where there is none. */
static tree program_record(const pp_program &program) {
  if (!program.instruction_count)
    return null_pointer_node;
  std::vector<tree> instructions;
  for (unsigned i = 0; i < program.instruction_count; i++)
    instructions.push_back(instruction_record(program.instructions[i]));
  tree code = static_variable("__pp_instructions", array(roots.instruction, instructions), true);
  tree zero = number(0);
  tree made =
      record(roots.program, {number(program.instruction_count), number(program.environment_count), number(program.carried_count),
                             number(program.register_count), number(program.site_count), zero, zero, zero, address_of(code)});
  return address_of(static_variable("__pp_program", made, true));
}

loop_records make_records(const nest_facts *facts, const pp_plan *plan, unsigned loop) {
  make_types();
  std::vector<tree> sites;
  for (unsigned i = 0; i < plan->stream_count; i++)
    if (plan->streams[i].loop == (int)loop)
      sites.push_back(site_record(facts, &plan->streams[i]));
  tree all = static_variable("__pp_sites", array(roots.site, sites));

  const pp_place &place = pp_nest_loop_at(facts->nest, loop)->place;
  const pp_plan_loop &planned = plan->loops[loop];
  const char *function = lang_hooks.decl_printable_name(cfun->decl, 1);
  tree zero = number(0), least = number(std::max<uint64_t>(planned.least, 1)),
       usual = number(std::max<uint64_t>(planned.min_trips, 1));
  tree made = static_variable(
      "__pp_loop", record(roots.loop, {number(PP_ABI_VERSION), number(sites.size()), number(planned.environment_count), zero,
                                       least, number(planned.strip), text(file_name(place.file)), text(function),
                                       number(place.line), number(place.column), address_of(all), program_record(planned.walks),
                                       program_record(planned.slices), null_pointer_node, usual}));
  tree field = TYPE_FIELDS(roots.loop);
  for (unsigned i = 0; i < LEAST_FIELD; i++)
    field = DECL_CHAIN(field);
  return {address_of(made), build3(COMPONENT_REF, TREE_TYPE(field), made, field, NULL_TREE)};
}

/* Called without the PLT: lazy binding saves all registers of the processor, on small stacks too. */
static tree declare(const char *name, tree type) {
  tree function = build_fn_decl(name, type);
  DECL_ATTRIBUTES(function) = tree_cons(get_identifier("noplt"), NULL_TREE, DECL_ATTRIBUTES(function));
  TREE_NOTHROW(function) = TREE_USED(function) = DECL_ARTIFICIAL(function) = 1;
  DECL_VISIBILITY(function) = VISIBILITY_DEFAULT;
  DECL_VISIBILITY_SPECIFIED(function) = 1;
  DECL_ATTRIBUTES(function) = tree_cons(get_identifier("leaf"), NULL_TREE, DECL_ATTRIBUTES(function));
  declare_weak(function);
  cgraph_node::get_create(function);
  return function;
}

tree runtime_function() {
  tree u64 = uint64_type_node;
  if (!roots.strip)
    roots.strip = declare("__pp_strip", build_varargs_function_type_list(u64, ptr_type_node, u64, u64, NULL_TREE));
  DECL_IS_NOVOPS(roots.strip) = 1; /* it touches none of the program's memory: GCC may keep what it knows of that */
  return roots.strip;
}

tree block_function(bool sets) {
  tree &function = roots.blocks[sets];
  tree second = sets ? integer_type_node : const_ptr_type_node;
  if (!function)
    function = declare(sets ? "__pp_memset" : "__pp_memcpy",
                       build_function_type_list(ptr_type_node, ptr_type_node, second, size_type_node, NULL_TREE));
  return function;
}

/* A static variable that holds an address. Naming the variable itself in code would make it addressable, and GCC would then
 * believe that pointers may point to it: loops that vectorise today would need alias checks. */
static tree held_address(tree address) {
  static std::map<unsigned, tree> holders;
  tree object = TREE_OPERAND(address, 0), held = fold_convert(ptr_type_node, address);
  if (!DECL_P(object))
    return static_variable("__pp_address", held);
  tree &holder = holders[DECL_UID(object)];
  if (!holder)
    holder = static_variable("__pp_address", held);
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
