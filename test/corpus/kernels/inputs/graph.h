/* SPDX-License-Identifier: MIT */
/* A graph as the GAP benchmark suite keeps it (Beamer, Asanovic, Patterson: The GAP Benchmark Suite, 2015): rows of neighbours by
 * pointers into one array, and vectors that are not initialised. */
#ifndef GRAPH_H
#define GRAPH_H
#include "oracle.h"

#include <cstddef>

template <typename T> class pvector {
public:
  pvector(T *begin, size_t count) : start_(begin), end_size_(begin + count) {}
  T &operator[](size_t n) {
    return start_[n];
  }
  const T &operator[](size_t n) const {
    return start_[n];
  }
  T *begin() const {
    return start_;
  }
  T *end() const {
    return end_size_;
  }
  size_t size() const {
    return end_size_ - start_;
  }

private:
  T *start_, *end_size_;
};

template <typename Destination> class graph {
public:
  class neighborhood {
  public:
    neighborhood(int32_t node, Destination **index) : node_(node), index_(index) {}
    Destination *begin() {
      return index_[node_];
    }
    Destination *end() {
      return index_[node_ + 1];
    }

  private:
    int32_t node_;
    Destination **index_;
  };

  graph(int64_t nodes, Destination **index, Destination *neighbors) : nodes_(nodes), index_(index), neighbors_(neighbors) {}
  int64_t num_nodes() const {
    return nodes_;
  }
  int64_t degree(int32_t n) const {
    return index_[n + 1] - index_[n];
  }
  neighborhood neigh(int32_t n) const {
    return neighborhood(n, index_);
  }

private:
  int64_t nodes_;
  Destination **index_, *neighbors_;
};

/* Rows of `least` to `most` neighbours. Returns how many there are in all, at most `room`. */
template <typename Destination>
PAGEPREFETCH_OFF inline int64_t make_rows(Destination **index, Destination *edges, int64_t nodes, unsigned least, unsigned most,
                                          int64_t room) {
  int64_t at = 0;
  for (int64_t i = 0; i <= nodes; i++) {
    index[i] = edges + at;
    int64_t next = at + least + (int64_t)(oracle_random() % (most - least + 1));
    at = next < room ? next : room;
  }
  return index[nodes] - edges;
}
#endif
