/* SPDX-License-Identifier: MIT */
/* What a program may say itself: exclude a function from the compiler plugins, hint by hand, read the statistics.
 * Programs that only use the compiler flag need nothing from here. */
#ifndef PAGEPREFETCH_H
#define PAGEPREFETCH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* On a function's definition or declaration: the plugins leave its loops as they are, but for copies that are inlined into
 * functions without it. Without a plugin it means nothing. */
#if defined(__clang__)
#define PAGEPREFETCH_OFF __attribute__((annotate("pageprefetch_off")))
#elif defined(__GNUC__) && defined(__has_attribute)
#if __has_attribute(pageprefetch_off)
#define PAGEPREFETCH_OFF __attribute__((pageprefetch_off))
#endif
#endif
#ifndef PAGEPREFETCH_OFF
#define PAGEPREFETCH_OFF
#endif

/* The functions below keep errno, take no lock, accept any address (what is not mapped is counted and ignored) and may be called
 * from any thread. They return 0, or -1 when nothing was hinted (switched off, no backend, every address refused). */

/* Start reading the pages of [address, address + bytes) that are not in memory. */
int pp_hint(const void *address, size_t bytes);

/* The same for `count` addresses, one page each; neighbours and repeats are merged. */
int pp_hint_many(const void *const *addresses, size_t count);

/* Allocate the whole pages inside [address, address + bytes) for writing before they are written. Contents are kept. With the
 * vDSO's calls, pages that can be read already are taken for allocated: a page that was only read so far is still copied when it
 * is written. */
int pp_populate(void *address, size_t bytes);

/* For programs that sandbox themselves: from now on the library makes no system call, reads no clock, writes no word and no
 * statistics file, in no thread and not at exit; loops run as if they were compiled without it. Makes no system call itself, so
 * it may be called before the sandbox is entered and inside. There is no way back. docs/security.md has the calls that hints
 * need. */
void pp_off(void);

/* Totals since the program started (in a forked child: since the fork, where PAGEPREFETCH_STATS is set), over all sites and hints
 * by hand. */
struct pp_statistics {
  uint64_t hints;         /* requests made by compiled code or by hand */
  uint64_t pages;         /* pages in them after merging */
  uint64_t pages_read;    /* of these, pages that were absent and whose read the hint started */
  uint64_t pages_refused; /* of these, pages that the kernel refused: not mapped, no permission, interface failed */
  uint64_t system_calls;  /* calls made to hint */
  uint64_t failed_calls;  /* of these, calls that failed as a whole */
  uint64_t major_faults;  /* major faults of instrumented loops while the runtime watched them */
};
void pp_stats(struct pp_statistics *statistics);

/* The version of the library that the program runs with, as "0.1.0": never NULL, never to be freed. */
const char *pp_version(void);

#ifdef __cplusplus
}
#endif
#endif
