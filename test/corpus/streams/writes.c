/* SPDX-License-Identifier: MIT */
/* Stores, read-modify-writes and atomic targets by an index. */
// RUN: %streams %s
#include "oracle.h"

enum { N = 3000, T = 1 << 18 };

LOOP void scatter(uint64_t *t, const uint32_t *k, const uint64_t *v, long n) {
  for (long i = 0; i < n; i++)
    t[k[i]] = v[i];
}
CASE(scatter) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  ARRAY(uint64_t, v, N);
  oracle_fill_u32(k_w, N, T);
  RUN(scatter(t, k, v, N));
  EXPECT(t, 99, 1);
  EXPECT(v, 99, 1);
}

LOOP void scatter_add(double *t, const int *k, const double *v, int n) {
  for (int i = 0; i < n; i++)
    t[k[i]] += v[i];
}
CASE(scatter_add) {
  ARRAY(double, t, T);
  ARRAY(int, k, N);
  ARRAY(double, v, N);
  oracle_fill_u32((uint32_t *)k_w, N, T);
  RUN(scatter_add(t, k, v, N));
  EXPECT(t, 99, 1);
}

LOOP void histogram(uint32_t *h, const uint64_t *offset, long n, uint64_t mask) {
  for (long i = 0; i + 1 < n; i++)
    h[(offset[i + 1] - offset[i]) & mask]++;
}
CASE(histogram) {
  ARRAY(uint32_t, h, T);
  ARRAY(uint64_t, offset, N);
  oracle_fill_u64(offset_w, N, UINT64_C(1) << 31);
  RUN(histogram(h, offset, N, T - 1));
  EXPECT(h, 99, 1);
}

LOOP void atomic_or(uint32_t *bits, const uint32_t *p, long n) {
  for (long i = 0; i < n; i++)
    __sync_fetch_and_or(&bits[p[i] >> 5], 1u << (p[i] & 31));
}
CASE(atomic_or) {
  ARRAY(uint32_t, bits, T);
  ARRAY(uint32_t, p, N);
  oracle_fill_u32(p_w, N, T * 32);
  RUN(atomic_or(bits, p, N));
  EXPECT(bits, 99, 1);
}

LOOP void atomic_min(uint64_t *t, const uint32_t *p, const uint64_t *v, long n) {
  for (long i = 0; i < n; i++) {
    uint64_t old = __atomic_load_n(&t[p[i]], __ATOMIC_RELAXED);
    if (v[i] < old)
      __atomic_compare_exchange_n(&t[p[i]], &old, v[i], 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  }
}
CASE(atomic_min) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, p, N);
  ARRAY(uint64_t, v, N);
  oracle_fill_u32(p_w, N, T);
  RUN(atomic_min(t, p, v, N));
  EXPECT(t, 99, 1);
}

/* The index may be what the loop itself writes: what is read ahead of time may be stale, and is a hint only. */
LOOP void aliased(uint32_t *t, uint32_t *k, long n) {
  for (long i = 0; i < n; i++)
    t[k[i]] = (uint32_t)i;
}
CASE(aliased) {
  ARRAY(uint32_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(aliased(t, k, N));
  EXPECT(t, 99, 1);
}

LOOP void bucket_counters(uint32_t *count, const uint32_t *part, const uint32_t *k, long n) {
  for (long i = 0; i < n; i++)
    count[part[k[i]]]++;
}
CASE(bucket_counters) {
  ARRAY(uint32_t, count, T);
  ARRAY(uint32_t, part, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(part_w, T, T);
  oracle_fill_u32(k_w, N, T);
  RUN(bucket_counters(count, part, k, N));
  EXPECT(count, 99, 1);
  EXPECT(part, 99, 1);
}

LOOP void permuted_copy(uint64_t *d, const uint64_t *s, const uint32_t *p, long n) {
  for (long i = 0; i < n; i++)
    d[p[i]] = s[p[n - 1 - i]];
}
CASE(permuted_copy) {
  ARRAY(uint64_t, d, 100000);
  ARRAY(uint64_t, s, 100000);
  ARRAY(uint32_t, p, 100000);
  oracle_permute(p_w, 100000);
  RUN(permuted_copy(d, s, p, 100000));
  EXPECT(d, 99, 1);
  EXPECT(s, 99, 1);
}
