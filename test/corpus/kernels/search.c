/* SPDX-License-Identifier: MIT */
/* Searches in batches: a B+-tree of wide nodes in one array, the Eytzinger layout, and the position of each key in a sorted
 * array. After Rao, Ross: Making B+-Trees Cache Conscious in Main Memory, 2000, and Khuong, Morin: Array Layouts for
 * Comparison-Based Searching, 2017. */
// REQUIRES: reference
// RUN: %kernels %s
#include "oracle.h"

enum { FANOUT = 16, LEAF = 30, QUERIES = 1 << 15 };
struct node {
  uint16_t count;
  uint32_t key[FANOUT - 1], first_child; /* children lie side by side */
};
struct leaf {
  uint16_t count;
  uint32_t key[LEAF];
  uint64_t value[LEAF];
};
struct tree {
  const struct node *nodes;
  const struct leaf *leaves;
  int height;
  uint32_t root;
};

static int lower_bound(const uint32_t *key, int count, uint32_t wanted) {
  int low = 0;
  while (low < count) {
    int middle = (low + count) / 2;
    if (key[middle] < wanted) // worth: leaves
      low = middle + 1;
    else
      count = middle;
  }
  return low;
}

LOOP uint64_t tree_search(const struct tree *t, const uint32_t *queries, long n, uint64_t *out) {
  uint64_t found = 0;
  for (long i = 0; i < n; i++) {
    uint32_t wanted = queries[i], at = t->root; // worth: queries
    for (int level = 0; level < t->height; level++) {
      const struct node *node = &t->nodes[at];
      int slot = 0;
      while (slot < node->count && node->key[slot] < wanted) // worth: nodes
        slot++;
      at = node->first_child + (uint32_t)slot;
    }
    const struct leaf *leaf = &t->leaves[at];
    int place = lower_bound(leaf->key, leaf->count, wanted);                             // worth: leaves
    out[i] = place < leaf->count && leaf->key[place] == wanted ? leaf->value[place] : 0; // worth: out leaves
    found += out[i] != 0;
  }
  return found;
}
CASE(tree_search) {
  enum { LEVELS = 4, LEAVES = FANOUT * FANOUT * FANOUT * FANOUT, NODES = LEAVES / 15 + 2 };
  ARRAY(struct node, nodes, NODES);
  ARRAY(struct leaf, leaves, LEAVES);
  ARRAY(uint32_t, queries, QUERIES);
  ARRAY(uint64_t, out, QUERIES);
  const uint32_t step = 60000;
  uint32_t first = 0, width = 1, next = 1;
  uint64_t reach = (uint64_t)step * LEAVES;
  for (int level = 0; level < LEVELS; level++, first = next, next += width) {
    next = first + width;
    for (uint32_t i = 0; i < width; i++) {
      struct node *node = &nodes[first + i];
      node->count = FANOUT - 1;
      for (uint32_t k = 0; k < FANOUT - 1; k++)
        node->key[k] = (uint32_t)(reach * (i * FANOUT + k + 1) / ((uint64_t)width * FANOUT)) - 1;
      node->first_child = (level + 1 < LEVELS ? next : 0) + i * FANOUT;
    }
    first = next, width *= FANOUT, next -= width;
    next = first;
  }
  for (uint32_t i = 0; i < LEAVES; i++) {
    leaves[i].count = LEAF;
    for (uint32_t k = 0; k < LEAF; k++)
      leaves[i].key[k] = i * step + k * (step / LEAF), leaves[i].value[k] = i + 1;
  }
  oracle_fill_u32(queries, QUERIES, reach);
  struct tree t = {nodes, leaves, LEVELS, 0};
  MEASURE(oracle_sink += tree_search(&t, queries, QUERIES, out));
}

LOOP void eytzinger(const uint32_t *a, uint32_t n, const uint32_t *x, uint32_t m, uint32_t *out) {
  for (uint32_t q = 0; q < m; q++) {
    uint32_t i = 0;
    while (i < n)
      i = x[q] <= a[i] ? 2 * i + 1 : 2 * i + 2; // worth: x a
    uint32_t j = (i + 1) >> __builtin_ffs((int)~(i + 1));
    out[q] = j == 0 ? n : j - 1; // worth: out
  }
}
CASE(eytzinger) {
  enum { N = 1 << 23, M = 1 << 13 };
  ARRAY(uint32_t, a, N);
  ARRAY(uint32_t, x, M);
  ARRAY(uint32_t, out, M);
  for (uint32_t i = 0; i < N; i++) { /* node i stands in the middle of its subtree's range */
    uint32_t level = 31 - (uint32_t)__builtin_clz(i + 1), place = i + 1 - (1u << level);
    a[i] = (uint32_t)(((2 * (uint64_t)place + 1) << 31) >> level);
  }
  oracle_fill_u32(x, M, UINT64_C(1) << 31);
  MEASURE(eytzinger(a, N, x, M, out));
}

struct column {
  const uint64_t *sorted;
  size_t count;
};
LOOP void positions(const struct column *c, const uint64_t *wanted, size_t n, uint32_t *out) {
  for (size_t i = 0; i < n; i++) {
    const uint64_t *base = c->sorted;
    size_t length = c->count;
    while (length > 1) {
      size_t half = length / 2;
      base += (base[half - 1] < wanted[i]) * half; // worth: sorted wanted
      length -= half;
    }
    out[i] = (uint32_t)(base - c->sorted) + (*base < wanted[i]); // worth: out
  }
}
CASE(positions) {
  enum { N = 1 << 22, M = 1 << 13 };
  ARRAY(uint64_t, sorted, N);
  ARRAY(uint64_t, wanted, M);
  ARRAY(uint32_t, out, M);
  for (uint64_t i = 0; i < N; i++)
    sorted[i] = i * 1000;
  oracle_fill_u64(wanted, M, UINT64_C(1000) * N);
  struct column c = {sorted, N};
  MEASURE(positions(&c, wanted, M, out));
}
