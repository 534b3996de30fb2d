/* SPDX-License-Identifier: MIT */
/* The plain interpreter of slice programs: see plain_program.h. */
#include "plain_program.h"

#include <string.h>

/* By halves, where the runtime uses 128 bits. */
static uint64_t multiply_high(uint64_t a, uint64_t b) {
  uint64_t al = a & UINT32_MAX, ah = a >> 32, bl = b & UINT32_MAX, bh = b >> 32, middle = ah * bl + (al * bl >> 32);
  return ah * bh + (middle >> 32) + (((middle & UINT32_MAX) + al * bh) >> 32);
}

/* False where the program's own division would trap. */
static bool divide(unsigned op, uint64_t a, uint64_t b, uint64_t *result) {
  int64_t x = (int64_t)a, y = (int64_t)b;
  if (!b || ((op == PP_OP_SDIVIDE || op == PP_OP_SREMAINDER) && x == INT64_MIN && y == -1))
    return false;
  *result = op == PP_OP_UDIVIDE      ? a / b
            : op == PP_OP_UREMAINDER ? a % b
            : op == PP_OP_SDIVIDE    ? (uint64_t)(x / y)
                                     : (uint64_t)(x % y);
  return true;
}

static uint64_t compute(const struct pp_instruction *in, uint64_t a, uint64_t b) {
  switch (in->op) {
  case PP_OP_ADD:
    return a + b;
  case PP_OP_SUBTRACT:
    return a - b;
  case PP_OP_MULTIPLY:
    return a * b;
  case PP_OP_MULTIPLY_HIGH:
    return multiply_high(a, b);
  case PP_OP_AND:
    return a & b;
  case PP_OP_OR:
    return a | b;
  case PP_OP_XOR:
    return a ^ b;
  case PP_OP_SHIFT_LEFT:
    return a << b % 64;
  case PP_OP_SHIFT_RIGHT:
    return a >> b % 64;
  case PP_OP_SHIFT_RIGHT_SIGNED:
    return (uint64_t)((int64_t)a >> b % 64);
  case PP_OP_EQUAL:
    return a == b;
  case PP_OP_NOT_EQUAL:
    return a != b;
  case PP_OP_ULESS:
    return a < b;
  case PP_OP_ULESS_EQUAL:
    return a <= b;
  case PP_OP_SLESS:
    return (int64_t)a < (int64_t)b;
  case PP_OP_SLESS_EQUAL:
    return (int64_t)a <= (int64_t)b;
  case PP_OP_EXTEND:
    return in->bytes == 1 ? (uint8_t)a : in->bytes == 2 ? (uint16_t)a : (uint32_t)a;
  case PP_OP_EXTEND_SIGNED:
    return in->bytes == 1 ? (uint64_t)(int8_t)a : in->bytes == 2 ? (uint64_t)(int16_t)a : (uint64_t)(int32_t)a;
  default: /* PP_OP_COPY */
    return a;
  }
}

enum plain_end plain_iteration(const struct pp_program *program, const uint64_t *environment, uint64_t iteration,
                               uint64_t *registers, uint64_t *budget, const struct plain_world *world) {
  uint64_t *r = registers;
  enum plain_end failed = program->carried_count ? PLAIN_STOPPED : PLAIN_ENDED;
  memset(r + program->carried_count, 0, (PP_PROGRAM_REGISTERS - program->carried_count) * sizeof *r);
  for (unsigned at = 0; *budget; --*budget) {
    const struct pp_instruction in = program->instructions[at++];
    uint64_t a = r[in.left], b = r[in.right], value = 0;
    if (in.flags & PP_RIGHT_IMMEDIATE)
      b = (uint64_t)in.immediate;
    else if (in.flags & PP_RIGHT_ENVIRONMENT)
      b = environment[in.immediate];
    switch (in.op) {
    case PP_OP_END:
      return PLAIN_ENDED;
    case PP_OP_STOP:
      return PLAIN_STOPPED;
    case PP_OP_CONSTANT:
      value = (uint64_t)in.immediate;
      break;
    case PP_OP_ITERATION:
      value = iteration;
      break;
    case PP_OP_ENVIRONMENT:
      value = environment[in.immediate];
      break;
    case PP_OP_SELECT:
      value = r[in.third] ? a : b;
      break;
    case PP_OP_UDIVIDE:
    case PP_OP_UREMAINDER:
    case PP_OP_SDIVIDE:
    case PP_OP_SREMAINDER:
      if (!divide(in.op, a, b, &value))
        return failed;
      break;
    case PP_OP_LOAD:
      if (!world->load(world->context, a, &value, in.bytes))
        return failed;
      break;
    case PP_OP_SKIP_IF:
    case PP_OP_REPEAT_IF:
      at = a ? (unsigned)in.immediate : at;
      continue;
    case PP_OP_SKIP_UNLESS:
      at = a ? at : (unsigned)in.immediate;
      continue;
    case PP_OP_HINT:
      world->hint(world->context, iteration, in.to, a, b);
      continue;
    case PP_OP_WALK:
      world->walk(world->context, in.to, a, b, r[in.third]);
      continue;
    default:
      value = compute(&in, a, b);
      break;
    }
    r[in.to] = value;
  }
  return PLAIN_BUDGET;
}
