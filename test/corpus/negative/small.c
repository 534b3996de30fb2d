/* SPDX-License-Identifier: MIT */
/* Loops that are too small to pay: the reason names the footprint, and the code stays the same. */
// RUN: %planned %s -O1 | %filecheck %s
// RUN: %identical --option min-footprint=4M %s -O1 -O2 -O3
extern long a[], b[];

long sum(void) {
  long total = 0;
  for (int i = 0; i < 2000; i++) // CHECK: [[@LINE]]: loop depth 1 trips {{2000|1999}}; left alone
    total += a[i];               // CHECK-NEXT: [[@LINE]]: declined read bytes 8: the loop walks at most {{16000|15992}} bytes, less than min-footprint=4194304
  return total;
}

void copy(void) {
  for (int i = 0; i < 2000; i++)
    a[i] = b[i] * 3;
}
