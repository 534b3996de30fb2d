/* SPDX-License-Identifier: MIT */
/* The slice program of a loop, run for the iterations ahead: lanes that need data which is not there hint it and wait, and are
 * visited again at later strips. */
#ifndef RUNTIME_SLICES_H
#define RUNTIME_SLICES_H

#include "live.h"

/* Runs slices ahead of a window, with the environment in the thread's record, and hints what they will touch. Returns the
 * iterations to run before the next call: `strip`, or fewer. */
uint64_t pp_slices_run(const struct pp_program *program, struct pp_live_loop *live, struct pp_thread *thread,
                       struct pp_window *window, uint64_t strip);

#endif
