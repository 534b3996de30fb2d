/* SPDX-License-Identifier: MIT */
/* Ways to carry hints out, chosen once by a probe, with a fallback when one fails later.
 * Everything here may be called from any thread. */
#ifndef RUNTIME_BACKEND_H
#define RUNTIME_BACKEND_H

#include "vdso.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* Fates by number, for reports. */
extern const char *const pp_fate_names[PP_FATES];

/* What became of one hint. */
struct pp_outcome {
  uint64_t calls;         /* system calls made */
  uint64_t failed_calls;  /* of these, calls that the interface itself failed: missing, forbidden */
  uint64_t refused_pages; /* pages refused because of their addresses: not mapped, not readable that way */
  /* Of a backend that tells: pages by fate. Those of `left_fates` are put into `left`, where there is room, for another backend
   * that may do better. */
  uint64_t fates[PP_FATES];
  uint64_t left_started; /* pages in `left` whose read was started all the same */
  struct iovec *left;
  size_t left_count, left_most;
  uint32_t left_fates; /* bits: 1 << fate */
};

/* Pages that were absent, their reads started by this hint or shortly before, and that no other backend is asked for. */
static inline uint64_t pp_outcome_absent(const struct pp_outcome *outcome) {
  return outcome->fates[PP_FATE_STARTED] + outcome->fates[PP_FATE_IN_FLIGHT] - outcome->left_started;
}

struct pp_backend {
  const char *name;
  const char *description;
  /* Whether it works here; when not, why. Idempotent. */
  bool (*probe)(char *why, size_t size);
  /* Start reading the page-aligned ranges. Returns the number of ranges dealt with: fewer only when the interface failed. */
  size_t (*hint)(const struct iovec *ranges, size_t count, struct pp_outcome *outcome);
  uint32_t resident_ns; /* what finding one page in memory costs at most, */
  uint32_t absent_ns;   /* and starting one page's read, by itself: what a busy machine adds is not the hint's */
  uint32_t range_bytes; /* longer ranges are cut; 0: never */
  bool tells; /* outcome.fates say what became of each page; else the thread's count of reads says how many were absent */
  _Atomic unsigned failures_in_a_row;
  _Atomic uint64_t calls, failed_calls, refused_pages, pages, fates[PP_FATES];
};

/* A hint's costs on the dearest backend: what the rules about evidence were made for. */
enum { PP_DEAR_RESIDENT_NS = 800 };

extern struct pp_backend *const pp_backends[]; /* best first, NULL-terminated; `none` is the last */
extern const char *const pp_backend_names[];   /* "auto", then every backend's name, NULL-terminated */

/* Ranges that one pp_backend_hint takes at most. */
enum { PP_RANGES_MAX = 1024 };

/* Choose by PAGEPREFETCH_BACKEND and the probes. */
void pp_backend_choose(void);
struct pp_backend *pp_backend_current(void);

/* The current backend's way to ask for pages without a system call, where it has one, else NULL. */
pp_vdso_pages *pp_backend_ask(void);

/* Hint through the current backend, counting; falls to the next backend when the interface keeps failing. */
void pp_backend_hint(const struct iovec *ranges, size_t count, struct pp_outcome *outcome);

/* The first backend behind the current one: for pages that this one refused for a reason which does not bind that one.
 * The current one itself where it has no such reasons. */
struct pp_backend *pp_backend_second(void);
void pp_backend_pass_on(const struct iovec *ranges, size_t count, struct pp_outcome *outcome);

/* What an answer of `ask` says about the first of the `pages` pages at `start`, put into the outcome. Returns the pages spoken
 * of, at least 1. */
size_t pp_backend_take(struct pp_outcome *outcome, uintptr_t start, size_t pages, long answer);

/* Counts what was asked without pp_backend_hint; a call that was switched off is left for the next backend. */
void pp_backend_asked(const struct pp_outcome *outcome, uint64_t pages);

/* Sets a backend's counts to zero. */
void pp_backend_forget(struct pp_backend *backend);

/* In the child of a fork: handles on the parent are replaced. */
void pp_backend_after_fork(void);

#endif
