/* SPDX-License-Identifier: MIT */
/* Hints are inserted once, however often the plugin is named: the code is the same as from one. */
// RUN: %cc -O2 %plugin -S %s -o %t.once.s
// RUN: %cc -O2 %plugin %plugin -S %s -o %t.twice.s
// RUN: diff %t.once.s %t.twice.s
// RUN: %filecheck --input-file=%t.twice.s %s
// CHECK: __pp_strip
long gather(const long *a, const unsigned *b, long n);
long gather(const long *a, const unsigned *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum = sum * 3 + a[b[i]];
  return sum;
}
