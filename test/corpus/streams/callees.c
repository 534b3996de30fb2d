/* SPDX-License-Identifier: MIT */
/* What functions touch that loops call and that are not inlined: lookups, rows, callbacks known at the call, callees of callees. */
// RUN: %streams %s
#include "oracle.h"

#include <string.h>

enum { N = 3000, T = 1 << 18, ROWS = 2000, ROW = 300 };

/* Not inlined, but known to the loop's file; noipa would keep GCC from knowing that it is this function. */
#ifdef __clang__
#define CALLED __attribute__((noinline)) static
#else
#define CALLED __attribute__((noinline, noclone)) static
#endif

CALLED uint64_t value_of(const uint64_t *t, uint32_t k) {
  return t[k] * 3 + 1;
}

LOOP uint64_t lookup(const uint64_t *t, const uint32_t *k, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += value_of(t, k[i]);
  return s;
}
CASE(lookup) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = lookup(t, k, N));
  EXPECT(t, 99, 1);
  EXPECT(k, 99, 1);
}

/* The table is the callee's own. */
static const uint64_t *own_table;

CALLED uint64_t from_own_table(uint32_t k) {
  return own_table[k & (T - 1)] ^ k;
}

LOOP uint64_t lookup_global(const uint32_t *k, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += from_own_table(k[i]);
  return s;
}
CASE(lookup_global) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  own_table = t;
  RUN(oracle_sink = lookup_global(k, N));
  EXPECT(t, 99, 1);
}

/* By a narrow argument, which compilers may promote where they call. */
CALLED uint64_t by_tag(const uint64_t *t, uint8_t tag) {
  return t[(uint64_t)tag * (T / 256)];
}

LOOP uint64_t lookup_by_tag(const uint64_t *t, const uint64_t *k, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += by_tag(t, (uint8_t)(k[i] >> 56 | 1));
  return s;
}
CASE(lookup_by_tag) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint64_t, k, N);
  for (int i = 0; i < N; i++)
    k_w[i] = oracle_random() * UINT64_C(0x9e3779b97f4a7c15);
  RUN(oracle_sink = lookup_by_tag(t, k, N));
  EXPECT(t, 99, 1);
}

/* What it returns is an index. */
CALLED uint64_t hash_of(uint64_t key) {
  key = (key ^ key >> 31) * 0x9e3779b97f4a7c15u;
  return key >> 40;
}

LOOP uint64_t through_hash(const uint64_t *t, const uint64_t *keys, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += t[hash_of(keys[i]) & (T - 1)];
  return s;
}
CASE(through_hash) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint64_t, keys, N);
  oracle_fill_u64(keys_w, N, 1 << 30);
  RUN(oracle_sink = through_hash(t, keys, N));
  EXPECT(t, 99, 1);
}

/* Several ways out, with different values. */
CALLED uint32_t place_of(const uint32_t *index, uint32_t k, uint32_t most) {
  if (k >= most)
    return 0;
  uint32_t found = index[k];
  if (found & 1)
    return found >> 1;
  return (found >> 1) + 7;
}

LOOP uint64_t several_returns(const uint64_t *t, const uint32_t *index, const uint32_t *k, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += t[place_of(index, k[i], T)];
  return s;
}
CASE(several_returns) {
  ARRAY(uint64_t, t, T + 8);
  ARRAY(uint32_t, index, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(index_w, T, 2 * T);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = several_returns(t, index, k, N));
  EXPECT(index, 99, 1);
  EXPECT(t, 99, 1);
}

CALLED double sum_row(const double *row, long n) {
  double s = 0;
  for (long j = 0; j < n; j++)
    s += row[j] * row[j];
  return s;
}

LOOP void rows_in_order(const double *a, double *out, long rows, long n) {
  for (long i = 0; i < rows; i++)
    out[i] = sum_row(a + i * n, n);
}
CASE(rows_in_order) {
  ARRAY(double, a, (size_t)ROWS *ROW);
  ARRAY(double, out, ROWS);
  RUN(rows_in_order(a, out, ROWS, ROW));
  EXPECT(a, 99, 1);
  EXPECT(out, 99, 1);
}

LOOP double rows_by_index(const double *a, const uint32_t *k, long n, long width) {
  double s = 0;
  for (long i = 0; i < n; i++)
    s += sum_row(a + k[i] * width, width);
  return s;
}
CASE(rows_by_index) {
  ARRAY(double, a, (size_t)ROWS *ROW);
  ARRAY(uint32_t, k, 300);
  oracle_fill_u32(k_w, 300, ROWS);
  RUN(oracle_sink = (uint64_t)rows_by_index(a, k, 300, ROW));
  EXPECT(a, 99, 1);
}

/* Rows handed to a callback that is known at the call. */
CALLED void each_row(const double *a, const uint32_t *k, long n, long width, double (*visit)(const double *, long), double *out) {
  for (long i = 0; i < n; i++)
    out[i] = visit(a + k[i] * width, width);
}

CALLED double largest_of(const double *row, long n) {
  double most = row[0];
  for (long j = 1; j < n; j++)
    most = row[j] > most ? row[j] : most;
  return most;
}

LOOP void callback(const double *a, const uint32_t *k, double *out, long n) {
  each_row(a, k, n, ROW, largest_of, out);
}
CASE(callback) {
  ARRAY(double, a, (size_t)ROWS *ROW);
  ARRAY(uint32_t, k, 300);
  ARRAY(double, out, 300);
  oracle_fill_u32(k_w, 300, ROWS);
  RUN(callback(a, k, out, 300));
  EXPECT(a, 99, 1);
}

/* A callee of a callee. */
CALLED uint64_t weight_of(const uint64_t *t, uint64_t at) {
  return t[at & (T - 1)];
}

CALLED uint64_t edge_weight(const uint64_t *t, const uint32_t *to, uint64_t edge) {
  return weight_of(t, to[edge]) + 1;
}

LOOP uint64_t two_levels(const uint64_t *t, const uint32_t *to, const uint32_t *edges, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += edge_weight(t, to, edges[i]);
  return s;
}
CASE(two_levels) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, to, T);
  ARRAY(uint32_t, edges, N);
  oracle_fill_u32(to_w, T, T);
  oracle_fill_u32(edges_w, N, T);
  RUN(oracle_sink = two_levels(t, to, edges, N));
  EXPECT(to, 99, 1);
  EXPECT(t, 99, 1);
}

/* The neighbours of a vertex, in a function of its own: bounds that the callee loads. */
struct graph {
  const uint32_t *first, *to;
  const double *rank;
};

CALLED double gathered(const struct graph *g, uint32_t v) {
  double s = 0;
  for (uint32_t e = g->first[v]; e < g->first[v + 1]; e++)
    s += g->rank[g->to[e]];
  return s;
}

LOOP void all_vertices(const struct graph *g, double *out, long n) {
  for (long v = 0; v < n; v++)
    out[v] = gathered(g, (uint32_t)v);
}
CASE(all_vertices) {
  ARRAY(uint32_t, first, N + 1);
  ARRAY(uint32_t, to, 20 * N);
  ARRAY(double, rank, T);
  ARRAY(double, out, N);
  uint64_t edges = oracle_rows(first_w, N, 1, 19);
  oracle_fill_u32(to_w, edges, T);
  struct graph g = {first, to, rank};
  RUN(all_vertices(&g, out, N));
  EXPECT(to, 98, 2);
  EXPECT(rank, 98, 2);
  EXPECT(first, 98, 1);
}

/* Stores, and calls under a condition. */
CALLED void add_to(uint64_t *count, uint32_t at, uint64_t by) {
  count[at] += by;
}

LOOP void histogram(uint64_t *count, const uint32_t *k, const uint8_t *wanted, long n) {
  for (long i = 0; i < n; i++)
    if (wanted[i])
      add_to(count, k[i], i);
}
CASE(histogram) {
  ARRAY(uint64_t, count, T);
  ARRAY(uint32_t, k, N);
  ARRAY(uint8_t, wanted, N);
  oracle_fill_u32(k_w, N, T);
  for (long i = 0; i < N; i++)
    wanted_w[i] = i % 3 == 0;
  RUN(histogram(count, k, wanted, N));
  EXPECT(count, 99, 1);
}

/* Linear probing in a function. */
struct slot {
  uint64_t key, value;
};

CALLED const struct slot *find(const struct slot *slots, uint64_t mask, uint64_t key) {
  for (uint64_t at = key * 0x9e3779b97f4a7c15u >> 46;; at++) {
    const struct slot *slot = &slots[at & mask];
    if (slot->key == key)
      return slot;
    if (!slot->key)
      return NULL;
  }
}

LOOP uint64_t probe(const struct slot *slots, const uint64_t *keys, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++) {
    const struct slot *found = find(slots, T - 1, keys[i]);
    s += found ? found->value : 1;
  }
  return s;
}
CASE(probe) {
  ARRAY(struct slot, slots, T);
  ARRAY(uint64_t, keys, N);
  for (long i = 0; i < N; i++)
    keys_w[i] = oracle_random() + 1;
  RUN(oracle_sink = probe(slots, keys, N));
  EXPECT(slots, 99, 1);
}

/* Copied by a function. */
CALLED void take_row(char *to, const char *from, size_t bytes) {
  memcpy(to, from, bytes);
}

LOOP void copy_rows(char *to, const char *from, const uint32_t *k, long n, size_t bytes) {
  for (long i = 0; i < n; i++)
    take_row(to + i * bytes, from + k[i] * bytes, bytes);
}
CASE(copy_rows) {
  ARRAY(char, from, 500 * 5000);
  ARRAY(char, to, 200 * 5000);
  ARRAY(uint32_t, k, 200);
  oracle_fill_u32(k_w, 200, 500);
  RUN(copy_rows(to, from, k, 200, 5000));
  EXPECT(from, 99, 1);
  EXPECT(to, 99, 1);
}
