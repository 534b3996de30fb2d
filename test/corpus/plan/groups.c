/* SPDX-License-Identifier: MIT */
/* References that walk the same pages are one stream, others are streams of their own. */
// RUN: %planned %s -O2 | %filecheck %s

void stencil(double *restrict out, const double *restrict in, long n) {
  for (long i = 1; i < n - 1; i++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    out[i] = in[i - 1] + in[i] + in[i + 1];
  // CHECK-DAG: [[@LINE-1]]: affine write strides [8] bytes 8 span 8 members 1 level 0
  // LLVM may keep elements in registers from one iteration to the next: one or two loads are left.
  // CHECK-DAG: [[@LINE-3]]: affine read strides [8] bytes 8 span {{(24 members [23]|8 members 1)}} level 0
}

struct record {
  int key, weight;
  long payload[6];
};

long fields(const struct record *r, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    // CHECK-NEXT: [[@LINE+1]]: affine read strides [56] bytes {{4|8}} span 32 members 3 level 0
    sum += r[i].key + r[i].weight + r[i].payload[2];
  return sum;
}

long two_arrays(const int *a, const int *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    sum += (long)a[i] * b[i];
  // CHECK-NEXT: [[@LINE-1]]: affine read strides [4] bytes 4 span 4 members 1 level 0
  // CHECK-NEXT: [[@LINE-2]]: affine read strides [4] bytes 4 span 4 members 1 level 0
  return sum;
}
void update(int *a, long n) {
  for (long i = 0; i < n; i++) // CHECK-NEXT: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    a[i] += 7;                 // CHECK-NEXT: [[@LINE]]: affine {{read|write}} strides [4] bytes 4 span 4 members 2 level 0
}
// CHECK-NEXT: end of plan
