/* SPDX-License-Identifier: MIT */
/* What each row is combined with is hinted once, from the loop that hints the rows: the inner loop is left alone, since each
 * entry of a loop that is cut costs instructions. */
// RUN: %planned %s -O2 | %filecheck %s
#include <stdint.h>

uint64_t beside_rows(const uint64_t *m, const uint32_t *idx, const uint64_t *query, long n, long dim) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)             // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    for (long j = 0; j < dim; j++)         // CHECK: [[@LINE]]: loop depth 2 trips symbolic; left alone
      s += m[idx[i] * dim + j] * query[j]; // CHECK-DAG: [[@LINE]]: affine read strides [8, 0] bytes 8 {{.*}}level 1
  return s;
}
