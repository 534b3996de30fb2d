/* SPDX-License-Identifier: MIT */
/* From addresses to requests: blocks are sorted, repeats dropped, neighbours merged, and what came of it is measured.
 * The thread's buffers are used; nothing here is kept across calls but the filter of recent blocks. */
#ifndef RUNTIME_HINT_H
#define RUNTIME_HINT_H

#include "live.h"

/* Totals over all sites and hints by hand. */
struct pp_totals {
  pp_counter hints, pages, read, refused, repeats, calls, failed_calls, major_faults;
  pp_counter unaccounted; /* times that getrusage told nothing of the thread: missing or forbidden */
};
extern struct pp_totals pp_totals;

/* Hint the blocks (of `block` bytes, a power of two, at least a page) that the `count` pieces [address, address + bytes) touch.
 * site: who asks, NULL for hints by hand. Returns the pages that were handed to the kernel and not refused. */
uint64_t pp_hint_blocks(struct pp_thread *thread, struct pp_live_site *site, const uintptr_t *addresses, size_t count,
                        uint64_t bytes, uint64_t block);

/* Forget which blocks were hinted lately. */
void pp_hint_forget(struct pp_thread *thread);

/* Hint one contiguous piece. */
uint64_t pp_hint_range(struct pp_thread *thread, struct pp_live_site *site, uintptr_t start, uint64_t bytes);

#endif
