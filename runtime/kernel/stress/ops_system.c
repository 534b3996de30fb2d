// SPDX-License-Identifier: GPL-2.0
/*
 * Operations beyond mappings: processes, threads, signals, swap, cgroups, reclaim and migration; and the setting of it all.
 * What concerns the machine is done here for a round and put back by system_restore().
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stress.h"

static const char *const groups[] = {"/sys/fs/cgroup/stress-a", "/sys/fs/cgroup/stress-b"};
static pthread_mutex_t machine = PTHREAD_MUTEX_INITIALIZER; /* one change of limits or swap at a time */

/* A child of one thread: touches, writes its own copies, hints, and goes in one of several ways. Takes no lock: others held them.
 */
static void child_life(struct thread *t, bool replace) {
  seed_rng(&t->rng, opt.seed, getpid(), round_number);
  for (int round = 0; round < 4; round++) {
    const struct arena *a = &arenas[below(&t->rng, arena_count)];
    volatile uint64_t *words = (volatile uint64_t *)atomic_load(&a->base);
    hint_some(&t->rng, 32);
    if (a->kind != ANON && a->kind != FILE_PRIVATE)
      continue;
    if (ACCESS_BEGIN(t)) { /* private: this child's copy, which nobody else writes */
      size_t page = below(&t->rng, a->pages);
      uint64_t mine = arena_word(a->id, page, t->index, 0xc0000000u + round);
      words[page * (PAGE / 8) + t->index] = mine;
      hint_some(&t->rng, 16);
      vdso_pages((const void *)&words[page * (PAGE / 8)], 4, PF_WRITE);
      uint64_t got = words[page * (PAGE / 8) + t->index];
      access_end(t);
      /* What is not kept is truncated and mapped anew by the parent's threads: private copies go with the file's pages. */
      if (a->kept && got != mine)
        fail("lost write in a child: arena %d (kind %d) page %zu word %d is %#lx, was written as %#lx", a->id, a->kind, page,
             t->index, got, mine);
    }
  }
  if (replace) {
    char *const arguments[] = {"stress", "--noop", NULL};
    for (int i = 0; i < 4; i++)
      vdso_pages((const void *)atomic_load(&arenas[below(&t->rng, arena_count)].base), MAX_PAGES, 0);
    execv("/proc/self/exe", arguments);
  }
  if (chance(&t->rng, 30))
    kill(getpid(), SIGKILL);
}

static void have_child(struct thread *t, bool replace) {
  pid_t child = fork();
  if (!child) {
    child_life(t, replace);
    _exit(0);
  }
  if (child < 0)
    return;
  took_effect(t);
  hint_some(&t->rng, 32);
  int status = 0; /* with injection it may not be told */
  while (waitpid(child, &status, 0) < 0 && errno == EINTR)
    ;
  /* An execve() that cannot allocate any more ends the process by SIGSEGV; a stray one in a child is told by its handler. */
  if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL && !(opt.injecting && WTERMSIG(status) == SIGSEGV))
    fail("a child was ended by signal %d", WTERMSIG(status));
}

void op_fork(struct thread *t) {
  have_child(t, false);
}

void op_exec(struct thread *t) {
  have_child(t, true);
}

static void *short_life(void *argument) {
  struct rng r = {(uintptr_t)argument | 1};
  hint_some(&r, 64);
  if (chance(&r, 50))
    syscall(SYS_exit, 0); /* leaves its stack to nobody: the process ends with the round */
  return NULL;
}

/* A thread that hints and ends, reads pending behind it. It has no self: it must not touch. */
void op_spawn(struct thread *t) {
  pthread_t thread;
  void *argument = (void *)(uintptr_t)(rnd(&t->rng) & ~1UL);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 256 << 10);
  if (!pthread_create(&thread, &attributes, short_life, argument)) {
    took_effect(t);
    hint_some(&t->rng, 16);
    pthread_join(thread, NULL);
  }
  pthread_attr_destroy(&attributes);
}

extern struct thread *world_threads;
void op_signal(struct thread *t) {
  static const int signals[] = {SIGUSR1, SIGUSR2};
  for (int i = 0; i < 4; i++) {
    pid_t to = world_threads[below(&t->rng, opt.threads)].tid;
    if (to && !syscall(SYS_tgkill, getpid(), to, signals[below(&t->rng, 2)]))
      took_effect(t);
    hint_some(&t->rng, 4);
  }
}

/* EBUSY and EAGAIN leave the old limit. */
static bool set_limit(int group, const char *file, const char *value) {
  char path[128];
  snprintf(path, sizeof(path), "%s/%s", groups[group], file);
  return !write_file(path, value);
}

/* Brings everything back into memory: limits must not stand in the way, or the kernel would be right to kill. */
void op_swapoff(struct thread *t) {
  if (!opt.swaps || pthread_mutex_trylock(&machine))
    return;
  atomic_store(&sh->swap_busy, 1);
  for (int group = 0; group < 2; group++) {
    set_limit(group, "memory.high", "max");
    set_limit(group, "memory.max", "max");
  }
  const char *device = opt.swap[below(&t->rng, opt.swaps)];
  if (!swapoff(device)) {
    took_effect(t);
    hint_some(&t->rng, 64);
    if (swapon(device, SWAP_FLAG_PREFER | below(&t->rng, 3)) && !opt.injecting)
      fail("cannot switch swap on again on %s: %s", device, strerror(errno));
  } else if (errno != ENOMEM && errno != EINTR && errno != EINVAL && !opt.injecting) {
    fail("cannot switch swap off on %s: %s", device, strerror(errno));
  }
  atomic_store(&sh->swap_busy, 0);
  pthread_mutex_unlock(&machine);
}

void op_limit(struct thread *t) {
  char value[32];
  if (pthread_mutex_trylock(&machine))
    return;
  int group = below(&t->rng, 2);
  snprintf(value, sizeof(value), "%lu", (24 + below(&t->rng, 72)) << 20);
  if (set_limit(group, "memory.max", chance(&t->rng, 80) ? value : "max"))
    took_effect(t);
  snprintf(value, sizeof(value), "%lu", (16 + below(&t->rng, 48)) << 20);
  set_limit(group, "memory.high", chance(&t->rng, 30) ? value : "max");
  if (chance(&t->rng, 20))
    set_limit(group, "memory.reclaim", "4M");
  pthread_mutex_unlock(&machine);
}

void op_cgroup(struct thread *t) {
  char path[128], pid[32];
  snprintf(path, sizeof(path), "%s/cgroup.procs", groups[below(&t->rng, 2)]);
  snprintf(pid, sizeof(pid), "%d", getpid());
  if (!write_file(path, pid))
    took_effect(t);
}

void op_caches(struct thread *t) {
  static const char *const what[] = {"1", "2", "3"};
  if (!write_file("/proc/sys/vm/drop_caches", what[below(&t->rng, 3)]))
    took_effect(t);
}

void op_compact(struct thread *t) {
  if (!write_file("/proc/sys/vm/compact_memory", "1"))
    took_effect(t);
}

/* Moves this process's pages between memory nodes: entries that say "wait, it moves". */
void op_nodes(struct thread *t) {
  unsigned long from = 1 + below(&t->rng, 2), to = 3 - from;
  if (syscall(SYS_migrate_pages, 0, 3UL, &from, &to) >= 0)
    took_effect(t);
}

/* The kernel's own way to a page of a process. */
void op_pin(struct thread *t) {
  static _Thread_local char there[8 * PAGE];
  const struct arena *a = &arenas[below(&t->rng, arena_count)];
  struct iovec mine = {there, sizeof(there)};
  struct iovec its = {(void *)(atomic_load(&a->base) + below(&t->rng, a->pages) * PAGE), sizeof(there)};
  if (process_vm_readv(getpid(), &mine, 1, &its, 1, 0) > 0)
    took_effect(t);
}

void op_scan(struct thread *t) {
  static const char *const what[] = {"1", "2", "3"};
  static _Thread_local char text[4096];
  int cleared = write_file("/proc/self/clear_refs", what[below(&t->rng, 3)]);
  int fd = open(chance(&t->rng, 50) ? "/proc/self/smaps" : "/proc/self/numa_maps", O_RDONLY | O_CLOEXEC);
  while (fd >= 0 && read(fd, text, sizeof(text)) > 0)
    ;
  if (fd >= 0)
    close(fd);
  if (fd >= 0 && !cleared)
    took_effect(t);
}

/* Settings of the machine that change under running prefetches. */
void op_switch(struct thread *t) {
  static const struct {
    const char *path, *one, *other;
    unsigned percent;
  } settings[] = {
      {"/sys/module/zswap/parameters/enabled", "1", "0", 50},
      {"/sys/kernel/mm/transparent_hugepage/enabled", "madvise", "always", 50},
      {"/sys/kernel/mm/ksm/run", "1", "0", 80},
      {"/sys/kernel/mm/swap/vma_ra_enabled", "1", "0", 50},
  };
  unsigned dice = below(&t->rng, 5);
  if (dice < 4) {
    if (!write_file(settings[dice].path, chance(&t->rng, settings[dice].percent) ? settings[dice].one : settings[dice].other))
      took_effect(t);
    return;
  }
  write_file("/proc/sys/vm/prefetch_page", "0");
  hint_some(&t->rng, 16);
  write_file("/proc/sys/vm/prefetch_page", "1");
}

void system_setup(void) {
  write_file("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
  for (int i = 0; i < 2; i++)
    if ((mkdir(groups[i], 0755) && errno != EEXIST) || !set_limit(i, "memory.max", "max"))
      fail("no memory cgroup at %s (%s): is the unified hierarchy mounted, with the memory controller?", groups[i],
           strerror(errno));
  write_file("/sys/kernel/mm/ksm/pages_to_scan", "500");
  write_file("/sys/kernel/mm/ksm/sleep_millisecs", "50");
  write_file("/proc/sys/vm/nr_hugepages", "4");
  write_file("/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs", "200");
  write_file("/sys/kernel/mm/transparent_hugepage/khugepaged/alloc_sleep_millisecs", "200");
  for (int i = 0; i < opt.swaps; i++)
    if (swapon(opt.swap[i], 0) && errno != EBUSY)
      fail("cannot switch swap on on %s: %s; was it made with mkswap?", opt.swap[i], strerror(errno));
  for (int i = 0; i < opt.filesystems; i++) {
    const struct filesystem *fs = &opt.fs[i];
    if (mkdir(fs->directory, 0755) && errno != EEXIST)
      fail("cannot make %s: %s", fs->directory, strerror(errno));
    if (mount(fs->device ? fs->device : "tmpfs", fs->directory, fs->type, 0, NULL))
      fail("cannot mount %s at %s: %s; the guest's script has to make the file system", fs->type, fs->directory, strerror(errno));
  }
}

/* The workers that start reads are the kernel's: their allocations fail, too. They come and go. Those of file systems are left
 * alone: ext4 loses data when the conversion of an extent fails. */
void system_inject(void) {
  for (int pid = 2; pid < 4000; pid++) {
    char path[64], name[32] = "";
    snprintf(path, sizeof(path), "/proc/%d/comm", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
      continue;
    if (read(fd, name, sizeof(name) - 1) > 0 && !strncmp(name, "kworker/u", 9) && strstr(name, "prefetch")) {
      snprintf(path, sizeof(path), "/proc/%d/make-it-fail", pid);
      write_file(path, "1");
    }
    close(fd);
  }
}

void system_restore(void) {
  for (int group = 0; group < 2; group++) {
    set_limit(group, "memory.high", "max");
    set_limit(group, "memory.max", "max");
  }
  atomic_store(&sh->swap_busy, 0);
  for (int i = 0; i < opt.swaps; i++)
    if (swapon(opt.swap[i], 0) && errno != EBUSY)
      fail("cannot switch swap on again on %s: %s", opt.swap[i], strerror(errno));
  write_file("/proc/sys/vm/prefetch_page", "1");
}

/* What a process left behind must not keep a file system busy once the process is gone. */
void system_remount(void) {
  for (int i = 0; i < opt.filesystems; i++) {
    const struct filesystem *fs = &opt.fs[i];
    if (!fs->device)
      continue;
    double began = now();
    while (umount(fs->directory)) {
      if (errno != EBUSY || now() - began > 20) {
        fail("cannot unmount %s (%s) %.0f s after the last process ended: %s", fs->directory, fs->type, now() - began,
             strerror(errno));
        return;
      }
      usleep(10000);
    }
    if (now() - began > 5)
      say("note: unmounting %s took %.1f s", fs->directory, now() - began);
    if (mount(fs->device, fs->directory, fs->type, 0, NULL)) {
      fail("cannot mount %s at %s again: %s", fs->device, fs->directory, strerror(errno));
      return;
    }
  }
}
