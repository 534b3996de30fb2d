/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the plugin remembers of a nest beside the model that the planner sees, by the same numbers:
 * GCC's loops and expressions from which emit builds code. Expressions are over values defined outside the loop concerned. */
#ifndef PAGEPREFETCH_MODEL_H
#define PAGEPREFETCH_MODEL_H

#include "compat.h"

extern "C" {
#include "streams/nest.h"
#include "streams/plan.h"
}

namespace pageprefetch {

/* base + iteration * step, both in the unsigned integer type of the value's width. */
struct affine_value {
  tree base;
  tree step;
  bool monotone; /* known not to wrap in its own type while the loop runs */
};

/* One operation of a slice. Nodes stand in an order in which operands come first. */
enum class node_kind { invariant, affine, load, operation, call };
struct slice_node {
  node_kind kind;
  tree type;            /* of the value */
  affine_value value;   /* invariant: base alone */
  enum tree_code code;  /* operation */
  tree function;        /* call */
  unsigned operands[3]; /* operation, call, load (the address) */
  unsigned operand_count;
  gimple *load;   /* load: the loop's own statement */
  unsigned depth; /* longest chain of loads up to and including this one */
};

/* How an address follows from the iteration of `target`. */
struct slice {
  class loop *target;
  std::vector<slice_node> nodes;
  std::map<tree, unsigned> known;
  unsigned root;
  const char *obstacle; /* NULL, or why there is no slice; nodes are then meaningless */
};

/* The test that counts a loop: `value` compared with an invariant bound. */
struct exit_test {
  gcond *condition;
  unsigned bound_operand;       /* 0 or 1: which operand is the bound */
  enum tree_code continue_code; /* LT, LE, GT, GE or NE of value and bound; ERROR_MARK: another form, count afresh */
  affine_value value;           /* of the compared value, step constant */
};

/* A value that the loop carries from iteration to iteration. */
struct carried_value {
  gphi *phi;
  bool has_affine;
  affine_value value;
};

struct loop_facts {
  class loop *loop;
  int parent;
  basic_block exit_block;
  bool exit_at_top; /* the test stands before the body and what precedes it has no effect */
  tree trips;       /* NULL where unknown; uint64 */
  tree guard;       /* NULL, or what must hold for the parent to enter the loop: the trip count means nothing otherwise */
  exit_test test;
  std::vector<carried_value> carried; /* of loops with an exit_block */
};

struct reference_facts {
  gimple *statement;
  bool has_affine;
  affine_value address; /* as a function of the reference's loop */
  bool has_outer;
  affine_value outer;  /* address in the first iteration of its loop, as a function of the parent */
  struct slice *slice; /* of an indexed address */
  aff_tree key;        /* the address in the same iteration, for grouping */
  bool has_key;
};

struct nest_facts {
  struct pp_nest *nest;
  std::vector<loop_facts> loops;
  std::vector<pp_nest_loop> loop_models;
  std::vector<reference_facts> references;
  std::vector<pp_nest_reference> models;
};

/* nest: model the nest of an outermost loop. Free with free_nest. */
nest_facts *model_nest(class loop *outermost);
void free_nest(nest_facts *facts);

/* loops: trip counts, exits and obstacles of one loop. */
void describe_loop(class loop *loop, loop_facts *facts, pp_nest_loop *model);

/* slice: how `base + offset` follows from the iteration of target; inner loops between are taken in their first iteration. */
struct slice *slice_of_address(class loop *target, tree base, tree offset);
/* The address of a reference: a base pointer, a variable offset (or NULL) and constant bytes. False with a reason if not
 * addressable. */
bool split_address(tree reference, tree *base, tree *offset, const char **why_not);
/* Whether expr + iteration * step describes expr in target. */
bool affine_in(class loop *target, tree expr, affine_value *value);
/* The same value computed where signed overflow does not matter. */
tree as_unsigned(tree expr);
/* Value of a slice in iteration j; appends statements. */
tree emit_slice(const struct slice *slice, tree j, gimple_seq *statements);
tree emit_value(tree expr, gimple_seq *statements);
/* base + j * step as uint64. */
tree emit_affine(const affine_value &value, tree j, tree type, gimple_seq *statements);

/* records: the static data and the runtime's functions. */
struct loop_records {
  tree loop;               /* address of the pp_loop */
  tree state;              /* its state field */
  std::vector<tree> sites; /* addresses, for the loop's streams in the plan's order */
};
loop_records make_records(const nest_facts *facts, const pp_plan *plan, unsigned loop);
enum class runtime_call { strip, affine, gather_begin, gather_batch, gather_end };
tree runtime_function(runtime_call which);
/* An invariant address expression that may stand in code without changing what GCC knows of the variables in it. */
tree addressable_form(tree expr, gimple_seq *statements);
void keep_records_from_collector(const char *plugin_name);

/* strip: split one loop into strips. Loops and SSA form are to be repaired by repair_function afterwards. */
void strip_mine(const nest_facts *facts, const pp_plan *plan, unsigned loop);
void prepare_function();
void repair_function();

/* emit: the code that hints a loop's streams between two strips. */
struct hint_state {
  tree done;               /* uint64 iterations run */
  tree trips;              /* uint64 */
  std::vector<tree> ahead; /* by stream of the loop: in, iterations hinted before; out, after */
};
/* Appends to `block`; returns the block where it ends, which has no successor yet. */
basic_block emit_hints(basic_block block, const nest_facts *facts, const pp_plan *plan, unsigned loop,
                       const loop_records &records, hint_state *state);
/* After the function's loops are found anew: keeps the loops of slices small. */
void settle_slice_loops();
/* A block in the loop of `near`, with a share of its count. */
basic_block new_block(basic_block near, profile_count count);
/* Ends `block` with a test. */
void end_with_test(basic_block block, enum tree_code code, tree left, tree right, basic_block yes, basic_block no,
                   profile_probability likely_yes);
void append(basic_block block, gimple_seq statements);

} // namespace pageprefetch
#endif
