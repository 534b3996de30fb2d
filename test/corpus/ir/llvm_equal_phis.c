/* SPDX-License-Identifier: MIT */
/* Values of a loop that are always the same go from strip to strip as one: what partial redundancy elimination leaves. */
// REQUIRES: clang
// RUN: %cc -O1 -Xclang -disable-llvm-passes -fno-discard-value-names -g0 -S -emit-llvm %s -o %t.ll
// RUN: %opt -passes="function(mem2reg,loop-simplify,loop-rotate)" -S %t.ll -o %t.plain.ll
// RUN: %filecheck --input-file=%t.plain.ll --check-prefix=PLAIN %s
// RUN: %opt -load %plugin_file -load-pass-plugin=%plugin_file -passes=pageprefetch -S %t.plain.ll -o %t.cut.ll
// RUN: %filecheck --input-file=%t.cut.ll %s
// PLAIN-DAG: %one{{.*}} = phi i64
// PLAIN-DAG: %other{{.*}} = phi i64
// CHECK: for.body:
// CHECK: %{{(one|other)[.0-9]+}} = phi i64
// CHECK-NOT: %{{(one|other)[.0-9]+}} = phi i64
// CHECK: getelementptr
// CHECK: call i64 {{.*}}@__pp_strip(
long equal(const long *table, const unsigned *index, const long *next, long n, long first) {
  long sum = 0, one = first, other = first;
  for (long i = 0; i < n; i++) {
    sum += table[index[i]] * one + other;
    if (next[i]) {
      long both = next[i] * 3;
      one = both;
      other = both;
    }
  }
  return sum;
}
