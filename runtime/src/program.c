/* SPDX-License-Identifier: MIT */
/* The interpreter of slice programs: one instruction at a time for all lanes that stand at it, so that its cost is shared and the
 * compiler vectorises the arithmetic (MonetDB/X100, Boncz et al. 2005). Lanes part at branches; those furthest behind run first,
 * so that they meet again where the branches join. */
#include "program.h"
#include "text.h"

#include <string.h>

enum {
  WAYS = 32,     /* over the instructions of loops in loops, twice over each that is inside of another */
  FEW_LANES = 6, /* are written one by one */
};

#define FAIL(...) (pp_text_print(why, size, __VA_ARGS__), false)

/* What an operation uses. */
enum uses { TO = 1, LEFT = 2, RIGHT = 4, THIRD = 8, BYTES = 16, TARGET_AHEAD = 32, TARGET_BEHIND = 64, RIGHT_KINDS = 128 };

static unsigned uses_of(unsigned op) {
  switch (op) {
  case PP_OP_END:
  case PP_OP_STOP:
    return 0;
  case PP_OP_CONSTANT:
  case PP_OP_ITERATION:
  case PP_OP_ENVIRONMENT:
    return TO;
  case PP_OP_COPY:
    return TO | LEFT;
  case PP_OP_EXTEND:
  case PP_OP_EXTEND_SIGNED:
  case PP_OP_LOAD:
    return TO | LEFT | BYTES;
  case PP_OP_SELECT:
    return TO | LEFT | RIGHT | THIRD;
  case PP_OP_SKIP_IF:
  case PP_OP_SKIP_UNLESS:
    return LEFT | TARGET_AHEAD;
  case PP_OP_REPEAT_IF:
    return LEFT | TARGET_BEHIND;
  case PP_OP_HINT:
    return LEFT | RIGHT | RIGHT_KINDS;
  case PP_OP_WALK:
    return LEFT | RIGHT | THIRD;
  default:
    return TO | LEFT | RIGHT | RIGHT_KINDS;
  }
}

/* The values that `immediate` may have: [*low, *high]. */
static void immediate_range(const struct pp_program *program, unsigned number, int64_t *low, int64_t *high) {
  const struct pp_instruction *in = &program->instructions[number];
  unsigned uses = uses_of(in->op);
  *low = *high = 0;
  if (in->op == PP_OP_CONSTANT || (in->flags & PP_RIGHT_IMMEDIATE))
    *low = INT64_MIN, *high = INT64_MAX;
  else if (in->op == PP_OP_ENVIRONMENT || (in->flags & PP_RIGHT_ENVIRONMENT))
    *high = program->environment_count - 1;
  else if (uses & TARGET_AHEAD)
    *low = number + 1, *high = program->instruction_count - 1;
  else if (uses & TARGET_BEHIND)
    *high = number;
}

static bool names_site(unsigned op) {
  return op == PP_OP_HINT || op == PP_OP_WALK;
}

static bool check_registers(const struct pp_program *program, unsigned number, char *why, size_t size) {
  const struct pp_instruction *in = &program->instructions[number];
  unsigned uses = uses_of(in->op), kinds = in->flags & (PP_RIGHT_IMMEDIATE | PP_RIGHT_ENVIRONMENT);
  if (kinds)
    uses &= ~RIGHT;
  const unsigned registers[] = {in->to, in->left, in->right, in->third}, bits[] = {TO, LEFT, RIGHT, THIRD};
  for (unsigned i = 0; i < 4; i++) {
    unsigned limit = uses & bits[i] ? program->register_count : i == 0 && names_site(in->op) ? program->site_count : 1u;
    if (registers[i] >= limit)
      return FAIL("instruction %u: operand %u is %u", number, i, registers[i]);
  }
  return true;
}

static bool check_instruction(const struct pp_program *program, unsigned number, char *why, size_t size) {
  const struct pp_instruction *in = &program->instructions[number];
  if (in->op >= PP_OPS)
    return FAIL("instruction %u: operation %u is not known", number, in->op);
  unsigned uses = uses_of(in->op);
  unsigned flags = in->op == PP_OP_LOAD ? PP_LOAD_STEADY : uses & RIGHT_KINDS ? PP_RIGHT_IMMEDIATE | PP_RIGHT_ENVIRONMENT : 0;
  bool both = (in->flags & PP_RIGHT_IMMEDIATE) && (in->flags & PP_RIGHT_ENVIRONMENT);
  if (in->reserved || (in->flags & ~flags) || both)
    return FAIL("instruction %u: flags %u, reserved %u", number, in->flags, in->reserved);
  bool width = in->bytes == 1 || in->bytes == 2 || in->bytes == 4 || (in->bytes == 8 && in->op == PP_OP_LOAD);
  if (uses & BYTES ? !width : in->bytes != 0)
    return FAIL("instruction %u: %u bytes", number, in->bytes);
  int64_t low, high;
  immediate_range(program, number, &low, &high);
  if (in->immediate < low || in->immediate > high)
    return FAIL("instruction %u: %ld is not in %ld .. %ld", number, (long)in->immediate, (long)low, (long)high);
  return check_registers(program, number, why, size);
}

bool pp_program_has(const struct pp_program *program, enum pp_op op) {
  for (unsigned number = 0; number < program->instruction_count; number++)
    if (program->instructions[number].op == op)
      return true;
  return false;
}

/* A program that tells of walks does nothing else. */
static bool check_walks(const struct pp_program *program, char *why, size_t size) {
  static const enum pp_op others[] = {PP_OP_STOP, PP_OP_LOAD, PP_OP_SKIP_IF, PP_OP_SKIP_UNLESS, PP_OP_REPEAT_IF, PP_OP_HINT};
  bool walks = pp_program_has(program, PP_OP_WALK);
  for (unsigned i = 0; walks && i < sizeof others / sizeof *others; i++)
    if (pp_program_has(program, others[i]))
      return FAIL("operations %u and %u in one program", PP_OP_WALK, others[i]);
  return !walks || !program->carried_count || FAIL("carried values in a program of walks");
}

bool pp_program_check(const struct pp_program *program, char *why, size_t size) {
  unsigned count = program->instruction_count;
  if (!count || count > PP_PROGRAM_INSTRUCTIONS)
    return FAIL("%u instructions; there must be 1 to %u", count, PP_PROGRAM_INSTRUCTIONS);
  if (program->environment_count > PP_PROGRAM_ENVIRONMENT)
    return FAIL("an environment of %u values; at most %u", program->environment_count, PP_PROGRAM_ENVIRONMENT);
  if (program->register_count > PP_PROGRAM_REGISTERS)
    return FAIL("%u registers; at most %u", program->register_count, PP_PROGRAM_REGISTERS);
  if (program->carried_count > program->register_count || program->carried_count > program->environment_count ||
      program->reserved[0] || program->reserved[1] || program->reserved[2])
    return FAIL("%u carried values, %u registers, %u values of the environment", program->carried_count, program->register_count,
                program->environment_count);
  for (unsigned number = 0; number < count; number++)
    if (!check_instruction(program, number, why, size))
      return false;
  unsigned last = program->instructions[count - 1].op;
  if (last != PP_OP_END && last != PP_OP_STOP)
    return FAIL("the last instruction is operation %u; it must be END or STOP", last);
  return check_walks(program, why, size);
}

/* Whether an instruction reads one of the registers. */
static bool reads(const struct pp_instruction *in, uint32_t registers) {
  unsigned uses = uses_of(in->op);
  bool right = (uses & RIGHT) && !(in->flags & (PP_RIGHT_IMMEDIATE | PP_RIGHT_ENVIRONMENT));
  return ((uses & LEFT) && (registers >> in->left & 1)) || (right && (registers >> in->right & 1)) ||
         ((uses & THIRD) && (registers >> in->third & 1));
}

void pp_program_dependent(const struct pp_program *program, pp_instruction_set set) {
  uint32_t loaded = 0;             /* registers that depend on a load */
  int64_t joins = 0;               /* before it a register may also have the value of a way around */
  pp_instruction_set around = {0}; /* ends of loops that have gone back */
  unsigned budget = WAYS * PP_PROGRAM_INSTRUCTIONS, number = 0, passes = 0;
  while (passes < 2 && budget--) { /* the second for what is carried */
    const struct pp_instruction *in = &program->instructions[number];
    bool depends = reads(in, loaded);
    if (in->op == PP_OP_LOAD && depends)
      set[number / 64] |= UINT64_C(1) << number % 64;
    if (uses_of(in->op) & TO) {
      loaded &= number < joins ? UINT32_MAX : ~(UINT32_C(1) << in->to);
      loaded |= (uint32_t)(depends || in->op == PP_OP_LOAD) << in->to;
    }
    if ((uses_of(in->op) & TARGET_AHEAD) && in->immediate > joins)
      joins = in->immediate;
    bool back = in->op == PP_OP_REPEAT_IF && !(around[number / 64] >> number % 64 & 1);
    if (in->op == PP_OP_REPEAT_IF)
      around[number / 64] ^= UINT64_C(1) << number % 64; /* once around with what the loop has left */
    number = back ? (unsigned)in->immediate : number + 1;
    if (number == program->instruction_count)
      number = 0, joins = 0, passes++;
  }
}

#define EACH_LANE(lane) for (unsigned lane = 0; lane < PP_LANES; lane++)
#define IN(set, lane) ((set) >> (lane)&1)

/* A set, ready to be written to. */
struct target {
  pp_lane_set set;
  const uint64_t *mask; /* all bits of the lanes in the set; NULL: there are few */
};

#define MASK(bit) -(uint64_t)(bit)
#define NIBBLE(n)                                                                                                                \
  { MASK((n)&1), MASK((n) >> 1 & 1), MASK((n) >> 2 & 1), MASK((n) >> 3 & 1) }

/* For sets that are neither all lanes nor the first alone. */
__attribute__((noinline)) static const uint64_t *mask_of(struct pp_lanes *lanes, pp_lane_set set) {
  static const uint64_t nibbles[16][4] = {NIBBLE(0),  NIBBLE(1),  NIBBLE(2),  NIBBLE(3), NIBBLE(4),  NIBBLE(5),
                                          NIBBLE(6),  NIBBLE(7),  NIBBLE(8),  NIBBLE(9), NIBBLE(10), NIBBLE(11),
                                          NIBBLE(12), NIBBLE(13), NIBBLE(14), NIBBLE(15)};
  unsigned count = 0;
  for (pp_lane_set left = set; left && count <= FEW_LANES; left &= left - 1)
    count++;
  if (count <= FEW_LANES)
    return NULL;
  if (lanes->masked != set) {
    for (unsigned i = 0; i < PP_LANES / 4; i++)
      memcpy(&lanes->mask[4 * i], nibbles[set >> 4 * i & 15], sizeof *nibbles);
    lanes->masked = set;
  }
  return lanes->mask;
}

static inline struct target target_of(struct pp_lanes *lanes, pp_lane_set set) {
  return (struct target){set, set == 1 || !~set ? NULL : mask_of(lanes, set)};
}

/* Writes value(lane) to the lanes of a target. All lanes, the usual case, and many are loops that vectorise; the first alone is
 * the way of programs that run in order. */
#define WRITE(target, to, value)                                                                                                 \
  do {                                                                                                                           \
    if ((target).set == 1) {                                                                                                     \
      const unsigned lane = 0;                                                                                                   \
      (to)[lane] = (value);                                                                                                      \
    } else if ((target).set == ~UINT64_C(0)) {                                                                                   \
      EACH_LANE(lane)(to)[lane] = (value);                                                                                       \
    } else if ((target).mask) {                                                                                                  \
      EACH_LANE(lane)(to)[lane] = ((value) & (target).mask[lane]) | ((to)[lane] & ~(target).mask[lane]);                         \
    } else {                                                                                                                     \
      for (pp_lane_set left_over = (target).set; left_over; left_over &= left_over - 1) {                                        \
        const unsigned lane = (unsigned)__builtin_ctzll(left_over);                                                              \
        (to)[lane] = (value);                                                                                                    \
      }                                                                                                                          \
    }                                                                                                                            \
  } while (0)

static void join(struct pp_lane_groups *groups, pp_lane_set lanes, unsigned next) {
  for (unsigned i = 0; i < groups->count; i++)
    if (groups->list[i].next == next) {
      groups->list[i].lanes |= lanes;
      return;
    }
  if (lanes)
    groups->list[groups->count++] = (struct pp_lane_group){lanes, next};
}

/* Takes lanes out of all groups. */
static void drop(struct pp_lane_groups *groups, pp_lane_set lanes) {
  unsigned kept = 0;
  for (unsigned i = 0; i < groups->count; i++) {
    struct pp_lane_group group = groups->list[i];
    group.lanes &= ~lanes;
    if (group.lanes)
      groups->list[kept++] = group;
  }
  groups->count = kept;
}

unsigned pp_lanes_start(struct pp_lanes *lanes, const struct pp_program *program, const uint64_t *environment, uint64_t first,
                        uint64_t count) {
  unsigned started = 0, most = program->carried_count ? 1 : PP_LANES;
  pp_lane_set fresh = 0;
  if (!lanes->live || first < lanes->first)
    lanes->first = first;
  if (!lanes->live && count >= PP_LANES && most == PP_LANES) {
    EACH_LANE(lane) lanes->iteration[lane] = first + lane;
    fresh = ~UINT64_C(0);
    started = PP_LANES;
  }
  for (unsigned lane = 0; lane < most && started < count && ~fresh; lane++) {
    if (IN(lanes->live, lane))
      continue;
    lanes->iteration[lane] = first + started++;
    fresh |= UINT64_C(1) << lane;
  }
  unsigned kept = lanes->suspended ? program->carried_count : 0;
  lanes->suspended = lanes->suspended && !fresh;
  struct target target = target_of(lanes, fresh);
  for (unsigned r = kept; r < program->register_count; r++) {
    uint64_t value = r < program->carried_count ? environment[r] : 0;
    WRITE(target, lanes->registers[r], value);
  }
  join(&lanes->groups, fresh, 0);
  lanes->live |= fresh;
  return started;
}

/* A visit under way. */
struct visit {
  struct pp_lanes *lanes;
  const struct pp_program *program;
  const uint64_t *environment;
  const struct pp_program_io *io;
  uint64_t end, budget;
  pp_lane_set asked; /* lanes that waited when the visit began, until they have asked again */
};

/* A right operand that is one value for all lanes. */
static uint64_t value_of(const struct visit *visit, const struct pp_instruction *in) {
  return in->flags & PP_RIGHT_IMMEDIATE ? (uint64_t)in->immediate : visit->environment[in->immediate];
}

static uint64_t extend(uint64_t value, unsigned bytes, bool is_signed) {
  unsigned unused = 64 - 8 * bytes;
  return is_signed ? (uint64_t)((int64_t)(value << unused) >> unused) : value << unused >> unused;
}

static void leave(struct visit *visit, pp_lane_set set) {
  visit->lanes->live &= ~set;
}

/* The lanes of the set in which a division would trap end. Returns the others. */
static pp_lane_set divide(struct visit *visit, const struct pp_instruction *in, pp_lane_set set) {
  uint64_t(*r)[PP_LANES] = visit->lanes->registers;
  const uint64_t one = in->flags ? value_of(visit, in) : 0, *divisor = in->flags ? &one : r[in->right];
  unsigned step = !in->flags;
  bool is_signed = in->op == PP_OP_SDIVIDE || in->op == PP_OP_SREMAINDER;
  pp_lane_set traps = 0;
  EACH_LANE(lane) {
    uint64_t left = r[in->left][lane], right = divisor[lane * step];
    if (!IN(set, lane))
      continue;
    if (!right || (is_signed && left == UINT64_C(1) << 63 && right == UINT64_MAX))
      traps |= UINT64_C(1) << lane;
    else if (in->op == PP_OP_UDIVIDE)
      r[in->to][lane] = left / right;
    else if (in->op == PP_OP_UREMAINDER)
      r[in->to][lane] = left % right;
    else if (in->op == PP_OP_SDIVIDE)
      r[in->to][lane] = (uint64_t)((int64_t)left / (int64_t)right);
    else
      r[in->to][lane] = (uint64_t)((int64_t)left % (int64_t)right);
  }
  leave(visit, traps);
  return set & ~traps;
}

/* Lanes whose data is absent wait at this instruction. Returns those that have loaded. */
static pp_lane_set load(struct visit *visit, const struct pp_instruction *in, unsigned number, pp_lane_set set) {
  struct pp_lanes *lanes = visit->lanes;
  uint64_t(*r)[PP_LANES] = lanes->registers, *values = lanes->values;
  lanes->at = number;
  struct pp_loaded done =
      visit->io->load(visit->io->context, set, visit->asked & set, r[in->left], in->bytes, in->flags & PP_LOAD_STEADY, values);
  pp_lane_set loaded = done.loaded & set, absent = done.absent & set & ~loaded;
  unsigned unused = 64 - 8 * in->bytes;
  struct target target = target_of(lanes, loaded);
  WRITE(target, r[in->to], values[lane] << unused >> unused);
  join(&lanes->groups, absent, number);
  visit->asked &= ~set;
  lanes->waiting |= absent;
  leave(visit, set & ~loaded & ~absent);
  return loaded;
}

/* The lanes of the set whose register is zero. */
static pp_lane_set zeroes(const uint64_t *condition, pp_lane_set set) {
  pp_lane_set zero = 0;
  if (set == 1)
    return condition[0] == 0;
  EACH_LANE(lane) zero |= (uint64_t)(condition[lane] == 0) << lane;
  return zero & set;
}

/* An iteration of a program with carried values is over: the next one begins in the same lane. */
static void next_in_order(struct visit *visit) {
  struct pp_lanes *lanes = visit->lanes;
  bool over = ++lanes->iteration[0] >= visit->end;
  lanes->suspended = over;
  if (over) {
    leave(visit, 1);
    return;
  }
  join(&visit->lanes->running, 1, 0);
  for (unsigned r = visit->program->carried_count; r < visit->program->register_count; r++)
    lanes->registers[r][0] = 0;
}

static void give_up(struct pp_lanes *lanes, pp_lane_set set) {
  lanes->waiting &= ~set;
  lanes->live &= ~set;
  drop(&lanes->groups, set);
  drop(&lanes->running, set);
}

void pp_lanes_clear(struct pp_lanes *lanes) {
  lanes->live = lanes->waiting = 0;
  lanes->groups.count = 0;
  lanes->stopped = lanes->suspended = false;
}

void pp_lanes_drop_before(struct pp_lanes *lanes, uint64_t first) {
  pp_lane_set late = 0;
  EACH_LANE(lane) late |= (uint64_t)(lanes->iteration[lane] < first) << lane;
  give_up(lanes, late & lanes->live);
}

static void stop(struct visit *visit, pp_lane_set set) {
  struct pp_lanes *lanes = visit->lanes;
  EACH_LANE(lane) if (IN(set, lane) && (!lanes->stopped || lanes->iteration[lane] < lanes->last)) {
    lanes->stopped = true;
    lanes->last = lanes->iteration[lane];
  }
  leave(visit, set);
  pp_lane_set late = 0;
  EACH_LANE(lane) if (lanes->iteration[lane] > lanes->last) late |= UINT64_C(1) << lane;
  give_up(lanes, late);
}

/* to = left op right. `step`: 1, or 0 where right is one value for all lanes. */
static inline __attribute__((always_inline)) bool two_operands(unsigned op, struct target target, uint64_t *to,
                                                               const uint64_t *left, const uint64_t *right, unsigned step) {
  switch (op) {
  case PP_OP_ADD:
    WRITE(target, to, left[lane] + right[lane * step]);
    break;
  case PP_OP_SUBTRACT:
    WRITE(target, to, left[lane] - right[lane * step]);
    break;
  case PP_OP_MULTIPLY:
    WRITE(target, to, left[lane] * right[lane * step]);
    break;
  case PP_OP_MULTIPLY_HIGH:
    WRITE(target, to, (uint64_t)((unsigned __int128)left[lane] * right[lane * step] >> 64));
    break;
  case PP_OP_AND:
    WRITE(target, to, left[lane] & right[lane * step]);
    break;
  case PP_OP_OR:
    WRITE(target, to, left[lane] | right[lane * step]);
    break;
  case PP_OP_XOR:
    WRITE(target, to, left[lane] ^ right[lane * step]);
    break;
  case PP_OP_SHIFT_LEFT:
    WRITE(target, to, left[lane] << (right[lane * step] & 63));
    break;
  case PP_OP_SHIFT_RIGHT:
    WRITE(target, to, left[lane] >> (right[lane * step] & 63));
    break;
  case PP_OP_SHIFT_RIGHT_SIGNED:
    WRITE(target, to, (uint64_t)((int64_t)left[lane] >> (right[lane * step] & 63)));
    break;
  case PP_OP_EQUAL:
    WRITE(target, to, left[lane] == right[lane * step]);
    break;
  case PP_OP_NOT_EQUAL:
    WRITE(target, to, left[lane] != right[lane * step]);
    break;
  case PP_OP_ULESS:
    WRITE(target, to, left[lane] < right[lane * step]);
    break;
  case PP_OP_ULESS_EQUAL:
    WRITE(target, to, left[lane] <= right[lane * step]);
    break;
  case PP_OP_SLESS:
    WRITE(target, to, (int64_t)left[lane] < (int64_t)right[lane * step]);
    break;
  case PP_OP_SLESS_EQUAL:
    WRITE(target, to, (int64_t)left[lane] <= (int64_t)right[lane * step]);
    break;
  default:
    return false;
  }
  return true;
}

static pp_lane_set arithmetic(struct visit *visit, const struct pp_instruction *in, pp_lane_set set) {
  uint64_t(*r)[PP_LANES] = visit->lanes->registers;
  uint64_t *to = r[in->to];
  struct target target = target_of(visit->lanes, set);
  const uint64_t *left = r[in->left], *right = r[in->right];
  if (in->flags) {
    uint64_t value = value_of(visit, in);
    unsigned op = in->op;
    if (op == PP_OP_MULTIPLY && __builtin_popcountll(value) == 1) { /* element sizes: there are vector instructions that shift */
      op = PP_OP_SHIFT_LEFT;
      value = (uint64_t)__builtin_ctzll(value);
    }
    if (two_operands(op, target, to, left, &value, 0))
      return set;
  } else if (two_operands(in->op, target, to, left, right, 1)) {
    return set;
  }
  switch (in->op) {
  case PP_OP_CONSTANT:
    WRITE(target, to, (uint64_t)in->immediate);
    break;
  case PP_OP_ITERATION:
    WRITE(target, to, visit->lanes->iteration[lane]);
    break;
  case PP_OP_ENVIRONMENT: {
    uint64_t value = visit->environment[in->immediate];
    WRITE(target, to, value);
    break;
  }
  case PP_OP_COPY:
    WRITE(target, to, left[lane]);
    break;
  case PP_OP_EXTEND:
    WRITE(target, to, extend(left[lane], in->bytes, false));
    break;
  case PP_OP_EXTEND_SIGNED:
    WRITE(target, to, extend(left[lane], in->bytes, true));
    break;
  case PP_OP_SELECT: {
    const uint64_t *chosen = r[in->third];
    WRITE(target, to, chosen[lane] ? left[lane] : right[lane]);
    break;
  }
  default:
    return divide(visit, in, set);
  }
  return set;
}

/* Runs the lanes of a set, which stand at instruction `number`, until they part or come to `meet`, where others stand. */
static void run_together(struct visit *visit, pp_lane_set set, unsigned number, unsigned meet) {
  while (set && number != meet && visit->budget && !visit->lanes->enough) {
    const struct pp_instruction *in = &visit->program->instructions[number];
    visit->budget--;
    switch (in->op) {
    case PP_OP_END:
      if (visit->program->carried_count)
        next_in_order(visit);
      else
        leave(visit, set);
      return;
    case PP_OP_STOP:
      stop(visit, set);
      return;
    case PP_OP_WALK:
      visit->io->walk(visit->io->context, in->to, visit->lanes->registers[in->left][0], visit->lanes->registers[in->right][0],
                      visit->lanes->registers[in->third][0]);
      break;
    case PP_OP_HINT: {
      const uint64_t one = in->flags ? value_of(visit, in) : 0;
      visit->lanes->at = number;
      visit->io->hint(visit->io->context, set, in->to, visit->lanes->registers[in->left],
                      in->flags ? &one : visit->lanes->registers[in->right], !in->flags);
      break;
    }
    case PP_OP_LOAD:
      set = load(visit, in, number, set);
      break;
    case PP_OP_SKIP_IF:
    case PP_OP_SKIP_UNLESS:
    case PP_OP_REPEAT_IF: {
      pp_lane_set zero = zeroes(visit->lanes->registers[in->left], set);
      pp_lane_set taken = in->op == PP_OP_SKIP_UNLESS ? zero : set & ~zero;
      if (taken) { /* who runs next is chosen anew: one may have come to where others stand */
        join(&visit->lanes->running, taken, (unsigned)in->immediate);
        join(&visit->lanes->running, set & ~taken, number + 1);
        return;
      }
      break;
    }
    default:
      set = arithmetic(visit, in, set);
    }
    number++;
  }
  join(&visit->lanes->running, set, number);
}

/* Lanes that wait and are to be left alone stay where they are. */
static void set_aside(struct pp_lanes *lanes) {
  struct pp_lane_groups *groups = &lanes->groups;
  unsigned kept = 0;
  for (unsigned i = 0; i < groups->count; i++) {
    struct pp_lane_group group = groups->list[i];
    join(&lanes->running, group.lanes & ~lanes->waiting, group.next);
    group.lanes &= lanes->waiting;
    if (group.lanes)
      groups->list[kept++] = group;
  }
  groups->count = kept;
}

uint64_t pp_lanes_visit(struct pp_lanes *lanes, const struct pp_program *program, const uint64_t *environment, uint64_t end,
                        uint64_t budget, const struct pp_program_io *io) {
  struct visit visit = {lanes, program, environment, io, end, budget, lanes->patient ? 0 : lanes->waiting};
  lanes->running.count = 0;
  lanes->enough = false;
  lanes->waiting &= ~visit.asked;
  set_aside(lanes);
  while (lanes->running.count && visit.budget && !lanes->enough) {
    struct pp_lane_group *list = lanes->running.list;
    unsigned first = 0, meet = UINT16_MAX;
    for (unsigned i = 1; i < lanes->running.count; i++)
      first = list[i].next < list[first].next ? i : first;
    struct pp_lane_group group = list[first];
    list[first] = list[--lanes->running.count];
    for (unsigned i = 0; i < lanes->running.count; i++)
      meet = list[i].next < meet ? list[i].next : meet;
    run_together(&visit, group.lanes, group.next, meet);
  }
  for (unsigned i = 0; i < lanes->running.count; i++)
    join(&lanes->groups, lanes->running.list[i].lanes, lanes->running.list[i].next);
  lanes->running.count = 0;
  lanes->waiting |= visit.asked & lanes->live; /* those that had no turn still have waited */
  return visit.budget;
}
