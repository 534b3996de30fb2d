/* SPDX-License-Identifier: MIT */
/* System calls of the runtime, and the two files under /proc and /sys that it reads. docs/security.md lists them.
 * They are made through syscall(2), which is no cancellation point and enters no wrapper of the program or a sanitizer. */
#include "os.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

/* include/uapi/linux/pidfd.h of Linux 6.15: this process's thread group, no descriptor needed. */
enum { SELF_THREAD_GROUP = -10001 };

#if !defined(__x86_64__)
size_t pp_os_page_size(void) {
  static _Atomic size_t size;
  size_t known = atomic_load_explicit(&size, memory_order_relaxed);
  if (!known) {
    known = (size_t)sysconf(_SC_PAGESIZE);
    atomic_store_explicit(&size, known, memory_order_relaxed);
  }
  return known;
}
#endif

static _Atomic bool usage_refused;

void pp_os_probe_usage(void) {
  struct pp_usage usage;
  atomic_store(&usage_refused, !pp_os_thread_usage(&usage));
}

static uint64_t timeval_ns(struct timeval time) {
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_usec * 1000u;
}

bool pp_os_thread_usage(struct pp_usage *usage) {
  struct rusage counted;
  if (atomic_load_explicit(&usage_refused, memory_order_relaxed) || syscall(SYS_getrusage, RUSAGE_THREAD, &counted) != 0) {
    *usage = (struct pp_usage){0};
    return false;
  }
  usage->major_faults = (uint64_t)counted.ru_majflt;
  usage->minor_faults = (uint64_t)counted.ru_minflt;
  usage->waits = (uint64_t)counted.ru_nvcsw;
  usage->pages_read = (uint64_t)counted.ru_inblock / (pp_os_page_size() / 512); /* counted in blocks of 512 bytes */
  usage->cpu_ns = timeval_ns(counted.ru_utime) + timeval_ns(counted.ru_stime);
  return true;
}

int pp_os_process(void) {
  return (int)syscall(SYS_getpid);
}

int pp_os_thread(void) {
  return (int)syscall(SYS_gettid);
}

bool pp_os_has_thread(int thread) {
  return syscall(SYS_tgkill, pp_os_process(), thread, 0) == 0 || errno != ESRCH;
}

static uint64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#if defined(__x86_64__)
bool pp_os_ticks_forbidden(void) {
  int answer = PR_TSC_ENABLE;
  return syscall(SYS_prctl, PR_GET_TSC, &answer, 0, 0, 0) == 0 && answer == PR_TSC_SIGSEGV;
}

/* Nanoseconds of a tick, times 2^32, of so many ticks a microsecond. */
#define NS_A_TICK(ticks_a_us) ((UINT64_C(1000) << 32) / (ticks_a_us))

/* Measured against the system's clock once ten milliseconds have passed since the first question. */
static _Atomic uint64_t ns_a_tick;

static uint64_t measure_tick(void) {
  static _Atomic uint64_t first_ticks, first_ns;
  uint64_t start = atomic_load_explicit(&first_ticks, memory_order_acquire);
  uint64_t elapsed_ns = start ? nanoseconds() - atomic_load_explicit(&first_ns, memory_order_relaxed) : 0;
  if (!start) {
    atomic_store_explicit(&first_ns, nanoseconds(), memory_order_relaxed);
    atomic_store_explicit(&first_ticks, pp_os_ticks(), memory_order_release);
  }
  uint64_t measured = elapsed_ns > 10000000 ? (pp_os_ticks() - start) / (elapsed_ns / 1000) : 0;
  if (!measured)
    return NS_A_TICK(2500);
  atomic_store_explicit(&ns_a_tick, NS_A_TICK(measured), memory_order_relaxed);
  return NS_A_TICK(measured);
}

uint64_t pp_os_ticks_to_ns(uint64_t ticks) {
  uint64_t each = atomic_load_explicit(&ns_a_tick, memory_order_relaxed);
  if (__builtin_expect(!each, 0))
    each = measure_tick();
  return (uint64_t)((unsigned __int128)ticks * each >> 32);
}
#else
bool pp_os_ticks_forbidden(void) {
  return false;
}

uint64_t pp_os_ticks(void) {
  return nanoseconds();
}

uint64_t pp_os_ticks_to_ns(uint64_t ticks) {
  return ticks;
}
#endif

void *pp_os_map(size_t bytes) {
  long memory = syscall(SYS_mmap, NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L);
  return memory == -1 ? NULL : (void *)memory;
}

void pp_os_unmap(void *memory, size_t bytes) {
  syscall(SYS_munmap, memory, bytes);
}

int pp_os_madvise(void *address, size_t bytes, int advice) {
  return syscall(SYS_madvise, address, bytes, advice) == 0 ? 0 : errno;
}

int pp_os_open_self(int *error) {
  static const char probed = 1; /* in a page of the program's file: anonymous ones know no WILLNEED where there is no swap */
  struct iovec probe = {(void *)((uintptr_t)&probed & ~(uintptr_t)(pp_os_page_size() - 1)), pp_os_page_size()};
  if (pp_os_process_madvise(SELF_THREAD_GROUP, &probe, 1, MADV_WILLNEED) > 0)
    return SELF_THREAD_GROUP;
  int handle = (int)syscall(SYS_pidfd_open, pp_os_process(), 0);
  if (handle < 0) {
    *error = errno;
    return -1;
  }
  ssize_t advised = pp_os_process_madvise(handle, &probe, 1, MADV_WILLNEED);
  if (advised > 0)
    return handle;
  *error = (int)-advised;
  pp_os_close(handle);
  return -1;
}

void pp_os_close_self(int handle) {
  /* A program that closes every descriptor may have been given the number again: only a handle on a process is ours. */
  if (handle >= 0 && (syscall(SYS_pidfd_send_signal, handle, 0, NULL, 0) == 0 || errno != EBADF))
    pp_os_close(handle);
}

ssize_t pp_os_process_madvise(int handle, const struct iovec *ranges, size_t count, int advice) {
  ssize_t advised = syscall(SYS_process_madvise, handle, ranges, count, advice, 0);
  return advised >= 0 ? advised : -errno;
}

ssize_t pp_os_copy(void *to, size_t bytes, const struct iovec *pieces, size_t count) {
  /* The buffer is the "other" process's memory: it alone is pinned; the pieces are read as this process would read them. */
  struct iovec whole = {to, bytes};
  ssize_t copied =
      syscall(SYS_process_vm_writev, pp_os_process(), pieces, count, &whole, 1L, 0L); /* the last is read from the stack, whole */
  return copied >= 0 ? copied : -errno;
}

void *pp_os_map_private(size_t bytes) {
  void *memory = pp_os_map(bytes);
  if (memory) {
    pp_os_madvise(memory, bytes, MADV_DONTDUMP);
    pp_os_madvise(memory, bytes, MADV_WIPEONFORK);
  }
  return memory;
}

/* Whether one of the descriptors that `entries` names is a userfaultfd. */
static bool has_userfault(int folder, const char *entries, ssize_t bytes, unsigned *looked) {
  static const char name[] = "anon_inode:[userfaultfd]";
  char target[sizeof name];
  for (ssize_t at = 0; at < bytes;) {
    const struct dirent64 *entry = (const struct dirent64 *)(const void *)(entries + at);
    at += entry->d_reclen;
    if (entry->d_name[0] == '.')
      continue;
    ++*looked;
    ssize_t length = syscall(SYS_readlinkat, folder, entry->d_name, target, sizeof target);
    if (length == sizeof name - 1 && !memcmp(target, name, sizeof name - 1))
      return true;
  }
  return false;
}

bool pp_os_may_watch_memory(char *room, size_t size) {
  enum { LOOKS = 256 }; /* descriptors that are looked at: one costs about a microsecond */
  int folder = pp_os_open(AT_FDCWD, "/proc/self/fd", O_RDONLY | O_DIRECTORY, 0);
  unsigned looked = 0;
  bool found = folder < 0;
  ssize_t bytes = 1;
  while (!found && bytes > 0) {
    bytes = syscall(SYS_getdents64, folder, room, size);
    found = bytes < 0 || has_userfault(folder, room, bytes, &looked) || looked > LOOKS;
  }
  if (folder >= 0)
    pp_os_close(folder);
  return found;
}

bool pp_os_signal_stack(stack_t *stack) {
  return syscall(SYS_sigaltstack, NULL, stack) == 0;
}

int pp_os_status(int folder, const char *name, struct stat *status) {
  return syscall(SYS_newfstatat, folder, name, status, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno;
}

int pp_os_open(int folder, const char *name, int flags, unsigned mode) {
  int descriptor = (int)syscall(SYS_openat, folder, name, flags | O_CLOEXEC, mode);
  return descriptor >= 0 ? descriptor : -errno;
}

void pp_os_close(int descriptor) {
  syscall(SYS_close, descriptor);
}

ssize_t pp_os_read(int descriptor, char *bytes, size_t count) {
  ssize_t length = syscall(SYS_read, descriptor, bytes, count);
  return length >= 0 ? length : -errno;
}

bool pp_os_file_system(const char *name, uint64_t *magic) {
  struct statfs status;
  bool known = syscall(SYS_statfs, name, &status) == 0;
  *magic = known ? (uint64_t)status.f_type : 0;
  return known;
}

int pp_os_write(int descriptor, const char *bytes, size_t count) {
  while (count) {
    ssize_t written = syscall(SYS_write, descriptor, bytes, count);
    if (written < 0 && errno != EINTR)
      return errno;
    if (written == 0)
      return EIO;
    bytes += written > 0 ? written : 0;
    count -= written > 0 ? (size_t)written : 0;
  }
  return 0;
}

int pp_os_rename(int folder, const char *from, const char *to) {
  return syscall(SYS_renameat2, folder, from, folder, to, 0) == 0 ? 0 : errno;
}

int pp_os_remove(int folder, const char *name) {
  return syscall(SYS_unlinkat, folder, name, 0) == 0 ? 0 : errno;
}

int pp_os_link_target(int link, char *target, size_t size) {
  ssize_t length = syscall(SYS_readlinkat, link, "", target, size);
  if (length < 0 || (size_t)length >= size)
    return length < 0 ? errno : ERANGE;
  target[length] = 0;
  return 0;
}

int pp_os_current_folder(char *path, size_t size) {
  return syscall(SYS_getcwd, path, size) > 0 ? 0 : errno;
}

unsigned pp_os_user(void) {
  return (unsigned)syscall(SYS_geteuid);
}

uint64_t pp_os_random(void) {
  uint64_t number;
  if (syscall(SYS_getrandom, &number, sizeof number, GRND_NONBLOCK) == sizeof number)
    return number;
  return (nanoseconds() ^ (uint64_t)pp_os_process() << 40) * UINT64_C(0x9E3779B97F4A7C15);
}

uint64_t pp_os_file_limit(void) {
  struct rlimit limit;
  return syscall(SYS_prlimit64, 0, RLIMIT_FSIZE, NULL, &limit) == 0 ? limit.rlim_cur : UINT64_MAX;
}

bool pp_os_has_reader(int pipe) {
  struct pollfd asked = {.fd = pipe, .events = POLLOUT};
  const struct timespec now = {0};
  return syscall(SYS_ppoll, &asked, 1, &now, NULL, 0) < 0 || !(asked.revents & (POLLERR | POLLHUP | POLLNVAL));
}

/* Room for what is read: on the stack of a loop it would be too much. */
struct room {
  char text[4096], name[4096 + 64], number[64];
};

/* The start of a small file as a string; false when it can not be read. */
static bool read_text(const char *path, char *text, size_t size) {
  int descriptor = pp_os_open(AT_FDCWD, path, O_RDONLY, 0);
  if (descriptor < 0)
    return false;
  ssize_t length = syscall(SYS_read, descriptor, text, size - 1);
  pp_os_close(descriptor);
  if (length < 0)
    return false;
  text[length] = 0;
  return true;
}

static uint64_t available_memory(struct room *room) {
  if (!read_text("/proc/meminfo", room->text, sizeof room->text))
    return 0;
  const char *line = strstr(room->text, "MemAvailable:");
  return line ? strtoull(line + strlen("MemAvailable:"), NULL, 10) * 1024 : 0;
}

/* The least limit of a cgroup and its ancestors. `path` is changed. */
static uint64_t least_limit(struct room *room, const char *mount, char *path, const char *file) {
  uint64_t least = UINT64_MAX;
  for (;;) {
    pp_text_print(room->name, sizeof room->name, "%s%s/%s", mount, strcmp(path, "/") ? path : "", file);
    if (read_text(room->name, room->number, sizeof room->number) && room->number[0] >= '0' && room->number[0] <= '9') {
      uint64_t limit = strtoull(room->number, NULL, 10);
      least = limit < least ? limit : least;
    }
    char *parent = strrchr(path, '/');
    if (!parent || !path[1])
      return least;
    parent[parent == path] = 0; /* the last step is the root itself: a container's own limit */
  }
}

static uint64_t cgroup_limit(struct room *room) {
  uint64_t least = UINT64_MAX;
  if (!read_text("/proc/self/cgroup", room->text, sizeof room->text))
    return least;
  char *rest;
  for (char *line = strtok_r(room->text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
    char *controllers = strchr(line, ':'), *path = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!path)
      continue;
    *path++ = 0;
    uint64_t limit = UINT64_MAX;
    if (strstr(controllers, "memory"))
      limit = least_limit(room, "/sys/fs/cgroup/memory", path, "memory.limit_in_bytes");
    else if (!controllers[1])
      limit = least_limit(room, "/sys/fs/cgroup", path, "memory.max");
    least = limit < least ? limit : least;
  }
  return least;
}

uint64_t pp_os_memory_budget(void) {
  static _Atomic uint64_t asked_at, answer;
  uint64_t now = nanoseconds(), then = atomic_load_explicit(&asked_at, memory_order_relaxed);
  if (then && now - then < 1000000000u)
    return atomic_load_explicit(&answer, memory_order_relaxed);
  struct room *room = pp_os_map(sizeof *room);
  if (!room)
    return 0;
  uint64_t available = available_memory(room), limit = cgroup_limit(room);
  pp_os_unmap(room, sizeof *room);
  uint64_t budget = (available < limit ? available : limit) / 2;
  atomic_store_explicit(&answer, budget, memory_order_relaxed);
  atomic_store_explicit(&asked_at, now, memory_order_relaxed);
  return budget;
}
