/* SPDX-License-Identifier: MIT */
/* What a loop around touches again in each iteration, and what no loop does. */
// RUN: %planned --option min-footprint=1 %s -O2 | %filecheck %s
#include <stdint.h>

double once(const double *a, const double *b, long n) {
  double sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[i] - b[i]; // CHECK: [[@LINE]]: affine read strides [8] {{.*}} of loop {{[0-9]+$}}
  return sum;
}

double matrix_once(const double *a, long n, long m) {
  double sum = 0;
  for (long i = 0; i < n; i++)
    for (long j = 0; j < m; j++)
      sum = sum * 3 + a[i * m + j]; // CHECK: [[@LINE]]: affine read strides [8, symbolic] {{.*}} of loop {{[0-9]+$}}
  return sum;
}

double swept(const double *a, long n, long sweeps) {
  double sum = 0;
  for (long s = 0; s < sweeps; s++)
    for (long i = 0; i < n; i++)
      sum = sum * 3 + a[i]; // CHECK: [[@LINE]]: affine read strides [8, 0] {{.*}} of loop {{[0-9]+}} again
  return sum;
}

void product(double *c, const double *a, const double *x, long n, long m) {
  for (long i = 0; i < n; i++) {
    double sum = 0;
    for (long j = 0; j < m; j++)
      // CHECK-DAG: [[@LINE+2]]: affine read strides [8, symbolic] {{.*}} of loop {{[0-9]+$}}
      // CHECK-DAG: [[@LINE+1]]: affine read strides [8, 0] {{.*}} of loop {{[0-9]+}} again
      sum = sum * 3 + a[i * m + j] * x[j];
    c[i] = sum;
  }
}

double columns(const double *a, long n, long m) {
  double sum = 0;
  for (long j = 0; j < m; j++)
    for (long i = 0; i < n; i++)
      sum = sum * 3 + a[i * m + j]; // CHECK: [[@LINE]]: affine read strides [symbolic, 8] {{.*}} of loop {{[0-9]+}} again
  return sum;
}
// CHECK: end of plan
