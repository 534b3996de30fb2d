/* SPDX-License-Identifier: MIT */
/* Case reach: the data file is the graph; a search from one vertex, --count edges deep. */
#include "graph_file.h"
#include "reach.h"

#include <stdlib.h>
#include <string.h>

enum { START = 12345 };

static struct graph graph;
static uint32_t *queue;
static uint8_t *seen;
static unsigned depth;

static void open_reach(const struct run *run) {
  graph = graph_map(run);
  depth = (unsigned)run->count;
  queue = malloc(graph.vertices * sizeof *queue), seen = malloc(graph.vertices);
  if (!queue || !seen)
    harness_fail("no memory for %zu vertices", graph.vertices);
  memset(queue, 1, graph.vertices * sizeof *queue); /* touched, or the measured time would be full of first writes */
}

static uint64_t execute_reach(void) {
  memset(seen, 0, graph.vertices);
  size_t found = reach_from(&graph, START % (uint32_t)graph.vertices, depth, queue, seen);
  return harness_mix(found, queue[found - 1]);
}

const struct workload workload = {"reach", open_reach, execute_reach, NULL};
