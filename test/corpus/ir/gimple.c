/* SPDX-License-Identifier: MIT */
/* GIMPLE of a gather: the calls stand once each, and the original body is one loop still. */
// REQUIRES: gcc
// RUN: %cc %plugin -O2 -fno-tree-vectorize -c %s -o %t.o -fdump-tree-optimized=%t.dump
// RUN: %filecheck --input-file=%t.dump %s
// RUN: %cc %plugin -O2 -c %s -o %t.o -fopt-info-loop-all=%t.info
// RUN: %filecheck --input-file=%t.info --check-prefix=INFO %s

// CHECK: gather (
// CHECK-COUNT-1: __pp_strip (
// CHECK-NOT: __pp_strip (
long gather(const long *a, const unsigned *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum = (sum ^ a[b[i]]) * 3;
  // INFO-DAG: gimple.c:[[@LINE-1]]:{{[0-9]+}}: optimized: {{.*}}affine stream inserted: reads 4 bytes, stride 4
  // INFO-DAG: gimple.c:[[@LINE-2]]:{{[0-9]+}}: optimized: {{.*}}gather stream inserted: reads 8 bytes, 1 index load
  return sum;
}

long chase(const unsigned *next, unsigned from) {
  long count = 0;
  for (; from; from = next[from]) // INFO-DAG: gimple.c:[[@LINE]]:{{[0-9]+}}: missed: {{.*}}not hinted: reads 4 bytes: {{.+}}
    count++;
  return count;
}
