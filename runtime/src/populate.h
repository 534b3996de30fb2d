/* SPDX-License-Identifier: MIT */
/* Memory that is made before it is written: first-touch faults one by one cost half again as much as the same pages at once. */
#ifndef RUNTIME_POPULATE_H
#define RUNTIME_POPULATE_H

#include "live.h"

/* Allocates the pages [start, end) for writing by one system call. 0 or an errno value. */
int pp_populate_pages(uintptr_t start, uintptr_t end);

/* Whether a walk's part is new memory as far as is known: private and anonymous, and making it ahead is not given up. */
bool pp_populate_serves(struct pp_thread *thread, struct pp_live_site *site, uintptr_t low, uint64_t bytes);

/* Makes the pages [start, end) of a site's walk, and notes how many were new. */
void pp_populate_walk(struct pp_thread *thread, struct pp_live_site *site, uintptr_t start, uintptr_t end);

/* Whether a walk of the loop goes through memory that was new when it was last looked at. */
bool pp_populate_could(const struct pp_live_loop *live);

enum {
  PP_TOUCH_NS = 250,     /* what a first touch costs at least, beside clearing the page */
  PP_TOUCHES_MISSED = 20 /* one part in so many of the time in first touches is worth a probe */
};

/* Whether the thread has spent much of its time in first touches, in a loop whose walks could have been made ahead. */
static inline bool pp_populate_is_missed(const struct pp_live_loop *live, uint64_t minor_faults, uint64_t ns) {
  return minor_faults * PP_TOUCH_NS * PP_TOUCHES_MISSED >= ns && pp_populate_could(live);
}

#endif
