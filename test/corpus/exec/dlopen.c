/* SPDX-License-Identifier: MIT */
/* An instrumented shared object is loaded, used and unloaded many times, with the library there before or coming with it. */
// RUN: %cc -O2 -fPIC -shared %S/inputs/shared_object.c -o %t.plain.so
// RUN: %cc -O2 -fPIC -shared %plugin %pp_option:min-footprint=1 %pp_option:strip=1 %S/inputs/shared_object.c -o %t.so
// RUN: %cc -O2 %s -o %t -ldl
// RUN: %t %t.plain.so > %t.expected
// RUN: %t %t.so > %t.none
// RUN: diff %t.expected %t.none
// RUN: env LD_PRELOAD=%torture_file PP_TORTURE=strip=1,ahead=1 %t %t.so > %t.tortured
// RUN: diff %t.expected %t.tortured
// REQUIRES: runtime
// RUN: env PAGEPREFETCH=always PAGEPREFETCH_STATS=%t.json LD_PRELOAD=%preload %t %t.so > %t.preloaded
// RUN: diff %t.expected %t.preloaded
// RUN: %stats %t.json | %filecheck %s
// RUN: %cc -O2 -fPIC -shared %plugin %pp_option:min-footprint=1 %pp_option:strip=1 %S/inputs/shared_object.c -o %t.linked.so %lib
// RUN: env PAGEPREFETCH=always PAGEPREFETCH_STATS=%t.json %t %t.linked.so > %t.linked
// RUN: diff %t.expected %t.linked
// RUN: %stats %t.json | %filecheck %s
// CHECK: sites with hints: {{[1-9]}}
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

enum { SIZE = 3000, ROUNDS = 300 };
static long values[SIZE];
static unsigned order[SIZE];

int main(int count, char **words) {
  (void)count;
  for (long i = 0; i < SIZE; i++) {
    values[i] = i * i % 1009;
    order[i] = (unsigned)(i * 7919 % SIZE);
  }
  for (int round = 0; round < ROUNDS; round++) {
    void *object = dlopen(words[1], RTLD_NOW);
    if (!object) {
      fprintf(stderr, "%s\n", dlerror());
      return 1;
    }
    long (*gather)(const long *, const unsigned *, long);
    *(void **)&gather = dlsym(object, "shared_gather");
    printf("%ld\n", gather(values, order, SIZE - round));
    if (dlclose(object))
      return 2;
    /* Other memory takes the place of what was unmapped. */
    void *other = malloc((size_t)(round + 1) * 4096);
    free(other);
  }
  return 0;
}
