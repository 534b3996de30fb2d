/* SPDX-License-Identifier: MIT */
/* Whether hints make a loop faster, measured: its pace with them against its pace without, in stretches of the program's own run.
 * Walks that the kernel's read-ahead follows begin without hints; all other hints are left out now and then, to see. */
#ifndef RUNTIME_TRIAL_H
#define RUNTIME_TRIAL_H

#include "site.h"

enum pp_trial_phase {
  PP_TRIAL_NONE,  /* the loop runs as was found best */
  PP_TRIAL_HINT,  /* sequential walks are hinted, to see whether that is faster */
  PP_TRIAL_PAUSE, /* nothing is hinted, to see whether that is no slower */
};

/* What happened in a thread between two looks at a loop. */
struct pp_seen {
  uint64_t faults, minor_faults, waits, pages_read, ns, cpu_ns;
};

enum pp_verdict {
  PP_VERDICT_NONE,
  PP_VERDICT_HINT, /* wake the sequential sites */
  PP_VERDICT_STOP, /* put all sites to sleep: the loop is no slower without hints */
};

/* A site or the whole loop wakes or falls asleep: the pace changes. */
void pp_trial_forget(struct pp_live_loop *live);

/* The loop is entered, or was left meanwhile: what happened since the last look was elsewhere. */
void pp_trial_restart(struct pp_live_loop *live, struct pp_thread *thread, uint64_t done, uint64_t ticks);

/* After some strips, `done` iterations into this entry of `trips`: what is to change. */
enum pp_verdict pp_trial_look(struct pp_live_loop *live, struct pp_thread *thread, const struct pp_seen *seen, uint64_t done,
                              uint64_t trips, uint64_t ticks);

/* Whether this thread runs a stretch without hints now. */
static inline bool pp_trial_pauses(const struct pp_live_loop *live, const struct pp_thread *thread) {
  return atomic_load_explicit(&live->trial.phase, memory_order_relaxed) == PP_TRIAL_PAUSE &&
         atomic_load_explicit(&live->trial.owner, memory_order_relaxed) == thread;
}

/* Iterations of a strip of such a stretch: short, because a miss may be dear. */
uint64_t pp_trial_strip(const struct pp_live_loop *live);

/* Whether walks that read-ahead follows are hinted in this loop. */
bool pp_trial_hints_sequential(const struct pp_live_loop *live);

/* All sites have found their pages in memory: a trial ends with what it has seen. */
void pp_trial_sleep(struct pp_live_loop *live);

/* They are, or no longer, without a measurement: faults were plain to see. */
void pp_trial_set_sequential(struct pp_live_loop *live, bool hinted);

#endif
