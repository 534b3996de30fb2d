/* SPDX-License-Identifier: MIT */
/* The kernel of join with hints placed by an expert: the second table's page is asked for when the first one's is there. */
#include "hand_hints.h"
#include "join.h"

uint64_t join_sum(struct tables tables, const uint32_t *rows, size_t count) {
  struct hand_batch first = {.count = 0}, second = {.count = 0};
  uint64_t sum = 0;
  hand_range(rows, count * sizeof *rows);
  for (size_t i = 0, one = 0, two = 0; i < count; i++) {
    for (; one < count && one < i + 2 * HAND_DISTANCE; one++)
      hand_page(&first, &tables.first[rows[one]]);
    if (one == count)
      hand_flush(&first);
    for (; two < count && two < i + HAND_DISTANCE; two++)
      hand_page(&second, &tables.second[tables.first[rows[two]] % tables.second_count]);
    if (two == count)
      hand_flush(&second);
    sum += tables.second[tables.first[rows[i]] % tables.second_count];
  }
  return sum;
}
