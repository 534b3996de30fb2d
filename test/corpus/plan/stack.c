/* SPDX-License-Identifier: MIT */
/* Arrays on the stack are as others for the planner; whether a stack may be read ahead of time is the runtime's matter. */
// RUN: %planned %s -O2 | %filecheck %s
#include <stdint.h>

enum { SIZE = 1 << 20 };
void fill(uint64_t *values, uint32_t *index);

uint64_t on_stack(const uint64_t *table) {
  uint64_t values[SIZE], sum = 0;
  uint32_t index[SIZE];
  fill(values, index);
  for (long i = 0; i < SIZE; i++)
    sum += values[i] ^ // CHECK-DAG: [[@LINE]]: affine read strides [8] bytes 8
           table[index[i]]; // CHECK-DAG: [[@LINE]]: gather read strides [unknown] bytes 8
  return sum;
}
