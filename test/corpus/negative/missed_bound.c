/* SPDX-License-Identifier: MIT */
/* A loop's only exit tests for equality, its bound is never met, and a call ends the program: the loop must get that far. */
// RUN: %same --expect any %s -O1 -O2 -O3 -DHOW=1
// RUN: %same --expect any %s -O1 -O2 -O3 -DHOW=2
#include "guard.h"

#include <setjmp.h>

static long values[400];
static jmp_buf escape;

__attribute__((noinline)) static void leave_at(long i, long sum) {
  if (i != 300)
    return;
  if (HOW == 2)
    longjmp(escape, (int)(sum & 1023) + 1);
  printf("left at %ld with %ld\n", i, sum);
  exit(3);
}

__attribute__((noinline)) static long walk(const long *a, long from, long bound) {
  long sum = 0;
  for (long i = from; i != bound; i++) {
    sum = sum * 3 + a[i];
    leave_at(i, sum);
  }
  return sum;
}

int main(void) {
  for (long i = 0; i < 400; i++)
    values[i] = i * 7919 % 1009;
  printf("%ld %ld\n", walk(values, 0, 200), walk(values, 7, 7));
  int code = setjmp(escape);
  if (code) {
    printf("jumped with %d\n", code);
    return 4;
  }
  printf("%ld\n", walk(values, 5, 2));
  return 0;
}
