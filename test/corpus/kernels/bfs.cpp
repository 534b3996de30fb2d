/* SPDX-License-Identifier: MIT */
/* Breadth-first search that changes direction: a step from a queue, a step towards a bitmap, and the queue made from one.
 * After Beamer, Asanovic, Patterson: Direction-Optimizing Breadth-First Search, 2012, and the GAP benchmark suite (bfs.cc). */
// REQUIRES: reference
// RUN: %kernels %s
#include "inputs/graph.h"

typedef int32_t NodeID;

class Bitmap {
public:
  Bitmap(uint64_t *words) : start_(words) {}
  bool get_bit(size_t pos) const {
    return start_[pos / 64] >> (pos & 63) & 1;
  }
  void set_bit(size_t pos) {
    start_[pos / 64] |= (uint64_t)1 << (pos & 63);
  }

private:
  uint64_t *start_;
};

class SlidingQueue {
public:
  SlidingQueue(NodeID *room, size_t first, size_t last) : shared(room), shared_in(last), begin_(first), end_(last) {}
  NodeID *begin() const {
    return shared + begin_;
  }
  NodeID *end() const {
    return shared + end_;
  }
  void push_back(NodeID v) {
    shared[shared_in++] = v;
  }

private:
  NodeID *shared;
  size_t shared_in, begin_, end_;
};

static bool compare_and_swap(NodeID &x, NodeID old_value, NodeID new_value) {
  return __sync_bool_compare_and_swap(&x, old_value, new_value);
}

LOOP int64_t top_down(const graph<NodeID> &g, pvector<NodeID> &parent, SlidingQueue &queue) {
  int64_t scout_count = 0;
  for (NodeID *q = queue.begin(); q < queue.end(); q++) {
    NodeID u = *q;                 // worth: queue/2
    for (NodeID v : g.neigh(u)) {  // worth: index neighbors
      NodeID curr_val = parent[v]; // worth: parent
      if (curr_val < 0)
        if (compare_and_swap(parent[v], curr_val, u)) {
          queue.push_back(v); // worth: queue/2
          scout_count += -curr_val;
        }
    }
  }
  return scout_count;
}
CASE(top_down) {
  const int64_t nodes = 4 << 20, edges = 8 << 20, width = 1 << 15;
  ARRAY(NodeID, parent, nodes);
  ARRAY(NodeID *, index, nodes + 1);
  ARRAY(NodeID, neighbors, edges);
  ARRAY(NodeID, queue, nodes);
  int64_t count = make_rows(index, neighbors, nodes, 0, 16, edges);
  oracle_fill_u32((uint32_t *)neighbors, count, nodes);
  oracle_fill_u32((uint32_t *)queue, width, nodes / 4);
  for (int64_t i = 0; i < nodes; i++)
    parent[i] = i % 5 == 0 ? -1 - (NodeID)(i % 5) : (NodeID)i;
  graph<NodeID> g(nodes, index, neighbors);
  pvector<NodeID> p(parent, nodes);
  SlidingQueue q(queue, 0, width);
  MEASURE(oracle_sink += top_down(g, p, q));
}

LOOP int64_t bottom_up(const graph<NodeID> &g, pvector<NodeID> &parent, Bitmap &front, Bitmap &next) {
  int64_t awake_count = 0;
  for (NodeID u = 0; u < g.num_nodes(); u++) {
    if (parent[u] < 0) {            // worth: parent
      for (NodeID v : g.neigh(u)) { // worth: index neighbors
        if (front.get_bit(v)) {     // worth: front
          parent[u] = v;
          awake_count++;
          next.set_bit(u); // worth: next
          break;
        }
      }
    }
  }
  return awake_count;
}
CASE(bottom_up) {
  const int64_t nodes = 4 << 20, edges = 8 << 20;
  ARRAY(NodeID, parent, nodes);
  ARRAY(NodeID *, index, nodes + 1);
  ARRAY(NodeID, neighbors, edges);
  ARRAY(uint64_t, front, nodes / 64);
  ARRAY(uint64_t, next, nodes / 64);
  int64_t count = make_rows(index, neighbors, nodes, 0, 4, edges);
  oracle_fill_u32((uint32_t *)neighbors, count, nodes);
  for (int64_t i = 0; i < nodes; i++)
    parent[i] = i % 4 ? (NodeID)i : -1;
  for (int64_t i = 0; i < nodes / 64; i++)
    front[i] = oracle_random() | oracle_random() << 32;
  graph<NodeID> g(nodes, index, neighbors);
  pvector<NodeID> p(parent, nodes);
  Bitmap f(front), n(next);
  MEASURE(oracle_sink += bottom_up(g, p, f, n));
}

LOOP void bitmap_to_queue(const graph<NodeID> &g, const Bitmap &bm, SlidingQueue &queue) {
  for (NodeID n = 0; n < g.num_nodes(); n++)
    if (bm.get_bit(n))    // worth: bitmap
      queue.push_back(n); // worth: queue
}
CASE(bitmap_to_queue) {
  const int64_t nodes = 16 << 20;
  ARRAY(uint64_t, bitmap, nodes / 64);
  ARRAY(NodeID, queue, nodes / 4);
  for (int64_t i = 0; i < nodes / 64; i++)
    bitmap[i] = (oracle_random() | oracle_random() << 32) & 0x1111111111111111;
  graph<NodeID> g(nodes, NULL, NULL);
  SlidingQueue q(queue, 0, 0);
  Bitmap b(bitmap);
  MEASURE(bitmap_to_queue(g, b, q));
}
