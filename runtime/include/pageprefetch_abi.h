/* SPDX-License-Identifier: MIT */
/* The contract between compiled code and libpageprefetch: the static records and the calls.
 * Both plugins emit exactly what is declared here; the runtime alone interprets the live fields. */
#ifndef PAGEPREFETCH_ABI_H
#define PAGEPREFETCH_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised when a record's layout or a call's meaning changes; a runtime leaves records of another version alone. */
#define PP_ABI_VERSION 3

/* How a stream's addresses are known. */
enum pp_kind {
  PP_KIND_AFFINE = 1,   /* base + iteration * stride */
  PP_KIND_GATHER = 2,   /* needs loads that are themselves affine: a[b[i]] */
  PP_KIND_CHASE = 3,    /* reserved: needs the previous element's contents */
  PP_KIND_POPULATE = 4, /* reserved: affine stores that are certain to happen */
};

enum pp_site_flags {
  PP_SITE_WRITE = 1,      /* the leader is a store */
  PP_SITE_OVERWRITES = 4, /* a walk that is certain to write every byte of what it walks: new memory may be made ahead of it */
  PP_SITE_INDEX = 2,      /* a gather of the same loop loads its index through this stream: keep it further ahead */
  PP_SITE_COUNTED = 8,    /* a walk of a loop that is certain to run as often as its count says */
  PP_SITE_AGAIN = 16,     /* a loop around touches its pages, or those near by, once more in each iteration */
  PP_SITE_ONCE = 32,      /* no loop around does: they are worth nothing to it behind the walk. Neither: not known */
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

/* Value of pp_loop.least with which compiled code never asks for the loop. */
#define PP_NEVER UINT64_MAX

/* One loop that is cut into strips. Writable static data, never moved.
 * Layout (x86-64): 96 bytes, 8-aligned; every field in the order written, no padding. */
struct pp_loop {
  uint32_t version;           /* PP_ABI_VERSION */
  uint32_t site_count;        /* streams that this loop hints, at least one */
  uint32_t environment_count; /* values that each call passes, at most PP_PROGRAM_ENVIRONMENT */
  uint32_t reserved;          /* 0 */
  uint64_t least;             /* compiled code asks for entries of at least so many iterations; the runtime changes it */
  uint64_t strip;             /* planned iterations of an awake strip; 0: the runtime decides */
  const char *file;
  const char *function;
  uint32_t line;
  uint32_t column;
  struct pp_site *sites;                   /* site_count of them, index streams before the gathers that they feed */
  const struct pp_program *walks, *slices; /* read-only data, NULL: none. What they compute is never checked by compiled code. */
  void *live;                              /* runtime's; NULL in the object file */
  uint64_t usual; /* planned iterations of an entry that is worth asking for by itself; no less than `least`: up to here that
                     rises while shorter entries find nothing to hint */
};

/* What compiled code does for a cut loop of `trips` iterations (the call is a weak reference):
 *
 *   n = trips;
 *   strips = trips >= loop.least && &__pp_strip;               // else: one strip, no call at all
 *   for (done = 0; done < trips; done += n) {
 *     if (strips)
 *       n = min(__pp_strip(&loop, done, trips, v0 .. vk), trips - done);    // in whole iterations of the loop as optimised
 *     run n iterations of the original loop;
 *   }
 *
 * The values v0 .. vk are 64-bit integers that do not change while the loop runs. *
 * Where threads take the iterations of a loop in turns, as OpenMP deals them out, a chunk of many is a loop as any. Before one of
 * few iterations each thread does, with the values of the whole loop and with `asked` and `length` of its own that are 0 at
 * first:
 *
 *   if (position - asked >= length && whole >= loop.least && &__pp_strip) // `position`: of the chunk in the `whole` iterations
 *     length = __pp_strip(&loop, (asked = position) | PP_DEALT, whole, v0 .. vk);
 *
 * Where each thread goes a way of its own through the loop, and jumps in it, PP_APART stands for PP_DEALT. */

/* In the position that a call names, which no loop reaches by itself; trip counts may be any number. Threads go through the loop
 * together, each calling for all of them. */
#define PP_DEALT (UINT64_C(1) << 63)
/* There as well: the thread jumps, and may not come to what is ahead of it. */
#define PP_APART (UINT64_C(1) << 62)

/* Advances the hints of a loop of which `done` iterations of `trips` are behind, and says how many to run before the next call
 * (at least 1; may be more than remain). Keeps errno, takes no lock, never faults whatever the values are, and may be called from
 * any thread and from signal handlers. Touches no memory of the program. */
uint64_t __pp_strip(struct pp_loop *loop, uint64_t done, uint64_t trips, ...);

/* Block operations of so many bytes and more are called by these names where the library is there (weak references as well). */
#define PP_BLOCK_LEAST (UINT64_C(4) << 20)

/* memset and memcpy of `bytes` bytes, with their results and rules, in pieces: before each, what of `to` is new anonymous memory
 * is made present in bulk, and where the kernel's read-ahead lags what is read of `from` is hinted; as __pp_strip does for a loop
 * over pages, which each of them is. Any length is allowed. They keep errno, take no lock and may be called from any thread and
 * from signal handlers; they fault where memset and memcpy would. */
void *__pp_memset(void *to, int byte, size_t bytes);
void *__pp_memcpy(void *to, const void *from, size_t bytes);

#ifdef __cplusplus
}
#endif
#endif
