/* SPDX-License-Identifier: MIT */
/* Maps the data file as a graph. */
#ifndef GRAPH_FILE_H
#define GRAPH_FILE_H

#include "graph.h"
#include "harness.h"

#include <stdio.h>

static inline struct graph graph_map(const struct run *run) {
  struct graph_header header = {0};
  FILE *file = fopen(run->data, "re");
  if (!file || fread(&header, sizeof header, 1, file) != 1 || header.magic != GRAPH_MAGIC)
    harness_fail("%s is no graph", run->data);
  fclose(file); /* before harness_map drops it from the cache */
  const char *view = harness_map(run, run->data, 0).address;
  struct graph graph = {(const void *)(view + GRAPH_OFFSET), NULL, header.vertices};
  graph.targets = (const void *)(graph.bounds + header.vertices + 1);
  return graph;
}

#endif
