/* SPDX-License-Identifier: MIT */
/* One table of settings: name, valid words, where the choice goes. Everything else about the environment follows from it.
 * PAGEPREFETCH_STATS takes any file name and so has no table entry. */
#include "settings.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct pp_settings pp_settings = {PP_MODE_AUTO, "auto", NULL, PP_LOG_WARN};

static const char *const mode_words[] = {"auto", "always", "off", NULL};
static const char *const log_words[] = {"error", "warn", "info", "debug", NULL};

void pp_log(enum pp_log_level level, const char *format, ...) {
  if (level > pp_settings.log_level)
    return;
  char line[512];
  int used = snprintf(line, sizeof line, "pageprefetch: ");
  va_list arguments;
  va_start(arguments, format);
  used += vsnprintf(line + used, sizeof line - (size_t)used - 1, format, arguments);
  va_end(arguments);
  size_t length = (size_t)used < sizeof line - 1 ? (size_t)used : sizeof line - 2;
  line[length++] = '\n';
  /* No cancellation point, unlike write(2); and nobody is left to be told of its failure. */
  syscall(SYS_write, STDERR_FILENO, line, length);
}

/* The number of the chosen word, or `otherwise` after a warning. */
static int choose(const char *variable, const char *const *words, int otherwise) {
  const char *value = getenv(variable);
  if (!value || !*value)
    return otherwise;
  char valid[160] = "";
  for (int i = 0; words[i]; i++) {
    if (!strcmp(value, words[i]))
      return i;
    size_t used = strlen(valid);
    snprintf(valid + used, sizeof valid - used, "%s%s", i ? ", " : "", words[i]);
  }
  pp_log(PP_LOG_WARN, "%s=%s is not known; valid: %s; using %s", variable, value, valid, words[otherwise]);
  return otherwise;
}

void pp_settings_read(const char *const *backend_names) {
  pp_settings.log_level = (enum pp_log_level)choose("PAGEPREFETCH_LOG", log_words, PP_LOG_WARN);
  pp_settings.mode = (enum pp_mode)choose("PAGEPREFETCH", mode_words, PP_MODE_AUTO);
  pp_settings.backend = backend_names[choose("PAGEPREFETCH_BACKEND", backend_names, 0)];
  /* Copied: programs that write their own title, or change the environment, reuse its memory. */
  static char stats_copy[4096];
  const char *stats = getenv("PAGEPREFETCH_STATS");
  if (stats && strlen(stats) >= sizeof stats_copy)
    pp_log(PP_LOG_WARN, "PAGEPREFETCH_STATS is longer than %zu bytes; no statistics are written", sizeof stats_copy - 1);
  else if (stats && *stats)
    pp_settings.stats = strcpy(stats_copy, stats);
}
