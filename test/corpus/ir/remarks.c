/* SPDX-License-Identifier: MIT */
/* Remarks of clang: what was inserted, what was not and why, and the optimisation record. */
// REQUIRES: clang
// RUN: %cc %plugin -O2 -g -Rpass=pageprefetch -Rpass-missed=pageprefetch -c %s -o %t.o 2>%t.info
// RUN: %filecheck --input-file=%t.info %s
// RUN: %cc %plugin -O2 -fsave-optimization-record -foptimization-record-file=%t.yaml -c %s -o %t.o
// RUN: %filecheck --input-file=%t.yaml --check-prefix=YAML %s

// YAML-DAG: Pass: {{ *}}pageprefetch
// YAML-DAG: Function: {{ *}}gather
long gather(const long *a, const unsigned *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum = (sum ^ a[b[i]]) * 3;
  // CHECK-DAG: remarks.c:[[@LINE-1]]:{{[0-9]+}}: remark: affine stream inserted: reads 4 bytes, stride 4
  // CHECK-DAG: remarks.c:[[@LINE-2]]:{{[0-9]+}}: remark: gather stream inserted: reads 8 bytes, 1 index load
  return sum;
}

long chase(const unsigned *next, unsigned from) {
  long count = 0;
  for (; from; from = next[from]) // CHECK-DAG: remarks.c:[[@LINE]]:{{[0-9]+}}: remark: not hinted: reads 4 bytes: {{.+}}
    count++;
  return count;
}
