/* SPDX-License-Identifier: MIT */
/* Loops that leave before their trip count, with the index array forbidden from there on: no slice may run past what certainly
 * happens. Breaks, returns, gotos, calls that exit, jump or loop for ever, conditions before the index load. */
// RUN: %same --expect any %s -O1 -O2 -O3
#include "guard.h"

#include <setjmp.h>
#include <stdint.h>

enum { SIZE = 1500, PRETENDED = 100000 };
static long values[SIZE];
static jmp_buf escape;

#define LOOP __attribute__((noinline)) static long

LOOP break_on_index(const uint32_t *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++) {
    if (b[i] == UINT32_MAX)
      break;
    sum += values[b[i]];
  }
  return sum;
}

LOOP break_on_value(const uint32_t *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++) {
    long value = values[b[i]];
    if (value < 0)
      break;
    sum += value;
  }
  return sum;
}

LOOP return_on_sum(const uint32_t *b, long n, long limit) {
  long sum = 0;
  for (long i = 0; i < n; i++) {
    sum += values[b[i]] + 1;
    if (sum >= limit)
      return sum;
  }
  return -1;
}

LOOP break_on_counter(const uint32_t *b, long n, long last) {
  long sum = 0;
  for (long i = 0; i < n; i++) {
    sum += values[b[i]];
    if (i == last)
      break;
  }
  return sum;
}

__attribute__((noinline)) static void leave(long i, long last, int how) {
  if (i < last)
    return;
  if (how == 1)
    longjmp(escape, 5);
  printf("leaving by exit at %ld\n", i);
  exit(0);
}

LOOP leaving_call(const uint32_t *b, long n, long last, int how) {
  long sum = 0;
  for (long i = 0; i < n; i++) {
    sum += values[b[i]];
    leave(i, last, how);
  }
  return sum;
}

LOOP conditional_index(const uint32_t *b, const uint8_t *valid, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    if (valid[i])
      sum += values[b[i]];
  return sum;
}

LOOP conditional_by_counter(const uint32_t *b, long n, long last) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    if (i <= last)
      sum += values[b[i]];
  return sum;
}

LOOP nested_goto(const uint32_t *b, long height, long width, long limit) {
  long sum = 0;
  for (long y = 0; y < height; y++)
    for (long x = 0; x < width; x++) {
      sum += values[b[y * width + x]] + 1;
      if (sum > limit)
        goto out;
    }
out:
  return sum;
}

/* The inner loop may end the outer one: the outer index beyond is not certain. */
LOOP inner_decides(const uint32_t *b, long n, const long *stop) {
  long sum = 0;
  for (long i = 0; i < n; i++) {
    long j = 0;
    while (stop[j] != i && stop[j] >= 0)
      j++;
    if (stop[j] == i)
      return sum;
    sum += values[b[i]];
  }
  return sum;
}

/* The index array is replaced by a store of the loop itself before it is used. */
LOOP pointer_changes(const uint32_t **where, const uint32_t *other, long n, long at) {
  long sum = 0;
  for (long i = 0; i < n; i++) {
    sum += values[(*where)[i]];
    if (i == at)
      *where = other - i - 1;
  }
  return sum;
}

LOOP null_check(const uint32_t *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++) {
    if (!b)
      return -5;
    sum += values[b[i]];
  }
  return sum;
}

/* Short-circuit conditions: the second load only when the first allows it. */
LOOP terminated(const uint8_t *text, const uint8_t *other, long n) {
  long i = 0;
  for (; i < n && text[i] && text[i] == other[i]; i++)
    ;
  return i;
}

LOOP chained(const uint32_t *next, uint32_t from, long n) {
  long sum = 0;
  for (long i = 0; i < n && from != UINT32_MAX; i++) {
    sum += from;
    from = next[from];
  }
  return sum;
}

static void jump(const uint32_t *b, long n) {
  volatile int rounds = 0;
  int code = setjmp(escape);
  rounds++;
  if (code)
    printf("jumped %d %d\n", code, rounds);
  else
    printf("%ld\n", leaving_call(b, PRETENDED, n - 1, 1));
}

static void try_count(long n) {
  uint32_t *b = guard_at_end((size_t)n * sizeof *b);
  uint8_t *valid = calloc(PRETENDED, 1);
  uint8_t *text = guard_at_end((size_t)n), *other = guard_at_end((size_t)n + 5);
  long stop[2] = {n, -1};
  for (long i = 0; i < n; i++) {
    b[i] = (uint32_t)(i * 7919 % (SIZE - 1));
    valid[i] = 1;
    text[i] = other[i] = (uint8_t)('a' + i % 26);
  }
  printf("%ld:\n", n);
  printf("%ld\n", break_on_counter(b, PRETENDED, n - 1));
  printf("%ld\n", return_on_sum(b, PRETENDED, n));
  jump(b, n);
  printf("%ld %ld\n", conditional_index(b, valid, PRETENDED), conditional_by_counter(b, PRETENDED, n - 1));
  printf("%d\n", nested_goto(b, 1000, 100, n - 1) > 0);
  printf("%ld\n", inner_decides(b, PRETENDED, stop));
  const uint32_t *moving = b;
  uint32_t *other_index = guard_at_end((size_t)n * sizeof *b);
  memcpy(other_index, b, (size_t)n * sizeof *b);
  printf("%ld\n", pointer_changes(&moving, other_index, 2 * n, n - 1));
  printf("%ld\n", null_check(NULL, PRETENDED));
  text[n - 1] = 0;
  printf("%ld\n", terminated(text, other, PRETENDED));
  uint32_t kept = b[n - 1];
  b[n - 1] = UINT32_MAX;
  printf("%ld\n", break_on_index(b, PRETENDED));
  b[n - 1] = SIZE - 1;
  printf("%ld\n", break_on_value(b, PRETENDED));
  for (long i = 0; i < n; i++)
    b[i] = i + 1 < n ? (uint32_t)(i + 1) : UINT32_MAX;
  printf("%ld\n", chained(b, 0, PRETENDED));
  b[n - 1] = kept;
  free(valid);
}

int main(void) {
  static const long counts[] = {1, 2, 3, 64, 65, 777, 1024, 1499};
  for (long i = 0; i < SIZE; i++)
    values[i] = i * i % 1009;
  values[SIZE - 1] = -1;
  for (unsigned c = 0; c < sizeof counts / sizeof *counts; c++)
    try_count(counts[c]);
  uint32_t *b = guard_at_end(900 * sizeof *b);
  fflush(stdout);
  return (int)leaving_call(b, PRETENDED, 899, 2);
}
