/* SPDX-License-Identifier: MIT */
/* From the nest's values to terms: widths, walks of header phis in closed form, joined paths as selects, and how often inner
 * loops run. What the two compilers write in different ways becomes the same here. */
#include "term.h"

enum { CHAIN_MOST = 64, GATE_MOST = 12, KEEPING_MOST = 16, ADDRESS_DEPTH = 6 };

static const struct pp_nest_value *value_at(const struct pp_view *view, int value) {
  return &view->nest->values[value];
}

static bool inside(const struct pp_view *view, int value) {
  int block = value_at(view, value)->block;
  return block >= 0 && pp_graph_holds(view->graph, view->loop, view->nest->blocks[block].loop);
}

static int widen(struct pp_view *view, int term, unsigned bits, enum pp_above above) {
  return above == PP_ABOVE_ANY ? term : pp_term_extend(view, term, bits, above == PP_ABOVE_SIGN);
}

/* The loop whose header's phi a value is, PP_NONE for others. */
static int walk_of(const struct pp_view *view, int value) {
  const struct pp_nest_value *phi = value_at(view, value);
  if (phi->kind != PP_VALUE_PHI)
    return PP_NONE;
  int loop = view->nest->blocks[phi->block].loop;
  return view->nest->loops[loop].header == phi->block ? loop : PP_NONE;
}

/* The one incoming value of a header's phi from outside of the loop, or from inside; PP_NONE if there are several. */
static int incoming(const struct pp_view *view, int phi, int loop, bool back) {
  const struct pp_nest_value *value = value_at(view, phi);
  int found = PP_NONE;
  for (unsigned i = 0; i < value->incoming_count; i++) {
    int from = value->incoming[i].block;
    bool within = from >= 0 && pp_graph_holds(view->graph, loop, view->nest->blocks[from].loop);
    if (within != back || (found != PP_NONE && found == value->incoming[i].value))
      continue;
    if (found != PP_NONE)
      return PP_NONE;
    found = value->incoming[i].value;
  }
  return found;
}

static bool known_before(const struct pp_view *view, int value, int loop) {
  int block = value_at(view, value)->block;
  return block < 0 || !pp_graph_holds(view->graph, loop, view->nest->blocks[block].loop);
}

/* How a value differs from a phi of the same loop: added and taken away. */
struct step {
  unsigned count;
  int value[4];
  bool minus[4];
};

/* Whether a value is the phi plus steps that are known before the loop, modulo 2^bits of the phi. */
static bool find_step(const struct pp_view *view, int value, int phi, int loop, struct step *step) {
  unsigned bits = value_at(view, phi)->bits;
  for (unsigned length = 0; length < CHAIN_MOST && value != phi; length++) {
    const struct pp_nest_value *at = value_at(view, value);
    if (at->kind != PP_VALUE_OPERATION || at->bits < bits)
      return false;
    if (at->operation == PP_EXTEND_ZERO || at->operation == PP_EXTEND_SIGN || at->operation == PP_TRUNCATE) {
      value = at->operand[0];
      continue;
    }
    if ((at->operation != PP_ADD && at->operation != PP_SUBTRACT) || step->count == 4)
      return false;
    unsigned other = known_before(view, at->operand[1], loop) ? 1 : 0;
    if (!known_before(view, at->operand[other], loop) || (at->operation == PP_SUBTRACT && other == 0))
      return false;
    step->value[step->count] = at->operand[other];
    step->minus[step->count++] = at->operation == PP_SUBTRACT;
    value = at->operand[1 - other];
  }
  return value == phi;
}

static bool constant_of(const struct pp_view *view, int value, int64_t *constant) {
  const struct pp_nest_value *at = value_at(view, value);
  if (at->kind != PP_VALUE_CONSTANT)
    return false;
  unsigned unused = 64 - at->bits;
  *constant = (int64_t)(at->constant << unused) >> unused;
  return true;
}

/* Whether a walk that does not wrap as a signed number never is negative. */
static bool climbs(const struct pp_view *view, int phi, int loop, const struct step *step) {
  int64_t constant;
  int start = incoming(view, phi, loop, false);
  if (start == PP_NONE || !constant_of(view, start, &constant) || constant < 0)
    return false;
  for (unsigned i = 0; i < step->count; i++)
    if (!constant_of(view, step->value[i], &constant) || (step->minus[i] ? constant > 0 : constant < 0))
      return false;
  return true;
}

static bool never_negative(const struct pp_view *view, int value, unsigned depth) {
  const struct pp_nest_value *at = value_at(view, value);
  int64_t constant;
  int loop = walk_of(view, value);
  struct step step = {0};
  if (constant_of(view, value, &constant))
    return constant >= 0;
  if (!depth)
    return false;
  if (loop != PP_NONE && (at->flags & PP_NO_SIGNED_WRAP)) {
    int back = incoming(view, value, loop, true);
    return back != PP_NONE && find_step(view, back, value, loop, &step) && climbs(view, value, loop, &step);
  }
  if (at->kind != PP_VALUE_OPERATION)
    return false;
  if (at->operation == PP_EXTEND_ZERO)
    return value_at(view, at->operand[0])->bits < at->bits;
  bool sums = at->operation == PP_ADD || at->operation == PP_MULTIPLY;
  return sums && (at->flags & PP_NO_SIGNED_WRAP) && never_negative(view, at->operand[0], depth - 1) &&
         never_negative(view, at->operand[1], depth - 1);
}

/* start + iteration * step, exact modulo 2^bits, and in full where the walk does not wrap. */
static int walk_term(struct pp_view *view, int phi, int loop, const struct step *step, enum pp_above above, bool first) {
  const struct pp_nest_value *value = value_at(view, phi);
  enum pp_above as = above;
  bool whole = value->bits == 64 || above == PP_ABOVE_ANY;
  if (above == PP_ABOVE_SIGN && (value->flags & PP_NO_SIGNED_WRAP))
    whole = true;
  if (above == PP_ABOVE_ZERO && never_negative(view, phi, 4))
    whole = true, as = PP_ABOVE_SIGN;
  else if (above == PP_ABOVE_ZERO && (value->flags & PP_NO_UNSIGNED_WRAP))
    whole = true;
  if (!whole)
    as = PP_ABOVE_ANY;
  int term = pp_term_of(view, incoming(view, phi, loop, false), as, first);
  if (!(first && loop != view->loop))
    for (unsigned i = 0; i < step->count; i++) {
      bool fixed = value_at(view, step->value[i])->kind == PP_VALUE_CONSTANT;
      int by = pp_term_of(view, step->value[i], fixed ? PP_ABOVE_SIGN : as, first);
      by = pp_term_multiply(view, by, pp_term_iteration(view, loop));
      term = pp_term_add(view, term, by, step->minus[i] ? UINT64_MAX : 1);
    }
  return whole ? term : widen(view, term, value->bits, above);
}

static uint64_t loops_from(const struct pp_view *view, int loop) {
  uint64_t set = 0;
  for (; loop >= 0; loop = view->nest->loops[loop].parent)
    set |= UINT64_C(1) << loop;
  return set;
}

/* What a phi takes when control comes to `node` on its way to the phi's block, as selects over the branches in between. */
static int gate(struct pp_view *view, int phi, int node, enum pp_above above, bool first, unsigned *budget) {
  const struct pp_nest_value *value = value_at(view, phi);
  const struct pp_node *at = &view->graph->nodes[node];
  int arm[2] = {PP_NONE, PP_NONE};
  unsigned edges = at->end == PP_END_GO ? 1 : at->end == PP_END_BRANCH ? 2 : 0;
  if (!*budget || at->loop != view->graph->nodes[value->block].loop)
    return PP_NONE;
  --*budget;
  for (unsigned which = 0; which < edges; which++) {
    int to = at->next[which];
    if (to == value->block) {
      for (unsigned i = 0; i < value->incoming_count; i++)
        if (value->incoming[i].block == node)
          arm[which] = pp_term_of(view, value->incoming[i].value, above, first);
    } else if (to >= 0 && to != view->nest->loops[at->loop].header && view->graph->nodes[to].end != PP_END_NEVER) {
      arm[which] = gate(view, phi, to, above, first, budget);
    }
    if (arm[which] == PP_NONE && !(to < 0 || view->graph->nodes[to].end == PP_END_NEVER))
      return PP_NONE;
  }
  if (edges < 2 || arm[0] == arm[1] || arm[1] == PP_NONE)
    return arm[0];
  if (arm[0] == PP_NONE)
    return arm[1];
  return pp_term_operation(view, PP_SELECT, pp_term_of(view, at->condition, PP_ABOVE_ZERO, first), arm[0], arm[1]);
}

/* The one value that a phi takes, as those behind loops do; PP_NONE: several. */
static int only_incoming(const struct pp_view *view, int phi) {
  const struct pp_nest_value *value = value_at(view, phi);
  for (unsigned i = 1; i < value->incoming_count; i++)
    if (value->incoming[i].value != value->incoming[0].value)
      return PP_NONE;
  return value->incoming_count ? value->incoming[0].value : PP_NONE;
}

static int join_term(struct pp_view *view, int phi, enum pp_above above, bool first) {
  const struct pp_nest_value *value = value_at(view, phi);
  const struct pp_node *node = &view->graph->nodes[value->block];
  unsigned budget = GATE_MOST;
  int gated = node->dominator == PP_NONE ? PP_NONE : gate(view, phi, node->dominator, above, first, &budget);
  if (gated != PP_NONE && pp_graph_dominates(view->graph, view->terms[gated].node, value->block))
    return gated;
  if (first && only_incoming(view, phi) != PP_NONE)
    return pp_term_of(view, only_incoming(view, phi), above, true);
  if (first && node->loop != view->loop)
    return pp_term_unknown(view, phi, value->block);
  return widen(view, pp_term_phi(view, phi, value->block, loops_from(view, node->loop)), value->bits, above);
}

/* -- What the last iteration has left -------------------------------------------------------------------------------------- */

static bool leaves(const struct pp_view *view, int loop, int node) {
  const struct pp_node *at = &view->graph->nodes[node];
  if (!at->reached || at->loop < 0 || !pp_graph_holds(view->graph, loop, at->loop))
    return false;
  unsigned edges = at->end == PP_END_GO ? 1 : at->end == PP_END_NEVER ? 0 : 2;
  for (unsigned which = 0; which < edges; which++)
    if (at->next[which] == PP_OUTSIDE ||
        (at->next[which] >= 0 && !pp_graph_holds(view->graph, loop, view->graph->nodes[at->next[which]].loop)))
      return true;
  return at->end == PP_END_NEVER;
}

/* Whether a block runs in every iteration, before any that leaves the loop. */
static bool runs_always(const struct pp_view *view, int block, int loop) {
  for (unsigned i = 0; i < view->graph->count; i++) {
    const struct pp_node *at = &view->graph->nodes[i];
    bool back = at->next[0] == view->nest->loops[loop].header || at->next[1] == view->nest->loops[loop].header;
    bool last = (back && at->reached && pp_graph_holds(view->graph, loop, at->loop)) || leaves(view, loop, (int)i);
    if (last && !pp_graph_dominates(view->graph, block, (int)i))
      return false;
  }
  return true;
}

/* Whether a value follows from the number of the iteration alone, by loads that every iteration makes. */
static bool is_of_iteration(const struct pp_view *view, int value, int loop, unsigned depth) {
  const struct pp_nest_value *at = value_at(view, value);
  if (at->kind == PP_VALUE_CONSTANT || known_before(view, value, loop))
    return true;
  if (!depth)
    return false;
  if (at->kind == PP_VALUE_PHI) {
    struct step step = {0};
    int back = walk_of(view, value) == loop ? incoming(view, value, loop, true) : PP_NONE;
    return back != PP_NONE && incoming(view, value, loop, false) != PP_NONE && find_step(view, back, value, loop, &step);
  }
  if (at->kind == PP_VALUE_LOAD)
    return view->nest->blocks[at->block].loop == loop && runs_always(view, at->block, loop) &&
           is_of_iteration(view, at->operand[0], loop, depth - 1);
  if (at->kind != PP_VALUE_OPERATION)
    return false;
  for (unsigned i = 0; i < 3; i++)
    if (at->operand[i] != PP_NONE && !is_of_iteration(view, at->operand[i], loop, depth - 1))
      return false;
  return true;
}

/* Loads of another iteration are made at the loop's header. */
static int load_anew(struct pp_view *view, struct pp_shift *shift, int number, int address) {
  const struct pp_term *term = &view->terms[number];
  return pp_term_load(view, term->value, address, term->bits, view->nest->loops[shift->loop].header);
}

/* An address, of which also what is computed before the view's loop is taken apart; `extensions` too: a walk may begin with what
 * is extended already, or be extended itself. */
static int address_term(struct pp_view *view, int value, bool extensions, unsigned depth) {
  const struct pp_nest_value *at = value_at(view, value);
  bool sum = at->operation == PP_ADD || at->operation == PP_SUBTRACT;
  bool extended = extensions && (at->operation == PP_EXTEND_SIGN || at->operation == PP_EXTEND_ZERO);
  if (!depth || at->kind != PP_VALUE_OPERATION || at->bits != 64 || (!sum && !extended && at->operation != PP_MULTIPLY))
    return pp_term_of(view, value, PP_ABOVE_ANY, false);
  if (extended)
    return pp_term_of(view, at->operand[0], at->operation == PP_EXTEND_SIGN ? PP_ABOVE_SIGN : PP_ABOVE_ZERO, false);
  int left = address_term(view, at->operand[0], extensions, depth - 1);
  int right = address_term(view, at->operand[1], extensions, depth - 1);
  return sum ? pp_term_add(view, left, right, at->operation == PP_ADD ? 1 : UINT64_MAX) : pp_term_multiply(view, left, right);
}

/* Whether what a phi starts with was loaded where an iteration before the first one would have loaded what it hands on. */
static bool was_loaded_before(struct pp_view *view, int start, int now, int loop) {
  const struct pp_nest_value *at = value_at(view, start);
  bool was_loaded = at->kind == PP_VALUE_LOAD || (at->kind == PP_VALUE_OUTSIDE && at->operand[0] != PP_NONE);
  if (!was_loaded || view->terms[now].kind != PP_TERM_LOAD)
    return false;
  struct pp_shift shift = {loop, pp_term_constant(view, UINT64_MAX), false, load_anew, NULL, NULL};
  int from = pp_term_shift(view, view->terms[now].operand[0], &shift);
  bool same = from != PP_NONE && (from == address_term(view, at->operand[0], false, ADDRESS_DEPTH) ||
                                  from == address_term(view, at->operand[0], true, ADDRESS_DEPTH));
  if (!same || view->terms[now].bits != at->bits)
    return false;
  /* Of an integer from before the nest it is known that nothing was written in between. */
  view->guessed |= at->kind == PP_VALUE_LOAD || (at->flags & PP_ADDRESS_OF);
  return true;
}

/* A phi that hands on what the last iteration has loaded, as compilers make them to save a load: it is loaded anew. Where the
 * first iteration's was loaded in line with these, its load is no other, and follows from the loop's bounds; elsewhere it is the
 * start, and the load there is this iteration's, which the loop makes too. */
static int handed_on(struct pp_view *view, int start, int back, int loop) {
  int iteration = pp_term_iteration(view, loop), zero = pp_term_constant(view, 0);
  int now = pp_term_of(view, back, PP_ABOVE_ZERO, false);
  bool in_line = was_loaded_before(view, start, now, loop);
  struct pp_shift shift = {loop, pp_term_iteration_before(view, loop, !in_line), true, load_anew, NULL, NULL};
  int before = pp_term_shift(view, now, &shift);
  if (before == PP_NONE || in_line)
    return before;
  int is_first = pp_term_operation(view, PP_EQUAL, iteration, zero, PP_NONE);
  return pp_term_operation(view, PP_SELECT, is_first, pp_term_of(view, start, PP_ABOVE_ZERO, false), before);
}

/* Phis that hand one value on. */
struct keeping {
  unsigned count;
  int phis[KEEPING_MOST];
  int value;   /* from before the loop */
  int address; /* where it is read again, as a term */
  bool circle; /* through a header */
};

/* Whether a phi was seen before; notes it. */
static bool is_seen(struct keeping *keeping, int phi) {
  for (unsigned i = 0; i < keeping->count; i++)
    if (keeping->phis[i] == phi)
      return true;
  if (keeping->count < KEEPING_MOST)
    keeping->phis[keeping->count++] = phi;
  return false;
}

/* Whether a value is kept with these phis: one of them, the value from before the loop, or one that is read again. */
static bool is_kept(struct pp_view *view, int value, struct keeping *keeping) {
  const struct pp_nest_value *at = value_at(view, value);
  if (!inside(view, value)) {
    bool same = keeping->value == PP_NONE || keeping->value == value;
    keeping->value = value;
    return same;
  }
  if (at->kind == PP_VALUE_LOAD && !inside(view, at->operand[0])) {
    int address = pp_term_of(view, at->operand[0], PP_ABOVE_ANY, false);
    bool same = keeping->address == PP_NONE || keeping->address == address;
    keeping->address = address;
    return same;
  }
  if (at->kind != PP_VALUE_PHI)
    return false;
  if (is_seen(keeping, value))
    return true;
  keeping->circle |= walk_of(view, value) != PP_NONE;
  for (unsigned i = 0; i < at->incoming_count; i++)
    if (keeping->count == KEEPING_MOST || !is_kept(view, at->incoming[i].value, keeping))
      return false;
  return true;
}

/* Whether a value from before the view's loop was read from there, too. */
static bool was_read_from(struct pp_view *view, int value, int address, struct keeping *seen) {
  const struct pp_nest_value *at = value_at(view, value);
  if (at->kind == PP_VALUE_LOAD || (at->kind == PP_VALUE_OUTSIDE && at->operand[0] != PP_NONE))
    return pp_term_of(view, at->operand[0], PP_ABOVE_ANY, false) == address;
  if (at->kind != PP_VALUE_PHI)
    return false;
  if (is_seen(seen, value))
    return true;
  for (unsigned i = 0; i < at->incoming_count; i++)
    if (seen->count == KEEPING_MOST || !was_read_from(view, at->incoming[i].value, address, seen))
      return false;
  return at->incoming_count != 0;
}

/* A value that the loop keeps, and reads again from one place where a store may have changed it, as compilers make of a pointer
 * in memory: it is what it was before the loop until it is really changed, and then the guess is wrong: useless hints, but
 * nothing is certain any more. PP_NONE: it is none. */
static int kept_value(struct pp_view *view, int phi) {
  struct keeping keeping = {.value = PP_NONE, .address = PP_NONE}, seen = {0};
  bool kept = is_kept(view, phi, &keeping) && keeping.circle && keeping.address != PP_NONE && keeping.value != PP_NONE &&
              was_read_from(view, keeping.value, keeping.address, &seen);
  view->guessed |= kept;
  return kept ? keeping.value : PP_NONE;
}

static int phi_term(struct pp_view *view, int phi, enum pp_above above, bool first) {
  int loop = walk_of(view, phi);
  const struct pp_nest_value *value = value_at(view, phi);
  int kept = kept_value(view, phi);
  if (kept != PP_NONE)
    return pp_term_of(view, kept, above, first);
  if (loop == PP_NONE)
    return join_term(view, phi, above, first);
  int start = incoming(view, phi, loop, false), back = incoming(view, phi, loop, true);
  struct step step = {0};
  if (start == PP_NONE || back == PP_NONE)
    return pp_term_unknown(view, phi, value->block);
  if (find_step(view, back, phi, loop, &step))
    return walk_term(view, phi, loop, &step, above, first);
  if (first && loop != view->loop)
    return pp_term_of(view, start, above, first);
  int handed = is_of_iteration(view, back, loop, 10) ? handed_on(view, start, back, loop) : PP_NONE;
  if (handed != PP_NONE)
    return widen(view, handed, value->bits, above);
  return widen(view, pp_term_phi(view, phi, value->block, loops_from(view, loop)), value->bits, above);
}

/* -- Operations -------------------------------------------------------------------------------------------------------- */

static int linear_term(struct pp_view *view, const struct pp_nest_value *at, int number, enum pp_above above, bool first) {
  enum pp_above as = PP_ABOVE_ANY;
  bool climbing = (at->flags & PP_NO_SIGNED_WRAP) && above == PP_ABOVE_ZERO && never_negative(view, number, 4);
  if ((above == PP_ABOVE_SIGN && (at->flags & PP_NO_SIGNED_WRAP)) || climbing)
    as = PP_ABOVE_SIGN;
  else if (above == PP_ABOVE_ZERO && (at->flags & PP_NO_UNSIGNED_WRAP))
    as = PP_ABOVE_ZERO;
  int64_t constant;
  bool small = constant_of(view, at->operand[1], &constant) && constant < 0 && at->operation == PP_ADD && at->bits < 64;
  int left = pp_term_of(view, at->operand[0], as, first);
  int right = pp_term_of(view, at->operand[1], small && as == PP_ABOVE_ANY ? PP_ABOVE_SIGN : as, first), term;
  if (at->operation == PP_ADD || at->operation == PP_SUBTRACT)
    term = pp_term_add(view, left, right, at->operation == PP_ADD ? 1 : UINT64_MAX);
  else if (at->operation == PP_MULTIPLY)
    term = pp_term_multiply(view, left, right);
  else
    term = pp_term_operation(view, PP_SHIFT_LEFT, left, right, PP_NONE);
  return as == PP_ABOVE_ANY ? widen(view, term, at->bits, above) : term;
}

static int operand(struct pp_view *view, const struct pp_nest_value *at, unsigned which, enum pp_above above, bool first) {
  return pp_term_of(view, at->operand[which], above, first);
}

static int operation_term(struct pp_view *view, int number, enum pp_above above, bool first) {
  const struct pp_nest_value *at = value_at(view, number);
  enum pp_above as = PP_ABOVE_ZERO;
  int64_t constant;
  switch (at->operation) {
  case PP_SHIFT_LEFT:
    if (!constant_of(view, at->operand[1], &constant)) {
      int shifted =
          pp_term_operation(view, PP_SHIFT_LEFT, operand(view, at, 0, as, first), operand(view, at, 1, as, first), PP_NONE);
      return widen(view, shifted, at->bits, above);
    }
    return linear_term(view, at, number, above, first);
  case PP_ADD:
  case PP_SUBTRACT:
  case PP_MULTIPLY:
    return linear_term(view, at, number, above, first);
  case PP_EXTEND_ZERO:
    return widen(view, operand(view, at, 0, PP_ABOVE_ZERO, first), at->bits, above);
  case PP_EXTEND_SIGN: {
    int term = operand(view, at, 0, PP_ABOVE_SIGN, first);
    return above == PP_ABOVE_ZERO ? widen(view, term, at->bits, above) : term;
  }
  case PP_TRUNCATE:
    return widen(view, operand(view, at, 0, PP_ABOVE_ANY, first), at->bits, above);
  case PP_UDIVIDE:
  case PP_UREMAINDER:
  case PP_SDIVIDE:
  case PP_SREMAINDER: {
    as = at->operation == PP_SDIVIDE || at->operation == PP_SREMAINDER ? PP_ABOVE_SIGN : PP_ABOVE_ZERO;
    int left = operand(view, at, 0, as, first), right = operand(view, at, 1, as, first);
    return widen(view, pp_term_division(view, at->operation, left, right, at->block), at->bits, above);
  }
  case PP_SHIFT_RIGHT_SIGNED: {
    int left = operand(view, at, 0, PP_ABOVE_SIGN, first), right = operand(view, at, 1, as, first);
    int term = pp_term_operation(view, at->operation, left, right, PP_NONE);
    return above == PP_ABOVE_ZERO ? widen(view, term, at->bits, above) : term;
  }
  case PP_SELECT: {
    int condition = operand(view, at, 0, as, first), left = operand(view, at, 1, above, first);
    return pp_term_operation(view, PP_SELECT, condition, left, operand(view, at, 2, above, first));
  }
  case PP_SLESS:
  case PP_SLESS_EQUAL:
    as = PP_ABOVE_SIGN;
    break;
  default:
    break;
  }
  int left = operand(view, at, 0, as, first), right = operand(view, at, 1, as, first);
  return widen(view, pp_term_operation(view, at->operation, left, right, PP_NONE), at->bits, above);
}

/* Where a block runs in the first iteration of the loops inside: what stands in a header, on the loop's entry. PP_NONE where
 * that depends on more. */
static int node_in_first(const struct pp_view *view, int block) {
  int node = block, loop;
  while ((loop = view->graph->nodes[node].loop) != view->loop) {
    if (view->nest->loops[loop].header != node)
      return PP_NONE;
    node = pp_graph_entry(view->graph, loop);
  }
  return node;
}

static int load_term(struct pp_view *view, int number, enum pp_above above, bool first) {
  const struct pp_nest_value *at = value_at(view, number);
  int node = first ? node_in_first(view, at->block) : at->block;
  if (node == PP_NONE)
    return pp_term_unknown(view, number, at->block);
  int address = pp_term_of(view, at->operand[0], PP_ABOVE_ANY, first);
  unsigned bits = at->bits < 8 ? 8 : at->bits;
  if (bits != 8 && bits != 16 && bits != 32 && bits != 64)
    return pp_term_unknown(view, number, at->block);
  int load = pp_term_load(view, number, address, bits, node);
  if (at->bits < bits)
    load = pp_term_extend(view, load, at->bits, false);
  return widen(view, load, at->bits, above);
}

static int translate(struct pp_view *view, int number, enum pp_above above, bool first) {
  const struct pp_nest_value *at = value_at(view, number);
  if (at->kind == PP_VALUE_CONSTANT) {
    uint64_t constant = at->bits < 64 ? at->constant & ((UINT64_C(1) << at->bits) - 1) : at->constant;
    return widen(view, pp_term_constant(view, constant), at->bits, above);
  }
  if (!inside(view, number))
    return widen(view, pp_term_value(view, number), at->bits, above);
  if (view->count > PP_TERM_MOST)
    return pp_term_unknown(view, number, at->block);
  switch (at->kind) {
  case PP_VALUE_PHI:
    return phi_term(view, number, above, first);
  case PP_VALUE_OPERATION:
    return operation_term(view, number, above, first);
  case PP_VALUE_LOAD:
    return load_term(view, number, above, first);
  default:
    return pp_term_unknown(view, number, at->block);
  }
}

int pp_term_of(struct pp_view *view, int value, enum pp_above above, bool first) {
  if (value_at(view, value)->bits == 64)
    above = PP_ABOVE_ANY;
  int *memo = &view->memo[first][above][value];
  if (*memo != PP_NONE)
    return *memo;
  if (view->busy[value]) /* a circle that no header closes */
    return pp_term_unknown(view, value, value_at(view, value)->block);
  view->busy[value] = true;
  *memo = translate(view, value, above, first);
  view->busy[value] = false;
  return *memo;
}

int pp_term_start_value(const struct pp_view *view, int phi) {
  int value = view->terms[phi].value;
  return incoming(view, value, walk_of(view, value), false);
}

int pp_term_back(struct pp_view *view, int phi) {
  int value = view->terms[phi].value, loop = walk_of(view, value);
  return loop == PP_NONE ? PP_NONE : pp_term_of(view, incoming(view, value, loop, true), PP_ABOVE_ZERO, false);
}

int pp_term_left(struct pp_view *view, int phi) {
  int value = only_incoming(view, view->terms[phi].value);
  return value == PP_NONE ? PP_NONE : pp_term_of(view, value, PP_ABOVE_ZERO, false);
}

int pp_term_branch(struct pp_view *view, int node) {
  return pp_term_of(view, view->graph->nodes[node].condition, PP_ABOVE_ZERO, false);
}

/* -- How often loops run ----------------------------------------------------------------------------------------------- */

/* While which the loop goes on: `distance` > 0, or != 0, with distance = rest - by * iteration. */
struct test {
  int distance;
  uint64_t by;
};

static bool find_test(struct pp_view *view, int loop, int node, struct test *test) {
  const struct pp_graph *graph = view->graph;
  const struct pp_node *at = &graph->nodes[node];
  bool negated = at->next[0] < 0 || !pp_graph_holds(graph, loop, graph->nodes[at->next[0]].loop);
  int condition = pp_term_condition(view, pp_term_branch(view, node), &negated);
  if (view->terms[condition].kind != PP_TERM_OPERATION)
    return false;
  enum pp_operation operation = view->terms[condition].operation;
  int a = view->terms[condition].operand[0], b = view->terms[condition].operand[1], step;
  uint64_t constant;
  if ((operation == PP_EQUAL) != negated && operation == PP_EQUAL)
    return false; /* goes on while they are equal */
  if (operation != PP_EQUAL && operation != PP_ULESS && operation != PP_SLESS)
    return false;
  int left_step, right_step, rest;
  if (!pp_term_affine(view, a, loop, &left_step, &rest) || !pp_term_affine(view, b, loop, &right_step, &rest))
    return false;
  int distance = negated && operation != PP_EQUAL ? pp_term_add(view, a, b, UINT64_MAX) : pp_term_add(view, b, a, UINT64_MAX);
  if (operation != PP_EQUAL && negated)
    distance = pp_term_add(view, distance, pp_term_constant(view, 1), 1);
  if (!pp_term_affine(view, distance, loop, &step, &test->distance) || !pp_term_is_constant(view, step, &constant))
    return false;
  if (operation == PP_EQUAL && (int64_t)constant > 0) {
    test->distance = pp_term_multiply(view, test->distance, pp_term_constant(view, UINT64_MAX));
    constant = -constant;
  }
  test->by = -constant;
  return (int64_t)constant < 0;
}

int pp_term_trips(struct pp_view *view, int loop, int node, bool *early) {
  struct test test, found = {PP_NONE, 0};
  unsigned exits = 0;
  int at = PP_NONE;
  for (unsigned i = 0; i < view->graph->count; i++) {
    if (!leaves(view, loop, (int)i))
      continue;
    exits += view->graph->nodes[i].end != PP_END_NEVER;
    if (found.distance == PP_NONE && view->graph->nodes[i].end == PP_END_BRANCH && view->graph->nodes[i].loop == loop &&
        find_test(view, loop, (int)i, &test))
      found = test, at = (int)i;
  }
  *early = exits > 1;
  const struct pp_nest_loop *model = &view->nest->loops[loop];
  if (model->trip == PP_TRIP_CONSTANT)
    return pp_term_constant(view, model->trip_count);
  if (at == PP_NONE)
    return PP_NONE;
  int goes_on = found.distance;
  if (found.by != 1) {
    int last = pp_term_add(view, goes_on, pp_term_constant(view, found.by - 1), 1);
    goes_on = pp_term_division(view, PP_UDIVIDE, last, pp_term_constant(view, found.by), at);
  }
  bool before = at != node && pp_graph_dominates(view->graph, at, node); /* the test stands before what it lets run */
  return before ? goes_on : pp_term_add(view, goes_on, pp_term_constant(view, 1), 1);
}

bool pp_term_ends_loop(struct pp_view *view, int phi, int loop) {
  for (unsigned i = 0; i < view->graph->count; i++) {
    if (view->graph->nodes[i].end != PP_END_BRANCH || !leaves(view, loop, (int)i))
      continue;
    bool negated = false;
    struct pp_term condition = view->terms[pp_term_condition(view, pp_term_branch(view, (int)i), &negated)];
    for (unsigned side = 0; side < 2 && condition.kind == PP_TERM_OPERATION; side++) {
      int number = condition.operand[side];
      const struct pp_term *tested = number == PP_NONE ? NULL : &view->terms[number];
      bool found = number == phi;
      for (unsigned k = 0; tested && k < tested->product_count; k++)
        found |= tested->products[k].degree == 1 && tested->products[k].atom[0] == phi;
      if (found)
        return true;
    }
  }
  return false;
}

int pp_counted_exit(struct pp_view *view, int loop) {
  int found = PP_NONE, any = PP_NONE;
  if (view->nest->loops[loop].guessed) /* the loop ends before its count does */
    return PP_NONE;
  unsigned counted = 0, exits = 0;
  struct test test;
  for (unsigned i = 0; i < view->graph->count; i++) {
    if (view->graph->nodes[i].end == PP_END_NEVER || !leaves(view, loop, (int)i))
      continue;
    exits++, any = (int)i;
    if (view->graph->nodes[i].end == PP_END_BRANCH && view->graph->nodes[i].loop == loop &&
        find_test(view, loop, (int)i, &test) && !view->terms[test.distance].loads)
      counted++, found = (int)i;
  }
  return counted == 1 ? found : exits == 1 ? any : PP_NONE;
}
