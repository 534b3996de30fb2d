/* SPDX-License-Identifier: MIT */
/* Affine streams of a loop: iteration i touches `span` bytes at base + i * stride.
 * Called between strips, with what was hinted before. */
#ifndef RUNTIME_WALK_H
#define RUNTIME_WALK_H

#include "live.h"

/* Hints what comes next of a walk of which `done` iterations of `trips` are behind, and those below `ahead` are hinted. Returns
 * the new `ahead`. */
uint64_t pp_walk_hint(struct pp_thread *thread, struct pp_live_site *site, uint64_t base, int64_t stride, uint64_t span,
                      uint64_t done, uint64_t trips, uint64_t ahead);

#endif
