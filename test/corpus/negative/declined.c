/* SPDX-License-Identifier: MIT */
/* Gathers whose index can not be loaded ahead of time: the reason is stated, what can be hinted without loads still is. */
// RUN: %planned --option min-footprint=1 %s -O2 -fexceptions | %filecheck %s
#include <stdint.h>

long conditional_index(const long *a, const uint32_t *b, const uint8_t *valid, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    if (valid[i])
      sum += a[b[i]]; // CHECK: [[@LINE]]: declined read bytes 8: {{.*(condition|every iteration)}}
  return sum;
}

long early_exit(const long *a, const uint32_t *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++) {
    sum += a[b[i]]; // CHECK: [[@LINE]]: declined read bytes 8: {{.*}}
    if (sum < 0)
      break;
  }
  return sum;
}

void unknown_call(long value);

long call_may_not_return(const long *a, const uint32_t *b, long n) {
  for (long i = 0; i < n; i++)
    unknown_call(a[b[i]]); // CHECK: [[@LINE]]: declined read bytes 8: {{.*}}its index can not be loaded ahead of time: {{.*(call|throw)}}
  return n;
}

long chain(const long *a, const uint32_t *b, const uint32_t *c, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[b[c[i]]]; // CHECK-DAG: [[@LINE]]: declined read bytes 8: {{.*(chain|not known ahead)}}
  return sum;
}

long divided(const long *a, const uint32_t *b, const uint32_t *d, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[b[i] / d[i]]; // CHECK: [[@LINE]]: declined read bytes 8: {{.*}}
  return sum;
}

long volatile_index(const long *a, const volatile uint32_t *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[b[i]]; // CHECK: [[@LINE]]: declined read bytes 8: {{.*}}volatile
  return sum;
}
// CHECK: end of plan
