/* SPDX-License-Identifier: MIT */
/* Runs every loop of a program of generate_floats.py as compiled without and with the plugin, from equal arenas, and compares all
 * that they leave behind bit by bit. usage: floats SEED [ordinary]
 * Beside the torture library: with strips of 1 to 300 iterations each. With any other library or none: as that library decides.
 */
#include "floats.h"
#include "torture.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_STRIP = 300, RANDOM_STRIPS = 20, RUNS_OF_A_LIBRARY = 12 };

enum element { FLOAT, DOUBLE, MIXED, BYTES };

#define REGION(member, element_)                                                                                                 \
  { #member, offsetof(struct arena, member), sizeof(((struct arena *)0)->member), element_ }
static const struct region {
  const char *name;
  size_t offset, bytes;
  enum element element;
} regions[] = {
    REGION(f, FLOAT),        REGION(d, DOUBLE),         REGION(i8, BYTES),     REGION(u8, BYTES),       REGION(i16, BYTES),
    REGION(u16, BYTES),      REGION(i32, BYTES),        REGION(u32, BYTES),    REGION(i64, BYTES),      REGION(u64, BYTES),
    REGION(pair, FLOAT),     REGION(sample, FLOAT),     REGION(wide, DOUBLE),  REGION(quad, FLOAT),     REGION(mixed, MIXED),
    REGION(any, BYTES),      REGION(narrow_any, BYTES), REGION(record, BYTES), REGION(scalar_f, FLOAT), REGION(scalar_d, DOUBLE),
    REGION(results, DOUBLE),
};

static struct arena origin, expected, got;
static uint64_t random_state;
static uint64_t runs, payloads;

static uint64_t random_bits(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state;
}

static long random_below(long limit) {
  return (long)((random_bits() >> 20) % (uint64_t)limit);
}

/* Of either sign, from 1/2 to 2, all bits of the fraction in use: products neither vanish nor grow without bounds. */
static double ordinary(void) {
  double size = 0.5 + 1.5 * ((double)(random_bits() >> 11) / 9007199254740992.0);
  return random_bits() & 1024 ? size : -size;
}

static double bounded(void) {
  return ordinary() * (double)(1 + random_below(49));
}

static float special_f(void) {
  static const uint32_t bits[] = {0x7f800000, 0xff800000, 0x7fc00000, 0xffc00000, 0x7fc12345, 0x80000000, 0x00000000,
                                  0x00000001, 0x807fffff, 0x00012345, 0x7f7fffff, 0xff7fffff, 0x00800000, 0x7fa00001};
  float value;
  memcpy(&value, &bits[random_below(sizeof bits / sizeof *bits)], sizeof value);
  return random_below(3) ? (float)ordinary() : value;
}

static double special_d(void) {
  static const uint64_t bits[] = {0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000000, 0xfff8000000000000,
                                  0x7ff8123456789abc, 0x8000000000000000, 0x0000000000000000, 0x0000000000000001,
                                  0x800fffffffffffff, 0x0000123456789abc, 0x7fefffffffffffff, 0xffefffffffffffff,
                                  0x0010000000000000, 0x7ff4000000000001};
  double value;
  memcpy(&value, &bits[random_below(sizeof bits / sizeof *bits)], sizeof value);
  return random_below(3) ? ordinary() : value;
}

/* Integers are random bits; i8 to u16 as they are, i32 not so large that sums of a few would overflow. */
static void fill_integers(struct arena *m) {
  for (int a = 0; a < 2; a++)
    for (int i = 0; i < FLOATS_LENGTH; i++) {
      m->i8[a][i] = (int8_t)(random_bits() >> 9);
      m->u8[a][i] = (uint8_t)(random_bits() >> 9);
      m->i16[a][i] = (int16_t)(random_bits() >> 9);
      m->u16[a][i] = (uint16_t)(random_bits() >> 9);
      m->i32[a][i] = (int32_t)random_below(1 << 26) - (1 << 25);
      m->u32[a][i] = (uint32_t)(random_bits() >> 9);
      m->i64[a][i] = (int64_t)random_bits() >> (a + 1);
      m->u64[a][i] = random_bits();
    }
  for (int i = 0; i < FLOATS_LENGTH; i++) {
    m->any[i] = (int32_t)random_below(FLOATS_LENGTH);
    m->narrow_any[i] = (uint16_t)random_below(FLOATS_LENGTH);
    m->record[i] = (int32_t)random_below(FLOATS_RECORDS);
  }
}

static void fill(struct arena *m, bool special) {
  memset(m, 0, sizeof *m);
  fill_integers(m);
  for (size_t r = 0; r < sizeof regions / sizeof *regions; r++) {
    char *at = (char *)m + regions[r].offset;
    float *floats = (float *)(void *)at;
    double *doubles = (double *)(void *)at;
    for (size_t i = 0; regions[r].element == FLOAT && i < regions[r].bytes / sizeof *floats; i++)
      floats[i] = special ? special_f() : (float)ordinary();
    for (size_t i = 0; regions[r].element == DOUBLE && i < regions[r].bytes / sizeof *doubles; i++)
      doubles[i] = special ? special_d() : ordinary();
  }
  for (int a = 0; a < 3; a++)
    for (int i = 0; i < FLOATS_RECORDS; i++)
      m->mixed[a][i] = (struct mixed){special ? special_d() : ordinary(), special ? special_f() : (float)ordinary(),
                                      (int32_t)random_below(2000) - 1000};
  for (int i = 0; i < FLOATS_LENGTH; i++) {
    m->f[3][i] = (float)bounded();
    m->d[3][i] = bounded();
  }
  for (int i = 0; i < 4; i++) {
    m->scalar_f[i] = (float)ordinary();
    m->scalar_d[i] = ordinary();
  }
}

/* Whether values differ otherwise than two NaNs do; those are counted apart. */
static bool differs_f(const void *p, const void *q) {
  float a, b;
  memcpy(&a, p, sizeof a);
  memcpy(&b, q, sizeof b);
  if (!memcmp(p, q, sizeof a))
    return false;
  if (!(isnan(a) && isnan(b)))
    return true;
  payloads++;
  return false;
}

static bool differs_d(const void *p, const void *q) {
  double a, b;
  memcpy(&a, p, sizeof a);
  memcpy(&b, q, sizeof b);
  if (!memcmp(p, q, sizeof a))
    return false;
  if (!(isnan(a) && isnan(b)))
    return true;
  payloads++;
  return false;
}

static const size_t element_bytes[] = {
    [FLOAT] = sizeof(float), [DOUBLE] = sizeof(double), [MIXED] = sizeof(struct mixed), [BYTES] = 1};

static bool differs(enum element element, const char *p, const char *q) {
  switch (element) {
  case FLOAT:
    return differs_f(p, q);
  case DOUBLE:
    return differs_d(p, q);
  case MIXED:
    return differs_d(p, q) | differs_f(p + offsetof(struct mixed, weight), q + offsetof(struct mixed, weight)) |
           (memcmp(p + offsetof(struct mixed, key), q + offsetof(struct mixed, key), sizeof(int32_t)) != 0);
  default:
    return *p != *q;
  }
}

static void print_value(enum element element, const char *p) {
  float as_float;
  double as_double;
  memcpy(&as_float, p, sizeof as_float);
  if (element == FLOAT) {
    printf("%a", (double)as_float);
  } else if (element == BYTES) {
    printf("byte 0x%02x", (unsigned char)*p);
  } else {
    memcpy(&as_double, p, sizeof as_double);
    printf("%a", as_double);
    if (element == MIXED) {
      memcpy(&as_float, p + sizeof as_double, sizeof as_float);
      printf(" and %a", (double)as_float);
    }
  }
}

/* The first different element, printed; the number of all of them. */
static unsigned compare_region(const struct region *region, const char *title) {
  const char *p = (const char *)&expected + region->offset, *q = (const char *)&got + region->offset;
  size_t step = element_bytes[region->element];
  unsigned found = 0;
  if (!memcmp(p, q, region->bytes))
    return 0;
  for (size_t at = 0; at < region->bytes; at += step) {
    if (!differs(region->element, p + at, q + at))
      continue;
    if (found++)
      continue;
    printf("%s: element %zu of %s: plain ", title, at / step, region->name);
    print_value(region->element, p + at);
    printf(", here ");
    print_value(region->element, q + at);
    printf("\n");
  }
  return found;
}

/* One run of a loop in both forms. */
static bool equal(const struct floats_loop *plain, const struct floats_loop *hinted, long n, long k, const char *title) {
  char text[200];
  unsigned found = 0;
  expected = origin;
  got = origin;
  plain->run(&expected, n, k);
  hinted->run(&got, n, k);
  runs++;
  if (!memcmp(&expected, &got, sizeof got))
    return true;
  snprintf(text, sizeof text, "%s: %s, n %ld, k %ld", plain->name, title, n, k);
  for (size_t r = 0; r < sizeof regions / sizeof *regions; r++)
    found += compare_region(&regions[r], text);
  return found == 0;
}

/* Longer than a strip, so that there are at least two; now and then few iterations. */
static long choose_n(long strip) {
  return random_below(6) == 0 ? random_below(40) : strip + 1 + random_below(FLOATS_MOST - strip);
}

static bool run_strips(const struct floats_loop *plain, const struct floats_loop *hinted, const char *data) {
  char title[100];
  unsigned bad = 0;
  for (long strip = 1; strip <= LONGEST_STRIP + RANDOM_STRIPS && bad < 3; strip++) {
    bool random = strip > LONGEST_STRIP;
    torture_forget();
    torture_strip(random ? 0 : (uint64_t)strip);
    snprintf(title, sizeof title, random ? "%s data, strips of random lengths" : "%s data, strips of %ld", data, strip);
    bad += !equal(plain, hinted, choose_n(random ? 40 : strip), 1 + random_below(3), title);
  }
  return bad == 0;
}

static bool run_library(const struct floats_loop *plain, const struct floats_loop *hinted, const char *data) {
  for (int i = 0; i < RUNS_OF_A_LIBRARY; i++)
    if (!equal(plain, hinted, choose_n(100), 1 + random_below(3), data))
      return false;
  return true;
}

int main(int count, char **words) {
  bool only_ordinary = count > 2 && !strcmp(words[2], "ordinary");
  unsigned different = 0, hinted = 0;
  if (count < 2) {
    fprintf(stderr, "usage: floats SEED [ordinary]\n");
    return 2;
  }
  random_state = strtoull(words[1], NULL, 10) * UINT64_C(0x9e3779b97f4a7c15) + 1;
  for (unsigned i = 0; i < plain_table.count; i++) {
    const struct floats_loop *plain = &plain_table.loops[i], *other = &hinted_table.loops[i];
    uint64_t before = torture_strips ? torture_strips() : 0;
    bool same = true;
    for (int special = 0; special < 2 - only_ordinary; special++) {
      const char *data = special ? "special" : "ordinary";
      fill(&origin, special);
      same &= torture_strips ? run_strips(plain, other, data) : run_library(plain, other, data);
    }
    different += !same;
    if (torture_strips && torture_strips() > before) {
      hinted++;
      printf("hinted %s\n", plain->name);
    }
  }
  printf("total loops %u hinted %u runs %llu different %u payloads %llu\n", plain_table.count, hinted, (unsigned long long)runs,
         different, (unsigned long long)payloads);
  return different != 0;
}
