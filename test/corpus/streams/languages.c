/* SPDX-License-Identifier: MIT */
/* What C and its extensions have: arrays of variable shape, flexible, packed and big-endian fields, unions, jumps to labels. */
// RUN: %streams %s
#include "oracle.h"

#include <complex.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { N = 3000, T = 1 << 18 };

/* Arrays of variable shape. */
LOOP double vla_by_columns(long rows, long columns, const double a[rows][columns]) {
  double s = 0;
  for (long j = 0; j < columns; j++)
    for (long i = 0; i < rows; i++)
      s += a[i][j];
  return s;
}
CASE(vla_by_columns) {
  ARRAY(double, a, 300 * 600);
  RUN(oracle_sink = (uint64_t)vla_by_columns(300, 600, (const double(*)[600])a));
  EXPECT(a, 99, 1);
}

LOOP void vla_stencil(int n, int m, double (*restrict to)[n][m], double (*restrict from)[n][m]) {
  for (int i = 1; i < n - 1; i++)
    for (int j = 1; j < m - 1; j++)
      (*to)[i][j] = ((*from)[i - 1][j] + (*from)[i + 1][j] + (*from)[i][j - 1] + (*from)[i][j + 1]) / 4;
}
CASE(vla_stencil) {
  ARRAY(double, to, 300 * 520);
  ARRAY(double, from, 300 * 520);
  RUN(vla_stencil(300, 520, (double(*)[300][520])to, (double(*)[300][520])from));
  EXPECT(to, 98, 1);
  EXPECT(from, 98, 1);
}

LOOP float vla_rows_by_index(size_t rows, size_t dim, const float (*a)[dim], const uint32_t *row, size_t n) {
  float s = 0;
  (void)rows;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < dim; j++)
      s += a[row[i]][j];
  return s;
}
CASE(vla_rows_by_index) {
  ARRAY(float, a, 2000 * 192);
  ARRAY(uint32_t, row, 700);
  oracle_fill_u32(row_w, 700, 2000);
  RUN(oracle_sink = (uint64_t)vla_rows_by_index(2000, 192, (const float(*)[192])a, row, 700));
  EXPECT(a, 98, 3);
}

LOOP uint64_t vla_of_counters(int kinds, const uint64_t *t, const uint32_t *k, long n) {
  uint64_t sums[kinds];
  memset(sums, 0, sizeof sums);
  for (long i = 0; i < n; i++)
    sums[k[i] % (unsigned)kinds] += t[k[i]];
  uint64_t s = 0;
  for (int i = 0; i < kinds; i++)
    s = s * 3 + sums[i];
  return s;
}
CASE(vla_of_counters) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = vla_of_counters(13, t, k, N));
  EXPECT(t, 99, 1);
}

LOOP int vla_bands(int planes, int rows, int columns, const int v[planes][rows][columns]) {
  int s = 0;
  for (int j = 0; j < rows; j += 8)
    for (int i = 0; i < planes; i++)
      for (int k = 0; k < columns; k++)
        s ^= v[i][j][k];
  return s;
}
CASE(vla_bands) {
  ARRAY(int, v, 20 * 64 * 1024);
  RUN(oracle_sink = (uint64_t)vla_bands(20, 64, 1024, (const int(*)[64][1024])v));
  EXPECT(v, 99, 1);
}

/* Flexible arrays. */
struct message {
  uint32_t count, kind;
  uint32_t body[];
};
LOOP uint64_t flexible_by_pointer(struct message *const *m, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    for (uint32_t k = 0; k < m[i]->count; k++)
      s += m[i]->body[k];
  return s;
}
CASE(flexible_by_pointer) {
  enum { STEP = 2000 };
  ARRAY(uint32_t, memory, 400 * STEP);
  ARRAY(struct message *, m, 400);
  ARRAY(uint32_t, order, 400);
  oracle_permute(order_w, 400);
  for (long i = 0; i < 400; i++) {
    ((struct message *)(memory_w + i * STEP))->count = 600 + (uint32_t)oracle_random() % 1300;
    m_w[i] = (struct message *)(memory + (size_t)order_w[i] * STEP);
  }
  RUN(oracle_sink = flexible_by_pointer(m, 400));
  EXPECT(memory, 98, 3);
}

LOOP uint64_t flexible_walked(const struct message *m, const struct message *end) {
  uint64_t s = 0;
  while (m < end) {
    s += m->kind;
    m = (const struct message *)(m->body + m->count);
  }
  return s;
}
CASE(flexible_walked) {
  enum { WORDS = 200000 };
  ARRAY(uint32_t, memory, WORDS);
  long at = 0;
  while (at < WORDS - 400) {
    memory_w[at] = 10 + (uint32_t)oracle_random() % 300;
    at += memory_w[at] + 2;
  }
  RUN(oracle_sink = flexible_walked((struct message *)memory, (struct message *)(memory + at)));
  EXPECT(memory, 98, 1);
}

LOOP uint64_t flexible_picks(const struct message *m, const uint64_t *t) {
  uint64_t s = 0;
  for (uint32_t i = 0; i < m->count; i++)
    s += t[m->body[i]];
  return s;
}
CASE(flexible_picks) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, m, N + 2);
  oracle_fill_u32(m_w, N + 2, T);
  m_w[0] = N;
  RUN(oracle_sink = flexible_picks((struct message *)m, t));
  EXPECT(t, 99, 1);
  EXPECT(m, 99, 1);
}

/* Packed, big-endian and narrow fields. */
struct __attribute__((packed)) entry {
  uint8_t kind;
  uint32_t index;
  uint16_t weight;
};
LOOP uint64_t packed_fields(const uint64_t *t, const struct entry *e, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += t[e[i].index] * e[i].weight;
  return s;
}
CASE(packed_fields) {
  ARRAY(uint64_t, t, T);
  ARRAY(struct entry, e, N);
  for (long i = 0; i < N; i++)
    e_w[i].index = (uint32_t)oracle_random() % T;
  RUN(oracle_sink = packed_fields(t, e, N));
  EXPECT(t, 99, 1);
  EXPECT(e, 99, 1);
}

#ifndef __clang__ /* clang has no such attribute */
struct __attribute__((packed, scalar_storage_order("big-endian"))) wire {
  uint16_t kind;
  uint32_t index;
};
LOOP uint64_t big_endian_fields(const uint64_t *t, const struct wire *w, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += t[w[i].index] + w[i].kind;
  return s;
}
CASE(big_endian_fields) {
  ARRAY(uint64_t, t, T);
  ARRAY(struct wire, w, N);
  for (long i = 0; i < N; i++)
    w_w[i].index = (uint32_t)oracle_random() % T;
  RUN(oracle_sink = big_endian_fields(t, w, N));
  EXPECT(t, 99, 1);
  EXPECT(w, 99, 1);
}
#endif

static inline uint32_t get_be32(const void *from) {
  uint32_t x;
  memcpy(&x, from, sizeof x);
  return __builtin_bswap32(x);
}
LOOP uint64_t big_endian_by_swap(const uint64_t *t, const uint8_t *k, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += t[get_be32(k + 6 * i + 2)];
  return s;
}
LOOP uint64_t big_endian_by_bytes(const uint64_t *t, const uint8_t *k, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++, k += 6)
    s += t[(uint32_t)k[2] << 24 | (uint32_t)k[3] << 16 | (uint32_t)k[4] << 8 | k[5]];
  return s;
}
#define BIG_ENDIAN_CASE(name)                                                                                                    \
  CASE(name) {                                                                                                                   \
    ARRAY(uint64_t, t, T);                                                                                                       \
    ARRAY(uint8_t, k, 6 * N);                                                                                                    \
    for (long i = 0; i < N; i++) {                                                                                               \
      uint32_t index = __builtin_bswap32((uint32_t)oracle_random() % T);                                                         \
      memcpy(k_w + 6 * i + 2, &index, sizeof index);                                                                             \
    }                                                                                                                            \
    RUN(oracle_sink = name(t, k, N));                                                                                            \
    EXPECT(t, 99, 1);                                                                                                            \
    EXPECT(k, 99, 1);                                                                                                            \
  }
BIG_ENDIAN_CASE(big_endian_by_swap)
BIG_ENDIAN_CASE(big_endian_by_bytes)

struct narrow {
  uint64_t tag : 11, index : 18, back : 35;
  int64_t delta : 15, rest : 49;
};
LOOP uint64_t bit_fields(const uint64_t *t, const struct narrow *f, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += t[f[i].index + f[i].delta] ^ f[i].back;
  return s;
}
CASE(bit_fields) {
  ARRAY(uint64_t, t, T);
  ARRAY(struct narrow, f, N);
  for (long i = 0; i < N; i++) {
    f_w[i].index = (1 << 15) + oracle_random() % (T - (1 << 16));
    f_w[i].delta = (int64_t)(oracle_random() % (1 << 15)) - (1 << 14);
  }
  RUN(oracle_sink = bit_fields(t, f, N));
  EXPECT(t, 99, 1);
  EXPECT(f, 99, 1);
}

/* Unions: the same bytes as another type, and values with a tag. */
union word {
  uint64_t whole;
  struct {
    uint32_t low, high;
  };
};
LOOP uint64_t union_halves(const uint64_t *t, const union word *k, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++) {
    union word w = {.whole = k[i].whole * 3};
    s += t[w.high % T] + t[w.low % T];
  }
  return s;
}
CASE(union_halves) {
  ARRAY(uint64_t, t, T);
  ARRAY(union word, k, N);
  oracle_fill_u64((uint64_t *)k_w, N, UINT64_C(1) << 62);
  for (long i = 0; i < N; i++)
    k_w[i].high = (uint32_t)oracle_random();
  RUN(oracle_sink = union_halves(t, k, N));
  EXPECT(t, 99, 1);
}

struct value {
  enum { NUMBER, SLOT, POINTER } tag;
  union {
    uint64_t number;
    uint32_t slot;
    const uint64_t *pointer;
  };
};
LOOP uint64_t tagged_values(const uint64_t *t, const struct value *v, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    switch (v[i].tag) {
    case NUMBER:
      s += v[i].number;
      break;
    case SLOT:
      s ^= t[v[i].slot];
      break;
    case POINTER:
      s -= *v[i].pointer;
    }
  return s;
}
CASE(tagged_values) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint64_t, u, T);
  ARRAY(struct value, v, N);
  for (long i = 0; i < N; i++) {
    v_w[i].tag = i % 3;
    if (v_w[i].tag == SLOT)
      v_w[i].slot = (uint32_t)oracle_random() % T;
    else if (v_w[i].tag == POINTER)
      v_w[i].pointer = u + oracle_random() % T;
    else
      v_w[i].number = UINT64_MAX - (uint64_t)i;
  }
  RUN(oracle_sink = tagged_values(t, v, N));
  EXPECT(t, 99, 1);
  EXPECT(u, 99, 1);
  EXPECT(v, 99, 1);
}

#ifndef __clang__ /* clang has no nested functions */
LOOP uint64_t nested_function(const uint64_t *t, const uint32_t *k, long n, uint64_t most) {
  uint64_t s = 0;
  void add(uint32_t slot) {
    if (t[slot] <= most)
      s += t[slot];
  }
  for (long i = 0; i < n; i++)
    add(k[i]);
  return s;
}
CASE(nested_function) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = nested_function(t, k, N, 7));
  EXPECT(t, 99, 1);
}
#endif

/* Jumps: labels as values, a loop of gotos, Duff's device. */
LOOP uint64_t labels_as_values(const uint8_t *code, const uint32_t *operand, const uint64_t *t, const uint64_t *u) {
  static void *const operation[] = {&&add, &&mix, &&skip, &&end};
  uint64_t s = 0;
  goto *operation[*code];
add:
  s += t[*operand++];
  goto *operation[*++code];
mix:
  s = s * 3 ^ u[*operand++];
  goto *operation[*++code];
skip:
  operand++;
  goto *operation[*++code];
end:
  return s;
}
CASE(labels_as_values) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint64_t, u, T);
  ARRAY(uint8_t, code, N);
  ARRAY(uint32_t, operand, N);
  for (long i = 0; i < N; i++)
    code_w[i] = i < N - 1 ? oracle_random() % 3 : 3;
  oracle_fill_u32(operand_w, N, T);
  RUN(oracle_sink = labels_as_values(code, operand, t, u));
  EXPECT(t, 98, 60);
  EXPECT(u, 98, 60);
}

LOOP uint64_t opcodes_by_switch(const uint8_t *code, const uint32_t *operand, const uint64_t *t, const uint64_t *u) {
  uint64_t s = 0;
  for (;;)
    switch (*code++) {
    case 0:
      s += t[*operand++];
      break;
    case 1:
      s = s * 3 ^ u[*operand++];
      break;
    case 2:
      operand++;
      break;
    default:
      return s;
    }
}
CASE(opcodes_by_switch) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint64_t, u, T);
  ARRAY(uint8_t, code, N);
  ARRAY(uint32_t, operand, N);
  for (long i = 0; i < N; i++)
    code_w[i] = i < N - 1 ? oracle_random() % 3 : 3;
  oracle_fill_u32(operand_w, N, T);
  RUN(oracle_sink = opcodes_by_switch(code, operand, t, u));
  EXPECT(t, 98, 1);
  EXPECT(u, 98, 1);
}

LOOP uint64_t loop_of_gotos(const uint64_t *t, const uint32_t *k, long n) {
  uint64_t s = 0;
  long i = 0;
again:
  if (i >= n)
    goto out;
  if (k[i] % 3 == 0)
    goto next;
  s += t[k[i]];
next:
  i++;
  goto again;
out:
  return s;
}
CASE(loop_of_gotos) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = loop_of_gotos(t, k, N));
  EXPECT(t, 98, 1);
}

LOOP uint64_t duffs_device(const uint64_t *t, const uint32_t *k, long n) {
  uint64_t s = 0;
  long rounds = (n + 3) / 4;
  switch (n % 4) {
  case 0:
    do {
      s += t[*k++];
    case 3:
      s += t[*k++];
    case 2:
      s += t[*k++];
    case 1:
      s += t[*k++];
    } while (--rounds > 0);
  }
  return s;
}
CASE(duffs_device) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = duffs_device(t, k, N - 1));
  EXPECT(t, 98, 1);
  EXPECT(k, 98, 1);
}

/* Elements of every kind. */
LOOP double complex_gather(const double _Complex *t, const int *k, int n) {
  double _Complex s = 0;
  for (int i = 0; i < n; i++)
    s += t[k[i]] * (1 + 2 * I);
  return creal(s) + cimag(s);
}
CASE(complex_gather) {
  ARRAY(double _Complex, t, T / 2);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T / 2);
  RUN(oracle_sink = (uint64_t)complex_gather(t, (const int *)k, N));
  EXPECT(t, 99, 1);
}

typedef float four __attribute__((vector_size(16)));
LOOP float vectors_of_four(const four *t, const uint16_t *k, long n) {
  four s = {0};
  for (long i = 0; i < n; i++)
    s += t[k[i]] * 2;
  return s[0] + s[1] + s[2] + s[3];
}
CASE(vectors_of_four) {
  ARRAY(four, t, 1 << 16);
  ARRAY(uint16_t, k, N);
  for (long i = 0; i < N; i++)
    k_w[i] = (uint16_t)oracle_random();
  RUN(oracle_sink = (uint64_t)vectors_of_four(t, k, N));
  EXPECT(t, 99, 1);
}

LOOP uint64_t wide_numbers(const unsigned __int128 *t, const long double *u, const uint32_t *k, long n) {
  unsigned __int128 s = 0;
  long double x = 0;
  for (long i = 0; i < n; i++)
    s += t[k[i]], x += u[k[i]];
  return (uint64_t)(s >> 64) + (uint64_t)x;
}
CASE(wide_numbers) {
  ARRAY(unsigned __int128, t, T / 2);
  ARRAY(long double, u, T / 2);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T / 2);
  RUN(oracle_sink = wide_numbers(t, u, k, N));
  EXPECT(t, 99, 1);
  EXPECT(u, 99, 1);
}

LOOP uint64_t bit_set(const uint64_t *bits, const uint32_t *k, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += bits[k[i] / 64] >> k[i] % 64 & 1;
  return s;
}
CASE(bit_set) {
  ARRAY(uint64_t, bits, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, UINT64_C(64) * T);
  RUN(oracle_sink = bit_set(bits, k, N));
  EXPECT(bits, 99, 1);
}

/* Elements of a size that only the caller knows. */
LOOP uint64_t bytes_of_any_size(const void *base, size_t count, size_t size, uint64_t (*key)(const void *)) {
  uint64_t s = 0;
  for (size_t i = 0; i < count; i++)
    s += key((const char *)base + i * size);
  return s;
}
static LOOP uint64_t first_word(const void *at) { return *(const uint64_t *)at; }
CASE(bytes_of_any_size) {
  ARRAY(uint64_t, base, T);
  RUN(oracle_sink = bytes_of_any_size(base, 256, 8192, first_word));
  EXPECT(base, 99, 1);
}

struct link {
  struct link *next;
};
struct item {
  uint64_t weight, more[5];
  struct link link;
};
#define CONTAINER_OF(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))
LOOP uint64_t container_of(struct link *const *head, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    for (struct link *l = head[i]; l; l = l->next)
      s += CONTAINER_OF(l, struct item, link)->weight;
  return s;
}
CASE(container_of) {
  enum { ITEMS = 1 << 14 };
  ARRAY(struct item, item, ITEMS);
  ARRAY(struct link *, head, N);
  for (long i = 0; i < ITEMS; i++)
    item_w[i].link.next = i % 4 ? &item[oracle_random() % ITEMS / 4 * 4].link : NULL;
  for (long i = 0; i < N; i++)
    head_w[i] = &item[oracle_random() % ITEMS].link;
  RUN(oracle_sink = container_of(head, N));
  EXPECT(item, 98, 1);
}

/* Ways to leave a loop, and to look after it. */
static uint64_t checked_slot(const uint64_t *t, size_t size, uint32_t slot) {
  if (slot >= size)
    abort();
  return t[slot];
}
LOOP uint64_t asserted(const uint64_t *t, size_t size, const uint32_t *k, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += checked_slot(t, size, k[i]);
  return s;
}
CASE(asserted) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = asserted(t, T, k, N));
  EXPECT(t, 99, 1);
}

static jmp_buf out_of_it;
LOOP uint64_t left_by_longjmp(const uint64_t *t, const uint32_t *k, long n) {
  volatile uint64_t s = 0;
  if (!setjmp(out_of_it))
    for (long i = 0; i < n; i++) {
      if (t[k[i]] == 1)
        longjmp(out_of_it, 1);
      s += t[k[i]];
    }
  return s;
}
CASE(left_by_longjmp) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = left_by_longjmp(t, k, N));
  EXPECT(t, 99, 1);
}

static volatile sig_atomic_t stop;
LOOP uint64_t until_stopped(const uint64_t *t, const uint32_t *k, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n && !stop; i++)
    s += t[k[i]];
  return s;
}
CASE(until_stopped) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  RUN(oracle_sink = until_stopped(t, k, N));
  EXPECT(t, 99, 1);
}

LOOP long with_errno(const uint64_t *t, size_t size, const uint32_t *k, long n, uint64_t *sum) {
  for (long i = 0; i < n; i++) {
    if (k[i] >= size) {
      errno = ERANGE;
      return -1;
    }
    *sum += t[k[i]];
  }
  return n;
}
CASE(with_errno) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, T);
  uint64_t sum = 0;
  RUN(oracle_sink = (uint64_t)with_errno(t, T, k, N, &sum));
  EXPECT(t, 99, 1);
}

struct machine {
  uint64_t sum;
  const uint64_t *t;
};
static LOOP void add_slot(struct machine *m, uint32_t slot) { m->sum += m->t[slot]; }
static LOOP void mix_slot(struct machine *m, uint32_t slot) { m->sum = m->sum * 3 ^ slot; }
static void (*const handlers[])(struct machine *, uint32_t) = {add_slot, mix_slot};
LOOP void handlers_by_code(struct machine *m, const uint8_t *code, const uint32_t *operand, long n) {
  for (long i = 0; i < n; i++)
    handlers[code[i]](m, operand[i]);
}
CASE(handlers_by_code) {
  ARRAY(uint64_t, t, T);
  ARRAY(uint8_t, code, N);
  ARRAY(uint32_t, operand, N);
  oracle_fill_u32(operand_w, N, T);
  struct machine m = {0, t};
  RUN(handlers_by_code(&m, code, operand, N));
  EXPECT(code, 99, 1);
  EXPECT(operand, 99, 1);
}

/* A table of the program's own. */
static struct {
  uint32_t word[1 << 16];
} squares __attribute__((aligned(4096)));
LOOP uint64_t own_table(const uint16_t *k, long n) {
  uint64_t s = 0;
  for (long i = 0; i < n; i++)
    s += squares.word[k[i]];
  return s;
}
CASE(own_table) {
  oracle_variable("squares", &squares, sizeof squares);
  ARRAY(uint16_t, k, N);
  for (long i = 0; i < N; i++)
    k_w[i] = (uint16_t)oracle_random();
  RUN(oracle_sink = own_table(k, N));
  EXPECT(&squares, 99, 1);
}
