/* SPDX-License-Identifier: MIT */
/* Large block operations that stand in no loop: each is itself a loop over pages, cut into strips as compiled loops are. So new
 * memory, read-ahead that lags, sleep, pauses, signals and reports are no rules of their own here. */
#include "pageprefetch_abi.h"
#include "pageprefetch_program.h"
#include "settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define PUBLIC __attribute__((visibility("default")))

enum {
  STEP = 4096,                   /* bytes of an iteration: the smallest page */
  LEAST = PP_BLOCK_LEAST / STEP, /* iterations of an operation that is worth asking for: what compiled code calls for */
  RECORD_BITS = 4,               /* calls of one place share what was learned there, */
  RECORDS = 1 << RECORD_BITS,    /* and places share a record where they are many */
  TO = PP_SITE_WRITE | PP_SITE_OVERWRITES | PP_SITE_COUNTED,
  FROM = PP_SITE_COUNTED,
};

/* Site 0 walks what is written, site 1 what is read. */
static const struct pp_instruction instructions[] = {
    {.op = PP_OP_CONSTANT, .to = 0, .immediate = STEP},
    {.op = PP_OP_ENVIRONMENT, .to = 1, .immediate = 0},
    {.op = PP_OP_WALK, .to = 0, .left = 1, .right = 0, .third = 0},
    {.op = PP_OP_END},
    {.op = PP_OP_CONSTANT, .to = 0, .immediate = STEP},
    {.op = PP_OP_ENVIRONMENT, .to = 1, .immediate = 0},
    {.op = PP_OP_ENVIRONMENT, .to = 2, .immediate = 1},
    {.op = PP_OP_WALK, .to = 1, .left = 2, .right = 0, .third = 0},
    {.op = PP_OP_WALK, .to = 0, .left = 1, .right = 0, .third = 0},
    {.op = PP_OP_END},
};
static const struct pp_program walk_set = {.instruction_count = 4, 1, 0, 2, 1, {0}, instructions};
static const struct pp_program walk_copy = {.instruction_count = 6, 2, 0, 3, 2, {0}, instructions + 4};

#define PLACE "block operations"
#define EIGHT(one, first)                                                                                                        \
  one(first + 0), one(first + 1), one(first + 2), one(first + 3), one(first + 4), one(first + 5), one(first + 6), one(first + 7)
#define ALL(one) EIGHT(one, 0), EIGHT(one, 8)
#define SITE(of)                                                                                                                 \
  { .kind = PP_KIND_AFFINE, .flags = of, .element_bytes = STEP, .file = PLACE }
#define SET_SITE(i) SITE(TO)
#define COPY_SITES(i)                                                                                                            \
  { SITE(TO), SITE(FROM) }
#define RECORD(name, count, its_sites, program)                                                                                  \
  {                                                                                                                              \
    .version = PP_ABI_VERSION, .site_count = (count), .environment_count = (count), .least = LEAST, .file = PLACE,               \
    .function = (name), .sites = (its_sites), .walks = (program), .usual = LEAST                                                 \
  }
#define SET(i) RECORD("memset", 1, &set_sites[i], &walk_set)
#define COPY(i) RECORD("memcpy", 2, copy_sites[i], &walk_copy)

static struct pp_site set_sites[RECORDS] = {ALL(SET_SITE)};
static struct pp_site copy_sites[RECORDS][2] = {ALL(COPY_SITES)};
static struct pp_loop sets[RECORDS] = {ALL(SET)}, copies[RECORDS] = {ALL(COPY)};

/* Multiplicative hashing, Knuth volume 3: the golden ratio of 2^64. */
static unsigned record_of(const void *place) {
  return (unsigned)((uintptr_t)place * UINT64_C(0x9E3779B97F4A7C15) >> (64 - RECORD_BITS));
}

static bool is_worth_asking(const struct pp_loop *record, size_t bytes) {
  return pp_is_on() && bytes / STEP >= __atomic_load_n(&record->least, __ATOMIC_RELAXED);
}

/* Bytes of the piece that follows `done`, after what it touches was hinted. */
static size_t next_piece(struct pp_loop *record, size_t done, size_t bytes, const char *to, const char *from) {
  uint64_t trips = bytes / STEP, behind = done / STEP;
  uint64_t strip = __pp_strip(record, behind, trips, (uint64_t)(uintptr_t)to, (uint64_t)(uintptr_t)from);
  return strip < trips - behind ? strip * STEP : bytes - done; /* the last one with what is no whole step */
}

PUBLIC void *__pp_memset(void *to, int byte, size_t bytes) {
  struct pp_loop *record = &sets[record_of(__builtin_return_address(0))];
  if (!is_worth_asking(record, bytes))
    return memset(to, byte, bytes);
  for (size_t done = 0, piece; done < bytes; done += piece) {
    piece = next_piece(record, done, bytes, to, NULL);
    memset((char *)to + done, byte, piece);
  }
  return to;
}

PUBLIC void *__pp_memcpy(void *to, const void *from, size_t bytes) {
  struct pp_loop *record = &copies[record_of(__builtin_return_address(0))];
  /* Programs whose pieces overlap, which is wrong, get what the C library makes of that. */
  size_t apart = (size_t)((uintptr_t)to > (uintptr_t)from ? (uintptr_t)to - (uintptr_t)from : (uintptr_t)from - (uintptr_t)to);
  if (apart < bytes || !is_worth_asking(record, bytes))
    return memcpy(to, from, bytes);
  for (size_t done = 0, piece; done < bytes; done += piece) {
    piece = next_piece(record, done, bytes, to, from);
    memcpy((char *)to + done, (const char *)from + done, piece);
  }
  return to;
}
