/* SPDX-License-Identifier: MIT */
/* Large block operations that stand in no loop, called and made of loops: results, lengths around the limit and the pieces, and
 * in the end exactly the pages that the program without hints has are in memory; without the library, and with it in every mode.
 */
// RUN: %cc -O2 %s -o %t.plain && %t.plain > %t.expected
// RUN: %cc -O2 -g %plugin %includes %s -o %t.alone && %t.alone > %t.out && diff %t.expected %t.out
// RUN: %cc -O2 -g %plugin %includes %s -o %t %lib
// RUN: env PAGEPREFETCH=always PAGEPREFETCH_STATS=%t.json %t > %t.always
// RUN: diff %t.expected %t.always
// RUN: %stats %t.json | %filecheck %s
// RUN: %t > %t.auto && diff %t.expected %t.auto
// RUN: env PAGEPREFETCH=off %t > %t.off && diff %t.expected %t.off
// RUN: env PAGEPREFETCH=always PAGEPREFETCH_BACKEND=none PAGEPREFETCH_STATS=%t.none.json %t > %t.none && diff %t.expected %t.none
// RUN: %stats %t.none.json | %filecheck --check-prefix=NONE %s
// REQUIRES: runtime
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096, LIMIT = 4 << 20, MOST = 12 << 20, PAGES = MOST / PAGE, SKEW = 40 };
#define APART __attribute__((noinline)) static

// CHECK-DAG: site block operations:0 affine {{.*}} populated {{[1-9]}}
// NONE-NOT: populated {{[1-9]}}

APART void *called_set(void *to, int byte, size_t bytes) {
  return memset(to, byte, bytes);
}

APART void *called_copy(void *to, const void *from, size_t bytes) {
  return memcpy(to, from, bytes);
}

APART char *used_result(char *to, const char *from, size_t bytes) {
  char *copied = memcpy(to, from, bytes);
  return copied + copied[bytes - 1];
}

APART void zeroes(uint64_t *a, size_t n) {
  for (size_t i = 0; i < n; i++)
    a[i] = 0;
}

APART void copies(uint64_t *restrict a, const uint64_t *restrict b, size_t n) {
  for (size_t i = 0; i < n; i++)
    a[i] = b[i];
}

APART void int_lengths(char *a, int n) {
  memset(a, 3, n);
}

/* In a loop that goes on with what was filled. */
APART uint64_t repeated(uint64_t *a, size_t n, unsigned times) {
  uint64_t sum = 0;
  for (unsigned k = 0; k < times; k++) {
    memset(a, (int)k, n);
    sum = sum * 31 + a[n / 16];
  }
  return sum;
}

static char fixed[5 << 20];
APART void fixed_length(void) {
  memset(fixed, 9, sizeof fixed);
}

static char *memory;

static char *fresh(int kind) {
  if (memory)
    munmap(memory, MOST);
  memory = mmap(NULL, MOST, PROT_READ | PROT_WRITE, kind | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    exit(2);
  madvise(memory, MOST, MADV_NOHUGEPAGE);
  return memory + SKEW;
}

static void tell(const char *what, size_t bytes, const void *result) {
  static unsigned char in[PAGES];
  unsigned count = 0;
  uint64_t sum = 0;
  if (mincore(memory, MOST, in) != 0)
    exit(2);
  for (unsigned i = 0; i < PAGES; i++) {
    count += in[i] & 1;
    sum = sum * 31 + (in[i] & 1);
  }
  for (size_t i = 0; i < MOST; i++)
    sum = sum * 31 + (in[i / PAGE] & 1 ? (unsigned char)memory[i] : 0);
  printf("%s %zu: %u pages, %llx, %td, %d\n", what, bytes, count, (unsigned long long)sum, (const char *)result - memory, errno);
}

int main(void) {
  static const size_t lengths[] = {0, 1, LIMIT - 1, LIMIT, LIMIT + 1, LIMIT + 39, 5 << 20, LIMIT + PAGE - SKEW, MOST - 2 * SKEW};
  char *from = malloc(MOST);
  if (!from)
    return 2;
  for (size_t i = 0; i < MOST; i++)
    from[i] = (char)(i * 7 + i / 5000);
  errno = 77;
  for (unsigned i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    size_t bytes = lengths[i];
    char *a = fresh(MAP_PRIVATE);
    tell("set", bytes, called_set(a, 5, bytes));
    a = fresh(MAP_PRIVATE);
    tell("copied", bytes, called_copy(a, from, bytes));
    a = fresh(MAP_PRIVATE);
    if (bytes)
      tell("used", bytes, used_result(a, from + 3, bytes));
    a = fresh(MAP_PRIVATE);
    zeroes((uint64_t *)a, bytes / 8);
    tell("zeroes", bytes, a);
    a = fresh(MAP_PRIVATE);
    copies((uint64_t *)a, (const uint64_t *)from, bytes / 8);
    tell("copies", bytes, a);
    a = fresh(MAP_PRIVATE);
    int_lengths(a, (int)bytes);
    tell("int", bytes, a);
    a = fresh(MAP_SHARED);
    tell("shared", bytes, called_set(a, 6, bytes));
  }
  char *a = fresh(MAP_PRIVATE);
  memset(a, 1, LIMIT / 2);
  tell("half new", 0, called_set(a, 2, MOST - 2 * SKEW));
  tell("not new", 0, called_copy(a, from, MOST - 2 * SKEW));
  a = fresh(MAP_PRIVATE);
  uint64_t sum = repeated((uint64_t *)a, MOST - 2 * SKEW, 5);
  tell("repeated", (size_t)sum, a);
  fixed_length();
  printf("%d %d %d\n", fixed[0], fixed[1 << 20], fixed[sizeof fixed - 1]);
  free(from);
  return 0;
}
