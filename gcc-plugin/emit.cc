/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plan -> GIMPLE, between two strips: hints for affine streams, slices for gathers.
 * The protocol is the one in pageprefetch_abi.h. */
#include "model.h"

namespace pageprefetch {

basic_block new_block(basic_block near, profile_count count) {
  basic_block block = create_empty_bb(near);
  add_bb_to_loop(block, near->loop_father);
  block->count = count;
  return block;
}

void append(basic_block block, gimple_seq statements) {
  gimple_stmt_iterator gsi = gsi_last_bb(block);
  gsi_insert_seq_after(&gsi, statements, GSI_NEW_STMT);
}

/* An edge that `block` may have to `to` already, with these flags. */
static edge connect(basic_block block, basic_block to, int flags, profile_probability likely) {
  edge e = find_edge(block, to);
  if (!e)
    e = make_edge(block, to, 0);
  e->flags = (e->flags & ~EDGE_FALLTHRU) | flags;
  e->probability = likely;
  return e;
}

void end_with_test(basic_block block, enum tree_code code, tree left, tree right, basic_block yes, basic_block no,
                   profile_probability likely_yes) {
  gimple_seq statements = NULL;
  gimple_seq_add_stmt(&statements, gimple_build_cond(code, left, right, NULL_TREE, NULL_TREE));
  append(block, statements);
  connect(block, yes, EDGE_TRUE_VALUE, likely_yes);
  connect(block, no, EDGE_FALSE_VALUE, likely_yes.invert());
}

static tree emit_runtime_call(runtime_call which, const std::vector<tree> &arguments, gimple_seq *statements) {
  tree function = runtime_function(which);
  auto_vec<tree> values;
  for (tree argument : arguments)
    values.safe_push(argument);
  gcall *call = gimple_build_call_vec(function, values);
  tree type = TREE_TYPE(TREE_TYPE(function)), result = NULL_TREE;
  if (!VOID_TYPE_P(type)) {
    result = make_ssa_name(type);
    gimple_call_set_lhs(call, result);
  }
  gimple_seq_add_stmt(statements, call);
  return result;
}

static tree u64(uint64_t value) {
  return build_int_cstu(uint64_type_node, value);
}

static tree to_u64(tree value) {
  return fold_convert(uint64_type_node, value);
}

static tree add(tree left, tree right) {
  return fold_build2(PLUS_EXPR, uint64_type_node, left, right);
}

/* Where a stream starts, its stride and its span in one iteration, as uint64 expressions. */
struct walk {
  tree base, stride, span;
};

static walk walk_of_stream(const nest_facts *facts, const pp_plan_stream *stream, gimple_seq *statements) {
  const reference_facts &leader = facts->references[stream->leader];
  walk w = {to_u64(leader.address.base), to_u64(leader.address.step), u64(stream->span)};
  if (stream->whole_inner) {
    /* An iteration walks the inner loop from its first to its last address, downwards where the stride is negative. */
    const loop_facts &inner = facts->loops[facts->models[stream->leader].loop];
    tree one = u64(1), zero = u64(0);
    tree trips = emit_value(inner.trips, statements);
    if (inner.guard)
      trips = emit_value(fold_build3(COND_EXPR, uint64_type_node, emit_value(inner.guard, statements), trips, zero), statements);
    tree steps = fold_build2(MINUS_EXPR, uint64_type_node, fold_build2(MAX_EXPR, uint64_type_node, trips, one), one);
    tree length = emit_value(fold_build2(MULT_EXPR, uint64_type_node, steps, w.stride), statements);
    tree down = fold_build2(LT_EXPR, boolean_type_node, fold_convert(signed_type_for(uint64_type_node), length),
                            build_zero_cst(signed_type_for(uint64_type_node)));
    tree negated = emit_value(fold_build1(NEGATE_EXPR, uint64_type_node, length), statements);
    tree below = emit_value(fold_build3(COND_EXPR, uint64_type_node, down, length, zero), statements);
    tree size = emit_value(fold_build3(COND_EXPR, uint64_type_node, unshare_expr(down), negated, length), statements);
    w.base = add(to_u64(leader.outer.base), below);
    w.stride = to_u64(leader.outer.step);
    w.span = add(w.span, size);
  }
  w.base = add(w.base, u64((uint64_t)stream->low));
  return w;
}

static tree emit_affine_hint(const nest_facts *facts, const pp_plan_stream *stream, tree site, const hint_state &state,
                             tree ahead, gimple_seq *statements) {
  walk w = walk_of_stream(facts, stream, statements);
  tree base = emit_value(w.base, statements);
  tree stride = emit_value(fold_convert(signed_type_for(uint64_type_node), w.stride), statements);
  tree span = emit_value(w.span, statements);
  return emit_runtime_call(runtime_call::affine, {site, base, stride, span, state.done, state.trips, ahead}, statements);
}

/* Headers of the slices' loops, until these have loop structures of their own. */
static std::vector<basic_block> slice_headers;

void settle_slice_loops() {
  for (basic_block header : slice_headers) {
    class loop *loop = header->loop_father;
    gcc_assert(loop->header == header);
    /* Few iterations on a cold path: bigger code would only cost the program's own. */
    loop->dont_vectorize = true;
    loop->unroll = 1;
  }
  slice_headers.clear();
}

/* The slice: a small loop that stores the address of every iteration from first to `to`. Returns the block after it. */
static basic_block emit_slice_loop(basic_block block, const slice *slice, int64_t low, tree batch, tree first, tree to) {
  basic_block body = new_block(block, block->count), latch = new_block(body, block->count), after = new_block(body, block->count);
  slice_headers.push_back(body);
  edge entry = make_edge(block, body, EDGE_FALLTHRU), back = make_edge(latch, body, EDGE_FALLTHRU);
  entry->probability = back->probability = profile_probability::always();
  tree j = make_ssa_name(uint64_type_node), next = make_ssa_name(uint64_type_node);
  gphi *counter = create_phi_node(j, body);
  add_phi_arg(counter, first, entry, UNKNOWN_LOCATION);
  add_phi_arg(counter, next, back, UNKNOWN_LOCATION);

  gimple_seq statements = NULL;
  tree address = emit_value(add(emit_slice(slice, j, &statements), u64((uint64_t)low)), &statements);
  tree slot = fold_build2(MULT_EXPR, sizetype, fold_convert(sizetype, fold_build2(MINUS_EXPR, uint64_type_node, j, first)),
                          size_int(sizeof(uint64_t)));
  tree pointer_type = build_pointer_type(uint64_type_node);
  tree place = emit_value(fold_build_pointer_plus(fold_convert(pointer_type, batch), slot), &statements);
  tree cell = build2(MEM_REF, uint64_type_node, place, build_zero_cst(pointer_type));
  gimple_seq_add_stmt(&statements, gimple_build_assign(cell, address));
  gimple_seq_add_stmt(&statements, gimple_build_assign(next, PLUS_EXPR, j, u64(1)));
  append(body, statements);
  end_with_test(body, LT_EXPR, next, to, latch, after, profile_probability::likely());
  return after;
}

static basic_block emit_gather_hint(basic_block block, const nest_facts *facts, const pp_plan_stream *stream, tree site,
                                    const hint_state &state, tree *ahead) {
  const slice *slice = facts->references[stream->leader].slice;
  gimple_seq statements = NULL;
  tree to = emit_runtime_call(runtime_call::gather_begin, {site, state.done, state.trips, *ahead}, &statements);
  tree first = emit_value(fold_build2(MAX_EXPR, uint64_type_node, *ahead, state.done), &statements);
  append(block, statements);

  basic_block wanted = new_block(block, block->count);
  statements = NULL;
  tree batch = emit_runtime_call(runtime_call::gather_batch, {}, &statements);
  append(wanted, statements);
  basic_block after = emit_slice_loop(wanted, slice, stream->low, batch, first, to);
  statements = NULL;
  tree count = emit_value(fold_build2(MINUS_EXPR, uint64_type_node, to, first), &statements);
  emit_runtime_call(runtime_call::gather_end, {site, batch, count}, &statements);
  append(after, statements);

  basic_block end = new_block(after, block->count);
  end_with_test(block, GT_EXPR, to, first, wanted, end, profile_probability::likely());
  edge done = make_edge(after, end, EDGE_FALLTHRU);
  done->probability = profile_probability::always();
  tree result = make_ssa_name(uint64_type_node);
  gphi *merged = create_phi_node(result, end);
  add_phi_arg(merged, *ahead, find_edge(block, end), UNKNOWN_LOCATION);
  add_phi_arg(merged, to, done, UNKNOWN_LOCATION);
  *ahead = result;
  return end;
}

basic_block emit_hints(basic_block block, const nest_facts *facts, const pp_plan *plan, unsigned loop,
                       const loop_records &records, hint_state *state) {
  unsigned stream = 0;
  for (unsigned i = 0; i < plan->stream_count; i++) {
    const pp_plan_stream *planned = &plan->streams[i];
    if (planned->loop != (int)loop)
      continue;
    tree site = records.sites[stream];
    tree *ahead = &state->ahead[stream++];
    if (planned->kind == PP_PLAN_GATHER) {
      block = emit_gather_hint(block, facts, planned, site, *state, ahead);
      continue;
    }
    gimple_seq statements = NULL;
    *ahead = emit_affine_hint(facts, planned, site, *state, *ahead, &statements);
    append(block, statements);
  }
  return block;
}

} // namespace pageprefetch
