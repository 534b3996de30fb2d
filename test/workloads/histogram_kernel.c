/* SPDX-License-Identifier: MIT */
/* The kernel of histogram as users write it: compiled plain and with the plugin. */
#include "histogram.h"

void difference_counts(const uint64_t *values, size_t count, uint64_t *bins) {
  for (size_t i = 0; i + 1 < count; i++)
    bins[(values[i + 1] - values[i]) % HISTOGRAM_BINS]++;
}
