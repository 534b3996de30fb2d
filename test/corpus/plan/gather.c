/* SPDX-License-Identifier: MIT */
/* Gathers through one index load: widths and signs of the index, scale, offset, masks, structs, scatter.
 * Index streams feed the gather and stand in the same loop. */
// RUN: %planned %s -O2 | %filecheck %s
#include <stdint.h>

#define GATHER(name, value_type, index_type, expression)                                                                          \
  long name(const value_type *a, const index_type *b, long n, long k) {                                                          \
    long sum = 0;                                                                                                                \
    for (long i = 0; i < n; i++)                                                                                                 \
      sum += expression;                                                                                                         \
    return sum;                                                                                                                  \
  }

// One line of source a function, so the loop, the index and the gather all carry it.
// clang-format off
GATHER(u32, long, uint32_t, a[b[i]])
// CHECK:      [[@LINE-1]]: loop depth 1 trips symbolic; strip-mined strip 256 min-trips 1024
// CHECK-DAG:  [[@LINE-2]]: affine read strides [4] bytes 4 span 4 members 1 level 0 of loop [[@LINE-2]] feeds gather
// CHECK-DAG:  [[@LINE-3]]: gather read strides [unknown] bytes 8 span 8 members 1 level 0 of loop [[@LINE-3]]
GATHER(i32, long, int32_t, a[b[i]])
// CHECK:      [[@LINE-1]]: loop depth 1 trips symbolic; strip-mined
// CHECK-DAG:  [[@LINE-2]]: affine read strides [4] bytes 4 span 4 members 1 level 0 of loop [[@LINE-2]] feeds gather
// CHECK-DAG:  [[@LINE-3]]: gather read strides [unknown] bytes 8 span 8 members 1 level 0
GATHER(u8, long, uint8_t, a[b[i] * 4096L])
// CHECK:      [[@LINE-1]]: loop depth 1 trips symbolic; strip-mined
// CHECK-DAG:  [[@LINE-2]]: affine read strides [1] bytes 1 span 1 members 1 level 0 of loop [[@LINE-2]] feeds gather
// CHECK-DAG:  [[@LINE-3]]: gather read strides [unknown] bytes 8 span 8 members 1 level 0
GATHER(u16, int, uint16_t, a[b[i] * 1024L + 5])
// CHECK:      [[@LINE-1]]: loop depth 1 trips symbolic; strip-mined
// CHECK-DAG:  [[@LINE-2]]: affine read strides [2] bytes 2 span 2 members 1 level 0 of loop [[@LINE-2]] feeds gather
// CHECK-DAG:  [[@LINE-3]]: gather read strides [unknown] bytes 4 span 4 members 1 level 0
GATHER(u64, int, uint64_t, a[b[i]])
// CHECK:      [[@LINE-1]]: loop depth 1 trips symbolic; strip-mined
// CHECK-DAG:  [[@LINE-2]]: affine read strides [8] bytes 8 span 8 members 1 level 0 of loop [[@LINE-2]] feeds gather
// CHECK-DAG:  [[@LINE-3]]: gather read strides [unknown] bytes 4 span 4 members 1 level 0
GATHER(scaled, long, int64_t, a[b[i] * k + 3])
// CHECK:      [[@LINE-1]]: loop depth 1 trips symbolic; strip-mined
// CHECK-DAG:  [[@LINE-2]]: affine read strides [8] bytes 8 span 8 members 1 level 0 of loop [[@LINE-2]] feeds gather
// CHECK-DAG:  [[@LINE-3]]: gather read strides [unknown] bytes 8 span 8 members 1 level 0
GATHER(masked, long, uint64_t, a[(b[i] >> 7) & 0xffffff])
// CHECK:      [[@LINE-1]]: loop depth 1 trips symbolic; strip-mined
// CHECK-DAG:  [[@LINE-2]]: affine read strides [8] bytes 8 span 8 members 1 level 0 of loop [[@LINE-2]] feeds gather
// CHECK-DAG:  [[@LINE-3]]: gather read strides [unknown] bytes 8 span 8 members 1 level 0
GATHER(hashed, long, uint64_t, a[(b[i] * 0x9e3779b97f4a7c15u) >> 40])
// CHECK:      [[@LINE-1]]: loop depth 1 trips symbolic; strip-mined
// CHECK-DAG:  [[@LINE-2]]: affine read strides [8] bytes 8 span 8 members 1 level 0 of loop [[@LINE-2]] feeds gather
// CHECK-DAG:  [[@LINE-3]]: gather read strides [unknown] bytes 8 span 8 members 1 level 0
GATHER(backwards, long, uint32_t, a[b[n - 1 - i]])
// CHECK:      [[@LINE-1]]: loop depth 1 trips symbolic; strip-mined
// CHECK-DAG:  [[@LINE-2]]: affine read strides [-4] bytes 4 span 4 members 1 level 0 of loop [[@LINE-2]] feeds gather
// CHECK-DAG:  [[@LINE-3]]: gather read strides [unknown] bytes 8 span 8 members 1 level 0
// clang-format on

struct edge {
  uint32_t from, to;
  float weight;
};

float struct_of_index(const float *value, const struct edge *edges, long n) {
  float last = 0;
  for (long i = 0; i < n; i++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    last = value[edges[i].to] > last ? value[edges[i].to] : last;
  // CHECK-DAG: [[@LINE-1]]: affine read strides [12] bytes 4 span 4 members 1 level 0 {{.*}}feeds gather
  // CHECK-DAG: [[@LINE-2]]: gather read strides [unknown] bytes 4 span 4
  return last;
}

struct node {
  long key, value, next;
};

long struct_gathered(const struct node *nodes, const uint32_t *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    sum += nodes[b[i]].key + nodes[b[i]].next;
  // CHECK-DAG: [[@LINE-1]]: affine read strides [4] bytes 4 span 4 {{.*}}feeds gather
  // CHECK-DAG: [[@LINE-2]]: gather read strides [unknown] bytes 8 span 24 members 2
  return sum;
}

void scatter(long *a, const uint32_t *b, long n) {
  for (long i = 0; i < n; i++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    a[b[i]] = i;
  // CHECK-DAG: [[@LINE-1]]: affine read strides [4] bytes 4 span 4 {{.*}}feeds gather
  // CHECK-DAG: [[@LINE-2]]: gather write strides [unknown] bytes 8 span 8 members 1
}

void histogram(long *a, const uint32_t *b, long n) {
  for (long i = 0; i < n; i++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    a[b[i]]++;
  // CHECK-DAG: [[@LINE-1]]: affine read strides [4] bytes 4 span 4 {{.*}}feeds gather
  // CHECK-DAG: [[@LINE-2]]: gather {{read|write}} strides [unknown] bytes 8 span 8 members 2
}

long two_indexes(const long *a, const uint32_t *b, const uint32_t *c, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    sum += a[(long)b[i] + c[i]];
  // CHECK-DAG: [[@LINE-1]]: affine read strides [4] bytes 4 span 4 {{.*}}feeds gather
  // CHECK-DAG: [[@LINE-2]]: affine read strides [4] bytes 4 span 4 {{.*}}feeds gather
  // CHECK-DAG: [[@LINE-3]]: gather read strides [unknown] bytes 8 span 8 members 1
  return sum;
}

long pointers(long *const *p, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    sum += *p[i];
  // CHECK-DAG: [[@LINE-1]]: affine read strides [8] bytes 8 span 8 {{.*}}feeds gather
  // CHECK-DAG: [[@LINE-2]]: gather read strides [unknown] bytes 8 span 8 members 1
  return sum;
}

long conditional_use(const long *a, const uint32_t *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++) { // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    uint32_t index = b[i];       // CHECK-NEXT: [[@LINE]]: affine read strides [4] bytes 4 span 4 {{.*}}feeds gather
    if (index != ~0u)
      sum += a[index]; // CHECK-NEXT: [[@LINE]]: gather read strides [unknown] bytes 8 span 8 members 1
  }
  return sum;
}

/* The address of a function is a number like any other. */
int compared(int x);

long function_compared(const long *table, int (*const *call)(int), long n) {
  long sum = 0;
  for (long i = 0; i < n; i++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    if (call[i] == compared)   // CHECK: [[@LINE]]: affine read strides [8] bytes 8
      sum += table[i * 1024];  // CHECK: [[@LINE]]: gather read strides [8192] bytes 8
  return sum;
}

/* A table of 256 entries is no stream, whatever its index is. */
long small_table(const long *table, const unsigned char *index, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    sum += table[index[i]];    // CHECK: [[@LINE]]: affine read strides [1] bytes 1
  return sum;                  // CHECK: [[@LINE-1]]: declined read bytes 8: its addresses lie within 2048 bytes
}
// CHECK-NEXT: end of plan
