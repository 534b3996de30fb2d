/* SPDX-License-Identifier: MIT */
/* Operations that the graph lacks, written in those that it has. */
#include "streams/build.h"
#include "nest_data.h"

static unsigned bits_of(const struct pp_nest *nest, int value) {
  return nest->values[value].bits;
}

int pp_build_constant(struct pp_nest *nest, unsigned bits, uint64_t number) {
  struct pp_nest_value value = {.kind = PP_VALUE_CONSTANT,
                                .bits = bits,
                                .block = PP_NONE,
                                .operand = {PP_NONE, PP_NONE, PP_NONE},
                                .constant = bits < 64 ? number & ((UINT64_C(1) << bits) - 1) : number};
  return pp_nest_add_value(nest, &value);
}

int pp_build_operation(struct pp_nest *nest, int block, enum pp_operation operation, unsigned bits, int first, int second,
                       int third, unsigned flags) {
  struct pp_nest_value value = {.kind = PP_VALUE_OPERATION,
                                .bits = bits,
                                .block = block,
                                .flags = flags,
                                .operation = operation,
                                .operand = {first, second, third}};
  return pp_nest_add_value(nest, &value);
}

int pp_build_binary(struct pp_nest *nest, int block, enum pp_operation operation, int left, int right, unsigned flags) {
  bool compares = operation >= PP_EQUAL && operation <= PP_SLESS_EQUAL;
  return pp_build_operation(nest, block, operation, compares ? 1 : bits_of(nest, left), left, right, PP_NONE, flags);
}

int pp_build_with(struct pp_nest *nest, int block, enum pp_operation operation, int left, uint64_t right) {
  int constant = pp_build_constant(nest, bits_of(nest, left), right);
  return pp_build_binary(nest, block, operation, left, constant, 0);
}

int pp_build_fit(struct pp_nest *nest, int block, int value, unsigned bits, bool is_signed) {
  unsigned own = bits_of(nest, value);
  if (own == bits)
    return value;
  enum pp_operation operation = own > bits ? PP_TRUNCATE : is_signed ? PP_EXTEND_SIGN : PP_EXTEND_ZERO;
  return pp_build_operation(nest, block, operation, bits, value, PP_NONE, PP_NONE, 0);
}

int pp_build_smaller(struct pp_nest *nest, int block, enum pp_operation less, int left, int right, bool larger) {
  int chosen = pp_build_binary(nest, block, less, left, right, 0);
  return pp_build_operation(nest, block, PP_SELECT, bits_of(nest, left), chosen, larger ? right : left, larger ? left : right, 0);
}

int pp_build_absolute(struct pp_nest *nest, int block, int value) {
  int zero = pp_build_constant(nest, bits_of(nest, value), 0);
  int negative = pp_build_binary(nest, block, PP_SLESS, value, zero, 0);
  int turned = pp_build_binary(nest, block, PP_SUBTRACT, zero, value, 0);
  return pp_build_operation(nest, block, PP_SELECT, bits_of(nest, value), negative, turned, value, 0);
}

/* The other half moves one bit at first, so that no shift is by the whole width. */
int pp_build_funnel(struct pp_nest *nest, int block, int high, int low, int count, bool left) {
  unsigned bits = bits_of(nest, high);
  enum pp_operation one = left ? PP_SHIFT_LEFT : PP_SHIFT_RIGHT, other = left ? PP_SHIFT_RIGHT : PP_SHIFT_LEFT;
  count = pp_build_with(nest, block, PP_UREMAINDER, count, bits);
  int back = pp_build_binary(nest, block, PP_SUBTRACT, pp_build_constant(nest, bits, bits - 1), count, 0);
  int near = pp_build_binary(nest, block, one, left ? high : low, count, 0);
  int far = pp_build_binary(nest, block, other, pp_build_with(nest, block, other, left ? low : high, 1), back, 0);
  return pp_build_binary(nest, block, PP_OR, near, far, 0);
}

int pp_build_reversed(struct pp_nest *nest, int block, int value, unsigned smallest) {
  unsigned bits = bits_of(nest, value);
  for (unsigned part = smallest; part < bits; part *= 2) {
    uint64_t low = 0;
    for (unsigned bit = 0; bit < bits; bit++)
      low |= bit / part % 2 ? 0 : UINT64_C(1) << bit;
    int up = pp_build_with(nest, block, PP_SHIFT_LEFT, pp_build_with(nest, block, PP_AND, value, low), part);
    int down = pp_build_with(nest, block, PP_AND, pp_build_with(nest, block, PP_SHIFT_RIGHT, value, part), low);
    value = pp_build_binary(nest, block, PP_OR, up, down, 0);
  }
  return value;
}

/* Sums of neighbours, in wider and wider fields. */
int pp_build_bit_count(struct pp_nest *nest, int block, int value) {
  static const uint64_t fields[] = {UINT64_C(0x5555555555555555), UINT64_C(0x3333333333333333), UINT64_C(0x0f0f0f0f0f0f0f0f)};
  unsigned bits = bits_of(nest, value);
  int sum = pp_build_fit(nest, block, value, 64, false);
  for (unsigned step = 0; step < 3; step++) {
    int low = pp_build_with(nest, block, PP_AND, sum, fields[step]);
    int high = pp_build_with(nest, block, PP_AND, pp_build_with(nest, block, PP_SHIFT_RIGHT, sum, 1u << step), fields[step]);
    sum = pp_build_binary(nest, block, PP_ADD, low, high, 0);
  }
  sum = pp_build_with(nest, block, PP_MULTIPLY, sum, UINT64_C(0x0101010101010101));
  return pp_build_fit(nest, block, pp_build_with(nest, block, PP_SHIFT_RIGHT, sum, 56), bits, false);
}

int pp_build_zeros_below(struct pp_nest *nest, int block, int value) {
  int others = pp_build_with(nest, block, PP_XOR, value, UINT64_MAX);
  int below = pp_build_with(nest, block, PP_SUBTRACT, value, 1);
  return pp_build_bit_count(nest, block, pp_build_binary(nest, block, PP_AND, others, below, 0));
}

int pp_build_zeros_above(struct pp_nest *nest, int block, int value) {
  for (unsigned part = 1, bits = bits_of(nest, value); part < bits; part *= 2)
    value = pp_build_binary(nest, block, PP_OR, value, pp_build_with(nest, block, PP_SHIFT_RIGHT, value, part), 0);
  return pp_build_bit_count(nest, block, pp_build_with(nest, block, PP_XOR, value, UINT64_MAX));
}
