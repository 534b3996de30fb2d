/* SPDX-License-Identifier: MIT */
/* A loop that may be short keeps its code behind one test of its record, and its strips run in a function apart, also where several
 * values or ways leave it. Where the code can not stand elsewhere, is small by wish, or surely long, the loop itself is cut. */
// RUN: %innermost %s -O2 | %filecheck %s
// RUN: %innermost %s -O2 -g | %filecheck %s
// RUN: %innermost %s -Os | %filecheck --check-prefix=SMALL %s

// CHECK: one: calls __pp_strip; innermost loops {{[23]}}, with calls 0; tests 1, apart 1

// SMALL: one: calls __pp_strip; innermost loops 1, with calls 0; tests 1, apart 0
long one(const long *a, const unsigned *b, int n) {
  long sum = 0;
  for (int i = 0; i < n; i++)
    sum = (sum ^ a[b[i]]) * 3;
  return sum;
}

// CHECK: several: calls __pp_strip; innermost loops {{[23]}}, with calls 0; tests 1, apart 1
long several(const long *a, const unsigned *b, int n, long *also, int *where) {
  long sum = 0, other = 1;
  for (int i = 0; i < n; i++) {
    sum = (sum ^ a[b[i]]) * 3;
    other += sum >> 3;
    if (sum == 4711) {
      *where = i;
      return other;
    }
  }
  *also = other;
  return sum;
}

// CHECK: bounded: calls __pp_strip; {{.*}}, with calls 0; tests 1, apart 0
long bounded(const long *a, const unsigned *b) {
  long sum = 0;
  for (int i = 0; i < 100000; i++)
    sum = (sum ^ a[b[i]]) * 3;
  return sum;
}

// CHECK: outer: calls __pp_strip; {{.*}}, with calls 0; tests {{[12]}}, apart {{[01]}}
long outer(const long *a, const unsigned *b, int n, int width) {
  long sum = 0;
  for (int i = 0; i < n; i++)
    for (int k = 0; k < width; k++)
      sum = (sum ^ a[b[i] + k]) * 3;
  return sum;
}

// CHECK: assembly: calls __pp_strip; {{.*}}, with calls 0; tests 1, apart 0
long assembly(const long *a, const unsigned *b, int n) {
  long sum = 0;
  for (int i = 0; i < n; i++) {
    sum = (sum ^ a[b[i]]) * 3;
    __asm__ volatile("" : "+r"(sum));
  }
  return sum;
}
