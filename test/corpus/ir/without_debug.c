/* SPDX-License-Identifier: MIT */
/* Without debug information records still name the source file and the function; no path of the build's, which clang's prefix
 * maps would not rename there. */
// REQUIRES: clang
// RUN: %cc -O2 %plugin -S -emit-llvm %s -o %t.ll
// RUN: %filecheck --input-file=%t.ll %s
// CHECK-DAG: @pageprefetch.text{{.*}} c"without_debug.c\00"
// CHECK-DAG: @pageprefetch.text{{.*}} c"gather\00"
// CHECK-NOT: @pageprefetch.text{{.*}} c"\00"
long gather(const long *p, const int *q, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += p[q[i]];
  return sum;
}
