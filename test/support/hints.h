/* SPDX-License-Identifier: MIT */
/* Checks that the bytes which a loop touched were hinted before it touched them, through the torture library's log. Without that
 * library, or where it does not hint every iteration, there is nothing to check: the program then prints the same. */
#ifndef HINTS_H
#define HINTS_H

#include "pageprefetch.h"
#include "torture.h"

#include <stdio.h>
#include <stdlib.h>

PAGEPREFETCH_OFF static inline void hints_start(void) {
  if (torture_forget)
    torture_forget();
}

PAGEPREFETCH_OFF static inline int hints_checked(void) {
  return torture_hints_everything && torture_hints_everything();
}

/* Whether some hint covers [address, address + bytes). */
PAGEPREFETCH_OFF static inline int hints_cover(const volatile void *address, size_t bytes) {
  const struct torture_hint *hints;
  size_t count = torture_hints(&hints);
  uintptr_t low = (uintptr_t)address, high = low + bytes;
  for (size_t i = 0; i < count; i++)
    if (hints[i].low <= low && hints[i].low + hints[i].bytes >= high)
      return 1;
  return 0;
}

/* Ends the program with a message unless the bytes were hinted; a loop that hints nothing at all is left to the plan tests. */
PAGEPREFETCH_OFF static inline void hints_want(const char *what, const volatile void *address, size_t bytes) {
  const struct torture_hint *hints;
  if (!hints_checked() || torture_hints(&hints) == 0 || hints_cover(address, bytes))
    return;
  fprintf(stderr, "%s: %zu bytes at %p were touched but never hinted (%zu hints)\n", what, bytes, (void *)address,
          torture_hints(&hints));
  exit(90);
}

/* Ends the program with a message if a hint lies outside all of [low, high), give or take `slack` bytes. */
PAGEPREFETCH_OFF static inline void hints_inside(const char *what, const volatile void *low, const volatile void *high,
                                                 size_t slack) {
  const struct torture_hint *hints;
  if (!hints_checked())
    return;
  size_t count = torture_hints(&hints);
  for (size_t i = 0; i < count; i++)
    if (hints[i].low + slack < (uintptr_t)low || hints[i].low + hints[i].bytes > (uintptr_t)high + slack) {
      fprintf(stderr, "%s: hint %zu of %zu, %llu bytes at %#llx (line %u), lies outside [%p, %p)\n", what, i, count,
              (unsigned long long)hints[i].bytes, (unsigned long long)hints[i].low, hints[i].line, (void *)low, (void *)high);
      exit(91);
    }
}

/* The number of hints of one kind (1 affine, 2 gather); 0 where nothing is checked. */
PAGEPREFETCH_OFF static inline size_t hints_of_kind(unsigned kind) {
  const struct torture_hint *hints;
  size_t count = 0;
  if (!hints_checked())
    return 0;
  size_t all = torture_hints(&hints);
  for (size_t i = 0; i < all; i++)
    count += hints[i].kind == kind;
  return count;
}

#endif
