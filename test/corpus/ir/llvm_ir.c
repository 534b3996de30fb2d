/* SPDX-License-Identifier: MIT */
/* LLVM IR of a gather: programs and records as data, a weak declaration, one test of the record before the loop, one call, in a
 * function apart. */
// REQUIRES: clang
// RUN: %cc %plugin -O2 -fno-vectorize -fno-unroll-loops -g0 -S -emit-llvm %s -o - | %filecheck %s
// RUN: %cc -O1 -Xclang -disable-llvm-passes -g0 -S -emit-llvm %s -o %t.ll
// RUN: %opt -load %plugin_file -load-pass-plugin=%plugin_file -passes="function(mem2reg,instcombine,simplifycfg,loop-simplify,loop-rotate,pageprefetch)" -S %t.ll -o %t.opt.ll
// RUN: %filecheck --input-file=%t.opt.ll --check-prefix=OPT %s
// RUN: %opt -passes="function(mem2reg,instcombine,simplifycfg,loop-simplify,loop-rotate)" -S %t.ll -o %t.rotated.ll
// RUN: %opt -load %plugin_file -load-pass-plugin=%plugin_file -passes=pageprefetch -S %t.rotated.ll -o %t.opt.ll
// RUN: %filecheck --input-file=%t.opt.ll --check-prefix=OPT %s

// CHECK-DAG: @pageprefetch.instructions{{.*}} = private constant
// CHECK-DAG: @pageprefetch.program{{.*}} = private constant
// CHECK-DAG: @pageprefetch.loop{{.*}} = private global
// CHECK: define{{.*}} @gather(
// OPT: __pp_strip
long gather(const long *a, const unsigned *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum = (sum ^ a[b[i]]) * 3;
  return sum;
}
// CHECK: load i64, {{.*}}@pageprefetch.loop
// CHECK-NOT: load i64, {{.*}}@pageprefetch.loop
// CHECK: call i64 @gather.pp_strips(
// CHECK-NOT: call{{.*}} @__pp_strip(
// CHECK: declare extern_weak {{.*}}i64 @__pp_strip({{.*}}, i64, i64, ...)
// CHECK: define internal i64 @gather.pp_strips({{.*}}#[[ATTRIBUTES:[0-9]+]]
// CHECK: call i64 ({{.*}}, i64, i64, ...) @__pp_strip(
// CHECK-NOT: @__pp_
// CHECK: attributes #[[ATTRIBUTES]] = { cold noinline
