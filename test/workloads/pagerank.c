/* SPDX-License-Identifier: MIT */
/* Case pagerank: the data file is the graph; ranks are anonymous memory, in which all settings leave them. */
#include "graph_file.h"
#include "numbers.h"
#include "pagerank.h"

#include <string.h>
#include <sys/mman.h>

static struct graph graph;
static double *rank, *next;

static double *ranks(size_t count) {
  double *memory = mmap(NULL, count * sizeof *memory, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    harness_fail("no memory for %zu ranks", count);
  return memory;
}

static void open_pagerank(const struct run *run) {
  graph = graph_map(run);
  rank = ranks(graph.vertices), next = ranks(graph.vertices);
  for (size_t v = 0; v < graph.vertices; v++)
    next[v] = 0;
  for (size_t v = 0; v < graph.vertices; v++)
    rank[v] = (double)(number_scramble(v) >> 40);
}

static uint64_t execute_pagerank(void) {
  pagerank_pull(&graph, rank, next);
  uint64_t checksum = 0, bits;
  for (size_t v = 0; v < graph.vertices; v += 512) { /* one of a page: the check may not cost more than the case */
    memcpy(&bits, &next[v], sizeof bits);
    checksum = harness_mix(checksum, bits);
  }
  return checksum;
}

const struct workload workload = {"pagerank", open_pagerank, execute_pagerank, NULL};
