/* SPDX-License-Identifier: MIT */
/* The runtime's own records: one for each loop and site that was entered, and one for each thread that hints.
 * They outlive the compiled objects' records (dlclose), so everything a report needs is copied here. */
#ifndef RUNTIME_LIVE_H
#define RUNTIME_LIVE_H

#include "os.h"
#include "pageprefetch_abi.h"

#include <stdatomic.h>
#include <stdbool.h>

/* A counter that threads share; exactness between them is not needed, tearing must not happen. */
typedef _Atomic uint64_t pp_counter;

static inline void pp_count(pp_counter *counter, uint64_t by) {
  atomic_fetch_add_explicit(counter, by, memory_order_relaxed);
}

static inline uint64_t pp_get(const pp_counter *counter) {
  return atomic_load_explicit(counter, memory_order_relaxed);
}

static inline void pp_set(pp_counter *counter, uint64_t value) {
  atomic_store_explicit(counter, value, memory_order_relaxed);
}

enum pp_site_state {
  PP_PROBING, /* hints are issued to learn whether they pay */
  PP_AWAKE,   /* hints have paid lately */
  PP_ASLEEP,  /* hints found everything in memory */
};

struct pp_live_site {
  struct pp_live_loop *loop;
  uint32_t kind, flags, element_bytes, line, column;
  uint64_t user_distance; /* iterations; 0: ours to choose */
  const char *file;

  _Atomic uint32_t state; /* enum pp_site_state */
  pp_counter strip;       /* iterations of an awake strip that suit this site, learned from its stride; 0: not known yet */
  pp_counter reach;       /* pages that hints run ahead of use */
  pp_counter adapted_pages, adapted_read; /* asked for, and absent, up to the last change of reach */

  /* Evidence since the last decision about the state. */
  pp_counter window_pages, window_read, window_ns, judged_pages;
  pp_counter sleep_strips, backoff; /* strips to sleep while other sites of the loop are awake, and the next such number */

  /* What a gather has touched in this entry of its loop, or how an affine walk moves from entry to entry: see widen.c. */
  pp_counter low, high, seen, trips, repeats_before;
  _Atomic bool dense;
  pp_counter last_base, last_stride, last_entry, neighbours;
  _Atomic bool entry_read;

  pp_counter absent_share; /* of 256 addresses of the last batch: so many were not accessible; where the backend tells */
  pp_counter tight;        /* hints for which memory is taken to be short, after the backend told so */
  _Atomic bool unserved;   /* no backend reads this kind of mapping */

  /* For reports. */
  pp_counter hints, pages, read, refused, repeats, slept, woken;
};

struct pp_live_loop {
  struct pp_live_loop *next;
  const char *file, *function;
  uint32_t line, column;
  bool fixed_strip;
  uint64_t planned_strip;

  pp_counter strip;         /* iterations of the strips handed out now */
  pp_counter strip_longest; /* while asleep */
  pp_counter probed_at;     /* ticks of the last probe while all sites sleep */
  _Atomic bool asleep;      /* all sites sleep */
  _Atomic bool paid;        /* a site was found to pay since the loop woke */
  pp_counter checked_at;    /* ticks of the last look at what the loop's faults were */
  pp_counter unprobed;      /* iterations entered since the last probe */
  pp_counter rest_ns;       /* faults do not wake the loop before it has slept this long: doubled by every wake for nothing */
  pp_counter entries, strips, hinted_strips, major_faults, waits; /* for reports */

  uint32_t site_count;
  struct pp_live_site sites[];
};

/* The record of a compiled loop, made at its first entry. NULL when there is no memory or the record is of another ABI: the loop
 * is then switched off. */
struct pp_live_loop *pp_live_loop_of(struct pp_loop *loop);

/* All loops seen so far, newest first. */
struct pp_live_loop *pp_live_loops(void);

enum { PP_RECENT = 4096 };

struct pp_thread {
  struct pp_usage usage;     /* at the end of the thread's last hint or the start of its last strip */
  uint64_t checked_at;       /* ticks of the last look at usage */
  struct pp_live_loop *last; /* loop of that strip */
  /* Blocks hinted lately, by a hash of their addresses, with the low bits of `epoch` in place of the page offset: repeats are
   * dropped. A new epoch starts with every loop entered and after PP_RECENT blocks, because pages that are hinted and used go
   * again. */
  uintptr_t recent[PP_RECENT];
  uint32_t epoch, epoch_blocks;
  uintptr_t blocks[2 * PP_GATHER_MAX]; /* an address may touch two blocks */
  struct iovec ranges[1024], left[1024];
  uintptr_t batch[PP_GATHER_MAX];
};

/* The calling thread's record, or NULL before its first use. Initial-exec: the library is loaded with the program, and an access
 * must neither call anything nor allocate. */
extern __thread struct pp_thread *pp_thread_self __attribute__((visibility("hidden"), tls_model("initial-exec")));

/* Makes the record, which is freed when the thread ends. NULL when there is no memory. */
struct pp_thread *pp_thread_make(void);

static inline struct pp_thread *pp_thread_get(void) {
  struct pp_thread *known = pp_thread_self;
  return __builtin_expect(known != NULL, 1) ? known : pp_thread_make();
}

#endif
