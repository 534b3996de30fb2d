/* SPDX-License-Identifier: MIT */
/* The kernel of case chains_build: a table as case chains probes it is built. */
#ifndef CHAINS_BUILD_H
#define CHAINS_BUILD_H

#include "chains.h"

/* Enters the keys as entries 1 .. count, with their places as values. */
void chains_build(uint32_t *heads, uint64_t mask, struct chains_entry *entries, const uint64_t *keys, size_t count);

#endif
