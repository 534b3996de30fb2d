/* SPDX-License-Identifier: MIT */
/* What a loop's programs say, carried out: its walks, and the slices of the iterations ahead.
 * Called between strips, when hints are due. */
#ifndef RUNTIME_AHEAD_H
#define RUNTIME_AHEAD_H

#include "live.h"

/* Hints ahead of a loop whose environment is in the thread's record. Returns the iterations to run before the next call: `strip`,
 * or fewer. */
uint64_t pp_ahead(const struct pp_loop *loop, struct pp_live_loop *live, struct pp_thread *thread, uint64_t done, uint64_t trips,
                  uint64_t strip);

#endif
