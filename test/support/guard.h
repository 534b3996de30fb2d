/* SPDX-License-Identifier: MIT */
/* Arrays that end (or begin) exactly at a page without any access: one load too far is a crash. */
#ifndef GUARD_H
#define GUARD_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { GUARD_PAGE = 4096 };

static inline char *guard_map(size_t pages) {
  char *memory = (char *)mmap(NULL, (pages + 2) * GUARD_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == (char *)MAP_FAILED || mprotect(memory, GUARD_PAGE, PROT_NONE) ||
      mprotect(memory + (pages + 1) * GUARD_PAGE, GUARD_PAGE, PROT_NONE)) {
    perror("guard_map");
    exit(99);
  }
  return memory + GUARD_PAGE;
}

/* `bytes` of zeroes, the byte after the last one forbidden. */
static inline void *guard_at_end(size_t bytes) {
  size_t pages = (bytes + GUARD_PAGE - 1) / GUARD_PAGE;
  return guard_map(pages ? pages : 1) + (pages ? pages : 1) * GUARD_PAGE - bytes;
}

/* `bytes` of zeroes, the byte before the first one forbidden. */
static inline void *guard_at_start(size_t bytes) {
  return guard_map((bytes + GUARD_PAGE - 1) / GUARD_PAGE + 1);
}

#endif
