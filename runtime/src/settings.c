/* SPDX-License-Identifier: MIT */
/* One table of settings: name, valid words, where the choice goes. Everything else about the environment follows from it.
 * PAGEPREFETCH_STATS takes any file name and so has no table entry. */
#include "settings.h"
#include "os.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_BYTES = 4096 };

_Atomic int pp_state = PP_NOT_STARTED;
struct pp_settings pp_settings = {PP_MODE_AUTO, "auto", NULL, PP_LOG_WARN};

static const char *const mode_words[] = {"auto", "always", "off", NULL};
static const char *const log_words[] = {"error", "warn", "info", "debug", NULL};

/* PAGEPREFETCH_OPTIONS is the compiler plugins'. */
static const char *const variables[] = {"PAGEPREFETCH",     "PAGEPREFETCH_BACKEND", "PAGEPREFETCH_STATS",
                                        "PAGEPREFETCH_LOG", "PAGEPREFETCH_OPTIONS", NULL};

/* What standard error was when the library was loaded: a program that closes it may open a file of its own as number 2. */
static struct {
  bool known;
  dev_t device;
  ino_t inode;
} heard;

static void remember_standard_error(void) {
  struct stat status;
  heard.known = pp_os_status(STDERR_FILENO, "", &status) == 0;
  heard.device = heard.known ? status.st_dev : 0;
  heard.inode = heard.known ? status.st_ino : 0;
}

/* Whether words may go to standard error: it is what it was, and neither SIGPIPE nor SIGXFSZ would come of them. */
static bool is_heard(size_t bytes) {
  struct stat now;
  if (!heard.known || atomic_load_explicit(&pp_state, memory_order_relaxed) == PP_LEFT)
    return false;
  if (pp_os_status(STDERR_FILENO, "", &now) || now.st_dev != heard.device || now.st_ino != heard.inode)
    return false;
  if (S_ISREG(now.st_mode))
    return (uint64_t)now.st_size + bytes <= pp_os_file_limit();
  return pp_os_has_reader(STDERR_FILENO);
}

void pp_say(const char *words, size_t bytes) {
  if (is_heard(bytes))
    pp_os_write(STDERR_FILENO, words, bytes); /* nobody is left to be told of its failure */
}

void pp_log(enum pp_log_level level, const char *format, ...) {
  enum { LINE_BYTES = 3 * NAME_BYTES };
  static const char no_memory[] = "pageprefetch: there is a message, but no memory for it\n";
  if (level > pp_settings.log_level)
    return;
  char *line = pp_os_map(LINE_BYTES); /* not on the stack: that is the program's, in the middle of a loop */
  if (!line) {
    pp_say(no_memory, sizeof no_memory - 1);
    return;
  }
  struct pp_text text = {line, LINE_BYTES - 1, 0};
  pp_text_add(&text, "pageprefetch: ");
  va_list arguments;
  va_start(arguments, format);
  pp_text_add_list(&text, format, arguments);
  va_end(arguments);
  size_t length = text.used < text.size ? text.used : text.size;
  line[length++] = '\n';
  pp_say(line, length);
  pp_os_unmap(line, LINE_BYTES);
}

static void list_words(char *to, size_t size, const char *const *words) {
  struct pp_text text = {to, size - 1, 0};
  for (int i = 0; words[i]; i++)
    pp_text_add(&text, "%s%s", i ? ", " : "", words[i]);
  to[text.used < text.size ? text.used : text.size] = 0;
}

/* The number of the chosen word, or `otherwise` after a warning. */
static int choose(const char *variable, const char *const *words, int otherwise) {
  const char *value = getenv(variable);
  char valid[160];
  if (!value || !*value)
    return otherwise;
  for (int i = 0; words[i]; i++)
    if (!strcmp(value, words[i]))
      return i;
  list_words(valid, sizeof valid, words);
  pp_log(PP_LOG_WARN, "%s=%.80s is not known; valid: %s; using %s", variable, value, valid, words[otherwise]);
  return otherwise;
}

/* One line for all names that begin like ours and are none: a setting that is misspelt does nothing, and says nothing. */
static void look_for_unknown_names(void) {
  char valid[160];
  for (char **entry = environ; entry && *entry; entry++) {
    size_t length = strcspn(*entry, "=");
    bool known = strncmp(*entry, variables[0], strlen(variables[0])) != 0;
    for (int i = 0; !known && variables[i]; i++)
      known = strlen(variables[i]) == length && !memcmp(*entry, variables[i], length);
    if (known)
      continue;
    char name[64];
    pp_text_print(name, length < sizeof name ? length + 1 : sizeof name, "%s", *entry);
    list_words(valid, sizeof valid, variables);
    pp_log(PP_LOG_WARN, "%s in the environment is not known and does nothing; valid: %s", name, valid);
    return;
  }
}

/* The file's name, from the root on: what a program makes its current folder later is not where the user wanted the file. */
static const char *absolute_name(const char *name) {
  static char absolute[2 * NAME_BYTES];
  size_t folder = 0;
  if (strlen(name) >= NAME_BYTES) {
    pp_log(PP_LOG_WARN, "PAGEPREFETCH_STATS is longer than %d bytes; no statistics are written", NAME_BYTES - 1);
    return NULL;
  }
  if (name[0] != '/') {
    int error = pp_os_current_folder(absolute, NAME_BYTES);
    folder = error ? 0 : strlen(absolute);
    if (error || absolute[0] != '/') {
      pp_log(PP_LOG_WARN,
             "PAGEPREFETCH_STATS=%.80s is relative, and the current folder has no name: %s; no statistics are written", name,
             error ? strerrordesc_np(error) : "it is not below the root");
      return NULL;
    }
    absolute[folder++] = '/';
  }
  /* Copied: programs that write their own title, or change the environment, reuse its memory. */
  strcpy(absolute + folder, name);
  return absolute;
}

static const char *choose_statistics(void) {
  const char *name = getenv("PAGEPREFETCH_STATS");
  if (!name || !*name)
    return NULL;
  if (!strcmp(name, "stdout")) {
    pp_log(PP_LOG_WARN, "PAGEPREFETCH_STATS=stdout is not known: the program's output is its own; valid: stderr or a file name "
                        "(./stdout for a file of this name); using stderr");
    name = "stderr";
  }
  return strcmp(name, "stderr") ? absolute_name(name) : "stderr";
}

void pp_settings_read(const char *const *backend_names) {
  pp_settings.backend = backend_names[0];
  if (getauxval(AT_SECURE)) {
    pp_settings.log_level = PP_LOG_NONE; /* who started the program must not choose what it does with its rights */
    return;
  }
  const char *mode = getenv("PAGEPREFETCH"), *stats = getenv("PAGEPREFETCH_STATS");
  if (mode && !strcmp(mode, "off") && !(stats && *stats)) {
    pp_settings.mode = PP_MODE_OFF; /* off: not even a look at where warnings would go */
    return;
  }
  remember_standard_error();
  pp_settings.log_level = (enum pp_log_level)choose("PAGEPREFETCH_LOG", log_words, PP_LOG_WARN);
  pp_settings.mode = (enum pp_mode)choose("PAGEPREFETCH", mode_words, PP_MODE_AUTO);
  pp_settings.backend = backend_names[choose("PAGEPREFETCH_BACKEND", backend_names, 0)];
  pp_settings.stats = choose_statistics();
  look_for_unknown_names();
}
