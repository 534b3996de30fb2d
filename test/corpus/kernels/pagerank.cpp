/* SPDX-License-Identifier: MIT */
/* PageRank, pull: every node gathers what its neighbours contribute, in Gauss-Seidel order.
 * After Beamer, Asanovic, Patterson: The GAP Benchmark Suite, 2015 (pr.cc). */
// REQUIRES: reference
// RUN: %kernels %s
#include "inputs/graph.h"

#include <cmath>

typedef int32_t NodeID;
typedef float ScoreT;
static const float kDamp = 0.85f;

LOOP void start(const graph<NodeID> &g, pvector<ScoreT> &scores, pvector<ScoreT> &contrib, ScoreT init_score) {
  for (NodeID n = 0; n < g.num_nodes(); n++) {
    scores[n] = init_score;                // worth: scores
    contrib[n] = init_score / g.degree(n); // worth: contrib index
  }
}
CASE(start) {
  const int64_t nodes = 1 << 20, edges = 4 << 20;
  ARRAY(ScoreT, scores, nodes);
  ARRAY(ScoreT, contrib, nodes);
  ARRAY(NodeID *, index, nodes + 1);
  ARRAY(NodeID, neighbors, edges);
  make_rows(index, neighbors, nodes, 1, 7, edges);
  graph<NodeID> g(nodes, index, neighbors);
  pvector<ScoreT> s(scores, nodes), c(contrib, nodes);
  MEASURE(start(g, s, c, 1.0f / nodes));
}

LOOP double pull(const graph<NodeID> &g, pvector<ScoreT> &scores, pvector<ScoreT> &contrib, int max_iters, double epsilon) {
  const ScoreT base_score = (1.0f - kDamp) / g.num_nodes();
  double error = 0;
  for (int iter = 0; iter < max_iters; iter++) {
    error = 0;
    for (NodeID u = 0; u < g.num_nodes(); u++) {
      ScoreT incoming_total = 0;
      for (NodeID v : g.neigh(u))     // worth: index neighbors
        incoming_total += contrib[v]; // worth: contrib
      ScoreT old_score = scores[u];   // worth: scores
      scores[u] = base_score + kDamp * incoming_total;
      error += fabs(scores[u] - old_score);
      contrib[u] = scores[u] / g.degree(u);
    }
    if (error < epsilon)
      break;
  }
  return error;
}
CASE(pull) {
  const int64_t nodes = 1 << 20, edges = 3 << 20;
  ARRAY(ScoreT, scores, nodes);
  ARRAY(ScoreT, contrib, nodes);
  ARRAY(NodeID *, index, nodes + 1);
  ARRAY(NodeID, neighbors, edges);
  int64_t count = make_rows(index, neighbors, nodes, 0, 7, edges);
  oracle_fill_u32((uint32_t *)neighbors, count, nodes);
  graph<NodeID> g(nodes, index, neighbors);
  pvector<ScoreT> s(scores, nodes), c(contrib, nodes);
  MEASURE(oracle_sink += pull(g, s, c, 1, 1e-4) > 1);
}
