/* SPDX-License-Identifier: MIT */
/* The code's shape: weak calls between strips only, no innermost loop calls anything, loops left alone call nothing. */
// RUN: %innermost %s -O2 | %filecheck %s
// RUN: %innermost %s -O3 | %filecheck %s
// RUN: %innermost --option kinds=gather %s -O2 | %filecheck --check-prefix=GATHERS %s
// RUN: %innermost --option min-footprint=1 --option strip=1 %s -O2 -fPIC | %filecheck --check-prefix=PIC %s

// CHECK: weak: __pp_strip{{$}}
// GATHERS: weak: __pp_strip{{$}}

// CHECK: affine: calls __pp_strip; innermost loops {{[1-9][0-9]*}}, with calls 0
// GATHERS: affine: calls nothing; innermost loops {{[1-9][0-9]*}}, with calls 0
long affine(const long *a, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum = (sum ^ a[i]) * 3;
  return sum;
}

// CHECK: gather: calls __pp_strip; innermost loops {{[1-9]}}, with calls 0
// GATHERS: gather: calls __pp_strip; innermost loops {{[1-9]}}, with calls 0
// PIC-NOT: with calls {{[1-9]}}
// PIC: gather: calls __pp_strip; innermost loops {{[1-9]}}, with calls 0
// PIC-NOT: with calls {{[1-9]}}
long gather(const long *a, const unsigned *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum = (sum ^ a[b[i]]) * 3;
  return sum;
}

// CHECK: matrix: calls __pp_strip; innermost loops {{[1-9][0-9]*}}, with calls 0
long matrix(const long *a, long height, long width, long pitch) {
  long sum = 0;
  for (long y = 0; y < height; y++)
    for (long x = 0; x < width; x++)
      sum = (sum ^ a[y * pitch + x]) * 3;
  return sum;
}

// CHECK: chase: calls nothing; innermost loops 1, with calls 0
long chase(const unsigned *next, unsigned from) {
  long count = 0;
  for (; from; from = next[from])
    count++;
  return count;
}
