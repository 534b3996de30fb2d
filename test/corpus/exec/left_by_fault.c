/* SPDX-License-Identifier: MIT */
/* A program that finds the end of its index array by the fault, and jumps out of the loop from the handler: every iteration before
 * must have happened, so no slice may get there first. */
// RUN: %same --expect any --signals %s -O1 -O2 -O3
#include "guard.h"

#include <setjmp.h>
#include <signal.h>

enum { SIZE = 6000, PRETENDED = 10000 };
static long values[SIZE], out[PRETENDED];
static sigjmp_buf escape;

static void faulted(int number) {
  (void)number;
  siglongjmp(escape, 1);
}

__attribute__((noinline)) static void walk(const int *at, const long *p, long *to, long n) {
  for (long i = 0; i < n; i++)
    to[i] = p[at[i]] + 1;
}

int main(void) {
  int *at = guard_at_end(SIZE * sizeof *at);
  for (long i = 0; i < SIZE; i++) {
    at[i] = (int)(i * 7919 % SIZE);
    values[i] = i;
  }
  signal(SIGSEGV, faulted);
  if (!sigsetjmp(escape, 1))
    walk(at, values, out, PRETENDED);
  long done = 0;
  while (done < PRETENDED && out[done])
    done++;
  printf("%ld of %d\n", done, SIZE);
  return 0;
}
