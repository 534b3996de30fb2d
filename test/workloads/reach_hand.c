/* SPDX-License-Identifier: MIT */
/* The kernel of reach with hints placed by an expert: bounds of the frontier's vertices ahead, then their edges. */
#include "hand_hints.h"
#include "reach.h"

size_t reach_from(const struct graph *graph, uint32_t start, unsigned depth, uint32_t *queue, uint8_t *seen) {
  struct hand_batch first = {.count = 0}, second = {.count = 0};
  size_t head = 0, tail = 0;
  queue[tail++] = start;
  seen[start] = 1;
  for (unsigned level = 0; level < depth && head < tail; level++)
    for (size_t end = tail, one = head, two = head; head < end; head++) {
      for (; one < end && one < head + 2 * HAND_DISTANCE; one++)
        hand_page(&first, &graph->bounds[queue[one]]);
      if (one == end)
        hand_flush(&first);
      for (; two < end && two < head + HAND_DISTANCE; two++) {
        hand_page(&second, &graph->targets[graph->bounds[queue[two]]]);
        hand_page(&second, &graph->targets[graph->bounds[queue[two] + 1]]);
      }
      if (two == end)
        hand_flush(&second);
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
