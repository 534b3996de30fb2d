/* SPDX-License-Identifier: MIT */
/* Targets that hints are not made for, 32-bit pointers and other processors: a note says so, and the code is the plain one. */
// RUN: %cc -O2 -m32 -Werror %plugin -S %s -o %t.s 2> %t.err
// RUN: %filecheck --input-file=%t.err %s --check-prefix=%prefix
// RUN: %not grep __pp_ %t.s
// RUN: %cc -O2 -mx32 -Werror %plugin -S %s -o %t.s 2> %t.err
// RUN: %filecheck --input-file=%t.err %s --check-prefix=%prefix
// RUN: %not grep __pp_ %t.s
// RUN: %cc -O2 %plugin -S %s -o %t.s 2> %t.err
// RUN: grep __pp_ %t.s
// RUN: %count 0 < %t.err
// GCC: note: pageprefetch: no loop is hinted in code with 32-bit pointers (-m32, -mx32): hints are for 64-bit programs
// LLVM: note: pageprefetch: {{.*}}target.c: no loop is hinted for the target '{{.+}}': hints are for x86-64 Linux with 64-bit
// pointers
long gather(const long *p, const int *q, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += p[q[i]];
  return sum;
}
