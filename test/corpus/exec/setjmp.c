/* SPDX-License-Identifier: MIT */
/* longjmp out of an instrumented loop, and setjmp around and inside loops. */
// RUN: %same %s -O1 -O2 -O3
#include <setjmp.h>
#include <stdio.h>

enum { SIZE = 4000 };
static jmp_buf escape;
static long values[SIZE];
static unsigned order[SIZE];

__attribute__((noinline)) static void leave_at(long i, long limit) {
  if (i == limit)
    longjmp(escape, (int)(i % 100) + 1);
}

__attribute__((noinline)) static long jumped_out(long limit) {
  volatile long sum = 0;
  int code = setjmp(escape);
  if (code)
    return sum * 100 + code;
  for (long i = 0; i < SIZE; i++) {
    sum += values[order[i]];
    leave_at(i, limit);
  }
  return sum;
}

__attribute__((noinline)) static long jumped_back(long n) {
  volatile long rounds = 0;
  volatile long total = 0;
  setjmp(escape);
  rounds++;
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += values[i] * rounds;
  total += sum;
  if (rounds < 5)
    longjmp(escape, 1);
  return total - rounds;
}

__attribute__((noinline)) static long inside(long n) {
  volatile long sum = 0;
  for (volatile long i = 0; i < n; i++)
    if (!setjmp(escape)) {
      for (long j = 0; j < i; j++)
        sum += values[j];
      leave_at(i, i);
    }
  return sum;
}

int main(void) {
  for (long i = 0; i < SIZE; i++) {
    values[i] = i % 113;
    order[i] = (unsigned)(i * 7919 % SIZE);
  }
  for (long limit = 0; limit < SIZE; limit = limit * 3 + 1)
    printf("%ld\n", jumped_out(limit));
  printf("%ld %ld %ld\n", jumped_out(-1), jumped_back(3000), inside(80));
  return 0;
}
