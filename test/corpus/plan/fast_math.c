/* SPDX-License-Identifier: MIT */
/* Under -ffast-math loops are hinted like others: strips are cut from what the vectoriser made of them. LLVM's code generator
 * reorders chains of operations by the code around them, though: there functions that end a reduction stay as they are. */
// RUN: %planned %s -O3 -ffast-math | %filecheck --check-prefixes=CHECK,%prefix %s
// RUN: %vectorised --least 2 %s -O3 -ffast-math

void scale(double *restrict a, const double *restrict b, double k, long n) {
  for (long i = 0; i < n; i++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    a[i] = b[i] / k;           // CHECK-NEXT: [[@LINE]]: affine {{read|write}} strides [8{{.*}}] bytes 8
}

double sum(const double *a, long n) {
  double total = 0;
  // GCC: [[@LINE+2]]: loop depth 1 trips symbolic; strip-mined
  // LLVM: [[@LINE+1]]: loop depth 1 trips symbolic; left alone
  for (long i = 0; i < n; i++)
    total += a[i]; // LLVM-NEXT: [[@LINE]]: declined read bytes 8: fast math
  return total;
}
// CHECK: end of plan
