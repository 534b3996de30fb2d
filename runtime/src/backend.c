/* SPDX-License-Identifier: MIT */
/* The backends: vdso (a kernel with the bundled series), process_madvise (one call for many ranges), madvise (one call a range),
 * none. An address that the kernel refuses is counted and skipped; an interface that fails is counted and left for the next
 * backend. */
#include "backend.h"
#include "os.h"
#include "settings.h"
#include "text.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

enum {
  FAILURES_BEFORE_FALLBACK = 4, /* interface failures in a row before a backend is given up */
  /* The kernel reads at most max(read_ahead_kb, the device's largest request) for one WILLNEED and forgets the rest silently
   * (mm/readahead.c, force_page_cache_ra): 128 KiB is the default of both. Longer ranges were no faster where they work. */
  REQUEST_BYTES = 128 << 10,
};

const char *const pp_fate_names[PP_FATES] = {"accessible", "started", "in_flight", "cached", "untouched",   "tight",
                                             "busy",       "full",    "unmapped",  "denied", "unsupported", "off"};

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
    pp_text_print(why, size, "madvise(MADV_WILLNEED) fails: %s", strerrordesc_np(error));
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
    pp_text_print(why, size, "process_madvise on oneself fails: %s%s", strerrordesc_np(error), remedy);
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

static bool is_refused(unsigned fate) {
  return fate >= PP_FATE_TIGHT;
}

size_t pp_backend_take(struct pp_outcome *outcome, uintptr_t start, size_t pages, long answer) {
  uint64_t accessible = pp_vdso_accessible(answer), run = pp_vdso_run(answer);
  unsigned fate = pp_vdso_fate(answer);
  if (answer < 0 || !(accessible + run) || accessible > pages || run > pages - accessible || fate >= PP_FATES) {
    outcome->failed_calls++; /* no answer that the interface knows: as if it had failed */
    outcome->refused_pages += pages;
    return pages;
  }
  outcome->fates[PP_FATE_ACCESSIBLE] += accessible;
  outcome->fates[fate] += run;
  bool left = run && outcome->left_fates >> fate & 1 && outcome->left_count < outcome->left_most;
  if (left)
    outcome->left[outcome->left_count++] =
        (struct iovec){(void *)(start + accessible * pp_os_page_size()), run * pp_os_page_size()};
  else if (is_refused(fate))
    outcome->refused_pages += run;
  if (left && fate == PP_FATE_STARTED)
    outcome->left_started += run;
  return accessible + run;
}

static pp_vdso_pages *_Atomic vdso_pages; /* written by the probe */

static bool vdso_probe(char *why, size_t size) {
  struct pp_vdso found;
  volatile char here = 1; /* on a page that is in memory, since it was just written */
  if (!pp_vdso_find(&found, why, size))
    return false;
  long own = found.pages((const void *)&here, 1, 0), nothing = found.pages(NULL, 1, 0);
  if (nothing >= 0 && pp_vdso_run(nothing) && pp_vdso_fate(nothing) == PP_FATE_OFF) {
    pp_text_print(why, size, "prefetch_page() is switched off: `sysctl vm.prefetch_page=1` switches it on");
    return false;
  }
  bool good = own >= 0 && pp_vdso_accessible(own) == 1 && nothing >= 0 && !pp_vdso_accessible(nothing);
  if (!good || found.page((const void *)&here) != 0 || found.page(NULL) != -1) {
    pp_text_print(why, size, "prefetch_page() gave wrong answers: %#lx for a page in memory, %#lx for NULL", (unsigned long)own,
                  (unsigned long)nothing);
    return false;
  }
  atomic_store(&vdso_pages, found.pages);
  return true;
}

static size_t vdso_hint(const struct iovec *ranges, size_t count, struct pp_outcome *outcome) {
  pp_vdso_pages *ask = atomic_load_explicit(&vdso_pages, memory_order_relaxed);
  for (size_t i = 0; i < count; i++) {
    uintptr_t start = (uintptr_t)ranges[i].iov_base;
    for (size_t pages = pages_of(&ranges[i]), taken; pages; pages -= taken, start += taken * pp_os_page_size())
      taken = pp_backend_take(outcome, start, pages, ask((const void *)start, pages, 0));
  }
  return count;
}

static bool none_probe(char *why, size_t size) {
  return true;
}

static size_t none_hint(const struct iovec *ranges, size_t count, struct pp_outcome *outcome) {
  return count;
}

static struct pp_backend vdso_backend = {
    .name = "vdso",
    .description = "prefetch_page() in the vDSO: a load for each page in memory, no system call",
    .probe = vdso_probe,
    .hint = vdso_hint,
    .resident_ns = 25,
    .absent_ns = 2000,
    .tells = true,
};
static struct pp_backend process_madvise_backend = {
    .name = "process_madvise",
    .description = "process_madvise(MADV_WILLNEED) on this process: many ranges in one call",
    .probe = process_madvise_probe,
    .hint = process_madvise_hint,
    .resident_ns = PP_DEAR_RESIDENT_NS,
    .absent_ns = 2000,
    .range_bytes = REQUEST_BYTES,
};
static struct pp_backend madvise_backend = {
    .name = "madvise",
    .description = "madvise(MADV_WILLNEED): one call for each range",
    .probe = madvise_probe,
    .hint = madvise_hint,
    .resident_ns = PP_DEAR_RESIDENT_NS,
    .absent_ns = 2000,
    .range_bytes = REQUEST_BYTES,
};
static struct pp_backend none_backend = {
    .name = "none",
    .description = "no hints",
    .probe = none_probe,
    .hint = none_hint,
    .resident_ns = PP_DEAR_RESIDENT_NS,
    .absent_ns = 2000,
    .range_bytes = REQUEST_BYTES,
};

struct pp_backend *const pp_backends[] = {&vdso_backend, &process_madvise_backend, &madvise_backend, &none_backend, NULL};
const char *const pp_backend_names[] = {"auto", "vdso", "process_madvise", "madvise", "none", NULL};

enum { VDSO = 0, NONE = sizeof pp_backends / sizeof *pp_backends - 2 };

static _Atomic unsigned current = NONE; /* index in pp_backends; none until chosen */
static _Atomic unsigned second = NONE;  /* takes what the current one leaves */

struct pp_backend *pp_backend_current(void) {
  return pp_backends[atomic_load_explicit(&current, memory_order_relaxed)];
}

struct pp_backend *pp_backend_second(void) {
  return pp_backends[atomic_load_explicit(&second, memory_order_relaxed)];
}

pp_vdso_pages *pp_backend_ask(void) {
  return pp_backend_current()->tells ? atomic_load_explicit(&vdso_pages, memory_order_relaxed) : NULL;
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
  atomic_store(&second, pp_backends[found]->tells ? first_working(found + 1) : found);
  atomic_store(&current, found);
}

static void fall_back(unsigned from, const char *why) {
  unsigned next = first_working(from + 1), expected = from, also_expected = from;
  bool replaced = atomic_compare_exchange_strong(&current, &expected, next);
  replaced |= atomic_compare_exchange_strong(&second, &also_expected, next);
  if (replaced)
    pp_log(PP_LOG_WARN, "backend %s %s; using %s from now on", pp_backends[from]->name, why, pp_backends[next]->name);
  atomic_store(&pp_backends[from]->failures_in_a_row, 0);
}

static void count(struct pp_backend *backend, const struct pp_outcome *outcome, uint64_t pages) {
  atomic_fetch_add_explicit(&backend->calls, outcome->calls, memory_order_relaxed);
  atomic_fetch_add_explicit(&backend->failed_calls, outcome->failed_calls, memory_order_relaxed);
  atomic_fetch_add_explicit(&backend->refused_pages, outcome->refused_pages, memory_order_relaxed);
  atomic_fetch_add_explicit(&backend->pages, pages, memory_order_relaxed);
  for (unsigned fate = 0; backend->tells && fate < PP_FATES; fate++)
    if (outcome->fates[fate])
      atomic_fetch_add_explicit(&backend->fates[fate], outcome->fates[fate], memory_order_relaxed);
}

/* Counts what a backend did, and leaves it when it keeps failing. */
static void conclude(unsigned index, const struct pp_outcome *made, uint64_t pages) {
  struct pp_backend *backend = pp_backends[index];
  count(backend, made, pages);
  if (made->fates[PP_FATE_OFF])
    fall_back(index, "was switched off (sysctl vm.prefetch_page)");
  else if (made->failed_calls) {
    if (atomic_fetch_add(&backend->failures_in_a_row, 1) + 1 >= FAILURES_BEFORE_FALLBACK)
      fall_back(index, "stopped working");
  } else if ((made->calls || backend->tells) && atomic_load_explicit(&backend->failures_in_a_row, memory_order_relaxed)) {
    atomic_store_explicit(&backend->failures_in_a_row, 0, memory_order_relaxed);
  }
}

static void hint_through(unsigned index, const struct iovec *ranges, size_t range_count, struct pp_outcome *outcome) {
  struct pp_outcome made = {.left = outcome->left,
                            .left_count = outcome->left_count,
                            .left_most = outcome->left_most,
                            .left_fates = outcome->left_fates};
  uint64_t pages = 0;
  size_t dealt = pp_backends[index]->hint(ranges, range_count, &made);
  for (size_t i = 0; i < dealt; i++)
    pages += pages_of(&ranges[i]);
  for (size_t i = dealt; i < range_count; i++)
    made.refused_pages += pages_of(&ranges[i]);
  conclude(index, &made, pages);
  outcome->calls += made.calls;
  outcome->failed_calls += made.failed_calls;
  outcome->refused_pages += made.refused_pages;
  outcome->left_count = made.left_count;
  outcome->left_started += made.left_started;
  for (unsigned fate = 0; fate < PP_FATES; fate++)
    outcome->fates[fate] += made.fates[fate];
}

void pp_backend_hint(const struct iovec *ranges, size_t range_count, struct pp_outcome *outcome) {
  hint_through(atomic_load_explicit(&current, memory_order_relaxed), ranges, range_count, outcome);
}

void pp_backend_pass_on(const struct iovec *ranges, size_t range_count, struct pp_outcome *outcome) {
  hint_through(atomic_load_explicit(&second, memory_order_relaxed), ranges, range_count, outcome);
}

void pp_backend_asked(const struct pp_outcome *outcome, uint64_t pages) {
  conclude(VDSO, outcome, pages);
}

void pp_backend_forget(struct pp_backend *backend) {
  atomic_store(&backend->calls, 0);
  atomic_store(&backend->failed_calls, 0);
  atomic_store(&backend->refused_pages, 0);
  atomic_store(&backend->pages, 0);
  for (unsigned fate = 0; fate < PP_FATES; fate++)
    atomic_store(&backend->fates[fate], 0);
}

void pp_backend_after_fork(void) {
  char why[160] = "";
  int kept = errno;
  bool used = pp_backend_current() == &process_madvise_backend || pp_backend_second() == &process_madvise_backend;
  if (used && !process_madvise_probe(why, sizeof why)) {
    unsigned next = first_working(2);
    if (pp_backend_current() == &process_madvise_backend)
      atomic_store(&current, next);
    atomic_store(&second, next);
  }
  errno = kept;
}
