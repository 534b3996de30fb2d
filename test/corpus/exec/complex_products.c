/* SPDX-License-Identifier: MIT */
/* Products of complex numbers on processors with fused multiply-add: vector code and the scalar iterations left over fuse other
 * multiplications, so which elements are left over must not depend on strips. -ffp-contract=off forbids fusing in the source, not
 * in GCC's vector patterns of complex numbers. */
// RUN: %same --expect any %s -O2 -O3 -march=native
// RUN: %same --expect any %s -O2 -O3 -march=native -ffp-contract=off
// RUN: %same --expect any %s -O2 -O3 -march=native -ffp-contract=fast
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { SIZE = 1203 };
struct sample {
  float re, im, weight;
};
struct wide {
  double re, im;
};
static struct sample a[SIZE], b[SIZE];
static struct wide c[SIZE], e[SIZE], out_wide[SIZE];
static float re[2 * SIZE], im[SIZE];

#define LOOP __attribute__((noinline)) static void

LOOP of_records(float *restrict x, float *restrict y, const struct sample *restrict p, const struct sample *restrict q, long n) {
  for (long i = 0; i < n; i++) {
    x[i] = p[i].re * q[i].re - p[i].im * q[i].im;
    y[i] = p[i].re * q[i].im + p[i].im * q[i].re;
  }
}

LOOP in_records(struct sample *restrict x, const struct sample *restrict p, const struct sample *restrict q, long n) {
  for (long i = 0; i < n; i++) {
    x[i].re = p[i].re * q[i].re - p[i].im * q[i].im;
    x[i].im = p[i].re * q[i].im + p[i].im * q[i].re;
  }
}

LOOP interleaved(float *restrict x, const float *restrict p, const float *restrict q, long n) {
  for (long i = 0; i < n; i++) {
    x[2 * i] = p[2 * i] * q[2 * i] - p[2 * i + 1] * q[2 * i + 1];
    x[2 * i + 1] = p[2 * i] * q[2 * i + 1] + p[2 * i + 1] * q[2 * i];
  }
}

/* The streams may overlap as far as the compiler knows, and it runs backwards. */
LOOP backwards(struct wide *x, const struct wide *p, const struct wide *q, long n) {
  for (long i = n - 1; i >= 0; i--) {
    x[i].re = p[i].re * q[i].re - p[i].im * q[i].im;
    x[i].im = p[i].re * q[i].im + p[i].im * q[i].re;
  }
}

static uint64_t hash(const void *data, size_t bytes) {
  const unsigned char *at = data;
  uint64_t state = 1469598103934665603u;
  while (bytes--)
    state = (state ^ *at++) * 1099511628211u;
  return state;
}

int main(void) {
  static const long counts[] = {0, 1, 3, 16, 37, 64, 255, 300, 1024, SIZE};
  static struct sample out[SIZE];
  uint64_t state = 88172645463325252u;
  for (long i = 0; i < SIZE; i++) {
    float *values[] = {&a[i].re, &a[i].im, &b[i].re, &b[i].im};
    double *wides[] = {&c[i].re, &c[i].im, &e[i].re, &e[i].im};
    for (int k = 0; k < 4; k++) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      *values[k] = (float)(int32_t)(state >> 32) / 1e9f;
      *wides[k] = (double)(int64_t)state / 1e18;
    }
  }
  for (unsigned k = 0; k < sizeof counts / sizeof *counts; k++) {
    long n = counts[k];
    of_records(re, im, a, b, n);
    printf("%ld: %016llx %016llx", n, (unsigned long long)hash(re, sizeof re), (unsigned long long)hash(im, sizeof im));
    in_records(out, a, b, n);
    interleaved(re, (const float *)a, (const float *)b, n);
    backwards(out_wide, c, e, n);
    printf(" %016llx %016llx %016llx\n", (unsigned long long)hash(out, sizeof out), (unsigned long long)hash(re, sizeof re),
           (unsigned long long)hash(out_wide, sizeof out_wide));
  }
  return 0;
}
