/* SPDX-License-Identifier: MIT */
/* pageprefetch config: the flags that a compiler or linker needs, from the places where the plugins and the library really are.
 * The build tree and an installed tree are both understood. */
#include "cli.h"

#include <argp.h>
#include <stdbool.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct request {
  const char *compiler;
  bool libs;
};

static const struct argp_option options[] = {
    {"cflags", 'c', "COMPILER", 0, "flags that load the plugin: gcc, gcc-N, clang or clang-N", 0},
    {"libs", 'l', NULL, 0, "flags that link the runtime", 0},
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
  case ARGP_KEY_ARG:
    argp_error(state, "unexpected '%s'", argument);
    return EINVAL;
  case ARGP_KEY_END:
    if (!request->compiler && !request->libs)
      argp_error(state, "give --cflags COMPILER or --libs");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

/* The folder of this program into `folder`. */
static bool own_folder(char *folder, size_t size) {
  ssize_t length = readlink("/proc/self/exe", folder, size - 1);
  if (length <= 0)
    return false;
  folder[length] = 0;
  *strrchr(folder, '/') = 0;
  return true;
}

/* The first of the places, relative to `folder`, that can be read, as an absolute path; NULL when there is none. */
static char *find(const char *folder, const char *const *places, const char *version) {
  for (; *places; places++) {
    char pattern[PATH_MAX], path[PATH_MAX + 64];
    snprintf(pattern, sizeof pattern, *places, version);
    snprintf(path, sizeof path, "%s/%s", folder, pattern);
    char *found = realpath(path, NULL);
    if (found)
      return found;
  }
  return NULL;
}

/* The default version of an unversioned compiler name, or what stands behind the dash. */
static bool version_of(const char *compiler, const char *name, char *version, size_t size) {
  size_t length = strlen(name);
  if (strncmp(compiler, name, length) || (compiler[length] && compiler[length] != '-'))
    return false;
  if (compiler[length]) {
    snprintf(version, size, "%s", compiler + length + 1);
    return strspn(version, "0123456789") == strlen(version) && *version;
  }
  char command[64];
  snprintf(command, sizeof command, "%s -dumpversion", name);
  FILE *output = popen(command, "re");
  bool read = output && fgets(version, (int)size, output);
  if (output)
    pclose(output);
  version[read ? strcspn(version, ".\n") : 0] = 0;
  return *version;
}

static int print_cflags(const char *compiler, const char *folder) {
  static const char *const gcc_places[] = {"../gcc-plugin/%s/pageprefetch.so", "../lib/pageprefetch/gcc-%s/pageprefetch.so",
                                           "../lib/x86_64-linux-gnu/pageprefetch/gcc-%s/pageprefetch.so", NULL};
  static const char *const llvm_places[] = {"../llvm-pass/pageprefetch-llvm%s.so", "../lib/pageprefetch/pageprefetch-llvm%s.so",
                                            "../lib/x86_64-linux-gnu/pageprefetch/pageprefetch-llvm%s.so", NULL};
  char version[32];
  bool gcc = version_of(compiler, "gcc", version, sizeof version);
  if (!gcc && !version_of(compiler, "clang", version, sizeof version)) {
    fprintf(stderr, "pageprefetch: config: '%s' is not a known or installed compiler: give gcc, gcc-N, clang or clang-N\n",
            compiler);
    return 1;
  }
  char *plugin = find(folder, gcc ? gcc_places : llvm_places, version);
  if (!plugin) {
    fprintf(stderr, "pageprefetch: config: no plugin for %s version %s: install %s%s%s and build again\n", gcc ? "gcc" : "clang",
            version, gcc ? "gcc-" : "llvm-", version, gcc ? "-plugin-dev" : "-dev");
    return 1;
  }
  printf("%s%s\n", gcc ? "-fplugin=" : "-fpass-plugin=", plugin);
  free(plugin);
  return 0;
}

static int print_libs(const char *folder) {
  static const char *const places[] = {"libpageprefetch.so", "../lib/libpageprefetch.so",
                                       "../lib/x86_64-linux-gnu/libpageprefetch.so", NULL};
  char *library = find(folder, places, "");
  if (!library) {
    fprintf(stderr,
            "pageprefetch: config: libpageprefetch.so is neither beside this program nor in ../lib: build or install it\n");
    return 1;
  }
  *strrchr(library, '/') = 0;
  /* The object's references are weak: without --no-as-needed a linker may drop the library again. */
  printf("-L%s -Wl,-rpath,%s -Wl,--push-state,--no-as-needed -lpageprefetch -Wl,--pop-state\n", library, library);
  free(library);
  return 0;
}

int cli_config(int argc, char **argv) {
  static const struct argp argp = {options, parse, NULL, "Print compiler and linker flags.", NULL, NULL, NULL};
  struct request request = {0};
  char folder[PATH_MAX];
  if (argp_parse(&argp, argc, argv, 0, NULL, &request))
    return 2;
  if (!own_folder(folder, sizeof folder)) {
    fprintf(stderr, "pageprefetch: config: cannot find out where this program is: /proc/self/exe: %s\n", strerror(errno));
    return 1;
  }
  int code = request.compiler ? print_cflags(request.compiler, folder) : 0;
  return !code && request.libs ? print_libs(folder) : code;
}
