/* SPDX-License-Identifier: MIT */
/* The one layer between the runtime and the operating system: every system call of the library is made here.
 * Functions return errors as values; callers that compiled code can reach keep errno themselves (see api.c). */
#ifndef RUNTIME_OS_H
#define RUNTIME_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

/* What the kernel has counted for the calling thread. */
struct pp_usage {
  uint64_t major_faults;
  uint64_t waits;      /* voluntary context switches: the thread slept for something */
  uint64_t pages_read; /* pages that this thread's own requests read from devices */
};

/* Bytes of a page; the constant of the machine, read once. */
size_t pp_os_page_size(void);

/* False where the interface is missing or forbidden; usage is zeroed then. */
bool pp_os_thread_usage(struct pp_usage *usage);

/* A cheap clock: processor ticks on x86-64, else nanoseconds. pp_os_ticks_to_ns is exact to a few percent. */
uint64_t pp_os_ticks(void);
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

/* Bytes that could be read in without pushing out others: half of the least of MemAvailable and the memory cgroups' limits.
 * 0 when it is not known. Reads /proc and /sys; asked at most about once a second. */
uint64_t pp_os_memory_budget(void);

#endif
