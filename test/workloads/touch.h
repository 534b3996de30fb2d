/* SPDX-License-Identifier: MIT */
/* The kernel of the case touch: fills memory that was never written before. */
#ifndef TOUCH_H
#define TOUCH_H

#include <stddef.h>
#include <stdint.h>

/* values[i] becomes i * step. */
void fill_steps(uint64_t *values, size_t count, uint64_t step);

#endif
