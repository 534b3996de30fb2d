/* SPDX-License-Identifier: MIT */
/* System calls of the runtime, and the two files under /proc and /sys that it reads.
 * madvise and its kin are called through syscall(2) so that wrappers of the program or a sanitizer are not entered. */
#include "os.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* include/uapi/linux/pidfd.h of Linux 6.15: this process's thread group, no descriptor needed. */
enum { SELF_THREAD_GROUP = -10001 };

size_t pp_os_page_size(void) {
  static _Atomic size_t size;
  size_t known = atomic_load_explicit(&size, memory_order_relaxed);
  if (!known) {
    known = (size_t)sysconf(_SC_PAGESIZE);
    atomic_store_explicit(&size, known, memory_order_relaxed);
  }
  return known;
}

bool pp_os_thread_usage(struct pp_usage *usage) {
  struct rusage counted;
  *usage = (struct pp_usage){0};
  if (syscall(SYS_getrusage, RUSAGE_THREAD, &counted) != 0)
    return false;
  usage->major_faults = (uint64_t)counted.ru_majflt;
  usage->waits = (uint64_t)counted.ru_nvcsw;
  usage->pages_read = (uint64_t)counted.ru_inblock / (pp_os_page_size() / 512); /* counted in blocks of 512 bytes */
  return true;
}

static uint64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#if defined(__x86_64__)
uint64_t pp_os_ticks(void) {
  return __builtin_ia32_rdtsc();
}

uint64_t pp_os_ticks_to_ns(uint64_t ticks) {
  /* Ticks a microsecond, measured against the system's clock once ten milliseconds have passed since the first question. */
  static _Atomic uint64_t first_ticks, first_ns, ticks_per_us;
  uint64_t rate = atomic_load_explicit(&ticks_per_us, memory_order_relaxed);
  if (!rate) {
    uint64_t start = atomic_load_explicit(&first_ticks, memory_order_acquire);
    uint64_t elapsed_ns = start ? nanoseconds() - atomic_load_explicit(&first_ns, memory_order_relaxed) : 0;
    if (!start) {
      atomic_store_explicit(&first_ns, nanoseconds(), memory_order_relaxed);
      atomic_store_explicit(&first_ticks, pp_os_ticks(), memory_order_release);
    }
    rate = 2500;
    if (elapsed_ns > 10000000) {
      uint64_t measured = (pp_os_ticks() - start) / (elapsed_ns / 1000);
      rate = measured ? measured : rate;
      atomic_store_explicit(&ticks_per_us, rate, memory_order_relaxed);
    }
  }
  return (uint64_t)((double)ticks * 1000.0 / (double)rate);
}
#else
uint64_t pp_os_ticks(void) {
  return nanoseconds();
}

uint64_t pp_os_ticks_to_ns(uint64_t ticks) {
  return ticks;
}
#endif

void *pp_os_map(size_t bytes) {
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

void pp_os_unmap(void *memory, size_t bytes) {
  munmap(memory, bytes);
}

int pp_os_madvise(void *address, size_t bytes, int advice) {
  return syscall(SYS_madvise, address, bytes, advice) == 0 ? 0 : errno;
}

int pp_os_open_self(int *error) {
  static const char probed = 1; /* in a page of the program's file: anonymous ones know no WILLNEED where there is no swap */
  struct iovec probe = {(void *)((uintptr_t)&probed & ~(uintptr_t)(pp_os_page_size() - 1)), pp_os_page_size()};
  if (pp_os_process_madvise(SELF_THREAD_GROUP, &probe, 1, MADV_WILLNEED) > 0)
    return SELF_THREAD_GROUP;
  int handle = (int)syscall(SYS_pidfd_open, getpid(), 0);
  if (handle < 0) {
    *error = errno;
    return -1;
  }
  ssize_t advised = pp_os_process_madvise(handle, &probe, 1, MADV_WILLNEED);
  if (advised > 0)
    return handle;
  *error = (int)-advised;
  close(handle);
  return -1;
}

void pp_os_close_self(int handle) {
  /* A program that closes every descriptor may have been given the number again: only a handle on a process is ours. */
  if (handle >= 0 && (syscall(SYS_pidfd_send_signal, handle, 0, NULL, 0) == 0 || errno != EBADF))
    syscall(SYS_close, handle);
}

ssize_t pp_os_process_madvise(int handle, const struct iovec *ranges, size_t count, int advice) {
  ssize_t advised = syscall(SYS_process_madvise, handle, ranges, count, advice, 0);
  return advised >= 0 ? advised : -errno;
}

/* The start of a small file as a string; false when it can not be read. */
static bool read_text(const char *path, char *text, size_t size) {
  /* syscall(2) is no cancellation point: open and read would be, in the middle of a program's loop. */
  int descriptor = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    return false;
  ssize_t length = syscall(SYS_read, descriptor, text, size - 1);
  syscall(SYS_close, descriptor);
  if (length < 0)
    return false;
  text[length] = 0;
  return true;
}

static uint64_t available_memory(void) {
  char text[2048];
  if (!read_text("/proc/meminfo", text, sizeof text))
    return 0;
  const char *line = strstr(text, "MemAvailable:");
  return line ? strtoull(line + strlen("MemAvailable:"), NULL, 10) * 1024 : 0;
}

/* The least limit of a cgroup and its ancestors. `path` is changed. */
static uint64_t least_limit(const char *mount, char *path, const char *file) {
  uint64_t least = UINT64_MAX;
  for (;;) {
    char name[512], text[64];
    snprintf(name, sizeof name, "%s%s/%s", mount, strcmp(path, "/") ? path : "", file);
    if (read_text(name, text, sizeof text) && text[0] >= '0' && text[0] <= '9') {
      uint64_t limit = strtoull(text, NULL, 10);
      least = limit < least ? limit : least;
    }
    char *parent = strrchr(path, '/');
    if (!parent || !path[1])
      return least;
    parent[parent == path] = 0; /* the last step is the root itself: a container's own limit */
  }
}

static uint64_t cgroup_limit(void) {
  char text[2048];
  uint64_t least = UINT64_MAX;
  if (!read_text("/proc/self/cgroup", text, sizeof text))
    return least;
  char *rest;
  for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
    char *controllers = strchr(line, ':'), *path = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!path)
      continue;
    *path++ = 0;
    uint64_t limit = UINT64_MAX;
    if (strstr(controllers, "memory"))
      limit = least_limit("/sys/fs/cgroup/memory", path, "memory.limit_in_bytes");
    else if (!controllers[1])
      limit = least_limit("/sys/fs/cgroup", path, "memory.max");
    least = limit < least ? limit : least;
  }
  return least;
}

uint64_t pp_os_memory_budget(void) {
  static _Atomic uint64_t asked_at, answer;
  uint64_t now = nanoseconds(), then = atomic_load_explicit(&asked_at, memory_order_relaxed);
  if (then && now - then < 1000000000u)
    return atomic_load_explicit(&answer, memory_order_relaxed);
  uint64_t available = available_memory(), limit = cgroup_limit();
  uint64_t budget = (available < limit ? available : limit) / 2;
  atomic_store_explicit(&answer, budget, memory_order_relaxed);
  atomic_store_explicit(&asked_at, now, memory_order_relaxed);
  return budget;
}
