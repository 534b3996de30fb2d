/* SPDX-License-Identifier: MIT */
/* What the patched kernel's vDSO would answer, played on any kernel: by a table that a test sets for some pages,
 * and for all others by asking the kernel (mincore) and starting the reads (madvise). */
#ifndef RUNTIME_TEST_VDSO_MOCK_H
#define RUNTIME_TEST_VDSO_MOCK_H

#include <stddef.h>
#include <stdint.h>

struct vdso_mock {
  uintptr_t start; /* of the pages in `fates` */
  size_t pages;
  unsigned char *fates;           /* of each page; a started read is in flight when asked for again */
  unsigned char to_null;          /* fate of NULL; 0: unmapped */
  uint64_t calls, faults, writes; /* faults: answers that a real kernel would have given in its fault handler */
  long error;                     /* not 0: what every call for more than the probe answers */
};
extern struct vdso_mock vdso_mock;

long __vdso_prefetch_page(const void *address);
long __vdso_prefetch_pages(const void *address, size_t pages, unsigned flags);

#endif
