/* SPDX-License-Identifier: MIT */
/* The kernel of scan with hints placed by an expert: large requests well ahead of the reading. */
#include "scan.h"
#include "hand_hints.h"

enum { REQUEST = 8 << 20, AHEAD = 32 << 20 };

uint64_t scan_sum(const uint64_t *values, size_t count) {
  const size_t step = REQUEST / sizeof *values, ahead = AHEAD / sizeof *values;
  uint64_t sum = 0;
  hand_range(values, (count < ahead ? count : ahead) * sizeof *values);
  for (size_t done = 0; done < count;) {
    size_t end = count - done < step ? count : done + step;
    if (done + ahead < count)
      hand_range(values + done + ahead, (count - done - ahead < step ? count - done - ahead : step) * sizeof *values);
    for (; done < end; done++)
      sum += values[done];
  }
  return sum;
}
