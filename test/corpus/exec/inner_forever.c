/* SPDX-License-Identifier: MIT */
/* An inner loop that never ends in one of the outer loop's iterations: C lets `for (;;)` run for ever, so the iterations after it are
 * not certain, and the index array may end there. A timer ends the program. */
// RUN: %same --expect any %s -O1 -O2 -O3
#include "guard.h"

#include <signal.h>
#include <unistd.h>

enum { SIZE = 5000, PRETENDED = 1 << 16 };
static long values[SIZE];
static unsigned long starts[PRETENDED];

static void done(int number) {
  (void)number;
  _exit(7);
}

__attribute__((noinline)) static long walk(const long *p, const int *at, const unsigned long *start, long n, unsigned long factor) {
  long sum = 0;
  for (long i = 0; i < n; i++) {
    sum += p[at[i]];
    for (unsigned long y = start[i];;) {
      if (y == 0)
        break;
      y = y * factor + 1;
    }
  }
  return sum;
}

int main(int count, char **words) {
  (void)words;
  int *at = guard_at_end(SIZE * sizeof *at);
  for (long i = 0; i < SIZE; i++)
    at[i] = (int)(i * 7919 % SIZE);
  starts[SIZE - 1] = 1;
  signal(SIGALRM, done);
  ualarm(100000, 0);
  return (int)walk(values, at, starts, PRETENDED, 2 * (unsigned long)count);
}
