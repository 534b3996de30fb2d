// SPDX-License-Identifier: GPL-2.0
/*
 * The calls under test: found in the vDSO, called with any address, and their results held against what is promised.
 * Knows how an address is chosen, and nothing of what the other threads do meanwhile.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "stress.h"

long (*vdso_page)(const void *);
long (*vdso_pages)(const void *, size_t, unsigned int);

/* Linux 6.1's vDSO has a DT_HASH table, whose second word counts the symbols. */
static void *vdso_symbol(const char *name) {
  uintptr_t base = getauxval(AT_SYSINFO_EHDR);
  if (!base)
    return NULL;
  const Elf64_Ehdr *header = (const void *)base;
  const Elf64_Phdr *segment = (const void *)(base + header->e_phoff);
  const Elf64_Dyn *dynamic = NULL;
  uintptr_t bias = 0;
  bool loaded = false;
  for (int i = 0; i < header->e_phnum; i++) {
    if (segment[i].p_type == PT_LOAD && !loaded) {
      bias = base + segment[i].p_offset - segment[i].p_vaddr;
      loaded = true;
    } else if (segment[i].p_type == PT_DYNAMIC) {
      dynamic = (const void *)(base + segment[i].p_offset);
    }
  }
  const Elf64_Sym *symbols = NULL;
  const char *strings = NULL;
  const Elf64_Word *hash = NULL;
  for (; dynamic && dynamic->d_tag != DT_NULL; dynamic++) {
    const void *value = (const void *)(bias + dynamic->d_un.d_ptr);
    if (dynamic->d_tag == DT_SYMTAB)
      symbols = value;
    else if (dynamic->d_tag == DT_STRTAB)
      strings = value;
    else if (dynamic->d_tag == DT_HASH)
      hash = value;
  }
  for (Elf64_Word i = 0; symbols && strings && hash && i < hash[1]; i++)
    if (symbols[i].st_shndx != SHN_UNDEF && !strcmp(strings + symbols[i].st_name, name))
      return (void *)(bias + symbols[i].st_value);
  return NULL;
}

/* Stand-ins for a kernel without the calls: the program can be tried, the results say nothing. */
static long stock_page(const void *address) {
  return madvise((void *)((uintptr_t)address & ~(PAGE - 1)), PAGE, MADV_WILLNEED) ? -1 : 0;
}

static long stock_pages(const void *address, size_t pages, unsigned int flags) {
  if (flags & ~PF_WRITE)
    return -EINVAL;
  if (!pages)
    return 0;
  if (pages > 0xffffff)
    pages = 0xffffff;
  if (madvise((void *)((uintptr_t)address & ~(PAGE - 1)), pages * PAGE, MADV_WILLNEED))
    return (long)(pages << 8 | UNMAPPED);
  return (long)(pages << 8 | STARTED);
}

void calls_init(void) {
  vdso_page = (long (*)(const void *))vdso_symbol("__vdso_prefetch_page");
  vdso_pages = (long (*)(const void *, size_t, unsigned int))vdso_symbol("__vdso_prefetch_pages");
  opt.stock = !vdso_page || !vdso_pages;
  if (opt.stock && !opt.stand_in)
    fail("the vDSO has no __vdso_prefetch_page and __vdso_prefetch_pages: is this the patched kernel? --stand-in tries the "
         "program "
         "without them");
  if (opt.stock) {
    vdso_page = stock_page;
    vdso_pages = stock_pages;
  }
}

/* Anything that a program might hand over: pages of the arenas, next to them, between them, and nonsense. */
uintptr_t random_address(struct rng *r) {
  static const uintptr_t wild[] = {
      0,
      1,
      PAGE,
      0x7fffffffe000,     /* the last page a program can have */
      0x7ffffffff000,     /* the hole behind it */
      0x800000000000,     /* not canonical */
      0x8000000000000000, /* not canonical */
      0xffff800000000000, /* the kernel's half */
      0xffff888000000000, /* its map of all memory */
      0xffffffff81000000, /* its text */
      0xffffffffff600000, /* vsyscall */
      0xfffffffffffff000,
      0xffffffffffffffff,
  };
  unsigned dice = below(r, 100);
  if (dice < 4)
    return wild[below(r, sizeof(wild) / sizeof(wild[0]))];
  if (dice < 5)
    return getauxval(AT_SYSINFO_EHDR) - 4 * PAGE + below(r, 8 * PAGE); /* vvar and vDSO */
  if (dice < 6)
    return (uintptr_t)&dice - below(r, 64 * PAGE); /* this stack and what lies below it */
  if (dice < 7)
    return rnd(r);
  const struct arena *a = &arenas[below(r, arena_count)];
  if (dice < 10)
    return a->slots[below(r, 2)] + below(r, SLOT_BYTES);
  if (dice < 13)
    return atomic_load(&a->base) + (a->pages - 4 + below(r, 8)) * PAGE + below(r, PAGE);
  return atomic_load(&a->base) + below(r, a->pages) * PAGE + below(r, PAGE);
}

/* One call in eight is watched: its thread must not have slept in it. */
static bool watch_begin(struct thread *t, struct rusage *before, sigset_t *mask, bool *blocked) {
  if (opt.stock || ++t->sample % 8)
    return false;
  *blocked = t->sample % 16 == 0;
  if (*blocked) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, mask);
  }
  getrusage(RUSAGE_THREAD, before);
  return true;
}

static void watch_end(const struct rusage *before, const sigset_t *mask, bool blocked, bool handled, uintptr_t address,
                      size_t pages, long result) {
  struct rusage after;
  getrusage(RUSAGE_THREAD, &after);
  if (blocked)
    pthread_sigmask(SIG_SETMASK, mask, NULL);
  if (handled) /* a handler may sleep: its frame is pushed onto the stack, which may have been paged out */
    return;
  atomic_fetch_add(&sh->sampled, 1);
  if (after.ru_nvcsw == before->ru_nvcsw)
    return;
  /* A fault on the code or the stack of this function would look the same, and so would work on the way back from a timer's
   * interrupt. */
  if (atomic_fetch_add(&sh->suspects, 1) < 20)
    say("suspect: %ld switches across a prefetch of %zu pages at %#lx, result %#lx, minor faults +%ld, major +%ld",
        after.ru_nvcsw - before->ru_nvcsw, pages, address, result, after.ru_minflt - before->ru_minflt,
        after.ru_majflt - before->ru_majflt);
}

void hint_page(struct thread *t, uintptr_t address) {
  struct rusage before;
  sigset_t mask;
  bool blocked = false;
  uint64_t handled = t->handled;
  bool watched = watch_begin(t, &before, &mask, &blocked);
  t->hinting++;
  long result = vdso_page((const void *)address);
  t->hinting--;
  if (watched)
    watch_end(&before, &mask, blocked, handled != t->handled, address, 1, result);
  atomic_fetch_add(&sh->hints, 1);
  if (result != 0 && result != -1)
    fail("prefetch_page(%#lx) returned %ld; only 0 and -1 are promised", address, result);
  if (result == 0) {
    atomic_fetch_add(&sh->accessible, 1);
    if (!opt.stock && (address < PAGE || address >= 0x7ffffffff000))
      fail("prefetch_page(%#lx) returned 0 for an address that no program can read", address);
  }
}

static void judge(uintptr_t address, size_t pages, unsigned flags, long result) {
  if (flags & ~PF_WRITE) {
    if (result != -EINVAL)
      fail("prefetch_pages(%#lx, %zu, %#x) returned %ld; unknown flags must give -EINVAL", address, pages, flags, result);
    return;
  }
  if (result < 0) {
    fail("prefetch_pages(%#lx, %zu, %#x) returned %ld; with known flags it must not be negative", address, pages, flags, result);
    return;
  }
  uint64_t ready = (uint64_t)result >> 32, run = (uint64_t)result >> 8 & 0xffffff;
  unsigned fate = result & 0xff;
  const char *wrong = NULL;
  if (ready + run > pages)
    wrong = "more pages than were asked for";
  else if (fate >= FATES)
    wrong = "an unknown fate";
  else if (run && fate == ACCESSIBLE)
    wrong = "a run of accessible pages that is not counted as such";
  else if (!run && fate)
    wrong = "a fate of no page";
  else if (pages && !ready && !run)
    wrong = "a result about no page";
  else if (ready && !opt.stock && (address < PAGE || address >= 0x7ffffffff000))
    wrong = "an accessible page where no program can read";
  if (wrong)
    fail("prefetch_pages(%#lx, %zu, %#x) returned %#lx (accessible %lu, run %lu, fate %u): %s", address, pages, flags, result,
         ready, run, fate, wrong);
  atomic_fetch_add(&sh->accessible, ready);
  if (fate < FATES && run)
    atomic_fetch_add(&sh->fates[fate], run);
}

void hint_pages(struct thread *t, uintptr_t address, size_t pages, unsigned flags) {
  struct rusage before;
  sigset_t mask;
  bool blocked = false;
  uint64_t handled = t->handled;
  bool watched = watch_begin(t, &before, &mask, &blocked);
  t->hinting++;
  long result = vdso_pages((const void *)address, pages, flags);
  t->hinting--;
  if (watched)
    watch_end(&before, &mask, blocked, handled != t->handled, address, pages, result);
  atomic_fetch_add(&sh->ranges, 1);
  judge(address, pages, flags, result);
}

void hint_some(struct rng *r, unsigned count) {
  if (self)
    self->hinting++;
  for (unsigned i = 0; i < count; i++) {
    uintptr_t address = random_address(r);
    if (chance(r, 70)) {
      vdso_page((const void *)address);
      atomic_fetch_add(&sh->hints, 1);
    } else {
      vdso_pages((const void *)address, 1 + below(r, 64), below(r, 2));
      atomic_fetch_add(&sh->ranges, 1);
    }
  }
  if (self)
    self->hinting--;
}
