/* SPDX-License-Identifier: MIT */
/* Text without the C library's printf: that one enters malloc and takes more stack than a loop's hints may.
 * Knows what the runtime writes: %s, %.Ns, %d, %u, %x, with l or z, with #, and %%. */
#ifndef RUNTIME_TEXT_H
#define RUNTIME_TEXT_H

#include <stdarg.h>
#include <stddef.h>

/* Bytes that are collected at `to`; `used` counts on where `size` ends, so that the room needed is known. No terminator. */
struct pp_text {
  char *to;
  size_t size, used;
};

__attribute__((format(printf, 2, 3))) void pp_text_add(struct pp_text *text, const char *format, ...);
void pp_text_add_list(struct pp_text *text, const char *format, va_list arguments);

/* A string, cut where it does not fit. Returns its length. */
__attribute__((format(printf, 3, 4))) size_t pp_text_print(char *to, size_t size, const char *format, ...);

#endif
