/* SPDX-License-Identifier: MIT */
/* The kernel of the cases columns and columns-all: sums of chosen columns of a row-major matrix. */
#ifndef COLUMNS_H
#define COLUMNS_H

#include <stddef.h>
#include <stdint.h>

/* sums[c] becomes the sum of column chosen[c]. */
void column_sums(const double *matrix, size_t rows, size_t width, const uint32_t *chosen, size_t count, double *sums);

#endif
