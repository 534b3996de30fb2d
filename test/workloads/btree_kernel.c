/* SPDX-License-Identifier: MIT */
/* The kernel of btree as users write it: compiled plain and with the plugin. */
#include "btree.h"

uint64_t btree_sum(const struct btree *tree, const uint64_t *keys, size_t count) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t node = tree->root;
    for (uint32_t level = tree->height; level > 0; level--) {
      const struct btree_inner *inner = &tree->nodes[node].inner;
      uint32_t low = 0, high = inner->count;
      while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (inner->key[middle] <= keys[i])
          low = middle + 1;
        else
          high = middle;
      }
      node = inner->child[low];
    }
    const struct btree_leaf *leaf = &tree->nodes[node].leaf;
    uint64_t low = 0, high = leaf->count;
    while (low < high) {
      uint64_t middle = low + (high - low) / 2;
      if (leaf->key[middle] < keys[i])
        low = middle + 1;
      else
        high = middle;
    }
    if (low < leaf->count && leaf->key[low] == keys[i])
      sum += leaf->value[low];
  }
  return sum;
}
