/* SPDX-License-Identifier: MIT */
/* What an expert has in his drawer for page hints by hand on a stock kernel: single pages in sorted, merged batches, and ranges.
 * Used by the *_hand.c variants only; independent of libpageprefetch, which it is measured against. */
#ifndef HAND_HINTS_H
#define HAND_HINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  HAND_BATCH = 64,      /* pages handed over in one call */
  HAND_DISTANCE = 1024, /* elements ahead of use */
};

struct hand_batch {
  uintptr_t page[HAND_BATCH];
  unsigned count;
};

/* Asks for the page of an address; the call to the kernel is made when the batch is full, or by hand_flush. */
void hand_page(struct hand_batch *batch, const void *address);
void hand_flush(struct hand_batch *batch);

/* Asks for all pages of a range at once, in requests of 8 MiB. */
void hand_range(const void *address, size_t bytes);

/* Whether `bytes` more fit in half of the memory that is free or easily freed. */
bool hand_memory_has_room(size_t bytes);

#endif
