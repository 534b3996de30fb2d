/* SPDX-License-Identifier: MIT */
/* The kernel of the cases gather and gather-dense: values of a column at rows that an index array names.
 * gather.c prepares and checks, gather_kernel.c is the source as users write it, gather_hand.c the one with hints by hand. */
#ifndef GATHER_H
#define GATHER_H

#include <stddef.h>
#include <stdint.h>

struct column {
  const uint64_t *values;
  size_t count;
};

uint64_t gather_sum(struct column column, const uint32_t *rows, size_t count);

#endif
