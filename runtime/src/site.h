/* SPDX-License-Identifier: MIT */
/* A site's life: probing, awake, asleep; and how wide and how far ahead its hints go.
 * All of it is decided between strips, from counts of pages, never inside a loop. */
#ifndef RUNTIME_SITE_H
#define RUNTIME_SITE_H

#include "live.h"

enum {
  PP_STRIP_PAGES = 256,      /* pages hinted between two decisions */
  PP_PROBE_PAGES = 32,       /* pages of a strip, and again ahead of it, that are hinted to learn whether hints pay */
  PP_ASLEEP_GROWTH = 128,    /* a sleeping loop's strips double until they are this many times longer, */
  PP_ASLEEP_GROWTH_PAID = 4, /* or this many where hints have paid since the loop woke */
  PP_FAULT_NS = 50000,       /* what a major fault costs at least on the fastest devices that we measured */
};

/* What a major fault has cost this program, with the read-around that it starts; 0: none seen in its loops. */
extern pp_counter pp_fault_ns;

/* That, within reason, or what it costs at least. */
uint64_t pp_fault_cost(void);

static inline enum pp_site_state pp_site_state(const struct pp_live_site *site) {
  return (enum pp_site_state)atomic_load_explicit(&site->state, memory_order_relaxed);
}

/* Iterations of a strip that suit the site; 0: not known yet. */
static inline uint64_t pp_site_strip(const struct pp_live_site *site) {
  uint64_t learned = atomic_load_explicit(&site->strip, memory_order_relaxed);
  return learned || site->kind != PP_KIND_GATHER ? learned : PP_STRIP_PAGES;
}

/* A loop is entered: what belonged to the last entry is forgotten. */
void pp_site_enter(struct pp_live_site *site);

/* Start to hint again and judge anew. */
void pp_site_probe(struct pp_live_site *site);

/* Put to sleep by what was measured, whatever its pages say. */
void pp_site_stop(struct pp_live_site *site);

/* Judge a site by the evidence so far; called between strips. Returns whether it is to be hinted in the next strip. */
bool pp_site_judge(struct pp_live_site *site);

/* After a strip: `waits` sleeps and `faults` major faults happened in it. Hints run further ahead when they came late. */
void pp_site_adapt(struct pp_live_site *site, uint64_t waits, uint64_t faults);

/* Pages ahead of use that the site wants now. */
uint64_t pp_site_reach(const struct pp_live_site *site);

/* The block in bytes that a gather's address should be widened to, after `count` addresses of this entry were seen: where most
 * pages of the gathered range will be touched and memory has room, few large reads beat many small ones. */
uint64_t pp_gather_block(struct pp_live_site *site, const uintptr_t *addresses, size_t count);

/* Whether the site's repeats count still: pages found in memory are then put into the filter as well. */
bool pp_gather_samples(const struct pp_live_site *site);

/* The block for a walk whose stride is longer than a page: neighbouring walks, as of the columns of a matrix, are read along when
 * the program has shown that it comes back for them. */
uint64_t pp_walk_block(struct pp_live_site *site, uintptr_t base, int64_t stride, uint64_t trips);

#endif
