/* SPDX-License-Identifier: MIT */
/* Affine streams of single loops: each stride that the model knows, reads and writes. */
// RUN: %planned %s -O2 | %filecheck %s

long forward(const long *a, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined strip 131072 min-trips 524288
    sum += a[i];               // CHECK-NEXT: [[@LINE]]: affine read strides [8] bytes 8 span 8 members 1 level 0
  return sum;
}

long backward(const long *a, long n) {
  long sum = 0;
  for (long i = n - 1; i >= 0; i--) // CHECK-NEXT: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    sum += a[i];                    // CHECK-NEXT: [[@LINE]]: affine read strides [-8] bytes 8 span 8 members 1 level 0
  return sum;
}

long column(const long *a, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++) // CHECK-NEXT: [[@LINE]]: loop depth 1 trips symbolic; strip-mined strip 256 min-trips 1024
    sum += a[i * 1024];        // CHECK-NEXT: [[@LINE]]: affine read strides [8192] bytes 8 span 8 members 1 level 0
  return sum;
}

long symbolic(const long *a, long n, long stride) {
  long sum = 0;
  for (long i = 0; i < n; i++) // CHECK-NEXT: [[@LINE]]: loop depth 1 trips symbolic; strip-mined strip runtime min-trips 1024
    sum += a[i * stride];      // CHECK-NEXT: [[@LINE]]: affine read strides [symbolic] bytes 8 span 8 members 1 level 0
  return sum;
}

long unsigned_variable(const long *a, unsigned n) {
  long sum = 0;
  for (unsigned i = 0; i < n; i++) // CHECK-NEXT: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    sum += a[i];                   // CHECK-NEXT: [[@LINE]]: affine read strides [8] bytes 8 span 8 members 1 level 0
  return sum;
}

long signed_variable(const int *a, int n) {
  long sum = 0;
  for (int i = 0; i < n; i += 2) // CHECK-NEXT: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    sum += a[i];                 // CHECK-NEXT: [[@LINE]]: affine read strides [8] bytes 4 span 4 members 1 level 0
  return sum;
}

long pointer(const short *p, const short *end) {
  long sum = 0;
  for (; p < end; p++) // CHECK-NEXT: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    sum += *p;         // CHECK-NEXT: [[@LINE]]: affine read strides [2] bytes 2 span 2 members 1 level 0
  return sum;
}

void writes(int *a, const unsigned char *b, long n) {
  for (long i = 0; i < n; i++) // CHECK-NEXT: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    a[3 * i] = b[i];
  // CHECK-DAG: [[@LINE-1]]: affine write strides [12] bytes 4 span 4 members 1 level 0
  // CHECK-DAG: [[@LINE-2]]: affine read strides [1] bytes 1 span 1 members 1 level 0
}

long constant_trips(const long *a) {
  long sum = 0;
  for (long i = 0; i < 4194304; i++) // CHECK: [[@LINE]]: loop depth 1 trips 4194304; strip-mined
    sum += a[i];                     // CHECK-NEXT: [[@LINE]]: affine read strides [8] bytes 8 span 8 members 1 level 0
  return sum;
}
// CHECK-NEXT: end of plan
