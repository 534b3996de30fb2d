/* SPDX-License-Identifier: MIT */
/* The flag given without optimisation: one note says that no loop is hinted, and what would help. It fails no build with -Werror,
 * stays away where no loop is, and does not come where loops are hinted. */
// RUN: %cc -O0 -Werror %plugin -c %s -o %t.o 2> %t.err
// RUN: %filecheck --input-file=%t.err %s --check-prefix=O0
// RUN: %cc -Werror %plugin -c %s -o %t.o 2> %t.err
// RUN: %filecheck --input-file=%t.err %s --check-prefix=O0
// O0-COUNT-1: note: pageprefetch: {{.*}}no loop is hinted at -O0: compile with -O1 or higher
// O0-NOT: pageprefetch:
// RUN: %cc -Og -Werror %plugin -S %s -o %t.s 2> %t.err
// RUN: cat %t.err %t.s > %t.both && %filecheck --input-file=%t.both %s --check-prefix=OG-%prefix
// OG-GCC: note: pageprefetch: no loop is hinted at -Og, where GCC runs no loop passes: compile with -O1 or higher
// OG-GCC-NOT: __pp_strip
// OG-LLVM-NOT: note:
// OG-LLVM: __pp_strip
// RUN: %cc -O0 -DNO_LOOP %plugin -c %s -o %t.o 2> %t.err
// RUN: %count 0 < %t.err
// RUN: %cc -O1 %plugin -c %s -o %t.o 2> %t.err
// RUN: %count 0 < %t.err
#ifdef NO_LOOP
#define while if
#endif

long first(const long *p, const int *q, long n) {
  long sum = 0;
  while (n > 0)
    sum += p[q[--n]];
  return sum;
}

long second(const long *p, const int *q, long n) {
  long sum = 0;
  while (n > 0)
    sum ^= p[q[--n]];
  return sum;
}
