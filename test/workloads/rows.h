/* SPDX-License-Identifier: MIT */
/* The kernel of the case rows: sums of every so-many-th row of a matrix. */
#ifndef ROWS_H
#define ROWS_H

#include <stddef.h>
#include <stdint.h>

enum { ROWS_WIDTH = 4096 };

/* Adds up `count` rows of ROWS_WIDTH elements each: 0, step, 2 * step ... */
uint64_t row_sums(const uint64_t *matrix, size_t count, size_t step);

#endif
