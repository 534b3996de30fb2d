/* SPDX-License-Identifier: MIT */
/* OpenMP's schedule(dynamic): the chunks' loop is hinted, but only chunks that are long enough ask the runtime. A missed remark
 * says so; a static schedule gets none. */
// RUN: %cc -O2 -fopenmp %plugin -c %s -o %t.o %missed_remarks 2> %t.info
// RUN: %filecheck --input-file=%t.info %s
// RUN: %cc -O2 -fopenmp %plugin -DSTATIC -c %s -o %t.o %missed_remarks 2> %t.info
// RUN: %not grep ": hinted in chunks" %t.info
#ifdef STATIC
#define SCHEDULE schedule(static)
#else
#define SCHEDULE schedule(dynamic)
#endif

long gather(const long *p, const int *q, long n) {
  long sum = 0;
#pragma omp parallel for reduction(+ : sum) SCHEDULE
  for (long i = 0; i < n; i++)
    sum += p[q[i]]; // CHECK: chunks.c:[[@LINE]]:{{.*}}hinted in chunks of at least 1024 iterations only: OpenMP deals the loop
                    // out in chunks
  return sum;
}
