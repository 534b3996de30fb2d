/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GIMPLE -> nest graph: the loops of a nest, its blocks, and every reference. Values are in value.cc.
 * Nothing is changed here. */
#include "diagnose.h"
#include "value.h"

namespace pageprefetch {

enum { MOST_TESTS = 64 }; /* that a switch is written as */

/* One access of memory: by a reference, or by a pointer that a function is given. */
struct access {
  gimple *statement;
  pp_access kind;
  tree reference, pointer;
  uint64_t bytes; /* of a pointer's; 0: length */
  tree length;
  const char *obstacle; /* or why it can not be hinted */
};

std::vector<basic_block> blocks_of(class loop *loop) {
  std::vector<basic_block> blocks;
  basic_block block;
  if (!loop_outer(loop)) {
    FOR_ALL_BB_FN(block, cfun)
    blocks.push_back(block);
    return blocks;
  }
  basic_block *body = get_loop_body_in_dom_order(loop);
  blocks.assign(body, body + loop->num_nodes);
  free(body);
  return blocks;
}

/* Builds the graph of one nest, or of the function in hand: the loops' root stands for it. */
class nest_builder {
public:
  nest_builder(nest_facts *made, class loop *around)
      : f(made), outermost(around), is_function(!loop_outer(around)), values(made, around) {}
  void run();

private:
  nest_facts *f;
  class loop *outermost;
  bool is_function;
  translator values;
  std::map<class loop *, int> numbers;
  std::map<basic_block, std::vector<int>> further; /* blocks of a switch beside the first */
  std::vector<access> accesses;

  void add_loops(class loop *loop, int parent);
  int number_of(class loop *loop) const;
  void add_block(basic_block block);
  void add_calls(basic_block block);
  int block_to(basic_block block);
  void close_switch(gswitch *statement, pp_nest_block model);
  void close_block(basic_block block);
  void collect(basic_block block);
  void collect_reference(gimple *statement, tree reference, pp_access kind);
  void collect_pointer(gcall *call, unsigned argument, pp_access kind, tree length);
  void collect_call(gcall *call);
  void collect_unseen(gcall *call);
  void close_function();
  bool collect_atomic(gcall *call);
  bool collect_exchange(gcall *call);
  void add_reference(const access &found);
};

void nest_builder::add_loops(class loop *loop, int parent) {
  loop_facts facts = {};
  pp_nest_loop model = {};
  describe_loop(loop, &facts, &model);
  model.parent = parent;
  int number = pp_nest_add_loop(f->nest, &model);
  f->loops.push_back(facts);
  numbers[loop] = number;
  for (class loop *inner = loop->inner; inner; inner = inner->next)
    add_loops(inner, number);
}

static gswitch *switch_of(basic_block block) {
  gswitch *found = safe_dyn_cast<gswitch *>(last_statement(block));
  return found && gimple_switch_num_labels(found) > 1 && gimple_switch_num_labels(found) <= MOST_TESTS ? found : NULL;
}

int nest_builder::number_of(class loop *loop) const {
  auto known = numbers.find(loop);
  return known == numbers.end() ? (int)PP_NONE : known->second;
}

static pp_nest_block blank_block(int loop) {
  pp_nest_block model = {};
  model.loop = loop;
  model.end = PP_END_UNKNOWN;
  model.condition = model.next[0] = model.next[1] = PP_NONE;
  return model;
}

/* A block goes on in another one behind each call that is seen through. */
void nest_builder::add_calls(basic_block block) {
  int at = PP_NONE;
  for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi)) {
    gimple *statement = gsi_stmt(gsi);
    if (at != PP_NONE)
      values.behind[statement] = at;
    gcall *call = dyn_cast<gcall *>(statement);
    const char *why;
    const nest_facts *summary = call ? summary_of(call, &why) : NULL;
    if (!summary || !pp_nest_take_room(f->nest, summary->nest))
      continue;
    pp_nest_block model = blank_block(number_of(block->loop_father));
    int before = at == PP_NONE ? values.blocks[block] : at;
    at = pp_nest_add_block(f->nest, &model);
    values.calls[call] = {summary, before, at, PP_NONE, false};
    values.last[block] = at;
  }
}

void nest_builder::add_block(basic_block block) {
  pp_nest_block model = blank_block(number_of(block->loop_father));
  values.blocks[block] = pp_nest_add_block(f->nest, &model);
  gswitch *statement = switch_of(block);
  for (unsigned i = 2; statement && i < gimple_switch_num_labels(statement); i++)
    further[block].push_back(pp_nest_add_block(f->nest, &model));
}

int nest_builder::block_to(basic_block block) {
  return flow_bb_inside_loop_p(outermost, block) ? values.blocks[block] : (int)PP_OUTSIDE;
}

/* A chain of tests, each in a block of its own. */
void nest_builder::close_switch(gswitch *statement, pp_nest_block model) {
  basic_block block = gimple_bb(statement);
  unsigned count = gimple_switch_num_labels(statement);
  int number = values.last_of(block);
  model.end = PP_END_BRANCH;
  for (unsigned i = 1; i < count; i++) {
    tree label = gimple_switch_label(statement, i);
    edge taken = gimple_switch_edge(cfun, statement, i), otherwise = gimple_switch_default_edge(cfun, statement);
    model.condition = values.within(number, gimple_switch_index(statement), CASE_LOW(label), CASE_HIGH(label));
    model.next[0] = block_to(taken->dest);
    values.switch_edges[taken].push_back(number);
    model.next[1] = i + 1 < count ? further[block][i - 1] : block_to(otherwise->dest);
    if (i + 1 == count)
      values.switch_edges[otherwise].push_back(number);
    pp_nest_set_block(f->nest, number, &model);
    number = model.next[1];
  }
}

/* What an exception leaves for is no successor where it leaves the nest: as of a call that never returns, nothing is told of it.
 */
void nest_builder::close_block(basic_block block) {
  pp_nest_block model = blank_block(number_of(block->loop_father));
  int number = values.last_of(block);
  if (gswitch *statement = switch_of(block)) {
    close_switch(statement, model);
    return;
  }
  std::vector<edge> next;
  edge e;
  edge_iterator ei;
  FOR_EACH_EDGE(e, ei, block->succs)
  if (!(e->flags & EDGE_FAKE) && !((e->flags & EDGE_COMPLEX) && block_to(e->dest) == PP_OUTSIDE))
    next.insert(block_to(e->dest) >= 0 ? next.begin() : next.end(), e);
  gcond *test = safe_dyn_cast<gcond *>(last_statement(block));
  model.end = next.empty() ? PP_END_NEVER : next.size() == 1 ? PP_END_GO : test ? PP_END_BRANCH : PP_END_UNKNOWN;
  if (model.end == PP_END_BRANCH) {
    model.condition = values.compare_in(number, gimple_cond_code(test), gimple_cond_lhs(test), gimple_cond_rhs(test));
    if (!(next[0]->flags & EDGE_TRUE_VALUE))
      std::swap(next[0], next[1]);
  }
  for (unsigned i = 0; i < 2 && i < next.size(); i++)
    model.next[i] = block_to(next[i]->dest);
  if (is_function && block == EXIT_BLOCK_PTR_FOR_FN(cfun)) {
    model.end = PP_END_GO;
    model.next[0] = PP_OUTSIDE;
  }
  pp_nest_set_block(f->nest, number, &model);
}

/* What a function returns: the one value, or that of the way to its end. */
void nest_builder::close_function() {
  basic_block end = EXIT_BLOCK_PTR_FOR_FN(cfun);
  std::vector<pp_incoming> incoming;
  edge e;
  edge_iterator ei;
  FOR_EACH_EDGE(e, ei, end->preds) {
    greturn *statement = safe_dyn_cast<greturn *>(last_statement(e->src));
    tree value = statement ? gimple_return_retval(statement) : NULL_TREE;
    if (!value || !is_gimple_val(value) || why_no_number(TREE_TYPE(value)))
      return;
    incoming.push_back({values.last_of(e->src), values.get(value)});
  }
  if (incoming.empty())
    return;
  int result = incoming[0].value;
  if (incoming.size() > 1) {
    pp_nest_value phi = {};
    phi.kind = PP_VALUE_PHI;
    phi.bits = pp_nest_value_at(f->nest, result)->bits;
    phi.block = values.blocks[end];
    phi.operand[0] = phi.operand[1] = phi.operand[2] = PP_NONE;
    phi.incoming_count = incoming.size();
    phi.incoming = incoming.data();
    result = pp_nest_add_value(f->nest, &phi);
    f->values.push_back({NULL_TREE, *pp_nest_value_at(f->nest, result)});
  }
  pp_nest_set_result(f->nest, result);
}

void nest_builder::collect_reference(gimple *statement, tree reference, pp_access kind) {
  if (TREE_CODE(reference) == WITH_SIZE_EXPR)
    reference = TREE_OPERAND(reference, 0);
  tree base = is_function ? get_base_address(reference) : NULL_TREE;
  if (base && DECL_P(base) && !is_global_var(base))
    return; /* a function's own variables are no matter to its callers */
  if (TREE_CODE(reference) == MEM_REF || (handled_component_p(reference) && !is_gimple_reg(get_base_address(reference))))
    accesses.push_back({statement, kind, reference, NULL_TREE, 0, NULL_TREE, NULL});
}

/* A block operation. One of no bytes touches nothing; a whole variable is always the same place. */
void nest_builder::collect_pointer(gcall *call, unsigned argument, pp_access kind, tree length) {
  tree pointer = gimple_call_arg(call, argument);
  if (!POINTER_TYPE_P(TREE_TYPE(pointer)) || (length && integer_zerop(length)))
    return;
  if (TREE_CODE(pointer) == ADDR_EXPR && (DECL_P(TREE_OPERAND(pointer, 0)) || TREE_CODE(TREE_OPERAND(pointer, 0)) == STRING_CST))
    return;
  bool is_known = !length || tree_fits_uhwi_p(length);
  uint64_t bytes = !length ? 1 : is_known ? tree_to_uhwi(length) : 0;
  accesses.push_back({call, kind, NULL_TREE, pointer, bytes, is_known ? NULL_TREE : length, NULL});
}

/* Atomic operations say by their names how many bytes they touch. */
bool nest_builder::collect_atomic(gcall *call) {
  const char *name = IDENTIFIER_POINTER(DECL_NAME(gimple_call_fndecl(call)));
  const char *size = strrchr(name, '_');
  int bytes = size ? atoi(size + 1) : 0;
  if ((strncmp(name, "__atomic_", 9) != 0 && strncmp(name, "__sync_", 7) != 0) || bytes < 1 || gimple_call_num_args(call) < 1)
    return false;
  pp_access kind = strncmp(name, "__atomic_load_", 14) == 0 ? PP_READ : PP_WRITE;
  collect_pointer(call, 0, kind, build_int_cstu(sizetype, (unsigned)bytes));
  return true;
}

/* Says of a call that places in memory are handed to that what it does with them is not seen. */
void nest_builder::collect_unseen(gcall *call) {
  const char *why = NULL;
  if (summary_of(call, &why))
    why = "it is handed to a function, and what the loop calls is too large together to be looked into";
  for (unsigned i = 0; why && i < gimple_call_num_args(call); i++) {
    tree given = gimple_call_arg(call, i);
    basic_block made = TREE_CODE(given) == SSA_NAME ? gimple_bb(SSA_NAME_DEF_STMT(given)) : NULL;
    if (!made || !POINTER_TYPE_P(TREE_TYPE(given)) || !flow_bb_inside_loop_p(outermost, made))
      continue;
    accesses.push_back({call, PP_READ, NULL_TREE, given, 1, NULL_TREE, why});
    return;
  }
}

/* GCC makes an internal function of the commonest one, with the bytes in the low part of its flags. */
bool nest_builder::collect_exchange(gcall *call) {
  if (!gimple_call_internal_p(call, IFN_ATOMIC_COMPARE_EXCHANGE) || !tree_fits_uhwi_p(gimple_call_arg(call, 3)))
    return false;
  collect_pointer(call, 0, PP_WRITE, build_int_cstu(sizetype, tree_to_uhwi(gimple_call_arg(call, 3)) & 255));
  return true;
}

/* Block operations and string functions touch memory from where their pointers start. */
void nest_builder::collect_call(gcall *call) {
  if (values.enter(call) || collect_exchange(call))
    return;
  if (!gimple_call_builtin_p(call, BUILT_IN_NORMAL)) {
    collect_unseen(call);
    return;
  }
  if (collect_atomic(call))
    return;
  tree length = gimple_call_num_args(call) >= 3 ? gimple_call_arg(call, 2) : NULL_TREE;
  switch (DECL_FUNCTION_CODE(gimple_call_fndecl(call))) {
  case BUILT_IN_MEMCPY:
  case BUILT_IN_MEMMOVE:
  case BUILT_IN_MEMPCPY:
  case BUILT_IN_MEMCPY_CHK:
  case BUILT_IN_MEMMOVE_CHK:
  case BUILT_IN_MEMPCPY_CHK:
    collect_pointer(call, 0, PP_WRITE, length);
    collect_pointer(call, 1, PP_READ, length);
    return;
  case BUILT_IN_MEMSET:
  case BUILT_IN_MEMSET_CHK:
    collect_pointer(call, 0, PP_WRITE, length);
    return;
  case BUILT_IN_MEMCMP:
  case BUILT_IN_MEMCMP_EQ:
    collect_pointer(call, 0, PP_READ, length);
    collect_pointer(call, 1, PP_READ, length);
    return;
  case BUILT_IN_STRCPY:
  case BUILT_IN_STPCPY:
  case BUILT_IN_STRNCPY:
    collect_pointer(call, 0, PP_WRITE, NULL_TREE);
    collect_pointer(call, 1, PP_READ, NULL_TREE);
    return;
  case BUILT_IN_STRCMP:
  case BUILT_IN_STRNCMP:
  case BUILT_IN_STRCMP_EQ:
  case BUILT_IN_STRNCMP_EQ:
    collect_pointer(call, 0, PP_READ, NULL_TREE);
    collect_pointer(call, 1, PP_READ, NULL_TREE);
    return;
  case BUILT_IN_STRLEN:
  case BUILT_IN_STRNLEN:
  case BUILT_IN_STRCHR:
  case BUILT_IN_STRRCHR:
  case BUILT_IN_MEMCHR:
    collect_pointer(call, 0, PP_READ, NULL_TREE);
    return;
  default:
    return;
  }
}

/* Scalar variables are always the same place, and no references. */
void nest_builder::collect(basic_block block) {
  for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi)) {
    gimple *statement = gsi_stmt(gsi);
    if (is_gimple_debug(statement) || gimple_clobber_p(statement))
      continue;
    if (gcall *call = dyn_cast<gcall *>(statement)) {
      collect_call(call);
      continue;
    }
    if (!gimple_assign_single_p(statement))
      continue;
    if (gimple_vuse(statement))
      collect_reference(statement, gimple_assign_rhs1(statement), PP_READ);
    if (gimple_vdef(statement))
      collect_reference(statement, gimple_assign_lhs(statement), PP_WRITE);
  }
}

void nest_builder::add_reference(const access &found) {
  pp_nest_reference model = {};
  place_in_memory place = {PP_NONE, 0, 0, false};
  model.place = place_of(gimple_location(found.statement));
  model.access = found.kind;
  model.block = values.block_of(found.statement);
  model.load = model.length = PP_NONE;
  model.bytes = found.bytes;
  if (found.pointer) {
    model.address = values.get(found.pointer);
    model.length = found.length ? values.get_long(found.length) : (int)PP_NONE;
    if (f->values[model.address].model.kind == PP_VALUE_UNKNOWN && TREE_CODE(found.pointer) == ADDR_EXPR)
      model.obstacle = f->values[model.address].model.why;
    if (found.obstacle)
      model.obstacle = found.obstacle;
  } else {
    tree size = TYPE_SIZE_UNIT(TREE_TYPE(found.reference));
    bool is_known = values.locate(found.statement, found.reference, &place, &model.obstacle);
    if (TREE_THIS_VOLATILE(found.reference))
      model.obstacle = "it is a volatile access";
    model.address = is_known ? place.address : (int)PP_NONE;
    model.bytes = place.bits                       ? (place.skipped_bits + place.bits + 7) / 8
                  : size && tree_fits_uhwi_p(size) ? tree_to_uhwi(size)
                                                   : 1;
    model.load = found.kind == PP_READ ? values.load_of(found.statement) : (int)PP_NONE;
  }
  if (!model.bytes && model.length == PP_NONE)
    return; /* of an empty type */
  pp_nest_add_reference(f->nest, &model);
  f->references.push_back(gimple_location(found.statement));
}

void nest_builder::run() {
  if (!is_function)
    add_loops(outermost, PP_NONE);
  for (class loop *loop = outermost->inner; is_function && loop; loop = loop->next)
    add_loops(loop, PP_NONE);
  std::vector<basic_block> body = blocks_of(outermost);
  for (basic_block block : body)
    add_block(block);
  for (basic_block block : body)
    add_calls(block);
  for (const auto &known : numbers)
    pp_nest_set_header(f->nest, known.second, values.blocks[known.first->header]);
  for (basic_block block : body) {
    close_block(block);
    collect(block);
  }
  for (const access &found : accesses) {
    place_in_memory place;
    const char *why;
    if (found.pointer)
      values.get(found.pointer);
    else
      values.locate(found.statement, found.reference, &place, &why);
    if (found.length)
      values.get_long(found.length);
  }
  if (is_function)
    close_function();
  values.close_phis(); /* now it is settled which loads are values */
  for (const access &found : accesses)
    add_reference(found);
  values.close_phis();
}

static nest_facts *model_extent(class loop *around) {
  nest_facts *facts = new nest_facts();
  const char *function = lang_hooks.decl_printable_name(cfun->decl, 1);
  facts->nest = pp_nest_new(main_input_filename ? main_input_filename : "", function);
  nest_builder(facts, around).run();
  return facts;
}

nest_facts *model_nest(class loop *outermost) {
  return model_extent(outermost);
}

nest_facts *model_function() {
  return model_extent(loops_for_fn(cfun)->tree_root);
}

void free_nest(nest_facts *facts) {
  pp_nest_free(facts->nest);
  delete facts;
}

} // namespace pageprefetch
