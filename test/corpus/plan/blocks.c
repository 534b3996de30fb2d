/* SPDX-License-Identifier: MIT */
/* Block operations as references: the address is a stream although no plain load is to be seen. */
// RUN: %planned %s -O2 | %filecheck %s
#include <stdint.h>
#include <string.h>

void copy_rows(char *to, const char *from, long rows, long pitch, unsigned long length) {
  for (long y = 0; y < rows; y++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    memcpy(to + y * 65536, from + y * pitch, length);
  // CHECK-DAG: [[@LINE-1]]: affine write strides [65536]
  // CHECK-DAG: [[@LINE-2]]: affine read strides [symbolic]
}

void clear_rows(char *to, long rows) {
  for (long y = 0; y < rows; y++)    // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    memset(to + y * 65536, 0, 3000); // CHECK-NEXT: [[@LINE]]: affine write strides [65536] bytes 3000 span 3000 members 1
}

long compare_gathered(const char *text, const uint64_t *at, const char *word, unsigned long length, long n) {
  long found = 0;
  for (long i = 0; i < n; i++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    found += memcmp(text + at[i], word, length) == 0;
  // CHECK-DAG: [[@LINE-1]]: affine read strides [8] bytes 8 span 8 {{.*}}feeds gather
  // CHECK-DAG: [[@LINE-2]]: gather read strides [unknown]
  return found;
}
// CHECK: end of plan
