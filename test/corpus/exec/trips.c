// SPDX-License-Identifier: MIT
// Trip counts of every size, as of loops whose end only another test tells: also those that look as the marks of chunks once did.
// RUN: %same %s -O1 -O2 -O3
// RUN: %same %s -O1 -fsanitize=undefined -fno-sanitize-recover=all
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT 4096

static uint64_t sums[COUNT];
static uint32_t order[COUNT];
static long volatile most = 60;

#define UNTIL(name, type, end)                                                                                                   \
  __attribute__((noinline)) static uint64_t name(void) {                                                                         \
    uint64_t sum = 0;                                                                                                            \
    for (type i = 0; i < most; i++) {                                                                                            \
      if (i == (end))                                                                                                            \
        abort();                                                                                                                 \
      sum += sums[order[i]];                                                                                                     \
    }                                                                                                                            \
    return sum;                                                                                                                  \
  }
UNTIL(below_apart, int64_t, (INT64_C(1) << 62) - 2)
UNTIL(apart, int64_t, INT64_C(1) << 62)
UNTIL(dealt, int64_t, INT64_MAX)
UNTIL(both, uint64_t, (UINT64_C(3) << 62) + 5)
UNTIL(all, uint64_t, UINT64_MAX)

__attribute__((noinline)) static uint64_t given(uint64_t end) {
  uint64_t sum = 0;
  for (uint64_t i = 0; i != end; i++) {
    sum += sums[order[i]];
    if (i == (uint64_t)most)
      break;
  }
  return sum;
}

int main(void) {
  for (uint32_t i = 0; i < COUNT; i++) {
    order[i] = i * 2897 & (COUNT - 1);
    sums[i] = i * UINT64_C(0x9e3779b97f4a7c15);
  }
  for (unsigned bit = 0; bit < 64; bit++)
    printf("%llx\n", (unsigned long long)given(UINT64_C(1) << bit));
  printf("%llx %llx %llx %llx %llx\n", (unsigned long long)below_apart(), (unsigned long long)apart(), (unsigned long long)dealt(),
         (unsigned long long)both(), (unsigned long long)all());
  return 0;
}
