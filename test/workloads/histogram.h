/* SPDX-License-Identifier: MIT */
/* The kernel of the case histogram: a pass whose only stores go into a table that stays in the cache. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

enum { HISTOGRAM_BINS = 65536 };

/* Counts the differences of neighbours, modulo HISTOGRAM_BINS. */
void difference_counts(const uint64_t *values, size_t count, uint64_t *bins);

#endif
