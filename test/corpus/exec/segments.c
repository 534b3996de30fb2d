/* SPDX-License-Identifier: MIT */
/* Arrays in another address space: their addresses count from a segment's base, and mean nothing elsewhere. Not at
 * -O3: GCC 11's and 12's own vector code of a gather forgets the segment. */
// RUN: %same --expect any %s -O1 -O2
#include <asm/prctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SIZE = 3000 };
static long values[SIZE];
static struct segment {
  int at[SIZE];
  long values[SIZE];
} in_segment;

#ifdef __SEG_GS
__attribute__((noinline)) static long through_index(const long *p, const __seg_gs struct segment *segment, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += p[segment->at[i]] * (i & 7);
  return sum;
}

__attribute__((noinline)) static long inside(__seg_gs struct segment *segment, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++) {
    sum += segment->values[segment->at[i]];
    segment->values[i] ^= i;
  }
  return sum;
}

__attribute__((noinline)) static long outside(const __seg_gs long *p, const int *at, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += p[at[i]];
  return sum;
}
#endif

int main(void) {
  for (long i = 0; i < SIZE; i++) {
    values[i] = i * i % 1009;
    in_segment.at[i] = (int)(i * 7919 % SIZE);
    in_segment.values[i] = i * 31 % 997;
  }
#ifdef __SEG_GS
  if (syscall(SYS_arch_prctl, ARCH_SET_GS, &in_segment)) {
    perror("arch_prctl");
    return 1;
  }
  static const long counts[] = {0, 1, 64, 1000, SIZE};
  for (unsigned c = 0; c < sizeof counts / sizeof *counts; c++) {
    __seg_gs struct segment *segment = 0;
    printf("%ld: %ld %ld %ld\n", counts[c], through_index(values, segment, counts[c]), inside(segment, counts[c]),
           outside(segment->values, in_segment.at, counts[c]));
  }
#endif
  return 0;
}
