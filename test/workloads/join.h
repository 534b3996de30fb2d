/* SPDX-License-Identifier: MIT */
/* The kernel of case join: an index into a first table, whose entries lead into a second one. */
#ifndef JOIN_H
#define JOIN_H

#include <stddef.h>
#include <stdint.h>

struct tables {
  const uint64_t *first, *second;
  uint64_t second_count;
};

uint64_t join_sum(struct tables tables, const uint32_t *rows, size_t count);

#endif
