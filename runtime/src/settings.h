/* SPDX-License-Identifier: MIT */
/* The environment variables of the runtime, read once when the library is loaded, and its log.
 * A bad value costs one warning line; the default is used. */
#ifndef RUNTIME_SETTINGS_H
#define RUNTIME_SETTINGS_H

#include <stdbool.h>

enum pp_mode {
  PP_MODE_AUTO,   /* sites sleep where hints do not pay */
  PP_MODE_ALWAYS, /* sites never sleep: for tests and measurements */
  PP_MODE_OFF,    /* loops run in one piece */
};

enum pp_log_level { PP_LOG_ERROR, PP_LOG_WARN, PP_LOG_INFO, PP_LOG_DEBUG };

struct pp_settings {
  enum pp_mode mode;
  const char *backend; /* "auto" or a backend's name */
  const char *stats;   /* "stderr", a file name, or NULL */
  enum pp_log_level log_level;
};

extern struct pp_settings pp_settings;

/* Defined where the library starts and ends: a file of the static library that refers to it brings those along. */
extern const char pp_library;

/* Reads PAGEPREFETCH, PAGEPREFETCH_BACKEND, PAGEPREFETCH_STATS and PAGEPREFETCH_LOG. `backend_names`: NULL-terminated. */
void pp_settings_read(const char *const *backend_names);

/* A line on standard error when `level` is wanted. Safe in signal handlers as far as vsnprintf is. */
__attribute__((format(printf, 2, 3))) void pp_log(enum pp_log_level level, const char *format, ...);

#endif
