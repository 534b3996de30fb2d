/* SPDX-License-Identifier: MIT */
/* Stores that are certain to overwrite whole pages, and such that only seem so. */
// RUN: %planned %s -O2 | %filecheck %s
// RUN: %planned --option kinds=affine,gather %s -O2 | %filecheck --check-prefix=OFF %s
#include <stdint.h>
#include <string.h>

// OFF-NOT: populate

void filled(uint64_t *a, long n, uint64_t by) {
  for (long i = 0; i < n; i++)
    a[i] = (uint64_t)i * by; // CHECK: [[@LINE]]: affine write {{.*}} populate
}

struct pair {
  uint64_t first, second;
};
void both(struct pair *a, long n) {
  for (long i = 0; i < n; i++) {
    a[i].second = (uint64_t)i; // CHECK: [[@LINE]]: affine write {{.*}} span 16 members 2 {{.*}} populate
    a[i].first = (uint64_t)i * 3;
  }
}

void rows(double *a, const double *x, const double *y, long n, long m) {
  for (long i = 0; i < n; i++)
    for (long j = 0; j < m; j++)
      a[i * m + j] = x[i] * y[j]; // CHECK: [[@LINE]]: affine write {{.*}} populate
}

/* Whether there are gaps, the run tells. */
void rows_of_a_pitch(uint64_t *a, long n, long m, long pitch) {
  for (long i = 0; i < n; i++)
    for (long j = 0; j < m; j++)
      a[i * pitch + j] = (uint64_t)(i + j); // CHECK: [[@LINE]]: affine write {{.*}} populate
}

void sum(double *restrict a, const double *x, const double *y, long n) {
  for (long i = 0; i < n; i++)
    a[i] = x[i] + y[i]; // CHECK: [[@LINE]]: affine write {{.*}} populate
}

void blocks(char *to, const char *from, const uint32_t *k, long n) {
  for (long i = 0; i < n; i++)
    memcpy(to + i * 8192, from + (size_t)k[i] * 8192, 8192); // CHECK: [[@LINE]]: affine write {{.*}} populate
}

void downwards(uint32_t *a, long n) {
  for (long i = n; i-- > 0;)
    a[i] = (uint32_t)(i * i); // CHECK: [[@LINE]]: affine write {{.*}} populate
}

// What follows is hinted, and not made: CHECK-NOT: populate
void updated(uint64_t *a, long n, uint64_t by) {
  for (long i = 0; i < n; i++)
    a[i] = a[i] * by + 1;
}

void one_of_two(struct pair *a, long n) {
  for (long i = 0; i < n; i++)
    a[i].first = (uint64_t)i;
}

void with_gaps(uint64_t *a, long n) {
  for (long i = 0; i < n; i++)
    a[3 * i] = (uint64_t)i;
}

void sometimes(uint64_t *a, const uint8_t *flag, long n) {
  for (long i = 0; i < n; i++)
    if (flag[i])
      a[i] = (uint64_t)i;
}

void until_found(uint64_t *a, const uint8_t *flag, long n) {
  for (long i = 0; i < n; i++) {
    if (flag[i])
      break;
    a[i] = (uint64_t)i;
  }
}

extern uint64_t next(void);
void may_not_return(uint64_t *a, long n) {
  for (long i = 0; i < n; i++)
    a[i] = next();
}

/* The bound may be what the stores change. */
void bound_read_again(long *a, const long *n) {
  for (long i = 0; i < *n; i++)
    a[i] = i;
}

void behind_a_search(uint64_t *a, const uint64_t *key, long n, uint64_t wanted) {
  for (long i = 0; i < n; i++) {
    const uint64_t *at = key;
    while (*at != wanted + (uint64_t)i)
      at++;
    a[i] = (uint64_t)(at - key);
  }
}
// CHECK: end of plan
