/* SPDX-License-Identifier: MIT */
/* Walks in closed form: steps of every kind, nests of any depth, bounds and strides known to the run only. */
// RUN: %streams %s
#include "oracle.h"

enum { N = 1 << 17, M = 400 };

LOOP double forward(const double *a, long n) {
  double s = 0;
  for (long i = 0; i < n; i++)
    s += a[i];
  return s;
}
CASE(forward) {
  ARRAY(double, a, N);
  RUN(oracle_sink = (uint64_t)forward(a, N));
  EXPECT(a, 99, 1);
}

LOOP double backward(const double *a, long n) {
  double s = 0;
  for (long i = n; i-- > 0;)
    s += a[i];
  return s;
}
CASE(backward) {
  ARRAY(double, a, N);
  RUN(oracle_sink = (uint64_t)backward(a, N));
  EXPECT(a, 99, 1);
}

LOOP uint64_t strided(const uint64_t *a, long n, long stride) {
  uint64_t s = 0;
  for (long i = 0; i < n; i += stride)
    s += a[i];
  return s;
}
CASE(strided) {
  ARRAY(uint64_t, a, N);
  RUN(oracle_sink = strided(a, N, 1024));
  EXPECT(a, 99, 1);
}

LOOP uint64_t negative_stride(const uint64_t *a, long n, long stride) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += a[-i * stride];
  return s;
}
CASE(negative_stride) {
  ARRAY(uint64_t, a, N);
  RUN(oracle_sink = negative_stride(a + N - 1, 100, 1000));
  EXPECT(a, 99, 1);
}

LOOP uint64_t narrow_counter(const uint64_t *a, int n, int stride) {
  uint64_t s = 0;
  for (int i = 0; i < n; i++)
    s += a[i * stride];
  return s;
}
CASE(narrow_counter) {
  ARRAY(uint64_t, a, N);
  RUN(oracle_sink = narrow_counter(a, 120, 1024));
  EXPECT(a, 99, 1);
}

/* The counter wraps in the middle: the walk has two pieces. */
LOOP uint64_t wrapping_counter(const uint64_t *a, uint16_t first, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += a[(uint16_t)(first + i)];
  return s;
}
CASE(wrapping_counter) {
  ARRAY(uint64_t, a, 65536);
  RUN(oracle_sink = wrapping_counter(a, 60000, 10000));
  EXPECT(a, 99, 1);
}

LOOP uint64_t ring(const uint64_t *a, uint64_t first, uint64_t mask, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s = s * 3 + a[(first + (uint64_t)i * 512) & mask];
  return s;
}
CASE(ring) {
  ARRAY(uint64_t, a, 65536);
  RUN(oracle_sink = ring(a, 60000, 65535, 100));
  EXPECT(a, 99, 1);
}

LOOP void copy(double *d, const double *s, long n) {
  for (long i = 0; i < n; i++)
    d[i] = s[i] + 1;
}
CASE(copied) {
  ARRAY(double, d, N);
  ARRAY(double, s, N);
  RUN(copy(d, s, N));
  EXPECT(d, 99, 1);
  EXPECT(s, 99, 1);
}

struct record {
  uint64_t key, more[63];
};
LOOP uint64_t fields(const struct record *r, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += r[i].key + r[i].more[40];
  return s;
}
CASE(fields) {
  ARRAY(struct record, r, 2000);
  RUN(oracle_sink = fields(r, 2000));
  EXPECT(r, 99, 1);
}

LOOP uint64_t column(const uint64_t *a, long rows, long width, long c) {
  uint64_t s = 0;
  for (long i = 0; i < rows; i++)
    s += a[i * width + c];
  return s;
}
CASE(one_column) {
  ARRAY(uint64_t, a, M * 1000);
  RUN(oracle_sink = column(a, M, 1000, 500));
  EXPECT(a, 99, 1);
}

LOOP uint64_t columns(const uint64_t *a, long rows, long width) {
  uint64_t s = 0;
  for (long c = 0; c < width; c++)
    for (long i = 0; i < rows; i++)
      s = s * 3 + a[i * width + c];
  return s;
}
CASE(all_columns) {
  ARRAY(uint64_t, a, 200 * 600);
  RUN(oracle_sink = columns(a, 200, 600));
  EXPECT(a, 99, 1);
}

LOOP uint64_t rows(const uint64_t *a, long rows, long width) {
  uint64_t s = 0;
  for (long i = 0; i < rows; i++)
    for (long c = 0; c < width; c++)
      s = s * 3 + a[i * width + c];
  return s;
}
CASE(all_rows) {
  ARRAY(uint64_t, a, 200 * 600);
  RUN(oracle_sink = rows(a, 200, 600));
  EXPECT(a, 99, 1);
}

LOOP uint64_t part_of_rows(const uint64_t *a, long rows, long width, long from, long to) {
  uint64_t s = 0;
  for (long i = 0; i < rows; i++)
    for (long c = from; c < to; c++)
      s = s * 3 + a[i * width + c];
  return s;
}
CASE(part_of_rows) {
  ARRAY(uint64_t, a, 100 * 8192);
  RUN(oracle_sink = part_of_rows(a, 100, 8192, 1000, 2500));
  EXPECT(a, 99, 2);
}

enum { W = 700 };
static double grid_sum(double (*b)[W]) {
  return b[1][1];
}
LOOP void jacobi(double (*restrict b)[W], double (*restrict a)[W], int times) {
  for (int t = 0; t < times; t++) {
    for (int i = 1; i < W - 1; i++)
      for (int j = 1; j < W - 1; j++)
        b[i][j] = 0.2 * (a[i][j] + a[i][j - 1] + a[i][j + 1] + a[i + 1][j] + a[i - 1][j]);
    for (int i = 1; i < W - 1; i++)
      for (int j = 1; j < W - 1; j++)
        a[i][j] = 0.2 * (b[i][j] + b[i][j - 1] + b[i][j + 1] + b[i + 1][j] + b[i - 1][j]);
  }
}
CASE(jacobi) {
  ARRAY(double, a, W * W);
  ARRAY(double, b, W * W);
  RUN(jacobi((double(*)[W])b, (double(*)[W])a, 2));
  oracle_sink = (uint64_t)grid_sum((double(*)[W])b);
  EXPECT(a, 95, 2);
  EXPECT(b, 95, 2);
}

LOOP void volume(double *r, const double *u, int n) {
  for (int k = 1; k < n - 1; k++)
    for (int j = 1; j < n - 1; j++)
      for (int i = 1; i < n - 1; i++)
        r[((long)k * n + j) * n + i] =
            u[((long)k * n + j) * n + i] - u[((long)(k - 1) * n + j) * n + i] - u[((long)(k + 1) * n + j) * n + i];
}
CASE(volume) {
  ARRAY(double, r, 100 * 100 * 100);
  ARRAY(double, u, 100 * 100 * 100);
  RUN(volume(r, u, 100));
  EXPECT(u, 95, 5);
  EXPECT(r, 95, 5);
}

LOOP void plane(double *u, int n, int at) {
  for (int k = 0; k < n; k++)
    for (int j = 0; j < n; j++)
      u[((long)k * n + j) * n + at] = 1;
}
CASE(plane) {
  ARRAY(double, u, 120 * 120 * 120);
  RUN(plane(u, 120, 60));
  EXPECT(u, 95, 5);
}

LOOP uint64_t tiles(const uint64_t *a, long n, long tile) {
  uint64_t s = 0;
  for (long it = 0; it < n; it += tile)
    for (long jt = 0; jt < n; jt += tile)
      for (long i = it; i < it + tile; i++)
        for (long j = jt; j < jt + tile; j++)
          s = s * 3 + a[i * n + j];
  return s;
}
CASE(tiles) {
  ARRAY(uint64_t, a, 512 * 512);
  RUN(oracle_sink = tiles(a, 512, 64));
  EXPECT(a, 95, 5);
}

LOOP void four_deep(float *a, const float *b, long n) {
  for (long i = 0; i < n; i++)
    for (long j = 0; j < n; j++)
      for (long k = 0; k < n; k++)
        for (long l = 0; l < n; l++)
          a[((i * n + j) * n + k) * n + l] += b[((l * n + k) * n + j) * n + i];
}
CASE(four_deep) {
  ARRAY(float, a, 24 * 24 * 24 * 24);
  ARRAY(float, b, 24 * 24 * 24 * 24);
  RUN(four_deep(a, b, 24));
  EXPECT(a, 95, 5);
  EXPECT(b, 95, 5);
}

struct graph {
  long n;
};
LOOP void sweep_by_field(float *s, const float *o, const struct graph *g, int times) {
  for (int t = 0; t < times; t++)
    for (long u = 0; u < g->n; u++)
      s[u] = s[u] * 0.5f + o[u];
}
CASE(sweep_by_field) {
  ARRAY(float, s, N);
  ARRAY(float, o, N);
  struct graph g = {N};
  RUN(sweep_by_field(s, o, &g, 3));
  EXPECT(s, 99, 1);
  EXPECT(o, 99, 1);
}

LOOP void note(int t) {
  oracle_sink += (unsigned)t;
}
LOOP void sweep_with_calls(float *s, const float *o, const struct graph *g, int times) {
  for (int t = 0; t < times; t++) {
    for (long u = 0; u < g->n; u++)
      s[u] = s[u] * 0.5f + o[u];
    note(t);
  }
}
CASE(sweep_with_calls) {
  ARRAY(float, s, N);
  ARRAY(float, o, N);
  struct graph g = {N};
  RUN(sweep_with_calls(s, o, &g, 3));
  EXPECT(s, 99, 1);
  EXPECT(o, 99, 1);
}

LOOP void upwind(double *f, const double *d, const double *v, int n, int m) {
  for (int k = 0; k < m; k++)
    for (int j = 1; j < n - 1; j++) {
      int up = v[(long)k * n + j] > 0 ? j - 1 : j + 1;
      f[(long)k * n + j] = d[(long)k * n + up] * v[(long)k * n + j];
    }
}
CASE(upwind) {
  ARRAY(double, f, 200 * 700);
  ARRAY(double, d, 200 * 700);
  ARRAY(double, v, 200 * 700);
  RUN(upwind(f, d, v, 700, 200));
  EXPECT(v, 95, 2);
  EXPECT(f, 95, 2);
}

LOOP double lower_triangle(const double *a, long n) {
  double s = 0;
  for (long i = 0; i < n; i++)
    for (long j = 0; j <= i; j++)
      s += a[i * n + j];
  return s;
}
CASE(lower_triangle) {
  ARRAY(double, a, 600 * 600);
  RUN(oracle_sink = (uint64_t)lower_triangle(a, 600));
  EXPECT(a, 95, 5);
}

LOOP void imperfect(double *a, const double *b, double *c, long n, long m) {
  for (long i = 0; i < n; i++) {
    double t = b[i * m];
    for (long j = 0; j < m; j++)
      a[i * m + j] = t;
    c[i * 512] = t;
  }
}
CASE(imperfect) {
  ARRAY(double, a, 200 * 700);
  ARRAY(double, b, 200 * 700);
  ARRAY(double, c, 200 * 512);
  RUN(imperfect(a, b, c, 200, 700));
  EXPECT(a, 95, 2);
  EXPECT(b, 95, 2);
  EXPECT(c, 95, 2);
}
