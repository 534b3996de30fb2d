/* SPDX-License-Identifier: MIT */
/* The main program of the consumer's targets: calls the loop of kernel.c, prints the sum and exits with 9. */
#include <stdio.h>

enum { SIZE = 400000 };
static long values[SIZE];
static unsigned order[SIZE];

long gather(const long *a, const unsigned *b, long n);

int main(void) {
  for (long i = 0; i < SIZE; i++) {
    values[i] = 1;
    order[i] = (unsigned)(i * 7919 % SIZE);
  }
  printf("%ld\n", gather(values, order, SIZE));
  return 9;
}
