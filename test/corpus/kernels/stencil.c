/* SPDX-License-Identifier: MIT */
/* Stencils in three dimensions: the heat of a chip by seven points, and a wave of high order with its planes apart.
 * After Huang et al.: HotSpot, 2006, as in Rodinia (hotspot3D), and Micikevicius: 3D Finite Difference Computation, 2009. */
// REQUIRES: reference
// RUN: %kernels %s
#include "oracle.h"

#include <string.h>

LOOP void hotspot(const float *pIn, const float *tIn, float *tOut, int nx, int ny, int nz, float cw, float cn, float ct,
                  float cc) {
  for (int z = 0; z < nz; z++)
    for (int y = 0; y < ny; y++)
      for (int x = 0; x < nx; x++) {
        int c = x + y * nx + z * nx * ny;
        int w = (x == 0) ? c : c - 1, e = (x == nx - 1) ? c : c + 1;
        int n = (y == 0) ? c : c - nx, s = (y == ny - 1) ? c : c + nx;
        int b = (z == 0) ? c : c - nx * ny, t = (z == nz - 1) ? c : c + nx * ny;
        tOut[c] = tIn[c] * cc + tIn[n] * cn + tIn[s] * cn + tIn[e] * cw + tIn[w] * cw + tIn[t] * ct +
                  tIn[b] * ct       // worth: tIn tOut
                  + 0.01f * pIn[c]; // worth: pIn
      }
}
CASE(hotspot) {
  enum { NX = 512, NY = 512, NZ = 24 };
  ARRAY(float, pIn, NX *NY *NZ);
  ARRAY(float, tIn, NX *NY *NZ);
  ARRAY(float, tOut, NX *NY *NZ);
  MEASURE(hotspot(pIn, tIn, tOut, NX, NY, NZ, 0.1f, 0.1f, 0.1f, 0.4f));
}

struct grid {
  long nx, ny, nz, radius;
  float *now, *before, *speed;
  float c[5];
};

LOOP void wave(struct grid *g) {
  long plane = g->nx * g->ny;
  for (long z = g->radius; z < g->nz - g->radius; z++)
    for (long y = g->radius; y < g->ny - g->radius; y++)
      for (long x = g->radius; x < g->nx - g->radius; x++) {
        long at = z * plane + y * g->nx + x;
        float sum = g->c[0] * g->now[at]; // worth: now
        for (long k = 1; k <= 4; k++)
          sum += g->c[k] * (g->now[at - k] + g->now[at + k] + g->now[at - k * g->nx] + g->now[at + k * g->nx] // worth: now
                            + g->now[at - k * plane] + g->now[at + k * plane]);                               // worth: now
        g->before[at] = 2 * g->now[at] - g->before[at] + sum * g->speed[at]; // worth: before speed
      }
}
CASE(wave) {
  enum { NX = 512, NY = 256, NZ = 32 };
  ARRAY(float, now, NX *NY *NZ);
  ARRAY(float, before, NX *NY *NZ);
  ARRAY(float, speed, NX *NY *NZ);
  struct grid g = {NX, NY, NZ, 4, now, before, speed, {1, .5f, .25f, .125f, .0625f}};
  MEASURE(wave(&g));
}

/* The halo of one side is packed for a neighbour: short runs, a plane apart. */
LOOP void pack_side(const struct grid *g, float *buffer, long y) {
  long n = 0;
  for (long z = 0; z < g->nz; z++)
    for (long k = 0; k < g->radius; k++) {
      memcpy(buffer + n, g->now + (z * g->ny + y + k) * g->nx, (size_t)g->nx * sizeof(float)); // worth: now buffer
      n += g->nx;
    }
}
CASE(pack_side) {
  enum { NX = 512, NY = 32, NZ = 768 };
  ARRAY(float, now, NX *NY *NZ);
  ARRAY(float, buffer, NX * 4 * NZ);
  struct grid g = {NX, NY, NZ, 4, now, NULL, NULL, {0}};
  MEASURE(pack_side(&g, buffer, 8));
}
