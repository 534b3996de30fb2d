/* SPDX-License-Identifier: MIT */
/* The kernel of the case scan: one pass over an array. */
#ifndef SCAN_H
#define SCAN_H

#include <stddef.h>
#include <stdint.h>

uint64_t scan_sum(const uint64_t *values, size_t count);

#endif
