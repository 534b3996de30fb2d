/* SPDX-License-Identifier: MIT */
/* The subcommands of the `pageprefetch` program. Each takes its own argv (argv[0] is "pageprefetch COMMAND"),
 * parses it with argp, and returns the exit code. */
#ifndef RUNTIME_CLI_H
#define RUNTIME_CLI_H

int cli_doctor(int argc, char **argv);
int cli_run(int argc, char **argv);
int cli_report(int argc, char **argv);
int cli_config(int argc, char **argv);

/* Prints the statistics of a PAGEPREFETCH_STATS file. Returns 0, or 1 after a message that names the file and the reason. */
int cli_print_report(const char *path);

#endif
