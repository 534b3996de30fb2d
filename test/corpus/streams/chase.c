/* SPDX-License-Identifier: MIT */
/* Walks that start anew in each iteration and follow what they load: buckets, lists, trees, searches. */
// RUN: %streams %s
#include "oracle.h"

enum { N = 2000, T = 1 << 17 };

struct entry {
  uint64_t key, value;
  struct entry *next;
  uint64_t pad;
};

LOOP uint64_t buckets(struct entry *const *head, uint64_t mask, const uint64_t *key, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    for (const struct entry *e = head[key[i] * UINT64_C(0x9e3779b97f4a7c15) >> 20 & mask]; e; e = e->next)
      if (e->key == key[i]) {
        s += e->value;
        break;
      }
  return s;
}
PAGEPREFETCH_OFF static void fill_buckets(struct entry *pool, struct entry *pool_w, struct entry **head_w, uint64_t mask) {
  for (long i = 0; i < T; i++) {
    uint64_t key = oracle_random() % T, h = key * UINT64_C(0x9e3779b97f4a7c15) >> 20 & mask;
    pool_w[i] = (struct entry){key, key, head_w[h], 0};
    head_w[h] = pool + i;
  }
}
CASE(buckets) {
  ARRAY(struct entry, pool, T);
  ARRAY(struct entry *, head, T);
  ARRAY(uint64_t, key, N);
  fill_buckets(pool, pool_w, head_w, T - 1);
  oracle_fill_u64(key_w, N, T);
  RUN(oracle_sink = buckets(head, T - 1, key, N));
  EXPECT(head, 99, 1);
  EXPECT(pool, 99, 2);
}
CASE(long_buckets) {
  ARRAY(struct entry, pool, T);
  ARRAY(struct entry *, head, T / 8);
  ARRAY(uint64_t, key, N);
  fill_buckets(pool, pool_w, head_w, T / 8 - 1);
  oracle_fill_u64(key_w, N, T);
  RUN(oracle_sink = buckets(head, T / 8 - 1, key, N));
  EXPECT(pool, 99, 2);
}

LOOP uint64_t open_addressing(const uint64_t *table, uint64_t mask, const uint64_t *key, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++) {
    uint64_t at = key[i] * UINT64_C(0x9e3779b97f4a7c15) >> 20 & mask;
    while (table[at] && table[at] != key[i])
      at = (at + 1) & mask;
    s += table[at];
  }
  return s;
}
CASE(open_addressing) {
  ARRAY(uint64_t, table, T);
  ARRAY(uint64_t, key, N);
  for (long i = 0; i < T / 2; i++) {
    uint64_t k = 1 + oracle_random() % T, at = k * UINT64_C(0x9e3779b97f4a7c15) >> 20 & (T - 1);
    while (table_w[at])
      at = (at + 1) & (T - 1);
    table_w[at] = k;
  }
  oracle_fill_u64(key_w, N, T);
  RUN(oracle_sink = open_addressing(table, T - 1, key, N));
  EXPECT(table, 99, 2);
}

LOOP uint64_t binary_search(const uint64_t *a, uint64_t size, const uint64_t *key, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++) {
    uint64_t low = 0, high = size;
    while (low < high) {
      uint64_t middle = low + (high - low) / 2;
      if (a[middle] < key[i])
        low = middle + 1;
      else
        high = middle;
    }
    s += low;
  }
  return s;
}
CASE(binary_search) {
  ARRAY(uint64_t, a, T);
  ARRAY(uint64_t, key, N / 4);
  for (long i = 0; i < T; i++)
    a_w[i] = 7 * (uint64_t)i;
  oracle_fill_u64(key_w, N / 4, 7 * T);
  RUN(oracle_sink = binary_search(a, T, key, N / 4));
  EXPECT(a, 99, 2);
}

LOOP uint64_t branch_free_search(const uint64_t *a, uint64_t size, const uint64_t *key, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++) {
    const uint64_t *base = a;
    for (uint64_t length = size; length > 1; length -= length / 2)
      base += (base[length / 2 - 1] < key[i]) * (length / 2);
    s += *base;
  }
  return s;
}
CASE(branch_free_search) {
  ARRAY(uint64_t, a, T);
  ARRAY(uint64_t, key, N / 4);
  for (long i = 0; i < T; i++)
    a_w[i] = 7 * (uint64_t)i;
  oracle_fill_u64(key_w, N / 4, 7 * T);
  RUN(oracle_sink = branch_free_search(a, T, key, N / 4));
  EXPECT(a, 99, 2);
}

struct tree {
  struct tree *child[2];
  uint64_t key, value;
};
LOOP uint64_t tree_descent(const struct tree *root, const uint64_t *key, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++) {
    const struct tree *at = root;
    while (at && at->key != key[i])
      at = at->child[at->key < key[i]];
    s += at ? at->value : 1;
  }
  return s;
}
CASE(tree_descent) {
  ARRAY(struct tree, pool, 20000);
  ARRAY(uint64_t, key, 300);
  for (long i = 0; i < 20000; i++) {
    pool_w[i].key = oracle_random() % (1 << 20);
    struct tree *at = pool_w, *parent = NULL;
    while (i && at) {
      parent = at;
      at = at->child[at->key < pool_w[i].key];
      at = at ? pool_w + (at - pool) : NULL;
    }
    if (parent)
      parent->child[parent->key < pool_w[i].key] = pool + i;
  }
  oracle_fill_u64(key_w, 300, 1 << 20);
  RUN(oracle_sink = tree_descent(pool, key, 300));
  EXPECT(pool, 99, 2);
}

struct btree {
  uint32_t count, leaf;
  uint64_t key[15];
  uint32_t child[16];
};
LOOP uint64_t btree_lookup(const struct btree *t, uint32_t root, const uint64_t *key, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++) {
    const struct btree *at = t + root;
    for (;;) {
      uint32_t k = 0;
      while (k < at->count && key[i] >= at->key[k])
        k++;
      if (at->leaf) {
        s += at->child[k];
        break;
      }
      at = t + at->child[k];
    }
  }
  return s;
}
CASE(btree_lookup) {
  enum { LEAVES = 16 * 16 * 16 };
  ARRAY(struct btree, t, LEAVES + 256 + 16 + 1);
  ARRAY(uint64_t, key, 400);
  uint32_t first[] = {0, LEAVES, LEAVES + 256, LEAVES + 272};
  uint64_t width = 16;
  for (int level = 0; level < 4; level++, width *= 16)
    for (uint32_t i = 0, nodes = LEAVES >> 4 * level; i < nodes; i++) {
      struct btree *b = &t_w[first[level] + i];
      b->count = 15, b->leaf = level == 0;
      for (uint32_t k = 0; k < 16; k++) {
        if (k < 15)
          b->key[k] = i * width + (k + 1) * (width / 16);
        b->child[k] = level ? first[level - 1] + 16 * i + k : k;
      }
    }
  oracle_fill_u64(key_w, 400, LEAVES * 16);
  RUN(oracle_sink = btree_lookup(t, first[3], key, 400));
  EXPECT(t, 99, 2);
}

LOOP uint64_t union_find(const uint32_t *parent, const uint32_t *k, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++) {
    uint32_t x = k[i];
    while (parent[x] != x)
      x = parent[x];
    s += x;
  }
  return s;
}
CASE(union_find) {
  ARRAY(uint32_t, parent, T);
  ARRAY(uint32_t, k, N);
  for (uint32_t i = 0; i < T; i++)
    parent_w[i] = i ? (uint32_t)(oracle_random() % i) : 0;
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = union_find(parent, k, N));
  EXPECT(parent, 99, 2);
}

/* Nodes of a tree by number, each searched for its child; the levels are counted down in an unsigned number. */
struct tree_node {
  uint32_t count, child[16];
  uint64_t key[15];
};

LOOP uint64_t descend(const struct tree_node *nodes, uint32_t root, uint32_t height, const uint64_t *key, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++) {
    uint32_t node = root;
    for (uint32_t level = height; level > 0; level--) {
      const struct tree_node *at = &nodes[node];
      uint32_t low = 0, high = at->count;
      while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (at->key[middle] <= key[i])
          low = middle + 1;
        else
          high = middle;
      }
      node = at->child[low];
    }
    s += nodes[node].count;
  }
  return s;
}
/* A tree of 16^height leaves over keys from `first` on, each leaf a key; nodes where `place` says. Returns its root. */
PAGEPREFETCH_OFF static uint32_t grow_tree(struct tree_node *nodes_w, const uint32_t *place, uint32_t *used, unsigned height,
                                           uint64_t first) {
  uint32_t root = place[(*used)++];
  struct tree_node *at = &nodes_w[root];
  at->count = height ? 15 : (uint32_t)first;
  for (unsigned k = 0; k < 16 && height; k++) {
    uint64_t begin = first + ((uint64_t)k << 4 * (height - 1));
    if (k)
      at->key[k - 1] = begin;
    at->child[k] = grow_tree(nodes_w, place, used, height - 1, begin);
  }
  return root;
}
CASE(descend) {
  enum { NODES = 1 + 16 + 256 + 4096 };
  static uint32_t place[NODES];
  ARRAY(struct tree_node, nodes, NODES);
  ARRAY(uint64_t, key, 200);
  uint32_t used = 0;
  oracle_permute(place, NODES);
  uint32_t root = grow_tree(nodes_w, place, &used, 3, 0);
  oracle_fill_u64(key_w, 200, 4096);
  RUN(oracle_sink = descend(nodes, root, 3, key, 200));
  EXPECT(nodes, 99, 1);
}
