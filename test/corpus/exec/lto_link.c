/* SPDX-License-Identifier: MIT */
/* The plugin on the link line alone (GCC's lto1 runs it) inserts hints too. */
// REQUIRES: gcc
// RUN: %cc -O2 -flto -c %s -o %t.1.o
// RUN: %cc -O2 -flto -c %S/inputs/shared_object.c -o %t.2.o
// RUN: env "PAGEPREFETCH_OPTIONS=min-footprint=1 strip=1" %cc -O2 -flto %plugin %t.1.o %t.2.o -o %t
// RUN: %python %support/count_calls.py %t __pp_strip --least 1 --most 3
// RUN: env LD_PRELOAD=%torture_file PP_TORTURE=strip=random,ahead=random %t
enum { SIZE = 5000 };
static long values[SIZE];
static unsigned order[SIZE];
long shared_gather(const long *a, const unsigned *b, long n);

int main(void) {
  for (long i = 0; i < SIZE; i++) {
    values[i] = 1;
    order[i] = (unsigned)(i * 7919 % SIZE);
  }
  return shared_gather(values, order, 4) == 40 ? 0 : 1;
}
