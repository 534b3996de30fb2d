/* SPDX-License-Identifier: MIT */
/* The program of the link-time optimisation tests: calls shared_object.c with growing lengths and prints what it gets. */
#include <stdio.h>

enum { SIZE = 5000 };
static long values[SIZE];
static unsigned order[SIZE];
long shared_gather(const long *a, const unsigned *b, long n);

int main(void) {
  for (long i = 0; i < SIZE; i++) {
    values[i] = i * i % 1009;
    order[i] = (unsigned)(i * 7919 % SIZE);
  }
  for (long n = 0; n <= SIZE; n += 625)
    printf("%ld\n", shared_gather(values, order, n));
  return 0;
}
