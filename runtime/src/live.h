/* SPDX-License-Identifier: MIT */
/* The runtime's own records: one for each loop and site that was entered, and one for each thread that hints.
 * They outlive the compiled objects' records (dlclose), so everything a report needs is copied here. */
#ifndef RUNTIME_LIVE_H
#define RUNTIME_LIVE_H

#include "load.h"
#include "os.h"
#include "pageprefetch_abi.h"
#include "window.h"

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
  pp_counter window_pages, window_read, window_ns, judged_pages, judged_lanes;
  pp_counter sleep_strips, backoff; /* strips to sleep while other sites of the loop are awake, and the next such number */

  /* What a gather has touched in this entry of its loop, or how an affine walk moves from entry to entry: see widen.c. */
  pp_counter low, high, seen, trips, repeats_before, walked;
  _Atomic bool dense;
  _Atomic bool sequential; /* walks in steps that the kernel's own read-ahead follows */
  /* Walks that overwrite what they walk: that is new memory as far as is known; it is not made ahead in this entry any more. */
  _Atomic bool populates, unpopulated;
  pp_counter last_base, last_high, last_stride, last_entry, neighbours;
  _Atomic bool entry_read;

  pp_counter dealt_ahead;      /* of a loop that is dealt out: some thread has hinted the iterations below */
  pp_counter addresses, lanes; /* noted by slices, and iterations that were asked for them */
  pp_counter absent_share;     /* of 256 addresses of the last batch: so many were not accessible; where the backend tells */
  pp_counter tight;            /* hints for which memory is taken to be short, after the backend told so */
  _Atomic bool unserved;       /* no backend reads this kind of mapping */

  /* For reports. */
  pp_counter hints, pages, read, refused, repeats, slept, woken, populated;
};

/* How fast a loop ran for a while, and what of that time it did not compute. */
struct pp_pace {
  pp_counter iterations, ns, cpu_ns, faults, waits;
};

/* Threads that may hint a loop that is dealt out at the same time. */
enum { PP_DEALT_FLYING = 16 };

/* Which of a loop's hints make it faster, measured: see trial.c. */
struct pp_trial {
  _Atomic uint32_t phase;            /* enum pp_trial_phase */
  _Atomic bool sequential_hinted;    /* walks that the kernel's read-ahead follows are hinted all the same */
  _Atomic(struct pp_thread *) owner; /* the thread that measures; others only follow what it finds */
  pp_counter seen_at, seen_done;     /* ticks and iteration of its last look */
  pp_counter skip;                   /* iterations until the change of phase shows */
  struct pp_pace now, usual;         /* of this phase so far, and of the last whole window without a trial */
  pp_counter settled_ns;             /* time run since the last trial or pause, */
  pp_counter rest_ns, pause_ns;      /* and how much there must be before the next trial, or pause */
};

struct pp_live_loop {
  struct pp_live_loop *next;
  const char *file, *function;
  uint32_t line, column;
  uint64_t planned_strip;

  pp_counter strip;         /* iterations of the strips handed out now */
  pp_counter strip_longest; /* while asleep */
  pp_counter probed_at;     /* ticks of the last probe while all sites sleep */
  _Atomic bool asleep;      /* all sites sleep */
  _Atomic bool paid;        /* a site was found to pay since the loop woke */
  pp_counter checked_at;    /* ticks of the last look at what the loop's faults were */
  pp_counter unprobed;      /* iterations entered since the last probe */
  pp_counter short_entries; /* while asleep, of fewer iterations than are usual, since `least` rose */
  uint64_t least;           /* as planned */
  pp_counter rest_ns;       /* faults do not wake the loop before it has slept this long: doubled by every wake for nothing */
  struct pp_trial trial;
  pp_counter entries, strips, hinted_strips, major_faults, waits; /* for reports */

  pp_counter dealt_key;                     /* where threads take iterations in turns, the entry that they are in: see dealt.c; */
  pp_counter dealt_taken;                   /* iterations below were taken by slices of some thread, */
  pp_counter dealt_flying[PP_DEALT_FLYING]; /* and from these on may not be hinted yet: one more than the iteration; 0: none */

  bool walks, slices;           /* the programs that the loop has, and that keep the rules */
  bool loads;                   /* slices load */
  pp_counter rate;              /* pages that slices touch in RATE_ITERATIONS iterations, learned; 0: not known yet */
  pp_counter lanes;             /* iterations whose slices were started */
  pp_counter depth;             /* visits that the slowest lane of a window that began needed: how deep its chains are */
  pp_instruction_set dependent; /* loads of slices whose address was loaded itself */

  uint32_t site_count;
  struct pp_live_site sites[];
};

/* The record of a compiled loop, made at its first entry. NULL when there is no memory or the record is of another ABI: the loop
 * is then switched off. */
struct pp_live_loop *pp_live_loop_of(struct pp_loop *loop);

/* All loops seen so far, newest first. */
struct pp_live_loop *pp_live_loops(void);

enum {
  PP_RECENT = 4096,
  PP_GATHER_MAX = 4096,                                     /* addresses that are hinted at once */
  PP_ROW_PAGES = 16,                                        /* a range of more pages is hinted by itself */
  PP_NOTES = PP_GATHER_MAX + PP_LANES * (PP_ROW_PAGES + 1), /* the last instruction may add so many */
};

/* A thread's call for a loop that threads share, while it starts slices: see dealt.h. */
struct pp_dealt {
  struct pp_live_loop *live; /* NULL: the loop is its alone */
  uint64_t near;             /* iterations below are this thread's to hint, whoever is about to hint them */
  uint64_t own;              /* iterations below are hinted when the call is over, by this thread if by no other */
  bool again;                /* some of what it has taken another had taken before */
  pp_counter *flying;        /* where others see what it has taken, until that is hinted; NULL: nothing yet */
};

struct pp_thread {
  struct pp_thread *next;    /* records are never unmapped: another thread takes over those whose thread is gone */
  _Atomic int owner;         /* that thread's number */
  struct pp_usage usage;     /* at the end of the thread's last hint or the start of its last strip */
  struct pp_usage unseen;    /* what happened between hints since the last look */
  uint64_t looked_cpu_ns;    /* processor time at the last look */
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
  uint64_t environment[PP_PROGRAM_ENVIRONMENT]; /* of the call under way */
  bool dealt, apart;                            /* PP_DEALT and PP_APART of that call */
  struct pp_dealt sharing;
  struct pp_window windows[PP_WINDOWS];
  uint64_t windows_used; /* counts calls: which window was used longest ago */
  uintptr_t busy;        /* frame of the call under way that uses this record; 0: none */
  struct pp_lanes walks; /* of one call */
  struct pp_loads loads;
  /* What slices hint in a call, until it goes out: addresses, each with its site, and how many of each; and longer ranges. */
  size_t noted, rows;
  uintptr_t notes[PP_NOTES], chosen[PP_NOTES];
  unsigned char note_sites[PP_NOTES], row_sites[2 * PP_LANES];
  struct iovec row_ranges[2 * PP_LANES];
  uint32_t noted_of[PP_LOOP_SITES];
};

/* The calling thread's record, or NULL before its first use. Initial-exec: the library is loaded with the program, and an access
 * must neither call anything nor allocate. */
extern __thread struct pp_thread *pp_thread_self __attribute__((visibility("hidden"), tls_model("initial-exec")));

/* Gives the thread a record. NULL when there is no memory. */
struct pp_thread *pp_thread_make(void);

/* In a forked child: the calling thread has another number than the one in whose place it stands. */
void pp_thread_after_fork(void);

static inline struct pp_thread *pp_thread_get(void) {
  struct pp_thread *known = pp_thread_self;
  return __builtin_expect(known != NULL, 1) ? known : pp_thread_make();
}

/* Whether the calling thread may use its record: not in a signal handler that came in between while it is used. Such a call hints
 * nothing and changes nothing. One that was left by a jump out of a handler is over: its frame is gone. */
bool pp_thread_take(struct pp_thread *thread);
void pp_thread_release(struct pp_thread *thread);

#endif
