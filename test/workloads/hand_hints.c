/* SPDX-License-Identifier: MIT */
/* Page hints by hand: process_madvise where the kernel lets this user call it on himself, else one madvise for each range.
 * Failures are ignored here as an expert would: a hint that is refused leaves the program correct. */
#define _GNU_SOURCE
#include "hand_hints.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PAGE = 4096, RANGE_REQUEST = 8 << 20 };

/* A pidfd of this process, or -1 where process_madvise is not to be had. */
static int self(void) {
  static int fd = -2;
  if (fd == -2) {
    fd = (int)syscall(SYS_pidfd_open, getpid(), 0);
    struct iovec probe = {(void *)((uintptr_t)&fd & ~(uintptr_t)(PAGE - 1)), PAGE};
    if (fd >= 0 && syscall(SYS_process_madvise, fd, &probe, 1, MADV_WILLNEED, 0) < 0) {
      close(fd);
      fd = -1;
    }
  }
  return fd;
}

void hand_page(struct hand_batch *batch, const void *address) {
  uintptr_t page = (uintptr_t)address & ~(uintptr_t)(PAGE - 1);
  if (batch->count != 0 && batch->page[batch->count - 1] == page)
    return;
  batch->page[batch->count++] = page;
  if (batch->count == HAND_BATCH)
    hand_flush(batch);
}

static int by_address(const void *left, const void *right) {
  uintptr_t a = *(const uintptr_t *)left, b = *(const uintptr_t *)right;
  return (a > b) - (a < b);
}

/* Sorts the pages, drops repeats, joins neighbours. Returns the number of ranges. */
static unsigned merge(struct hand_batch *batch, struct iovec *range) {
  unsigned count = 0;
  qsort(batch->page, batch->count, sizeof *batch->page, by_address);
  for (unsigned i = 0; i < batch->count; i++) {
    uintptr_t end = count ? (uintptr_t)range[count - 1].iov_base + range[count - 1].iov_len : 0;
    if (count && batch->page[i] < end)
      continue;
    if (count && batch->page[i] == end)
      range[count - 1].iov_len += PAGE;
    else
      range[count++] = (struct iovec){(void *)batch->page[i], PAGE};
  }
  return count;
}

void hand_flush(struct hand_batch *batch) {
  struct iovec range[HAND_BATCH];
  unsigned count = merge(batch, range);
  batch->count = 0;
  if (count == 0)
    return;
  if (self() >= 0 && syscall(SYS_process_madvise, self(), range, count, MADV_WILLNEED, 0) >= 0)
    return;
  for (unsigned i = 0; i < count; i++)
    madvise(range[i].iov_base, range[i].iov_len, MADV_WILLNEED);
}

void hand_range(const void *address, size_t bytes) {
  uintptr_t from = (uintptr_t)address & ~(uintptr_t)(PAGE - 1), to = (uintptr_t)address + bytes;
  for (; from < to; from += RANGE_REQUEST)
    madvise((void *)from, to - from < RANGE_REQUEST ? to - from : RANGE_REQUEST, MADV_WILLNEED);
}

bool hand_memory_has_room(size_t bytes) {
  FILE *file = fopen("/proc/meminfo", "re");
  if (!file)
    return false;
  char line[128];
  unsigned long long available = 0;
  while (fgets(line, sizeof line, file))
    if (sscanf(line, "MemAvailable: %llu kB", &available) == 1)
      break;
  fclose(file);
  return available * 1024 / 2 > bytes;
}
