/* SPDX-License-Identifier: MIT */
/* What a function of another file touches is seen with clang's ThinLTO where the linker loads the plugin, if the linker imports it. */
// REQUIRES: clang, own_lld
// RUN: %cc -O2 -flto=thin %ltoflags %s %S/inputs/far_hash_lookup.c -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: env "PAGEPREFETCH_OPTIONS=min-footprint=1 strip=1 verbose" %cc -O2 -flto=thin %plugin %ltoflags -Wl,--load-pass-plugin=%plugin_file %s %S/inputs/far_hash_lookup.c -o %t 2> %t.err
// RUN: %filecheck %s < %t.err
// RUN: env LD_PRELOAD=%torture_file PP_TORTURE=strip=random,ahead=random %t > %t.out && diff %t.expected %t.out
// CHECK: sum_of_lookups: gather stream inserted
#include <stdio.h>

enum { SIZE = 5000 };
static unsigned long table[SIZE], order[SIZE];
unsigned long far_hash_lookup(const unsigned long *table, unsigned long size, unsigned long key);

__attribute__((noinline)) static unsigned long sum_of_lookups(const unsigned long *t, const unsigned long *k, long n) {
  unsigned long sum = 0;
  for (long i = 0; i < n; i++)
    sum += far_hash_lookup(t, SIZE, k[i]);
  return sum;
}

int main(void) {
  for (long i = 0; i < SIZE; i++) {
    table[i] = (unsigned long)(i * i % 1009);
    order[i] = (unsigned long)(i * 7919 % SIZE);
  }
  for (long n = 0; n <= SIZE; n += 625)
    printf("%lu\n", sum_of_lookups(table, order, n));
  return 0;
}
