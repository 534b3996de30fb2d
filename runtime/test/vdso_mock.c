/* SPDX-License-Identifier: MIT */
/* See the header. Freestanding: also built as an ELF image that stands in for the vDSO, where there is no C library.
 * System calls are made by hand for that reason, and errno stays. */
#include "vdso_mock.h"
#include "vdso.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/syscall.h>

enum { PAGE = 4096 };

__attribute__((visibility("hidden"))) struct vdso_mock vdso_mock;

static long call(long number, uintptr_t a, uintptr_t b, uintptr_t c) {
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return result;
}

/* Of a page that no test has set. */
static unsigned true_fate(uintptr_t page) {
  unsigned char resident = 0;
  long error = call(SYS_mincore, page, PAGE, (uintptr_t)&resident);
  if (error == -EAGAIN || error == -EFAULT)
    return PP_FATE_BUSY;
  if (error)
    return PP_FATE_UNMAPPED;
  if (resident & 1)
    return PP_FATE_ACCESSIBLE;
  error = call(SYS_madvise, page, PAGE, MADV_WILLNEED);
  /* EBADF: anonymous memory of a kernel without swap. Else: a page that swap does not hold looks the same as one that it does. */
  return error == -EBADF ? PP_FATE_UNTOUCHED : error ? PP_FATE_UNMAPPED : PP_FATE_STARTED;
}

static unsigned fate_of(uintptr_t page) {
  if (!page)
    return vdso_mock.to_null ? vdso_mock.to_null : PP_FATE_UNMAPPED;
  if (page - vdso_mock.start >= vdso_mock.pages * PAGE)
    return true_fate(page);
  unsigned char *fate = &vdso_mock.fates[(page - vdso_mock.start) / PAGE], now = *fate;
  if (now == PP_FATE_STARTED)
    *fate = PP_FATE_IN_FLIGHT;
  return now;
}

__attribute__((visibility("default"))) long __vdso_prefetch_pages(const void *address, size_t pages, unsigned flags) {
  uintptr_t page = (uintptr_t)address & ~(uintptr_t)(PAGE - 1);
  uint64_t accessible = 0, run = 0;
  unsigned fate = PP_FATE_ACCESSIBLE;
  if (flags & ~(unsigned)PP_VDSO_WRITE)
    return -EINVAL;
  __atomic_fetch_add(&vdso_mock.calls, 1, __ATOMIC_RELAXED);
  if (flags)
    __atomic_fetch_add(&vdso_mock.writes, 1, __ATOMIC_RELAXED);
  if (vdso_mock.error && page && page - vdso_mock.start < vdso_mock.pages * PAGE)
    return vdso_mock.error;
  for (; accessible + run < pages; page += PAGE) {
    bool set = page - vdso_mock.start < vdso_mock.pages * PAGE;
    /* Not to start a read that the answer can not tell of: what ends the run is looked at by the next call. */
    if (run && set && vdso_mock.fates[(page - vdso_mock.start) / PAGE] != fate)
      break;
    if (run && !set)
      break;
    unsigned next = fate_of(page);
    if (next == PP_FATE_ACCESSIBLE && !run) {
      accessible++;
      continue;
    }
    fate = next;
    run++;
  }
  if (run)
    __atomic_fetch_add(&vdso_mock.faults, 1, __ATOMIC_RELAXED);
  return (long)(accessible << 32 | run << 8 | fate);
}

__attribute__((visibility("default"))) long __vdso_prefetch_page(const void *address) {
  long answer = __vdso_prefetch_pages(address, 1, 0);
  return answer >= 0 && pp_vdso_accessible(answer) ? 0 : -1;
}
