/* SPDX-License-Identifier: MIT */
/* Calls that do not fit the function, which is wrong only where they are run, hand on nothing; functions without names are not
 * taken for each other. */
// REQUIRES: clang
// RUN: %cc %plugin %pp_option:min-footprint=1 -O2 -w -g0 -S -emit-llvm %s -o - | %filecheck %s
// RUN: %cc -O1 -w -Xclang -disable-llvm-passes -g0 -S -emit-llvm %s -o - | sed -e "s/@looked_up\b/@0/g" -e "s/@tripled\b/@1/g" > %t.ll
// RUN: %cc %plugin %pp_option:min-footprint=1 -O2 -w -Rpass=pageprefetch -c %t.ll -o %t.o 2> %t.err
// RUN: %filecheck --input-file=%t.err %s --check-prefix=UNNAMED

__attribute__((noinline)) long looked_up(const long *p, long i) {
  return p[i];
}
__attribute__((noinline)) long tripled(long i) {
  return i * 3;
}

// CHECK: define{{.*}} @fits(
// CHECK: call i64 @looked_up(
// UNNAMED-NOT: gather
// UNNAMED: affine stream inserted
// UNNAMED-NOT: gather
long fits(const long *p, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += looked_up(p, tripled(p[i]));
  return sum;
}

// CHECK: define{{.*}} @does_not_fit(
// CHECK-NOT: ptrtoint {{.*}} @looked_up to
// CHECK: call i32 {{.*}}@looked_up
int does_not_fit(const long *p, long n) {
  int sum = 0;
  for (long i = 0; i < n; i++)
    sum += ((int (*)(const long *))looked_up)(p + i);
  return sum;
}
// CHECK-NOT: ptrtoint {{.*}} @looked_up to
