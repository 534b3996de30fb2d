/* SPDX-License-Identifier: MIT */
/* Making memory ahead of stores that are certain to overwrite it. Only pages that the loop is about to write, only private
 * anonymous memory, and only where the pages are really new, which the kernel's count of the thread's faults tells. */
#include "populate.h"
#include "backend.h"
#include "hint.h"
#include "settings.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

enum {
  SLEEPS = 2, /* for a lock, say: more of them in one call, and somebody makes room */
};

/* A sandbox forbids the call. Linux before 5.14 does not know it, which costs an entry of a loop one call. */
static _Atomic bool missing;

int pp_populate_pages(uintptr_t start, uintptr_t end) {
  int error = pp_os_madvise((void *)start, end - start, MADV_POPULATE_WRITE);
  bool about_address = error == ENOMEM || error == EFAULT;
  pp_count(&pp_totals.calls, 1);
  pp_count(&pp_totals.refused, about_address ? (end - start) / pp_os_page_size() : 0);
  pp_count(&pp_totals.failed_calls, error && !about_address);
  return error;
}

bool pp_populate_serves(struct pp_thread *thread, struct pp_live_site *site, uintptr_t low, uint64_t bytes) {
  bool possible = site->flags & PP_SITE_OVERWRITES && !atomic_load_explicit(&missing, memory_order_relaxed) &&
                  !atomic_load_explicit(&site->unpopulated, memory_order_relaxed) && strcmp(pp_backend_current()->name, "none");
  if (possible)
    pp_mappings_refresh(&thread->loads.mappings);
  bool serves = possible && pp_mappings_are_new(&thread->loads.mappings, low, bytes);
  atomic_store_explicit(&site->populates, serves, memory_order_relaxed);
  return serves;
}

/* Memory is short, it was in swap, or this is not what it was taken for: stores are left to themselves until the loop's next
 * entry. */
static void give_up(struct pp_live_site *site) {
  atomic_store_explicit(&site->unpopulated, true, memory_order_relaxed);
  atomic_store_explicit(&site->populates, false, memory_order_relaxed);
}

void pp_populate_walk(struct pp_thread *thread, struct pp_live_site *site, uintptr_t start, uintptr_t end) {
  if (start >= end)
    return;
  bool counted = pp_hint_look(thread);
  struct pp_usage before = thread->usage;
  uint64_t ticks = pp_os_ticks(), pages = (end - start) / pp_os_page_size();
  int error = pp_populate_pages(start, end);
  uint64_t ns = pp_os_ticks_to_ns(pp_os_ticks() - ticks);
  counted = pp_os_thread_usage(&thread->usage) && counted;
  uint64_t made = counted ? thread->usage.minor_faults - before.minor_faults : 0;
  if (error == ENOSYS || error == EPERM) /* EINVAL also says that the mapping may not be written any more */
    atomic_store_explicit(&missing, true, memory_order_relaxed);
  if (error || thread->usage.major_faults != before.major_faults || thread->usage.waits > before.waits + SLEEPS)
    give_up(site);
  pp_count(&site->hints, 1);
  pp_count(&site->populated, made < pages ? made : pages);
  pp_count(&site->window_pages, pages);
  pp_count(&site->window_read, made < pages ? made : pages);
  pp_count(&site->window_ns, ns);
}

bool pp_populate_could(const struct pp_live_loop *live) {
  bool could = false;
  for (uint32_t i = 0; i < live->site_count && !could; i++)
    could = atomic_load_explicit(&live->sites[i].populates, memory_order_relaxed);
  return could;
}
