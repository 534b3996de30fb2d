/* SPDX-License-Identifier: MIT */
/* The kernel of case records: whether records stand in order under a permutation, by memcmp of neighbours. */
#ifndef RECORDS_H
#define RECORDS_H

#include <stddef.h>
#include <stdint.h>

enum { RECORD_BYTES = 64 };

/* How many records are greater than the one that follows. */
size_t records_out_of_order(const char *records, const uint32_t *order, size_t count);

#endif
