/* SPDX-License-Identifier: MIT */
/* A Fourier transform in three dimensions: the pass along the slowest dimension in blocks of columns, and a transposition in
 * tiles. After Bailey et al.: The NAS Parallel Benchmarks, 1991 (FT: cffts3, transpose2), and Bailey: FFTs in External Memory,
 * 1990. */
// REQUIRES: reference
// RUN: %kernels %s
#include "oracle.h"

typedef struct {
  double real, imag;
} dcomplex;
enum { FFTBLOCK = 16, MAXDIM = 512, TILE = 32 };

/* One pass of butterflies over a block that stays in cache. */
__attribute__((noinline)) static void cfftz(int n, dcomplex *y, double w) {
  for (int k = 0; k + 1 < n; k += 2)
    for (int i = 0; i < FFTBLOCK; i++) {
      dcomplex *a = &y[k * FFTBLOCK + i], *b = &y[(k + 1) * FFTBLOCK + i]; // no: y (in cache)
      double r = a->real - b->real * w, m = a->imag - b->imag * w;
      a->real += b->real * w, a->imag += b->imag * w, b->real = r, b->imag = m;
    }
}

LOOP void cffts3(int d1, int d2, int d3, const dcomplex *x, dcomplex *xout, dcomplex *y) {
  for (int j = 0; j < d2; j++)
    for (int ii = 0; ii <= d1 - FFTBLOCK; ii += FFTBLOCK) {
      for (int k = 0; k < d3; k++)
        for (int i = 0; i < FFTBLOCK; i++)
          y[k * FFTBLOCK + i] = x[((long)k * d2 + j) * d1 + i + ii]; // worth: x; no: y (in cache)
      cfftz(d3, y, 0.5);
      for (int k = 0; k < d3; k++)
        for (int i = 0; i < FFTBLOCK; i++)
          xout[((long)k * d2 + j) * d1 + i + ii] = y[k * FFTBLOCK + i]; // worth: xout; no: y (in cache)
    }
}
CASE(cffts3) {
  enum { D1 = 512, D2 = 16, D3 = 128 };
  ARRAY(dcomplex, x, D1 * D2 * D3);
  ARRAY(dcomplex, xout, D1 * D2 * D3);
  static dcomplex y[FFTBLOCK * MAXDIM];
  MEASURE(cffts3(D1, D2, D3, x, xout, y));
}

LOOP void transpose(int n1, int n2, const dcomplex *xin, dcomplex *xout) {
  dcomplex z[TILE][TILE + 1];
  for (int i = 0; i < n1; i += TILE)
    for (int j = 0; j < n2; j += TILE) {
      for (int jj = 0; jj < TILE; jj++)
        for (int ii = 0; ii < TILE; ii++)
          z[ii][jj] = xin[(long)(j + jj) * n1 + i + ii]; // worth: xin; no: z (in cache)
      for (int ii = 0; ii < TILE; ii++)
        for (int jj = 0; jj < TILE; jj++)
          xout[(long)(i + ii) * n2 + j + jj] = z[ii][jj]; // worth: xout; no: z (in cache)
    }
}
CASE(transpose) {
  enum { N1 = 2048, N2 = 1024 };
  ARRAY(dcomplex, xin, N1 * N2);
  ARRAY(dcomplex, xout, N1 * N2);
  MEASURE(transpose(N1, N2, xin, xout));
}

LOOP void evolve(int d1, int d2, int d3, dcomplex *u0, dcomplex *u1, const double *twiddle) {
  for (int k = 0; k < d3; k++)
    for (int j = 0; j < d2; j++)
      for (int i = 0; i < d1; i++) {
        long at = ((long)k * d2 + j) * (d1 + 1) + i;
        u0[at].real *= twiddle[at]; // worth: u0 twiddle
        u0[at].imag *= twiddle[at];
        u1[at] = u0[at]; // worth: u1
      }
}
CASE(evolve) {
  enum { D1 = 512, D2 = 128, D3 = 16 };
  ARRAY(dcomplex, u0, (D1 + 1) * D2 * D3);
  ARRAY(dcomplex, u1, (D1 + 1) * D2 * D3);
  ARRAY(double, twiddle, (D1 + 1) * D2 * D3);
  MEASURE(evolve(D1, D2, D3, u0, u1, twiddle));
}
