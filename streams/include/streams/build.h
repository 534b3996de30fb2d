/* SPDX-License-Identifier: MIT */
/* Values of a nest that plugins make themselves: operations of the graph, and what compilers know as one operation and the graph
 * writes in several. So that both compilers' are the same, they are written here once. */
#ifndef STREAMS_BUILD_H
#define STREAMS_BUILD_H

#include "streams/nest.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Each adds values to the nest, computed in `block` (operands stand as numbers of values), and returns the number of the result,
 * which may be an operand. Not thread-safe, as the nest. */
int pp_build_constant(struct pp_nest *nest, unsigned bits, uint64_t number);
int pp_build_operation(struct pp_nest *nest, int block, enum pp_operation operation, unsigned bits, int first, int second,
                       int third, unsigned flags);
/* Of two operands of one width: the result has it too, or is 1 bit of a comparison. */
int pp_build_binary(struct pp_nest *nest, int block, enum pp_operation operation, int left, int right, unsigned flags);
/* The same with a constant on the right. */
int pp_build_with(struct pp_nest *nest, int block, enum pp_operation operation, int left, uint64_t right);
/* The value in `bits` bits: cut, or extended. */
int pp_build_fit(struct pp_nest *nest, int block, int value, unsigned bits, bool is_signed);
/* The smaller or larger of two, by PP_ULESS or PP_SLESS. */
int pp_build_smaller(struct pp_nest *nest, int block, enum pp_operation less, int left, int right, bool larger);
int pp_build_absolute(struct pp_nest *nest, int block, int value);
/* The upper (to the left) or lower half of high:low, shifted by `count` modulo the width. A rotation where both are one. */
int pp_build_funnel(struct pp_nest *nest, int block, int high, int low, int count, bool left);
/* The parts of `smallest` bits in reverse order. The width is a power of two of them. */
int pp_build_reversed(struct pp_nest *nest, int block, int value, unsigned smallest);
/* How many bits are set; how many are not below the lowest, and above the highest, that is set. In the value's width. */
int pp_build_bit_count(struct pp_nest *nest, int block, int value);
int pp_build_zeros_below(struct pp_nest *nest, int block, int value);
int pp_build_zeros_above(struct pp_nest *nest, int block, int value);

#ifdef __cplusplus
}
#endif
#endif
