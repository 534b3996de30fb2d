/* SPDX-License-Identifier: MIT */
/* Calls the Fortran of cg.f90 beside the oracle. */
#include "oracle.h"

extern void conj_grad(int naa, int firstrow, int lastrow, int firstcol, int lastcol, int *colidx, int *rowstr, double *x,
                      double *z, double *a, double *p, double *q, double *r, int cgitmax, double *rnorm);
struct matrix {
  int rows;
  int *start;
  double *values, *factors;
};
extern void scale_rows(struct matrix *h);

enum { ROWS = 600000, ENTRIES = 3 << 20 };

/* Rows of 1 to 9 entries, in Fortran's numbers from `first` on. */
PAGEPREFETCH_OFF static void make_rows(int *rowstr, int first) {
  int at = first;
  for (int i = 0; i <= ROWS; i++) {
    rowstr[i] = at;
    int next = at + 1 + (int)(oracle_random() % 9);
    at = next < ENTRIES ? next : ENTRIES;
  }
}
CASE(conj_grad) {
  ARRAY(int, colidx, ENTRIES);
  ARRAY(int, rowstr, ROWS + 2);
  ARRAY(double, x, ROWS + 2);
  ARRAY(double, z, ROWS + 2);
  ARRAY(double, a, ENTRIES);
  ARRAY(double, p, ROWS + 2);
  ARRAY(double, q, ROWS + 2);
  ARRAY(double, r, ROWS + 2);
  make_rows(rowstr, 1);
  for (int i = 0; i < ENTRIES; i++)
    colidx[i] = 1 + (int)(oracle_random() % ROWS);
  double rnorm;
  MEASURE(conj_grad(ROWS, 1, ROWS, 1, ROWS, colidx, rowstr, x, z, a, p, q, r, 1, &rnorm));
}

CASE(scale_rows) {
  ARRAY(int, start, ROWS + 1);
  ARRAY(double, values, ENTRIES);
  ARRAY(double, factors, ROWS);
  make_rows(start, 0);
  struct matrix h = {ROWS, start, values, factors};
  MEASURE(scale_rows(&h));
}
