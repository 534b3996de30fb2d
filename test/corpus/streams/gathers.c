/* SPDX-License-Identifier: MIT */
/* Addresses computed from loaded values: indexes of every kind, chains, hashes, pointers, choices. */
// RUN: %streams %s
#include "oracle.h"

#include <string.h>

enum { N = 3000, T = 1 << 18, PAGE_OF = 128 };

LOOP uint64_t plain_index(const uint64_t *t, const uint32_t *k, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += t[k[i]];
  return s;
}
CASE(plain_index) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = plain_index(t, k, N));
  EXPECT(t, 99, 1);
  EXPECT(k, 99, 1);
}

LOOP double int_counter(const double *t, const int *k, int n) {
  double s = 0;
  for (int i = 0; i < n; i++)
    s += t[k[i]];
  return s;
}
CASE(int_counter) {
  ARRAY(double, t, T);
  ARRAY(int, k, N);
  oracle_fill_u32((uint32_t *)k_w, N, T);
  RUN(oracle_sink = (uint64_t)int_counter(t, k, N));
  EXPECT(t, 99, 1);
}

LOOP uint64_t unsigned_counter(const uint64_t *t, const uint32_t *k, unsigned n, unsigned first) {
  uint64_t s = 0;
  for (unsigned i = 0; i < n; i++)
    s += t[k[i + first]];
  return s;
}
CASE(unsigned_counter) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = unsigned_counter(t, k, N - 100, 100));
  EXPECT(t, 99, 1);
}

LOOP uint64_t counting_down(const uint64_t *t, const uint32_t *k, long n) {
  uint64_t s = 0;
  for (long i = n - 1; i >= 0; i--)
    s = s * 3 + t[k[i]];
  return s;
}
CASE(counting_down) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = counting_down(t, k, N));
  EXPECT(t, 99, 1);
}

LOOP uint64_t sum_of_two(const uint64_t *t, const uint32_t *k, const uint32_t *l, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += t[k[i] + l[i]];
  return s;
}
CASE(sum_of_two) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  ARRAY(uint32_t, l, N);
  oracle_fill_u32(k_w, N, T / 2);
  oracle_fill_u32(l_w, N, T / 2);
  RUN(oracle_sink = sum_of_two(t, k, l, N));
  EXPECT(t, 99, 1);
}

LOOP uint64_t five_parts(const uint64_t *t, const uint32_t *a, const uint32_t *b, const uint32_t *c, const uint32_t *d, const uint32_t *e, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += t[(a[i] ^ b[i] ^ c[i] ^ d[i] ^ e[i]) & (T - 1)];
  return s;
}
CASE(five_parts) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N + 4);
  oracle_fill_u32(k_w, N + 4, T);
  RUN(oracle_sink = five_parts(t, k, k + 1, k + 2, k + 3, k + 4, N));
  EXPECT(t, 99, 1);
}

LOOP uint64_t chain_of_two(const uint64_t *t, const uint32_t *a, const uint32_t *b, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += t[a[b[i]]];
  return s;
}
CASE(chain_of_two) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, a, T);
  ARRAY(uint32_t, b, N);
  oracle_fill_u32(a_w, T, T);
  oracle_fill_u32(b_w, N, T);
  RUN(oracle_sink = chain_of_two(t, a, b, N));
  EXPECT(t, 99, 1);
  EXPECT(a, 99, 1);
  EXPECT(b, 99, 1);
}

LOOP uint64_t chain_of_four(const uint64_t *t, const uint32_t *a, const uint32_t *b, const uint32_t *c, const uint32_t *d, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += t[a[b[c[d[i]]]]];
  return s;
}
CASE(chain_of_four) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, a, T);
  ARRAY(uint32_t, d, N);
  oracle_fill_u32(a_w, T, T);
  oracle_fill_u32(d_w, N, T);
  RUN(oracle_sink = chain_of_four(t, a, a, a, d, N));
  EXPECT(t, 99, 1);
  EXPECT(a, 99, 1);
}

static inline uint64_t mix(uint64_t k) {
  k ^= k >> 33;
  k *= UINT64_C(0xff51afd7ed558ccd);
  return k ^ k >> 33;
}

LOOP uint64_t hash_modulo(const uint32_t *t, uint64_t cap, const uint64_t *key, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += t[mix(key[i]) % cap];
  return s;
}
CASE(hash_modulo) {
  ARRAY(uint32_t, t, T);
  ARRAY(uint64_t, key, N);
  oracle_fill_u64(key_w, N, UINT64_C(1) << 60);
  RUN(oracle_sink = hash_modulo(t, T - 17, key, N));
  EXPECT(t, 99, 1);
}

LOOP uint64_t hash_constant_modulo(const uint32_t *t, const uint64_t *key, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += t[mix(key[i]) % 262139u];
  return s;
}
CASE(hash_constant_modulo) {
  ARRAY(uint32_t, t, T);
  ARRAY(uint64_t, key, N);
  oracle_fill_u64(key_w, N, UINT64_C(1) << 60);
  RUN(oracle_sink = hash_constant_modulo(t, key, N));
  EXPECT(t, 99, 1);
}

LOOP uint64_t hash_fast_range(const uint32_t *t, uint64_t cap, const uint64_t *key, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += t[(uint64_t)((unsigned __int128)mix(key[i]) * cap >> 64)];
  return s;
}
CASE(hash_fast_range) {
  ARRAY(uint32_t, t, T);
  ARRAY(uint64_t, key, N);
  oracle_fill_u64(key_w, N, UINT64_C(1) << 60);
  RUN(oracle_sink = hash_fast_range(t, T, key, N));
  EXPECT(t, 99, 1);
}

LOOP uint64_t hash_rotates(const uint32_t *t, const uint32_t *key, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++) {
    uint32_t h = key[i] * 0xcc9e2d51u;
    h = (h << 15 | h >> 17) * 0x1b873593u;
    s += t[h >> 14];
  }
  return s;
}
CASE(hash_rotates) {
  ARRAY(uint32_t, t, T);
  ARRAY(uint32_t, key, N);
  oracle_fill_u32(key_w, N, 1u << 31);
  RUN(oracle_sink = hash_rotates(t, key, N));
  EXPECT(t, 99, 1);
}

LOOP uint64_t negative_wraps(const uint64_t *t, int64_t max, const int64_t *idx, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++) {
    int64_t k = idx[i];
    if (k < 0)
      k += max;
    s += t[k * PAGE_OF];
  }
  return s;
}
CASE(negative_wraps) {
  ARRAY(uint64_t, t, T);
  ARRAY(int64_t, idx, N);
  for (long i = 0; i < N; i++)
    idx_w[i] = (int64_t)(oracle_random() % (T / PAGE_OF)) - (i % 2 ? T / PAGE_OF : 0);
  RUN(oracle_sink = negative_wraps(t, T / PAGE_OF, idx, N));
  EXPECT(t, 99, 1);
}

LOOP uint64_t clipped(const uint64_t *t, int64_t max, const int64_t *idx, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++) {
    int64_t k = idx[i];
    if (k < 0)
      k = 0;
    else if (k >= max)
      k = max - 1;
    s += t[k * PAGE_OF];
  }
  return s;
}
CASE(clipped) {
  ARRAY(uint64_t, t, T);
  ARRAY(int64_t, idx, N);
  for (long i = 0; i < N; i++)
    idx_w[i] = (int64_t)(oracle_random() % (2 * T / PAGE_OF)) - T / PAGE_OF / 2;
  RUN(oracle_sink = clipped(t, T / PAGE_OF, idx, N));
  EXPECT(t, 99, 1);
}

LOOP uint64_t null_index(const uint64_t *t, const uint32_t *idx, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s = s * 3 + (idx[i] == UINT32_MAX ? 0 : t[idx[i]]);
  return s;
}
CASE(null_index) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, idx, N);
  for (long i = 0; i < N; i++)
    idx_w[i] = i % 3 ? (uint32_t)(oracle_random() % T) : UINT32_MAX;
  RUN(oracle_sink = null_index(t, idx, N));
  EXPECT(t, 99, 1);
}

struct pair {
  uint32_t a, b;
};
LOOP uint64_t field_of_record(const uint64_t *t, const struct pair *p, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += t[p[i].b] + p[i].a;
  return s;
}
CASE(field_of_record) {
  ARRAY(uint64_t, t, T);
  ARRAY(struct pair, p, N);
  oracle_fill_u32((uint32_t *)p_w, 2 * N, T);
  RUN(oracle_sink = field_of_record(t, p, N));
  EXPECT(t, 99, 1);
  EXPECT(p, 99, 1);
}

struct packed {
  uint32_t kind : 7, index : 18, rest : 7;
};
LOOP uint64_t bit_field(const uint64_t *t, const struct packed *p, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += t[p[i].index];
  return s;
}
CASE(bit_field) {
  ARRAY(uint64_t, t, T);
  ARRAY(struct packed, p, N);
  oracle_fill_u32((uint32_t *)p_w, N, 1u << 31);
  RUN(oracle_sink = bit_field(t, p, N));
  EXPECT(t, 99, 1);
}

LOOP uint64_t pointer_table(uint64_t *const *row, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += row[i][3];
  return s;
}
CASE(pointer_table) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint64_t *, row, N);
  for (long i = 0; i < N; i++)
    row_w[i] = t + oracle_random() % (T - 4);
  RUN(oracle_sink = pointer_table(row, N));
  EXPECT(t, 99, 1);
  EXPECT(row, 99, 1);
}

struct node {
  uint64_t key;
  uint64_t *data;
  uint64_t more[2];
};
LOOP uint64_t pointer_of_pointer(struct node *const *t, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += *t[i]->data;
  return s;
}
CASE(pointer_of_pointer) {
  ARRAY(uint64_t, data, T);
  ARRAY(struct node, nodes, T / 4);
  ARRAY(struct node *, t, N);
  for (long i = 0; i < T / 4; i++)
    nodes_w[i].data = data + oracle_random() % T;
  for (long i = 0; i < N; i++)
    t_w[i] = nodes + oracle_random() % (T / 4);
  RUN(oracle_sink = pointer_of_pointer(t, N));
  EXPECT(data, 99, 1);
  EXPECT(nodes, 99, 1);
}

LOOP uint64_t packed_24_bits(const uint8_t *t, const uint8_t *ix, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++) {
    uint32_t k = 0;
    memcpy(&k, ix + 3 * i, 3);
    s += t[k * UINT64_C(64)];
  }
  return s;
}
CASE(packed_24_bits) {
  ARRAY(uint8_t, t, 64 << 16);
  ARRAY(uint8_t, ix, 3 * N);
  for (long i = 0; i < 3 * N; i++)
    ix_w[i] = i % 3 == 2 ? 0 : (uint8_t)oracle_random();
  RUN(oracle_sink = packed_24_bits(t, ix, N));
  EXPECT(t, 99, 1);
}

LOOP uint64_t skips_repeats(const uint64_t *t, const uint32_t *idx, long n) {
  uint64_t s = 0;
  uint32_t last = UINT32_MAX;
  for (long i = 0; i < n; i++) {
    if (idx[i] == last)
      continue;
    last = idx[i];
    s += t[idx[i]];
  }
  return s;
}
CASE(skips_repeats) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, idx, N);
  for (long i = 0; i < N; i++)
    idx_w[i] = i % 3 ? idx_w[i - 1] : (uint32_t)(oracle_random() % T);
  RUN(oracle_sink = skips_repeats(t, idx, N));
  EXPECT(t, 99, 1);
}

LOOP uint64_t under_a_mask(const uint64_t *t, const uint32_t *k, const uint8_t *m, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    if (m[i])
      s = s * 3 + t[k[i]];
  return s;
}
CASE(under_a_mask) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  ARRAY(uint8_t, m, N);
  oracle_fill_u32(k_w, N, T);
  for (long i = 0; i < N; i++)
    m_w[i] = oracle_random() % 4 == 0;
  RUN(oracle_sink = under_a_mask(t, k, m, N));
  EXPECT(t, 99, 1);
}

/* The index is read only where the check lets it be: elsewhere it would lead beside the array. */
LOOP uint64_t checked_index(const uint64_t *t, uint64_t size, const uint64_t *k, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    if (k[i] < size)
      s = s * 3 + t[t[k[i]]];
  return s;
}
CASE(checked_index) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint64_t, k, N);
  oracle_fill_u64(t_w, T, T);
  oracle_fill_u64(k_w, N, T + 4096);
  RUN(oracle_sink = checked_index(t, T, k, N));
  EXPECT(t, 99, 1);
}

/* A condition that no program can know: nothing may be read behind it. */
LOOP uint64_t behind_floating_point(const uint64_t *t, const uint64_t *k, const double *x, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    if (x[i] > 0.5)
      s = s * 3 + t[t[k[i]]];
  return s;
}
CASE(behind_floating_point) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint64_t, k, N);
  ARRAY(double, x, N);
  oracle_fill_u64(t_w, T, T);
  for (long i = 0; i < N; i++) {
    x_w[i] = (double)(i % 2);
    k_w[i] = i % 2 ? oracle_random() % T : T + 4000;
  }
  RUN(oracle_sink = behind_floating_point(t, k, x, N));
  EXPECT(x, 99, 1);
}

LOOP uint64_t two_tables(const uint64_t *t, const uint64_t *u, const uint32_t *k, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += t[k[i]] ^ u[k[i] / 2];
  return s;
}
CASE(two_tables) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint64_t, u, T / 2);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = two_tables(t, u, k, N));
  EXPECT(t, 99, 1);
  EXPECT(u, 99, 1);
}

LOOP uint64_t table_by_choice(const uint64_t *t, const uint64_t *u, const uint32_t *k, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += *(k[i] & 1 ? t + k[i] : u + k[i]);
  return s;
}
CASE(table_by_choice) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint64_t, u, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = table_by_choice(t, u, k, N));
  EXPECT(t, 99, 1);
  EXPECT(u, 99, 1);
}

/* An element is copied to the stack, whole, because its address is handed on, and read again from there. */
struct small_edge {
  uint32_t to, weight;
};
LOOP uint64_t seen_edge(const void *edge) {
  return *(const uint32_t *)edge;
}
LOOP uint64_t copied_small(const uint64_t *t, const struct small_edge *edges, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++) {
    struct small_edge e = edges[i];
    uint64_t far = t[e.to];
    s += far > 1 ? far : seen_edge(&e);
  }
  return s;
}
CASE(copied_small) {
  ARRAY(uint64_t, t, T);
  ARRAY(struct small_edge, edges, N);
  for (int i = 0; i < N; i++)
    edges_w[i].to = (uint32_t)(oracle_random() % T);
  RUN(oracle_sink = copied_small(t, edges, N));
  EXPECT(t, 99, 1);
}

struct large_edge {
  uint64_t key[3];
  uint32_t weight, to;
  double length;
};
LOOP uint64_t copied_large(const uint64_t *t, const struct large_edge *edges, uint64_t *out, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++) {
    struct large_edge e = edges[i];
    out[i] = e.key[1];
    uint64_t far = t[e.to];
    s += far > 1 ? far : seen_edge(&e);
  }
  return s;
}
CASE(copied_large) {
  ARRAY(uint64_t, t, T);
  ARRAY(struct large_edge, edges, N);
  ARRAY(uint64_t, out, N);
  for (int i = 0; i < N; i++)
    edges_w[i].to = (uint32_t)(oracle_random() % T);
  RUN(oracle_sink = copied_large(t, edges, out, N));
  EXPECT(t, 99, 1);
}
