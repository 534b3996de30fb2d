/* SPDX-License-Identifier: MIT */
/* From addresses to requests: blocks are sorted, repeats dropped, neighbours merged, and what came of it is measured.
 * The thread's buffers are used; nothing here is kept across calls but the filter of recent blocks. */
#ifndef RUNTIME_HINT_H
#define RUNTIME_HINT_H

#include "live.h"

/* Totals over all sites and hints by hand. */
struct pp_totals {
  pp_counter hints, pages, read, refused, repeats, calls, failed_calls, major_faults;
  pp_counter foreign_loops;                       /* compiled for another version of the ABI, and left alone */
  pp_counter unaccounted;                         /* times that getrusage told nothing of the thread: missing or forbidden */
  pp_counter refused_programs;                    /* loops whose programs break a rule, and that are left alone */
  pp_counter lanes;                               /* iterations of slice programs that were started, */
  pp_counter visits;                              /* visits of up to 64 of them at once, */
  pp_counter loads;                               /* and elements that they loaded one by one, */
  pp_counter unreadable;                          /* or found where nothing may be read */
  pp_counter load_calls;                          /* system calls for that */
  pp_counter mappings_learned, mappings_left_out; /* looks at the list of mappings; such for which there was no room */
};
extern struct pp_totals pp_totals;

/* Reads the thread's counts; what they grew by since the last reading is added to thread->unseen. False where there are none. */
bool pp_hint_look(struct pp_thread *thread);

/* Hint the blocks (of `block` bytes, a power of two, at least a page) that the `count` pieces [address, address + bytes) touch.
 * site: who asks, NULL for hints by hand. Returns the pages that were handed to the kernel and not refused. */
uint64_t pp_hint_blocks(struct pp_thread *thread, struct pp_live_site *site, const uintptr_t *addresses, size_t count,
                        uint64_t bytes, uint64_t block);

/* Forget which blocks were hinted lately. */
void pp_hint_forget(struct pp_thread *thread);

/* Hint one contiguous piece. */
uint64_t pp_hint_range(struct pp_thread *thread, struct pp_live_site *site, uintptr_t start, uint64_t bytes);

#endif
