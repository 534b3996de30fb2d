/* SPDX-License-Identifier: MIT */
/* Atomic accesses at computed addresses: what they touch is hinted as what plain ones touch. */
// RUN: %streams %s
#include "oracle.h"

#include <stdatomic.h>

enum { N = 3000, T = 1 << 18 };

LOOP uint64_t relaxed_loads(_Atomic uint64_t *t, const uint32_t *k, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += atomic_load_explicit(&t[k[i]], memory_order_relaxed);
  return s;
}
CASE(relaxed_loads) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = relaxed_loads((_Atomic uint64_t *)t, k, N));
  EXPECT(t, 99, 1);
}

LOOP uint64_t acquiring_loads(_Atomic uint32_t *t, const uint32_t *k, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += atomic_load(&t[k[i]]);
  return s;
}
CASE(acquiring_loads) {
  ARRAY(uint32_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = acquiring_loads((_Atomic uint32_t *)t, k, N));
  EXPECT(t, 99, 1);
}

LOOP void counted_up(_Atomic uint64_t *t, const uint32_t *k, long n) {
  for (long i = 0; i < n; i++)
    atomic_fetch_add_explicit(&t[k[i]], 1, memory_order_relaxed);
}
CASE(counted_up) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(counted_up((_Atomic uint64_t *)t, k, N));
  EXPECT(t, 99, 1);
}

LOOP void stored(_Atomic uint64_t *t, const uint32_t *k, long n) {
  for (long i = 0; i < n; i++)
    atomic_store_explicit(&t[k[i]], (uint64_t)i, memory_order_release);
}
CASE(stored) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(stored((_Atomic uint64_t *)t, k, N));
  EXPECT(t, 99, 1);
}

LOOP uint64_t marked(_Atomic uint8_t *seen, const uint32_t *k, long n) {
  uint64_t fresh = 0;
  for (long i = 0; i < n; i++)
    fresh += !atomic_exchange(&seen[k[i]], 1);
  return fresh;
}
CASE(marked) {
  ARRAY(uint8_t, seen, 4 * T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, 4 * T);
  RUN(oracle_sink = marked((_Atomic uint8_t *)seen, k, N));
  EXPECT(seen, 99, 1);
}

LOOP uint64_t claimed(_Atomic uint64_t *t, const uint32_t *k, long n) {
  uint64_t won = 0;
  for (long i = 0; i < n; i++) {
    uint64_t none = 0;
    won += atomic_compare_exchange_strong(&t[k[i]], &none, (uint64_t)i);
  }
  return won;
}
CASE(claimed) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = claimed((_Atomic uint64_t *)t, k, N));
  EXPECT(t, 99, 1);
}
