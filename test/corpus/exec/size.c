/* SPDX-License-Identifier: MIT */
/* Code for size, at -Oz too, where clang keeps loops' tests at the top: hinted, and the results stay. */
// RUN: %same %s -Os --expect strips,affine,gathered
// RUN: %same %s %smallest --expect strips,affine,gathered
#include <stdio.h>

enum { SIZE = 3000 };
static long table[SIZE];
static unsigned order[SIZE];

__attribute__((noinline)) static long gather(const long *p, const unsigned *q, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum = (sum ^ p[q[i]]) * 3;
  return sum;
}

__attribute__((noinline)) static long down(const long *p, long n) {
  long sum = 0;
  while (n-- > 0)
    sum = (sum ^ p[n]) * 5;
  return sum;
}

__attribute__((noinline)) static void rows(long *p, long height, long width) {
  for (long y = 0; y < height; y++)
    for (long x = 0; x < width; x++)
      p[y * width + x] += x ^ y;
}

int main(void) {
  for (long i = 0; i < SIZE; i++) {
    table[i] = i * 7919;
    order[i] = (unsigned)(i * 1013 % SIZE);
  }
  for (long n = 0; n < 40; n++)
    printf("%lx %lx\n", gather(table, order, n * 13), down(table, n * 11));
  for (long width = 0; width < 50; width += 7)
    rows(table, 50, width);
  printf("%lx %lx\n", gather(table, order, SIZE), down(table, SIZE));
  return 0;
}
