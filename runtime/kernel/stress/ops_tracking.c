// SPDX-License-Identifier: GPL-2.0
/*
 * Operations that watch writes: userfaultfd (missing pages, write protection) and soft-dirty bits, each with its own oracle.
 * The thread that starts one answers its messages itself, and leaves nothing registered behind.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "stress.h"

static int open_uffd(uint64_t features) {
  int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
  struct uffdio_api api = {.api = UFFD_API, .features = features};
  if (fd >= 0 && ioctl(fd, UFFDIO_API, &api)) {
    close(fd);
    return -1;
  }
  return fd;
}

static int protect(int fd, uintptr_t start, size_t bytes, bool on) {
  struct uffdio_writeprotect range = {.range = {start, bytes}, .mode = on ? UFFDIO_WRITEPROTECT_MODE_WP : 0};
  return ioctl(fd, UFFDIO_WRITEPROTECT, &range);
}

/* Gives a missing page its words, or zeroes. base: where the arena was when it was registered; it may have been moved since. */
static void supply(struct thread *t, const struct arena *a, int fd, uintptr_t base, uintptr_t address) {
  static _Thread_local uint64_t words[PAGE / 8] __attribute__((aligned(PAGE)));
  size_t page = (address - base) / PAGE;
  if (chance(&t->rng, 50)) {
    struct uffdio_zeropage zero = {.range = {address, PAGE}};
    ioctl(fd, UFFDIO_ZEROPAGE, &zero);
    return;
  }
  memset(words, 0, sizeof(words));
  for (int i = 0; i < MAX_THREADS; i++)
    words[i] = arena_word(a->id, page, i, 1);
  struct uffdio_copy copy = {.dst = address, .src = (uintptr_t)words, .len = PAGE};
  ioctl(fd, UFFDIO_COPY, &copy);
}

/* Missing pages of an arena that nobody keeps are supplied by this thread for a while; hints must neither wait nor fill them. */
void op_missing(struct thread *t) {
  struct arena *a = pick(t, false);
  if ((a->kind != ANON && a->kind != SHMEM) || pthread_mutex_trylock(&a->tracking))
    return;
  uintptr_t base = atomic_load(&a->base);
  int fd = open_uffd(0);
  struct uffdio_register area = {.range = {base, a->pages * PAGE}, .mode = UFFDIO_REGISTER_MODE_MISSING};
  if (fd >= 0 && !ioctl(fd, UFFDIO_REGISTER, &area)) {
    took_effect(t);
    madvise((void *)base, a->pages * PAGE, a->kind == ANON ? MADV_DONTNEED : MADV_REMOVE);
    for (int i = 0; i < 16; i++)
      hint_page(t, base + below(&t->rng, a->pages * PAGE));
    hint_pages(t, base, a->pages, below(&t->rng, 2));
    for (int round = 0; round < 40; round++) {
      struct pollfd ready = {.fd = fd, .events = POLLIN};
      struct uffd_msg message;
      hint_page(t, base + below(&t->rng, a->pages * PAGE));
      if (poll(&ready, 1, 1) == 1 && read(fd, &message, sizeof(message)) == sizeof(message) &&
          message.event == UFFD_EVENT_PAGEFAULT)
        supply(t, a, fd, base, message.arg.pagefault.address & ~(PAGE - 1));
    }
    ioctl(fd, UFFDIO_UNREGISTER, &area.range);
  }
  if (fd >= 0)
    close(fd); /* wakes who still waits */
  pthread_mutex_unlock(&a->tracking);
}

struct snapshot {
  size_t page[WATCHED];
  uint64_t words[WATCHED][MAX_THREADS];
  int pages;
};

static void read_page(const struct arena *a, size_t page, uint64_t *words) {
  const volatile uint64_t *at = (const volatile uint64_t *)(atomic_load(&a->base) + page * PAGE);
  for (int i = 0; i < MAX_THREADS; i++)
    words[i] = at[i];
}

/* Between protection and release no word may change, whoever writes and hints: a stale translation would let it. */
static void watch(struct thread *t, struct arena *a, struct snapshot *s) {
  for (int i = 0; i < s->pages; i++)
    read_page(a, s->page[i], s->words[i]);
  for (int i = 0; i < 24; i++) {
    hint_page(t, atomic_load(&a->base) + s->page[below(&t->rng, s->pages)] * PAGE);
    hint_pages(t, atomic_load(&a->base) + s->page[below(&t->rng, s->pages)] * PAGE, 1 + below(&t->rng, 8), PF_WRITE);
  }
  usleep(5000 + below(&t->rng, 20000));
  for (int i = 0; i < s->pages; i++) {
    uint64_t words[MAX_THREADS];
    read_page(a, s->page[i], words);
    for (int w = 0; w < MAX_THREADS; w++)
      if (words[w] != s->words[i][w])
        fail("arena %d (kind %d) page %zu word %d changed from %#lx to %#lx while userfaultfd protected it from writes", a->id,
             a->kind, s->page[i], w, s->words[i][w], words[w]);
  }
}

/* The caller holds a->moving shared, so that base stays and what write_own() wrote is found again. */
static bool write_own(struct thread *t, struct arena *a, size_t page) {
  volatile uint64_t *words = (volatile uint64_t *)atomic_load(&a->base);
  _Atomic uint32_t *note = &a->shadow[page * MAX_THREADS + t->index];
  uint32_t seq = atomic_load(note) + 1;
  if (ACCESS_BEGIN(t)) {
    words[page * (PAGE / 8) + t->index] = arena_word(a->id, page, t->index, seq);
    atomic_store(note, seq);
    access_end(t);
    return true;
  }
  atomic_fetch_add(&sh->faults_taken, 1);
  return false;
}

void op_writeprotect(struct thread *t) {
  struct arena *a = pick(t, true);
  /* Where a page table cannot be allocated for shmem the kernel warns and leaves the range unprotected. */
  if ((a->kind != ANON && (a->kind != SHMEM || opt.injecting)) || pthread_mutex_trylock(&a->tracking))
    return;
  if (pthread_rwlock_tryrdlock(&a->moving)) {
    pthread_mutex_unlock(&a->tracking);
    return;
  }
  size_t first = below(&t->rng, a->pages - WATCHED);
  atomic_store(&a->watched, first);
  atomic_store(&a->uffd, 1); /* draws writers to these pages */
  uintptr_t base = atomic_load(&a->base);
  size_t bytes = a->pages * PAGE;
  struct snapshot *s = malloc(sizeof(*s));
  int pages = 0;
  int fd = open_uffd(a->kind == ANON ? UFFD_FEATURE_PAGEFAULT_FLAG_WP
                                     : UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_WP_HUGETLBFS_SHMEM);
  struct uffdio_register area = {.range = {base, bytes}, .mode = UFFDIO_REGISTER_MODE_WP};
  /* Protection covers pages that exist. Written before: what an earlier one could not release must not stop this thread. */
  for (int i = 0; s && i < WATCHED; i++)
    if (write_own(t, a, first + i))
      s->page[pages++] = first + i;
  if (s && fd >= 0 && !ioctl(fd, UFFDIO_REGISTER, &area)) {
    s->pages = pages;
    int status;
    while ((status = protect(fd, base, bytes, true)) && errno == EAGAIN)
      ;
    if (!status && s->pages) {
      if (ACCESS_BEGIN(t)) { /* an mprotect() that came first may refuse the reading */
        watch(t, a, s);
        access_end(t);
        atomic_fetch_add(&sh->watches, 1);
        took_effect(t);
      }
      for (int round = 0; round < 16; round++) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        struct uffd_msg message;
        if (poll(&ready, 1, 1) == 1 && read(fd, &message, sizeof(message)) == sizeof(message) &&
            message.event == UFFD_EVENT_PAGEFAULT && message.arg.pagefault.flags & UFFD_PAGEFAULT_FLAG_WP)
          protect(fd, message.arg.pagefault.address & ~(PAGE - 1), PAGE, false);
        hint_pages(t, base + below(&t->rng, bytes), 1 + below(&t->rng, 16), below(&t->rng, 2));
      }
      protect(fd, base, bytes, false);
    }
    ioctl(fd, UFFDIO_UNREGISTER, &area.range);
  }
  if (fd >= 0)
    close(fd);
  free(s);
  atomic_store(&a->uffd, 0);
  pthread_rwlock_unlock(&a->moving);
  pthread_mutex_unlock(&a->tracking);
}

/* A page written after the bits were cleared must be told dirty, whatever hints mapped it meanwhile. */
void op_softdirty(struct thread *t) {
  static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
  struct arena *a = pick(t, true);
  if (a->kind != ANON || pthread_mutex_trylock(&one))
    return;
  int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  if (pagemap >= 0 && !pthread_rwlock_tryrdlock(&a->moving)) {
    int cleared = write_file("/proc/self/clear_refs", "4");
    uintptr_t base = atomic_load(&a->base);
    size_t page[16];
    int pages = 0;
    for (int i = 0; !cleared && i < 16; i++) {
      size_t candidate = below(&t->rng, a->pages);
      hint_pages(t, base + candidate * PAGE, 1, below(&t->rng, 2));
      if (write_own(t, a, candidate))
        page[pages++] = candidate;
      hint_page(t, base + candidate * PAGE);
    }
    for (int i = 0; i < pages; i++) {
      uint64_t entry = 0;
      bool told = pread(pagemap, &entry, 8, (base / PAGE + page[i]) * 8) == 8;
      atomic_fetch_add(&sh->dirty_pages, told);
      if (told)
        took_effect(t);
      if (told && !(entry >> 55 & 1))
        fail("arena %d page %zu was written after soft-dirty bits were cleared, and is told clean (pagemap %#lx)", a->id, page[i],
             entry);
    }
    pthread_rwlock_unlock(&a->moving);
  }
  if (pagemap >= 0)
    close(pagemap);
  pthread_mutex_unlock(&one);
}
