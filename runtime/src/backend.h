/* SPDX-License-Identifier: MIT */
/* Ways to carry hints out, chosen once by a probe, with a fallback when one fails later.
 * Everything here may be called from any thread. */
#ifndef RUNTIME_BACKEND_H
#define RUNTIME_BACKEND_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* What became of one hint. */
struct pp_outcome {
  uint64_t calls;         /* system calls made */
  uint64_t failed_calls;  /* of these, calls that the interface itself failed: missing, forbidden */
  uint64_t refused_pages; /* pages refused because of their addresses: not mapped, not readable that way */
};

struct pp_backend {
  const char *name;
  const char *description;
  /* Whether it works here; when not, why. Idempotent. */
  bool (*probe)(char *why, size_t size);
  /* Start reading the page-aligned ranges. Returns the number of ranges dealt with: fewer only when the interface failed. */
  size_t (*hint)(const struct iovec *ranges, size_t count, struct pp_outcome *outcome);
  _Atomic uint64_t calls, failed_calls, refused_pages, pages;
};

extern struct pp_backend *const pp_backends[]; /* best first, NULL-terminated; `none` is the last */
extern const char *const pp_backend_names[];   /* "auto", then every backend's name, NULL-terminated */

/* Ranges that one pp_backend_hint takes at most. */
enum { PP_RANGES_MAX = 1024 };

/* Choose by PAGEPREFETCH_BACKEND and the probes. */
void pp_backend_choose(void);
struct pp_backend *pp_backend_current(void);

/* Hint through the current backend, counting; falls to the next backend when the interface keeps failing. */
void pp_backend_hint(const struct iovec *ranges, size_t count, struct pp_outcome *outcome);

/* In the child of a fork: handles on the parent are replaced. */
void pp_backend_after_fork(void);

#endif
