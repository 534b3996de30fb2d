/* SPDX-License-Identifier: MIT */
/* The kernel of case batches: gather, a few rows a call. */
#ifndef BATCHES_H
#define BATCHES_H

#include <stddef.h>
#include <stdint.h>

uint64_t batch_sum(const uint64_t *values, const uint32_t *rows, size_t count);

#endif
