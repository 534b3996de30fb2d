/* SPDX-License-Identifier: MIT */
/* A graph in compressed rows, as cases pagerank and search_graph map it. */
#ifndef GRAPH_H
#define GRAPH_H

#include <stddef.h>
#include <stdint.h>

#define GRAPH_MAGIC UINT64_C(0x3168706172672121)

enum { GRAPH_OFFSET = 4096 }; /* of the bounds in the file, after the header; the targets follow */

struct graph_header {
  uint64_t magic, vertices, edges;
};

struct graph {
  const uint64_t *bounds;  /* vertex v has the edges bounds[v] .. bounds[v + 1] - 1 */
  const uint32_t *targets; /* an edge's other end */
  size_t vertices;
};

#endif
