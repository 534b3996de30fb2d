/* SPDX-License-Identifier: MIT */
/* The kernel of pagerank with hints placed by an expert: the pages of the ranks, a fixed number of edges ahead. */
#include "hand_hints.h"
#include "pagerank.h"

enum { LATELY = 4096, PAGE_SHIFT = 12 };

void pagerank_pull(const struct graph *graph, const double *rank, double *next) {
  static uintptr_t lately[LATELY]; /* pages asked for a moment ago: most edges are short */
  struct hand_batch batch = {.count = 0};
  double base = 0.15 / (double)graph->vertices;
  uint64_t all = graph->bounds[graph->vertices], ahead = 0;
  for (size_t v = 0; v < graph->vertices; v++) {
    uint64_t begin = graph->bounds[v], end = graph->bounds[v + 1];
    for (; ahead < all && ahead < begin + 64 * HAND_DISTANCE; ahead++) {
      const double *address = &rank[graph->targets[ahead]];
      uintptr_t page = (uintptr_t)address >> PAGE_SHIFT;
      if (lately[page % LATELY] != page) {
        lately[page % LATELY] = page;
        hand_page(&batch, address);
      }
    }
    if (ahead == all)
      hand_flush(&batch);
    double sum = 0;
    for (uint64_t k = begin; k < end; k++)
      sum += rank[graph->targets[k]];
    next[v] = end > begin ? (base + 0.85 * sum) / (double)(end - begin) : 0;
  }
}
