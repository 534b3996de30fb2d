/* SPDX-License-Identifier: MIT */
/* The one layer between the runtime and the operating system: every system call of the library is made here.
 * Functions return errors as values; callers that compiled code can reach keep errno themselves (see api.c). */
#ifndef RUNTIME_OS_H
#define RUNTIME_OS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

/* What the kernel has counted for the calling thread. */
struct pp_usage {
  uint64_t major_faults, minor_faults;
  uint64_t waits;      /* voluntary context switches: the thread slept for something */
  uint64_t pages_read; /* pages that this thread's own requests read from devices */
  uint64_t cpu_ns;     /* processor time of the thread, the kernel's included; may lag by a scheduler's tick */
};

/* Bytes of a page. x86-64 has no other: there the compiler divides by shifting, once an address in the hottest loops. */
#if defined(__x86_64__)
static inline size_t pp_os_page_size(void) {
  return 4096;
}
#else
size_t pp_os_page_size(void);
#endif

/* False where the interface is missing or forbidden; usage is zeroed then. Once pp_os_probe_usage found it so, it is not tried
 * again. */
void pp_os_probe_usage(void);
bool pp_os_thread_usage(struct pp_usage *usage);

/* The process, the calling thread, and whether the process has a thread of that number still. */
int pp_os_process(void);
int pp_os_thread(void);
bool pp_os_has_thread(int thread);

/* Whether reading the processor's ticks would raise SIGSEGV in this thread. */
bool pp_os_ticks_forbidden(void);

/* A cheap clock: processor ticks on x86-64, else nanoseconds. pp_os_ticks_to_ns is exact to a few percent. */
#if defined(__x86_64__)
static inline uint64_t pp_os_ticks(void) {
  return __builtin_ia32_rdtsc();
}
#else
uint64_t pp_os_ticks(void);
#endif
uint64_t pp_os_ticks_to_ns(uint64_t ticks);

/* Zeroed memory that is never part of malloc; NULL when there is none. */
void *pp_os_map(size_t bytes);
void pp_os_unmap(void *memory, size_t bytes);

/* 0 or a positive errno value. */
int pp_os_madvise(void *address, size_t bytes, int advice);

/* A handle on this process for pp_os_process_madvise: -1 when there is none, with the errno value in *error. */
int pp_os_open_self(int *error);
void pp_os_close_self(int handle);

/* Bytes advised from the first range on, or a negative errno value. */
ssize_t pp_os_process_madvise(int handle, const struct iovec *ranges, size_t count, int advice);

/* Copies `pieces` (at most 1024) of this process's own memory from anywhere, one after the other, to `to`, without a fault in
 * this program: it stops at the first byte that can not be read. Returns the bytes copied, or a negative errno value. */
ssize_t pp_os_copy(void *to, size_t bytes, const struct iovec *pieces, size_t count);

/* Memory that is in no core dump, and empty in a forked child. NULL when there is none. */
void *pp_os_map_private(size_t bytes);

/* Whether this process holds a userfaultfd, or might: more descriptors than are worth a look, or they can not be looked at.
 * `room`: for the kernel's answers. */
bool pp_os_may_watch_memory(char *room, size_t size);

/* The thread's signal stack; false where the kernel does not tell. */
bool pp_os_signal_stack(stack_t *stack);

/* Files. 0 or a positive errno value where nothing else is said; `name` "" is the descriptor itself, a link's name the link. */
int pp_os_status(int folder, const char *name, struct stat *status);
int pp_os_open(int folder, const char *name, int flags, unsigned mode); /* a descriptor, or a negative errno value */
void pp_os_close(int descriptor);
ssize_t pp_os_read(int descriptor, char *bytes, size_t count);    /* negative: an errno value */
bool pp_os_file_system(const char *name, uint64_t *magic);        /* of the file of that name: statfs(2) */
int pp_os_write(int descriptor, const char *bytes, size_t count); /* all of them */
int pp_os_rename(int folder, const char *from, const char *to);
int pp_os_remove(int folder, const char *name);
int pp_os_link_target(int link, char *target, size_t size); /* ERANGE: does not fit */
int pp_os_current_folder(char *path, size_t size);
unsigned pp_os_user(void);
uint64_t pp_os_random(void);     /* of the kernel, or else of clock and process */
uint64_t pp_os_file_limit(void); /* bytes; a write beyond them raises SIGXFSZ */
bool pp_os_has_reader(int pipe); /* else a write raises SIGPIPE */

/* Bytes that could be read in without pushing out others: half of the least of MemAvailable and the memory cgroups' limits.
 * 0 when it is not known. Reads /proc and /sys; asked at most about once a second. */
uint64_t pp_os_memory_budget(void);

#endif
