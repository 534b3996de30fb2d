/* SPDX-License-Identifier: MIT */
/* Loops that -O3 distributes under a run-time alias test (GCC's loop distribution leaves an internal call for later passes). */
// RUN: %same --expect any %s -O2 -O3
// RUN: %same --expect any %s -O3 -fno-strict-aliasing
#include <stdio.h>

enum { SIZE = 4096 };
static unsigned long v[SIZE], w[SIZE];
static double d[SIZE];
static unsigned short q[SIZE];

__attribute__((noinline)) static unsigned long apart(const unsigned short *index, long n, unsigned long sum) {
  for (long i = 0; i < n; i++) {
    sum = sum * 3 + (unsigned long)d[index[i]];
    v[9 + 2 * i] = v[31 + 2 * i];
  }
  return sum;
}

__attribute__((noinline)) static unsigned long copy_and_chain(unsigned long *to, const unsigned long *from, long n, unsigned long sum) {
  for (long i = 0; i < n; i++) {
    sum = sum * 3 + w[i];
    to[i] = from[i];
  }
  return sum;
}

__attribute__((noinline)) static unsigned long clear_and_chain(unsigned long *to, const unsigned long *from, long n) {
  unsigned long sum = 1;
  for (long i = 0; i < n; i++) {
    to[i] = 0;
    sum = sum * 5 + from[i];
  }
  return sum;
}

int main(void) {
  for (int i = 0; i < SIZE; i++) {
    v[i] = (unsigned long)i * 0x9e3779b97f4a7c15u;
    w[i] = v[i] >> 7;
    d[i] = i;
    q[i] = (unsigned short)(i * 77 % SIZE);
  }
  for (long n = 0; n < 1500; n = n * 3 + 1)
    printf("%lx %lx %lx %lx\n", apart(q, n, 5), copy_and_chain(v + 3, v, n, 7), copy_and_chain(v, v + 2000, n, 7),
           clear_and_chain(w + 5, w, n));
  return 0;
}
