/* SPDX-License-Identifier: MIT */
/* The bundled kernel series' calls in the vDSO: what they answer, and how they are found.
 * libelf reads files; this reads an image in memory, believes nothing in it and never leaves it. */
#ifndef RUNTIME_VDSO_H
#define RUNTIME_VDSO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What became of a page; the numbers are those of <linux/prefetch.h>. */
enum pp_fate {
  PP_FATE_ACCESSIBLE = 0,
  PP_FATE_STARTED = 1,      /* its read is queued */
  PP_FATE_IN_FLIGHT = 2,    /* it was being read already */
  PP_FATE_CACHED = 3,       /* in memory, but could not be mapped without waiting: a touch costs a minor fault */
  PP_FATE_UNTOUCHED = 4,    /* there is nothing to read: never written */
  PP_FATE_TIGHT = 5,        /* memory is short, and hints do not reclaim */
  PP_FATE_BUSY = 6,         /* the lock of the address space or of a page table is taken */
  PP_FATE_FULL = 7,         /* the queue of reads is full */
  PP_FATE_UNMAPPED = 8,     /* no page can be there */
  PP_FATE_DENIED = 9,       /* the mapping may not be read */
  PP_FATE_UNSUPPORTED = 10, /* a mapping of a kind that the call does not serve */
  PP_FATE_OFF = 11,         /* switched off: sysctl vm.prefetch_page is 0 */
  PP_FATES
};

/* 0: the page is accessible; -1: not, and a read may have been started. */
typedef long pp_vdso_page(const void *address);

enum { PP_VDSO_WRITE = 1 }; /* a flag: the pages will be written */

/* The fates of the leading pages, or a negative error: see pp_vdso_accessible and its neighbours. */
typedef long pp_vdso_pages(const void *address, size_t pages, unsigned flags);

/* Of an answer that is not negative: leading pages that are accessible, the pages behind them that share one fate, that fate. */
static inline uint64_t pp_vdso_accessible(long answer) {
  return (uint64_t)answer >> 32;
}

static inline uint64_t pp_vdso_run(long answer) {
  return (uint64_t)answer >> 8 & 0xffffff;
}

static inline unsigned pp_vdso_fate(long answer) {
  return (unsigned)answer & 0xff;
}

/* The answer for `pages` pages of one fate and no accessible one before them. */
static inline long pp_vdso_answer(uint64_t pages, enum pp_fate fate) {
  return (long)(pages << 8 | (uint64_t)fate);
}

struct pp_vdso {
  pp_vdso_page *page;
  pp_vdso_pages *pages;
};

/* The calls of this process's vDSO. When they are not there: false, and why. */
bool pp_vdso_find(struct pp_vdso *found, char *why, size_t size);

/* The function `name` with version `version` in the ELF image of `bytes` bytes as it lies in memory; NULL and *why when it is not
 * there or the image is no sound one. */
const void *pp_vdso_symbol(const void *image, size_t bytes, const char *name, const char *version, const char **why);

/* Bytes of the image as its own headers tell, of which the first `known` can certainly be read; 0 when they tell nothing sound.
 */
size_t pp_vdso_extent(const void *image, size_t known);

#endif
