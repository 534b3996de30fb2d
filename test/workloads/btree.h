/* SPDX-License-Identifier: MIT */
/* The kernel of case btree: lookups in a B+tree of nodes of a page each; and how its file is laid out. */
#ifndef BTREE_H
#define BTREE_H

#include <stddef.h>
#include <stdint.h>

#define BTREE_MAGIC UINT64_C(0x31656572742d2b42)

enum { BTREE_NODE = 4096, BTREE_KEYS = 339, BTREE_PAIRS = 255 };

struct btree_inner {
  uint32_t count; /* of keys; there is one child more */
  uint32_t unused;
  uint64_t key[BTREE_KEYS];
  uint32_t child[BTREE_KEYS + 1];
  uint32_t rest[2];
};

struct btree_leaf {
  uint64_t count;
  uint64_t key[BTREE_PAIRS];
  uint64_t value[BTREE_PAIRS];
  uint64_t rest;
};

union btree_node {
  struct btree_inner inner;
  struct btree_leaf leaf;
};

/* The file's first page. */
struct btree_header {
  uint64_t magic, pairs;
  uint32_t root, height; /* height: inner nodes on the way to a leaf */
};

_Static_assert(sizeof(union btree_node) == BTREE_NODE, "a node is a page");

struct btree {
  const union btree_node *nodes; /* counted from the file's begin */
  uint32_t root, height;
};

/* The sum of the values of the keys that are there. */
uint64_t btree_sum(const struct btree *tree, const uint64_t *keys, size_t count);

#endif
