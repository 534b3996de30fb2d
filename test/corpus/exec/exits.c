/* SPDX-License-Identifier: MIT */
/* Programs that end inside an instrumented loop: by exit, _exit, abort, a failed assertion and a signal; code and output stay. */
// REQUIRES: runtime
// RUN: %cc -O2 -g %plugin %pp_option:min-footprint=1 %pp_option:strip=1 %s -o %t
// RUN: env PAGEPREFETCH=always PAGEPREFETCH_STATS=%t.json LD_PRELOAD=%preload %outcome --code 21 --stdout %t.out --stderr %t.err -- %t exit
// RUN: %filecheck --input-file=%t.out %s
// RUN: %stats %t.json | %filecheck --check-prefix=STATS %s
// RUN: env PAGEPREFETCH=always LD_PRELOAD=%preload %outcome --code 22 --stdout %t.out --stderr %t.err -- %t _exit
// RUN: %filecheck --input-file=%t.out %s
// RUN: env PAGEPREFETCH=always LD_PRELOAD=%preload %outcome --signal SIGABRT --stdout %t.out --stderr %t.err -- %t abort
// RUN: %filecheck --input-file=%t.out %s
// RUN: env PAGEPREFETCH=always LD_PRELOAD=%preload %outcome --signal SIGSEGV --stdout %t.out --stderr %t.err -- %t fault
// RUN: %filecheck --input-file=%t.out %s
// RUN: env PAGEPREFETCH=always LD_PRELOAD=%preload %outcome --signal SIGTERM --stdout %t.out --stderr %t.err -- %t kill
// RUN: %filecheck --input-file=%t.out %s
// RUN: env LD_PRELOAD=%torture_file PP_TORTURE=strip=1,ahead=1 %outcome --code 21 --stdout %t.out --stderr %t.err -- %t exit
// RUN: %filecheck --input-file=%t.out %s
// RUN: env LD_PRELOAD=%torture_file PP_TORTURE=strip=whole,ahead=whole %outcome --signal SIGSEGV --stdout %t.out --stderr %t.err -- %t fault
// RUN: %filecheck --input-file=%t.out %s
// CHECK: left at 700
// STATS: sites with hints: {{[1-9]}}
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIZE = 4000 };
static long values[SIZE];
static unsigned order[SIZE];

__attribute__((noinline)) static void leave(const char *how, long i, long at) {
  if (i != at)
    return;
  printf("left at %ld\n", i);
  if (!strcmp(how, "exit"))
    exit(21);
  fflush(stdout);
  if (!strcmp(how, "_exit"))
    _exit(22);
  if (!strcmp(how, "abort"))
    abort();
  if (!strcmp(how, "fault"))
    *(volatile int *)16 = 1;
  raise(SIGTERM);
}

int main(int count, char **words) {
  (void)count;
  for (long i = 0; i < SIZE; i++) {
    values[i] = i % 113;
    order[i] = (unsigned)(i * 7919 % SIZE);
  }
  long sum = 0;
  for (long i = 0; i < SIZE; i++) {
    sum += values[order[i]];
    leave(words[1], i, 700);
  }
  printf("%ld\n", sum);
  return 0;
}
