/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the stress program share: options, counters, arenas, the prefetch calls, the threads' state.
 * Included by all of stress/; knows no part's inside.
 */
#ifndef STRESS_H
#define STRESS_H

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PAGE 4096UL
#define MAX_THREADS 24
#define MAX_FS 4
#define MAX_SWAP 4
#define MAX_OPS 64
#define WATCHED 32 /* pages that an oracle looks at */
#define MAX_ARENAS 24
#define MAX_PAGES 1024 /* of one arena */
#define SLOT_BYTES (64UL << 20)
#define SLOT_BASE 0x100000000000UL /* far below where the kernel places mappings by itself */

/* prefetch_pages(): flags, results and fates, as <linux/prefetch.h> of the patched kernel has them */
#define PF_WRITE 1u
enum fate { ACCESSIBLE, STARTED, IN_FLIGHT, CACHED, UNTOUCHED, TIGHT, BUSY, FULL, UNMAPPED, DENIED, UNSUPPORTED, OFF, FATES };

/* ---- options ---- */
struct filesystem {
  const char *type, *device, *directory; /* device NULL: a directory that stays mounted (tmpfs) */
};
struct options {
  uint64_t seed;
  double minutes;
  int threads;
  double round_seconds;
  bool stock; /* no vDSO call: madvise() stands in, where that was asked for */
  bool stand_in;
  bool injecting; /* allocations are made to fail: what comes of that is no finding */
  const char *only;
  struct filesystem fs[MAX_FS];
  int filesystems;
  const char *swap[MAX_SWAP];
  int swaps;
};
extern struct options opt;

/* ---- what all processes of a run share; lives in shared memory ---- */
struct shared {
  _Atomic uint64_t ops[MAX_OPS], effects[MAX_OPS + 1]; /* drawn; and of these, did what they are for */
  _Atomic uint64_t fates[FATES];
  _Atomic uint64_t watches, dirty_pages; /* tests under userfaultfd's write protection, and of soft-dirty bits */
  _Atomic uint64_t hints, ranges, sampled, suspects, accessible, faults_taken, signals, words_written, words_checked;
  _Atomic uint64_t heartbeat;
  _Atomic int failed;
  _Atomic int stop;       /* the round's threads end */
  _Atomic int swap_busy;  /* a swapoff runs: limits stay high */
  _Atomic int deviations; /* failures that were printed */
  char reason[512];
};
extern struct shared *sh;

void fail(const char *format, ...) __attribute__((format(printf, 1, 2))); /* the run has failed; goes on to the round's end */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
int write_file(const char *path, const char *text); /* 0 or -errno */
double now(void);

/* ---- random numbers ---- */
struct rng {
  uint64_t s;
};
static inline uint64_t rnd(struct rng *r) {
  r->s ^= r->s << 13;
  r->s ^= r->s >> 7;
  r->s ^= r->s << 17;
  return r->s * 0x2545f4914f6cdd1dULL;
}
static inline uint64_t below(struct rng *r, uint64_t limit) {
  return limit ? (rnd(r) >> 11) % limit : 0;
}
static inline bool chance(struct rng *r, unsigned percent) {
  return below(r, 100) < percent;
}
void seed_rng(struct rng *r, uint64_t a, uint64_t b, uint64_t c);

/* ---- the calls under test (call.c) ---- */
void calls_init(void);
extern long (*vdso_page)(const void *);
extern long (*vdso_pages)(const void *, size_t, unsigned int);
struct thread;
void hint_page(struct thread *t, uintptr_t address);
void hint_pages(struct thread *t, uintptr_t address, size_t pages, unsigned flags);
void hint_some(struct rng *r, unsigned count); /* from anywhere, signal handlers too: no samples, no locks */
uintptr_t random_address(struct rng *r);

/* ---- arenas (arena.c) ---- */
enum kind {
  ANON,
  SHMEM, /* MAP_SHARED | MAP_ANONYMOUS */
  FILE_SHARED,
  FILE_PRIVATE,
  FILE_READONLY, /* shared, PROT_READ */
  HUGETLB,
  KINDS
};
struct arena {
  int id;
  bool kept; /* contents are kept: every word is checked against the shadow. Else anything may happen to it */
  enum kind kind;
  int fs; /* index into opt.fs, files only */
  int fd; /* files only; stays open */
  size_t pages;
  _Atomic uintptr_t base;
  uintptr_t slots[2];       /* where it may stand; words are numbered from the slot's start */
  pthread_rwlock_t moving;  /* writers hold it shared, what moves the mapping holds it exclusively; hints take nothing */
  pthread_mutex_t tracking; /* one user of soft-dirty or userfaultfd at a time */
  _Atomic int uffd;         /* registered for write protection */
  _Atomic size_t watched;   /* then the first of the pages whose words are compared */
  _Atomic uint32_t *shadow; /* [page][thread]: the last sequence number that the thread wrote; shared with the supervisor */
  char path[128];
};
extern struct arena *arenas; /* shared with the supervisor, which verifies files after the round */
extern int arena_count;      /* the same in every round */
void arenas_create(struct rng *r);
void arenas_prepare_shadow(void); /* by the supervisor, once */
bool arena_verify_all(void);      /* in the world, threads gone */
void arena_verify_files(void);    /* by the supervisor, after everything was unmounted and mounted again */
uint64_t arena_word(int id, size_t page, int thread, uint32_t seq);
bool arena_may_write(const struct arena *a);
void arena_remap(struct arena *a, struct rng *r); /* a new mapping of a random kind in the place of one that is not kept */
struct arena *pick(struct thread *t, bool kept);

/* ---- threads of a round (world.c) ---- */
struct thread {
  int index; /* owns the words with that number in every page */
  struct rng rng;
  pthread_t handle;
  pid_t tid;
  sigjmp_buf fault;
  volatile sig_atomic_t guarded; /* a SIGSEGV or SIGBUS now goes to .fault */
  volatile sig_atomic_t hinting; /* inside a call under test: no signal may come of it */
  volatile uint64_t handled;     /* signals that this thread has handled */
  unsigned sample;
  int op; /* that runs */
};
extern _Thread_local struct thread *self;
extern int round_number;
void world_run(int round) __attribute__((noreturn));
void world_setup_signals(void);

/*
 * An access that may fault: if (ACCESS_BEGIN(t)) { ...; access_end(t); } else { it faulted }. No locks may be taken inside.
 */
#define ACCESS_BEGIN(t) (sigsetjmp((t)->fault, 0) == 0 && ((t)->guarded = 1))
static inline void access_end(struct thread *t) {
  t->guarded = 0;
}

/* ---- operations (ops_*.c) ---- */
struct op {
  const char *name;
  unsigned weight;
  void (*run)(struct thread *t);
  const char *what;
};
extern const struct op ops[];
extern const int op_count;
bool op_counts_itself(int op); /* hints, writes and checks: not by took_effect() */

/* Said by each operation that the kernel may refuse or lack: one that is drawn often and never gets here tests nothing. */
static inline void took_effect(const struct thread *t) {
  atomic_fetch_add(&sh->effects[t->op], 1);
}

void op_hint(struct thread *t);
void op_range(struct thread *t);
void op_write(struct thread *t);
void op_check(struct thread *t);
void op_touch(struct thread *t);
void op_unmap(struct thread *t);
void op_discard(struct thread *t);
void op_free(struct thread *t);
void op_pageout(struct thread *t);
void op_cold(struct thread *t);
void op_willneed(struct thread *t);
void op_move(struct thread *t);
void op_protect(struct thread *t);
void op_pkey(struct thread *t);
void op_truncate(struct thread *t);
void op_punch(struct thread *t);
void op_sync(struct thread *t);
void op_filewrite(struct thread *t);
void op_direct(struct thread *t);
void op_thp(struct thread *t);
void op_merge(struct thread *t);
void op_mlock(struct thread *t);
void op_random(struct thread *t);
void op_guard(struct thread *t);
void op_stack(struct thread *t);
void op_poison(struct thread *t);

void op_fork(struct thread *t);
void op_exec(struct thread *t);
void op_spawn(struct thread *t);
void op_signal(struct thread *t);
void op_swapoff(struct thread *t);
void op_limit(struct thread *t);
void op_cgroup(struct thread *t);
void op_caches(struct thread *t);
void op_compact(struct thread *t);
void op_nodes(struct thread *t);
void op_pin(struct thread *t);
void op_scan(struct thread *t);
void op_switch(struct thread *t);

void op_missing(struct thread *t);
void op_writeprotect(struct thread *t);
void op_softdirty(struct thread *t);

void system_setup(void); /* supervisor, once: cgroups, KSM, hugetlb pages, swap, filesystems */
void system_inject(void);
void system_restore(void); /* supervisor, after a round: swap on, limits off */
void system_remount(void); /* supervisor: unmounts and mounts every filesystem; EBUSY must pass within seconds */

/* ---- the kernel log (log.c) ---- */
void log_start(void);
void log_scan(void);
void log_check_taint(void); /* after a round: a report that the log lost leaves its mark */
void log_summary(void);
void counters_start(void);
void counters_check(bool last);
void counters_calibrate(void);

#endif
