/* SPDX-License-Identifier: MIT */
/* The few conversions that the runtime's words and statistics need, written out by hand.
 * No locale, no floating point, no allocation: usable in signal handlers and on small stacks. */
#include "text.h"

#include <stdbool.h>
#include <stdint.h>

static void put(struct pp_text *text, char c) {
  if (text->used < text->size)
    text->to[text->used] = c;
  text->used++;
}

static void put_string(struct pp_text *text, const char *string, size_t most) {
  for (size_t i = 0; i < most && string[i]; i++)
    put(text, string[i]);
}

static void put_number(struct pp_text *text, uint64_t number, unsigned base) {
  char digits[20]; /* of 2^64 - 1 */
  unsigned count = 0;
  do
    digits[count++] = "0123456789abcdef"[number % base];
  while (number /= base);
  while (count)
    put(text, digits[--count]);
}

/* What stands between the percent sign and the letter. */
struct conversion {
  bool is_long, prefixed;
  size_t most;
};

static const char *read_conversion(const char *at, struct conversion *conversion) {
  *conversion = (struct conversion){.most = SIZE_MAX};
  for (;; at++) {
    if (*at == 'l' || *at == 'z') {
      conversion->is_long = true;
    } else if (*at == '#') {
      conversion->prefixed = true;
    } else if (*at == '.') {
      conversion->most = 0;
    } else if (*at >= '0' && *at <= '9') {
      conversion->most = conversion->most * 10 + (size_t)(*at - '0');
    } else {
      return at;
    }
  }
}

void pp_text_add_list(struct pp_text *text, const char *format, va_list arguments) {
  struct conversion conversion;
  for (; *format; format++) {
    if (*format != '%') {
      put(text, *format);
      continue;
    }
    format = read_conversion(format + 1, &conversion);
    if (*format == 's') {
      put_string(text, va_arg(arguments, const char *), conversion.most);
    } else if (*format == 'd') {
      int64_t number = conversion.is_long ? va_arg(arguments, long) : va_arg(arguments, int);
      if (number < 0)
        put(text, '-');
      put_number(text, number < 0 ? -(uint64_t)number : (uint64_t)number, 10);
    } else if (*format == 'u' || *format == 'x') {
      uint64_t number = conversion.is_long ? va_arg(arguments, unsigned long) : va_arg(arguments, unsigned);
      if (conversion.prefixed)
        put_string(text, "0x", 2);
      put_number(text, number, *format == 'u' ? 10 : 16);
    } else if (*format) {
      put(text, *format);
    } else {
      return; /* a percent sign at the end */
    }
  }
}

void pp_text_add(struct pp_text *text, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  pp_text_add_list(text, format, arguments);
  va_end(arguments);
}

size_t pp_text_print(char *to, size_t size, const char *format, ...) {
  struct pp_text text = {to, size - 1, 0};
  va_list arguments;
  va_start(arguments, format);
  pp_text_add_list(&text, format, arguments);
  va_end(arguments);
  size_t length = text.used < text.size ? text.used : text.size;
  to[length] = 0;
  return length;
}
