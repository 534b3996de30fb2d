/* SPDX-License-Identifier: MIT */
/* The kernel of chains as users write it: compiled plain and with the plugin. */
#include "chains.h"

uint64_t chains_probe(const struct chains *table, const uint64_t *keys, size_t count) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++)
    for (uint32_t entry = table->heads[chains_hash(keys[i]) & table->mask]; entry != 0; entry = table->entries[entry].next)
      if (table->entries[entry].key == keys[i])
        sum += table->entries[entry].value;
  return sum;
}
