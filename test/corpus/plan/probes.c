/* SPDX-License-Identifier: MIT */
/* An inner loop without a trip count: what it probes is hinted from the loop around it.
 * Hash probing, and the verification of postings against a text. */
// RUN: %planned %s -O2 | %filecheck %s
#include <stdint.h>

struct slot {
  uint64_t key, value;
};

uint64_t probe(const struct slot *table, uint64_t mask, const uint64_t *keys, long n) {
  uint64_t sum = 0;
  for (long i = 0; i < n; i++) { // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    uint64_t at = (keys[i] * 0x9e3779b97f4a7c15u) & mask; // CHECK-NEXT: [[@LINE]]: affine read strides [8] bytes 8 {{.*}}feeds gather
    while (table[at].key && table[at].key != keys[i]) // CHECK: gather read strides [unknown{{.*}}level 1 of loop [[@LINE-2]]
      at = (at + 1) & mask;
    sum += table[at].value;
  }
  return sum;
}

long verify(const char *text, const uint32_t *postings, long n, const char *word) {
  long found = 0;
  for (long i = 0; i < n; i++) { // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    const char *at = text + postings[i]; // CHECK-NEXT: [[@LINE]]: affine read strides [4] bytes 4 {{.*}}feeds gather
    long k = 0;
    while (word[k] && at[k] == word[k]) // CHECK: gather read strides [{{.*}}unknown] bytes 1 {{.*}}level 1 of loop [[@LINE-3]]
      k++;
    found += word[k] == 0;
  }
  return found;
}

/* What the loop reads does not wait for the cursor at which it writes. */
void matches(const uint32_t *table, const uint32_t *first, uint32_t *out, long n) {
  long at = 0;
  for (long i = 0; i < n; i++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    if (table[first[i]] == 7)  // CHECK: [[@LINE]]: gather read strides [{{.*}}] bytes 4
      out[at++] = (uint32_t)i; // CHECK: [[@LINE]]: declined write bytes 4: it is written where a cursor stands
}

/* The pointers are read again after each store, which might have changed them; they are not what the loop carries. */
struct adjacency {
  const uint32_t *bounds, *targets;
};
long explore(const struct adjacency *graph, uint32_t *queue, long tail, uint8_t *seen) {
  for (long head = 0, end = tail; head < end; head++) { // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    uint32_t v = queue[head];
    for (uint32_t k = graph->bounds[v]; k < graph->bounds[v + 1]; k++)
      if (!seen[graph->targets[k]]) {
        seen[graph->targets[k]] = 1;
        queue[tail++] = v; // CHECK: [[@LINE]]: declined write bytes 4: it is written where a cursor stands
      }
  }
  return tail;
}
// CHECK: end of plan
