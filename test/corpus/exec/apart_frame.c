// SPDX-License-Identifier: MIT
// What is about the function that it stands in stays there: arguments without names, the place that a call returns to; vectors that no
// register holds are not given to another function, which would warn; -g with memory that is described store by store.
// RUN: %same -w -g %s
// RUN: %cc -O2 -g -Wall -Wextra -Werror %plugin %pp_option:min-footprint=1 -c %s -o %t.o
#include <stdarg.h>
#include <stdio.h>

enum { N = 20000 };
static long a[N];
static int index_of[N];
typedef double wide __attribute__((vector_size(32)));

__attribute__((noinline)) long by_arguments(const long *numbers, const int *places, long n, ...);
__attribute__((noinline)) long by_arguments(const long *numbers, const int *places, long n, ...) {
  long sum = 0;
  for (long i = 0; i < n; i++) {
    va_list rest;
    va_start(rest, n);
    sum += numbers[places[i]] * va_arg(rest, long) + va_arg(rest, long);
    va_end(rest);
  }
  return sum;
}

__attribute__((noinline)) static double sum_of_arguments(int n, ...) {
  va_list rest;
  double sum = 0;
  va_start(rest, n);
  for (int i = 0; i < n; i++)
    sum += va_arg(rest, double) * (double)a[index_of[i]];
  va_end(rest);
  return sum;
}

__attribute__((noinline)) static long returns_where(long n, long key) {
  void *where = NULL;
  long sum = 0;
  for (long i = 0; i < n; i++) {
    if (a[index_of[i]] == key)
      where = __builtin_return_address(0);
    sum += a[index_of[i]];
  }
  return where == __builtin_return_address(0) ? sum : -1;
}

__attribute__((noinline)) void widely(wide *result, long n);
__attribute__((noinline)) void widely(wide *result, long n) {
  wide sum = *result;
  for (long i = 0; i < n; i++)
    sum = sum * 1.5 + (double)a[index_of[i]];
  *result = sum;
}

int main(void) {
  for (long i = 0; i < N; i++) {
    a[i] = i * 7 % 1009;
    index_of[i] = (int)(i * 7919 % N);
  }
  static wide result = {1, 2, 3, 4};
  widely(&result, 100);
  printf("%ld\n", by_arguments(a, index_of, N, 3L, 5L));
  printf("%a\n", sum_of_arguments(5, 1.5, 2.5, 3.5, 4.5, 5.5));
  printf("%ld\n", returns_where(N, 14));
  printf("%a %a\n", result[0], result[3]);
  return 0;
}
