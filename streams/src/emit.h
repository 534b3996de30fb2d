/* SPDX-License-Identifier: MIT */
/* A program in the making: instructions over as many registers as they like, labels instead of instruction numbers; and the step
 * from there to the program that compiled code carries. */
#ifndef STREAMS_EMIT_H
#define STREAMS_EMIT_H

#include "streams/plan.h"

enum pp_operand_kind { PP_OPERAND_REGISTER, PP_OPERAND_IMMEDIATE, PP_OPERAND_ENVIRONMENT };

struct pp_operand {
  enum pp_operand_kind kind;
  int64_t value;
};

struct pp_operand pp_operand_register(int number);
struct pp_operand pp_operand_immediate(int64_t value);

struct pp_draft;

/* The environment is the loop's, shared by its programs. */
struct pp_draft *pp_draft_new(struct pp_plan_loop *loop);
void pp_draft_free(struct pp_draft *draft);

/* The slot of a value of the nest, which is made when first asked for. */
struct pp_operand pp_draft_environment(struct pp_draft *draft, int value);
/* The next of the registers that keep their values from iteration to iteration, and the next slot for where it starts: before any
 * other register and slot. */
int pp_draft_carried(struct pp_draft *draft, int value);
int pp_draft_new_register(struct pp_draft *draft);

/* Each returns the register that it writes. */
int pp_draft_register(struct pp_draft *draft, struct pp_operand operand);
int pp_draft_add(struct pp_draft *draft, enum pp_op op, int left, struct pp_operand right);
int pp_draft_sized(struct pp_draft *draft, enum pp_op op, int left, unsigned bytes);
int pp_draft_load(struct pp_draft *draft, int left, unsigned bytes, bool steady);
int pp_draft_plain(struct pp_draft *draft, enum pp_op op, int64_t immediate);
int pp_draft_select(struct pp_draft *draft, int condition, int left, int right);
/* `to` PP_NONE: a new one. */
int pp_draft_copy(struct pp_draft *draft, int to, struct pp_operand from);
/* Adds 1 to a register in place. */
void pp_draft_step(struct pp_draft *draft, int to);

void pp_draft_hint(struct pp_draft *draft, unsigned site, int address, struct pp_operand bytes);
void pp_draft_walk(struct pp_draft *draft, unsigned site, int address, int step, int bytes);
void pp_draft_finish(struct pp_draft *draft, bool stop);
void pp_draft_jump(struct pp_draft *draft, enum pp_op op, int left, int label);
int pp_draft_new_label(struct pp_draft *draft);
void pp_draft_set_label(struct pp_draft *draft, int label);
bool pp_draft_is_used(const struct pp_draft *draft, int label);

/* Gives registers and instruction numbers. Returns NULL, or what is too large for a program. */
const char *pp_draft_emit(struct pp_draft *draft, struct pp_program *program, unsigned sites);

#endif
