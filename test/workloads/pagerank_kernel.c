/* SPDX-License-Identifier: MIT */
/* The kernel of pagerank as users write it: compiled plain and with the plugin. */
#include "pagerank.h"

void pagerank_pull(const struct graph *graph, const double *rank, double *next) {
  double base = 0.15 / (double)graph->vertices;
  for (size_t v = 0; v < graph->vertices; v++) {
    uint64_t begin = graph->bounds[v], end = graph->bounds[v + 1];
    double sum = 0;
    for (uint64_t k = begin; k < end; k++)
      sum += rank[graph->targets[k]];
    next[v] = end > begin ? (base + 0.85 * sum) / (double)(end - begin) : 0;
  }
}
