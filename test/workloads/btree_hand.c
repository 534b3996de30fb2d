/* SPDX-License-Identifier: MIT */
/* The kernel of btree with hints placed by an expert: a group of lookups goes down the tree in step, each asking for its next
 * node before any of them goes on. */
#include "btree.h"
#include "hand_hints.h"

enum { GROUP = 1024 };

static uint32_t child_of(const struct btree_inner *inner, uint64_t key) {
  uint32_t low = 0, high = inner->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (inner->key[middle] <= key)
      low = middle + 1;
    else
      high = middle;
  }
  return inner->child[low];
}

static uint64_t value_of(const struct btree_leaf *leaf, uint64_t key) {
  uint64_t low = 0, high = leaf->count;
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    if (leaf->key[middle] < key)
      low = middle + 1;
    else
      high = middle;
  }
  return low < leaf->count && leaf->key[low] == key ? leaf->value[low] : 0;
}

uint64_t btree_sum(const struct btree *tree, const uint64_t *keys, size_t count) {
  struct hand_batch batch = {.count = 0};
  uint64_t sum = 0;
  for (size_t done = 0; done < count; done += GROUP) {
    uint32_t node[GROUP];
    size_t now = count - done < GROUP ? count - done : GROUP;
    for (size_t i = 0; i < now; i++)
      node[i] = tree->root;
    for (uint32_t level = tree->height; level > 0; level--) {
      for (size_t i = 0; i < now; i++) {
        node[i] = child_of(&tree->nodes[node[i]].inner, keys[done + i]);
        hand_page(&batch, &tree->nodes[node[i]]);
      }
      hand_flush(&batch);
    }
    for (size_t i = 0; i < now; i++)
      sum += value_of(&tree->nodes[node[i]].leaf, keys[done + i]);
  }
  return sum;
}
