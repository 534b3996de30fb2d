/* SPDX-License-Identifier: MIT */
/* Cross sections: a search in the union of all energy grids, then for each nuclide of a material the two points beside the
 * energy. After Tramm, Siegel, Islam, Schulz: XSBench, 2014 (history and event based; unionized grid, and a search for each
 * nuclide). */
// REQUIRES: reference
// RUN: %kernels %s
#include "oracle.h"

enum { NUCLIDES = 40, POINTS = 8000, UNION = 1 << 18, MATERIALS = 12, MOST = 34, LOOKUPS = 1 << 13 };
typedef struct {
  double energy, total_xs, elastic_xs, absorbtion_xs, fission_xs, nu_fission_xs;
} NuclideGridPoint;
typedef struct {
  const int *num_nucs, *mats;
  const double *concs, *unionized_energy_array;
  const int *index_grid;
  const NuclideGridPoint *nuclide_grid;
  long n_isotopes, n_gridpoints, union_points;
} SimulationData;

static double LCG_random_double(uint64_t *seed) {
  *seed = (UINT64_C(2806196910506780709) * *seed + 1) % (UINT64_C(1) << 63);
  return (double)*seed / 9223372036854775808.0;
}

static long grid_search(long n, double quarry, const double *A) {
  long lowerLimit = 0, upperLimit = n - 1, length = upperLimit - lowerLimit;
  while (length > 1) {
    long examinationPoint = lowerLimit + length / 2;
    if (A[examinationPoint] > quarry) // worth: unionized
      upperLimit = examinationPoint;
    else
      lowerLimit = examinationPoint;
    length = upperLimit - lowerLimit;
  }
  return lowerLimit;
}

/* Called for each nuclide of a lookup: not inlined where the compiler finds it too large. */
__attribute__((noinline)) static void calculate_micro_xs(const SimulationData *sd, double p_energy, int nuc, long idx,
                                                         double *xs_vector) {
  const NuclideGridPoint *low =
      &sd->nuclide_grid[nuc * sd->n_gridpoints + sd->index_grid[idx * sd->n_isotopes + nuc]]; // worth: index_grid
  const NuclideGridPoint *high = low + 1;
  double f = (high->energy - p_energy) / (high->energy - low->energy); // worth: nuclide_grid
  xs_vector[0] = high->total_xs - f * (high->total_xs - low->total_xs);
  xs_vector[1] = high->elastic_xs - f * (high->elastic_xs - low->elastic_xs);
  xs_vector[2] = high->absorbtion_xs - f * (high->absorbtion_xs - low->absorbtion_xs);
  xs_vector[3] = high->fission_xs - f * (high->fission_xs - low->fission_xs);
  xs_vector[4] = high->nu_fission_xs - f * (high->nu_fission_xs - low->nu_fission_xs);
}

LOOP double event_based(const SimulationData *sd, long lookups) {
  double verification = 0;
  for (long i = 0; i < lookups; i++) {
    uint64_t seed = 1070 + (uint64_t)i * UINT64_C(0x9e3779b97f4a7c15);
    double p_energy = LCG_random_double(&seed), macro[5] = {0};
    int mat = (int)(seed >> 40) % MATERIALS;
    long idx = grid_search(sd->union_points, p_energy, sd->unionized_energy_array);
    for (int j = 0; j < sd->num_nucs[mat]; j++) { // no: num_nucs mats concs (in cache)
      double micro[5];
      calculate_micro_xs(sd, p_energy, sd->mats[mat * MOST + j], idx, micro);
      for (int k = 0; k < 5; k++)
        macro[k] += micro[k] * sd->concs[mat * MOST + j];
    }
    verification += macro[0] + macro[4];
  }
  return verification;
}

#define DATA                                                                                                                     \
  ARRAY(double, unionized, UNION);                                                                                               \
  ARRAY(int, index_grid, UNION *NUCLIDES);                                                                                       \
  ARRAY(NuclideGridPoint, nuclide_grid, NUCLIDES *POINTS);                                                                       \
  static int num_nucs[MATERIALS], mats[MATERIALS * MOST];                                                                        \
  static double concs[MATERIALS * MOST];                                                                                         \
  SimulationData sd = {num_nucs, mats, concs, unionized, index_grid, nuclide_grid, NUCLIDES, POINTS, UNION};                     \
  set_up(unionized, index_grid, nuclide_grid, num_nucs, mats)

PAGEPREFETCH_OFF static void set_up(double *unionized, int *index_grid, NuclideGridPoint *nuclide_grid, int *num_nucs,
                                    int *mats) {
  for (int i = 0; i < UNION; i++) {
    unionized[i] = (double)i / UNION;
    for (int k = 0; k < NUCLIDES; k++)
      index_grid[i * NUCLIDES + k] = (int)((long)i * (POINTS - 2) / UNION);
  }
  for (int i = 0; i < NUCLIDES * POINTS; i++)
    nuclide_grid[i].energy = (double)(i % POINTS) / POINTS;
  for (int i = 0; i < MATERIALS; i++) {
    num_nucs[i] = 4 + (int)(oracle_random() % (MOST - 4));
    for (int k = 0; k < num_nucs[i]; k++)
      mats[i * MOST + k] = (int)(oracle_random() % NUCLIDES);
  }
}
CASE(event_based) {
  DATA;
  MEASURE(oracle_sink += event_based(&sd, LOOKUPS) > 0);
}

/* The same without the union: energies are known as integers (a hashed or logarithmic bin), and the nuclide's own bin gives its
 * points. */
LOOP double binned(const SimulationData *sd, const uint32_t *bin, const uint8_t *material, const float *weight, long lookups) {
  double sum = 0;
  for (long i = 0; i < lookups; i++) {
    int mat = material[i];                        // worth: material
    for (int j = 0; j < sd->num_nucs[mat]; j++) { // no: num_nucs mats (in cache)
      int nuc = sd->mats[mat * MOST + j];
      int low = sd->index_grid[(long)bin[i] * sd->n_isotopes + nuc]; // worth: bin index_grid
      const NuclideGridPoint *p = &sd->nuclide_grid[nuc * sd->n_gridpoints + low];
      sum += (p[1].total_xs - p[0].total_xs) * weight[i]; // worth: nuclide_grid weight
    }
  }
  return sum;
}
CASE(binned) {
  DATA;
  ARRAY(uint32_t, bin, LOOKUPS);
  ARRAY(uint8_t, material, LOOKUPS);
  ARRAY(float, weight, LOOKUPS);
  oracle_fill_u32(bin, LOOKUPS, UNION);
  for (int i = 0; i < LOOKUPS; i++)
    material[i] = (uint8_t)(oracle_random() % MATERIALS);
  MEASURE(oracle_sink += binned(&sd, bin, material, weight, LOOKUPS) > 0);
}
