/* SPDX-License-Identifier: MIT */
/* Under -ffast-math a compiler may reorder a floating-point sum; strips would change its order, so these loops stay whole. */
// RUN: %identical %s -O3 -ffast-math
// RUN: %planned --option min-footprint=1 %s -O3 -ffast-math | %filecheck %s

double sum(const double *a, long n) {
  double total = 0;
  for (long i = 0; i < n; i++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; left alone; strip obstacle: {{.*(floating-point|fast math)}}
    total += a[i];             // CHECK-NEXT: [[@LINE]]: declined read bytes 8: {{.*(floating-point|fast math)}}
  return total;
}

float dot(const float *a, const float *b, int n) {
  float total = 0;
  for (int i = 0; i < n; i++)
    total += a[i] * b[i];
  return total;
}
