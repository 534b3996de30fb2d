/* SPDX-License-Identifier: MIT */
/* The kernel of chains with hints placed by an expert: a group of probes goes along its chains in step, each asking for its next
 * entry before any of them goes on. */
#include "chains.h"
#include "hand_hints.h"

enum { GROUP = 1024 };

uint64_t chains_probe(const struct chains *table, const uint64_t *keys, size_t count) {
  struct hand_batch batch = {.count = 0};
  uint64_t sum = 0;
  for (size_t done = 0; done < count; done += GROUP) {
    uint64_t key[GROUP];
    uint32_t entry[GROUP];
    size_t now = count - done < GROUP ? count - done : GROUP, left = 0;
    for (size_t i = 0; i < now; i++)
      hand_page(&batch, &table->heads[chains_hash(keys[done + i]) & table->mask]);
    hand_flush(&batch);
    for (size_t i = 0; i < now; i++) {
      uint32_t first = table->heads[chains_hash(keys[done + i]) & table->mask];
      if (first != 0)
        key[left] = keys[done + i], entry[left++] = first;
    }
    while (left) {
      for (size_t i = 0; i < left; i++)
        hand_page(&batch, &table->entries[entry[i]]);
      hand_flush(&batch);
      size_t kept = 0;
      for (size_t i = 0; i < left; i++) {
        const struct chains_entry *here = &table->entries[entry[i]];
        if (here->key == key[i])
          sum += here->value;
        if (here->next != 0)
          key[kept] = key[i], entry[kept++] = here->next;
      }
      left = kept;
    }
  }
  return sum;
}
