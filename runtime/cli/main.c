/* SPDX-License-Identifier: MIT */
/* pageprefetch: what this machine offers, running programs with statistics, reading them, compiler flags, and
 * compilers run with them. This file only finds the subcommand. */
#include "cli.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

/* Every command knows --version by it, but those that hand it to a compiler. */
const char *argp_program_version = "pageprefetch " PP_VERSION;

static const struct {
  const char *name;
  int (*run)(int argc, char **argv);
  const char *help;
} commands[] = {
    {"doctor", cli_doctor, "what this kernel offers, what will be used, and why"},
    {"run", cli_run, "run a program with statistics, then report: pageprefetch run [OPTIONS] -- PROGRAM [ARGUMENTS]"},
    {"report", cli_report, "print the statistics in a PAGEPREFETCH_STATS file: pageprefetch report FILE"},
    {"config", cli_config, "flags for a compiler: pageprefetch config --cflags COMPILER, pageprefetch config --libs"},
    {"cc", cli_cc, "run a C compiler with what hints need added: pageprefetch cc [--option KEY=VALUE] -- COMPILER [ARGUMENTS]"},
    {"c++", cli_cxx, "the same for C++"},
    {"fc", cli_fc, "the same for Fortran"},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void usage(FILE *stream) {
  fputs("usage: pageprefetch COMMAND [OPTIONS]\n\n", stream);
  for (int i = 0; i < COMMANDS; i++)
    fprintf(stream, "  %-8s %s\n", commands[i].name, commands[i].help);
  fputs("\npageprefetch COMMAND --help tells the options of a command, pageprefetch --version the version.\n", stream);
}

int main(int argc, char **argv) {
  if (argc < 2) {
    usage(stderr);
    return 2;
  }
  if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "help")) {
    usage(stdout);
    return 0;
  }
  if (!strcmp(argv[1], "--version")) {
    puts(argp_program_version);
    return 0;
  }
  for (int i = 0; i < COMMANDS; i++) {
    if (strcmp(argv[1], commands[i].name))
      continue;
    static char name[64];
    snprintf(name, sizeof name, "pageprefetch %s", commands[i].name);
    argv[1] = name;
    argp_err_exit_status = 2; /* as for an unknown command */
    return commands[i].run(argc - 1, argv + 1);
  }
  fprintf(stderr, "pageprefetch: unknown command '%s': valid are doctor, run, report, config, cc, c++, fc\n", argv[1]);
  return 2;
}
