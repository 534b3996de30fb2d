/* SPDX-License-Identifier: MIT */
/* Drafts of programs: made instruction by instruction, then registers are given by a linear scan (Poletto, Sarkar 1999) over
 * their first and last use, where what is alive on the way back of a loop lives through all of it. */
#include "emit.h"
#include "nest_data.h"

#include <stdlib.h>
#include <string.h>

struct line {
  enum pp_op op;
  int to, left, right, third; /* registers or PP_NONE; of hints and walks `to` is the site */
  unsigned bytes, flags;
  int64_t immediate;
  int label; /* of jumps */
};

struct life {
  int first, last; /* lines; first PP_NONE: never written */
};

struct pp_draft {
  struct pp_plan_loop *loop;
  struct line *lines;
  unsigned line_count;
  unsigned register_count;
  int *labels; /* line of each, PP_NONE: not set */
  bool *used;
  unsigned label_count;
  unsigned carried;
  bool too_many_values;
};

struct pp_operand pp_operand_register(int number) {
  return (struct pp_operand){PP_OPERAND_REGISTER, number};
}

struct pp_operand pp_operand_immediate(int64_t value) {
  return (struct pp_operand){PP_OPERAND_IMMEDIATE, value};
}

struct pp_draft *pp_draft_new(struct pp_plan_loop *loop) {
  struct pp_draft *draft = pp_allocate(1, sizeof *draft);
  draft->loop = loop;
  return draft;
}

void pp_draft_free(struct pp_draft *draft) {
  free(draft->lines);
  free(draft->labels);
  free(draft->used);
  free(draft);
}

static int64_t new_slot(struct pp_draft *draft, int value) {
  if (draft->loop->environment_count == PP_PROGRAM_ENVIRONMENT) {
    draft->too_many_values = true;
    return 0;
  }
  draft->loop->environment[draft->loop->environment_count] = value;
  return draft->loop->environment_count++;
}

struct pp_operand pp_draft_environment(struct pp_draft *draft, int value) {
  for (unsigned i = 0; i < draft->loop->environment_count; i++)
    if (draft->loop->environment[i] == value)
      return (struct pp_operand){PP_OPERAND_ENVIRONMENT, i};
  return (struct pp_operand){PP_OPERAND_ENVIRONMENT, new_slot(draft, value)};
}

int pp_draft_new_register(struct pp_draft *draft) {
  return (int)draft->register_count++;
}

int pp_draft_carried(struct pp_draft *draft, int value) {
  new_slot(draft, value);
  draft->carried++;
  return pp_draft_new_register(draft);
}

static const struct line blank = {.to = PP_NONE, .left = PP_NONE, .right = PP_NONE, .third = PP_NONE, .label = PP_NONE};

static int add_line(struct pp_draft *draft, struct line line) {
  draft->lines = pp_grow(draft->lines, draft->line_count, sizeof line);
  draft->lines[draft->line_count++] = line;
  return line.to;
}

static void set_right(struct line *line, struct pp_operand right) {
  if (right.kind == PP_OPERAND_REGISTER)
    line->right = (int)right.value;
  else
    line->immediate = right.value;
  if (right.kind != PP_OPERAND_REGISTER)
    line->flags = right.kind == PP_OPERAND_IMMEDIATE ? PP_RIGHT_IMMEDIATE : PP_RIGHT_ENVIRONMENT;
}

int pp_draft_copy(struct pp_draft *draft, int to, struct pp_operand from) {
  struct line line = blank;
  line.to = to == PP_NONE ? pp_draft_new_register(draft) : to;
  if (from.kind == PP_OPERAND_REGISTER) {
    line.op = PP_OP_COPY;
    line.left = (int)from.value;
  } else {
    line.op = from.kind == PP_OPERAND_IMMEDIATE ? PP_OP_CONSTANT : PP_OP_ENVIRONMENT;
    line.immediate = from.value;
  }
  return add_line(draft, line);
}

int pp_draft_register(struct pp_draft *draft, struct pp_operand operand) {
  return operand.kind == PP_OPERAND_REGISTER ? (int)operand.value : pp_draft_copy(draft, PP_NONE, operand);
}

int pp_draft_add(struct pp_draft *draft, enum pp_op op, int left, struct pp_operand right) {
  struct line line = blank;
  line.op = op;
  line.to = pp_draft_new_register(draft);
  line.left = left;
  set_right(&line, right);
  return add_line(draft, line);
}

int pp_draft_sized(struct pp_draft *draft, enum pp_op op, int left, unsigned bytes) {
  struct line line = blank;
  line.op = op;
  line.to = pp_draft_new_register(draft);
  line.left = left;
  line.bytes = bytes;
  return add_line(draft, line);
}

int pp_draft_load(struct pp_draft *draft, int left, unsigned bytes, bool steady) {
  int to = pp_draft_sized(draft, PP_OP_LOAD, left, bytes);
  draft->lines[draft->line_count - 1].flags = steady ? PP_LOAD_STEADY : 0;
  return to;
}

int pp_draft_plain(struct pp_draft *draft, enum pp_op op, int64_t immediate) {
  struct line line = blank;
  line.op = op;
  line.to = pp_draft_new_register(draft);
  line.immediate = immediate;
  return add_line(draft, line);
}

int pp_draft_select(struct pp_draft *draft, int condition, int left, int right) {
  struct line line = blank;
  line.op = PP_OP_SELECT;
  line.to = pp_draft_new_register(draft);
  line.left = left, line.right = right, line.third = condition;
  return add_line(draft, line);
}

void pp_draft_step(struct pp_draft *draft, int to) {
  struct line line = blank;
  line.op = PP_OP_ADD;
  line.to = line.left = to;
  set_right(&line, pp_operand_immediate(1));
  add_line(draft, line);
}

void pp_draft_hint(struct pp_draft *draft, unsigned site, int address, struct pp_operand bytes) {
  struct line line = blank;
  line.op = PP_OP_HINT;
  line.to = (int)site;
  line.left = address;
  set_right(&line, bytes);
  add_line(draft, line);
}

void pp_draft_walk(struct pp_draft *draft, unsigned site, int address, int step, int bytes) {
  struct line line = blank;
  line.op = PP_OP_WALK;
  line.to = (int)site;
  line.left = address, line.right = step, line.third = bytes;
  add_line(draft, line);
}

void pp_draft_finish(struct pp_draft *draft, bool stop) {
  struct line line = blank;
  line.op = stop ? PP_OP_STOP : PP_OP_END;
  add_line(draft, line);
}

int pp_draft_new_label(struct pp_draft *draft) {
  draft->labels = pp_grow(draft->labels, draft->label_count, sizeof *draft->labels);
  draft->used = pp_grow(draft->used, draft->label_count, sizeof *draft->used);
  draft->labels[draft->label_count] = PP_NONE;
  draft->used[draft->label_count] = false;
  return (int)draft->label_count++;
}

void pp_draft_set_label(struct pp_draft *draft, int label) {
  draft->labels[label] = (int)draft->line_count;
}

bool pp_draft_is_used(const struct pp_draft *draft, int label) {
  return draft->used[label];
}

void pp_draft_jump(struct pp_draft *draft, enum pp_op op, int left, int label) {
  struct line line = blank;
  line.op = op;
  line.left = left;
  line.label = label;
  draft->used[label] = true;
  add_line(draft, line);
}

/* -- Registers ----------------------------------------------------------------------------------------------------------- */

static bool writes(const struct line *line) {
  return line->to != PP_NONE && line->op != PP_OP_HINT && line->op != PP_OP_WALK;
}

static void touch(struct life *lives, int number, int line) {
  if (number == PP_NONE)
    return;
  if (lives[number].first == PP_NONE)
    lives[number].first = line;
  lives[number].last = line;
}

static void find_lives(const struct pp_draft *draft, struct life *lives) {
  for (unsigned i = 0; i < draft->register_count; i++)
    lives[i].first = lives[i].last = PP_NONE;
  for (unsigned i = 0; i < draft->line_count; i++) {
    const struct line *line = &draft->lines[i];
    touch(lives, line->left, (int)i);
    touch(lives, line->right, (int)i);
    touch(lives, line->third, (int)i);
    if (writes(line))
      touch(lives, line->to, (int)i);
  }
  for (unsigned i = 0; i < draft->carried; i++)
    lives[i].first = 0, lives[i].last = (int)draft->line_count;
}

/* What was written before a loop and is used in it is used in the next round too. */
static void stretch_over_loops(const struct pp_draft *draft, struct life *lives) {
  for (bool changed = true; changed;) {
    changed = false;
    for (unsigned i = 0; i < draft->line_count; i++) {
      if (draft->lines[i].op != PP_OP_REPEAT_IF)
        continue;
      int start = draft->labels[draft->lines[i].label], end = (int)i;
      for (unsigned k = 0; k < draft->register_count; k++)
        if (lives[k].first != PP_NONE && lives[k].first < start && lives[k].last >= start && lives[k].last < end) {
          lives[k].last = end;
          changed = true;
        }
    }
  }
}

/* Fills `given` and returns how many registers there are, or more than there may be. */
static unsigned give_registers(const struct pp_draft *draft, const struct life *lives, int *given) {
  int free_from[PP_PROGRAM_REGISTERS]; /* line from which a register may be written anew */
  unsigned count = draft->carried;
  for (unsigned i = 0; i < PP_PROGRAM_REGISTERS; i++)
    free_from[i] = i < draft->carried ? INT32_MAX : 0;
  for (unsigned i = 0; i < draft->register_count; i++)
    given[i] = i < draft->carried ? (int)i : PP_NONE;
  for (int line = 0; line < (int)draft->line_count; line++) {
    int to = draft->lines[line].to;
    if (!writes(&draft->lines[line]) || given[to] != PP_NONE)
      continue;
    unsigned found = draft->carried;
    while (found < PP_PROGRAM_REGISTERS && free_from[found] > line)
      found++;
    if (found == PP_PROGRAM_REGISTERS)
      return PP_PROGRAM_REGISTERS + 1;
    given[to] = (int)found;
    free_from[found] = lives[to].last > line ? lives[to].last : line + 1;
    count = found + 1 > count ? found + 1 : count;
  }
  return count;
}

static struct pp_instruction instruction_of(const struct pp_draft *draft, const struct line *line, const int *given) {
  const int names[] = {line->to, line->left, line->right, line->third};
  uint8_t numbers[4] = {0};
  for (unsigned i = 0; i < 4; i++)
    if (names[i] != PP_NONE)
      numbers[i] = (uint8_t)(i || writes(line) ? given[names[i]] : names[i]);
  return (struct pp_instruction){.op = (uint8_t)line->op,
                                 .to = numbers[0],
                                 .left = numbers[1],
                                 .right = numbers[2],
                                 .third = numbers[3],
                                 .bytes = (uint8_t)line->bytes,
                                 .flags = (uint8_t)line->flags,
                                 .immediate = line->label == PP_NONE ? line->immediate : draft->labels[line->label]};
}

const char *pp_draft_emit(struct pp_draft *draft, struct pp_program *program, unsigned sites) {
  if (draft->too_many_values)
    return "its program needs more values of the loop's surroundings than a call can pass";
  if (draft->line_count > PP_PROGRAM_INSTRUCTIONS)
    return "its program is longer than programs may be";
  struct life *lives = pp_allocate(draft->register_count, sizeof *lives);
  int *given = pp_allocate(draft->register_count, sizeof *given);
  find_lives(draft, lives);
  stretch_over_loops(draft, lives);
  unsigned registers = give_registers(draft, lives, given);
  const char *failure = registers > PP_PROGRAM_REGISTERS ? "its program needs more registers than there are" : NULL;
  if (!failure) {
    struct pp_instruction *instructions = pp_allocate(draft->line_count, sizeof *instructions);
    for (unsigned i = 0; i < draft->line_count; i++)
      instructions[i] = instruction_of(draft, &draft->lines[i], given);
    *program = (struct pp_program){.instruction_count = (uint16_t)draft->line_count,
                                   .environment_count = (uint16_t)draft->loop->environment_count,
                                   .carried_count = (uint16_t)draft->carried,
                                   .register_count = (uint16_t)registers,
                                   .site_count = (uint16_t)sites,
                                   .instructions = instructions};
  }
  free(lives);
  free(given);
  return failure;
}
