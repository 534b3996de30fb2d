/* SPDX-License-Identifier: MIT */
/* Loops whose iterations threads take in turns (PP_DEALT): what is hinted once serves all of them, so they share how far
 * that is. */
#ifndef RUNTIME_DEALT_H
#define RUNTIME_DEALT_H

#include "live.h"

/* Before a call's hints: takes over what others have hinted. The call with the loop's first iteration begins a new entry. */
void pp_dealt_enter(struct pp_live_loop *live, struct pp_thread *thread, struct pp_window *window, uint32_t environment_count);

/* How far a thread is trusted to go on that jumps in the loop: twice as far as it did since its last jump. */
void pp_dealt_trust(struct pp_window *window, uint64_t expected);

/* Takes the next iterations to hint: those that no thread has taken, or that are near. Returns how many, at most `most` of those
 * before `goal`; they begin at window->started. */
uint64_t pp_dealt_take(struct pp_dealt *dealt, struct pp_window *window, uint64_t goal, uint64_t most);

/* What was taken has been hinted. Returns the iteration before which all are. */
uint64_t pp_dealt_leave(struct pp_dealt *dealt);

#endif
