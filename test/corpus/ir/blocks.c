/* SPDX-License-Identifier: MIT */
/* Which block operations are handed to the runtime: those whose length may be large, where nobody watches or implements them. */
// RUN: %cc %plugin %includes -O2 -S %s -o %t.s
// RUN: %filecheck --input-file=%t.s %s
// RUN: env PAGEPREFETCH_OPTIONS=verbose %cc %plugin %includes -O2 -c %s -o %t.o 2>%t.words
// RUN: %filecheck --check-prefix=WORDS --input-file=%t.words %s
// RUN: %cc %plugin %includes -Os -S %s -o %t.small.s && not grep __pp_mem %t.small.s
// The loop may have strips there, where it is no memset (GCC from 13 on); nothing else has anything.
// RUN: %cc %plugin %includes -Os -DWITHOUT_LOOP -S %s -o %t.small.s && not grep __pp_ %t.small.s
// RUN: %cc %plugin %includes -O2 -fsanitize=address -S %s -o %t.asan.s && not grep __pp_mem %t.asan.s
// RUN: %cc %plugin %includes -O2 -fno-builtin -S %s -o %t.none.s && not grep __pp_mem %t.none.s
// RUN: %cc %plugin %includes -O2 -ffreestanding -S %s -o %t.free.s && not grep __pp_mem %t.free.s
#include <stddef.h>
void *memset(void *, int, size_t);
void *memcpy(void *, const void *, size_t);
void *memmove(void *, const void *, size_t);

// WORDS-DAG: pageprefetch: zeroes: block operation (memset) made present in pieces where it is of 4 MiB or more
// CHECK-LABEL: zeroes:
// CHECK: 4194304
// CHECK: {{pageprefetch.memset|__pp_memset}}
// CHECK-LABEL: begin_of_others:
void zeroes(long *a, long n) {
#ifndef WITHOUT_LOOP
  for (long i = 0; i < n; i++)
    a[i] = 0;
#endif
}
void begin_of_others(void) {}

// CHECK-LABEL: short_length:
// CHECK-NOT: {{pageprefetch.mem|__pp_mem}}
// CHECK-LABEL: end_of_others:
void short_length(char *a, unsigned short n) {
  memset(a, 1, n);
}

void tested(char *a, const char *b, size_t n) {
  if (n < 1000)
    memcpy(a, b, n);
}

struct s {
  char bytes[100];
} small;

void small_object(const void *from, size_t n) {
  memcpy(&small, from, n);
}

void constant(void *a) {
  memset(a, 0, 1 << 20);
}

void moved(void *a, const void *b, size_t n) {
  memmove(a, b, n);
}

#include "pageprefetch.h"
PAGEPREFETCH_OFF void excluded(void *a, size_t n) {
  memset(a, 0, n);
}

void end_of_others(void) {}
