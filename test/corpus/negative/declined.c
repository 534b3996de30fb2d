/* SPDX-License-Identifier: MIT */
/* Addresses that no slice program computes: the reason is stated, what can be hinted still is. */
// RUN: %planned --option min-footprint=1 %s -O2 -fexceptions | %filecheck %s
#include <stdint.h>

uint32_t unknown_call(uint32_t value);
long called_index(const long *a, const uint32_t *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[unknown_call(b[i])]; // CHECK-DAG: [[@LINE]]: declined read bytes 8: {{.*}}call
  return sum;                     // CHECK-DAG: [[@LINE-1]]: affine read {{.*}} bytes 4 {{.*}}
}

long floating_index(const long *a, const double *x, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[(long)x[i]]; // CHECK-DAG: [[@LINE]]: declined read bytes 8: {{.*}}floating point
  return sum;             // CHECK-DAG: [[@LINE-1]]: affine read {{.*}} bytes 8 {{.*}}
}

long volatile_index(const long *a, const volatile uint32_t *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[b[i]]; // CHECK-DAG: [[@LINE]]: declined read bytes 8: {{.*}}volatile
  return sum;
}

long atomic_index(const long *a, const uint32_t *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[__atomic_load_n(&b[i], __ATOMIC_RELAXED)]; // CHECK-DAG: [[@LINE]]: declined read bytes 8: {{.*}}
  return sum;
}
// CHECK: end of plan
