/* SPDX-License-Identifier: MIT */
/* Operations that slice programs do not have: written in those that they have, to the same numbers. */
// RUN: %streams %s
#include "oracle.h"

#include <string.h>

enum { N = 3000, T = 1 << 18 };

#define OVER(name, type, expression)                                                                                             \
  LOOP uint64_t name(const uint64_t *t, const type *k, long n, uint64_t m) {                                                     \
    uint64_t s = m;                                                                                                              \
    for (long i = 0; i < n; i++) {                                                                                               \
      type x = k[i];                                                                                                             \
      s += t[(expression) % T];                                                                                                  \
    }                                                                                                                            \
    return s;                                                                                                                    \
  }                                                                                                                              \
  CASE(name) {                                                                                                                   \
    ARRAY(uint64_t, t, T);                                                                                                       \
    ARRAY(type, k, N);                                                                                                           \
    for (long i = 0; i < N; i++)                                                                                                 \
      k_w[i] = (type)(oracle_random() * 0x9e3779b97f4a7c15u >> (i % 50));                                                        \
    RUN(oracle_sink = name(t, k, N, 77));                                                                                        \
    EXPECT(t, 100, 0);                                                                                                           \
  }

OVER(swapped_16, uint16_t, __builtin_bswap16(x) * 5ul)
OVER(swapped_32, uint32_t, __builtin_bswap32(x))
OVER(swapped_64, uint64_t, __builtin_bswap64(x))
#ifdef __clang__ /* GCC has no such built-ins */
OVER(reversed_8, uint8_t, __builtin_bitreverse8(x) * 1000ul)
OVER(reversed_32, uint32_t, __builtin_bitreverse32(x))
OVER(reversed_64, uint64_t, __builtin_bitreverse64(x))
#endif
OVER(counted, uint64_t, __builtin_popcountll(x) * 4001ul)
OVER(counted_8, uint8_t, __builtin_popcount(x) * 30011ul)
OVER(zeros_below, uint32_t, (x ? __builtin_ctz(x) : 32) * 8009ul)
OVER(zeros_above, uint64_t, (x ? __builtin_clzll(x) : 64) * 4001ul)
OVER(rotated_left, uint32_t, x << (m & 31) | x >> (-m & 31))
OVER(rotated_right, uint64_t, x >> 13 | x << 51)
OVER(rotated_by_value, uint16_t, (uint16_t)(x << (x & 15) | x >> (-x & 15)) * 3ul)
OVER(least, int32_t, (x < 5000 ? x : 5000) & 0xfffff)
OVER(most, uint32_t, x > m * 999 ? x : m * 999)
OVER(absolute, int32_t, (x < 0 ? 0u - x : (uint32_t)x))
OVER(not_below, uint32_t, (x > 9000 ? x - 9000 : 0))
OVER(held_above, uint32_t, (x + 3000000000u < x ? UINT32_MAX : x + 3000000000u))
OVER(high_half, uint64_t, (uint64_t)((unsigned __int128)x *(m << 50) >> 64))
OVER(turned, int64_t, (uint64_t)~x)
OVER(signed_division, int32_t, (uint32_t)(x / (int)m + (x % 1009)))
OVER(signed_shift, int16_t, (uint32_t)(x >> 3))

LOOP uint64_t chosen(const uint64_t *t, const uint8_t *k, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    switch (k[i]) {
    case 1:
      s += t[i * 64];
      break;
    case 2:
    case 7:
      s ^= t[T - 1 - i * 16] * 3;
      break;
    case 200:
      s -= t[T / 2 + i * 8];
      break;
    default:
      s *= 5;
    }
  return s;
}
CASE(chosen) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint8_t, k, N);
  static const uint8_t cases[] = {1, 2, 3, 7, 200, 0};
  for (long i = 0; i < N; i++)
    k_w[i] = cases[oracle_random() % 6];
  RUN(oracle_sink = chosen(t, k, N));
  EXPECT(t, 99, 25);
}

struct packed {
  uint8_t low[3], flag;
};
LOOP uint64_t three_bytes(const uint64_t *t, const struct packed *k, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++) {
    uint32_t x = 0;
    memcpy(&x, k[i].low, 3);
    s += t[x % T];
  }
  return s;
}
CASE(three_bytes) {
  ARRAY(uint64_t, t, T);
  ARRAY(struct packed, k, N);
  for (long i = 0; i < N * 4; i++)
    ((uint8_t *)k_w)[i] = (uint8_t)oracle_random();
  RUN(oracle_sink = three_bytes(t, k, N));
  EXPECT(t, 100, 0);
}
