/* SPDX-License-Identifier: MIT */
/* Hints of affine streams name what the loop touches: every element covered, nothing outside the array. */
// RUN: %same --expect strips,affine %s
#include "hints.h"

#include <string.h>

enum { SIZE = 1200 };
static long a[SIZE * 8];
static unsigned char bytes[SIZE];

#define LOOP __attribute__((noinline)) static long

LOOP forward(const long *p, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += p[i] ^ i;
  return sum;
}

LOOP backward(const long *p, long n) {
  long sum = 0;
  for (long i = n; i-- > 0;)
    sum += p[i] ^ i;
  return sum;
}

LOOP strided(const long *p, long n, long stride) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += p[i * stride] ^ i;
  return sum;
}

LOOP narrow(const long *p, unsigned n, int step) {
  long sum = 0;
  for (unsigned i = 0; i < n; i += 3)
    sum += p[i] ^ step;
  return sum;
}

LOOP walked(const unsigned char *p, const unsigned char *end) {
  long sum = 0;
  while (p != end)
    sum = sum * 3 + *p++;
  return sum;
}

LOOP stored(long *p, long n) {
  for (long i = 0; i < n; i++)
    p[2 * i] = i * i;
  return p[2 * (n - 1)];
}

LOOP stencil(long *out, const long *in, long n) {
  for (long i = 2; i < n - 2; i++)
    out[i] = in[i - 2] + 3 * in[i] + in[i + 2];
  return out[n - 3];
}

LOOP matrix(const long *p, long height, long width, long pitch) {
  long sum = 0;
  for (long y = 0; y < height; y++)
    for (long x = 0; x < width; x++)
      sum += p[y * pitch + x] ^ (x + y);
  return sum;
}

LOOP columns(const long *p, long height, long width, long pitch) {
  long sum = 0;
  for (long x = 0; x < width; x++)
    for (long y = 0; y < height; y++)
      sum += p[y * pitch + x] ^ (x - y);
  return sum;
}

/* Rows are walked backwards inside, from the last row to the first. */
LOOP mirrored(const long *p, long height, long width, long pitch) {
  long sum = 0;
  for (long y = height; y-- > 0;)
    for (long x = width; x-- > 0;)
      sum = sum * 5 + p[y * pitch + x];
  return sum;
}

/* Sizes that a compiler knows would let it unroll these small loops away. */
static volatile long unknown_zero;

PAGEPREFETCH_OFF static void want_matrix(const char *what, long height, long width, long pitch) {
  for (long y = 0; y < height; y++)
    for (long x = 0; x < width; x++)
      hints_want(what, &a[y * pitch + x], sizeof a[0]);
  hints_inside(what, a, a + (height - 1) * pitch + width, 0);
}

#define CHECK(call, first, count, step)                                                                                           \
  do {                                                                                                                            \
    hints_start();                                                                                                                \
    printf(#call " = %ld\n", (call));                                                                                            \
    for (long k = 0; k < (count); k++)                                                                                            \
      hints_want(#call, &(first)[k * (step)], sizeof(first)[0]);                                                                  \
  } while (0)

PAGEPREFETCH_OFF int main(void) {
  for (long i = 0; i < SIZE * 8; i++)
    a[i] = i * 7919 % 1009;
  for (long i = 0; i < SIZE; i++)
    bytes[i] = (unsigned char)(i * 31);
  static const long counts[] = {0, 1, 2, 3, 511, 512, 513, SIZE};
  for (unsigned c = 0; c < sizeof counts / sizeof *counts; c++) {
    long n = counts[c];
    CHECK(forward(a, n), a, n, 1);
    hints_inside("forward", a, a + n, 0);
    CHECK(backward(a, n), a, n, 1);
    hints_inside("backward", a, a + n, 0);
    CHECK(strided(a, n, 7), a, n, 7);
    CHECK(strided(a + SIZE * 7, n, -7), a + SIZE * 7, n, -7);
    CHECK(strided(a, n, 0), a, n ? 1 : 0, 1);
    CHECK(narrow(a, (unsigned)n, 5), a, (n + 2) / 3, 3);
    hints_inside("narrow", a, a + n + 3, 0);
    CHECK(walked(bytes, bytes + n), bytes, n, 1);
    hints_inside("walked", bytes, bytes + n, 0);
  }
  CHECK(stored(a, SIZE), a, SIZE, 2);
  CHECK(stencil(a + SIZE, a + 4 * SIZE, SIZE), a + 4 * SIZE, SIZE, 1);
  hints_start();
  printf("matrix %ld\n", matrix(a, 12 + unknown_zero, 90, 100));
  want_matrix("matrix", 12, 90, 100);
  hints_start();
  printf("columns %ld\n", columns(a, 11 + unknown_zero, 20, 700));
  want_matrix("columns", 11, 20, 700);
  hints_start();
  printf("mirrored %ld\n", mirrored(a, 12 + unknown_zero, 90, 100));
  want_matrix("mirrored", 12, 90, 100);
  return 0;
}
