/* SPDX-License-Identifier: MIT */
/* Calls the Fortran of multigrid.f90 beside the oracle: 512 x 512 points a plane, as in the benchmark's large classes, few
 * planes. */
#include "oracle.h"

extern void resid(double *u, double *v, double *r, int n1, int n2, int n3, double *a);
extern void rprj3(double *r, int m1k, int m2k, int m3k, double *s, int m1j, int m2j, int m3j);
extern void interp(double *z, int mm1, int mm2, int mm3, double *u, int n1, int n2, int n3);

enum { SIDE = 514, PLANES = 20, HALF = 258, HALF_PLANES = 11 };

CASE(resid) {
  ARRAY(double, u, SIDE *SIDE *PLANES);
  ARRAY(double, v, SIDE *SIDE *PLANES);
  ARRAY(double, r, SIDE *SIDE *PLANES);
  double a[4] = {-8.0 / 3.0, 0, 1.0 / 6.0, 1.0 / 12.0};
  MEASURE(resid(u, v, r, SIDE, SIDE, PLANES, a));
}

CASE(rprj3) {
  ARRAY(double, r, SIDE *SIDE *PLANES);
  ARRAY(double, s, HALF *HALF *HALF_PLANES);
  MEASURE(rprj3(r, SIDE, SIDE, PLANES, s, HALF, HALF, HALF_PLANES));
}

CASE(interp) {
  ARRAY(double, z, HALF *HALF *HALF_PLANES);
  ARRAY(double, u, SIDE *SIDE *PLANES);
  MEASURE(interp(z, HALF, HALF, HALF_PLANES, u, SIDE, SIDE, PLANES));
}
