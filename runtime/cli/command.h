/* SPDX-License-Identifier: MIT */
/* What the command line of a compiler asks for, as far as it decides which words have to be added. GCC's and Clang's drivers are
 * read alike; files of words (@FILE) are looked into. */
#ifndef RUNTIME_CLI_COMMAND_H
#define RUNTIME_CLI_COMMAND_H

#include <stdbool.h>

struct cli_command {
  bool compiles;      /* makes code of a source */
  bool assembles;     /* a file of assembly goes along */
  bool links;         /* ends with the linker */
  bool takes_library; /* whose result is a program or a library, with the usual libraries */
  bool lto, thin;     /* -flto in any form, and -flto=thin */
  bool has_plugin;    /* the user gives the plugin already */
  const char *width;  /* the last of -m64, -m32, -mx32, -m16; or NULL */
  char *target[3];    /* words that choose a machine */
  unsigned target_count;
  char *linker[2]; /* words that choose a linker */
  unsigned linker_count;
};

/* Reads the words behind the compiler, up to NULL. What `command` then points to stays until the process ends. */
void cli_command_read(char *const *words, struct cli_command *command);

#endif
