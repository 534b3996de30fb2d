/* SPDX-License-Identifier: MIT */
/* The kernel of case reach: breadth-first search. */
#ifndef REACH_H
#define REACH_H

#include "graph.h"

/* Visits what is at most `depth` edges away from the start. queue has room for all vertices, seen is zero for each. Returns the
 * number visited. */
size_t reach_from(const struct graph *graph, uint32_t start, unsigned depth, uint32_t *queue, uint8_t *seen);

#endif
