/* SPDX-License-Identifier: MIT */
/* New memory is made ahead of stores that are certain to overwrite it, and of no others; in the end exactly the pages that the
 * program without hints has are in memory. */
// RUN: %cc -O2 %s -o %t.plain && %t.plain > %t.expected
// RUN: %cc -O2 -g %plugin %includes %s -o %t %lib
// RUN: env PAGEPREFETCH=always PAGEPREFETCH_STATS=%t.json %t > %t.always
// RUN: diff %t.expected %t.always
// RUN: %stats %t.json | %filecheck %s
// RUN: %t > %t.auto && diff %t.expected %t.auto
// RUN: env PAGEPREFETCH=always PAGEPREFETCH_BACKEND=none PAGEPREFETCH_STATS=%t.none.json %t > %t.none && diff %t.expected %t.none
// RUN: %stats %t.none.json | %filecheck --check-prefix=NONE %s
// REQUIRES: runtime
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGES = 4096, PAGE = 4096, SKEW = 40, ROW = 5 << 20 };
#define LOOP __attribute__((noinline)) static void

// NONE-NOT: populated {{[1-9]}}

/* Partly written pages at both ends are left to the loop. */
// CHECK-DAG: site first_touch.c:[[@LINE+3]] affine {{.*}} populated 4094
LOOP filled(uint64_t *a, size_t n) {
  for (size_t i = 0; i < n; i++)
    a[i] = i * 3;
}

// CHECK-DAG: site first_touch.c:[[@LINE+3]] affine {{.*}} populated 4094
LOOP downwards(uint32_t *a, size_t n) {
  for (size_t i = n; i-- > 0;)
    a[i] = (uint32_t)(i * i);
}

// CHECK-DAG: site first_touch.c:[[@LINE+3]] affine {{.*}} populated {{4[0-9][0-9][0-9]}}
LOOP copied(char *to, const char *from, const uint8_t *k, size_t n) {
  for (size_t i = 0; i < n; i++)
    memcpy(to + i * 10000, from + k[i], 10000);
}

// CHECK-DAG: site first_touch.c:[[@LINE+3]] affine {{.*}} populated 0
LOOP with_gaps(uint64_t *a, size_t n) {
  for (size_t i = 0; i < n; i++)
    a[i * 700] = i;
}

// CHECK-DAG: site first_touch.c:[[@LINE+5]] affine {{.*}} populated 0
LOOP until_found(uint64_t *a, const uint8_t *k, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (k[i / 4096])
      break;
    a[i] = i;
  }
}

/* One piece where the pitch is the width; no page of a gap else; nothing at all where there are no columns. */
// CHECK-DAG: site first_touch.c:[[@LINE+4]] affine {{.*}} populated 4094
LOOP rows(uint64_t *a, long n, long m, long pitch) {
  for (long i = 0; i < n; i++)
    for (long j = 0; j < m; j++)
      a[i * pitch + j] = (uint64_t)(i ^ j);
}

static jmp_buf out;
extern void leave(size_t i);
__attribute__((noinline)) void leave(size_t i) {
  if (i == 300000)
    longjmp(out, 1);
}
// CHECK-DAG: site first_touch.c:[[@LINE+4]] affine {{.*}} populated 0
LOOP left_by_a_jump(uint64_t *a, size_t n) {
  for (size_t i = 0; i < n; i++) {
    leave(i);
    a[i] = i;
  }
}

/* Half of it is there: that part is not made again. */
// CHECK-DAG: site first_touch.c:[[@LINE+3]] affine {{.*}} populated 2047
LOOP half_new(uint64_t *a, size_t n) {
  for (size_t i = 0; i < n; i++)
    a[i] = i * 5;
}

/* Memory that is shared is not touched ahead. */
// CHECK-DAG: site first_touch.c:[[@LINE+3]] affine {{.*}} populated 0
LOOP shared(uint64_t *a, size_t n) {
  for (size_t i = 0; i < n; i++)
    a[i] = i * 7;
}

/* Rows of which one alone is more than is made at once are left to the stores: no more memory is taken before its time. They meet
 * with an overlap, or clang makes one memset of the loop. */
// CHECK-DAG: site first_touch.c:[[@LINE+3]] affine {{.*}} populated 0
LOOP large_rows(char *a, size_t n) {
  for (size_t i = 0; i < n; i++)
    memset(a + i * (ROW - 64), 7, ROW);
}

static char *memory;
static volatile size_t large = 24; /* no loop of a known length, and more than clang unrolls at once */
static size_t bytes = (size_t)PAGES * PAGE;

static char *fresh(int kind) {
  if (memory)
    munmap(memory, bytes);
  memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, kind | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    exit(2);
  madvise(memory, bytes, MADV_NOHUGEPAGE);
  return memory + SKEW;
}

static void tell(const char *what) {
  static unsigned char in[PAGES];
  unsigned count = 0;
  uint64_t sum = 0;
  if (mincore(memory, bytes, in) != 0)
    exit(2);
  for (unsigned i = 0; i < PAGES; i++) {
    count += in[i] & 1;
    sum = sum * 31 + (in[i] & 1);
  }
  for (size_t i = 0; i < bytes; i += 8)
    sum = sum * 31 + (in[i / PAGE] & 1 ? *(uint64_t *)(memory + i) : 0);
  printf("%s: %u pages, %llx\n", what, count, (unsigned long long)sum);
}

int main(void) {
  static uint8_t none[PAGES * 1024], found[PAGES];
  static char from[10400];
  size_t n = (bytes - 2 * SKEW) / 8;
  found[333] = 1;
  memset(from, 5, sizeof from);
  filled((uint64_t *)fresh(MAP_PRIVATE), n);
  tell("filled");
  downwards((uint32_t *)fresh(MAP_PRIVATE), 2 * n);
  tell("downwards");
  copied(fresh(MAP_PRIVATE), from, none, bytes / 10000 - 1);
  tell("copied");
  with_gaps((uint64_t *)fresh(MAP_PRIVATE), n / 700);
  tell("with gaps");
  rows((uint64_t *)fresh(MAP_PRIVATE), (long)n / 701, 701, 701);
  tell("rows");
  rows((uint64_t *)fresh(MAP_PRIVATE), (long)n / 7000, 701, 7000);
  tell("rows with gaps");
  rows((uint64_t *)(fresh(MAP_PRIVATE) + bytes / 2), 2048, 0, 701);
  tell("no columns");
  rows((uint64_t *)(fresh(MAP_PRIVATE) + bytes / 2), 2048, -1, -1);
  tell("columns below 0");
  until_found((uint64_t *)fresh(MAP_PRIVATE), found, n);
  tell("until found");
  if (!setjmp(out))
    left_by_a_jump((uint64_t *)fresh(MAP_PRIVATE), n);
  tell("left by a jump");
  memset(fresh(MAP_PRIVATE), 1, bytes / 2 - SKEW);
  half_new((uint64_t *)(memory + SKEW), n);
  tell("half new");
  memory = NULL; /* elsewhere: what is known of mappings is believed for a while */
  shared((uint64_t *)fresh(MAP_SHARED), n);
  tell("shared");
  char *large_memory = mmap(NULL, (large + 1) * ROW, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (large_memory == MAP_FAILED)
    return 2;
  large_rows(large_memory, large);
  printf("large rows: %d %d\n", large_memory[ROW], large_memory[large * ROW]);
  return 0;
}
