/* SPDX-License-Identifier: MIT */
/* Two-level nests: which loop is strip-mined, and what one of its iterations touches. */
// RUN: %planned %s -O2 | %filecheck %s
#include <string.h>

long rows(const int *a, long height, long width, long pitch) {
  long sum = 0;
  for (long y = 0; y < height; y++)  // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    for (long x = 0; x < width; x++) // CHECK-NEXT: [[@LINE]]: loop depth 2 trips symbolic; left alone
      sum += a[y * pitch + x]; // CHECK-NEXT: [[@LINE]]: affine read strides [4, symbolic] bytes 4 span 4 members 1 level 1 of loop [[@LINE-2]]
  return sum;
}

long columns(const int *a, long height, long width) {
  long sum = 0;
  for (long x = 0; x < width; x++)    // CHECK: [[@LINE]]: loop depth 1 trips symbolic; left alone
    for (long y = 0; y < height; y++) // CHECK-NEXT: [[@LINE]]: loop depth 2 trips symbolic; strip-mined
      sum += a[y * 4096 + x];         // CHECK-NEXT: [[@LINE]]: affine read strides [16384, 4] bytes 4 span 4 members 1 level 0
  return sum;
}

long short_rows(const int *a, const long height) {
  long sum = 0;
  for (long y = 0; y < height; y++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    for (long x = 0; x < 100; x++)  // CHECK-NEXT: [[@LINE]]: loop depth 2 trips 100; left alone
      sum += a[y * 2048 + x]; // CHECK-NEXT: [[@LINE]]: affine read strides [4, 8192] bytes 4 span 4 members 1 level 1 of loop [[@LINE-2]]
  return sum;
}

/* Compressed rows, counted in numbers that could wrap but for the test before the loop. */
long sparse(const unsigned *bounds, const unsigned *columns, const long *vector, long height) {
  long sum = 0;
  for (long y = 0; y < height; y++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    for (unsigned k = bounds[y]; k < bounds[y + 1]; k++)
      sum += vector[columns[k]]; // CHECK: [[@LINE]]: gather read {{.*}} level 1 of loop [[@LINE-2]]
  return sum;
}

/* Block operations that follow one another are one row, hinted from the loop around: the inner loop may run a few times only. */
void packed(char *out, const char *in, long planes, long depth, long from, long near, long row) {
  for (long z = 0; z < planes; z++)  // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    for (long k = 0; k < near; k++) { // CHECK-NEXT: [[@LINE]]: loop depth 2 trips symbolic; left alone
      // CHECK-DAG: [[@LINE+2]]: affine read strides [symbolic, symbolic] {{.*}} level 1 of loop [[@LINE-2]]
      // CHECK-DAG: [[@LINE+1]]: affine write strides [symbolic, symbolic] {{.*}} level 1 of loop [[@LINE-3]]
      memcpy(out + (z * near + k) * row, in + (z * depth + from + k) * row, (size_t)row);
    }
}

/* Rows of which each element's neighbours are read by a loop of few iterations: unrolled or not, they are hinted as rows. */
float neighbours(const float *a, long height, long width, long pitch, float c) {
  float sum = 0;
  for (long y = 0; y < height; y++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    for (long x = 4; x < width; x++) // CHECK-NEXT: [[@LINE]]: loop depth 2 trips symbolic; left alone
      for (long k = 1; k <= 4; k++)
        sum = sum * c + a[y * pitch + x - k]; // CHECK-DAG: [[@LINE]]: affine read strides [{{.*}}symbolic] {{.*}} level {{[12]}} of loop [[@LINE-3]]
  return sum;
}
// CHECK: end of plan
