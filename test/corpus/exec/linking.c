/* SPDX-License-Identifier: MIT */
/* Every way to link: nothing, preloaded, the shared library, the static one, fully static, no PIE; statistics say whether it hints. */
// REQUIRES: runtime
// RUN: %cc -O2 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: %cc -O2 %plugin %pp_option:min-footprint=1 -c %s -o %t.o
// RUN: %cc %t.o -o %t.none
// RUN: env PAGEPREFETCH_STATS=%t.none.json %t.none > %t.out && diff %t.expected %t.out
// RUN: %python -c "import os, sys; sys.exit(os.path.exists(sys.argv[1]))" %t.none.json
// RUN: env PAGEPREFETCH=always PAGEPREFETCH_STATS=%t.preload.json LD_PRELOAD=%preload %t.none > %t.out && diff %t.expected %t.out
// RUN: %stats %t.preload.json | %filecheck %s
// RUN: %cc %t.o -o %t.shared %lib
// RUN: env PAGEPREFETCH=always PAGEPREFETCH_STATS=%t.shared.json %t.shared > %t.out && diff %t.expected %t.out
// RUN: %stats %t.shared.json | %filecheck %s
// RUN: %cc %t.o -o %t.archive -Wl,-u,__pp_strip %static_lib -pthread -ldl
// RUN: env PAGEPREFETCH=always PAGEPREFETCH_STATS=%t.archive.json %t.archive > %t.out && diff %t.expected %t.out
// RUN: %stats %t.archive.json | %filecheck %s
// RUN: %cc -O2 -fno-pie -no-pie %plugin %pp_option:min-footprint=1 %s -o %t.static -static -Wl,-u,__pp_strip %static_lib -pthread
// RUN: env PAGEPREFETCH=always PAGEPREFETCH_STATS=%t.static.json %t.static > %t.out && diff %t.expected %t.out
// RUN: %stats %t.static.json | %filecheck %s
// RUN: %cc -O2 -fno-pie -no-pie %plugin %pp_option:min-footprint=1 %s -o %t.nopie
// RUN: %t.nopie > %t.out && diff %t.expected %t.out
// RUN: %cc -O2 -fno-pie -no-pie %plugin %pp_option:min-footprint=1 %s -o %t.nopie2 %lib
// RUN: env PAGEPREFETCH=always PAGEPREFETCH_STATS=%t.nopie.json %t.nopie2 > %t.out && diff %t.expected %t.out
// RUN: %stats %t.nopie.json | %filecheck %s
// CHECK: sites with hints: {{[1-9]}}
#include <stdio.h>
#include <stdlib.h>

__attribute__((noinline)) static long gather(const long *a, const unsigned *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum = sum * 3 + a[b[i]];
  return sum;
}

int main(void) {
  long size = 200000;
  long *values = malloc((size_t)size * sizeof *values);
  unsigned *order = malloc((size_t)size * sizeof *order);
  if (!values || !order)
    return 1;
  for (long i = 0; i < size; i++) {
    values[i] = i * i % 1009;
    order[i] = (unsigned)(i * 7919 % size);
  }
  printf("%ld\n", gather(values, order, size));
  return 0;
}
