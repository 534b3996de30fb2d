/* SPDX-License-Identifier: MIT */
/* The contract between compiled code and libpageprefetch: the static records and the calls.
 * Both plugins emit exactly what is declared here; the runtime alone interprets the live fields. */
#ifndef PAGEPREFETCH_ABI_H
#define PAGEPREFETCH_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised when a record's layout or a call's meaning changes; a runtime leaves records of another version alone. */
#define PP_ABI_VERSION 1

/* How a stream's addresses are known. */
enum pp_kind {
  PP_KIND_AFFINE = 1,   /* base + iteration * stride */
  PP_KIND_GATHER = 2,   /* needs loads that are themselves affine: a[b[i]] */
  PP_KIND_CHASE = 3,    /* reserved: needs the previous element's contents */
  PP_KIND_POPULATE = 4, /* reserved: affine stores that are certain to happen */
};

enum pp_site_flags {
  PP_SITE_WRITE = 1, /* the leader is a store */
  PP_SITE_INDEX = 2, /* a gather of the same loop loads its index through this stream: keep it further ahead */
};

/* One access stream of the compiled program. Writable static data, one instance a stream, never moved.
 * Layout (x86-64): 40 bytes, 8-aligned; every field in the order written, no padding. */
struct pp_site {
  uint16_t kind;          /* enum pp_kind */
  uint16_t flags;         /* enum pp_site_flags */
  uint32_t element_bytes; /* bytes that one iteration touches from the address: the plan's span, at most UINT32_MAX */
  uint32_t line;          /* source place of the leader; 0 where unknown */
  uint32_t column;
  uint32_t distance; /* iterations ahead of use; 0: the runtime decides */
  uint32_t reserved; /* 0 */
  const char *file;  /* never NULL; "" where unknown */
  void *live;        /* runtime's; NULL in the object file */
};

enum pp_loop_state {
  PP_LOOP_OFF = 0, /* compiled code runs the loop in one piece and calls nothing */
  PP_LOOP_ON = 1,  /* value in the object file */
};

enum pp_loop_flags {
  PP_LOOP_FIXED_STRIP = 1, /* strips have exactly `strip` iterations, whatever __pp_strip says */
};

/* One strip-mined loop. Writable static data, never moved.
 * Layout (x86-64): 64 bytes, 8-aligned; every field in the order written, no padding. */
struct pp_loop {
  uint32_t version;    /* PP_ABI_VERSION */
  uint32_t state;      /* enum pp_loop_state; read by compiled code once on every entry of the loop */
  uint32_t site_count; /* streams that this loop hints, at least one */
  uint32_t flags;      /* enum pp_loop_flags */
  uint64_t strip;      /* planned iterations of an awake strip; 0: the runtime decides */
  const char *file;
  const char *function;
  uint32_t line;
  uint32_t column;
  struct pp_site *sites; /* site_count of them, index streams before the gathers that they feed */
  void *live;            /* runtime's; NULL in the object file */
};

/* Set in the result of __pp_strip: hint every stream of the loop before running the strip. */
#define PP_STRIP_HINT (UINT64_C(1) << 63)

/* What compiled code does for a strip-mined loop of `trips` iterations (all calls are weak references):
 *
 *   n = trips;
 *   if (trips >= MIN_TRIPS && &__pp_strip && loop.state != PP_LOOP_OFF)   // else: one strip, no call at all
 *     strips = true;
 *   for (done = 0; done < trips; done += n) {
 *     if (strips) {
 *       r = __pp_strip(&loop, done, trips);
 *       n = min(r & ~PP_STRIP_HINT, trips - done);      // a loop planned with a fixed strip ignores r's length
 *       if (r & PP_STRIP_HINT)
 *         for each stream k, in the order of loop.sites:
 *           affine: ahead_k = __pp_affine(&site_k, base, stride, span, done, trips, ahead_k);
 *           gather: to = __pp_gather_begin(&site_k, done, trips, ahead_k);
 *                   first = max(ahead_k, done);
 *                   if (to > first) {                     // unsigned; to <= trips
 *                     batch = __pp_gather_batch();
 *                     for (j = first; j < to; j++)        // the slice
 *                       batch[j - first] = address in iteration j;
 *                     ahead_k = to;
 *                     __pp_gather_end(&site_k, batch, to - first);
 *                   }
 *     }
 *     run n iterations of the original loop;
 *   }
 *
 * ahead_k starts at 0 on every entry of the loop and is kept in a register: the calls are reentrant. All of them keep errno,
 * take no lock, never fault whatever addresses they are given, and may be called from any thread and from signal handlers. */

/* Iterations to run before the next decision (at least 1; may be more than remain), with PP_STRIP_HINT or without. */
uint64_t __pp_strip(struct pp_loop *loop, uint64_t done, uint64_t trips);

/* Hint an affine stream: iteration j of this entry touches [base + j * stride, base + j * stride + span).
 * Returns the new ahead: every iteration before it is hinted. */
uint64_t __pp_affine(struct pp_site *site, uintptr_t base, int64_t stride, uint64_t span, uint64_t done, uint64_t trips,
                     uint64_t ahead);

/* Where a slice ends: addresses of the iterations from max(ahead, done) up to, not including, the result are wanted. The result
 * is at most trips, and at most PP_GATHER_MAX past that start; not past the start where there is nothing to hint. It comes in a
 * register, so that a signal handler which hints in between can not change it. */
#define PP_GATHER_MAX 4096
uint64_t __pp_gather_begin(struct pp_site *site, uint64_t done, uint64_t trips, uint64_t ahead);

/* The calling thread's room for PP_GATHER_MAX addresses; call only after a __pp_gather_begin that wants addresses, never NULL
 * then. A signal handler that hints in between overwrites addresses, which are hints only. */
uintptr_t *__pp_gather_batch(void);

/* Hint `count` addresses of a batch. */
void __pp_gather_end(struct pp_site *site, uintptr_t *batch, uint64_t count);

#ifdef __cplusplus
}
#endif
#endif
