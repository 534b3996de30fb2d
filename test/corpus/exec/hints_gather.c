/* SPDX-License-Identifier: MIT */
/* Hints of gathers name exactly the elements that the loop touches, whatever the index's width, sign, scale and mask. */
// RUN: %same --expect strips,gathered %s
#include "hints.h"

#include <stdint.h>

enum { VALUES = 5000, INDEXES = 700 };
static long values[VALUES];
static uint8_t u8[INDEXES];
static int8_t i8[INDEXES];
static uint16_t u16[INDEXES];
static int16_t i16[INDEXES];
static uint32_t u32[INDEXES];
static int32_t i32[INDEXES];
static uint64_t u64[INDEXES];
static long *pointers[INDEXES];
static struct { uint32_t a, b, c; } triples[INDEXES];
struct record { long key, more, value; };
static struct record records[VALUES / 3];

#define GATHER(name, type, address)                                                                                               \
  __attribute__((noinline)) static long name(const long *v, const type *b, long n, long k) {                                      \
    long sum = k;                                                                                                                 \
    for (long i = 0; i < n; i++)                                                                                                  \
      sum = sum * 3 + *(address);                                                                                                 \
    return sum;                                                                                                                   \
  }                                                                                                                               \
  PAGEPREFETCH_OFF static void check_##name(const long *v, const type *b, long n, long k) {                                                       \
    hints_start();                                                                                                                \
    printf(#name " %ld: %ld\n", n, name(v, b, n, k));                                                                             \
    for (long i = 0; i < n; i++)                                                                                                  \
      hints_want(#name, (address), sizeof(long));                                                                                 \
    if (n >= 2 && hints_checked() && hints_of_kind(1) + hints_of_kind(2) > 0 && hints_of_kind(2) == 0)                            \
      printf(#name ": no gather was hinted\n");                                                                                   \
  }

GATHER(by_u8, uint8_t, v + b[i])
GATHER(by_i8, int8_t, v + 128 + b[i])
GATHER(by_u16, uint16_t, v + b[i])
GATHER(by_i16, int16_t, v + 2000 + b[i])
GATHER(by_u32, uint32_t, v + b[i])
GATHER(by_i32, int32_t, v + 2500 + b[i])
GATHER(by_u64, uint64_t, v + b[i])
GATHER(scaled, uint8_t, v + b[i] * k + 3)
GATHER(masked, uint64_t, v + ((b[i] * 77777) >> 3 & 2047))
GATHER(wrapping, uint32_t, v + (uint32_t)(b[i] * 3000000011u) % 4096)
GATHER(narrowed, uint64_t, v + (uint8_t)(b[i] + 200))
GATHER(shifted_index, uint32_t, v + b[n - 1 - i])
GATHER(constant_index_stride, uint32_t, v + b[i / 1] + 1)
GATHER(signed_wrap, int32_t, v + (int)((unsigned)b[i] + 2500u))

__attribute__((noinline)) static long dereference(long *const *p, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum = sum * 3 + *p[i];
  return sum;
}

__attribute__((noinline)) static long field(const struct record *r, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum = sum * 3 + r[triples[i].b].key + r[triples[i].b].value;
  return sum;
}

__attribute__((noinline)) static void scatter(long *v, const uint32_t *b, long n) {
  for (long i = 0; i < n; i++)
    v[b[i]] += i;
}

__attribute__((noinline)) static long two(const long *v, const uint16_t *b, const uint32_t *c, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum = sum * 3 + v[(b[i] + c[i]) % VALUES];
  return sum;
}

static void fill(void) {
  for (long i = 0; i < VALUES; i++)
    values[i] = i * 7919 % 1013;
  for (long i = 0; i < VALUES / 3; i++)
    records[i] = (struct record){i, 0, -3 * i};
  for (long i = 0; i < INDEXES; i++) {
    u32[i] = (uint32_t)(i * 7919 % 4999);
    u8[i] = (uint8_t)u32[i];
    i8[i] = (int8_t)u32[i];
    u16[i] = (uint16_t)u32[i];
    i16[i] = (int16_t)(u32[i] % 4000 - 2000);
    i32[i] = (int32_t)u32[i] - 2500;
    u64[i] = u32[i];
    pointers[i] = &values[u32[i]];
    triples[i].b = u32[i] % (VALUES / 3);
  }
}

PAGEPREFETCH_OFF int main(void) {
  fill();
  static const long counts[] = {0, 1, 2, 63, 64, 65, INDEXES};
  for (unsigned c = 0; c < sizeof counts / sizeof *counts; c++) {
    long n = counts[c];
    check_by_u8(values, u8, n, 1);
    check_by_i8(values, i8, n, 1);
    check_by_u16(values, u16, n, 1);
    check_by_i16(values, i16, n, 1);
    check_by_u32(values, u32, n, 1);
    check_by_i32(values, i32, n, 1);
    check_by_u64(values, u64, n, 1);
    check_scaled(values, u8, n, 11);
    check_masked(values, u64, n, 1);
    check_wrapping(values, u32, n, 1);
    check_narrowed(values, u64, n, 1);
    check_shifted_index(values, u32, n, 1);
    check_constant_index_stride(values, u32, n, 1);
    check_signed_wrap(values, i32, n, 1);
  }
  hints_start();
  printf("dereference %ld\n", dereference(pointers, INDEXES));
  for (long i = 0; i < INDEXES; i++)
    hints_want("dereference", pointers[i], sizeof(long));
  hints_start();
  printf("field %ld\n", field(records, INDEXES));
  for (long i = 0; i < INDEXES; i++)
    hints_want("field", &records[triples[i].b], sizeof(struct record));
  hints_start();
  scatter(values, u32, INDEXES);
  for (long i = 0; i < INDEXES; i++)
    hints_want("scatter", &values[u32[i]], sizeof(long));
  hints_start();
  printf("two %ld\n", two(values, u16, u32, INDEXES));
  for (long i = 0; i < INDEXES; i++)
    hints_want("two", &values[(u16[i] + u32[i]) % VALUES], sizeof(long));
  return 0;
}
