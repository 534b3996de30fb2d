// SPDX-License-Identifier: MIT
// The kernel of checked as users write it: compiled plain and with the plugin.
#include "checked.h"
#include "checked_view.h"

uint64_t checked_sum(const uint64_t *values, size_t size, const uint32_t *rows, size_t count) {
  checked_view<uint64_t> table(values, size);
  checked_view<uint32_t> index(rows, count);
  uint64_t sum = 0;
  for (size_t i = 0; i < index.size(); i++)
    sum += table.at(index.at(i));
  return sum;
}
