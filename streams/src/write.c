/* SPDX-License-Identifier: MIT */
/* Writing programs: the blocks of a slice in an order in which only inner loops go back, terms where they are needed, joined
 * paths as copies on edges. Registers are numbered without end here; emit.c gives them real ones. */
#include "emit.h"
#include "order.h"
#include "planner.h"

#include <stdlib.h>
#include <string.h>

/* A program being written. */
struct writer {
  struct pp_view *view;
  const struct pp_region *region;
  struct pp_slice *slice;
  struct pp_draft *draft;
  const struct pp_hinted *hinted;
  unsigned hinted_count;
  int *order; /* nodes in the order of the program */
  unsigned order_count;
  int *label;     /* by node */
  int end, stop;  /* labels */
  unsigned terms; /* terms that there are; no more are made from here on */
  int *place;     /* by term: the node where it is computed */
  int *registers; /* by term, PP_NONE: not computed yet */
  int *counters;  /* by loop: its iteration's register */
  bool *passed;   /* by check of the slice: written */
  unsigned carried;
  int carried_phi[PP_PROGRAM_REGISTERS];
  const char *failure;
};

static const struct pp_node *node_at(const struct writer *writer, int node) {
  return &writer->view->graph->nodes[node];
}

static const struct pp_term *term_at(const struct writer *writer, int term) {
  return &writer->view->terms[term];
}

static void fail(struct writer *writer, const char *why) {
  if (!writer->failure)
    writer->failure = why;
}

/* -- Where terms are computed -------------------------------------------------------------------------------------------- */

/* Phis and iterations of inner loops have a register from their loop's entry on. */
static bool is_held(const struct writer *writer, int term) {
  const struct pp_term *at = term_at(writer, term);
  return at->kind == PP_TERM_PHI || (at->kind == PP_TERM_ITERATION && at->value != writer->view->loop);
}

/* Constants and what the environment holds need no place. */
static bool is_free(const struct writer *writer, int term) {
  return term_at(writer, term)->kind == PP_TERM_VALUE || pp_term_is_constant(writer->view, term, NULL);
}

static void use(struct writer *writer, int term, int node) {
  if (is_free(writer, term) || is_held(writer, term) || term_at(writer, term)->pinned)
    return;
  int *place = &writer->place[term];
  *place = *place == PP_NONE ? node : pp_graph_common_dominator(writer->view->graph, *place, node);
}

static unsigned loop_depth(const struct writer *writer, int node) {
  unsigned depth = 0;
  for (int loop = node_at(writer, node)->loop; loop >= 0; loop = writer->view->nest->loops[loop].parent)
    depth++;
  return depth;
}

/* The latest node of the slice that is in the fewest loops, from where it is used to where it can be computed. */
static int best_place(const struct writer *writer, int term, int latest) {
  int earliest = term_at(writer, term)->node, best = PP_NONE;
  for (int node = latest;; node = node_at(writer, node)->dominator) {
    if (writer->slice->nodes[node] && (best == PP_NONE || loop_depth(writer, node) < loop_depth(writer, best)))
      best = node;
    if (node == earliest || node == writer->view->home || node == PP_NONE)
      return best;
  }
}

static void use_operands(struct writer *writer, int term, int node) {
  const struct pp_term *at = term_at(writer, term);
  for (unsigned i = 0; i < 3; i++)
    if (at->operand[i] != PP_NONE)
      use(writer, at->operand[i], node);
  for (unsigned i = 0; i < at->product_count; i++)
    for (unsigned k = 0; k < at->products[i].degree; k++)
      use(writer, at->products[i].atom[k], node);
}

/* Whether a node's branch decides about anything in the slice. */
static bool decides(const struct writer *writer, int node) {
  if (node_at(writer, node)->end != PP_END_BRANCH || pp_region_is_certain(writer->region, node))
    return false;
  for (unsigned i = 0; i < writer->view->graph->count; i++)
    if (writer->slice->nodes[i] && pp_region_controls(writer->region, node, (int)i))
      return true;
  return false;
}

static int condition_of(const struct writer *writer, int node, bool *negated) {
  return pp_term_condition(writer->view, pp_term_branch(writer->view, node), negated);
}

static void use_phi(struct writer *writer, int phi) {
  const struct pp_nest_value *value = &writer->view->nest->values[term_at(writer, phi)->value];
  bool carried = term_at(writer, phi)->node == writer->view->home;
  for (unsigned i = 0; i < value->incoming_count; i++) {
    int from = pp_slice_source(writer->slice, phi, &value->incoming[i]);
    if (!carried || from != pp_graph_entry(writer->view->graph, writer->view->loop))
      use(writer, pp_term_of(writer->view, value->incoming[i].value, PP_ABOVE_ZERO, false), from);
  }
}

/* Users have higher numbers than what they use, but for phis, which are done first. */
static void place_terms(struct writer *writer) {
  for (unsigned i = 0; i < writer->hinted_count; i++) {
    use(writer, writer->hinted[i].address, writer->hinted[i].node);
    use(writer, writer->hinted[i].bytes, writer->hinted[i].node);
  }
  for (unsigned i = 0; i < writer->order_count; i++) {
    bool negated = false;
    if (decides(writer, writer->order[i]))
      use(writer, condition_of(writer, writer->order[i], &negated), writer->order[i]);
  }
  for (unsigned i = 0; i < writer->slice->check_count; i++)
    use(writer, writer->slice->checks[i].condition, writer->slice->checks[i].place);
  for (unsigned term = 0; term < writer->terms; term++)
    if (pp_slice_needs(writer->slice, (int)term) && term_at(writer, (int)term)->kind == PP_TERM_PHI)
      use_phi(writer, (int)term);
  for (int term = (int)writer->terms - 1; term >= 0; term--) {
    if (!pp_slice_needs(writer->slice, term) || is_free(writer, term) || is_held(writer, term))
      continue;
    if (term_at(writer, term)->pinned)
      writer->place[term] = term_at(writer, term)->node;
    else if (writer->place[term] != PP_NONE)
      writer->place[term] = best_place(writer, term, writer->place[term]);
    if (writer->place[term] != PP_NONE)
      use_operands(writer, term, writer->place[term]);
  }
}

/* -- Terms as instructions ----------------------------------------------------------------------------------------------- */

static void compute(struct writer *writer, int term, int node);

/* What an instruction may name on its right. */
static struct pp_operand operand(struct writer *writer, int term) {
  uint64_t constant;
  if (pp_term_is_constant(writer->view, term, &constant))
    return pp_operand_immediate((int64_t)constant);
  const struct pp_term *at = term_at(writer, term);
  if (at->kind == PP_TERM_VALUE)
    return pp_draft_environment(writer->draft, at->value);
  if (at->kind == PP_TERM_ITERATION && at->value != writer->view->loop)
    return pp_operand_register(writer->counters[at->value]);
  if (writer->registers[term] == PP_NONE)
    fail(writer, "its program can not be put in order");
  return pp_operand_register(writer->registers[term]);
}

static int in_register(struct writer *writer, int term) {
  return pp_draft_register(writer->draft, operand(writer, term));
}

/* One product without its factor. */
static struct pp_operand product_of(struct writer *writer, const struct pp_product *product) {
  struct pp_operand made = operand(writer, product->atom[0]);
  for (unsigned i = 1; i < product->degree; i++) {
    int left = pp_draft_register(writer->draft, made);
    made = pp_operand_register(pp_draft_add(writer->draft, PP_OP_MULTIPLY, left, operand(writer, product->atom[i])));
  }
  return made;
}

static int compute_sum(struct writer *writer, const struct pp_term *sum) {
  struct pp_draft *draft = writer->draft;
  int total = PP_NONE;
  /* First what is in registers, then what the additions can take from the environment. */
  for (unsigned pass = 0; pass < 2; pass++)
    for (unsigned i = 0; i < sum->product_count; i++) {
      const struct pp_product *product = &sum->products[i];
      bool plain = product->degree == 1 && term_at(writer, product->atom[0])->kind == PP_TERM_VALUE &&
                   (product->factor == 1 || product->factor == UINT64_MAX);
      if (plain != (pass == 1))
        continue;
      struct pp_operand part = product_of(writer, product);
      bool minus = product->factor == UINT64_MAX && total != PP_NONE;
      if (product->factor != 1 && !minus)
        part = pp_operand_register(
            pp_draft_add(draft, PP_OP_MULTIPLY, pp_draft_register(draft, part), pp_operand_immediate((int64_t)product->factor)));
      total = total == PP_NONE ? pp_draft_register(draft, part)
                               : pp_draft_add(draft, minus ? PP_OP_SUBTRACT : PP_OP_ADD, total, part);
    }
  if (sum->constant)
    total = pp_draft_add(draft, PP_OP_ADD, total, pp_operand_immediate((int64_t)sum->constant));
  return total;
}

static int compute_extension(struct writer *writer, const struct pp_term *term) {
  struct pp_draft *draft = writer->draft;
  int left = in_register(writer, term->operand[0]);
  bool bytes = term->bits == 8 || term->bits == 16 || term->bits == 32;
  if (bytes)
    return pp_draft_sized(draft, term->is_signed ? PP_OP_EXTEND_SIGNED : PP_OP_EXTEND, left, term->bits / 8);
  if (!term->is_signed)
    return pp_draft_add(draft, PP_OP_AND, left, pp_operand_immediate((int64_t)(UINT64_MAX >> (64 - term->bits))));
  struct pp_operand unused = pp_operand_immediate(64 - term->bits);
  return pp_draft_add(draft, PP_OP_SHIFT_RIGHT_SIGNED, pp_draft_add(draft, PP_OP_SHIFT_LEFT, left, unused), unused);
}

static enum pp_op instruction_of(enum pp_operation operation) {
  static const enum pp_op table[] = {
      [PP_ADD] = PP_OP_ADD,
      [PP_SUBTRACT] = PP_OP_SUBTRACT,
      [PP_MULTIPLY] = PP_OP_MULTIPLY,
      [PP_MULTIPLY_HIGH] = PP_OP_MULTIPLY_HIGH,
      [PP_UDIVIDE] = PP_OP_UDIVIDE,
      [PP_UREMAINDER] = PP_OP_UREMAINDER,
      [PP_SDIVIDE] = PP_OP_SDIVIDE,
      [PP_SREMAINDER] = PP_OP_SREMAINDER,
      [PP_AND] = PP_OP_AND,
      [PP_OR] = PP_OP_OR,
      [PP_XOR] = PP_OP_XOR,
      [PP_SHIFT_LEFT] = PP_OP_SHIFT_LEFT,
      [PP_SHIFT_RIGHT] = PP_OP_SHIFT_RIGHT,
      [PP_SHIFT_RIGHT_SIGNED] = PP_OP_SHIFT_RIGHT_SIGNED,
      [PP_EQUAL] = PP_OP_EQUAL,
      [PP_ULESS] = PP_OP_ULESS,
      [PP_SLESS] = PP_OP_SLESS,
  };
  return table[operation];
}

static int compute_operation(struct writer *writer, const struct pp_term *term) {
  if (term->operation == PP_SELECT) {
    int condition = in_register(writer, term->operand[0]), left = in_register(writer, term->operand[1]);
    return pp_draft_select(writer->draft, condition, left, in_register(writer, term->operand[2]));
  }
  int left = in_register(writer, term->operand[0]);
  return pp_draft_add(writer->draft, instruction_of(term->operation), left, operand(writer, term->operand[1]));
}

static void compute_operands(struct writer *writer, const struct pp_term *term, int node) {
  for (unsigned i = 0; i < 3; i++)
    if (term->operand[i] != PP_NONE)
      compute(writer, term->operand[i], node);
  for (unsigned i = 0; i < term->product_count; i++)
    for (unsigned k = 0; k < term->products[i].degree; k++)
      compute(writer, term->products[i].atom[k], node);
}

/* Computes a term that has its place in this node, once, with those of its operands that have theirs here too. */
static void compute(struct writer *writer, int number, int node) {
  if (is_free(writer, number) || is_held(writer, number) || writer->registers[number] != PP_NONE ||
      writer->place[number] != node || writer->failure)
    return;
  const struct pp_term *term = term_at(writer, number);
  compute_operands(writer, term, node);
  int made = PP_NONE;
  if (term->kind == PP_TERM_SUM)
    made = compute_sum(writer, term);
  else if (term->kind == PP_TERM_EXTEND)
    made = compute_extension(writer, term);
  else if (term->kind == PP_TERM_ITERATION)
    made = pp_draft_plain(writer->draft, PP_OP_ITERATION, 0);
  else if (term->kind == PP_TERM_LOAD)
    made = pp_draft_load(writer->draft, in_register(writer, term->operand[0]), term->bits / 8,
                         !(writer->view->nest->values[term->value].flags & PP_MAY_BE_WRITTEN));
  else
    made = compute_operation(writer, term);
  writer->registers[number] = made;
}

/* -- A node -------------------------------------------------------------------------------------------------------------- */

static void write_check(struct writer *writer, unsigned number, int node);

/* Writes the checks that must be passed before a term is loaded or hinted. What a check loads waits for earlier ones only. */
static void write_checks_before(struct writer *writer, int term, int node) {
  const struct pp_slice *slice = writer->slice;
  for (unsigned i = 0; i < slice->check_count; i++) {
    const struct pp_check *check = &slice->checks[i];
    for (unsigned k = 0; k < check->load_count; k++)
      if (pp_slice_depends(slice, check->loads[k], term))
        return;
    if (!writer->passed[i] && check->place == node && pp_slice_waits(slice, term, check))
      write_check(writer, i, node);
  }
}

/* Where the iteration before would have left the loop, there is none now. */
static void write_check(struct writer *writer, unsigned number, int node) {
  const struct pp_check *check = &writer->slice->checks[number];
  writer->passed[number] = true;
  for (int term = 0; term < (int)writer->terms; term++)
    for (unsigned i = 0; i < check->load_count; i++)
      if (check->loads[i] == term && writer->place[term] == node) {
        write_checks_before(writer, term, node);
        compute(writer, term, node);
      }
  compute(writer, check->condition, node);
  int condition = in_register(writer, check->condition);
  pp_draft_jump(writer->draft, check->leaves ? PP_OP_SKIP_IF : PP_OP_SKIP_UNLESS, condition, writer->stop);
}

/* Checks with loads of their own have no meaning in the first iteration. */
static void write_first(struct writer *writer) {
  for (unsigned i = 0; i < writer->slice->check_count && !writer->slice->in_order; i++)
    if (writer->slice->checks[i].reads) {
      int iteration = pp_draft_plain(writer->draft, PP_OP_ITERATION, 0);
      pp_draft_jump(writer->draft, PP_OP_SKIP_UNLESS, iteration, writer->end);
      return;
    }
}

static int ready_after(const struct writer *writer, const struct pp_hinted *hinted) {
  bool later = hinted->bytes > hinted->address && !is_free(writer, hinted->bytes);
  return later ? hinted->bytes : hinted->address;
}

static void write_hint(struct writer *writer, const struct pp_hinted *hinted, int node) {
  compute(writer, hinted->address, node);
  compute(writer, hinted->bytes, node);
  int address = in_register(writer, hinted->address);
  pp_draft_hint(writer->draft, hinted->site, address, operand(writer, hinted->bytes));
}

/* Hints that stand in a node go before the loads that may wait for what they hint. */
static void write_hints(struct writer *writer, int node, int before, bool *written) {
  for (unsigned i = 0; i < writer->hinted_count; i++) {
    const struct pp_hinted *hinted = &writer->hinted[i];
    if (hinted->node != node || written[i] || ready_after(writer, hinted) >= before)
      continue;
    written[i] = true;
    write_checks_before(writer, hinted->address, node);
    write_hint(writer, hinted, node);
  }
}

static void write_terms(struct writer *writer, int node) {
  bool *written = pp_allocate(writer->hinted_count, sizeof *written);
  for (int term = 0; term < (int)writer->terms; term++)
    if (pp_slice_needs(writer->slice, term) && writer->place[term] == node && term_at(writer, term)->pinned) {
      write_hints(writer, node, term, written);
      write_checks_before(writer, term, node);
      compute(writer, term, node);
    }
  write_hints(writer, node, INT32_MAX, written);
  for (unsigned i = 0; i < writer->slice->check_count; i++)
    if (!writer->passed[i] && writer->slice->checks[i].place == node)
      write_check(writer, i, node);
  bool negated = false;
  if (decides(writer, node))
    compute(writer, condition_of(writer, node, &negated), node);
  for (int term = 0; term < (int)writer->terms; term++)
    if (pp_slice_needs(writer->slice, term) && writer->place[term] == node)
      compute(writer, term, node);
  free(written);
}

/* -- Edges --------------------------------------------------------------------------------------------------------------- */

/* Where an edge leads: a label further on, or back to a header. */
struct target {
  int label;
  bool back;
};

static struct target follow(const struct writer *writer, int from, unsigned which) {
  const struct pp_graph *graph = writer->view->graph;
  const struct pp_node *at = node_at(writer, from);
  int loop = at->loop, to = at->next[which];
  if (at->end == PP_END_NEVER)
    return (struct target){writer->stop, false};
  for (unsigned guard = 0; guard <= graph->count; guard++) {
    if (to == PP_NONE || to == graph->nest->loops[writer->region->loop].header)
      return (struct target){writer->end, false};
    if (to < 0 || !pp_graph_holds(graph, writer->region->loop, node_at(writer, to)->loop))
      return (struct target){writer->stop, false};
    if (writer->slice->nodes[to]) {
      bool header = graph->nest->loops[node_at(writer, to)->loop].header == to;
      return (struct target){writer->label[to], header && pp_graph_holds(graph, node_at(writer, to)->loop, loop)};
    }
    if (node_at(writer, to)->end == PP_END_NEVER)
      return (struct target){writer->stop, false};
    to = node_at(writer, to)->end == PP_END_GO ? node_at(writer, to)->next[0] : writer->region->postdominator[to];
  }
  return (struct target){writer->end, false};
}

/* Copies of one edge; what they read is read before any is written. */
struct copies {
  unsigned count;
  int to[PP_PROGRAM_REGISTERS];
  struct pp_operand from[PP_PROGRAM_REGISTERS];
};

static void add_copy(struct writer *writer, struct copies *copies, int to, struct pp_operand from) {
  if (copies->count == PP_PROGRAM_REGISTERS)
    fail(writer, "its program needs more registers than there are");
  else if (!(from.kind == PP_OPERAND_REGISTER && from.value == to)) {
    copies->to[copies->count] = to;
    copies->from[copies->count++] = from;
  }
}

static void write_copies(struct writer *writer, struct copies *copies) {
  for (unsigned i = 0; i < copies->count; i++)
    for (unsigned k = 0; k < i; k++)
      if (copies->from[i].kind == PP_OPERAND_REGISTER && copies->from[i].value == copies->to[k])
        copies->from[i] = pp_operand_register(pp_draft_copy(writer->draft, PP_NONE, copies->from[i]));
  /* The saving copies above come first in the program, since they are written first. */
  for (unsigned i = 0; i < copies->count; i++)
    pp_draft_copy(writer->draft, copies->to[i], copies->from[i]);
}

static void find_copies(struct writer *writer, int from, int to, struct copies *copies) {
  for (int term = 0; term < (int)writer->terms; term++) {
    if (!pp_slice_needs(writer->slice, term) || term_at(writer, term)->kind != PP_TERM_PHI || term_at(writer, term)->node != to)
      continue;
    const struct pp_nest_value *value = &writer->view->nest->values[term_at(writer, term)->value];
    for (unsigned i = 0; i < value->incoming_count; i++)
      if (pp_slice_source(writer->slice, term, &value->incoming[i]) == from) {
        int source = pp_term_of(writer->view, value->incoming[i].value, PP_ABOVE_ZERO, false);
        add_copy(writer, copies, writer->registers[term], operand(writer, source));
        break;
      }
  }
}

static void write_edge_copies(struct writer *writer, int from, unsigned which) {
  struct copies copies = {0};
  int to = node_at(writer, from)->next[which];
  if (to < 0)
    return;
  find_copies(writer, from, to, &copies);
  write_copies(writer, &copies);
  int loop = node_at(writer, to)->loop;
  if (loop < 0 || writer->view->nest->loops[loop].header != to || writer->counters[loop] == PP_NONE)
    return;
  int counter = writer->counters[loop];
  if (from == pp_graph_entry(writer->view->graph, loop))
    pp_draft_copy(writer->draft, counter, pp_operand_immediate(0));
  else
    pp_draft_step(writer->draft, counter);
}

static bool has_copies(struct writer *writer, int from, unsigned which) {
  struct copies copies = {0};
  int to = node_at(writer, from)->next[which];
  if (to < 0)
    return false;
  int loop = node_at(writer, to)->loop;
  if (loop >= 0 && writer->view->nest->loops[loop].header == to && writer->counters[loop] != PP_NONE)
    return true;
  find_copies(writer, from, to, &copies);
  return copies.count;
}

/* Goes on along an edge. `sure`: a register that is not 0 there, or PP_NONE. */
static void write_edge(struct writer *writer, int from, unsigned which, int next_label, int sure) {
  struct target target = follow(writer, from, which);
  write_edge_copies(writer, from, which);
  if (target.label == next_label && !target.back)
    return;
  if (target.label == writer->end || target.label == writer->stop) {
    pp_draft_finish(writer->draft, target.label == writer->stop);
    return;
  }
  if (sure == PP_NONE)
    sure = pp_draft_register(writer->draft, pp_operand_immediate(1));
  pp_draft_jump(writer->draft, target.back ? PP_OP_REPEAT_IF : PP_OP_SKIP_IF, sure, target.label);
}

static void write_branch(struct writer *writer, int node, int next_label) {
  bool negated = false;
  int condition = condition_of(writer, node, &negated);
  uint64_t constant;
  if (pp_term_is_constant(writer->view, condition, &constant)) {
    write_edge(writer, node, (constant != 0) == negated, next_label, PP_NONE);
    return;
  }
  unsigned taken = negated ? 1 : 0;
  struct target yes = follow(writer, node, taken), no = follow(writer, node, !taken);
  int left = in_register(writer, condition);
  bool yes_moves = yes.back || has_copies(writer, node, taken), no_moves = no.back || has_copies(writer, node, !taken);
  if (!yes_moves && !no_moves && yes.label == no.label) {
    write_edge(writer, node, taken, next_label, PP_NONE);
  } else if (!yes_moves && (no_moves || yes.label != next_label)) {
    pp_draft_jump(writer->draft, PP_OP_SKIP_IF, left, yes.label);
    write_edge(writer, node, !taken, next_label, PP_NONE);
  } else if (!no_moves) {
    pp_draft_jump(writer->draft, PP_OP_SKIP_UNLESS, left, no.label);
    write_edge(writer, node, taken, next_label, left);
  } else {
    int apart = pp_draft_new_label(writer->draft);
    pp_draft_jump(writer->draft, PP_OP_SKIP_UNLESS, left, apart);
    write_edge(writer, node, taken, PP_NONE, left);
    pp_draft_set_label(writer->draft, apart);
    write_edge(writer, node, !taken, next_label, PP_NONE);
  }
}

/* The edge of a node that does not branch in the program: on in the iteration, else to the next one. Where both go on, they meet
 * before anything that counts. */
static unsigned only_edge(const struct writer *writer, int node) {
  const struct pp_node *at = node_at(writer, node);
  int header = writer->view->nest->loops[writer->region->loop].header;
  if (at->end == PP_END_GO || at->end == PP_END_NEVER)
    return 0;
  for (unsigned which = 0; which < 2; which++)
    if (pp_region_next(writer->region, node, which) != PP_NONE)
      return which;
  return at->next[1] == header;
}

static void write_exit(struct writer *writer, int node, int next_label) {
  if (decides(writer, node))
    write_branch(writer, node, next_label);
  else
    write_edge(writer, node, only_edge(writer, node), next_label, PP_NONE);
}

/* -- Programs ------------------------------------------------------------------------------------------------------------ */

static void make_slice(struct writer *writer) {
  pp_slice_add_node(writer->slice, writer->view->home);
  for (unsigned i = 0; i < writer->hinted_count; i++) {
    pp_slice_add_term(writer->slice, writer->hinted[i].address);
    pp_slice_add_term(writer->slice, writer->hinted[i].bytes);
    pp_slice_add_node(writer->slice, writer->hinted[i].node);
  }
  pp_slice_add_checks(writer->slice);
  if (writer->slice->obstacle)
    fail(writer, writer->slice->obstacle);
}

/* Carried registers are the first, and start as the first values of the environment. */
static void name_carried(struct writer *writer) {
  for (unsigned term = 0; term < writer->terms && !writer->failure; term++) {
    if (!pp_slice_needs(writer->slice, (int)term) || term_at(writer, (int)term)->kind != PP_TERM_PHI ||
        term_at(writer, (int)term)->node != writer->view->home)
      continue;
    if (writer->carried == PP_PROGRAM_REGISTERS) {
      fail(writer, "its program needs more registers than there are");
      return;
    }
    writer->carried_phi[writer->carried++] = (int)term;
    writer->registers[term] = pp_draft_carried(writer->draft, pp_term_start_value(writer->view, (int)term));
  }
}

static void name_held(struct writer *writer) {
  for (unsigned i = 0; i < writer->view->nest->loop_count; i++)
    writer->counters[i] = PP_NONE;
  for (unsigned term = 0; term < writer->terms; term++) {
    const struct pp_term *at = term_at(writer, (int)term);
    if (!pp_slice_needs(writer->slice, (int)term) || !is_held(writer, (int)term) || writer->registers[term] != PP_NONE)
      continue;
    if (at->kind == PP_TERM_ITERATION)
      writer->counters[at->value] = pp_draft_new_register(writer->draft);
    else
      writer->registers[term] = pp_draft_new_register(writer->draft);
  }
}

static void write_nodes(struct writer *writer) {
  struct pp_draft *draft = writer->draft;
  for (unsigned i = 0; i < writer->order_count; i++)
    writer->label[writer->order[i]] = pp_draft_new_label(draft);
  for (unsigned i = 0; i < writer->order_count && !writer->failure; i++) {
    int node = writer->order[i];
    pp_draft_set_label(draft, writer->label[node]);
    if (node == writer->view->home)
      write_first(writer);
    write_terms(writer, node);
    write_exit(writer, node, i + 1 < writer->order_count ? writer->label[writer->order[i + 1]] : writer->end);
  }
  pp_draft_set_label(draft, writer->end);
  pp_draft_finish(draft, false);
  if (pp_draft_is_used(draft, writer->stop)) {
    pp_draft_set_label(draft, writer->stop);
    pp_draft_finish(draft, true);
  }
}

static void open_writer(struct writer *writer, struct pp_planner *planner, int loop, struct pp_draft *draft) {
  writer->view = pp_planner_view(planner, loop);
  writer->region = pp_planner_region(planner, loop);
  writer->draft = draft;
  writer->slice = pp_slice_new(writer->view, writer->region);
  make_slice(writer);
  unsigned nodes = writer->view->graph->count;
  writer->order = pp_allocate(nodes, sizeof(int));
  writer->label = pp_allocate(nodes, sizeof(int));
  if (!writer->failure)
    writer->order_count = pp_order_nodes(writer->slice, writer->order);
  writer->passed = pp_allocate(writer->slice->check_count + 1, sizeof(bool));
  writer->terms = writer->view->count;
  writer->place = pp_allocate(writer->terms, sizeof(int));
  writer->registers = pp_allocate(writer->terms, sizeof(int));
  writer->counters = pp_allocate(planner->nest->loop_count, sizeof(int));
  memset(writer->place, -1, writer->terms * sizeof(int));
  memset(writer->registers, -1, writer->terms * sizeof(int));
}

static void close_writer(struct writer *writer) {
  pp_slice_free(writer->slice);
  free(writer->order);
  free(writer->label);
  free(writer->place);
  free(writer->registers);
  free(writer->counters);
  free(writer->passed);
}

static const char *write_slices(struct pp_planner *planner, int loop, struct pp_plan_loop *planned,
                                const struct pp_hinted *hinted, unsigned count, unsigned sites) {
  struct pp_draft *draft = pp_draft_new(planned);
  struct writer writer = {.hinted = hinted, .hinted_count = count};
  open_writer(&writer, planner, loop, draft);
  if (!writer.failure) {
    writer.end = pp_draft_new_label(draft);
    writer.stop = pp_draft_new_label(draft);
    name_carried(&writer);
    name_held(&writer);
    place_terms(&writer);
    write_nodes(&writer);
  }
  const char *failure = writer.failure;
  if (!failure && writer.terms != writer.view->count)
    failure = "its program can not be put in order";
  close_writer(&writer);
  if (!failure)
    failure = pp_draft_emit(draft, &planned->slices, sites);
  pp_draft_free(draft);
  return failure;
}

/* Affine streams as they are in iteration 0: no loads, no branches, so that order is all there is to it. */
static const char *write_walks(struct pp_planner *planner, int loop, struct pp_plan_loop *planned, const struct pp_hinted *hinted,
                               unsigned count, unsigned sites) {
  struct pp_draft *draft = pp_draft_new(planned);
  struct writer writer = {.hinted = hinted, .hinted_count = count};
  open_writer(&writer, planner, loop, draft);
  name_held(&writer);
  for (unsigned i = 0; i < writer.terms; i++)
    writer.place[i] = writer.view->home;
  for (unsigned i = 0; i < count && !writer.failure; i++) {
    const int terms[] = {hinted[i].address, hinted[i].step, hinted[i].bytes};
    int at[3];
    for (unsigned k = 0; k < 3; k++)
      compute(&writer, terms[k], writer.view->home);
    for (unsigned k = 0; k < 3; k++)
      at[k] = in_register(&writer, terms[k]);
    pp_draft_walk(draft, hinted[i].site, at[0], at[1], at[2]);
  }
  pp_draft_finish(draft, false);
  const char *failure = writer.failure;
  close_writer(&writer);
  if (!failure)
    failure = pp_draft_emit(draft, &planned->walks, sites);
  pp_draft_free(draft);
  return failure;
}

void pp_write_clear(struct pp_plan_loop *loop) {
  free((struct pp_instruction *)loop->walks.instructions);
  free((struct pp_instruction *)loop->slices.instructions);
  free(loop->environment);
  loop->walks = loop->slices = (struct pp_program){0};
  loop->environment = NULL;
  loop->environment_count = 0;
}

const char *pp_write_programs(struct pp_planner *planner, int loop, const struct pp_hinted *walks, unsigned walk_count,
                              const struct pp_hinted *slices, unsigned slice_count, unsigned sites) {
  struct pp_plan_loop *planned = &planner->plan->loops[loop];
  pp_write_clear(planned);
  planned->environment = pp_allocate(PP_PROGRAM_ENVIRONMENT, sizeof *planned->environment);
  const char *failure = NULL;
  if (slice_count)
    failure = write_slices(planner, loop, planned, slices, slice_count, sites);
  if (!failure && walk_count)
    failure = write_walks(planner, loop, planned, walks, walk_count, sites);
  if (failure) {
    pp_write_clear(planned);
    return failure;
  }
  if (walk_count)
    planned->walks.environment_count = (uint16_t)planned->environment_count;
  if (slice_count)
    planned->slices.environment_count = (uint16_t)planned->environment_count;
  return NULL;
}
