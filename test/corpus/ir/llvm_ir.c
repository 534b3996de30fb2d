/* SPDX-License-Identifier: MIT */
/* LLVM IR of a gather: records, weak declarations, state tested once before the loop, slice inside the strip's head. */
// REQUIRES: clang
// RUN: %cc %plugin -O2 -fno-vectorize -fno-unroll-loops -g0 -S -emit-llvm %s -o - | %filecheck %s
// RUN: %cc -O1 -Xclang -disable-llvm-passes -g0 -S -emit-llvm %s -o %t.ll
// RUN: %opt -load %plugin_file -load-pass-plugin=%plugin_file -passes="function(mem2reg,instcombine,simplifycfg,loop-simplify,loop-rotate,pageprefetch)" -S %t.ll -o %t.opt.ll
// RUN: %filecheck --input-file=%t.opt.ll --check-prefix=OPT %s
// RUN: %opt -passes="function(mem2reg,instcombine,simplifycfg,loop-simplify,loop-rotate)" -S %t.ll -o %t.rotated.ll
// RUN: %opt -load %plugin_file -load-pass-plugin=%plugin_file -passes=pageprefetch -S %t.rotated.ll -o %t.opt.ll
// RUN: %filecheck --input-file=%t.opt.ll --check-prefix=OPT %s

// CHECK: @{{.*}} = {{internal|private}} global
// CHECK: define{{.*}} @gather(
// OPT: __pp_strip
long gather(const long *a, const unsigned *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum = (sum ^ a[b[i]]) * 3;
  return sum;
}
// CHECK: call i64 @__pp_strip(
// CHECK: declare extern_weak {{.*}}i64 @__pp_strip(
// CHECK: declare extern_weak {{.*}}i64 @__pp_gather_begin(
