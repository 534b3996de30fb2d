/* SPDX-License-Identifier: MIT */
/* Values that a loop carries: running sums, generators, cursors; and queues. */
// RUN: %streams %s
#include "oracle.h"

enum { N = 3000, T = 1 << 18 };

LOOP uint64_t delta_coded(const uint64_t *t, const uint32_t *d, long n) {
  uint64_t s = 0;
  uint32_t id = 0;
  for (long i = 0; i < n; i++) {
    id += d[i];
    s += t[id];
  }
  return s;
}
CASE(delta_coded) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, d, N);
  oracle_fill_u32(d_w, N, 2 * T / N - 10);
  RUN(oracle_sink = delta_coded(t, d, N));
  EXPECT(t, 99, 1);
}

/* Two sorted lists, each with a cursor and an end of its own: what both have is looked up. */
LOOP uint64_t both_have(const uint64_t *t, const uint32_t *a, long n, const uint32_t *b, long m) {
  uint64_t s = 0;
  long i = 0, j = 0;
  while (i < n && j < m) {
    if (a[i] < b[j])
      i++;
    else if (b[j] < a[i])
      j++;
    else
      s += t[a[i]], i++, j++;
  }
  return s;
}
CASE(both_have) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, a, N);
  ARRAY(uint32_t, b, N);
  for (uint32_t i = 0; i < N; i++)
    a_w[i] = i * (T / N / 2) * 2, b_w[i] = i * (T / N / 2) * 3;
  RUN(oracle_sink = both_have(t, a, N, b, N));
  EXPECT(t, 99, 1);
}

LOOP uint64_t congruential(const uint64_t *t, uint64_t mask, long n) {
  uint64_t s = 0, x = 1;
  for (long i = 0; i < n; i++) {
    x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    s += t[(x >> 33) & mask];
  }
  return s;
}
CASE(congruential) {
  ARRAY(uint64_t, t, T);
  RUN(oracle_sink = congruential(t, T - 1, N));
  EXPECT(t, 99, 1);
}

LOOP void random_updates(uint64_t *t, uint64_t mask, long n) {
  uint64_t x = 1;
  for (long i = 0; i < n; i++) {
    x = x << 1 ^ ((int64_t)x < 0 ? 7 : 0);
    t[(x * UINT64_C(0x9e3779b97f4a7c15) >> 20) & mask] ^= x;
  }
}
CASE(random_updates) {
  ARRAY(uint64_t, t, T);
  RUN(random_updates(t, T - 1, N));
  EXPECT(t, 99, 1);
}

LOOP uint64_t xorshift(const uint32_t *t, uint32_t mask, long n, uint32_t x) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++) {
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    s += t[x & mask];
  }
  return s;
}
CASE(xorshift) {
  ARRAY(uint32_t, t, T);
  RUN(oracle_sink = xorshift(t, T - 1, N, 2463534242u));
  EXPECT(t, 99, 1);
}

/* Records that tell their own lengths. */
LOOP uint64_t records(const uint8_t *p, const uint64_t *t, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++) {
    uint32_t length = *(const uint32_t *)p;
    s += t[*(const uint32_t *)(p + 4)];
    p += length;
  }
  return s;
}
CASE(records) {
  ARRAY(uint8_t, p, N * 200);
  ARRAY(uint64_t, t, T);
  uint32_t at = 0;
  for (long i = 0; i < N; i++) {
    uint32_t length = (uint32_t)(8 + 4 * (oracle_random() % 40));
    *(uint32_t *)(p_w + at) = length;
    *(uint32_t *)(p_w + at + 4) = (uint32_t)(oracle_random() % T);
    at += length;
  }
  RUN(oracle_sink = records(p, t, N));
  EXPECT(t, 99, 1);
}

LOOP uint64_t compacted(uint32_t *out, const uint32_t *k, const uint64_t *t, long n) {
  uint64_t kept = 0;
  for (long i = 0; i < n; i++)
    if (t[k[i]] & 1)
      out[kept++] = k[i];
  return kept;
}
CASE(compacted) {
  ARRAY(uint32_t, out, N);
  ARRAY(uint32_t, k, N);
  ARRAY(uint64_t, t, T);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = compacted(out, k, t, N));
  EXPECT(t, 99, 1);
  EXPECT(k, 99, 1);
}

/* A queue that the loop itself appends to: what it reads ahead may be stale. */
LOOP uint64_t queue(uint32_t *q, const uint32_t *next, long n) {
  long end = 2000;
  uint64_t s = 0;
  for (long i = 0; i < n; i++) {
    uint32_t v = q[i];
    s += next[v];
    if (end < n)
      q[end++] = next[v];
  }
  return s;
}
CASE(queue) {
  ARRAY(uint32_t, q, 2100);
  ARRAY(uint32_t, next, T);
  oracle_fill_u32(next_w, T, T);
  oracle_fill_u32(q_w, 2000, T);
  RUN(oracle_sink = queue(q, next, 2100));
  EXPECT(next, 90, 2);
}

LOOP uint64_t two_cursors(const uint32_t *a, const uint32_t *b, const uint64_t *t, long n) {
  uint64_t s = 0;
  long x = 0, y = 0;
  for (long i = 0; i < n; i++)
    s += t[a[x] < b[y] ? a[x++] : b[y++]];
  return s;
}
CASE(two_cursors) {
  ARRAY(uint32_t, a, N);
  ARRAY(uint32_t, b, N);
  ARRAY(uint64_t, t, T);
  oracle_rows(a_w, N - 1, 1, 2 * T / N - 10);
  oracle_rows(b_w, N - 1, 1, 2 * T / N - 10);
  RUN(oracle_sink = two_cursors(a, b, t, N - 10));
  EXPECT(t, 99, 1);
}

LOOP uint64_t last_position(const uint32_t *k, const uint64_t *t, long n) {
  uint64_t s = 0;
  uint32_t before = 0;
  for (long i = 0; i < n; i++) {
    s += t[before];
    before = k[i];
  }
  return s;
}
CASE(last_position) {
  ARRAY(uint32_t, k, N);
  ARRAY(uint64_t, t, T);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = last_position(k, t, N));
  EXPECT(t, 99, 1);
}

/* Each search begins where the one before ended, as in the intersection of a short list with a long one. */
LOOP uint64_t searched_onward(const uint64_t *t, const uint64_t *key, long n) {
  uint64_t at = 0, s = 0;
  for (long i = 0; i < n; i++) {
    uint64_t end = at + 1024;
    while (at < end) {
      uint64_t middle = at + (end - at) / 2;
      if (t[middle] < key[i])
        at = middle + 1;
      else
        end = middle;
    }
    s += t[at];
  }
  return s;
}
CASE(searched_onward) {
  enum { STEP = 700 };
  ARRAY(uint64_t, t, (N + 3) * STEP);
  ARRAY(uint64_t, key, N);
  for (int i = 0; i < (N + 3) * STEP; i++)
    t_w[i] = i;
  for (int i = 0; i < N; i++)
    key_w[i] = (i + 1) * STEP - oracle_random() % 100;
  RUN(oracle_sink = searched_onward(t, key, N));
  EXPECT(t, 95, 1);
}
