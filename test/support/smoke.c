/* SPDX-License-Identifier: MIT */
/* The first program that a freshly built plugin compiles: a stream, a gather, and an exit code that says whether they were right.
 */
#include <stdlib.h>

enum { ELEMENTS = 100000 };

static long gather(const long *values, const unsigned *index, long count) {
  long sum = 0;
  for (long i = 0; i < count; i++)
    sum += values[index[i]];
  return sum;
}

int main(void) {
  long *values = malloc(ELEMENTS * sizeof *values);
  unsigned *index = malloc(ELEMENTS * sizeof *index);
  if (!values || !index)
    return 1;
  for (long i = 0; i < ELEMENTS; i++) {
    values[i] = i % 7;
    index[i] = (unsigned)(i * 7919 % ELEMENTS);
  }
  long sum = gather(values, index, ELEMENTS);
  return sum == 299995 ? 42 : 2;
}
