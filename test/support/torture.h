/* SPDX-License-Identifier: MIT */
/* What a test program may ask the torture library: which bytes did the compiled code hint?
 * Weak: NULL where the program runs without that library, and then there is nothing to check. */
#ifndef TORTURE_H
#define TORTURE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One iteration's hint of one stream. */
struct torture_hint {
  uintptr_t low;
  uint64_t bytes;
  uint64_t iteration; /* of gathers: number within its batch, from the batch's first iteration on */
  uint32_t kind;
  uint32_t line;
};

/* Whether every iteration of every loop is hinted in this run: nothing can be demanded of the others. */
int torture_hints_everything(void) __attribute__((weak));
/* The hints since the last call of torture_forget, in order. */
size_t torture_hints(const struct torture_hint **hints) __attribute__((weak));
void torture_forget(void) __attribute__((weak));
/* From now on strips of that many iterations; 0: as PP_TORTURE says. */
void torture_strip(uint64_t iterations) __attribute__((weak));
/* Strips that were asked for so far. */
uint64_t torture_strips(void) __attribute__((weak));

#ifdef __cplusplus
}
#endif
#endif
