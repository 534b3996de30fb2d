/* SPDX-License-Identifier: MIT */
/* The kernel of case pagerank: one pass that pulls ranks over a graph's edges. */
#ifndef PAGERANK_H
#define PAGERANK_H

#include "graph.h"

/* rank: of each vertex, divided by the number of its edges. next: as well, after the pass. */
void pagerank_pull(const struct graph *graph, const double *rank, double *next);

#endif
