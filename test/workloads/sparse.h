/* SPDX-License-Identifier: MIT */
/* The kernel of case sparse: a matrix in compressed rows of 0 to 10 entries times a vector. */
#ifndef SPARSE_H
#define SPARSE_H

#include <stddef.h>
#include <stdint.h>

/* Row i has the entries bounds[i] .. bounds[i + 1] - 1, each a column of the vector. */
uint64_t sparse_product(const uint32_t *bounds, size_t rows, const uint32_t *columns, const uint64_t *vector);

#endif
