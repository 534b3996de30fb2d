/* SPDX-License-Identifier: MIT */
/* An instrumented shared object that dlopen.c loads and unloads. */
long shared_gather(const long *a, const unsigned *b, long n);

long shared_gather(const long *a, const unsigned *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum = sum * 3 + a[b[i]];
  return sum;
}
