/* SPDX-License-Identifier: MIT */
/* Molecular dynamics: Lennard-Jones forces by neighbour lists, whose halves are updated on both sides, and atoms binned into
 * cells. After Plimpton: Fast Parallel Algorithms for Short-Range Molecular Dynamics, 1995 (Mantevo's miniMD: force_lj.cpp,
 * neighbor.cpp). */
// REQUIRES: reference
// RUN: %kernels %s
#include "oracle.h"

typedef double MMD_float;
struct Atom {
  int nlocal, nall;
  MMD_float *x, *f;
  int *type;
};
class Neighbor {
public:
  int *neighbors, *numneigh, maxneighs;
  int *bins, *bincount, atoms_per_bin, mbins;
  MMD_float bininvx;
  int coord2bin(MMD_float x, MMD_float y, MMD_float z) const {
    return (int)(z * bininvx) * 16384 + (int)(y * bininvx) * 128 + (int)(x * bininvx);
  }
  void binatoms(Atom &atom);
};

class ForceLJ {
public:
  MMD_float cutforcesq, sigma6, epsilon;
  MMD_float eng_vdwl, virial;
  void compute_halfneigh(Atom &atom, Neighbor &neighbor);
};

LOOP void ForceLJ::compute_halfneigh(Atom &atom, Neighbor &neighbor) {
  const int nlocal = atom.nlocal;
  const MMD_float *const x = atom.x;
  MMD_float *const f = atom.f;
  MMD_float t_energy = 0;
  for (int i = 0; i < nlocal; i++) {
    const int *const neighs = &neighbor.neighbors[i * neighbor.maxneighs];
    const int numneighs = neighbor.numneigh[i]; // worth: numneigh
    const MMD_float xtmp = x[i * 3 + 0];        // worth: x
    const MMD_float ytmp = x[i * 3 + 1];
    const MMD_float ztmp = x[i * 3 + 2];
    MMD_float fix = 0, fiy = 0, fiz = 0;
    for (int k = 0; k < numneighs; k++) {
      const int j = neighs[k];                    // worth: neighbors
      const MMD_float delx = xtmp - x[j * 3 + 0]; // worth: x
      const MMD_float dely = ytmp - x[j * 3 + 1];
      const MMD_float delz = ztmp - x[j * 3 + 2];
      const MMD_float rsq = delx * delx + dely * dely + delz * delz;
      if (rsq < cutforcesq) {
        const MMD_float sr2 = 1.0 / rsq, sr6 = sr2 * sr2 * sr2 * sigma6;
        const MMD_float force = 48.0 * sr6 * (sr6 - 0.5) * sr2 * epsilon;
        fix += delx * force, fiy += dely * force, fiz += delz * force;
        if (j < nlocal) {
          f[j * 3 + 0] -= delx * force; // worth: f
          f[j * 3 + 1] -= dely * force;
          f[j * 3 + 2] -= delz * force;
        }
        t_energy += sr6 * (sr6 - 1.0) * epsilon;
      }
    }
    f[i * 3 + 0] += fix; // worth: f
    f[i * 3 + 1] += fiy;
    f[i * 3 + 2] += fiz;
  }
  eng_vdwl += 4.0 * t_energy;
}
CASE(compute_halfneigh) {
  enum { ATOMS = 1 << 18, MOST = 20 };
  ARRAY(MMD_float, x, ATOMS * 3);
  ARRAY(MMD_float, f, ATOMS * 3);
  ARRAY(int, numneigh, ATOMS);
  ARRAY(int, neighbors, ATOMS *MOST);
  for (int i = 0; i < ATOMS; i++) {
    numneigh[i] = (int)(oracle_random() % 16);
    for (int k = 0; k < MOST; k++)
      neighbors[i * MOST + k] = (int)(oracle_random() % ATOMS);
    for (int k = 0; k < 3; k++)
      x[i * 3 + k] = (double)(oracle_random() % 1000) / 400;
  }
  Atom atom = {ATOMS, ATOMS, x, f, NULL};
  Neighbor neighbor = {};
  neighbor.neighbors = neighbors, neighbor.numneigh = numneigh, neighbor.maxneighs = MOST;
  ForceLJ force = {2.5, 1, 1, 0, 0};
  MEASURE(force.compute_halfneigh(atom, neighbor));
}

LOOP void Neighbor::binatoms(Atom &atom) {
  for (int i = 0; i < mbins; i++)
    bincount[i] = 0; // worth: bincount
  for (int i = 0; i < atom.nall; i++) {
    const int ibin = coord2bin(atom.x[i * 3], atom.x[i * 3 + 1], atom.x[i * 3 + 2]); // worth: x
    if (bincount[ibin] < atoms_per_bin) {                                            // worth: bincount
      const int ac = bincount[ibin]++;
      bins[ibin * atoms_per_bin + ac] = i; // worth: bins
    }
  }
}
CASE(binatoms) {
  enum { ATOMS = 1 << 19, BINS = 1 << 20, PER_BIN = 8 };
  ARRAY(MMD_float, x, ATOMS * 3);
  ARRAY(int, bincount, BINS);
  ARRAY(int, bins, BINS *PER_BIN);
  for (int i = 0; i < ATOMS * 3; i++)
    x[i] = (double)(oracle_random() % (i % 3 == 2 ? 640000 : 1280000)) / 10000;
  Atom atom = {ATOMS, ATOMS, x, NULL, NULL};
  Neighbor neighbor = {};
  neighbor.bins = bins, neighbor.bincount = bincount, neighbor.mbins = BINS, neighbor.atoms_per_bin = PER_BIN,
  neighbor.bininvx = 1;
  MEASURE(neighbor.binatoms(atom));
}
