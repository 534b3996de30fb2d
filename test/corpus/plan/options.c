/* SPDX-License-Identifier: MIT */
/* The plan obeys the options: kinds, distance, strip, min-footprint, on the command line and in the environment. */
// RUN: %planned --option kinds=affine %s -O2 | %filecheck --check-prefix=AFFINE %s
// RUN: %planned --option kinds=gather %s -O2 | %filecheck --check-prefix=GATHER %s
// RUN: %planned --option strip=2 --option min-footprint=64K %s -O2 | %filecheck --check-prefix=STRIP %s
// RUN: %planned --environment "kinds=affine strip=1" %s -O2 | %filecheck --check-prefix=ENVIRONMENT %s

long gather(const long *a, const unsigned *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[b[i]];
  return sum;
}
// AFFINE: strip-mined
// AFFINE-DAG: affine read strides [4] bytes 4
// AFFINE-DAG: declined read bytes 8: kind gather is switched off by option kinds
// GATHER: strip-mined
// GATHER-DAG: gather read strides [unknown] bytes 8
// GATHER-DAG: declined read bytes 4: kind affine is switched off by option kinds
// STRIP: strip-mined strip 2 min-trips 16
// ENVIRONMENT: strip-mined strip 1024
// ENVIRONMENT-DAG: declined read bytes 8: kind gather is switched off by option kinds
