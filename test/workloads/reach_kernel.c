/* SPDX-License-Identifier: MIT */
/* The kernel of reach as users write it: compiled plain and with the plugin. */
#include "reach.h"

size_t reach_from(const struct graph *graph, uint32_t start, unsigned depth, uint32_t *queue, uint8_t *seen) {
  size_t head = 0, tail = 0;
  queue[tail++] = start;
  seen[start] = 1;
  for (unsigned level = 0; level < depth && head < tail; level++)
    for (size_t end = tail; head < end; head++) {
      uint32_t v = queue[head];
      for (uint64_t k = graph->bounds[v]; k < graph->bounds[v + 1]; k++) {
        uint32_t target = graph->targets[k];
        if (!seen[target]) {
          seen[target] = 1;
          queue[tail++] = target;
        }
      }
    }
  return tail;
}
