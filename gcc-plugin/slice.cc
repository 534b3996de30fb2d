/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slices: how an address follows from the number of an iteration, and the code that computes it ahead of time.
 * Everything is computed in unsigned arithmetic and nothing may trap, because slices run before the iterations they serve. */
#include "model.h"

namespace pageprefetch {

enum { MOST_NODES = 64 };

static bool scalar_type_p(tree type) {
  return (INTEGRAL_TYPE_P(type) || POINTER_TYPE_P(type)) && TYPE_PRECISION(type) <= 64;
}

tree as_unsigned(tree expr) {
  tree type = TREE_TYPE(expr), wide = unsigned_type_for(type);
  switch (TREE_CODE(expr)) {
  case PLUS_EXPR:
  case POINTER_PLUS_EXPR:
  case MINUS_EXPR:
  case MULT_EXPR: {
    enum tree_code code = TREE_CODE(expr) == POINTER_PLUS_EXPR ? PLUS_EXPR : TREE_CODE(expr);
    tree left = fold_convert(wide, as_unsigned(TREE_OPERAND(expr, 0)));
    return fold_build2(code, wide, left, fold_convert(wide, as_unsigned(TREE_OPERAND(expr, 1))));
  }
  case NEGATE_EXPR:
    return fold_build1(NEGATE_EXPR, wide, as_unsigned(TREE_OPERAND(expr, 0)));
  CASE_CONVERT : {
    tree inner = TREE_OPERAND(expr, 0), inner_type = TREE_TYPE(inner);
    if (!scalar_type_p(inner_type))
      return fold_convert(wide, expr);
    tree value = as_unsigned(inner);
    /* Back to the inner type first: its sign decides how it widens. */
    if (TYPE_PRECISION(inner_type) < TYPE_PRECISION(type))
      value = fold_convert(inner_type, value);
    return fold_convert(wide, value);
  }
  default:
    return fold_convert(wide, expr);
  }
}

/* Whether a narrow value is known not to wrap while the loop runs: it then is affine in a wider type as well. */
static bool monotone_in(class loop *target, tree expr) {
  affine_iv wide;
  return INTEGRAL_TYPE_P(TREE_TYPE(expr)) && TYPE_PRECISION(TREE_TYPE(expr)) < 64 &&
         simple_iv(target, target, fold_convert(uint64_type_node, expr), &wide, false);
}

bool affine_in(class loop *target, tree expr, affine_value *value) {
  affine_iv iv;
  if (!scalar_type_p(TREE_TYPE(expr)) || !simple_iv(target, target, expr, &iv, true))
    return false;
  if (!expr_invariant_in_loop_p(target, iv.base) || !expr_invariant_in_loop_p(target, iv.step))
    return false;
  value->monotone = iv.no_overflow || monotone_in(target, expr);
  value->base = as_unsigned(iv.base);
  value->step = fold_convert(TREE_TYPE(value->base), as_unsigned(iv.step));
  /* A step narrower than the value is a signed number of bytes or elements. */
  if (TYPE_PRECISION(TREE_TYPE(iv.step)) < TYPE_PRECISION(TREE_TYPE(value->base)))
    value->step = fold_convert(TREE_TYPE(value->base), fold_convert(signed_type_for(TREE_TYPE(iv.step)), iv.step));
  return true;
}

bool split_address(tree reference, tree *base, tree *offset, const char **why_not) {
  poly_int64 bit_size, bit_position;
  machine_mode mode;
  int unsigned_p, reverse_p, volatile_p;
  tree variable = NULL_TREE;
  tree inner = get_inner_reference(reference, &bit_size, &bit_position, &variable, &mode, &unsigned_p, &reverse_p, &volatile_p);
  HOST_WIDE_INT bits;
  if (!bit_position.is_constant(&bits) || bits % BITS_PER_UNIT) {
    *why_not = "it is a bit field";
    return false;
  }
  HOST_WIDE_INT bytes = bits / BITS_PER_UNIT, more;
  if (TREE_CODE(inner) == MEM_REF) {
    if (!mem_ref_offset(inner).to_shwi(&bit_size) || !bit_size.is_constant(&more)) {
      *why_not = "its offset is too large";
      return false;
    }
    bytes += more;
    *base = TREE_OPERAND(inner, 0);
    inner = TREE_CODE(*base) == ADDR_EXPR ? get_base_address(TREE_OPERAND(*base, 0)) : NULL_TREE;
  } else if (VAR_P(inner) || TREE_CODE(inner) == PARM_DECL || TREE_CODE(inner) == RESULT_DECL) {
    *base = build_fold_addr_expr(inner);
  } else {
    *why_not = "it is not an access to memory by address";
    return false;
  }
  if (inner && (!VAR_P(inner) || DECL_THREAD_LOCAL_P(inner) || DECL_HARD_REGISTER(inner) || DECL_HAS_VALUE_EXPR_P(inner))) {
    *why_not = "it is a variable of a thread, a parameter or a register";
    return false;
  }
  tree constant = size_int(bytes);
  *offset = variable ? size_binop(PLUS_EXPR, fold_convert(sizetype, variable), constant) : constant;
  return true;
}

/* Builds one slice. Each member returns the number of a node, or -1 after setting the obstacle. */
class slicer {
public:
  explicit slicer(slice *made) : s(made), target(made->target) {}
  int value(tree expr);
  int operation(enum tree_code code, tree type, const int *operands, unsigned count);

private:
  slice *s;
  class loop *target;

  int fail(const char *why) {
    if (!s->obstacle)
      s->obstacle = why;
    return -1;
  }
  int add(const slice_node &node);
  int add_affine(tree type, const affine_value &value);
  int name(tree name);
  int phi(gphi *phi);
  int assignment(gassign *statement);
  int load(gassign *statement);
  int builtin(gcall *call);
  int expression(tree expr);
  bool linear(enum tree_code code, tree type, const int *operands, unsigned count, affine_value *value) const;
  bool is_linear(int node) const {
    return s->nodes[node].kind == node_kind::invariant || s->nodes[node].kind == node_kind::affine;
  }
};

int slicer::add(const slice_node &node) {
  if (s->nodes.size() >= MOST_NODES)
    return fail("its address takes too many operations");
  s->nodes.push_back(node);
  return s->nodes.size() - 1;
}

int slicer::add_affine(tree type, const affine_value &value) {
  slice_node node = {};
  node.kind = integer_zerop(value.step) ? node_kind::invariant : node_kind::affine;
  node.type = type;
  node.value = value;
  return add(node);
}

static tree find_inner_name(tree *node, int *walk, void *data) {
  class loop *target = static_cast<class loop *>(data);
  if (TYPE_P(*node))
    *walk = 0;
  if (TREE_CODE(*node) != SSA_NAME)
    return NULL_TREE;
  basic_block block = gimple_bb(SSA_NAME_DEF_STMT(*node));
  return block && block->loop_father != target && flow_bb_inside_loop_p(target, block) ? *node : NULL_TREE;
}

/* Whether every name in the expression has one value in an iteration of target. */
static bool belongs_to_loop(class loop *target, tree expr) {
  return !walk_tree(&expr, find_inner_name, target, NULL);
}

int slicer::value(tree expr) {
  if (!scalar_type_p(TREE_TYPE(expr)))
    return fail("its address depends on a value that is not an integer");
  affine_value found;
  if (TREE_CODE(expr) == SSA_NAME) {
    auto seen = s->known.find(expr);
    if (seen != s->known.end())
      return seen->second;
  }
  int node;
  if (is_gimple_min_invariant(expr) || (belongs_to_loop(target, expr) && affine_in(target, expr, &found))) {
    if (is_gimple_min_invariant(expr))
      found = {as_unsigned(expr), build_zero_cst(unsigned_type_for(TREE_TYPE(expr))), true};
    node = add_affine(TREE_TYPE(expr), found);
  } else {
    node = TREE_CODE(expr) == SSA_NAME ? name(expr) : expression(expr);
  }
  if (node >= 0 && TREE_CODE(expr) == SSA_NAME)
    s->known[expr] = node;
  return node;
}

int slicer::name(tree name) {
  gimple *statement = SSA_NAME_DEF_STMT(name);
  if (SSA_NAME_OCCURS_IN_ABNORMAL_PHI(name))
    return fail("its address depends on an abnormal edge");
  if (gphi *merge = dyn_cast<gphi *>(statement))
    return phi(merge);
  if (gcall *call = dyn_cast<gcall *>(statement))
    return builtin(call);
  if (gassign *assign = dyn_cast<gassign *>(statement))
    return assignment(assign);
  return fail("its address depends on an operation that can not be repeated");
}

int slicer::phi(gphi *phi) {
  basic_block block = gimple_bb(phi);
  class loop *loop = block->loop_father;
  if (loop->header == block && loop != target)
    return value(PHI_ARG_DEF_FROM_EDGE(phi, loop_preheader_edge(loop)));
  if (loop->header == block)
    return fail("its address depends on the iteration before");
  if (gimple_phi_num_args(phi) != 1)
    return fail("its address is chosen by control flow");
  if (!flow_bb_inside_loop_p(loop, gimple_phi_arg_edge(phi, 0)->src) || gimple_phi_arg_edge(phi, 0)->src->loop_father != loop)
    return fail("its address depends on the result of an inner loop");
  return value(gimple_phi_arg_def(phi, 0));
}

int slicer::assignment(gassign *statement) {
  if (gimple_assign_load_p(statement))
    return load(statement);
  enum tree_code code = gimple_assign_rhs_code(statement);
  tree type = TREE_TYPE(gimple_assign_lhs(statement));
  if (gimple_assign_single_p(statement))
    return is_gimple_val(gimple_assign_rhs1(statement)) ? value(gimple_assign_rhs1(statement))
                                                        : expression(gimple_assign_rhs1(statement));
  int operands[3];
  unsigned count = gimple_num_ops(statement) - 1;
  for (unsigned i = 0; i < count; i++)
    if ((operands[i] = value(gimple_op(statement, i + 1))) < 0)
      return -1;
  return operation(code, type, operands, count);
}

int slicer::expression(tree expr) {
  if (!UNARY_CLASS_P(expr) && !BINARY_CLASS_P(expr) && !COMPARISON_CLASS_P(expr) && TREE_CODE(expr) != COND_EXPR)
    return fail("its address depends on an operation that can not be repeated");
  int operands[3];
  unsigned count = TREE_OPERAND_LENGTH(expr);
  for (unsigned i = 0; i < count; i++)
    if ((operands[i] = value(TREE_OPERAND(expr, i))) < 0)
      return -1;
  return operation(TREE_CODE(expr), TREE_TYPE(expr), operands, count);
}

int slicer::load(gassign *statement) {
  tree reference = gimple_assign_rhs1(statement), base, offset;
  basic_block block = gimple_bb(statement);
  if (gimple_has_volatile_ops(statement))
    return fail("its index is volatile");
  if (block->loop_father != target || !dominated_by_p(CDI_DOMINATORS, target->latch, block))
    return fail("its index is loaded only under a condition");
  if (stmt_could_throw_p(cfun, statement))
    return fail("the load of its index may throw");
  const char *why_not = NULL;
  if (!split_address(reference, &base, &offset, &why_not))
    return fail("the place of its index is not an address");
  tree type = TREE_TYPE(reference);
  if (TREE_CODE(TYPE_SIZE(type)) != INTEGER_CST ||
      tree_to_uhwi(TYPE_SIZE(type)) != GET_MODE_BITSIZE(SCALAR_INT_TYPE_MODE(unsigned_type_for(type))))
    if (TREE_CODE(type) != BOOLEAN_TYPE)
      return fail("its index is a bit field");
  int parts[2] = {value(base), -1};
  if (parts[0] < 0 || (parts[1] = value(offset)) < 0)
    return -1;
  int address = operation(POINTER_PLUS_EXPR, ptr_type_node, parts, 2);
  if (address < 0)
    return -1;
  if (!is_linear(address))
    return fail(s->nodes[address].depth ? "its address needs a chain of loads" : "its index is not walked with a fixed stride");
  slice_node node = {};
  node.kind = node_kind::load;
  node.type = type;
  node.operands[0] = address;
  node.operand_count = 1;
  node.load = statement;
  node.depth = 1;
  return add(node);
}

int slicer::builtin(gcall *call) {
  if (!gimple_call_builtin_p(call, BUILT_IN_NORMAL) || gimple_call_num_args(call) != 1 || !gimple_call_lhs(call))
    return fail("its address depends on a call");
  switch (DECL_FUNCTION_CODE(gimple_call_fndecl(call))) {
  case BUILT_IN_BSWAP16:
  case BUILT_IN_BSWAP32:
  case BUILT_IN_BSWAP64:
    CASE_INT_FN(BUILT_IN_POPCOUNT) : CASE_INT_FN(BUILT_IN_PARITY) : break;
  default:
    return fail("its address depends on a call");
  }
  int argument = value(gimple_call_arg(call, 0));
  if (argument < 0)
    return -1;
  slice_node node = {};
  node.kind = node_kind::call;
  node.type = TREE_TYPE(gimple_call_lhs(call));
  node.function = gimple_call_fndecl(call);
  node.operands[0] = argument;
  node.operand_count = 1;
  node.depth = s->nodes[argument].depth;
  return add(node);
}

/* Whether an operation on affine values gives an affine value, exactly and modulo its type's width. */
bool slicer::linear(enum tree_code code, tree type, const int *operands, unsigned count, affine_value *value) const {
  for (unsigned i = 0; i < count; i++)
    if (!is_linear(operands[i]))
      return false;
  const slice_node &left = s->nodes[operands[0]], &right = s->nodes[operands[count - 1]];
  const affine_value &a = left.value, &b = right.value;
  tree wide = unsigned_type_for(type);
  bool same_width = TYPE_PRECISION(left.type) == TYPE_PRECISION(type) && TYPE_PRECISION(right.type) == TYPE_PRECISION(type);
  switch (code) {
  CASE_CONVERT:
    if (TYPE_PRECISION(left.type) < TYPE_PRECISION(type)) {
      if (left.kind != node_kind::invariant)
        return false;
      *value = {fold_convert(wide, fold_convert(left.type, a.base)), build_zero_cst(wide), true};
      return true;
    }
    *value = {fold_convert(wide, a.base), fold_convert(wide, a.step), false};
    return true;
  case PLUS_EXPR:
  case MINUS_EXPR:
  case POINTER_PLUS_EXPR: {
    if (!same_width)
      return false;
    enum tree_code plain = code == MINUS_EXPR ? MINUS_EXPR : PLUS_EXPR;
    *value = {fold_build2(plain, wide, fold_convert(wide, a.base), fold_convert(wide, b.base)),
              fold_build2(plain, wide, fold_convert(wide, a.step), fold_convert(wide, b.step)), false};
    return true;
  }
  case MULT_EXPR: {
    if (!same_width || (left.kind != node_kind::invariant && right.kind != node_kind::invariant))
      return false;
    const affine_value &scaled = left.kind == node_kind::invariant ? b : a;
    tree factor = fold_convert(wide, left.kind == node_kind::invariant ? a.base : b.base);
    *value = {fold_build2(MULT_EXPR, wide, fold_convert(wide, scaled.base), factor),
              fold_build2(MULT_EXPR, wide, fold_convert(wide, scaled.step), factor), false};
    return true;
  }
  case LSHIFT_EXPR: {
    if (TYPE_PRECISION(left.type) != TYPE_PRECISION(type) || TREE_CODE(b.base) != INTEGER_CST ||
        right.kind != node_kind::invariant || tree_to_uhwi(b.base) >= TYPE_PRECISION(type))
      return false;
    tree factor = build_int_cstu(wide, HOST_WIDE_INT_1U << tree_to_uhwi(b.base));
    *value = {fold_build2(MULT_EXPR, wide, a.base, factor), fold_build2(MULT_EXPR, wide, a.step, factor), false};
    return true;
  }
  default:
    return false;
  }
}

/* Operations that compute the same value at any time, without trapping. */
static bool repeatable(enum tree_code code, const slice_node &last) {
  switch (code) {
  CASE_CONVERT:
  case PLUS_EXPR:
  case MINUS_EXPR:
  case POINTER_PLUS_EXPR:
  case POINTER_DIFF_EXPR:
  case MULT_EXPR:
  case NEGATE_EXPR:
  case BIT_AND_EXPR:
  case BIT_IOR_EXPR:
  case BIT_XOR_EXPR:
  case BIT_NOT_EXPR:
  case LSHIFT_EXPR:
  case RSHIFT_EXPR:
  case LROTATE_EXPR:
  case RROTATE_EXPR:
  case MIN_EXPR:
  case MAX_EXPR:
  case ABS_EXPR:
  case ABSU_EXPR:
  case COND_EXPR:
    return true;
  case TRUNC_DIV_EXPR:
  case TRUNC_MOD_EXPR:
  case FLOOR_DIV_EXPR:
  case FLOOR_MOD_EXPR:
  case EXACT_DIV_EXPR:
  case MULT_HIGHPART_EXPR:
    /* Zero traps, and so does the smallest number by minus one. */
    return code == MULT_HIGHPART_EXPR || (last.kind == node_kind::invariant && TREE_CODE(last.value.base) == INTEGER_CST &&
                                          !integer_zerop(last.value.base) && !integer_all_onesp(last.value.base));
  default:
    return TREE_CODE_CLASS(code) == tcc_comparison;
  }
}

int slicer::operation(enum tree_code code, tree type, const int *operands, unsigned count) {
  if (!scalar_type_p(type) || count == 0 || count > 3)
    return fail("its address depends on a value that is not an integer");
  affine_value folded;
  if (linear(code, type, operands, count, &folded))
    return add_affine(type, folded);
  if (!repeatable(code, s->nodes[operands[count - 1]]))
    return fail("its address depends on an operation that can not be repeated ahead of time");
  slice_node node = {};
  node.kind = node_kind::operation;
  node.type = type;
  node.code = code;
  node.operand_count = count;
  for (unsigned i = 0; i < count; i++) {
    node.operands[i] = operands[i];
    node.depth = std::max(node.depth, s->nodes[operands[i]].depth);
  }
  return add(node);
}

struct slice *slice_of_address(class loop *target, tree base, tree offset) {
  slice *made = new slice();
  made->target = target;
  slicer build(made);
  int parts[2] = {build.value(base), -1};
  int root = parts[0];
  if (root >= 0 && offset) {
    parts[1] = build.value(offset);
    root = parts[1] < 0 ? -1 : build.operation(POINTER_PLUS_EXPR, ptr_type_node, parts, 2);
  }
  if (root >= 0)
    made->root = root;
  return made;
}

tree emit_value(tree expr, gimple_seq *statements) {
  gimple_seq made = NULL;
  tree value = force_gimple_operand(addressable_form(unshare_expr(expr), statements), &made, true, NULL_TREE);
  gimple_seq_add_seq(statements, made);
  return value;
}

tree emit_affine(const affine_value &value, tree j, tree type, gimple_seq *statements) {
  tree wide = TREE_TYPE(value.base);
  tree base = emit_value(value.base, statements);
  if (integer_zerop(value.step))
    return emit_value(fold_convert(type, base), statements);
  tree step = emit_value(value.step, statements);
  tree walked = fold_build2(MULT_EXPR, wide, fold_convert(wide, j), step);
  return emit_value(fold_convert(type, fold_build2(PLUS_EXPR, wide, base, walked)), statements);
}

/* The load of an index, from the address that was computed for another iteration; it may alias anything. */
static tree emit_load(const slice_node &node, tree address, gimple_seq *statements) {
  tree reference = gimple_assign_rhs1(node.load);
  tree type = build_aligned_type(TYPE_MAIN_VARIANT(node.type), get_object_alignment(reference));
  tree any = build_pointer_type_for_mode(char_type_node, ptr_mode, true);
  tree pointer = emit_value(fold_convert(any, address), statements);
  tree memory = build2(MEM_REF, type, pointer, build_zero_cst(any));
  tree value = make_ssa_name(TYPE_MAIN_VARIANT(node.type));
  gimple_seq_add_stmt(statements, gimple_build_assign(value, memory));
  return value;
}

static tree emit_operation(const slice_node &node, const std::vector<tree> &values, gimple_seq *statements) {
  tree wide = unsigned_type_for(node.type);
  tree a = values[node.operands[0]], b = node.operand_count > 1 ? values[node.operands[1]] : NULL_TREE;
  tree made;
  switch (node.code) {
  CASE_CONVERT:
    made = a;
    break;
  case PLUS_EXPR:
  case MINUS_EXPR:
  case MULT_EXPR:
  case POINTER_PLUS_EXPR:
  case POINTER_DIFF_EXPR: {
    enum tree_code code = node.code == POINTER_PLUS_EXPR ? PLUS_EXPR : node.code == POINTER_DIFF_EXPR ? MINUS_EXPR : node.code;
    made = fold_build2(code, wide, fold_convert(wide, a), fold_convert(wide, b));
    break;
  }
  case LSHIFT_EXPR:
    made = fold_build2(LSHIFT_EXPR, wide, fold_convert(wide, a), b);
    break;
  case NEGATE_EXPR:
    made = fold_build1(NEGATE_EXPR, wide, fold_convert(wide, a));
    break;
  case ABS_EXPR:
  case ABSU_EXPR:
    made = TYPE_UNSIGNED(TREE_TYPE(a)) ? a : build1(ABSU_EXPR, unsigned_type_for(TREE_TYPE(a)), a);
    break;
  case COND_EXPR:
    made = build3(COND_EXPR, node.type, fold_build2(NE_EXPR, boolean_type_node, a, build_zero_cst(TREE_TYPE(a))),
                  fold_convert(node.type, b), fold_convert(node.type, values[node.operands[2]]));
    break;
  default:
    made = b ? build2(node.code, node.type, a, b) : build1(node.code, node.type, a);
  }
  return emit_value(fold_convert(node.type, made), statements);
}

static tree emit_call(const slice_node &node, tree argument, gimple_seq *statements) {
  tree value = make_ssa_name(node.type);
  gcall *call = gimple_build_call(node.function, 1, argument);
  gimple_call_set_lhs(call, value);
  gimple_seq_add_stmt(statements, call);
  return value;
}

tree emit_slice(const struct slice *slice, tree j, gimple_seq *statements) {
  std::vector<tree> values(slice->nodes.size());
  std::vector<bool> needed(slice->nodes.size());
  needed[slice->root] = true;
  for (unsigned i = slice->root + 1; i-- > 0;)
    for (unsigned k = 0; needed[i] && k < slice->nodes[i].operand_count; k++)
      needed[slice->nodes[i].operands[k]] = true;
  for (unsigned i = 0; i <= slice->root; i++) {
    const slice_node &node = slice->nodes[i];
    if (!needed[i])
      continue;
    if (node.kind == node_kind::load)
      values[i] = emit_load(node, values[node.operands[0]], statements);
    else if (node.kind == node_kind::operation)
      values[i] = emit_operation(node, values, statements);
    else if (node.kind == node_kind::call)
      values[i] = emit_call(node, values[node.operands[0]], statements);
    else
      values[i] = emit_affine(node.value, j, node.type, statements);
  }
  return emit_value(fold_convert(uint64_type_node, values[slice->root]), statements);
}

} // namespace pageprefetch
