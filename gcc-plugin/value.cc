/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Translates the integers and pointers that addresses and conditions are computed from into values of the nest graph, one
 * operation at a time; what the graph has no operation for is written in those that it has, or unknown. */
#include "value.h"

namespace pageprefetch {

enum {
  MOST_DEPTH = 1000,  /* of one computation */
  MOST_WRITERS = 256, /* asked for each load */
  MOST_PASSED = 16,   /* between a load and the copy that it reads */
};

const char *why_no_number(tree type) {
  if (VECTOR_TYPE_P(type))
    return "it is a vector";
  if (FLOAT_TYPE_P(type))
    return "it is computed in floating point";
  if (!INTEGRAL_TYPE_P(type) && !POINTER_TYPE_P(type))
    return "it is no integer or pointer";
  if (!ADDR_SPACE_GENERIC_P(POINTER_TYPE_P(type) ? TYPE_ADDR_SPACE(TREE_TYPE(type)) : ADDR_SPACE_GENERIC))
    return "it is a pointer into another address space";
  return TYPE_PRECISION(type) > 64 ? "it is an integer of more than 64 bits" : NULL;
}

static unsigned width_of(tree type) {
  return why_no_number(type) ? 64 : TYPE_PRECISION(type);
}

translator::translator(nest_facts *made, class loop *around) : f(made), outermost(around), at(PP_NONE), depth(0) {
  for (basic_block block : blocks_of(around))
    for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi))
      if (gimple_vdef(gsi_stmt(gsi)) && !gimple_clobber_p(gsi_stmt(gsi)) && writers.size() <= MOST_WRITERS)
        writers.push_back(gsi_stmt(gsi));
}

int translator::block_of(gimple *statement) const {
  auto part = behind.find(statement);
  return part == behind.end() ? blocks.at(gimple_bb(statement)) : part->second;
}

int translator::last_of(basic_block block) const {
  auto part = last.find(block);
  return part == last.end() ? blocks.at(block) : part->second;
}

void translator::graft(gcall *call, called *entered) {
  const nest_facts *summary = entered->summary;
  entered->done = true;
  std::vector<int> outside(summary->values.size(), PP_NONE);
  for (const outside_value &value : summary->outside) {
    bool is_given = value.argument >= 0 && (unsigned)value.argument < gimple_call_num_args(call);
    int number = is_given ? get(gimple_call_arg(call, value.argument)) : value.address ? get(value.address) : (int)PP_NONE;
    unsigned bits = summary->values[value.value].model.bits;
    at = entered->before;
    outside[value.value] = number >= 0 && bits_of(number) > bits ? fit(number, bits) : number; /* narrow ones are promoted */
  }
  bool written = writers.size() > 1 || (writers.size() == 1 && writers.front() != call);
  int result = pp_nest_graft(f->nest, entered->before, entered->after, summary->nest, outside.data(), written);
  if (pp_nest_value_count(f->nest))
    taken(pp_nest_value_count(f->nest) - 1);
  f->loops.resize(f->loops.size() + summary->loops.size());
  f->references.insert(f->references.end(), summary->references.begin(), summary->references.end());
  entered->result = result;
}

bool translator::enter(gcall *call) {
  auto known = calls.find(call);
  if (known == calls.end())
    return false;
  if (!known->second.done)
    graft(call, &known->second);
  return true;
}

/* Keeps what is known of values up to a number that was made in the graph. */
int translator::taken(int number) {
  while (f->values.size() <= (size_t)number)
    f->values.push_back({NULL_TREE, *pp_nest_value_at(f->nest, f->values.size())});
  return number;
}

int translator::add(tree source, const pp_nest_value &model) {
  int number = taken(pp_nest_add_value(f->nest, &model));
  f->values[number].source = source;
  return number;
}

/* A value that is nothing yet. */
static pp_nest_value blank(pp_value_kind kind, unsigned bits, int block) {
  pp_nest_value model = {};
  model.kind = kind;
  model.bits = bits;
  model.block = block;
  model.operand[0] = model.operand[1] = model.operand[2] = PP_NONE;
  return model;
}

int translator::make(pp_operation operation, unsigned bits, int first, int second, int third, unsigned flags) {
  return taken(pp_build_operation(f->nest, at, operation, bits, first, second, third, flags));
}

unsigned translator::bits_of(int number) const {
  return f->values[number].model.bits;
}

int translator::binary(pp_operation operation, int left, int right, unsigned flags) {
  return taken(pp_build_binary(f->nest, at, operation, left, right, flags));
}

int translator::constant(unsigned bits, uint64_t number) {
  return taken(pp_build_constant(f->nest, bits, number));
}

int translator::with_constant(pp_operation operation, int left, uint64_t right) {
  return taken(pp_build_with(f->nest, at, operation, left, right));
}

int translator::fit(int number, unsigned bits, bool is_signed) {
  return taken(pp_build_fit(f->nest, at, number, bits, is_signed));
}

int translator::unknown(tree type, const char *why) {
  pp_nest_value model = blank(PP_VALUE_UNKNOWN, width_of(type), at);
  model.why = why;
  return add(NULL_TREE, model);
}

int translator::get(tree value) {
  auto found = known.find(value);
  if (found != known.end())
    return found->second;
  if (depth == MOST_DEPTH)
    return unknown(TREE_TYPE(value), "its computation is too long");
  depth++;
  int before = at, number = translate(value);
  depth--;
  at = before;
  if (TREE_CODE(value) != SSA_NAME)
    return number; /* expressions stand where they are asked for */
  /* What was made of several operations is the value of the last one. */
  graph_value *made = &f->values[number];
  if (!made->source && made->model.kind != PP_VALUE_CONSTANT && made->model.bits == width_of(TREE_TYPE(value)))
    made->source = value;
  return known[value] = number;
}

int translator::get_long(tree value) {
  int number = get(value);
  gimple *statement = TREE_CODE(value) == SSA_NAME ? SSA_NAME_DEF_STMT(value) : NULL;
  basic_block block = statement ? gimple_bb(statement) : NULL;
  at = block && flow_bb_inside_loop_p(outermost, block) ? block_of(statement) : blocks[outermost->header];
  return fit(number, 64, !TYPE_UNSIGNED(TREE_TYPE(value)));
}

int translator::load_of(gimple *statement) const {
  auto found = loads.find(statement);
  return found == loads.end() ? (int)PP_NONE : found->second;
}

int translator::translate(tree value) {
  const char *why = why_no_number(TREE_TYPE(value));
  if (why && !COMPARISON_CLASS_P(value))
    return unknown(TREE_TYPE(value), why);
  switch (TREE_CODE(value)) {
  case INTEGER_CST:
    return constant(TYPE_PRECISION(TREE_TYPE(value)), TREE_INT_CST_LOW(value));
  case SSA_NAME:
    return name(value);
  case ADDR_EXPR:
    return address_of(TREE_OPERAND(value, 0));
  default:
    return expression(value);
  }
}

int translator::name(tree name) {
  gimple *statement = SSA_NAME_DEF_STMT(name);
  basic_block block = gimple_bb(statement);
  bool inside = block && flow_bb_inside_loop_p(outermost, block);
  at = inside ? block_of(statement) : blocks[outermost->header];
  if (SSA_NAME_OCCURS_IN_ABNORMAL_PHI(name))
    return unknown(TREE_TYPE(name), "it crosses an abnormal edge");
  if (!inside)
    return outside(name);
  if (gphi *merge = dyn_cast<gphi *>(statement))
    return phi(merge);
  if (gcall *call = dyn_cast<gcall *>(statement))
    return calls.count(call) ? returned(call) : builtin(call);
  if (gassign *assign = dyn_cast<gassign *>(statement))
    return assignment(assign);
  return unknown(TREE_TYPE(name), "no operation of slice programs computes it");
}

/* Computed before the nest. What is a constant apart from something else is said so: references of one array are told by it. */
int translator::outside(tree name) {
  gassign *statement = dyn_cast<gassign *>(SSA_NAME_DEF_STMT(name));
  enum tree_code code = statement ? gimple_assign_rhs_code(statement) : ERROR_MARK;
  if (code == ADDR_EXPR)
    return get(gimple_assign_rhs1(statement));
  if ((code == POINTER_PLUS_EXPR || code == PLUS_EXPR) && TREE_CODE(gimple_assign_rhs2(statement)) == INTEGER_CST) {
    int from = get(gimple_assign_rhs1(statement)), apart = get(gimple_assign_rhs2(statement));
    return binary(PP_ADD, from, apart, code == PLUS_EXPR && TYPE_OVERFLOW_UNDEFINED(TREE_TYPE(name)) ? PP_NO_SIGNED_WRAP : 0);
  }
  pp_nest_value model = blank(PP_VALUE_OUTSIDE, width_of(TREE_TYPE(name)), PP_NONE);
  model.flags = POINTER_TYPE_P(TREE_TYPE(name)) ? PP_ADDRESS_OF : 0;
  return add(name, model);
}

/* Why an object has no address that may be handed on, or NULL. */
static const char *object_obstacle(tree object) {
  if (TREE_CODE(object) == STRING_CST || TREE_CODE(object) == FUNCTION_DECL || TREE_CODE(object) == LABEL_DECL)
    return NULL;
  if (!VAR_P(object) || DECL_HARD_REGISTER(object) || DECL_HAS_VALUE_EXPR_P(object))
    return "it is not an access to memory by address";
  return DECL_THREAD_LOCAL_P(object) ? "it is a variable of a thread" : NULL;
}

/* The address of a whole object: the same value wherever it is asked for. */
static pp_nest_value address_model() {
  pp_nest_value model = blank(PP_VALUE_OUTSIDE, 64, PP_NONE);
  model.flags = PP_ADDRESS_OF;
  return model;
}

int translator::address_of(tree object) {
  place_in_memory place;
  const char *why = NULL;
  if (!DECL_P(object) && TREE_CODE(object) != STRING_CST)
    return locate(NULL, object, &place, &why) && !place.skipped_bits ? place.address : unknown(ptr_type_node, why);
  if ((why = object_obstacle(object)))
    return unknown(ptr_type_node, why);
  auto found = known.find(object);
  if (found != known.end())
    return found->second;
  tree address = build_fold_addr_expr(object);
  keep_from_collector(address);
  return known[object] = add(address, address_model());
}

bool translator::locate(gimple *statement, tree reference, place_in_memory *place, const char **why_not) {
  poly_int64 bit_size, bit_position;
  machine_mode mode;
  int is_unsigned, reversed, is_volatile;
  tree variable = NULL_TREE;
  tree inner = get_inner_reference(reference, &bit_size, &bit_position, &variable, &mode, &is_unsigned, &reversed, &is_volatile);
  HOST_WIDE_INT bits, size;
  *why_not = "it is not an access to memory by address";
  if (statement)
    at = block_of(statement);
  if (!bit_position.is_constant(&bits))
    return false;
  if (!ADDR_SPACE_GENERIC_P(TYPE_ADDR_SPACE(TREE_TYPE(inner))) || !ADDR_SPACE_GENERIC_P(TYPE_ADDR_SPACE(TREE_TYPE(reference)))) {
    *why_not = "it is an access of another address space";
    return false;
  }
  HOST_WIDE_INT bytes = bits >> LOG2_BITS_PER_UNIT, more = 0;
  int base;
  if (TREE_CODE(inner) == MEM_REF) {
    poly_int64 offset;
    tree pointer = TREE_OPERAND(inner, 0);
    if (!mem_ref_offset(inner).to_shwi(&offset) || !offset.is_constant(&more))
      return false;
    tree object = TREE_CODE(pointer) == ADDR_EXPR ? get_base_address(TREE_OPERAND(pointer, 0)) : NULL_TREE;
    if (object && DECL_P(object) && object_obstacle(object)) {
      *why_not = object_obstacle(object);
      return false;
    }
    base = get(pointer);
  } else {
    if (!DECL_P(inner) && TREE_CODE(inner) != STRING_CST)
      return false;
    if (object_obstacle(inner)) {
      *why_not = object_obstacle(inner);
      return false;
    }
    base = address_of(inner);
  }
  if (variable)
    base = binary(PP_ADD, base, fit(get(fold_convert(sizetype, variable)), 64));
  place->address = bytes + more ? with_constant(PP_ADD, base, (uint64_t)(bytes + more)) : base;
  place->skipped_bits = (unsigned)(bits & (BITS_PER_UNIT - 1));
  place->bits = bit_size.is_constant(&size) && size > 0 ? (uint64_t)size : 0;
  place->reversed = reversed;
  *why_not = NULL;
  return true;
}

int translator::phi(gphi *phi) {
  tree result = gimple_phi_result(phi);
  basic_block block = gimple_bb(phi);
  pp_nest_value model = blank(PP_VALUE_PHI, width_of(TREE_TYPE(result)), blocks[block]);
  model.flags = loop_outer(block->loop_father) && block->loop_father->header == block ? wraps_of(result, block->loop_father) : 0;
  int number = add(NULL_TREE, model);
  open_phis.push_back({phi, number});
  return number;
}

void translator::close_phis() {
  while (!open_phis.empty()) {
    gphi *phi = open_phis.back().first;
    int number = open_phis.back().second;
    open_phis.pop_back();
    std::vector<pp_incoming> incoming;
    for (unsigned i = 0; i < gimple_phi_num_args(phi); i++) {
      edge in = gimple_phi_arg_edge(phi, i);
      int arriving = get(gimple_phi_arg_def(phi, i));
      auto tests = switch_edges.find(in);
      if (tests != switch_edges.end())
        for (int block : tests->second)
          incoming.push_back({block, arriving});
      else
        incoming.push_back({flow_bb_inside_loop_p(outermost, in->src) ? last_of(in->src) : (int)PP_OUTSIDE, arriving});
    }
    pp_nest_set_incoming(f->nest, number, incoming.data(), incoming.size());
  }
}

/* Asked for all iterations, so no extent counts: a reference of unknown size that starts before all that its base can reach. */
bool translator::may_be_written(gassign *statement) {
  ao_ref read;
  if (!gimple_vuse(statement) || writers.size() > MOST_WRITERS)
    return gimple_vuse(statement);
  ao_ref_init(&read, gimple_assign_rhs1(statement));
  ao_ref_base(&read);
  ao_ref_alias_set(&read);
  ao_ref_base_alias_set(&read);
  read.ref = NULL_TREE;
  read.offset = -(HOST_WIDE_INT_1 << 60);
  read.size = read.max_size = -1;
  for (gimple *writer : writers)
    if (stmt_may_clobber_ref_p_1(writer, &read, true))
      return true;
  return false;
}

/* The number in so many bytes from an address on: of lengths that are no power of two, one load of each power. */
int translator::load_bytes(gimple *statement, int address, unsigned bytes, unsigned flags) {
  pp_nest_value model = blank(PP_VALUE_LOAD, 0, at);
  model.flags = flags;
  model.line = LOCATION_LINE(gimple_location(statement));
  int whole = PP_NONE;
  for (unsigned done = 0, piece; done < bytes; done += piece) {
    piece = 1u << floor_log2(bytes - done);
    model.bits = piece * 8;
    model.operand[0] = done ? with_constant(PP_ADD, address, done) : address;
    int part = add(NULL_TREE, model);
    loads.insert({statement, part});
    part = fit(part, bytes * 8);
    whole = done ? binary(PP_OR, whole, with_constant(PP_SHIFT_LEFT, part, done * 8)) : part;
  }
  return whole;
}

int translator::load(gassign *statement) {
  tree reference = gimple_assign_rhs1(statement), type = TREE_TYPE(gimple_assign_lhs(statement));
  place_in_memory place;
  const char *why;
  int copied;
  if (gimple_has_volatile_ops(statement))
    return unknown(type, "a volatile load gives it");
  if (TREE_CODE(reference) == BIT_FIELD_REF && is_gimple_reg(TREE_OPERAND(reference, 0)))
    return unknown(type, "it is a part of another value");
  if (DECL_P(reference) && (copied = copied_bytes(statement)) != PP_NONE)
    return copied;
  if ((copied = copied_part(statement)) != PP_NONE)
    return copied;
  if (!locate(statement, reference, &place, &why))
    return unknown(type, why);
  unsigned bytes = (unsigned)((place.skipped_bits + place.bits + 7) / 8);
  if (!place.bits || bytes > 8)
    return unknown(type, "it is no number of up to 64 bits in memory");
  if (place.reversed && (place.skipped_bits || place.bits % BITS_PER_UNIT || (bytes & (bytes - 1))))
    return unknown(type, "it is a part of bytes in the other order");
  int whole = load_bytes(statement, place.address, bytes, may_be_written(statement) ? PP_MAY_BE_WRITTEN : 0);
  if (place.reversed)
    whole = taken(pp_build_reversed(f->nest, at, whole, BITS_PER_UNIT));
  if (place.skipped_bits)
    whole = with_constant(PP_SHIFT_RIGHT, whole, place.skipped_bits);
  whole = fit(whole, (unsigned)std::min<uint64_t>(place.bits, bits_of(whole)));
  return fit(whole, width_of(type), !TYPE_UNSIGNED(type));
}

static gimple *last_writer(gimple *statement) {
  return gimple_vuse(statement) ? SSA_NAME_DEF_STMT(gimple_vuse(statement)) : NULL;
}

/* What a constant that was stored before left of a variable from `bytes` on; false where that is not known. */
static bool rest_before(gimple *writer, tree variable, uint64_t bytes, uint64_t size, uint64_t *rest) {
  gassign *store = writer ? dyn_cast<gassign *>(writer) : NULL;
  if (!store)
    return false;
  poly_int64 from;
  tree value = gimple_assign_rhs1(store), to = gimple_assign_lhs(store), length = TYPE_SIZE_UNIT(TREE_TYPE(to));
  bool is_whole = to == variable && TREE_CODE(value) == INTEGER_CST;
  *rest = is_whole ? TREE_INT_CST_LOW(value) >> (bytes * 8) << (bytes * 8) : 0;
  return is_whole ||
         (gimple_assign_single_p(store) && initializer_zerop(value) && tree_fits_uhwi_p(length) &&
          get_addr_base_and_unit_offset(to, &from) == variable && known_eq(from, bytes) && tree_to_uhwi(length) == size - bytes);
}

/* What a variable of the stack holds that was filled just before, as by `k = 0; memcpy(&k, p, 3)`; else PP_NONE. */
int translator::copied_bytes(gassign *statement) {
  tree variable = gimple_assign_rhs1(statement), type = TREE_TYPE(variable);
  gimple *writer = last_writer(statement);
  if (!writer || !gimple_call_builtin_p(writer, BUILT_IN_MEMCPY) || !INTEGRAL_TYPE_P(type) || BYTES_BIG_ENDIAN ||
      !flow_bb_inside_loop_p(outermost, gimple_bb(writer)))
    return PP_NONE;
  tree to = gimple_call_arg(writer, 0), length = gimple_call_arg(writer, 2);
  if (TREE_CODE(to) != ADDR_EXPR || TREE_OPERAND(to, 0) != variable || !tree_fits_uhwi_p(length))
    return PP_NONE;
  uint64_t bytes = tree_to_uhwi(length), size = tree_to_uhwi(TYPE_SIZE_UNIT(type)), above = 0;
  if (!bytes || bytes > size || size > 8)
    return PP_NONE;
  if (bytes < size && !rest_before(last_writer(writer), variable, bytes, size, &above))
    return PP_NONE;
  int address = get(gimple_call_arg(writer, 1));
  at = block_of(writer);
  int whole = fit(load_bytes(writer, address, (unsigned)bytes, PP_MAY_BE_WRITTEN), (unsigned)size * 8);
  if (above)
    whole = with_constant(PP_OR, whole, above);
  return fit(whole, width_of(type));
}

/* A number in a variable of the stack into which something larger was copied before in the same iteration, as `for (edge e :
 * row)` does where e's address is used: it is loaded from what was copied. Else PP_NONE. */
int translator::copied_part(gassign *statement) {
  poly_int64 offset;
  HOST_WIDE_INT from;
  tree reference = gimple_assign_rhs1(statement), type = TREE_TYPE(reference);
  tree variable = get_addr_base_and_unit_offset(reference, &offset);
  if (!variable || !DECL_P(variable) || is_global_var(variable) || !offset.is_constant(&from) || why_no_number(type) ||
      TYPE_PRECISION(type) != tree_to_uhwi(TYPE_SIZE(type)) || reverse_storage_order_for_component_p(reference))
    return PP_NONE;
  gimple *writer = last_writer(statement);
  for (unsigned passed = 0; writer && passed < MOST_PASSED && gimple_vuse(writer) && !stmt_may_clobber_ref_p(writer, reference);
       passed++)
    writer = last_writer(writer);
  gassign *copy = writer ? dyn_cast<gassign *>(writer) : NULL;
  place_in_memory place;
  const char *why;
  if (!copy || gimple_assign_lhs(copy) != variable || !gimple_assign_load_p(copy) || gimple_has_volatile_ops(copy) ||
      gimple_bb(copy)->loop_father != gimple_bb(statement)->loop_father || !locate(copy, gimple_assign_rhs1(copy), &place, &why))
    return PP_NONE;
  int address = from ? with_constant(PP_ADD, place.address, (uint64_t)from) : place.address;
  return load_bytes(copy, address, TYPE_PRECISION(type) / BITS_PER_UNIT, PP_MAY_BE_WRITTEN);
}

/* One factor of a product of 128 bits, as 64, or PP_NONE. */
int translator::factor(tree value) {
  if (TREE_CODE(value) == INTEGER_CST)
    return wi::fits_uhwi_p(wi::to_wide(value)) ? constant(64, TREE_INT_CST_LOW(value)) : (int)PP_NONE;
  gassign *widened = TREE_CODE(value) == SSA_NAME ? dyn_cast<gassign *>(SSA_NAME_DEF_STMT(value)) : NULL;
  if (!widened || !CONVERT_EXPR_CODE_P(gimple_assign_rhs_code(widened)))
    return PP_NONE;
  tree narrow = gimple_assign_rhs1(widened);
  return why_no_number(TREE_TYPE(narrow)) || !TYPE_UNSIGNED(TREE_TYPE(narrow)) ? (int)PP_NONE : get_long(narrow);
}

static gassign *operation_behind(tree value, enum tree_code code) {
  gassign *statement = TREE_CODE(value) == SSA_NAME ? dyn_cast<gassign *>(SSA_NAME_DEF_STMT(value)) : NULL;
  return statement && gimple_assign_rhs_code(statement) == code ? statement : NULL;
}

/* (uint64) (a * b >> 64) of a product of 128 bits, else PP_NONE. */
int translator::high_product(gassign *statement) {
  tree type = TREE_TYPE(gimple_assign_lhs(statement));
  if (!CONVERT_EXPR_CODE_P(gimple_assign_rhs_code(statement)) || TYPE_PRECISION(type) != 64)
    return PP_NONE;
  gassign *shift = operation_behind(gimple_assign_rhs1(statement), RSHIFT_EXPR);
  gassign *product = shift && compare_tree_int(gimple_assign_rhs2(shift), 64) == 0
                         ? operation_behind(gimple_assign_rhs1(shift), MULT_EXPR)
                         : NULL;
  if (!product || TYPE_PRECISION(TREE_TYPE(gimple_assign_lhs(product))) != 128)
    return PP_NONE;
  int block = at, left = factor(gimple_assign_rhs1(product)), right = factor(gimple_assign_rhs2(product));
  at = block;
  return left == PP_NONE || right == PP_NONE ? (int)PP_NONE : binary(PP_MULTIPLY_HIGH, left, right);
}

int translator::assignment(gassign *statement) {
  tree result = gimple_assign_lhs(statement), type = TREE_TYPE(result);
  enum tree_code code = gimple_assign_rhs_code(statement);
  if (gimple_assign_load_p(statement))
    return load(statement);
  if (gimple_assign_single_p(statement))
    return get(gimple_assign_rhs1(statement));
  int high = high_product(statement);
  if (high != PP_NONE)
    return high;
  tree operands[3] = {NULL_TREE, NULL_TREE, NULL_TREE};
  unsigned count = gimple_num_ops(statement) - 1;
  if (count > 3)
    return unknown(type, "no operation of slice programs computes it");
  for (unsigned i = 0; i < count; i++)
    operands[i] = gimple_op(statement, i + 1);
  bool may_wrap = code == PLUS_EXPR || code == MINUS_EXPR || code == MULT_EXPR || code == LSHIFT_EXPR;
  unsigned flags = may_wrap && INTEGRAL_TYPE_P(type) && TYPE_PRECISION(type) < 64
                       ? wraps_of_operation(code, result, operands, gimple_bb(statement)->loop_father)
                       : 0;
  return operation(code, type, operands, count, flags);
}

/* Some of a number's bits. */
int translator::part(tree expr) {
  tree whole = TREE_OPERAND(expr, 0), type = TREE_TYPE(expr);
  const char *why = why_no_number(TREE_TYPE(whole));
  if (!why)
    why = why_no_number(type);
  if (why)
    return unknown(type, why);
  unsigned bits = (unsigned)tree_to_uhwi(TREE_OPERAND(expr, 1)), from = (unsigned)tree_to_uhwi(TREE_OPERAND(expr, 2));
  int block = at, number = get(whole);
  at = block;
  if (BYTES_BIG_ENDIAN || from + bits > bits_of(number))
    return unknown(type, "it is a part of another value");
  return fit(fit(from ? with_constant(PP_SHIFT_RIGHT, number, from) : number, bits), width_of(type), !TYPE_UNSIGNED(type));
}

int translator::expression(tree expr) {
  if (TREE_CODE(expr) == BIT_FIELD_REF)
    return part(expr);
  if (!UNARY_CLASS_P(expr) && !BINARY_CLASS_P(expr) && !COMPARISON_CLASS_P(expr) && TREE_CODE(expr) != COND_EXPR &&
      TREE_CODE(expr) != VIEW_CONVERT_EXPR)
    return unknown(TREE_TYPE(expr), "no operation of slice programs computes it");
  tree operands[3] = {NULL_TREE, NULL_TREE, NULL_TREE};
  unsigned count = TREE_OPERAND_LENGTH(expr);
  for (unsigned i = 0; i < count; i++)
    operands[i] = TREE_OPERAND(expr, i);
  return operation(TREE_CODE(expr), TREE_TYPE(expr), operands, count, 0);
}

int translator::comparison(enum tree_code code, tree left, tree right) {
  const char *why = why_no_number(TREE_TYPE(left));
  if (why)
    return unknown(boolean_type_node, why);
  bool is_unsigned = TYPE_UNSIGNED(TREE_TYPE(left)) || POINTER_TYPE_P(TREE_TYPE(left));
  int block = at, first = get(left), second = get(right);
  at = block;
  switch (code) {
  case EQ_EXPR:
    return binary(PP_EQUAL, first, second);
  case NE_EXPR:
    return binary(PP_NOT_EQUAL, first, second);
  case LT_EXPR:
    return binary(is_unsigned ? PP_ULESS : PP_SLESS, first, second);
  case LE_EXPR:
    return binary(is_unsigned ? PP_ULESS_EQUAL : PP_SLESS_EQUAL, first, second);
  case GT_EXPR:
    return binary(is_unsigned ? PP_ULESS : PP_SLESS, second, first);
  case GE_EXPR:
    return binary(is_unsigned ? PP_ULESS_EQUAL : PP_SLESS_EQUAL, second, first);
  default:
    return unknown(boolean_type_node, "no operation of slice programs computes it");
  }
}

int translator::compare_in(int block, enum tree_code code, tree left, tree right) {
  at = block;
  return comparison(code, left, right);
}

int translator::within(int block, tree value, tree low, tree high) {
  at = block;
  int number = get(value);
  at = block;
  if (!high || tree_int_cst_equal(low, high))
    return with_constant(PP_EQUAL, number, TREE_INT_CST_LOW(low));
  uint64_t first = TREE_INT_CST_LOW(low);
  return with_constant(PP_ULESS_EQUAL, with_constant(PP_SUBTRACT, number, first), TREE_INT_CST_LOW(high) - first);
}

/* What a call returns whose function is seen. */
int translator::returned(gcall *call) {
  tree type = TREE_TYPE(gimple_call_lhs(call));
  enter(call);
  int result = calls.at(call).result;
  return result == PP_NONE || bits_of(result) != width_of(type) ? unknown(type, "a call returns it") : result;
}

int translator::builtin(gcall *call) {
  tree result = gimple_call_lhs(call), type = TREE_TYPE(result);
  if (!gimple_call_builtin_p(call, BUILT_IN_NORMAL) || gimple_call_num_args(call) < 1)
    return unknown(type, "a call returns it");
  tree argument = gimple_call_arg(call, 0);
  int block = at, number = why_no_number(TREE_TYPE(argument)) ? (int)PP_NONE : get(argument);
  at = block;
  if (number == PP_NONE)
    return unknown(type, "a call returns it");
  unsigned bits = width_of(type);
  switch (DECL_FUNCTION_CODE(gimple_call_fndecl(call))) {
  case BUILT_IN_BSWAP16: /* of a promoted number */
  case BUILT_IN_BSWAP32:
  case BUILT_IN_BSWAP64:
    return taken(pp_build_reversed(f->nest, at, fit(number, bits), BITS_PER_UNIT));
    CASE_INT_FN(BUILT_IN_POPCOUNT) : return fit(taken(pp_build_bit_count(f->nest, at, number)), bits);
    CASE_INT_FN(BUILT_IN_PARITY) : return fit(with_constant(PP_AND, taken(pp_build_bit_count(f->nest, at, number)), 1), bits);
    CASE_INT_FN(BUILT_IN_CTZ) : return fit(taken(pp_build_zeros_below(f->nest, at, number)), bits);
    CASE_INT_FN(BUILT_IN_CLZ) : return fit(taken(pp_build_zeros_above(f->nest, at, number)), bits);
  case BUILT_IN_EXPECT:
  case BUILT_IN_EXPECT_WITH_PROBABILITY:
  case BUILT_IN_ASSUME_ALIGNED:
    return number;
  default:
    return unknown(type, "a call returns it");
  }
}

/* Those that round down give remainders of the divisor's sign. */
int translator::division(enum tree_code code, tree type, int left, int right) {
  bool is_signed = !TYPE_UNSIGNED(type), is_rest = code == TRUNC_MOD_EXPR || code == FLOOR_MOD_EXPR;
  pp_operation divide = is_signed ? PP_SDIVIDE : PP_UDIVIDE, remain = is_signed ? PP_SREMAINDER : PP_UREMAINDER;
  int plain = binary(is_rest ? remain : divide, left, right);
  if (!is_signed || (code != FLOOR_DIV_EXPR && code != FLOOR_MOD_EXPR))
    return plain;
  int rest = is_rest ? plain : binary(remain, left, right), zero = constant(bits_of(left), 0);
  int other_sign = binary(PP_SLESS, binary(PP_XOR, rest, right), zero);
  int off = binary(PP_AND, binary(PP_NOT_EQUAL, rest, zero), other_sign);
  int moved = is_rest ? binary(PP_ADD, rest, right) : with_constant(PP_SUBTRACT, plain, 1);
  return make(PP_SELECT, bits_of(left), off, moved, plain);
}

int translator::operation(enum tree_code code, tree type, tree *operands, unsigned count, unsigned walk_flags) {
  int block = at, numbers[3] = {PP_NONE, PP_NONE, PP_NONE};
  if (TREE_CODE_CLASS(code) == tcc_comparison)
    return fit(comparison(code, operands[0], operands[1]), width_of(type));
  for (unsigned i = 0; i < count; i++) {
    const char *why = why_no_number(TREE_TYPE(operands[i]));
    if (why)
      return unknown(type, why);
    numbers[i] = get(operands[i]);
  }
  at = block;
  unsigned bits = width_of(type);
  int left = numbers[0], right = count > 1 ? numbers[1] : (int)PP_NONE;
  bool is_unsigned = TYPE_UNSIGNED(type);
  unsigned flags = walk_flags;
  if (INTEGRAL_TYPE_P(type) && TYPE_OVERFLOW_UNDEFINED(type))
    flags |= PP_NO_SIGNED_WRAP;
  switch (code) {
  CASE_CONVERT:
    return fit(left, bits, !TYPE_UNSIGNED(TREE_TYPE(operands[0])));
  case VIEW_CONVERT_EXPR:
    return bits_of(left) == bits ? left : unknown(type, "no operation of slice programs computes it");
  case PLUS_EXPR:
    return binary(PP_ADD, left, right, flags);
  case POINTER_PLUS_EXPR:
    return binary(PP_ADD, left, right);
  case MINUS_EXPR:
    return binary(PP_SUBTRACT, left, right, flags);
  case POINTER_DIFF_EXPR:
    return binary(PP_SUBTRACT, left, right);
  case MULT_EXPR:
    return binary(PP_MULTIPLY, left, right, flags);
  case WIDEN_MULT_EXPR:
    return binary(PP_MULTIPLY, fit(left, bits, !TYPE_UNSIGNED(TREE_TYPE(operands[0]))),
                  fit(right, bits, !TYPE_UNSIGNED(TREE_TYPE(operands[1]))));
  case MULT_HIGHPART_EXPR:
    return bits == 64 && is_unsigned ? binary(PP_MULTIPLY_HIGH, left, right)
                                     : unknown(type, "no operation of slice programs computes it");
  case NEGATE_EXPR:
    return binary(PP_SUBTRACT, constant(bits, 0), left, flags);
  case BIT_NOT_EXPR:
    if (bits == 1)
      return with_constant(PP_XOR, left, 1);
    return binary(PP_SUBTRACT, constant(bits, UINT64_MAX), left, PP_NO_SIGNED_WRAP | PP_NO_UNSIGNED_WRAP);
  case BIT_AND_EXPR:
    return binary(PP_AND, left, right);
  case BIT_IOR_EXPR:
    return binary(PP_OR, left, right);
  case BIT_XOR_EXPR:
    return binary(PP_XOR, left, right);
  case LSHIFT_EXPR: /* which wraps in signed types too */
    return binary(PP_SHIFT_LEFT, left, fit(right, bits), walk_flags);
  case RSHIFT_EXPR:
    return binary(is_unsigned ? PP_SHIFT_RIGHT : PP_SHIFT_RIGHT_SIGNED, left, fit(right, bits));
  case LROTATE_EXPR:
  case RROTATE_EXPR:
    return taken(pp_build_funnel(f->nest, at, left, left, fit(right, bits), code == LROTATE_EXPR));
  case MIN_EXPR:
  case MAX_EXPR:
    return taken(pp_build_smaller(f->nest, at, is_unsigned ? PP_ULESS : PP_SLESS, left, right, code == MAX_EXPR));
  case ABS_EXPR:
  case ABSU_EXPR:
    return taken(pp_build_absolute(f->nest, at, left));
  case COND_EXPR:
    return make(PP_SELECT, bits, fit(left, 1), right, numbers[2]);
  case TRUNC_DIV_EXPR:
  case EXACT_DIV_EXPR:
  case FLOOR_DIV_EXPR:
  case TRUNC_MOD_EXPR:
  case FLOOR_MOD_EXPR:
    return division(code, type, left, right);
  default:
    return unknown(type, "no operation of slice programs computes it");
  }
}

} // namespace pageprefetch
