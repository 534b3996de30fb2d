/* SPDX-License-Identifier: MIT */
/* Conjugate gradients with a symmetric Gauss-Seidel smoother: rows by pointers, 27 entries each, their lengths as bytes.
 * After Dongarra, Heroux, Luszczek: HPCG Benchmark, 2015 (ComputeSPMV_ref, ComputeSYMGS_ref, ComputeWAXPBY_ref). */
// REQUIRES: reference
// RUN: %kernels %s
#include "oracle.h"

typedef int32_t local_int_t;
struct SparseMatrix {
  local_int_t localNumberOfRows;
  char *nonzerosInRow;
  local_int_t **mtxIndL;
  double **matrixValues;
  double **matrixDiagonal;
};
struct Vector {
  local_int_t localLength;
  double *values;
};

LOOP int spmv(const SparseMatrix &A, Vector &x, Vector &y) {
  const double *const xv = x.values;
  double *const yv = y.values;
  const local_int_t nrow = A.localNumberOfRows;
  for (local_int_t i = 0; i < nrow; i++) {
    double sum = 0.0;
    const double *const cur_vals = A.matrixValues[i]; // worth: row_values
    const local_int_t *const cur_inds = A.mtxIndL[i]; // worth: row_indices
    const int cur_nnz = A.nonzerosInRow[i];           // worth: lengths
    for (int j = 0; j < cur_nnz; j++)
      sum += cur_vals[j] * xv[cur_inds[j]]; // worth: values indices x
    yv[i] = sum;                            // worth: y
  }
  return 0;
}

struct problem {
  SparseMatrix a;
  Vector x, y;
};
#define PROBLEM(rows_, name)                                                                                                     \
  const local_int_t rows = rows_;                                                                                                \
  ARRAY(char, lengths, rows);                                                                                                    \
  ARRAY(local_int_t *, row_indices, rows);                                                                                       \
  ARRAY(double *, row_values, rows);                                                                                             \
  ARRAY(double *, diagonal, rows);                                                                                               \
  ARRAY(local_int_t, indices, (size_t)rows * 27);                                                                                \
  ARRAY(double, values, (size_t)rows * 27);                                                                                      \
  ARRAY(double, x, rows);                                                                                                        \
  ARRAY(double, y, rows);                                                                                                        \
  SparseMatrix A = {rows, lengths, row_indices, row_values, diagonal};                                                           \
  Vector name##_x = {rows, x}, name##_y = {rows, y};                                                                             \
  make_grid(A, indices, values)

/* A grid of 64 x 64 x n points, each with its neighbours. */
PAGEPREFETCH_OFF static void make_grid(SparseMatrix &A, local_int_t *indices, double *values) {
  for (local_int_t i = 0; i < A.localNumberOfRows; i++) {
    A.mtxIndL[i] = indices + (size_t)i * 27, A.matrixValues[i] = values + (size_t)i * 27;
    char count = 0;
    for (int dz = -1; dz <= 1; dz++)
      for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++) {
          int64_t to = (int64_t)i + dx + 64 * dy + 64 * 64 * dz;
          if (to < 0 || to >= A.localNumberOfRows)
            continue;
          if (to == i)
            A.matrixDiagonal[i] = A.matrixValues[i] + count;
          A.mtxIndL[i][(int)count] = (local_int_t)to, A.matrixValues[i][(int)count++] = to == i ? 26 : -1;
        }
    A.nonzerosInRow[i] = count;
  }
}
CASE(spmv) {
  PROBLEM(1 << 17, v);
  MEASURE(spmv(A, v_x, v_y));
}

LOOP int symgs_back(const SparseMatrix &A, const Vector &r, Vector &x) {
  const local_int_t nrow = A.localNumberOfRows;
  double **matrixDiagonal = A.matrixDiagonal;
  const double *const rv = r.values;
  double *const xv = x.values;
  for (local_int_t i = nrow - 1; i >= 0; i--) {
    const double *const currentValues = A.matrixValues[i];     // worth: row_values
    const local_int_t *const currentColIndices = A.mtxIndL[i]; // worth: row_indices
    const int currentNumberOfNonzeros = A.nonzerosInRow[i];    // worth: lengths
    const double currentDiagonal = matrixDiagonal[i][0];       // worth: diagonal values
    double sum = rv[i];                                        // worth: y
    for (int j = 0; j < currentNumberOfNonzeros; j++) {
      local_int_t curCol = currentColIndices[j]; // worth: indices
      sum -= currentValues[j] * xv[curCol];      // worth: values x
    }
    sum += xv[i] * currentDiagonal; // worth: x
    xv[i] = sum / currentDiagonal;
  }
  return 0;
}
CASE(symgs_back) {
  PROBLEM(1 << 17, v);
  MEASURE(symgs_back(A, v_y, v_x));
}

LOOP int waxpby(local_int_t n, double alpha, const Vector &x, double beta, const Vector &y, Vector &w) {
  const double *const xv = x.values, *const yv = y.values;
  double *const wv = w.values;
  if (alpha == 1.0) {
    for (local_int_t i = 0; i < n; i++)
      wv[i] = xv[i] + beta * yv[i]; // worth: w x y
  } else {
    for (local_int_t i = 0; i < n; i++)
      wv[i] = alpha * xv[i] + yv[i] * beta;
  }
  return 0;
}
CASE(waxpby) {
  const local_int_t n = 2 << 20;
  ARRAY(double, w, n);
  ARRAY(double, x, n);
  ARRAY(double, y, n);
  Vector wv = {n, w}, xv = {n, x}, yv = {n, y};
  MEASURE(waxpby(n, 1.0, xv, 0.5, yv, wv));
}
