/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GIMPLE -> nest model: every loop of a nest and every reference in them, for the planner.
 * Nothing is changed here. */
#include "model.h"

namespace pageprefetch {

enum { MOST_REFERENCES = 512, MOST_LOOPS = 64 };

static hash_map<tree, name_expansion *> *expansions;

/* Builds the model of one nest. */
class modeller {
public:
  explicit modeller(nest_facts *made) : f(made) {}
  void run(class loop *outermost);

private:
  nest_facts *f;
  unsigned bases = 0;
  std::map<gimple *, int> loads; /* affine loads by their statement: indexes of gathers */

  void add_loops(class loop *loop, int parent);
  void add_statements(unsigned loop);
  void add_statement(unsigned loop, gimple *statement);
  void add_access(unsigned loop, gimple *statement, tree reference, pp_access access);
  void add_pointer(unsigned loop, gimple *statement, tree pointer, tree length, pp_access access);
  void add_block_call(unsigned loop, gcall *call);
  void add(unsigned loop, gimple *statement, tree base, tree offset, uint64_t bytes, pp_access access, const char *obstacle);
  void describe_affine(reference_facts *facts, pp_nest_reference *model, const slice *made);
  bool describe_indexed(reference_facts *facts, pp_nest_reference *model, slice *made);
  void describe_at(unsigned loop, tree base, tree offset, reference_facts *facts, pp_nest_reference *model);
  bool serves(const pp_nest_reference &model) const;
  void group(reference_facts *facts, pp_nest_reference *model, tree base, tree offset);
};

void modeller::add_loops(class loop *loop, int parent) {
  if (f->loops.size() >= MOST_LOOPS)
    return;
  loop_facts facts = {};
  pp_nest_loop model = {};
  facts.parent = parent;
  describe_loop(loop, &facts, &model);
  int number = pp_nest_add_loop(f->nest, &model);
  f->loops.push_back(facts);
  f->loop_models.push_back(model);
  for (class loop *inner = loop->inner; inner; inner = inner->next)
    add_loops(inner, number);
}

static pp_place place_of(gimple *statement) {
  expanded_location at = expand_location(gimple_location(statement));
  pp_place place = {at.file, (uint32_t)(at.line > 0 ? at.line : 0), (uint32_t)(at.column > 0 ? at.column : 0)};
  return place;
}

static pp_stride stride_of(const affine_value &value) {
  pp_stride stride = {PP_STRIDE_SYMBOLIC, 0};
  if (TREE_CODE(value.step) == INTEGER_CST) {
    stride.kind = PP_STRIDE_CONSTANT;
    stride.bytes = (int64_t)TREE_INT_CST_LOW(value.step);
  }
  return stride;
}

void modeller::describe_affine(reference_facts *facts, pp_nest_reference *model, const slice *made) {
  const slice_node &root = made->nodes[made->root];
  class loop *parent = loop_outer(made->target);
  model->address = PP_ADDRESS_AFFINE;
  facts->has_affine = true;
  facts->address = root.value;
  model->stride[0] = stride_of(root.value);
  if (!parent || !loop_outer(parent))
    return;
  slice *outer = slice_of_address(parent, root.value.base, NULL_TREE);
  const slice_node *outer_root = outer->obstacle ? NULL : &outer->nodes[outer->root];
  if (outer_root && (outer_root->kind == node_kind::affine || outer_root->kind == node_kind::invariant) &&
      expr_invariant_in_loop_p(parent, root.value.step)) {
    facts->has_outer = true;
    facts->outer = outer_root->value;
    model->stride[1] = stride_of(outer_root->value);
  }
  delete outer;
}

/* False where a load of the slice is not one of the loop's references. */
bool modeller::describe_indexed(reference_facts *facts, pp_nest_reference *model, slice *made) {
  model->address = PP_ADDRESS_INDEXED;
  model->index_depth = made->nodes[made->root].depth;
  for (const slice_node &node : made->nodes) {
    model->slice_instructions += node.kind != node_kind::invariant;
    if (node.kind != node_kind::load)
      continue;
    auto index = loads.find(node.load);
    if (index == loads.end() || model->index_count == PP_INDEX_MAX)
      return false;
    model->index[model->index_count++] = index->second;
  }
  facts->slice = made;
  return true;
}

/* Describes the address as a function of one loop. */
void modeller::describe_at(unsigned loop, tree base, tree offset, reference_facts *facts, pp_nest_reference *model) {
  slice *made = slice_of_address(f->loops[loop].loop, base, offset);
  model->loop = loop;
  model->address = PP_ADDRESS_OPAQUE;
  if (made->obstacle) {
    model->obstacle = made->obstacle;
  } else if (made->nodes[made->root].kind == node_kind::affine || made->nodes[made->root].kind == node_kind::invariant) {
    describe_affine(facts, model, made);
  } else if (describe_indexed(facts, model, made)) {
    return; /* the facts keep the slice */
  } else {
    model->address = PP_ADDRESS_OPAQUE;
    model->index_count = 0;
    model->obstacle = "its address needs more index loads than a slice may have";
  }
  delete made;
}

/* Whether a reference described so could be hinted in its own loop. */
bool modeller::serves(const pp_nest_reference &model) const {
  const pp_nest_loop &loop = f->loop_models[model.loop];
  if (loop.trip == PP_TRIP_UNKNOWN || loop.strip_obstacle)
    return model.address == PP_ADDRESS_AFFINE && loop.trip != PP_TRIP_UNKNOWN && loop.trip_invariant;
  if (model.address == PP_ADDRESS_INDEXED)
    return !loop.slice_obstacle;
  return model.address == PP_ADDRESS_AFFINE;
}

/* In the first iteration of the loops inside `target`, their counters have the values that they start with. */
static void take_first_iteration(class loop *target, aff_tree *address) {
  for (unsigned i = 0; i < address->n; i++) {
    tree value = address->elts[i].val;
    STRIP_NOPS(value);
    gphi *phi = TREE_CODE(value) == SSA_NAME ? dyn_cast<gphi *>(SSA_NAME_DEF_STMT(value)) : NULL;
    class loop *inner = phi ? gimple_bb(phi)->loop_father : NULL;
    if (!inner || inner == target || inner->header != gimple_bb(phi) || !flow_loop_nested_p(target, inner))
      continue;
    tree start = PHI_ARG_DEF_FROM_EDGE(phi, loop_preheader_edge(inner));
    aff_tree first;
    tree_to_aff_combination_expand(fold_convert(uint64_type_node, start), uint64_type_node, &first, &expansions);
    aff_combination_scale(&first, address->elts[i].coef);
    aff_combination_remove_elt(address, i);
    aff_combination_add(address, &first);
    return;
  }
}

/* Gives references whose addresses differ by constant bytes the same base number. */
void modeller::group(reference_facts *facts, pp_nest_reference *model, tree base, tree offset) {
  tree address = offset ? fold_build2(PLUS_EXPR, uint64_type_node, fold_convert(uint64_type_node, base),
                                      fold_convert(uint64_type_node, offset))
                        : fold_convert(uint64_type_node, base);
  if (facts->has_affine)
    address = fold_convert(uint64_type_node, facts->address.base);
  tree_to_aff_combination_expand(address, uint64_type_node, &facts->key, &expansions);
  if (model->first_of_inner)
    take_first_iteration(f->loops[model->loop].loop, &facts->key);
  facts->has_key = true;
  model->base = bases;
  for (unsigned i = 0; i < f->references.size(); i++) {
    const pp_nest_reference &other = f->models[i];
    if (!f->references[i].has_key || other.loop != model->loop || other.address != model->address)
      continue;
    if (facts->has_affine && !operand_equal_p(f->references[i].address.step, facts->address.step, 0))
      continue;
    aff_tree difference = facts->key, negated = f->references[i].key;
    HOST_WIDE_INT bytes;
    aff_combination_scale(&negated, -1);
    aff_combination_add(&difference, &negated);
    poly_widest_int apart = difference.offset;
    if (difference.n || difference.rest || !apart.is_constant() || !wi::fits_shwi_p(apart.to_constant()))
      continue;
    bytes = apart.to_constant().to_shwi();
    model->base = other.base;
    model->offset = other.offset + bytes;
    return;
  }
  bases++;
}

void modeller::add(unsigned loop, gimple *statement, tree base, tree offset, uint64_t bytes, pp_access access,
                   const char *obstacle) {
  if (f->references.size() >= MOST_REFERENCES)
    return;
  reference_facts facts = {};
  pp_nest_reference model = {};
  class loop *own = f->loops[loop].loop;
  model.loop = loop;
  model.address = PP_ADDRESS_OPAQUE;
  model.obstacle = obstacle;
  if (!obstacle)
    describe_at(loop, base, offset, &facts, &model);
  int parent = f->loops[loop].parent;
  if (!obstacle && parent >= 0 && !serves(model)) {
    reference_facts first_facts = {};
    pp_nest_reference first = {};
    describe_at(parent, base, offset, &first_facts, &first);
    if (first.address != PP_ADDRESS_OPAQUE && serves(first)) {
      delete facts.slice;
      facts = first_facts;
      model = first;
      model.first_of_inner = true;
    } else {
      delete first_facts.slice;
    }
  }
  model.place = place_of(statement);
  model.access = access;
  model.bytes = bytes;
  basic_block latch = model.first_of_inner ? f->loops[parent].loop->latch : own->latch;
  model.conditional = !latch || !dominated_by_p(CDI_DOMINATORS, latch, gimple_bb(statement));
  facts.statement = statement;
  if (model.address != PP_ADDRESS_OPAQUE)
    group(&facts, &model, base, offset);
  else
    model.base = bases++;
  int number = pp_nest_add_reference(f->nest, &model);
  f->references.push_back(facts);
  f->models.push_back(model);
  if (model.address == PP_ADDRESS_AFFINE && access == PP_READ && !model.first_of_inner)
    loads.insert({statement, number});
}

void modeller::add_access(unsigned loop, gimple *statement, tree reference, pp_access access) {
  tree base = NULL_TREE, offset = NULL_TREE, size = TYPE_SIZE_UNIT(TREE_TYPE(reference));
  const char *obstacle = NULL;
  if (TREE_CODE(reference) == WITH_SIZE_EXPR)
    reference = TREE_OPERAND(reference, 0);
  if (DECL_P(reference) || (TREE_CODE(reference) != MEM_REF && !handled_component_p(reference)))
    return; /* a scalar variable: always the same place */
  if (TREE_THIS_VOLATILE(reference))
    obstacle = "it is a volatile access";
  else if (!split_address(reference, &base, &offset, &obstacle) && !obstacle)
    obstacle = "it is not an access to memory by address";
  add(loop, statement, base, offset, size && tree_fits_uhwi_p(size) ? tree_to_uhwi(size) : 1, access, obstacle);
}

void modeller::add_pointer(unsigned loop, gimple *statement, tree pointer, tree length, pp_access access) {
  if (!POINTER_TYPE_P(TREE_TYPE(pointer)))
    return;
  tree base = pointer, offset = NULL_TREE;
  const char *obstacle = NULL;
  if (TREE_CODE(pointer) == ADDR_EXPR) {
    tree whole = get_base_address(TREE_OPERAND(pointer, 0));
    if (!whole || (DECL_P(whole) && !VAR_P(whole)) || CONSTANT_CLASS_P(whole))
      return;
    if (DECL_P(TREE_OPERAND(pointer, 0)))
      return; /* always the same place */
    if (!split_address(TREE_OPERAND(pointer, 0), &base, &offset, &obstacle) && !obstacle)
      return;
  }
  uint64_t bytes = length && tree_fits_uhwi_p(length) && !integer_zerop(length) ? tree_to_uhwi(length) : 1;
  add(loop, statement, base, offset, bytes, access, obstacle);
}

/* Block operations and string searches are references to where their pointers start. */
void modeller::add_block_call(unsigned loop, gcall *call) {
  if (!gimple_call_builtin_p(call, BUILT_IN_NORMAL))
    return;
  unsigned count = gimple_call_num_args(call);
  tree length = count == 3 ? gimple_call_arg(call, 2) : NULL_TREE;
  switch (DECL_FUNCTION_CODE(gimple_call_fndecl(call))) {
  case BUILT_IN_MEMCPY:
  case BUILT_IN_MEMMOVE:
  case BUILT_IN_MEMPCPY:
    add_pointer(loop, call, gimple_call_arg(call, 1), length, PP_READ);
    add_pointer(loop, call, gimple_call_arg(call, 0), length, PP_WRITE);
    return;
  case BUILT_IN_MEMSET:
    add_pointer(loop, call, gimple_call_arg(call, 0), length, PP_WRITE);
    return;
  case BUILT_IN_MEMCMP:
  case BUILT_IN_MEMCMP_EQ:
  case BUILT_IN_STRCMP:
  case BUILT_IN_STRNCMP:
  case BUILT_IN_STRCMP_EQ:
  case BUILT_IN_STRNCMP_EQ:
    add_pointer(loop, call, gimple_call_arg(call, 0), NULL_TREE, PP_READ);
    add_pointer(loop, call, gimple_call_arg(call, 1), NULL_TREE, PP_READ);
    return;
  case BUILT_IN_STRLEN:
  case BUILT_IN_MEMCHR:
    add_pointer(loop, call, gimple_call_arg(call, 0), NULL_TREE, PP_READ);
    return;
  default:
    return;
  }
}

void modeller::add_statement(unsigned loop, gimple *statement) {
  if (is_gimple_debug(statement) || gimple_clobber_p(statement))
    return;
  if (gcall *call = dyn_cast<gcall *>(statement)) {
    add_block_call(loop, call);
    return;
  }
  if (!gimple_assign_single_p(statement))
    return;
  tree left = gimple_assign_lhs(statement), right = gimple_assign_rhs1(statement);
  if (gimple_vuse(statement) && (REFERENCE_CLASS_P(right)))
    add_access(loop, statement, right, PP_READ);
  if (gimple_vdef(statement) && (REFERENCE_CLASS_P(left)))
    add_access(loop, statement, left, PP_WRITE);
}

void modeller::add_statements(unsigned number) {
  class loop *loop = f->loops[number].loop;
  basic_block *body = get_loop_body_in_dom_order(loop);
  for (unsigned i = 0; i < loop->num_nodes; i++)
    if (body[i]->loop_father == loop)
      for (gimple_stmt_iterator gsi = gsi_start_bb(body[i]); !gsi_end_p(gsi); gsi_next(&gsi))
        add_statement(number, gsi_stmt(gsi));
  free(body);
}

void modeller::run(class loop *outermost) {
  add_loops(outermost, -1);
  for (unsigned i = 0; i < f->loops.size(); i++)
    add_statements(i);
}

nest_facts *model_nest(class loop *outermost) {
  nest_facts *facts = new nest_facts();
  const char *function = lang_hooks.decl_printable_name(cfun->decl, 1);
  facts->nest = pp_nest_new(main_input_filename ? main_input_filename : "", function);
  modeller(facts).run(outermost);
  free_affine_expand_cache(&expansions);
  return facts;
}

void free_nest(nest_facts *facts) {
  for (reference_facts &reference : facts->references)
    delete reference.slice;
  pp_nest_free(facts->nest);
  delete facts;
}

} // namespace pageprefetch
