/* SPDX-License-Identifier: MIT */
/* The stock-kernel backends: process_madvise (one call for many ranges), madvise (one call a range), none.
 * An address that the kernel refuses is counted and skipped; an interface that fails is counted and left for the next backend. */
#include "backend.h"
#include "os.h"
#include "settings.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

/* Interface failures in a row before a backend is given up. */
enum { FAILURES_BEFORE_FALLBACK = 4 };

static uint64_t pages_of(const struct iovec *range) {
  return range->iov_len / pp_os_page_size();
}

/* Errors that speak about the address; all others speak about the interface. */
static bool is_about_address(int error) {
  return error == ENOMEM || error == EBADF || error == EIO || error == EFAULT || error == EAGAIN || error == EINTR;
}

static bool madvise_probe(char *why, size_t size) {
  static const char byte = 1; /* as in pp_os_open_self */
  int error = pp_os_madvise((void *)((uintptr_t)&byte & ~(uintptr_t)(pp_os_page_size() - 1)), pp_os_page_size(), MADV_WILLNEED);
  if (error)
    snprintf(why, size, "madvise(MADV_WILLNEED) fails: %s", strerrordesc_np(error));
  return !error;
}

static size_t madvise_hint(const struct iovec *ranges, size_t count, struct pp_outcome *outcome) {
  for (size_t i = 0; i < count; i++) {
    int error = pp_os_madvise(ranges[i].iov_base, ranges[i].iov_len, MADV_WILLNEED);
    outcome->calls++;
    if (error && !is_about_address(error)) {
      outcome->failed_calls++;
      return i;
    }
    if (error)
      outcome->refused_pages += pages_of(&ranges[i]);
  }
  return count;
}

/* Handle on this process; written by the probe and after a fork. */
static _Atomic int self_handle = -1;

static bool process_madvise_probe(char *why, size_t size) {
  int error = 0, handle = pp_os_open_self(&error);
  if (handle == -1) {
    const char *remedy = error == EPERM    ? " (before Linux 6.13 it needs CAP_SYS_NICE)"
                         : error == ENOSYS ? " (needs Linux 5.10)"
                                           : "";
    snprintf(why, size, "process_madvise on oneself fails: %s%s", strerrordesc_np(error), remedy);
    return false;
  }
  int before = atomic_exchange(&self_handle, handle);
  if (before != handle)
    pp_os_close_self(before);
  return true;
}

/* One range by itself, after the vector stopped at it: is it the address or the interface? */
static bool skip_refused(const struct iovec *range, int error, struct pp_outcome *outcome) {
  if (!is_about_address(error)) {
    outcome->failed_calls++;
    return false;
  }
  outcome->refused_pages += pages_of(range);
  return true;
}

static size_t process_madvise_hint(const struct iovec *ranges, size_t count, struct pp_outcome *outcome) {
  int handle = atomic_load_explicit(&self_handle, memory_order_relaxed);
  size_t done = 0;
  while (done < count) {
    ssize_t advised = pp_os_process_madvise(handle, ranges + done, count - done, MADV_WILLNEED);
    outcome->calls++;
    size_t covered = advised > 0 ? (size_t)advised : 0, before = done;
    while (done < count && covered >= ranges[done].iov_len)
      covered -= ranges[done++].iov_len;
    if (done == count || (advised > 0 && done > before))
      continue; /* the kernel stopped at ranges[done]: the next call tells why */
    int error = advised < 0 ? (int)-advised : ENOMEM;
    if (error == EBADF || error == EFAULT) {
      /* Either this range, or the handle was closed under us, or one address spoils the whole vector: ask by range. */
      outcome->failed_calls += error == EBADF;
      return done + madvise_hint(ranges + done, count - done, outcome);
    }
    if (!skip_refused(&ranges[done], error, outcome))
      return done;
    done++;
  }
  return done;
}

static bool none_probe(char *why, size_t size) {
  return true;
}

static size_t none_hint(const struct iovec *ranges, size_t count, struct pp_outcome *outcome) {
  return count;
}

static struct pp_backend process_madvise_backend = {
    .name = "process_madvise",
    .description = "process_madvise(MADV_WILLNEED) on this process: many ranges in one call",
    .probe = process_madvise_probe,
    .hint = process_madvise_hint,
};
static struct pp_backend madvise_backend = {
    .name = "madvise",
    .description = "madvise(MADV_WILLNEED): one call for each range",
    .probe = madvise_probe,
    .hint = madvise_hint,
};
static struct pp_backend none_backend = {
    .name = "none",
    .description = "no hints",
    .probe = none_probe,
    .hint = none_hint,
};

struct pp_backend *const pp_backends[] = {&process_madvise_backend, &madvise_backend, &none_backend, NULL};
const char *const pp_backend_names[] = {"auto", "process_madvise", "madvise", "none", NULL};

static _Atomic unsigned current = 2; /* index in pp_backends; none until chosen */
static _Atomic unsigned failures_in_a_row;

struct pp_backend *pp_backend_current(void) {
  return pp_backends[atomic_load_explicit(&current, memory_order_relaxed)];
}

/* The first backend from `first` on that works. The last one always does. */
static unsigned first_working(unsigned first) {
  for (unsigned i = first;; i++) {
    char why[160] = "";
    if (pp_backends[i]->probe(why, sizeof why))
      return i;
    pp_log(PP_LOG_INFO, "backend %s is not used: %s", pp_backends[i]->name, why);
  }
}

void pp_backend_choose(void) {
  bool automatic = !strcmp(pp_settings.backend, "auto");
  unsigned wanted = 0;
  while (!automatic && strcmp(pp_backends[wanted]->name, pp_settings.backend))
    wanted++;
  unsigned found = first_working(wanted);
  if (!automatic && found != wanted)
    pp_log(PP_LOG_WARN, "PAGEPREFETCH_BACKEND=%s does not work here (PAGEPREFETCH_LOG=info tells why); using %s",
           pp_settings.backend, pp_backends[found]->name);
  atomic_store(&current, found);
}

static void fall_back(unsigned from) {
  unsigned next = first_working(from + 1);
  if (atomic_compare_exchange_strong(&current, &from, next))
    pp_log(PP_LOG_WARN, "backend %s stopped working; using %s from now on", pp_backends[from]->name, pp_backends[next]->name);
  atomic_store(&failures_in_a_row, 0);
}

static void count(struct pp_backend *backend, const struct pp_outcome *outcome, uint64_t pages) {
  atomic_fetch_add_explicit(&backend->calls, outcome->calls, memory_order_relaxed);
  atomic_fetch_add_explicit(&backend->failed_calls, outcome->failed_calls, memory_order_relaxed);
  atomic_fetch_add_explicit(&backend->refused_pages, outcome->refused_pages, memory_order_relaxed);
  atomic_fetch_add_explicit(&backend->pages, pages, memory_order_relaxed);
}

void pp_backend_hint(const struct iovec *ranges, size_t range_count, struct pp_outcome *outcome) {
  unsigned index = atomic_load_explicit(&current, memory_order_relaxed);
  struct pp_backend *backend = pp_backends[index];
  struct pp_outcome made = {0};
  uint64_t pages = 0;
  size_t dealt = backend->hint(ranges, range_count, &made);
  for (size_t i = 0; i < dealt; i++)
    pages += pages_of(&ranges[i]);
  for (size_t i = dealt; i < range_count; i++)
    made.refused_pages += pages_of(&ranges[i]);
  count(backend, &made, pages);
  if (made.failed_calls) {
    if (atomic_fetch_add(&failures_in_a_row, 1) + 1 >= FAILURES_BEFORE_FALLBACK)
      fall_back(index);
  } else if (made.calls && atomic_load_explicit(&failures_in_a_row, memory_order_relaxed)) {
    atomic_store_explicit(&failures_in_a_row, 0, memory_order_relaxed);
  }
  outcome->calls += made.calls;
  outcome->failed_calls += made.failed_calls;
  outcome->refused_pages += made.refused_pages;
}

void pp_backend_after_fork(void) {
  char why[160] = "";
  int kept = errno;
  if (pp_backend_current() == &process_madvise_backend && !process_madvise_probe(why, sizeof why))
    atomic_store(&current, first_working(1));
  errno = kept;
}
