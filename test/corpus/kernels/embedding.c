/* SPDX-License-Identifier: MIT */
/* Rows of weights picked by an index: bags of short rows that are summed, rows of tokens longer than a page, and quantised
 * blocks. After Naumov et al.: Deep Learning Recommendation Model, 2019 (EmbeddingBag), and the inference of language models on
 * mapped weights (llama.cpp: get_rows, mul_mat_id of chosen experts). */
// REQUIRES: reference
// RUN: %kernels %s
#include "oracle.h"

#include <string.h>

struct table {
  float *weights;
  int64_t rows, dim;
};

LOOP void embedding_bag(const struct table *t, const int64_t *indices, const int64_t *offsets, int64_t bags, int64_t count,
                        float *out) {
  for (int64_t b = 0; b < bags; b++) {
    int64_t end = b + 1 < bags ? offsets[b + 1] : count; // worth: offsets
    float *sum = out + b * t->dim;
    for (int64_t d = 0; d < t->dim; d++)
      sum[d] = 0; // worth: out
    for (int64_t p = offsets[b]; p < end; p++) {
      const float *row = t->weights + indices[p] * t->dim; // worth: indices
      for (int64_t d = 0; d < t->dim; d++)
        sum[d] += row[d]; // worth: weights
    }
  }
}
CASE(embedding_bag) {
  enum { ROWS = 1 << 19, DIM = 64, BAGS = 1 << 11, MOST = 30 };
  ARRAY(float, weights, ROWS *DIM);
  ARRAY(int64_t, indices, BAGS * MOST);
  ARRAY(int64_t, offsets, BAGS + 1);
  ARRAY(float, out, BAGS *DIM);
  int64_t count = 0;
  for (int i = 0; i <= BAGS; i++)
    offsets[i] = count, count += 1 + (int64_t)(oracle_random() % (MOST - 1));
  oracle_fill_u64((uint64_t *)indices, (size_t)offsets[BAGS], ROWS);
  struct table t = {weights, ROWS, DIM};
  MEASURE(embedding_bag(&t, indices, offsets, BAGS, offsets[BAGS], out));
}

LOOP void get_rows(const struct table *t, const int32_t *tokens, int n, float *out) {
  for (int i = 0; i < n; i++)
    memcpy(out + (int64_t)i * t->dim, t->weights + tokens[i] * t->dim,
           (size_t)t->dim * sizeof(float)); // worth: tokens weights out
}
CASE(get_rows) {
  enum { ROWS = 8000, DIM = 3072, TOKENS = 1 << 11 };
  ARRAY(float, weights, ROWS *DIM);
  ARRAY(int32_t, tokens, TOKENS);
  ARRAY(float, out, TOKENS *DIM);
  oracle_fill_u32((uint32_t *)tokens, TOKENS, ROWS);
  struct table t = {weights, ROWS, DIM};
  MEASURE(get_rows(&t, tokens, TOKENS, out));
}

typedef struct {
  uint16_t scale;
  int8_t q[32];
} block;

/* The dot product of one row: a kernel of its own, chosen at run time in real programs. */
__attribute__((noinline)) static int vec_dot(int n, const block *x, const int8_t *y) {
  int sum = 0;
  for (int i = 0; i < n; i++) {
    int s = 0;
    for (int k = 0; k < 32; k++)
      s += x[i].q[k] * y[i * 32 + k]; // worth: experts; no: y (in cache)
    sum += s * x[i].scale;
  }
  return sum;
}

/* Rows of the experts that a router chose, expert after expert. */
LOOP void mul_mat_id(const block *experts, int rows, int blocks, const int32_t *chosen, int n, const int8_t *y, int *out) {
  for (int e = 0; e < n; e++) { // no: chosen (in cache)
    const block *matrix = experts + (int64_t)chosen[e] * rows * blocks;
    for (int r = 0; r < rows; r++)
      out[e * rows + r] = vec_dot(blocks, matrix + (int64_t)r * blocks, y); // no: out (in cache)
  }
}
CASE(mul_mat_id) {
  enum { EXPERTS = 64, ROWS = 256, BLOCKS = 64, CHOSEN = 32 };
  ARRAY(block, experts, EXPERTS * ROWS * BLOCKS);
  static int8_t y[BLOCKS * 32];
  static int out[CHOSEN * ROWS];
  static int32_t chosen[CHOSEN];
  for (int i = 0; i < CHOSEN; i++)
    chosen[i] = i * 37 % EXPERTS;
  MEASURE(mul_mat_id(experts, ROWS, BLOCKS, chosen, CHOSEN, y, out));
}
