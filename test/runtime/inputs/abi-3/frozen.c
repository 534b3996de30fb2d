/* SPDX-License-Identifier: MIT */
/* A program of ABI version 3 whose objects are kept as assembly: gcc-12.s, clang-19.s (README.md). A gather, a chain, a walk with gaps, a
 * block operation and the functions of <pageprefetch.h> as it was. Exits with 9, or says what went wrong; with a word given, it calls
 * pp_off at its end. */
#include <pageprefetch.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum { SIZE = 1 << 20, NEXT = 7919 };

__attribute__((noinline)) static long gather(const long *a, const unsigned *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[b[i]];
  return sum;
}

__attribute__((noinline)) static long chain(const long *a, const unsigned *b, const unsigned *c, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[c[b[i]]];
  return sum;
}

__attribute__((noinline)) static long column(const long *a, long n, long step) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[i * step];
  return sum;
}

__attribute__((noinline)) static void *clear(void *to, int byte, size_t bytes) {
  return memset(to, byte, bytes);
}

/* The structure of this version, with words behind it that no later library may write. */
struct watched {
  struct pp_statistics statistics;
  uint64_t behind[16];
};

static int failed(const char *what, long got, long wanted) {
  if (got != wanted)
    printf("%s: %ld, expected %ld\n", what, got, wanted);
  return got != wanted;
}

static void *memory(size_t bytes) {
  void *made = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return made == MAP_FAILED ? NULL : made;
}

PAGEPREFETCH_OFF int main(int count, char **words __attribute__((unused))) {
  long *values = memory(SIZE * sizeof *values), wrong = 0;
  unsigned *order = memory(SIZE * sizeof *order), *second = memory(SIZE * sizeof *second);
  char *block = memory(8 << 20);
  if (!values || !order || !second || !block)
    return 1;
  for (long i = 0; i < SIZE; i++) {
    values[i] = i;
    order[i] = (unsigned)(i * NEXT % SIZE);
    second[i] = (unsigned)(SIZE - 1 - i);
  }
  long all = (long)SIZE * (SIZE - 1) / 2;
  wrong += failed("gather", gather(values, order, SIZE), all);
  wrong += failed("chain", chain(values, order, second, SIZE), all);
  wrong += failed("column", column(values, SIZE / 1024, 1024), all / 1024 - (long)SIZE / 1024 * 1023 / 2);
  wrong += failed("clear", clear(block, 42, 8 << 20) != block, 0);
  wrong += failed("cleared", memcmp(block, block + 1, (8 << 20) - 1) || block[0] != 42, 0);

  const void *addresses[] = {values, order};
  struct watched watched;
  memset(&watched, 0x5a, sizeof watched);
  wrong += failed("pp_hint", pp_hint(values, 4096), 0);
  wrong += failed("pp_hint_many", pp_hint_many(addresses, 2), 0);
  wrong += failed("pp_populate", pp_populate(block, 8 << 20), 0);
  pp_stats(&watched.statistics);
  for (int i = 0; i < 16; i++)
    wrong += failed("behind the statistics", watched.behind[i] == UINT64_C(0x5a5a5a5a5a5a5a5a), 1);
  printf("hints %d\n", watched.statistics.hints > 2 && watched.statistics.pages >= 3);
  if (count > 1)
    pp_off();
  return wrong ? 1 : 9;
}
