/* SPDX-License-Identifier: MIT */
/* Naked functions and interrupt handlers stay untouched. */
// RUN: %identical %s -O2 -mgeneral-regs-only
struct frame;
extern long table[], order[];
extern volatile long sink;

__attribute__((naked)) void bare(void) { __asm__("ret"); }

__attribute__((interrupt)) void handler(struct frame *frame) {
  (void)frame;
  long sum = 0;
  for (long i = 0; i < 100000000; i++)
    sum += table[order[i]];
  sink = sum;
}
