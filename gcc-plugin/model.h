/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the plugin remembers of a nest beside the graph that the planner sees, by the same numbers, and what its files offer each
 * other. Expressions are over values defined outside the loop concerned. */
#ifndef PAGEPREFETCH_MODEL_H
#define PAGEPREFETCH_MODEL_H

#include "compat.h"

extern "C" {
#include "streams/build.h"
#include "streams/nest.h"
#include "streams/plan.h"
}

namespace pageprefetch {

/* base + iteration * step, both in the unsigned integer type of the value's width. */
struct affine_value {
  tree base;
  tree step;
};

/* The test that counts a loop: `value` compared with an invariant bound. */
struct exit_test {
  gcond *condition;
  unsigned bound_operand;       /* 0 or 1: which operand is the bound */
  tree bound;                   /* its value on entry */
  enum tree_code continue_code; /* LT, LE, GT, GE or NE of value and bound; ERROR_MARK: another form, count afresh */
  affine_value value;           /* of the compared value, step constant */
};

/* What OpenMP's runtime deals out in chunks to the threads of a team. */
struct dealt_loop {
  class loop *chunks; /* whose iterations are chunks; NULL: the loop is not dealt out */
  HOST_WIDE_INT step; /* of the loop's variable; 0: its bounds are not known */
  tree first, last;   /* of the whole loop */
  tree begin;         /* the variable in which a chunk's begin is left */
};

struct loop_facts {
  class loop *loop; /* NULL: in a function that is called */
  basic_block exit_block;
  bool exit_at_top; /* the test stands before the body and what precedes it has no effect */
  bool estimated;   /* the test does not say when the loop ends: strips are counted beside it */
  bool guessed;     /* the count is the way that values have to go whose steps only the data knows */
  bool several;     /* an iteration may do several of the program's */
  tree trips;       /* NULL where unknown; uint64 */
  exit_test test;
  dealt_loop dealt;
};

/* A value of the graph and what it is to GCC: a name or a constant address; NULL for parts of a computation. */
struct graph_value {
  tree source;
  pp_nest_value model;
};

/* What a summary's value outside is in a caller: an argument of the call, or the address of an object. */
struct outside_value {
  int value;
  int argument; /* -1: none */
  tree address;
};

struct nest_facts {
  struct pp_nest *nest;
  std::vector<loop_facts> loops;
  std::vector<graph_value> values;
  std::vector<location_t> references; /* where they stand */
  std::vector<outside_value> outside; /* of a summary */
};

/* nest: the graph of an outermost loop. Free with free_nest. */
nest_facts *model_nest(class loop *outermost);
/* The summary of the function in hand. Free as well. */
nest_facts *model_function();
void free_nest(nest_facts *facts);

/* loops: trip counts, exits and obstacles of one loop. */
void describe_loop(class loop *loop, loop_facts *facts, pp_nest_loop *model);
/* What cutting needs to know of a loop that the optimisers made, its own trip count among it. Returns NULL, or why it can not be
 * cut. */
const char *describe_derived(class loop *loop, bool estimated, loop_facts *facts);

/* callee: the summary of what a call calls. NULL: there is none; *why then says why, or is NULL where nobody would ask. */
const nest_facts *summary_of(gcall *call, const char **why);
/* Keeps the summary of the function in hand, before it is changed, if loops of others call it: callees are compiled first. */
void keep_summary();
void register_summaries(const char *plugin_name);
void forget_summaries();
/* All blocks of a loop, its header first; of the whole function, which the root of the loops stands for, with entry and exit. */
std::vector<basic_block> blocks_of(class loop *loop);

/* records: the static data and the runtime's function. */
struct loop_records {
  tree loop;  /* address of the pp_loop; NULL: not made yet */
  tree least; /* its field of that name */
};

/* A loop of the program between its marks: all that cutting needs to know of it, from one pass to the next. No name of the
 * function is kept: those that are needed are the arguments of the begin mark. */
struct marked_loop {
  const nest_facts *facts;
  pp_plan *plan;
  unsigned loop;
  std::map<int, unsigned> arguments; /* values of the graph -> arguments of the mark */
  unsigned dealt;                    /* the argument from which on the mark has a dealt_values; 0: it has none */
  loop_records records;
  const char *obstacle; /* why nothing was cut; NULL once something was */
};

/* mark: marks around the loops that are to be cut once they have been optimised. */
struct planned_nest {
  nest_facts *facts;
  pp_plan *plan;
};
/* Puts marks around every loop of the nests that is planned to be strip-mined, and keeps what is behind them. */
void mark_loops(const std::vector<planned_nest> &nests);
/* Cuts what became of the marked loops, removes all marks, and withdraws from the plans what was not cut. */
void cut_marked_loops();
/* Whether the code around decides in which order floating-point operations of a function are done. */
bool has_reorderable_chain(function *fun);
/* Withdraws from the plans what was marked and not cut, and keeps nothing of it. */
void forget_marked_loops();

loop_records make_records(const nest_facts *facts, const pp_plan *plan, unsigned loop);
/* __pp_strip. */
tree runtime_function();
/* __pp_memset or __pp_memcpy. */
tree block_function(bool sets);
/* An invariant address expression that may stand in code without changing what GCC knows of the variables in it. */
tree addressable_form(tree expr, gimple_seq *statements);
void keep_records_from_collector(const char *plugin_name);
/* Expressions that outlive a pass are kept from the collector until the function is done. */
void keep_from_collector(tree expr);
/* The same until the compilation ends. */
void keep_for_good(tree expr);
void release_kept();
/* Where the declaration of a mark is kept; NULL at first. */
tree &kept_mark_function(bool begin);

/* strip: cut one loop into strips, of which `trips` are due and whose programs want `environment`: expressions of uint64. Loops
 * and SSA form are to be repaired by repair_function afterwards. */
struct loop_values {
  tree trips;
  std::vector<tree> environment;
  bool apart; /* the loop is entered only where the runtime is to be asked */
};
void cut_loop(const loop_records &records, const loop_values &values, const loop_facts &derived);
void prepare_function();
void repair_function();
/* A gimple value of an expression; appends statements. */
tree emit_value(tree expr, gimple_seq *statements);
void append_statements(basic_block block, gimple_seq statements);
/* A block in the loop of `near`, with a share of its count. */
basic_block new_block(basic_block near, profile_count count);
/* Ends a block with a test; it may have an edge to one of the two already. */
void end_with_test(basic_block block, enum tree_code code, tree left, tree right, basic_block yes, basic_block no,
                   profile_probability likely_yes);

/* chunks: loops that OpenMP deals out to threads, a few iterations at a time: hints run ahead of all threads together. */
/* Which loops are dealt out; to be asked before the loops are optimised. */
void note_chunks(nest_facts *facts);
/* How much of the whole loop is behind a chunk's begin, how long it is, and what `names` are when it begins: values before the
 * chunk, for which statements are appended. Returns false where they do not follow from the loop's bounds. */
bool dealt_values(const dealt_loop &dealt, basic_block before, const std::vector<tree> &names, std::vector<tree> *values,
                  gimple_seq *statements);
/* Asks before a chunk that is no loop worth asking for by itself. */
struct chunk_question {
  gimple *behind; /* the statement after which it stands */
  tree chunk_trips, position;
  uint64_t least;     /* a chunk of so many iterations asks by itself */
  loop_values values; /* of the whole loop */
};
void ask_before_chunk(const loop_records &records, const chunk_question &question);
/* Remarks for planned loops of which only long chunks are hinted. */
void remark_chunks(const nest_facts *facts, const pp_plan *plan, bool verbose);

/* outline: copies of loops in functions of their own. */
/* Whether the loop may be short, and a copy of it can stand in another function. */
bool may_stand_apart(const loop_values &values, const loop_facts &derived);
/* Copies a loop. The copy is entered, by the block that is returned, where the runtime is to be asked. SSA form is to be updated.
 */
basic_block copy_loop(const loop_records &records, const loop_values &values, class loop *loop);
/* Moves what these blocks dominate, copies that were cut, each into a function, and repairs the function. */
void outline(const std::vector<basic_block> &entries);
void register_apart(const char *plugin_name);

/* block: hands large block operations to the runtime. */
void register_blocks(const char *plugin_name, bool verbose);

} // namespace pageprefetch
#endif
