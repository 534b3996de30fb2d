/* SPDX-License-Identifier: MIT */
/* The kernel of chains_build as users write it: compiled plain and with the plugin. */
#include "chains_build.h"

void chains_build(uint32_t *heads, uint64_t mask, struct chains_entry *entries, const uint64_t *keys, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint64_t head = chains_hash(keys[i]) & mask;
    entries[i + 1] = (struct chains_entry){keys[i], (uint32_t)i, heads[head]};
    heads[head] = (uint32_t)(i + 1);
  }
}
