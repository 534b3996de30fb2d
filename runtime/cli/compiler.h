/* SPDX-License-Identifier: MIT */
/* A compiler as the user calls it: what it is, which plugin it takes, and the words that it and its linker need.
 * `config` prints them, `cc` runs the compiler with them. What is missing is told on standard error, in the asker's name. */
#ifndef RUNTIME_CLI_COMPILER_H
#define RUNTIME_CLI_COMPILER_H

#include <argp.h>
#include <stdbool.h>

enum { CLI_MOST_WORDS = 16, CLI_MOST_OPTIONS = 16, CLI_MOST_FLAGS = 2 + 2 * CLI_MOST_OPTIONS, CLI_LIBRARY_WORDS = 6 };

/* Options of the plugin, each KEY=VALUE. */
struct cli_options {
  const char *words[CLI_MOST_OPTIONS];
  unsigned count;
};

/* Takes one from the command line, or ends the program with a message. */
void cli_options_add(struct cli_options *options, const char *argument, struct argp_state *state);

struct cli_compiler {
  const char *asker;             /* the subcommand that asks */
  const char *given;             /* what the user calls the compiler */
  char *command[CLI_MOST_WORDS]; /* the words that start it */
  unsigned command_count;
  bool gcc;   /* or Clang */
  bool flang; /* LLVM's Fortran, which is called as Clang is */
  unsigned major;
  char version[32];
  char *plugin; /* the caller's to free */
};

/* From `command` on fills the rest, or says why it can not. */
bool cli_compiler_find_plugin(struct cli_compiler *compiler);

/* The words that load the plugin with these options; each is the caller's to free. */
unsigned cli_compiler_flags(const struct cli_compiler *compiler, const struct cli_options *options, char **flags);

/* Lets the compiler compile nothing with these flags: another build of the same version, or a wrong option, is told now. */
bool cli_compiler_loads(const struct cli_compiler *compiler, char *const *flags, unsigned count);

/* The command with `count` more words, run in English without the user's PAGEPREFETCH_OPTIONS; returns as cli_capture(). */
int cli_compiler_ask(const struct cli_compiler *compiler, char *const *more, unsigned count, char *text, size_t size);

/* The words that link the shared library, the archive instead where -static is given; each is the caller's to free. Returns 0
 * after a message where there is no library. */
unsigned cli_library_words(const char *asker, char **words);

/* One of the library's files, or NULL after a message. */
char *cli_library_needed(const char *asker, const char *name);

#endif
