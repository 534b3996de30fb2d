/* SPDX-License-Identifier: MIT */
/* Loops that end early, whose bounds are read again, that call, allocate and may not return. */
// RUN: %streams %s
#include "oracle.h"

#include <stdlib.h>

enum { N = 3000, T = 1 << 18 };

LOOP int raises(const uint64_t *t, int64_t max, const int64_t *idx, long n, uint64_t *o) {
  for (long i = 0; i < n; i++) {
    int64_t k = idx[i];
    if (k < 0 || k >= max)
      return -1;
    o[i] = t[k];
  }
  return 0;
}
CASE(index_check) {
  ARRAY(uint64_t, t, T);
  ARRAY(int64_t, idx, N);
  ARRAY(uint64_t, o, N);
  oracle_fill_u64((uint64_t *)idx_w, N, T);
  RUN(oracle_sink = (uint64_t)raises(t, T, idx, N, o));
  EXPECT(t, 99, 1);
}
CASE(index_check_fails) {
  ARRAY(uint64_t, t, T);
  ARRAY(int64_t, idx, N);
  ARRAY(uint64_t, o, N);
  oracle_fill_u64((uint64_t *)idx_w, N, T);
  idx_w[N / 2] = T + 100;
  RUN(oracle_sink = (uint64_t)raises(t, T, idx, N, o));
  EXPECT(t, 99, 5);
}

LOOP long first_match(const uint64_t *t, const uint32_t *k, long n, uint64_t wanted) {
  for (long i = 0; i < n; i++)
    if (t[k[i]] == wanted)
      return i;
  return -1;
}
CASE(first_match) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = (uint64_t)first_match(t, k, N, 77));
  EXPECT(t, 99, 1);
}

LOOP uint64_t iterators(const uint64_t *t, const uint32_t *p, const uint32_t *e) {
  uint64_t s = 0;
  while (p != e)
    s += t[*p++];
  return s;
}
CASE(iterators) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = iterators(t, k, k + N));
  EXPECT(t, 99, 1);
  EXPECT(k, 99, 1);
}

struct vector {
  uint64_t *p;
  long n;
};
LOOP void bound_reread(struct vector *d, const struct vector *x, const uint32_t *k) {
  for (long i = 0; i < d->n; i++)
    d->p[i] = x->p[k[i]];
}
CASE(bound_reread) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint64_t, out, N);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  struct vector d = {out, N}, x = {t, T};
  RUN(bound_reread(&d, &x, k));
  EXPECT(t, 99, 1);
}

struct bucket {
  int n;
  struct bucket *next;
};
LOOP void rare_malloc(struct bucket *t, const uint32_t *key, long n, unsigned mask) {
  for (long i = 0; i < n; i++) {
    struct bucket *c = t + (key[i] & mask);
    if (c->n == 2) {
      struct bucket *x = malloc(sizeof *x);
      x->next = c->next;
      c->next = x;
    } else
      c->n++;
  }
}
CASE(rare_malloc) {
  ARRAY(struct bucket, t, T / 4);
  ARRAY(uint32_t, key, N);
  oracle_fill_u32(key_w, N, 1u << 31);
  RUN(rare_malloc(t, key, N, T / 4 - 1));
  EXPECT(t, 99, 1);
}

LOOP uint64_t opaque(uint64_t x) {
  return x * 3 + oracle_sink;
}
LOOP uint64_t calls(const uint64_t *t, const uint32_t *k, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += opaque(t[k[i]]);
  return s;
}
CASE(calls) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = calls(t, k, N));
  EXPECT(t, 99, 1);
}

__attribute__((noinline, noreturn)) void give_up(void) {
  abort();
}
LOOP uint64_t may_give_up(const uint64_t *t, const uint32_t *k, long n, uint64_t bad) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++) {
    if (t[k[i]] == bad)
      give_up();
    s += k[i];
  }
  return s;
}
CASE(may_give_up) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = may_give_up(t, k, N, 5));
  EXPECT(t, 99, 1);
}

LOOP uint64_t do_while(const uint64_t *t, const uint32_t *k, long n) {
  uint64_t s = 0;
  long i = 0;
  do
    s += t[k[i]];
  while (++i < n);
  return s;
}
CASE(do_while) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = do_while(t, k, N));
  EXPECT(t, 99, 1);
}

LOOP uint64_t filter(const uint32_t *const f[4], const uint32_t *key, long n, uint32_t mask) {
  uint64_t hits = 0;
  for (long i = 0; i < n; i++) {
    uint32_t h = key[i];
    int p;
    for (p = 0; p < 4; p++) {
      h = h * 2654435761u + 1;
      if (!(f[p][(h & mask) >> 5] >> (h & 31) & 1))
        break;
    }
    hits += p == 4;
  }
  return hits;
}
CASE(filter_of_four_probes) {
  ARRAY(uint32_t, bits, 4 * T);
  ARRAY(uint32_t, key, N);
  oracle_fill_u32(key_w, N, 1u << 31);
  oracle_fill_u32(bits_w, 4 * T, UINT64_C(1) << 31);
  const uint32_t *const f[4] = {bits, bits + T, bits + 2 * T, bits + 3 * T};
  RUN(oracle_sink = filter(f, key, N, T * 32 - 1));
  EXPECT(bits, 95, 5);
}

LOOP uint64_t by_switch(const uint64_t *t, const uint32_t *k, const uint8_t *op, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    switch (op[i]) {
    case 0:
      s += t[k[i]];
      break;
    case 1:
      s ^= t[k[i]] << 1;
      break;
    case 5:
      s *= 3;
      break;
    default:
      s--;
    }
  return s;
}
CASE(by_switch) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  ARRAY(uint8_t, op, N);
  oracle_fill_u32(k_w, N, T);
  for (long i = 0; i < N; i++)
    op_w[i] = (uint8_t)(oracle_random() % 2);
  RUN(oracle_sink = by_switch(t, k, op, N));
  EXPECT(t, 99, 1);
}

/* Loops that compilers turn round: what stands before an iteration is tested at the end of the one before. An index that fails
 * leads beside the array: programs must not follow it. */
enum { BAD = T + 100 };

LOOP uint64_t while_small(const uint64_t *t, const uint32_t *a, const int64_t *idx, long n, int64_t limit) {
  uint64_t s = 0;
  long i = 0;
  while (i < n && idx[i] < limit) {
    s += t[a[idx[i]]];
    i++;
  }
  return s;
}
CASE(while_small) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, a, T);
  ARRAY(int64_t, idx, N);
  oracle_fill_u32(a_w, T, T);
  oracle_fill_u64((uint64_t *)idx_w, N, T);
  idx_w[N / 2] = BAD;
  RUN(oracle_sink = while_small(t, a, idx, N, T));
  EXPECT(t, 99, 5);
}

LOOP uint64_t handed_on(const uint64_t *t, const uint32_t *a, const int64_t *idx, long n, int64_t limit) {
  uint64_t s = 0;
  long i = 0;
  int64_t k = idx[0];
  do {
    s += t[a[k]];
    if (++i >= n)
      break;
    k = idx[i];
  } while (k < limit);
  return s;
}
CASE(handed_on) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, a, T);
  ARRAY(int64_t, idx, N);
  oracle_fill_u32(a_w, T, T);
  oracle_fill_u64((uint64_t *)idx_w, N, T);
  idx_w[N / 2] = BAD;
  RUN(oracle_sink = handed_on(t, a, idx, N, T));
  EXPECT(t, 99, 5);
}

/* Half of the entries are valid. In the middle an index leads to one that is not, and a later one beside the arrays. */
PAGEPREFETCH_OFF static void fill_checked(uint32_t *a, uint8_t *valid, int64_t *idx) {
  oracle_fill_u32(a, T / 2, T);
  oracle_fill_u64((uint64_t *)idx, N, T / 2);
  for (long i = 0; i < T / 2; i++)
    valid[i] = 1;
  idx[N / 2] = T / 2 + 100;
  idx[N / 2 + 5] = 2 * BAD;
}

LOOP uint64_t turned_round(const uint64_t *t, const uint32_t *a, const uint8_t *valid, const int64_t *idx, long n,
                           int64_t limit) {
  uint64_t s = 0;
  long i = 0;
  if (n <= 0 || idx[0] >= limit || !valid[idx[0]])
    return 0;
  do {
    s += t[a[idx[i]]];
    i++;
  } while (i < n && idx[i] < limit && valid[idx[i]]);
  return s;
}
CASE(turned_round) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, a, T / 2);
  ARRAY(uint8_t, valid, T);
  ARRAY(int64_t, idx, N);
  fill_checked(a_w, valid_w, idx_w);
  RUN(oracle_sink = turned_round(t, a, valid, idx, N, T));
  EXPECT(t, 99, 5);
}

LOOP uint64_t sentinel(const uint64_t *t, const uint32_t *a, const uint32_t *idx, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n && idx[i] != BAD; i++)
    s += t[a[idx[i]]];
  return s;
}
CASE(sentinel) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, a, T);
  ARRAY(uint32_t, idx, N);
  oracle_fill_u32(a_w, T, T);
  oracle_fill_u32(idx_w, N, T);
  idx_w[N / 2] = BAD;
  RUN(oracle_sink = sentinel(t, a, idx, N));
  EXPECT(t, 99, 5);
}

/* The test has a load of its own. */
LOOP uint64_t while_below(const uint64_t *t, const uint32_t *a, const int64_t *idx, const int64_t *limit, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n && idx[i] < limit[i]; i++)
    s += t[a[idx[i]]];
  return s;
}
CASE(while_below) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, a, T);
  ARRAY(int64_t, idx, N);
  ARRAY(int64_t, limit, N);
  oracle_fill_u32(a_w, T, T);
  oracle_fill_u64((uint64_t *)idx_w, N, T);
  for (long i = 0; i < N; i++)
    limit_w[i] = T;
  idx_w[N / 2] = BAD;
  RUN(oracle_sink = while_below(t, a, idx, limit, N));
  EXPECT(t, 99, 5);
}

/* One test leads to the next. */
LOOP uint64_t while_valid(const uint64_t *t, const uint32_t *a, const uint8_t *valid, const int64_t *idx, long n, int64_t limit) {
  uint64_t s = 0;
  for (long i = 0; i < n && idx[i] < limit && valid[idx[i]]; i++)
    s += t[a[idx[i]]];
  return s;
}
CASE(while_valid) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, a, T / 2);
  ARRAY(uint8_t, valid, T);
  ARRAY(int64_t, idx, N);
  fill_checked(a_w, valid_w, idx_w);
  RUN(oracle_sink = while_valid(t, a, valid, idx, N, T));
  EXPECT(t, 99, 5);
}
