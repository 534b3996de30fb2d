/* SPDX-License-Identifier: MIT */
/* The kernel of the case writes: a pass that stores one result for every WRITES_EACH numbers read. */
#ifndef WRITES_H
#define WRITES_H

#include <stddef.h>
#include <stdint.h>

enum { WRITES_EACH = 64 };

/* results[k] becomes the sum of the k-th WRITES_EACH numbers; `count` results. */
void block_sums(const uint64_t *values, size_t count, uint64_t *results);

#endif
