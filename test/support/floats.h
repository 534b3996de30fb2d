/* SPDX-License-Identifier: MIT */
/* What programs of generate_floats.py share with their runner floats.c: the arena that every loop reads and writes, and the table
 * of loops. The same source is compiled twice, without and with the plugin; each time FLOATS_TABLE names the table. */
#ifndef FLOATS_H
#define FLOATS_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

/* Loops run at most FLOATS_MOST iterations; indices are below three times that and a bit. */
enum { FLOATS_MOST = 420, FLOATS_LENGTH = 3 * FLOATS_MOST + 60, FLOATS_RECORDS = FLOATS_MOST + 12, FLOATS_RESULTS = 12 };

struct pair {
  float re, im;
};
struct sample {
  float re, im, weight;
};
struct wide {
  double re, im;
};
struct quad {
  float x, y, z, w;
};
struct mixed {
  double value;
  float weight;
  int32_t key;
};

/* Arrays 0 to 2 of f and d hold anything, array 3 values below 100 (they may be converted to any integer type); 4 and 5 are
 * written. Of records, 0 and 1 are read and 2 is written; of integers, 0 is read and 1 is written. */
struct arena {
  float f[6][FLOATS_LENGTH];
  double d[6][FLOATS_LENGTH];
  int8_t i8[2][FLOATS_LENGTH];
  uint8_t u8[2][FLOATS_LENGTH];
  int16_t i16[2][FLOATS_LENGTH];
  uint16_t u16[2][FLOATS_LENGTH];
  int32_t i32[2][FLOATS_LENGTH];
  uint32_t u32[2][FLOATS_LENGTH];
  int64_t i64[2][FLOATS_LENGTH];
  uint64_t u64[2][FLOATS_LENGTH];
  struct pair pair[3][FLOATS_RECORDS];
  struct sample sample[3][FLOATS_RECORDS];
  struct wide wide[3][FLOATS_RECORDS];
  struct quad quad[3][FLOATS_RECORDS];
  struct mixed mixed[3][FLOATS_RECORDS];
  int32_t any[FLOATS_LENGTH]; /* indices of f and d, in no order and not all different */
  uint16_t narrow_any[FLOATS_LENGTH];
  int32_t record[FLOATS_LENGTH]; /* indices of records */
  float scalar_f[4];
  double scalar_d[4];
  double results[FLOATS_RESULTS];
};

struct floats_loop {
  const char *name;
  void (*run)(struct arena *m, long n, long k); /* n: iterations, at most FLOATS_MOST. k: a stride from 1 to 3. */
};

struct floats_table {
  const struct floats_loop *loops;
  unsigned count;
};

extern const struct floats_table plain_table, hinted_table;

/* Functions that vector code may call in a version of its own. */
#define FLOATS_CALLED __attribute__((noinline, unused)) static

#pragma omp declare simd
FLOATS_CALLED float blend_f(float x, float y) {
  return x * y + 0.625f * x;
}

#pragma omp declare simd notinbranch
FLOATS_CALLED double blend_d(double x, double y) {
  return (x - y) * 0.375 + x * y;
}

#pragma omp declare simd uniform(y)
FLOATS_CALLED double quotient_d(double x, double y) {
  return x / (1.5 + y * y);
}

#pragma omp declare simd
FLOATS_CALLED float halves_f(double x, int y) {
  return (float)(x * y) * 0.5f;
}

#endif
