/* SPDX-License-Identifier: MIT */
/* The kernel of touch as users write it: compiled plain and with the plugin. */
#include "touch.h"

void fill_steps(uint64_t *values, size_t count, uint64_t step) {
  for (size_t i = 0; i < count; i++)
    values[i] = i * step;
}
