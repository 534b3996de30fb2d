/* SPDX-License-Identifier: MIT */
/* The environment variables of the runtime, read once when the library is loaded, whether hints are on, and its log.
 * A bad value costs one warning line; the default is used. */
#ifndef RUNTIME_SETTINGS_H
#define RUNTIME_SETTINGS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* Whether the runtime does anything: the first question of every call, asked before a clock is read or a system call made. */
enum pp_state {
  PP_NOT_STARTED, /* the library's constructor has not run */
  PP_ON,
  PP_OFF,  /* PAGEPREFETCH=off */
  PP_LEFT, /* the program forbade itself what hints need: not a call and not a word from now on, at exit neither */
};

extern _Atomic int pp_state; /* enum pp_state */

static inline bool pp_is_on(void) {
  return __builtin_expect(atomic_load_explicit(&pp_state, memory_order_relaxed) == PP_ON, 1);
}

enum pp_mode {
  PP_MODE_AUTO,   /* sites sleep where hints do not pay */
  PP_MODE_ALWAYS, /* sites never sleep: for tests and measurements */
  PP_MODE_OFF,    /* loops run in one piece */
};

enum pp_log_level { PP_LOG_NONE = -1, PP_LOG_ERROR, PP_LOG_WARN, PP_LOG_INFO, PP_LOG_DEBUG };

struct pp_settings {
  enum pp_mode mode;
  const char *backend; /* "auto" or a backend's name */
  const char *stats;   /* "stderr", an absolute file name, or NULL */
  enum pp_log_level log_level;
};

extern struct pp_settings pp_settings;

/* Defined where the library starts and ends: a file of the static library that refers to it brings those along. */
extern const char pp_library;

/* Reads PAGEPREFETCH, PAGEPREFETCH_BACKEND, PAGEPREFETCH_STATS and PAGEPREFETCH_LOG. `backend_names`: NULL-terminated. A program
 * with raised privileges gets the defaults, and no words. */
void pp_settings_read(const char *const *backend_names);

/* A line on standard error when `level` is wanted; formats as text.h knows them. Safe in signal handlers. */
__attribute__((format(printf, 2, 3))) void pp_log(enum pp_log_level level, const char *format, ...);

/* Words of any length on standard error; dropped when that is no longer what it was when the library was loaded. */
void pp_say(const char *words, size_t bytes);

#endif
