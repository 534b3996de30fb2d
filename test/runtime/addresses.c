/* SPDX-License-Identifier: MIT */
/* Wild, unaligned, NULL and kernel addresses through the calls that programs make by hand: no fault, errno kept, memory unchanged,
 * and the counters say what was refused. */
// REQUIRES: runtime
// RUN: %cc -O2 -std=gnu11 %includes %s -o %t %lib
// RUN: env PAGEPREFETCH=always PAGEPREFETCH_STATS=%t.json %t > %t.out
// RUN: %filecheck --input-file=%t.out %s
// RUN: %stats %t.json | %filecheck --check-prefix=STATS %s
// RUN: env PAGEPREFETCH_BACKEND=madvise PAGEPREFETCH_STATS=%t.json %t > %t.out
// RUN: %filecheck --input-file=%t.out %s
// RUN: %stats %t.json | %filecheck --check-prefix=STATS %s
// RUN: env PAGEPREFETCH_BACKEND=none %t none > %t.out
// RUN: %filecheck --check-prefix=NONE --input-file=%t.out %s
// RUN: env PAGEPREFETCH=off %t none > %t.out
// RUN: %filecheck --check-prefix=NONE --input-file=%t.out %s
#include "pageprefetch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static void demand(int good, const char *what) {
  if (good)
    return;
  printf("wrong: %s\n", what);
  exit(1);
}

int main(int count, char **words) {
  (void)words;
  int works = count == 1;
  char *mapped = mmap(NULL, 16 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *forbidden = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *unmapped = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  demand(mapped != MAP_FAILED && forbidden != MAP_FAILED && unmapped != MAP_FAILED, "mmap");
  munmap(unmapped, 4096);
  memset(mapped, 42, 16 * 4096);
  const void *wild[] = {NULL,
                        (void *)1,
                        (void *)0xffffffff81000000,
                        (void *)UINTPTR_MAX,
                        (void *)(UINTPTR_MAX - 4095),
                        (void *)0x800000000000,
                        (void *)0x7ffffffff000,
                        (void *)0xffffffffff600000,
                        (void *)0xdeadbeefdeadbeef,
                        unmapped,
                        unmapped + 1,
                        forbidden + 4095,
                        mapped + 4095,
                        "read-only",
                        (void *)(uintptr_t)&main};
  size_t wild_count = sizeof wild / sizeof *wild;
  errno = 77;
  for (size_t i = 0; i < wild_count; i++) {
    size_t sizes[] = {0, 1, 4096, 1 << 20, SIZE_MAX / 2, SIZE_MAX};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
      int result = pp_hint(wild[i], sizes[k]);
      demand(result == 0 || result == -1, "result of pp_hint");
    }
    pp_populate((void *)(uintptr_t)wild[i], 1);
  }
  demand(pp_hint_many(wild, wild_count) == (works ? 0 : -1), "result of pp_hint_many with good addresses among wild ones");
  pp_hint_many(wild, 0);
  demand(pp_hint(NULL, 4096) == -1, "result of a hint at NULL");
  demand(pp_hint(mapped + 1, 100) == (works ? 0 : -1), "result of an unaligned hint");
  demand(errno == 77, "errno");
  for (size_t i = 0; i < 16 * 4096; i++)
    demand(mapped[i] == 42, "contents");
  struct pp_statistics statistics;
  pp_stats(&statistics);
  demand(statistics.failed_calls == 0, "an address is no failure of the interface");
  puts(statistics.pages_refused ? "refused pages were counted" : "nothing was refused");
  return 0;
}
// CHECK: refused pages were counted
// STATS: totals: {{.*}}refused {{[1-9][0-9]*}} {{.*}}failed_calls 0
// NONE: nothing was refused
