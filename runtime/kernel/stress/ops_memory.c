// SPDX-License-Identifier: GPL-2.0
/*
 * Operations of a round's threads on the arenas: hints, writes and checks, and everything that changes mappings and contents.
 * Contents of kept arenas are never destroyed here; words of the others are zero or of their own place.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "stress.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

void op_hint(struct thread *t) {
  unsigned count = 16 + below(&t->rng, 112);
  if (chance(&t->rng, 50)) { /* a storm on one arena: what a gather does */
    const struct arena *a = &arenas[below(&t->rng, arena_count)];
    for (unsigned i = 0; i < count; i++)
      hint_page(t, atomic_load(&a->base) + below(&t->rng, a->pages * PAGE));
  } else {
    for (unsigned i = 0; i < count; i++)
      hint_page(t, random_address(&t->rng));
  }
}

void op_range(struct thread *t) {
  for (unsigned i = 0; i < 32; i++) {
    uintptr_t address = random_address(&t->rng);
    size_t pages = below(&t->rng, 65);
    unsigned flags = below(&t->rng, 2), dice = below(&t->rng, 100);
    if (dice < 2)
      flags = 2 + rnd(&t->rng) % 0xfffffffe;
    else if (dice < 4)
      pages = rnd(&t->rng); /* beyond the end of everything */
    else if (dice < 8)
      pages = 4096;
    if (flags > 1 && !pages)
      pages = 1;
    hint_pages(t, address, pages, flags);
  }
}

/* A word that faults has not been written: the store is one instruction, the note in the shadow comes after it. */
static void write_words(struct thread *t, struct arena *a, unsigned count) {
  volatile uint64_t *words = (volatile uint64_t *)atomic_load(&a->base);
  volatile unsigned written = 0;
  size_t first = 0, pages = a->pages;
  if (a->kept && atomic_load(&a->uffd)) {
    first = atomic_load(&a->watched);
    pages = WATCHED;
  }
  if (ACCESS_BEGIN(t)) {
    for (unsigned i = 0; i < count; i++) {
      size_t page = first + below(&t->rng, pages);
      _Atomic uint32_t *note = &a->shadow[page * MAX_THREADS + t->index];
      uint32_t seq = atomic_load(note) + 1;
      words[page * (PAGE / 8) + t->index] = arena_word(a->id, page, t->index, seq);
      if (a->kept)
        atomic_store(note, seq);
      written++;
    }
    access_end(t);
  } else {
    atomic_fetch_add(&sh->faults_taken, 1);
  }
  atomic_fetch_add(&sh->words_written, written);
}

void op_write(struct thread *t) {
  struct arena *a = &arenas[below(&t->rng, arena_count)];
  for (int i = 0; i < arena_count && chance(&t->rng, 90); i++)
    if (atomic_load(&arenas[i].uffd))
      a = &arenas[i];
  if (!a->kept) {
    write_words(t, a, 64);
    return;
  }
  if (pthread_rwlock_tryrdlock(&a->moving))
    return;
  if (chance(&t->rng, 40)) /* the pattern of a program: hint, then write there soon */
    hint_pages(t, atomic_load(&a->base) + below(&t->rng, a->pages) * PAGE, 1 + below(&t->rng, 64), PF_WRITE);
  write_words(t, a, 64);
  pthread_rwlock_unlock(&a->moving);
}

static void check_kept(struct thread *t, struct arena *a) {
  volatile uint64_t *words = (volatile uint64_t *)atomic_load(&a->base);
  volatile size_t page = 0;
  volatile uint64_t got = 0, want = 0, again = 0;
  volatile unsigned checked = 0;
  if (ACCESS_BEGIN(t)) {
    for (unsigned i = 0; i < 64; i++) {
      page = below(&t->rng, a->pages);
      uint32_t seq = atomic_load(&a->shadow[page * MAX_THREADS + t->index]);
      want = !seq && (a->kind == ANON || a->kind == SHMEM) ? 0 : arena_word(a->id, page, t->index, seq);
      got = words[page * (PAGE / 8) + t->index];
      if (got != want) {
        again = words[page * (PAGE / 8) + t->index];
        break;
      }
      checked++;
    }
    access_end(t);
  } else {
    atomic_fetch_add(&sh->faults_taken, 1);
    return;
  }
  atomic_fetch_add(&sh->words_checked, checked);
  if (got != want)
    fail("lost write: arena %d (kind %d, fs %s) page %zu word %d is %#lx, this thread wrote %#lx; read again it is %#lx", a->id,
         a->kind, a->fd >= 0 ? opt.fs[a->fs].type : "none", page, t->index, got, want, again);
}

void op_check(struct thread *t) {
  struct arena *a = pick(t, true);
  if (pthread_rwlock_tryrdlock(&a->moving))
    return;
  check_kept(t, a);
  pthread_rwlock_unlock(&a->moving);
}

/* Reads anywhere: a word is zero, or was written for exactly this place. */
void op_touch(struct thread *t) {
  const struct arena *const a = &arenas[below(&t->rng, arena_count)];
  uintptr_t base = atomic_load(&a->base);
  volatile size_t page = 0;
  volatile int word = 0;
  volatile uint64_t got = 0;
  if (ACCESS_BEGIN(t)) {
    for (unsigned i = 0; i < 64; i++) {
      page = below(&t->rng, a->pages);
      word = below(&t->rng, MAX_THREADS);
      got = ((volatile uint64_t *)base)[page * (PAGE / 8) + word];
      if (got && got >> 32 != arena_word(a->id, page, word, 0) >> 32)
        break;
      got = 0;
    }
    access_end(t);
  } else {
    atomic_fetch_add(&sh->faults_taken, 1);
    return;
  }
  if (got)
    fail("foreign data: arena %d (%s, kind %d) page %zu word %d holds %#lx, which belongs to arena %lu page %lu word %lu", a->id,
         a->kept ? "kept" : "loose", a->kind, page, word, got, (got >> 56) - 1, got >> 40 & 0xffff, got >> 32 & 0xff);
}

void op_unmap(struct thread *t) {
  struct arena *a = pick(t, false);
  uintptr_t base = atomic_load(&a->base);
  size_t first = below(&t->rng, a->pages), pages = 1 + below(&t->rng, a->pages - first);
  if (chance(&t->rng, 50) && !munmap((void *)(base + first * PAGE), pages * PAGE))
    took_effect(t);
  hint_some(&t->rng, 8);
  if (chance(&t->rng, 30))
    munmap((void *)a->slots[below(&t->rng, 2)], a->pages * PAGE);
  arena_remap(a, &t->rng);
}

/* A part of an arena, page-aligned. */
static void *part(struct thread *t, const struct arena *a, size_t *bytes) {
  size_t first = below(&t->rng, a->pages), pages = 1 + below(&t->rng, a->pages - first);
  *bytes = pages * PAGE;
  return (void *)(atomic_load(&a->base) + first * PAGE);
}

void op_discard(struct thread *t) {
  size_t bytes;
  struct arena *a = &arenas[below(&t->rng, arena_count)];
  if (a->kept && ((a->kind != FILE_SHARED && a->kind != SHMEM) || atomic_load(&a->uffd)))
    a = pick(t, false);
  void *at = part(t, a, &bytes);
  if (a->kept) { /* shared: only the mapping's entries go */
    if (!pthread_rwlock_tryrdlock(&a->moving)) {
      at = part(t, a, &bytes);
      if (!madvise(at, bytes, MADV_DONTNEED))
        took_effect(t);
      pthread_rwlock_unlock(&a->moving);
    }
  } else {
    if (!madvise(at, bytes, chance(&t->rng, 80) ? MADV_DONTNEED : MADV_REMOVE))
      took_effect(t);
  }
}

void op_free(struct thread *t) {
  size_t bytes;
  void *at = part(t, pick(t, false), &bytes);
  if (!madvise(at, bytes, MADV_FREE))
    took_effect(t);
}

static void advise(struct thread *t, struct arena *a, int advice) {
  size_t bytes;
  if (pthread_rwlock_tryrdlock(&a->moving))
    return;
  void *at = part(t, a, &bytes);
  if (!madvise(at, bytes, advice))
    took_effect(t);
  pthread_rwlock_unlock(&a->moving);
}

void op_pageout(struct thread *t) {
  advise(t, &arenas[below(&t->rng, arena_count)], MADV_PAGEOUT);
}

void op_cold(struct thread *t) {
  advise(t, &arenas[below(&t->rng, arena_count)], MADV_COLD);
}

void op_willneed(struct thread *t) {
  advise(t, &arenas[below(&t->rng, arena_count)], chance(&t->rng, 70) ? MADV_WILLNEED : MADV_POPULATE_READ);
}

/* Writers wait for the move, hints race with it. */
void op_move(struct thread *t) {
  struct arena *a = &arenas[below(&t->rng, arena_count)];
  struct timespec limit;
  clock_gettime(CLOCK_REALTIME, &limit);
  limit.tv_nsec += 100000000;
  if (limit.tv_nsec >= 1000000000) {
    limit.tv_nsec -= 1000000000;
    limit.tv_sec++;
  }
  if (atomic_load(&a->uffd) || pthread_rwlock_timedwrlock(&a->moving, &limit))
    return;
  uintptr_t from = atomic_load(&a->base), to = a->slots[from == a->slots[0]];
  if (!atomic_load(&a->uffd) && /* what is no single mapping just now is refused: it stays */
      mremap((void *)from, a->pages * PAGE, a->pages * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to) == (void *)to) {
    atomic_store(&a->base, to);
    took_effect(t);
  }
  pthread_rwlock_unlock(&a->moving);
}

void op_protect(struct thread *t) {
  struct arena *a = &arenas[below(&t->rng, arena_count)];
  size_t bytes;
  if (!arena_may_write(a) || pthread_rwlock_tryrdlock(&a->moving))
    return;
  void *at = part(t, a, &bytes);
  /* One that fails for want of memory may have been done in part. */
  if (!mprotect(at, bytes, chance(&t->rng, 50) ? PROT_READ : PROT_NONE) || opt.injecting) {
    took_effect(t);
    hint_some(&t->rng, 8);
    hint_pages(t, (uintptr_t)at, bytes / PAGE, PF_WRITE);
    int error = mprotect(at, bytes, PROT_READ | PROT_WRITE);
    for (int i = 0; error && opt.injecting && i < 100; i++)
      error = mprotect(at, bytes, PROT_READ | PROT_WRITE);
    if (error && a->kept && !opt.injecting)
      fail("cannot make %zu bytes at %p writable again: %s", bytes, at, strerror(errno));
  }
  pthread_rwlock_unlock(&a->moving);
}

void op_pkey(struct thread *t) {
  struct arena *a = pick(t, false);
  size_t bytes;
  int key = pkey_alloc(0, chance(&t->rng, 50) ? PKEY_DISABLE_ACCESS : PKEY_DISABLE_WRITE);
  if (key < 0) /* all are in use, or the processor has none */
    return;
  void *at = part(t, a, &bytes);
  if (!pkey_mprotect(at, bytes, PROT_READ | PROT_WRITE, key))
    took_effect(t);
  for (int i = 0; i < 8; i++)
    hint_page(t, (uintptr_t)at + below(&t->rng, bytes));
  hint_pages(t, (uintptr_t)at, bytes / PAGE, below(&t->rng, 2));
  pkey_mprotect(at, bytes, PROT_READ | PROT_WRITE, 0);
  pkey_free(key);
}

static struct arena *loose_file(struct thread *t) {
  struct arena *a = pick(t, false);
  return a->fd >= 0 ? a : NULL;
}

void op_truncate(struct thread *t) {
  struct arena *a = loose_file(t);
  if (!a || ftruncate(a->fd, below(&t->rng, a->pages * PAGE / 8) * 8)) /* no half words */
    return;
  took_effect(t);
  hint_some(&t->rng, 16);
  if (ftruncate(a->fd, a->pages * PAGE) && !opt.injecting)
    say("note: cannot extend %s: %s", a->path, strerror(errno));
}

void op_punch(struct thread *t) {
  struct arena *a = loose_file(t);
  if (!a)
    return;
  size_t first = below(&t->rng, a->pages), pages = 1 + below(&t->rng, a->pages - first);
  static const int modes[] = {FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, FALLOC_FL_ZERO_RANGE, 0};
  if (!fallocate(a->fd, modes[below(&t->rng, 3)], first * PAGE, pages * PAGE))
    took_effect(t);
  else if (errno == ENOSPC)
    say("note: %s: no space", a->path);
}

void op_sync(struct thread *t) {
  struct arena *a = &arenas[below(&t->rng, arena_count)];
  size_t bytes;
  if (a->fd < 0 || pthread_rwlock_tryrdlock(&a->moving))
    return;
  void *at = part(t, a, &bytes);
  if (!(chance(&t->rng, 50) ? msync(at, bytes, chance(&t->rng, 50) ? MS_ASYNC : MS_SYNC) : fdatasync(a->fd)))
    took_effect(t);
  posix_fadvise(a->fd, below(&t->rng, a->pages) * PAGE, below(&t->rng, 128) * PAGE,
                chance(&t->rng, 80) ? POSIX_FADV_DONTNEED : POSIX_FADV_WILLNEED);
  pthread_rwlock_unlock(&a->moving);
}

static void page_of_words(struct thread *t, const struct arena *a, size_t page, uint64_t *words) {
  memset(words, 0, PAGE);
  for (int i = 0; i < MAX_THREADS; i++)
    words[i] = arena_word(a->id, page, i, below(&t->rng, 1000));
}

void op_filewrite(struct thread *t) {
  struct arena *a = loose_file(t);
  uint64_t words[PAGE / 8];
  for (int i = 0; a && i < 4; i++) {
    size_t page = below(&t->rng, a->pages);
    page_of_words(t, a, page, words);
    if (pwrite(a->fd, words, PAGE, page * PAGE) == (ssize_t)PAGE)
      took_effect(t);
    else if (errno == ENOSPC)
      say("note: %s: no space", a->path);
  }
}

/* Reads and writes around the page cache, which drop what is cached and mapped there. */
void op_direct(struct thread *t) {
  struct arena *a = loose_file(t);
  static _Thread_local uint64_t words[PAGE / 8] __attribute__((aligned(PAGE)));
  int fd = a ? open(a->path, O_RDWR | O_DIRECT | O_CLOEXEC) : -1;
  if (fd < 0)
    return;
  size_t page = below(&t->rng, a->pages);
  page_of_words(t, a, page, words);
  if (pwrite(fd, words, PAGE, page * PAGE) == (ssize_t)PAGE) {
    took_effect(t);
    hint_page(t, atomic_load(&a->base) + page * PAGE);
  }
  ssize_t got = pread(fd, words, PAGE, below(&t->rng, a->pages) * PAGE);
  if (got < 0 && !opt.injecting && errno != EINVAL)
    fail("direct read of %s: %s", a->path, strerror(errno));
  close(fd);
}

/* The whole arena, so that it stays one mapping and can be moved. */
static void advise_whole(struct thread *t, struct arena *a, int advice) {
  if (pthread_rwlock_tryrdlock(&a->moving))
    return;
  if (!madvise((void *)atomic_load(&a->base), a->pages * PAGE, advice))
    took_effect(t);
  pthread_rwlock_unlock(&a->moving);
}

void op_thp(struct thread *t) {
  static const int advice[] = {MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_COLLAPSE};
  struct arena *a = &arenas[below(&t->rng, arena_count)];
  advise_whole(t, a, advice[below(&t->rng, 3)]);
}

void op_merge(struct thread *t) {
  struct arena *a = &arenas[below(&t->rng, arena_count)];
  if (a->kind == ANON && !atomic_load(&a->uffd))
    advise_whole(t, a, chance(&t->rng, 70) ? MADV_MERGEABLE : MADV_UNMERGEABLE);
}

void op_random(struct thread *t) {
  static const int advice[] = {MADV_RANDOM, MADV_SEQUENTIAL, MADV_NORMAL};
  advise_whole(t, &arenas[below(&t->rng, arena_count)], advice[below(&t->rng, 3)]);
}

void op_mlock(struct thread *t) {
  struct arena *a = &arenas[below(&t->rng, arena_count)];
  if (pthread_rwlock_tryrdlock(&a->moving))
    return;
  void *at = (void *)(atomic_load(&a->base) + below(&t->rng, a->pages - 32) * PAGE);
  size_t bytes = (1 + below(&t->rng, 32)) * PAGE;
  if (!mlock2(at, bytes, chance(&t->rng, 50) ? MLOCK_ONFAULT : 0)) {
    took_effect(t);
    hint_pages(t, (uintptr_t)at, bytes / PAGE, below(&t->rng, 2));
  }
  munlock(at, bytes);
  pthread_rwlock_unlock(&a->moving);
}

/* A place that no other thread works on: there the answer is known. */
static uintptr_t own_slot(const struct thread *t) {
  return SLOT_BASE + (2 * MAX_ARENAS + t->index) * SLOT_BYTES;
}

void op_guard(struct thread *t) {
  uintptr_t base = own_slot(t);
  char *at = mmap((void *)base, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED)
    return;
  for (int i = 0; i < 16; i++)
    at[i * PAGE] = i + 1;
  bool refused = mprotect(at + 4 * PAGE, 4 * PAGE, PROT_NONE) | munmap(at + 8 * PAGE, 4 * PAGE); /* where allocations fail */
  if (!opt.stock && !refused) {
    took_effect(t);
    for (int i = 0; i < 16; i++) {
      t->hinting++;
      long one = vdso_page(at + i * PAGE + 7), many = vdso_pages(at + i * PAGE, 1, i & 1);
      t->hinting--;
      if (i / 4 % 3 && (one != -1 || many >> 32))
        fail("page %d of a thread's own mapping, %s, is told accessible: %ld, %#lx", i, i < 8 ? "PROT_NONE" : "unmapped", one,
             many);
      unsigned fate = many & 0xff;
      if (i / 4 % 3 && fate != (i < 8 ? DENIED : UNMAPPED) && fate != BUSY && fate != OFF)
        fail("page %d of a thread's own mapping, %s, has the fate %u", i, i < 8 ? "PROT_NONE" : "unmapped", fate);
    }
    if (at[0] != 1 || at[3 * PAGE] != 4 || at[15 * PAGE] != 16)
      fail("a thread's own pages changed: %d %d %d", at[0], at[3 * PAGE], at[15 * PAGE]);
  }
  munmap(at, 16 * PAGE);
}

/* A hint below a stack must not make it grow. */
void op_stack(struct thread *t) {
  uintptr_t top = own_slot(t) + SLOT_BYTES / 2;
  char *at = mmap((void *)top, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0);
  if (at == MAP_FAILED)
    return;
  at[0] = 1;
  took_effect(t);
  for (int i = 1; i < 8; i++) {
    unsigned char resident;
    hint_page(t, top - i * PAGE + 64);
    hint_pages(t, top - i * PAGE, 1 + below(&t->rng, 8), below(&t->rng, 2));
    if (!opt.stock && !mincore((void *)(top - i * PAGE), PAGE, &resident))
      fail("a hint %d pages below a stack made it grow", i);
  }
  munmap(at, 4 * PAGE);
}

/* A page that the hardware is said to have lost: a touch would be fatal, a hint is not. */
void op_poison(struct thread *t) {
  static _Atomic int poisoned;
  uintptr_t base = own_slot(t) + SLOT_BYTES / 4;
  if (atomic_fetch_add(&poisoned, 1) >= 2)
    return;
  char *at = mmap((void *)base, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED)
    return;
  memset(at, 1, 4 * PAGE);
  /* Locked: what swap holds as well is dropped without a mark, and read again. */
  if (!mlock(at, 4 * PAGE) && !madvise(at + PAGE, PAGE, MADV_HWPOISON)) {
    took_effect(t);
    hint_page(t, base + PAGE);
    hint_pages(t, base, 4, PF_WRITE);
    t->hinting++;
    if (!opt.stock && vdso_page(at + PAGE) != -1)
      fail("a page lost to a hardware error is told accessible");
    t->hinting--;
  }
  munmap(at, 4 * PAGE);
}
