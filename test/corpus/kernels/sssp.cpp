/* SPDX-License-Identifier: MIT */
/* Shortest paths by delta-stepping: the edges of a bucket's nodes are relaxed, and what gets nearer is put into buckets.
 * After Meyer, Sanders: Delta-stepping, 2003, as in the GAP benchmark suite (sssp.cc). */
// REQUIRES: reference
// RUN: %kernels %s
#include "inputs/graph.h"

#include <vector>

typedef int32_t NodeID;
typedef int32_t WeightT;
struct WNode {
  NodeID v;
  WeightT w;
};

static inline void relax_edges(const graph<WNode> &g, NodeID u, WeightT delta, pvector<WeightT> &dist,
                               std::vector<std::vector<NodeID>> &local_bins) {
  for (WNode wn : g.neigh(u)) {        // worth: index neighbors
    WeightT old_dist = dist[wn.v];     // worth: dist
    WeightT new_dist = dist[u] + wn.w; // worth: dist
    while (new_dist < old_dist) {
      if (__sync_bool_compare_and_swap(&dist[wn.v], old_dist, new_dist)) {
        size_t dest_bin = new_dist / delta;
        if (dest_bin >= local_bins.size())
          local_bins.resize(dest_bin + 1);
        local_bins[dest_bin].push_back(wn.v);
        break;
      }
      old_dist = dist[wn.v];
    }
  }
}

LOOP void bucket_step(const graph<WNode> &g, pvector<WeightT> &dist, pvector<NodeID> &frontier, size_t curr_frontier_tail,
                      size_t curr_bin_index, WeightT delta, std::vector<std::vector<NodeID>> &local_bins) {
  for (size_t i = 0; i < curr_frontier_tail; i++) {
    NodeID u = frontier[i];                                      // worth: frontier
    if (dist[u] >= delta * static_cast<WeightT>(curr_bin_index)) // worth: dist
      relax_edges(g, u, delta, dist, local_bins);
  }
}
CASE(bucket_step) {
  const int64_t nodes = 4 << 20, edges = 8 << 20, width = 1 << 15;
  ARRAY(WeightT, dist, nodes);
  ARRAY(WNode *, index, nodes + 1);
  ARRAY(WNode, neighbors, edges);
  ARRAY(NodeID, frontier, width);
  int64_t count = make_rows(index, neighbors, nodes, 0, 16, edges);
  for (int64_t i = 0; i < count; i++)
    neighbors[i].v = (NodeID)(oracle_random() % nodes), neighbors[i].w = 1 + (WeightT)(oracle_random() % 255);
  for (int64_t i = 0; i < nodes; i++)
    dist[i] = (WeightT)(oracle_random() % 2000);
  oracle_fill_u32((uint32_t *)frontier, width, nodes);
  graph<WNode> g(nodes, index, neighbors);
  pvector<WeightT> d(dist, nodes);
  pvector<NodeID> f(frontier, width);
  std::vector<std::vector<NodeID>> bins;
  MEASURE(bucket_step(g, d, f, width, 2, 64, bins));
}
