// SPDX-License-Identifier: GPL-2.0
/*
 * Arenas: the mappings that all threads work on, the words in them, and the shadow that says what the words must be.
 * Makes, remaps and verifies them; the operations on them stand in ops_*.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stress.h"

struct arena *arenas;
int arena_count;

#define LOOSE 7 /* arenas whose contents nobody keeps */

/* In each page thread T owns word T. Zero: never written (no arena has number 0). What an earlier round left on a disk or in swap
 * is told from this round's. */
uint64_t arena_word(int id, size_t page, int thread, uint32_t seq) {
  seq += (uint32_t)round_number << 20;
  return (uint64_t)(id + 1) << 56 | (uint64_t)page << 40 | (uint64_t)thread << 32 | seq;
}

bool arena_may_write(const struct arena *a) {
  return a->kind != FILE_READONLY;
}

void arenas_prepare_shadow(void) {
  arenas = mmap(NULL, MAX_ARENAS * sizeof(*arenas), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (arenas == MAP_FAILED) {
    fail("no memory for the arenas' descriptions: %s; give the guest more", strerror(errno));
    exit(2);
  }
  arena_count = 4 + 2 * opt.filesystems + LOOSE;
  for (int i = 0; i < MAX_ARENAS; i++) {
    arenas[i].shadow = mmap(NULL, MAX_PAGES * MAX_THREADS * sizeof(uint32_t), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (arenas[i].shadow == MAP_FAILED) {
      fail("no memory for the shadow of arena %d: %s; give the guest more", i, strerror(errno));
      exit(2);
    }
  }
}

/* The file's words are those of sequence number 0, so that a page that stays empty or comes from elsewhere is noticed. */
static int file_create(struct arena *a, const char *suffix) {
  if (!a->path[0])
    snprintf(a->path, sizeof(a->path), "%s/arena-%d%s", opt.fs[a->fs].directory, a->id, suffix);
  int fd = open(a->path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) {
    fail("cannot create %s: %s", a->path, strerror(errno));
    return -1;
  }
  uint64_t words[PAGE / sizeof(uint64_t)];
  memset(words, 0, sizeof(words));
  for (size_t page = 0; page < a->pages; page++) {
    atomic_fetch_add(&sh->heartbeat, 1);
    for (int thread = 0; thread < MAX_THREADS; thread++)
      words[thread] = arena_word(a->id, page, thread, 0);
    if (pwrite(fd, words, PAGE, page * PAGE) != (ssize_t)PAGE) {
      fail("cannot write page %zu of %s: %s; is the disk too small?", page, a->path, strerror(errno));
      break;
    }
  }
  return fd;
}

static void *map(const struct arena *a, uintptr_t where) {
  int prot = a->kind == FILE_READONLY ? PROT_READ : PROT_READ | PROT_WRITE;
  int flags = MAP_FIXED, fd = -1;
  switch (a->kind) {
  case ANON:
    flags |= MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    break;
  case SHMEM:
    flags |= MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE;
    break;
  case FILE_PRIVATE:
    flags |= MAP_PRIVATE;
    fd = a->fd;
    break;
  case HUGETLB:
    flags |= MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_NORESERVE;
    break;
  default:
    flags |= MAP_SHARED;
    fd = a->fd;
    break;
  }
  return mmap((void *)where, a->pages * PAGE, prot, flags, fd, 0);
}

static void arena_make(struct arena *a, bool kept, enum kind kind, int fs, size_t pages) {
  a->id = a - arenas;
  a->kept = kept;
  a->kind = kind;
  a->fs = fs;
  a->fd = -1;
  a->pages = pages;
  a->path[0] = 0;
  a->slots[0] = SLOT_BASE + (2 * a->id) * SLOT_BYTES;
  a->slots[1] = a->slots[0] + SLOT_BYTES;
  pthread_rwlockattr_t writers_first;
  pthread_rwlockattr_init(&writers_first);
  pthread_rwlockattr_setkind_np(&writers_first, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
  pthread_rwlock_init(&a->moving, &writers_first);
  pthread_mutex_init(&a->tracking, NULL);
  atomic_store(&a->uffd, 0); /* the last round may have ended within op_writeprotect() */
  atomic_store(&a->watched, 0);
  if (kind == FILE_SHARED || kind == FILE_PRIVATE || kind == FILE_READONLY || !kept)
    a->fd = file_create(a, kept ? "" : "-loose");
  void *place = map(a, a->slots[0]);
  if (place == MAP_FAILED)
    fail("cannot map arena %d (kind %d): %s", a->id, kind, strerror(errno));
  atomic_store(&a->base, a->slots[0]);
  memset((void *)a->shadow, 0, pages * MAX_THREADS * sizeof(uint32_t));
}

/* What is not kept has a file of its own, on which FILE_* mappings of it stand. */
void arenas_create(struct rng *r) {
  struct arena *next = arenas;
  for (int i = 0; i < 3; i++)
    arena_make(next++, true, ANON, 0, 256 + below(r, MAX_PAGES - 256));
  arena_make(next++, true, SHMEM, 0, 256 + below(r, MAX_PAGES - 256));
  for (int fs = 0; fs < opt.filesystems; fs++) {
    arena_make(next++, true, FILE_SHARED, fs, 128 + below(r, 512));
    arena_make(next++, true, FILE_PRIVATE, fs, 128 + below(r, 512));
  }
  for (int i = 0; i < LOOSE; i++) {
    enum kind kind = i < HUGETLB ? i : ANON;
    arena_make(next++, false, kind, opt.filesystems ? i % opt.filesystems : 0, 512);
  }
}

struct arena *pick(struct thread *t, bool kept) {
  for (;;) {
    struct arena *a = &arenas[below(&t->rng, arena_count)];
    if (a->kept == kept)
      return a;
  }
}

void arena_remap(struct arena *a, struct rng *r) {
  struct arena next = *a;
  next.kind = below(r, KINDS);
  uintptr_t where = a->slots[below(r, 2)];
  if (map(&next, where) == MAP_FAILED) /* huge pages may have run out */
    return;
  a->kind = next.kind; /* others read it without a lock: it is a hint to them, nothing more */
  atomic_store(&a->base, where);
}

/* Every word of every kept arena, read by one thread while no other runs. */
bool arena_verify_all(void) {
  bool good = true;
  for (int i = 0; i < arena_count && good; i++) {
    struct arena *a = &arenas[i];
    if (!a->kept)
      continue;
    const volatile uint64_t *words = (const volatile uint64_t *)atomic_load(&a->base);
    for (size_t page = 0; page < a->pages && good; page++)
      for (int thread = 0; thread < MAX_THREADS; thread++) {
        uint64_t got = words[page * (PAGE / 8) + thread];
        uint32_t seq = atomic_load(&a->shadow[page * MAX_THREADS + thread]);
        uint64_t want = arena_word(a->id, page, thread, seq);
        if (!seq && (a->kind == ANON || a->kind == SHMEM))
          want = 0;
        if (got != want) {
          fail("lost write: arena %d (kind %d, fs %s) page %zu word %d at the round's end is %#lx, was written as %#lx", a->id,
               a->kind, a->fd >= 0 ? opt.fs[a->fs].type : "none", page, thread, got, want);
          good = false;
          break;
        }
      }
    atomic_fetch_add(&sh->words_checked, a->pages * MAX_THREADS);
  }
  return good;
}

/* What reached the disk. The round's process may have been killed between a write and its note in the shadow: one more is right,
 * too. */
void arena_verify_files(void) {
  for (int i = 0; i < arena_count; i++) {
    struct arena *a = &arenas[i];
    if (!a->kept || (a->kind != FILE_SHARED && a->kind != FILE_PRIVATE))
      continue;
    int fd = open(a->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
      fail("cannot open %s after the round: %s", a->path, strerror(errno));
      continue;
    }
    uint64_t words[PAGE / sizeof(uint64_t)];
    bool good = true;
    for (size_t page = 0; page < a->pages && good; page++) {
      if (pread(fd, words, PAGE, page * PAGE) != (ssize_t)PAGE) {
        fail("%s ends before page %zu: %s", a->path, page, strerror(errno));
        break;
      }
      for (int thread = 0; thread < MAX_THREADS; thread++) {
        uint32_t seq = a->kind == FILE_PRIVATE ? 0 : atomic_load(&a->shadow[page * MAX_THREADS + thread]);
        if (words[thread] == arena_word(a->id, page, thread, seq) ||
            (a->kind == FILE_SHARED && words[thread] == arena_word(a->id, page, thread, seq + 1)))
          continue;
        fail("lost write: %s (%s, %s) page %zu word %d is %#lx after the round, was written as %#lx", a->path, opt.fs[a->fs].type,
             a->kind == FILE_SHARED ? "shared" : "private: the file must not change", page, thread, words[thread],
             arena_word(a->id, page, thread, seq));
        good = false;
        break;
      }
    }
    close(fd);
  }
}
