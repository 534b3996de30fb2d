/* SPDX-License-Identifier: MIT */
/* The kernel of case vectors: rows of 2 KiB that an index array names, each multiplied with one vector. Rows cross pages. */
#ifndef VECTORS_H
#define VECTORS_H

#include <stddef.h>
#include <stdint.h>

uint64_t best_row(const uint32_t *matrix, size_t width, const uint32_t *query, const uint32_t *rows, size_t count);

#endif
