/* SPDX-License-Identifier: MIT */
/* Loops that go on by several cursors, each tested against an end of its own, as merges do. Where a cursor stands is left to the
 * kernel's read-ahead; what goes on in each iteration is a walk, and what is looked up for a cursor's element is a gather. */
// RUN: %planned %s -O2 -g | %filecheck %s
#include <stddef.h>
#include <stdint.h>

struct run {
  const uint64_t *at, *end;
};
uint64_t *merge(struct run a, struct run b, uint64_t *out) { // CHECK: affine write strides [8] bytes 8
  while (a.at < a.end && b.at < b.end) { // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    if (*b.at < *a.at) // CHECK-NEXT: [[@LINE]]: declined read bytes 8: it is where its loop stands
      *out++ = *b.at++; // CHECK-NEXT: declined read bytes 8: it is where its loop stands
    else
      *out++ = *a.at++;
  }
  return out;
}

/* Both may move at once, and what is written is appended. */
size_t intersect(const uint32_t *a, size_t na, const uint32_t *b, size_t nb, uint32_t *out) {
  size_t i = 0, j = 0, n = 0;
  while (i < na && j < nb) { // CHECK: [[@LINE]]: loop depth 1 trips symbolic; left alone
    if (a[i] < b[j]) // CHECK-NEXT: [[@LINE]]: declined read bytes 4: it is where its loop stands
      i++; // CHECK-NEXT: declined read bytes 4: it is where its loop stands
    else if (b[j] < a[i])
      j++;
    else
      out[n++] = a[i], i++, j++; // CHECK: [[@LINE]]: declined write bytes 4: it is where its loop stands
  }
  return n;
}

/* A join of sorted keys, with a look-up for each that both have. */
uint64_t join(const uint32_t *a, size_t na, const uint32_t *b, size_t nb, const uint64_t *table) {
  uint64_t sum = 0;
  size_t i = 0, j = 0;
  while (i < na && j < nb) { // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    if (a[i] < b[j])
      i++;
    else if (b[j] < a[i])
      j++;
    else
      sum += table[a[i]], i++, j++; // CHECK: [[@LINE]]: gather read strides [unknown] bytes 8
  }
  return sum;
}
// CHECK: end of plan
