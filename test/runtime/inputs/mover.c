/* SPDX-License-Identifier: MIT */
/* mover WAY...: what a program may do to its folder and to its standard error before the library speaks at exit. Sums through an
 * index; chdir: goes to /; close: closes standard error; take=FILE: the same, and opens a file of its own, which becomes
 * number 2. Ends with 9. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SIZE = 400000 };
static long values[SIZE];
static unsigned order[SIZE];

__attribute__((noinline)) static long gather(const long *a, const unsigned *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[b[i]];
  return sum;
}

int main(int count, char **words) {
  for (long i = 0; i < SIZE; i++)
    order[i] = (unsigned)(i * 7919 % SIZE);
  for (int i = 1; i < count; i++) {
    if (!strcmp(words[i], "chdir") && chdir("/"))
      return 1;
    if (!strcmp(words[i], "close") || !strncmp(words[i], "take=", 5))
      close(2);
    if (!strncmp(words[i], "take=", 5) && open(words[i] + 5, O_WRONLY | O_CREAT | O_TRUNC, 0600) != 2)
      return 2;
  }
  printf("%ld\n", gather(values, order, SIZE));
  return 9;
}
