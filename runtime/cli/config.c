/* SPDX-License-Identifier: MIT */
/* pageprefetch config: the flags that a compiler or linker needs. The compiler tries the plugin once before its flag is printed:
 * what is printed works. */
#include "cli.h"
#include "compiler.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct request {
  const char *compiler;
  bool libs, archive;
  struct cli_options options;
};

static const struct argp_option options[] = {
    {"cflags", 'c', "COMPILER", 0,
     "flags that load the plugin; COMPILER as you call it: gcc, g++-12, cc, /opt/llvm/bin/clang, ...", 0},
    {"option", 'o', "KEY=VALUE", 0, "with --cflags: an option of the plugin as well; may be repeated", 0},
    {"libs", 'l', NULL, 0, "flags that link the runtime, also with -static", 0},
    {"static", 's', NULL, 0, "with --libs: the runtime's archive, so that the program needs no library when it runs", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
  struct request *request = state->input;
  switch (key) {
  case 'c':
    request->compiler = argument;
    return 0;
  case 'l':
    request->libs = true;
    return 0;
  case 's':
    request->archive = true;
    return 0;
  case 'o':
    cli_options_add(&request->options, argument, state);
    return 0;
  case ARGP_KEY_ARG:
    argp_error(state, "unexpected '%s'", argument);
    return EINVAL;
  case ARGP_KEY_END:
    if (!request->compiler && !request->libs)
      argp_error(state, "give --cflags COMPILER or --libs");
    if (request->options.count && !request->compiler)
      argp_error(state, "--option belongs to --cflags COMPILER");
    if (request->archive && !request->libs)
      argp_error(state, "--static belongs to --libs");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

/* Splits "ccache gcc-12" as $CC would be; a file of that whole name is one word. `words` holds them. */
static bool split(struct cli_compiler *compiler, char *words, size_t size) {
  if (strlen(compiler->given) >= size)
    return false;
  strcpy(words, compiler->given);
  if (access(compiler->given, X_OK) == 0) {
    compiler->command[compiler->command_count++] = words;
    return true;
  }
  for (char *rest = NULL, *word = strtok_r(words, " \t\n", &rest); word; word = strtok_r(NULL, " \t\n", &rest)) {
    if (compiler->command_count == CLI_MOST_WORDS)
      return false;
    compiler->command[compiler->command_count++] = word;
  }
  return compiler->command_count > 0;
}

/* $(pageprefetch config ...) is taken apart at blanks. */
static bool can_be_printed(const char *path) {
  if (!strpbrk(path, " \t\n*?["))
    return true;
  fprintf(stderr,
          "pageprefetch: config: '%s' has blanks or wildcards, which a shell's $(...) takes apart: build or install elsewhere\n",
          path);
  return false;
}

static void print_words(char **words, unsigned count, bool wanted) {
  for (unsigned i = 0; i < count; i++) {
    if (wanted)
      printf("%s%c", words[i], i + 1 < count ? ' ' : '\n');
    free(words[i]);
  }
}

static int print_cflags(const struct request *request) {
  struct cli_compiler compiler = {.asker = "config", .given = request->compiler};
  char words[512];
  if (!split(&compiler, words, sizeof words)) {
    fprintf(stderr, "pageprefetch: config: '%s' is no compiler's name: give it as you call it, as gcc or /usr/bin/clang-14\n",
            compiler.given);
    return 1;
  }
  if (!cli_compiler_find_plugin(&compiler))
    return 1;
  if (compiler.flang && request->options.count) {
    fprintf(stderr,
            "pageprefetch: config: --option: not every Flang takes a plugin's options: set PAGEPREFETCH_OPTIONS=\"%s\" instead\n",
            request->options.words[0]);
    free(compiler.plugin);
    return 1;
  }
  char *flags[CLI_MOST_FLAGS];
  unsigned count = cli_compiler_flags(&compiler, &request->options, flags);
  bool good = can_be_printed(compiler.plugin) && cli_compiler_loads(&compiler, flags, count);
  print_words(flags, count, good);
  free(compiler.plugin);
  return good ? 0 : 1;
}

static int print_archive(void) {
  char *archive = cli_library_needed("config", "libpageprefetch.a");
  bool good = archive && can_be_printed(archive);
  if (good)
    printf("-Wl,-u,__pp_strip %s -pthread\n", archive);
  free(archive);
  return good ? 0 : 1;
}

static int print_libs(bool archive) {
  if (archive)
    return print_archive();
  char *words[CLI_LIBRARY_WORDS];
  unsigned count = cli_library_words("config", words);
  bool good = count && can_be_printed(words[0]);
  print_words(words, count, good);
  return good ? 0 : 1;
}

int cli_config(int argc, char **argv) {
  static const struct argp argp = {options, parse, NULL, "Print compiler and linker flags.", NULL, NULL, NULL};
  struct request request = {0};
  if (argp_parse(&argp, argc, argv, 0, NULL, &request))
    return 2;
  int code = request.compiler ? print_cflags(&request) : 0;
  return !code && request.libs ? print_libs(request.archive) : code;
}
