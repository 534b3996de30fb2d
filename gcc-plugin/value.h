/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GCC's values as values of the nest graph, and back.
 * Each is translated when it is asked for the first time. */
#ifndef PAGEPREFETCH_VALUE_H
#define PAGEPREFETCH_VALUE_H

#include "model.h"

namespace pageprefetch {

/* Where an access goes: the number of its address, and the bits of the first byte that it leaves out. */
struct place_in_memory {
  int address;
  unsigned skipped_bits;
  uint64_t bits; /* 0: not known */
  bool reversed; /* its bytes are in the other order */
};

class translator {
public:
  translator(nest_facts *made, class loop *around);
  /* The block of the graph in which statements of a block are. Of switches there are several, one for each test. */
  std::map<basic_block, int> blocks;
  std::map<edge, std::vector<int>> switch_edges;
  /* A call of a function whose summary is known, and the block of the graph for what is behind it. */
  struct called {
    const nest_facts *summary;
    int before, after, result;
    bool done;
  };
  std::map<gimple *, called> calls;
  std::map<gimple *, int> behind;  /* statements behind such calls */
  std::map<basic_block, int> last; /* of blocks with such calls */
  int block_of(gimple *statement) const;
  int last_of(basic_block block) const;
  /* Copies what a call runs into the graph, once. False where no summary is known. */
  bool enter(gcall *call);

  int get(tree value);
  /* As a number of 64 bits. */
  int get_long(tree value);
  /* A comparison as decided in a block. */
  int compare_in(int block, enum tree_code code, tree left, tree right);
  /* Whether a value lies between two constants, as decided in a block. */
  int within(int block, tree value, tree low, tree high);
  /* False with a reason where the access has no address that a hint could name. */
  bool locate(gimple *statement, tree reference, place_in_memory *place, const char **why_not);
  /* The load value that a load was translated to, or PP_NONE. */
  int load_of(gimple *statement) const;
  /* Fills in the phis. Once, at the end. */
  void close_phis();

private:
  int add(tree source, const pp_nest_value &model);
  int taken(int number);
  int make(pp_operation operation, unsigned bits, int first, int second = PP_NONE, int third = PP_NONE, unsigned flags = 0);
  int binary(pp_operation operation, int left, int right, unsigned flags = 0);
  int with_constant(pp_operation operation, int left, uint64_t right);
  int constant(unsigned bits, uint64_t number);
  int fit(int number, unsigned bits, bool is_signed = false);
  int unknown(tree type, const char *why);
  unsigned bits_of(int number) const;

  int translate(tree value);
  int name(tree name);
  int outside(tree name);
  int address_of(tree object);
  int phi(gphi *phi);
  void graft(gcall *call, called *entered);
  int returned(gcall *call);
  int assignment(gassign *statement);
  int expression(tree expr);
  int part(tree expr);
  int load(gassign *statement);
  int load_bytes(gimple *statement, int address, unsigned bytes, unsigned flags);
  int copied_bytes(gassign *statement);
  int copied_part(gassign *statement);
  int builtin(gcall *call);
  int high_product(gassign *statement);
  int factor(tree value);
  int operation(enum tree_code code, tree type, tree *operands, unsigned count, unsigned walk_flags);
  int comparison(enum tree_code code, tree left, tree right);
  int division(enum tree_code code, tree type, int left, int right);
  bool may_be_written(gassign *statement);

  nest_facts *f;
  class loop *outermost;
  std::vector<gimple *> writers;
  std::map<tree, int> known;
  std::map<gimple *, int> loads;
  std::vector<std::pair<gphi *, int>> open_phis;
  int at; /* the block in which values are made */
  unsigned depth;
};

/* wraps: enum pp_value_flags of a value that goes on from iteration to iteration, and of an operation on narrow numbers. */
unsigned wraps_of(tree name, class loop *loop);
unsigned wraps_of_operation(enum tree_code code, tree result, const tree operands[2], class loop *loop);

/* The reason why values of a type are no numbers of the graph, or NULL. */
const char *why_no_number(tree type);

} // namespace pageprefetch
#endif
