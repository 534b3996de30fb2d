/* SPDX-License-Identifier: MIT */
/* The subcommands of the `pageprefetch` program. Each takes its own argv (argv[0] is "pageprefetch COMMAND"),
 * parses it with argp, and returns the exit code. Below, what they share. */
#ifndef RUNTIME_CLI_H
#define RUNTIME_CLI_H

#include <stdbool.h>
#include <stddef.h>

int cli_doctor(int argc, char **argv);
int cli_run(int argc, char **argv);
int cli_report(int argc, char **argv);
int cli_config(int argc, char **argv);
int cli_cc(int argc, char **argv);
int cli_cxx(int argc, char **argv);
int cli_fc(int argc, char **argv);

struct cJSON;

/* The document of a PAGEPREFETCH_STATS file, to be deleted by the caller; NULL after a message that names the file and the
 * reason, or, where `may_be_empty`, without a message when the file is empty. */
struct cJSON *cli_read_report(const char *path, bool may_be_empty);
void cli_print_report(const struct cJSON *stats);

/* Says why a program that `run` ran gave no hints, or would give none without `run`. `stats` is NULL where the library wrote
 * nothing; `path` is the program's file, NULL where it is not known. */
void cli_explain(const char *path, const struct cJSON *stats);

/* What the loader and `run` must know of a program's file. */
struct cli_elf {
  bool script;      /* begins with #! */
  bool elf;         /* an ELF file at all */
  bool native;      /* 64-bit x86-64; the fields below are only known then */
  bool dynamic;     /* the loader starts it, so that it can be given a library */
  bool fixed;       /* at a fixed address: not position independent */
  bool stripped;    /* has no table of its own symbols */
  bool hinted;      /* an instrumented loop: refers to __pp_strip in any way */
  bool bound;       /* that reference is the loader's to fill */
  bool has_runtime; /* holds the runtime itself, from the archive */
  char needs[64];   /* the name under which it needs libpageprefetch; empty where it does not */
  bool privileged;  /* set-user-id, set-group-id or file capabilities: the loader preloads nothing */
};
/* Returns false with errno set when the file can not be read. */
bool cli_elf_read(const char *path, struct cli_elf *facts);

/* Runs a command (argv[0] is looked up on the PATH), with `environment` or, where that is NULL, our own; what it prints on both
 * outputs goes into `text`, cut at `size`. Returns its exit status, 128 + the signal that ended it, or -1 with errno set. */
int cli_capture(char *const *argv, char *const *environment, char *text, size_t size);

/* Files of the build tree or the installed tree that this program belongs to, as absolute paths to be freed; NULL when absent. */
char *cli_library(const char *name);
char *cli_gcc_plugin(unsigned major);
char *cli_llvm_plugin(unsigned major);

/* The file that execvp() would take, to be freed; NULL where there is none. */
char *cli_find_program(const char *name);

#endif
