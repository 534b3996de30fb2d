/* SPDX-License-Identifier: MIT */
/* Rows: ranges that are picked by an index, a pointer or bounds, whole. */
// RUN: %streams %s
#include "oracle.h"

#include <string.h>

enum { N = 200, ROWS = 1000 };

LOOP int64_t row_symbolic(const int16_t *b, long dim, const int16_t *q, const uint32_t *idx, long n) {
  int64_t best = 0;
  for (long i = 0; i < n; i++) {
    int64_t s = 0;
    for (long k = 0; k < dim; k++)
      s += (int32_t)b[idx[i] * dim + k] * q[k];
    if (s > best)
      best = s;
  }
  return best;
}
CASE(row_symbolic) {
  ARRAY(int16_t, b, ROWS * 3000);
  ARRAY(int16_t, q, 3000);
  ARRAY(uint32_t, idx, N);
  oracle_fill_u32(idx_w, N, ROWS);
  RUN(oracle_sink = (uint64_t)row_symbolic(b, 3000, q, idx, N));
  EXPECT(b, 99, 2);
}

LOOP void row_constant(const int16_t *b, const int16_t *q, const uint32_t *idx, long n, int64_t *out) {
  for (long i = 0; i < n; i++) {
    int64_t s = 0;
    for (long k = 0; k < 768; k++)
      s += (int32_t)b[(size_t)idx[i] * 768 + k] * q[k];
    out[i] = s;
  }
}
CASE(row_constant) {
  ARRAY(int16_t, b, ROWS * 768);
  ARRAY(int16_t, q, 768);
  ARRAY(uint32_t, idx, N);
  ARRAY(int64_t, out, N);
  oracle_fill_u32(idx_w, N, ROWS);
  RUN(row_constant(b, q, idx, N, out));
  EXPECT(b, 99, 2);
}

LOOP void row_float(const float *b, size_t dim, const float *q, const uint32_t *idx, size_t n, float *out) {
  for (size_t i = 0; i < n; i++) {
    float s = 0;
    for (size_t k = 0; k < dim; k++)
      s += b[idx[i] * dim + k] * q[k];
    out[i] = s;
  }
}
CASE(row_float) {
  ARRAY(float, b, ROWS * 3000);
  ARRAY(float, q, 3000);
  ARRAY(uint32_t, idx, N);
  ARRAY(float, out, N);
  oracle_fill_u32(idx_w, N, ROWS);
  RUN(row_float(b, 3000, q, idx, N, out));
  EXPECT(b, 99, 2);
}

struct matrix {
  const int16_t *b;
  size_t dim;
};
LOOP void row_of_fields(const struct matrix *v, const int16_t *q, const uint32_t *idx, size_t n, int64_t *out) {
  for (size_t i = 0; i < n; i++) {
    int64_t s = 0;
    for (size_t k = 0; k < v->dim; k++)
      s += (int32_t)v->b[idx[i] * v->dim + k] * q[k];
    out[i] = s;
  }
}
CASE(row_of_fields) {
  ARRAY(int16_t, b, ROWS * 3000);
  ARRAY(int16_t, q, 3000);
  ARRAY(uint32_t, idx, N);
  ARRAY(int64_t, out, N);
  oracle_fill_u32(idx_w, N, ROWS);
  struct matrix v = {b, 3000};
  RUN(row_of_fields(&v, q, idx, N, out));
  EXPECT(b, 99, 2);
}

extern int push(int64_t value);
LOOP int push(int64_t value) {
  oracle_sink += (uint64_t)value;
  return 0;
}
LOOP void row_then_call(const int16_t *b, size_t dim, const int16_t *q, const uint32_t *idx, size_t n) {
  for (size_t i = 0; i < n; i++) {
    int64_t s = 0;
    for (size_t k = 0; k < dim; k++)
      s += (int32_t)b[idx[i] * dim + k] * q[k];
    push(s);
  }
}
CASE(row_then_call) {
  ARRAY(int16_t, b, ROWS * 3000);
  ARRAY(int16_t, q, 3000);
  ARRAY(uint32_t, idx, N);
  oracle_fill_u32(idx_w, N, ROWS);
  RUN(row_then_call(b, 3000, q, idx, N));
  EXPECT(b, 99, 2);
}

LOOP void copied_constant(char *d, const char *s, const uint32_t *k, long n) {
  for (long i = 0; i < n; i++)
    memcpy(d + i * 4096, s + (long)k[i] * 4096, 4096);
}
CASE(copied_constant) {
  ARRAY(char, d, N * 4096);
  ARRAY(char, s, ROWS * 4096);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, ROWS);
  RUN(copied_constant(d, s, k, N));
  EXPECT(s, 99, 2);
  EXPECT(d, 99, 2);
}

LOOP void copied_symbolic(char *d, const char *s, const uint32_t *k, long n, size_t row) {
  for (long i = 0; i < n; i++)
    memcpy(d, s + (size_t)k[i] * row, row);
}
CASE(copied_symbolic) {
  ARRAY(char, d, 12288);
  ARRAY(char, s, ROWS * 12288);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, ROWS);
  RUN(copied_symbolic(d, s, k, N, 12288));
  EXPECT(s, 99, 2);
}

LOOP void copied_loaded(char *d, const char *s, const uint32_t *start, const uint32_t *k, long n) {
  for (long i = 0; i < n; i++)
    memcpy(d, s + start[k[i]], start[k[i] + 1] - start[k[i]]);
}
CASE(copied_loaded) {
  ARRAY(uint32_t, start, ROWS + 1);
  uint64_t all = oracle_rows(start_w, ROWS, 100, 20000);
  ARRAY(char, s, all);
  ARRAY(char, d, 20000);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, ROWS);
  RUN(copied_loaded(d, s, start, k, N));
  EXPECT(s, 99, 2);
}

LOOP uint64_t compared(const char *s, const char *probe, const uint32_t *k, long n) {
  uint64_t equal = 0;
  for (long i = 0; i < n; i++)
    equal += memcmp(s + (size_t)k[i] * 2048, probe, 2048) == 0;
  return equal;
}
CASE(compared) {
  ARRAY(char, s, ROWS * 2048);
  ARRAY(char, probe, 2048);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, ROWS);
  RUN(oracle_sink = compared(s, probe, k, N));
  EXPECT(s, 99, 2);
}

LOOP double row_pointers(const double *const *row, long n, long m) {
  double s = 0;
  for (long i = 0; i < n; i++)
    for (long j = 0; j < m; j++)
      s += row[i][j];
  return s;
}
CASE(row_pointers) {
  ARRAY(double, b, ROWS * 700);
  ARRAY(const double *, row, N);
  for (long i = 0; i < N; i++)
    row_w[i] = b + oracle_random() % ROWS * 700;
  RUN(oracle_sink = (uint64_t)row_pointers(row, N, 700));
  EXPECT(b, 99, 2);
}

LOOP uint64_t pieces(const uint64_t *b, const uint32_t *idx, long n, long words) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++) {
    const uint64_t *p = b + (size_t)idx[i] * (size_t)words;
    for (long j = 0; j < words; j++)
      s += p[j];
  }
  return s;
}
CASE(pieces_of_64k) {
  ARRAY(uint64_t, b, 300 * 8192);
  ARRAY(uint32_t, idx, 40);
  oracle_fill_u32(idx_w, 40, 300);
  RUN(oracle_sink = pieces(b, idx, 40, 8192));
  EXPECT(b, 99, 2);
}
CASE(pieces_of_3k) {
  ARRAY(uint64_t, b, ROWS * 384);
  ARRAY(uint32_t, idx, N);
  oracle_fill_u32(idx_w, N, ROWS);
  RUN(oracle_sink = pieces(b, idx, N, 384));
  EXPECT(b, 99, 2);
}

LOOP double spmv(double *y, const double *a, const uint32_t *col, const uint32_t *ptr, const double *x, long n) {
  double all = 0;
  for (long i = 0; i < n; i++) {
    double t = 0;
    for (uint32_t k = ptr[i]; k < ptr[i + 1]; k++)
      t += a[k] * x[col[k]];
    y[i] = t;
    all += t;
  }
  return all;
}
CASE(csr_short_rows) {
  ARRAY(uint32_t, ptr, 2001);
  uint64_t all = oracle_rows(ptr_w, 2000, 0, 10);
  ARRAY(double, a, all);
  ARRAY(uint32_t, col, all);
  ARRAY(double, x, 1 << 18);
  ARRAY(double, y, 2000);
  oracle_fill_u32(col_w, all, 1 << 18);
  RUN(oracle_sink = (uint64_t)spmv(y, a, col, ptr, x, 2000));
  EXPECT(x, 99, 1);
  EXPECT(a, 99, 1);
  EXPECT(col, 99, 1);
  EXPECT(ptr, 99, 1);
}
CASE(csr_long_rows) {
  ARRAY(uint32_t, ptr, 11);
  uint64_t all = oracle_rows(ptr_w, 10, 500, 3000);
  ARRAY(double, a, all);
  ARRAY(uint32_t, col, all);
  ARRAY(double, x, 1 << 18);
  ARRAY(double, y, 10);
  oracle_fill_u32(col_w, all, 1 << 18);
  RUN(oracle_sink = (uint64_t)spmv(y, a, col, ptr, x, 10));
  EXPECT(x, 99, 1);
  EXPECT(a, 99, 1);
}

LOOP void spmv_signed(double *y, const double *a, const int *col, const int *ptr, const double *x, int n) {
  for (int i = 0; i < n; i++) {
    double t = 0;
    for (int k = ptr[i]; k < ptr[i + 1]; k++)
      t += a[k] * x[col[k]];
    y[i] = t;
  }
}
CASE(csr_signed) {
  ARRAY(int, ptr, 2001);
  uint64_t all = oracle_rows((uint32_t *)ptr_w, 2000, 0, 10);
  ARRAY(double, a, all);
  ARRAY(int, col, all);
  ARRAY(double, x, 1 << 18);
  ARRAY(double, y, 2000);
  oracle_fill_u32((uint32_t *)col_w, all, 1 << 18);
  RUN(spmv_signed(y, a, col, ptr, x, 2000));
  EXPECT(x, 99, 1);
}

/* Rows of a frontier: bounds by an index. */
LOOP uint64_t frontier(const uint32_t *queue, long n, const uint32_t *ptr, const uint32_t *adj, const uint8_t *seen) {
  uint64_t found = 0;
  for (long i = 0; i < n; i++) {
    uint32_t v = queue[i];
    for (uint32_t k = ptr[v]; k < ptr[v + 1]; k++)
      if (!seen[adj[k]])
        found++;
  }
  return found;
}
CASE(frontier) {
  ARRAY(uint32_t, ptr, 40001);
  uint64_t all = oracle_rows(ptr_w, 40000, 0, 30);
  ARRAY(uint32_t, adj, all);
  ARRAY(uint8_t, seen, 1 << 22);
  ARRAY(uint32_t, queue, 300);
  oracle_fill_u32(adj_w, all, 1 << 22);
  oracle_fill_u32(queue_w, 300, 40000);
  RUN(oracle_sink = frontier(queue, 300, ptr, adj, seen));
  EXPECT(seen, 99, 1);
  EXPECT(adj, 99, 1);
  EXPECT(ptr, 99, 1);
}

/* The same where the arrays' pointers are in memory that the byte stores may change: clang keeps them in the loop, and reads them again
 * where a store was made. */
struct adjacency {
  const uint32_t *bounds, *targets;
};
LOOP size_t explored(const struct adjacency *graph, uint32_t *queue, size_t tail, uint8_t *seen) {
  for (size_t head = 0, end = tail; head < end; head++) {
    uint32_t v = queue[head];
    for (uint32_t k = graph->bounds[v]; k < graph->bounds[v + 1]; k++)
      if (!seen[graph->targets[k]]) {
        seen[graph->targets[k]] = 1;
        queue[tail++] = graph->targets[k];
      }
  }
  return tail;
}
CASE(explored) {
  ARRAY(uint32_t, bounds, 40001);
  uint64_t all = oracle_rows(bounds_w, 40000, 2, 60);
  ARRAY(uint32_t, targets, all);
  oracle_fill_u32(targets_w, all, 1 << 22);
  ARRAY(uint8_t, seen, 1 << 22);
  ARRAY(uint32_t, queue, 1 << 15);
  oracle_fill_u32(queue_w, 300, 40000);
  struct adjacency graph = {bounds, targets};
  RUN(oracle_sink = explored(&graph, queue, 300, seen));
  EXPECT(bounds, 99, 2);
  EXPECT(targets, 99, 2);
  EXPECT(seen, 99, 2);
}

LOOP uint64_t triangular(const uint64_t *a, const uint32_t *k, const uint64_t *t, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    for (long j = 0; j < i; j++)
      s += t[k[j]] ^ a[i];
  return s;
}
CASE(triangular) {
  ARRAY(uint64_t, a, 300);
  ARRAY(uint32_t, k, 300);
  ARRAY(uint64_t, t, 1 << 18);
  oracle_fill_u32(k_w, 300, 1 << 18);
  RUN(oracle_sink = triangular(a, k, t, 300));
  EXPECT(t, 99, 1);
}

LOOP uint64_t posting_lists(const uint32_t *const *list, const uint32_t *length, const uint64_t *t, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    for (uint32_t j = 0; j < length[i]; j++)
      s += t[list[i][j]];
  return s;
}
CASE(posting_lists) {
  ARRAY(uint32_t, ids, 20000);
  ARRAY(uint64_t, t, 1 << 18);
  ARRAY(const uint32_t *, list, 100);
  ARRAY(uint32_t, length, 100);
  oracle_fill_u32(ids_w, 20000, 1 << 18);
  for (long i = 0; i < 100; i++) {
    list_w[i] = ids + 200 * oracle_random() % 100;
    length_w[i] = (uint32_t)(oracle_random() % 200);
  }
  RUN(oracle_sink = posting_lists(list, length, t, 100));
  EXPECT(t, 99, 1);
}

LOOP void scaled_rows(double *m, const uint32_t *idx, long n, long dim, double by) {
  for (long i = 0; i < n; i++)
    for (long j = 0; j < dim; j++)
      m[idx[i] * dim + j] *= by;
}
CASE(scaled_rows) {
  ARRAY(double, m, ROWS * 700);
  ARRAY(uint32_t, idx, N);
  oracle_fill_u32(idx_w, N, ROWS);
  RUN(scaled_rows(m, idx, N, 700, 2.0));
  EXPECT(m, 99, 2);
}

/* The row's number may be what the loop writes: it is read again for each element. */
LOOP void rows_of_one_type(uint32_t *m, const uint32_t *idx, long n, long dim) {
  for (long i = 0; i < n; i++)
    for (long j = 0; j < dim; j++)
      m[idx[i] * dim + j] *= 3;
}
CASE(rows_of_one_type) {
  ARRAY(uint32_t, m, ROWS * 1400);
  ARRAY(uint32_t, idx, N);
  oracle_fill_u32(idx_w, N, ROWS);
  RUN(rows_of_one_type(m, idx, N, 1400));
  EXPECT(m, 99, 2);
}

LOOP uint64_t beside_rows(const uint64_t *m, const uint32_t *idx, const uint64_t *query, long n, long dim) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    for (long j = 0; j < dim; j++)
      s += m[idx[i] * dim + j] * query[j];
  return s;
}
CASE(beside_rows) {
  ARRAY(uint64_t, m, ROWS * 5000);
  ARRAY(uint64_t, query, 5000);
  ARRAY(uint32_t, idx, N);
  oracle_fill_u32(idx_w, N, ROWS);
  RUN(oracle_sink = beside_rows(m, idx, query, N, 5000));
  EXPECT(m, 99, 2);
  EXPECT(query, 99, 0);
}

/* A matrix is turned in tiles: rows of a tile lie as far apart as the run says, and between them lies what others touch. */
LOOP void turned_in_tiles(const double *in, double *out, long width, long height) {
  double tile[8][8];
  for (long y = 0; y < height; y += 8)
    for (long x = 0; x < width / 4; x += 8) {
      for (long i = 0; i < 8; i++)
        for (long k = 0; k < 8; k++)
          tile[i][k] = in[(y + i) * width + x + k];
      for (long i = 0; i < 8; i++)
        for (long k = 0; k < 8; k++)
          out[(x + i) * height + y + k] = tile[k][i];
    }
}
CASE(turned_in_tiles) {
  ARRAY(double, in, 4096 * 64);
  ARRAY(double, out, 1024 * 64);
  RUN(turned_in_tiles(in, out, 4096, 64));
  EXPECT(in, 99, 2);
  EXPECT(out, 99, 2);
}
