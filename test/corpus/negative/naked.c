/* SPDX-License-Identifier: MIT */
/* Naked functions and interrupt handlers stay untouched. */
// RUN: %identical %s -O2 -mgeneral-regs-only
// RUN: %identical --differs %s -O2 -mgeneral-regs-only -DORDINARY
struct frame;
extern long table[], order[];
extern volatile long sink;

__attribute__((naked)) void bare(void) { __asm__("ret"); }

#ifndef ORDINARY
__attribute__((interrupt))
#endif
void handler(struct frame *frame) {
  (void)frame;
  long sum = 0;
  for (long i = 0; i < 100000000; i++)
    sum += table[order[i]];
  sink = sum;
}
