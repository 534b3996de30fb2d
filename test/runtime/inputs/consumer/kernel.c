/* SPDX-License-Identifier: MIT */
/* The loop of the consumer's programs: a sum through an index. */
long gather(const long *a, const unsigned *b, long n);

long gather(const long *a, const unsigned *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[b[i]];
  return sum;
}
