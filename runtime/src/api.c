/* SPDX-License-Identifier: MIT */
/* The library's edges: start, fork, exit, and the functions of <pageprefetch.h> for use by hand.
 * The probes of interfaces run here, once, when the library is loaded. */
#include "backend.h"
#include "hint.h"
#include "pageprefetch.h"
#include "report.h"
#include "settings.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { HINT_PIECE_BYTES = 64 << 20 };

#define PUBLIC __attribute__((visibility("default")))

/* Programs refer to __pp_strip alone: what refers to this brings start and exit out of the static library with it. */
const char pp_library = 1;

__attribute__((constructor(102))) static void start(void) {
  int kept = errno;
  pp_settings_read(pp_backend_names);
  if (pp_settings.mode != PP_MODE_OFF) {
    pp_backend_choose();
    pthread_atfork(NULL, NULL, pp_backend_after_fork);
  }
  pp_os_ticks_to_ns(0); /* the clock's calibration starts here */
  pp_report_start();
  errno = kept;
}

__attribute__((destructor)) static void finish(void) {
  int kept = errno;
  pp_report_at_exit();
  errno = kept;
}

/* The calling thread's state; NULL where nothing can be hinted. */
static struct pp_thread *hinting_thread(void) {
  bool possible = pp_settings.mode != PP_MODE_OFF && strcmp(pp_backend_current()->name, "none");
  return possible ? pp_thread_get() : NULL;
}

PUBLIC int pp_hint(const void *address, size_t bytes) {
  int kept = errno;
  struct pp_thread *thread = hinting_thread();
  uint64_t pages = 0, done = 0, piece = HINT_PIECE_BYTES;
  /* Stops where nothing is mapped: a size may be as wild as an address. */
  for (bool going = thread && bytes; going && done < bytes; done += piece) {
    uint64_t taken = pp_hint_range(thread, NULL, (uintptr_t)address + done, bytes - done < piece ? bytes - done : piece);
    pages += taken;
    going = taken != 0 && (uintptr_t)address + done + piece > (uintptr_t)address;
  }
  errno = kept;
  return pages ? 0 : -1;
}

PUBLIC int pp_hint_many(const void *const *addresses, size_t count) {
  int kept = errno;
  struct pp_thread *thread = hinting_thread();
  uint64_t pages = 0;
  if (thread)
    pp_hint_forget(thread);
  for (size_t done = 0; thread && done < count;) {
    size_t part = count - done < PP_GATHER_MAX ? count - done : PP_GATHER_MAX;
    memcpy(thread->batch, addresses + done, part * sizeof *addresses);
    pages += pp_hint_blocks(thread, NULL, thread->batch, part, 1, pp_os_page_size());
    done += part;
  }
  errno = kept;
  return pages ? 0 : -1;
}

/* Allocates [start, end) by a system call. */
static int populate(uintptr_t start, uintptr_t end) {
  int error = pp_os_madvise((void *)start, end - start, MADV_POPULATE_WRITE);
  bool about_address = error == ENOMEM || error == EFAULT;
  pp_count(&pp_totals.calls, 1);
  pp_count(&pp_totals.refused, about_address ? (end - start) / pp_os_page_size() : 0);
  pp_count(&pp_totals.failed_calls, error && !about_address);
  return error;
}

/* The same, where asking costs no system call: only the runs of pages that are not there yet take one. */
static int populate_absent(pp_vdso_pages *ask, uintptr_t start, uintptr_t end) {
  uintptr_t page = pp_os_page_size();
  for (int error; start < end;) {
    long answer = ask((const void *)start, (end - start) / page, PP_VDSO_WRITE);
    struct pp_outcome outcome = {0};
    size_t taken = pp_backend_take(&outcome, start, (end - start) / page, answer);
    uintptr_t next = start + taken * page, absent = start + outcome.fates[PP_FATE_ACCESSIBLE] * page;
    if (absent < next && (error = populate(absent, next)))
      return error;
    start = next;
  }
  return 0;
}

PUBLIC int pp_populate(void *address, size_t bytes) {
  int kept = errno, error = EINVAL;
  uintptr_t page = pp_os_page_size(), start = (uintptr_t)address, end;
  if (pp_settings.mode != PP_MODE_OFF && !__builtin_add_overflow(start, bytes, &end)) {
    uintptr_t first = (start + page - 1) & ~(page - 1), last = end & ~(page - 1);
    pp_vdso_pages *ask = pp_backend_ask();
    if (first >= start && last > first)
      error = ask ? populate_absent(ask, first, last) : populate(first, last);
  }
  errno = kept;
  return error ? -1 : 0;
}

PUBLIC void pp_stats(struct pp_statistics *statistics) {
  *statistics = (struct pp_statistics){
      .hints = pp_get(&pp_totals.hints),
      .pages = pp_get(&pp_totals.pages),
      .pages_read = pp_get(&pp_totals.read),
      .pages_refused = pp_get(&pp_totals.refused),
      .system_calls = pp_get(&pp_totals.calls),
      .failed_calls = pp_get(&pp_totals.failed_calls),
      .major_faults = pp_get(&pp_totals.major_faults),
  };
}
