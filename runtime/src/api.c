/* SPDX-License-Identifier: MIT */
/* The library's edges: start, fork, exit, and the functions of <pageprefetch.h> for use by hand.
 * The probes of interfaces run here, once, when the library is loaded. */
#include "backend.h"
#include "hint.h"
#include "load.h"
#include "pageprefetch.h"
#include "populate.h"
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

static void after_fork(void) {
  int kept = errno;
  pp_report_after_fork();
  if (pp_is_on()) {
    pp_thread_after_fork();
    pp_backend_after_fork();
  }
  errno = kept;
}

__attribute__((constructor(102))) static void start(void) {
  int kept = errno;
  pp_settings_read(pp_backend_names);
  pp_report_start();
  if (pp_settings.mode != PP_MODE_OFF && pp_os_ticks_forbidden()) {
    pp_log(PP_LOG_INFO, "off: this process may not read the processor's ticks (PR_SET_TSC)");
    pp_settings.mode = PP_MODE_OFF;
  }
  if (pp_settings.mode != PP_MODE_OFF) {
    pp_backend_choose();
    pp_os_probe_usage();
    pp_load_probe();
    pp_os_ticks_to_ns(0); /* the clock's calibration starts here */
  }
  if (pp_settings.mode != PP_MODE_OFF || pp_settings.stats)
    pthread_atfork(NULL, NULL, after_fork);
  atomic_store(&pp_state, pp_settings.mode == PP_MODE_OFF ? PP_OFF : PP_ON);
  errno = kept;
}

__attribute__((destructor)) static void finish(void) {
  int kept = errno;
  if (atomic_load(&pp_state) != PP_LEFT)
    pp_report_at_exit();
  errno = kept;
}

PUBLIC void pp_off(void) {
  atomic_store(&pp_state, PP_LEFT);
}

/* The calling thread's state, to be released; NULL where nothing can be hinted. */
static struct pp_thread *take_thread(void) {
  bool possible = pp_is_on() && strcmp(pp_backend_current()->name, "none");
  struct pp_thread *thread = possible ? pp_thread_get() : NULL;
  return thread && pp_thread_take(thread) ? thread : NULL;
}

static void release_thread(struct pp_thread *thread) {
  if (thread)
    pp_thread_release(thread);
}

PUBLIC int pp_hint(const void *address, size_t bytes) {
  int kept = errno;
  struct pp_thread *thread = take_thread();
  uint64_t pages = 0, done = 0, piece = HINT_PIECE_BYTES;
  /* Stops where nothing is mapped: a size may be as wild as an address. */
  for (bool going = thread && bytes; going && done < bytes; done += piece) {
    uint64_t taken = pp_hint_range(thread, NULL, (uintptr_t)address + done, bytes - done < piece ? bytes - done : piece);
    pages += taken;
    going = taken != 0 && (uintptr_t)address + done + piece > (uintptr_t)address;
  }
  release_thread(thread);
  errno = kept;
  return pages ? 0 : -1;
}

PUBLIC int pp_hint_many(const void *const *addresses, size_t count) {
  int kept = errno;
  struct pp_thread *thread = take_thread();
  uint64_t pages = 0;
  if (thread)
    pp_hint_forget(thread);
  for (size_t done = 0; thread && done < count;) {
    size_t part = count - done < PP_GATHER_MAX ? count - done : PP_GATHER_MAX;
    memcpy(thread->batch, addresses + done, part * sizeof *addresses);
    pages += pp_hint_blocks(thread, NULL, thread->batch, part, 1, pp_os_page_size());
    done += part;
  }
  release_thread(thread);
  errno = kept;
  return pages ? 0 : -1;
}

/* Allocates [start, end) where asking costs no system call: only the runs of pages that are not there yet take one. */
static int populate_absent(pp_vdso_pages *ask, uintptr_t start, uintptr_t end) {
  uintptr_t page = pp_os_page_size();
  for (int error; start < end;) {
    long answer = ask((const void *)start, (end - start) / page, PP_VDSO_WRITE);
    struct pp_outcome outcome = {0};
    size_t taken = pp_backend_take(&outcome, start, (end - start) / page, answer);
    uintptr_t next = start + taken * page, absent = start + outcome.fates[PP_FATE_ACCESSIBLE] * page;
    if (absent < next && (error = pp_populate_pages(absent, next)))
      return error;
    start = next;
  }
  return 0;
}

PUBLIC int pp_populate(void *address, size_t bytes) {
  int kept = errno, error = EINVAL;
  uintptr_t page = pp_os_page_size(), start = (uintptr_t)address, end;
  if (pp_is_on() && !__builtin_add_overflow(start, bytes, &end)) {
    uintptr_t first = (start + page - 1) & ~(page - 1), last = end & ~(page - 1);
    pp_vdso_pages *ask = pp_backend_ask();
    if (first >= start && last > first)
      error = ask ? populate_absent(ask, first, last) : pp_populate_pages(first, last);
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

PUBLIC const char *pp_version(void) {
  return PP_VERSION;
}
