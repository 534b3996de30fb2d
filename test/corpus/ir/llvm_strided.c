/* SPDX-License-Identifier: MIT */
/* Of a loop that the vectoriser made two of, the one that does the work is cut, whatever its counter counts. */
// RUN: %cc %plugin %s -O2 -march=haswell -S -emit-llvm -o - | %filecheck %s
// REQUIRES: clang
// CHECK: define internal {{.*}} @add.pp_strips(
// CHECK: __pp_strip
// CHECK: load <4 x double>
void add(char *restrict a, const char *restrict b, long bytes) {
  for (long i = 0; i < bytes; i += 8)
    *(double *)(a + i) += *(const double *)(b + i);
}
