/* SPDX-License-Identifier: MIT */
/* OpenMP's schedule(dynamic): hints run ahead in the whole loop. Where its addresses do not follow from where a chunk begins, as
 * where a thread carries them along, only chunks that are long enough ask the runtime: a missed remark says so. */
// RUN: %cc -O2 -fopenmp %plugin -DCARRIED -c %s -o %t.o %missed_remarks 2> %t.info
// RUN: %filecheck --input-file=%t.info %s
// RUN: %cc -O2 -fopenmp %plugin -c %s -o %t.o %missed_remarks 2> %t.info
// RUN: %not grep ": hinted in chunks" %t.info
// RUN: %cc -O2 -fopenmp %plugin -DCARRIED -DSTATIC -c %s -o %t.o %missed_remarks 2> %t.info
// RUN: %not grep ": hinted in chunks" %t.info
// RUN: %cc -O2 -fopenmp %plugin -DROWS=long -c %s -o %t.o %missed_remarks 2> %t.info
// RUN: %not grep ": hinted in chunks" %t.info
// RUN: %cc -O2 -fopenmp %plugin -DROWS=int -c %s -o %t.o %missed_remarks 2> %t.info
// RUN: %not grep ": hinted in chunks" %t.info
#ifdef STATIC
#define SCHEDULE schedule(static)
#else
#define SCHEDULE schedule(dynamic)
#endif

long gather(const long *p, const int *q, long n, unsigned long seed) {
  long sum = 0;
#ifndef CARRIED
#pragma omp parallel for reduction(+ : sum) SCHEDULE
  for (long i = 0; i < n; i++)
    sum += p[q[i]];
#else
#pragma omp parallel for reduction(+ : sum) firstprivate(seed) SCHEDULE
  for (long i = 0; i < n; i++) {
    seed = seed * 6364136223846793005 + 1;
    sum += p[seed >> 40]; // CHECK: chunks.c:[[@LINE]]:{{.*}}hinted in chunks of at least 1024 iterations only: OpenMP deals the
                          // loop out in chunks, and where one begins does not tell its addresses
  }
#endif
  return sum;
}

#ifdef ROWS
/* Where a row begins is what the one before loaded as its end; for the first one the compiler loads it before the chunk. */
long rows(const int *bounds, const int *columns, const long *vector, ROWS n) {
  long sum = 0;
#pragma omp parallel for reduction(+ : sum) SCHEDULE
  for (ROWS i = 0; i < n; i++)
    for (int k = bounds[i]; k < bounds[i + 1]; k++)
      sum += vector[columns[k]];
  return sum;
}
#endif
