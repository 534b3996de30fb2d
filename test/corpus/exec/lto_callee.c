/* SPDX-License-Identifier: MIT */
/* What a function of another file touches is seen when the program is linked with GCC's link-time optimisation. */
// REQUIRES: gcc
// RUN: %cc -O2 -flto %s %S/inputs/far_lookup.c -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: env "PAGEPREFETCH_OPTIONS=min-footprint=1 strip=1 plan=%t.json" %cc -O2 -flto -g %plugin %s %S/inputs/far_lookup.c -o %t
// RUN: %filecheck %s < %t.json
// RUN: env LD_PRELOAD=%torture_file PP_TORTURE=strip=random,ahead=random %t > %t.out && diff %t.expected %t.out
// CHECK: "function":{{.*}}"sum_of_lookups"
// CHECK: "kind":{{.*}}"gather"
#include <stdio.h>

enum { SIZE = 5000 };
static long table[SIZE];
static unsigned order[SIZE];
long far_lookup(const long *table, unsigned index);

__attribute__((noipa)) static long sum_of_lookups(const long *t, const unsigned *k, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += far_lookup(t, k[i]);
  return sum;
}

int main(void) {
  for (long i = 0; i < SIZE; i++) {
    table[i] = i * i % 1009;
    order[i] = (unsigned)(i * 7919 % SIZE);
  }
  for (long n = 0; n <= SIZE; n += 625)
    printf("%ld\n", sum_of_lookups(table, order, n));
  return 0;
}
