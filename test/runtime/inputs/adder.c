/* SPDX-License-Identifier: MIT */
/* A program that opens no file: sums through an index, prints the sum and exits with 9. */
#include <stdio.h>

enum { SIZE = 400000 };
static long values[SIZE];
static unsigned order[SIZE];

__attribute__((noinline)) static long gather(const long *a, const unsigned *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[b[i]];
  return sum;
}

int main(void) {
  for (long i = 0; i < SIZE; i++) {
    values[i] = 1;
    order[i] = (unsigned)(i * 7919 % SIZE);
  }
  printf("%ld\n", gather(values, order, SIZE));
  return 9;
}
