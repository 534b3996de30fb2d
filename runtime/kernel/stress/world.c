// SPDX-License-Identifier: GPL-2.0
/*
 * A round: one process with many threads that run operations drawn at random, its signals, its last check, its end.
 * The supervisor (main.c) starts it and judges how it ended.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "stress.h"

_Thread_local struct thread *self;
struct thread *world_threads;
int round_number;
static unsigned
    calm; /* percent of the operations that change no mapping: else hints mostly find the address space's lock taken */

/* clang-format off */
const struct op ops[] = {
    {"hint", 300, op_hint, "prefetch_page() on random addresses"},
    {"range", 150, op_range, "prefetch_pages() on random ranges, with bad flags and lengths"},
    {"write", 200, op_write, "write one's own words, with hints before"},
    {"check", 150, op_check, "read one's own words back"},
    {"touch", 80, op_touch, "read anybody's words: they must belong to their place"},
    {"unmap", 20, op_unmap, "munmap and mmap with another kind of memory"},
    {"discard", 20, op_discard, "MADV_DONTNEED, MADV_REMOVE"},
    {"free", 15, op_free, "MADV_FREE"},
    {"pageout", 30, op_pageout, "MADV_PAGEOUT"},
    {"cold", 10, op_cold, "MADV_COLD"},
    {"willneed", 10, op_willneed, "MADV_WILLNEED, MADV_POPULATE_READ"},
    {"move", 15, op_move, "mremap to another address"},
    {"protect", 20, op_protect, "mprotect to nothing or read-only, and back"},
    {"pkey", 10, op_pkey, "protection keys"},
    {"truncate", 12, op_truncate, "shorten and extend a mapped file"},
    {"punch", 12, op_punch, "punch holes, zero ranges, preallocate"},
    {"sync", 15, op_sync, "msync, fdatasync, posix_fadvise"},
    {"filewrite", 10, op_filewrite, "pwrite to a mapped file"},
    {"direct", 8, op_direct, "O_DIRECT reads and writes of a mapped file"},
    {"thp", 8, op_thp, "MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_COLLAPSE"},
    {"merge", 6, op_merge, "MADV_MERGEABLE, MADV_UNMERGEABLE"},
    {"mlock", 10, op_mlock, "mlock, mlock2(MLOCK_ONFAULT), munlock"},
    {"random", 8, op_random, "MADV_RANDOM, MADV_SEQUENTIAL, MADV_NORMAL"},
    {"guard", 10, op_guard, "PROT_NONE and unmapped neighbours, with a known answer"},
    {"stack", 10, op_stack, "hints below a MAP_GROWSDOWN mapping, which must not grow"},
    {"poison", 1, op_poison, "MADV_HWPOISON on a page of one's own"},
    {"fork", 10, op_fork, "a child that touches, writes and hints, and exits or is killed"},
    {"exec", 4, op_exec, "a child that calls execve with reads pending"},
    {"spawn", 8, op_spawn, "a thread that hints and ends"},
    {"signal", 20, op_signal, "signals whose handlers hint"},
    {"swapoff", 2, op_swapoff, "swapoff and swapon"},
    {"limit", 6, op_limit, "memory.max, memory.high, memory.reclaim"},
    {"cgroup", 5, op_cgroup, "move the process to the other cgroup"},
    {"caches", 5, op_caches, "drop_caches"},
    {"compact", 3, op_compact, "compact_memory"},
    {"nodes", 3, op_nodes, "migrate_pages between memory nodes"},
    {"pin", 8, op_pin, "process_vm_readv"},
    {"scan", 5, op_scan, "clear_refs 1 to 3, smaps, numa_maps"},
    {"switch", 5, op_switch, "sysctl, zswap, THP, KSM, swap read-ahead on and off"},
    {"missing", 8, op_missing, "userfaultfd for missing pages, answered slowly"},
    {"writeprotect", 8, op_writeprotect, "userfaultfd write protection, with snapshots"},
    {"softdirty", 10, op_softdirty, "clear_refs 4, writes, pagemap"},
};
/* clang-format on */
const int op_count = sizeof(ops) / sizeof(ops[0]);
static const char always[] = ",hint,range,write,check,"; /* in every mix: without them there is nothing to see */

static bool listed(const char *list, const char *name) {
  size_t length = strlen(name);
  for (const char *at = list; (at = strstr(at, name)); at += length)
    if ((at == list || at[-1] == ',') && (at[length] == ',' || !at[length]))
      return true;
  return false;
}

bool op_counts_itself(int op) {
  return listed(always, ops[op].name) || !strcmp(ops[op].name, "touch");
}

static unsigned weight(int op) {
  if (opt.only && !listed(opt.only, ops[op].name) && !listed(always, ops[op].name))
    return 0;
  return ops[op].weight;
}

static void on_fault(int number, siginfo_t *info, void *context) {
  struct thread *t = self;
  /* A signal's frame could not be written for want of memory. A #GP is told so as well: only where RDI, the hint, is no address.
   */
  int64_t rdi = ((ucontext_t *)context)->uc_mcontext.gregs[REG_RDI];
  bool frame = number == SIGSEGV && info->si_code == SI_KERNEL && (int64_t)((uint64_t)rdi << 16) >> 16 == rdi;
  if (number == SIGBUS && info->si_code == BUS_MCEERR_AO)
    return; /* news about a page lost elsewhere */
  if (t && t->guarded && !t->hinting) {
    t->guarded = 0;
    siglongjmp(t->fault, 1);
  }
  if (opt.injecting && (frame || !(t && t->hinting)))
    _exit(0);
  fail("signal %d (code %d) at address %p %s", number, info->si_code, info->si_addr,
       t && t->hinting ? "came out of a prefetch" : "was not expected");
  _exit(99);
}

/* Handlers hint, too: their prefetches fault while the interrupted one's result is pending in registers. */
static void on_news(int number) {
  (void)number;
  int saved = errno;
  struct thread *t = self;
  if (t) {
    struct rng r = {t->rng.s ^ 0x9e3779b97f4a7c15ULL};
    r.s |= 1;
    hint_some(&r, 4);
    t->handled++;
  }
  atomic_fetch_add(&sh->signals, 1);
  errno = saved;
}

void world_setup_signals(void) {
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
  struct sigaction news = {.sa_handler = on_news, .sa_flags = SA_RESTART | SA_ONSTACK};
  sigaction(SIGUSR1, &news, NULL);
  news.sa_flags = SA_RESTART;
  sigaction(SIGUSR2, &news, NULL);
}

static void start_timer(struct thread *t) {
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = t->index & 2 ? SIGUSR1 : SIGUSR2};
  event._sigev_un._tid = t->tid;
  timer_t timer;
  long period = (2 + below(&t->rng, 20)) * 1000000;
  struct itimerspec when = {{0, period}, {0, period}};
  if (!timer_create(CLOCK_MONOTONIC, &event, &timer)) /* goes with the process */
    timer_settime(timer, 0, &when, NULL);
}

static void *life(void *argument) {
  struct thread *t = argument;
  self = t;
  t->tid = syscall(SYS_gettid);
  stack_t alternate = {.ss_sp = malloc(64 << 10), .ss_size = 64 << 10};
  if (alternate.ss_sp)
    sigaltstack(&alternate, NULL);
  if (alternate.ss_sp && opt.injecting)
    mlock(alternate.ss_sp, alternate.ss_size); /* frames go there whatever is swapped out */
  /* The oracle for sleep looks at this thread's whole time in between: its own stack shall not be what it waits for. */
  char here;
  mlock((void *)(((uintptr_t)&here & ~(PAGE - 1)) - 8 * PAGE), 9 * PAGE);
  if (opt.injecting && write_file("/proc/thread-self/make-it-fail", "1"))
    fail("cannot make this thread's allocations fail: is CONFIG_FAULT_INJECTION in the kernel?");
  if (t->index % 3 == 0 && (!opt.only || listed(opt.only, "signal")))
    start_timer(t);
  unsigned sum = 0, quiet = 0, weights[MAX_OPS];
  for (int i = 0; i < op_count; i++) {
    sum += weights[i] = weight(i);
    if (listed(always, ops[i].name))
      quiet = sum; /* they stand first in the table */
  }
  while (!atomic_load(&sh->stop)) {
    unsigned dice = below(&t->rng, chance(&t->rng, calm) ? quiet : sum);
    int op = 0;
    while (dice >= weights[op])
      dice -= weights[op++];
    t->op = op;
    ops[op].run(t);
    atomic_fetch_add(&sh->ops[op], 1);
    atomic_fetch_add(&sh->heartbeat, 1);
  }
  return NULL;
}

/* With reads pending and threads running the process ends in a way of the round's choice. */
static void end_at_once(struct rng *r) {
  for (int i = 0; i < arena_count; i++) {
    madvise((void *)atomic_load(&arenas[i].base), arenas[i].pages * PAGE, MADV_PAGEOUT);
    vdso_pages((const void *)atomic_load(&arenas[i].base), arenas[i].pages, 0);
  }
  switch (below(r, 3)) {
  case 0:
    _exit(0);
  case 1: {
    char *const arguments[] = {"stress", "--noop", NULL};
    execv("/proc/self/exe", arguments);
    _exit(98);
  }
  default:
    kill(getpid(), SIGKILL);
    for (;;)
      pause();
  }
}

void world_run(int round) {
  struct rng r;
  seed_rng(&r, opt.seed, round, 0);
  round_number = round;
  prctl(PR_SET_NAME, "stress-round");
  world_setup_signals();
  op_cgroup(&(struct thread){.rng = r, .op = op_count}); /* no draw */
  arenas_create(&r);
  world_threads = calloc(opt.threads, sizeof(*world_threads));
  if (!world_threads || atomic_load(&sh->failed))
    _exit(97);
  static struct thread checker; /* this thread's own state, for faults during the last check */
  self = &checker;
  bool abrupt = chance(&r, 35);
  static const unsigned calms[] = {0, 60, 90};
  calm = calms[below(&r, 3)];
  for (int i = 0; i < opt.threads; i++) {
    struct thread *t = &world_threads[i];
    t->index = i;
    seed_rng(&t->rng, opt.seed, round, i + 1);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 512 << 10);
    if (pthread_create(&t->handle, &attributes, life, t)) {
      fail("cannot start thread %d", i);
      _exit(97);
    }
    pthread_attr_destroy(&attributes);
  }
  double end = now() + opt.round_seconds;
  while (now() < end && !atomic_load(&sh->failed))
    usleep(20000);
  if (abrupt && !atomic_load(&sh->failed))
    end_at_once(&r);
  atomic_store(&sh->stop, 1);
  for (int i = 0; i < opt.threads; i++)
    pthread_join(world_threads[i].handle, NULL);
  for (int i = 0; opt.injecting && i < arena_count; i++) /* the way back to it may have failed */
    if (arenas[i].kept && arena_may_write(&arenas[i]))
      mprotect((void *)atomic_load(&arenas[i].base), arenas[i].pages * PAGE, PROT_READ | PROT_WRITE);
  arena_verify_all();
  for (int i = 0; i < arena_count; i++) { /* needs the lock of the address space for writing: nobody may have kept it */
    munmap((void *)arenas[i].slots[0], 2 * SLOT_BYTES);
    atomic_fetch_add(&sh->heartbeat, 1);
  }
  _exit(0);
}
