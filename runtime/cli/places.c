/* SPDX-License-Identifier: MIT */
/* Where the library and the plugins are, seen from this program: beside it in the build tree, or as CMake installed them; and
 * programs on the PATH. PP_LIBDIR is the library's folder relative to the program's, so that a tree may be moved as a whole. */
#include "cli.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* FOLDER-OF-THIS-PROGRAM/relative, if it is there. */
static char *beside(const char *relative) {
  char folder[PATH_MAX], path[2 * PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", folder, sizeof folder - 1);
  if (length <= 0)
    return NULL;
  folder[length] = 0;
  *strrchr(folder, '/') = 0;
  snprintf(path, sizeof path, "%s/%s", folder, relative);
  return realpath(path, NULL);
}

static char *first_of(const char *built, const char *installed) {
  char *path = beside(built);
  return path ? path : beside(installed);
}

char *cli_library(const char *name) {
  char installed[PATH_MAX];
  snprintf(installed, sizeof installed, PP_LIBDIR "/%s", name);
  return first_of(name, installed);
}

char *cli_gcc_plugin(unsigned major) {
  char built[64], installed[PATH_MAX];
  snprintf(built, sizeof built, "../gcc-plugin/%u/pageprefetch.so", major);
  snprintf(installed, sizeof installed, PP_LIBDIR "/pageprefetch/gcc-%u/pageprefetch.so", major);
  return first_of(built, installed);
}

char *cli_llvm_plugin(unsigned major) {
  char built[64], installed[PATH_MAX];
  snprintf(built, sizeof built, "../llvm-pass/pageprefetch-llvm%u.so", major);
  snprintf(installed, sizeof installed, PP_LIBDIR "/pageprefetch/pageprefetch-llvm%u.so", major);
  return first_of(built, installed);
}

char *cli_find_program(const char *name) {
  if (strchr(name, '/'))
    return strdup(name);
  const char *folders = getenv("PATH");
  char path[PATH_MAX];
  for (const char *folder = folders ? folders : "/usr/bin:/bin"; folder;
       folder = strchr(folder, ':') ? strchr(folder, ':') + 1 : NULL) {
    snprintf(path, sizeof path, "%.*s/%s", (int)strcspn(folder, ":"), folder, name);
    if (access(path, X_OK) == 0)
      return strdup(path);
  }
  return NULL;
}
