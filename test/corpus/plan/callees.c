/* SPDX-License-Identifier: MIT */
/* What functions touch that a loop calls: planned in the caller's loop; and why of others nothing is known. */
// RUN: %planned --option min-footprint=1 %s -O2 | %filecheck %s
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

__attribute__((noinline)) static double row_sum(const double *row, long n) {
  double sum = 0;
  for (long j = 0; j < n; j++)
    sum += row[j]; // CHECK-DAG: [[@LINE]]: affine read strides [8, symbolic] {{.*}} level 1 of loop [[ROWS:[0-9]+]]
  return sum;
}

void all_rows(const double *a, double *out, long rows, long n) {
  for (long i = 0; i < rows; i++) // CHECK-DAG: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    out[i] = row_sum(a + i * n, n); // CHECK-DAG: [[@LINE]]: affine write {{.*}} of loop {{[0-9]+}}
}

__attribute__((noinline)) static uint64_t at(const uint64_t *t, uint32_t k) {
  return t[k]; // CHECK-DAG: [[@LINE]]: gather read strides [unknown] bytes 8 {{.*}} of loop
}

uint64_t lookups(const uint64_t *t, const uint32_t *k, long n) {
  uint64_t sum = 0;
  for (long i = 0; i < n; i++)
    sum += at(t, k[i]); // CHECK-DAG: [[@LINE]]: affine read strides [4] {{.*}} feeds gather
  return sum;
}

double elsewhere(const double *row, long n);
double unseen(const double *a, long rows, long n) {
  double sum = 0;
  for (long i = 0; i < rows; i++)
    sum += elsewhere(a + i * n, n); // CHECK-DAG: [[@LINE]]: declined read bytes 1: it is handed to a function of another translation unit: what that touches is not known
  return sum;
}

__attribute__((noinline)) static double through(const double *a, const uint32_t *k, long n) {
  return elsewhere(a + *k, n); // CHECK-DAG: [[@LINE]]: declined read bytes 1: it is handed to a function of another translation unit: what that touches is not known
}
double unseen_further(const double *a, const uint32_t *k, long n) {
  double sum = 0;
  for (long i = 0; i < n; i++)
    sum += through(a, k + i, n);
  return sum;
}

double by_pointer(const double *a, long rows, long n, double (*visit)(const double *, long)) {
  double sum = 0;
  for (long i = 0; i < rows; i++)
    sum += visit(a + i * n, n); // CHECK-DAG: [[@LINE]]: declined read bytes 1: it is handed to a function that is called through a pointer: what that touches is not known
  return sum;
}

__attribute__((weak)) double replaceable(const double *row, long n) {
  return row[n - 1];
}
double of_replaceable(const double *a, long rows, long n) {
  double sum = 0;
  for (long i = 0; i < rows; i++)
    sum += replaceable(a + i * n, n); // CHECK-DAG: [[@LINE]]: declined read bytes 1: it is handed to a function that another may replace when the program is linked: what that touches is not known
  return sum;
}

__attribute__((noinline)) double first(const double *row, long n) {
  return row[-n];
}
double of_first(const double *a, long rows, long n) {
  double sum = 0;
  for (long i = 0; i < rows; i++)
    sum += first(a + i * n, n);
  return sum;
}
double replaceable_name(const double *row, long n) __attribute__((weak, alias("first")));
double of_replaceable_name(const double *a, long rows, long n) {
  double sum = 1;
  for (long i = 0; i < rows; i++)
    sum += replaceable_name(a + i * n, n); // CHECK-DAG: [[@LINE]]: declined read bytes 1: it is handed to a function that {{another may replace when the program is linked|is called through a pointer}}: what that touches is not known
  return sum;
}

__attribute__((noinline)) static long with_variable(const char *text, long n) {
  char own[64];
  for (int i = 0; i < 64; i++)
    own[i] = (char)(i * n);
  return own[text[n] & 63]; // CHECK-DAG: [[@LINE]]: gather read strides [unknown] bytes 1
}
// What is the callee's own is no matter to its caller.
long own_variables(const char *texts, const uint32_t *k, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += with_variable(texts + k[i], n);
  return sum;
}
// CHECK: end of plan
