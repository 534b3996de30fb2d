/* SPDX-License-Identifier: MIT */
/* Tells GCC and LLVM apart in a process that has loaded a plugin, and words what to load instead.
 * Compilers' headers are not needed: only names that every version exports, and where they come from. */
#define _GNU_SOURCE
#include "streams/host.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* GCC exports no version, but its compilers proper live in a directory that is named by it: .../gcc/x86_64-linux-gnu/12/cc1. */
static int gcc_major(void) {
  char path[4096];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (length <= 0)
    return 0;
  path[length] = '\0';
  char *name = strrchr(path, '/');
  if (!name)
    return 0;
  *name = '\0';
  const char *directory = strrchr(path, '/');
  return directory ? atoi(directory + 1) : 0;
}

/* LLVMGetVersion exists from 16 on; older hosts carry the number in the library's name. */
static int llvm_major(const void *known) {
  void (*get_version)(unsigned *, unsigned *, unsigned *);
  unsigned major = 0, minor = 0, patch = 0;
  *(void **)&get_version = dlsym(RTLD_DEFAULT, "LLVMGetVersion");
  if (get_version) {
    get_version(&major, &minor, &patch);
    return (int)major;
  }
  Dl_info info;
  if (!dladdr(known, &info) || !info.dli_fname)
    return 0;
  const char *name = strrchr(info.dli_fname, '/');
  const char *number = strstr(name ? name : info.dli_fname, "libLLVM-");
  return number ? atoi(number + strlen("libLLVM-")) : 0;
}

enum pp_host pp_host_find(int *major) {
  const void *known = dlsym(RTLD_DEFAULT, "LLVMCreateMessage");
  if (!known)
    known = dlsym(RTLD_DEFAULT, "_ZN4llvm2cl6Option11addArgumentEv");
  *major = 0;
  if (known) {
    *major = llvm_major(known);
    return PP_HOST_LLVM;
  }
  if (!dlsym(RTLD_DEFAULT, "plugin_default_version_check"))
    return PP_HOST_OTHER;
  *major = gcc_major();
  return PP_HOST_GCC;
}

static void name_host(enum pp_host host, int major, char *text, size_t size) {
  const char *name = host == PP_HOST_GCC ? "GCC" : "LLVM";
  if (host == PP_HOST_OTHER)
    snprintf(text, size, "neither GCC nor LLVM");
  else if (major)
    snprintf(text, size, "%s %d", name, major);
  else
    snprintf(text, size, "%s", name);
}

/* What the compiler found should load, and how. */
static void name_remedy(enum pp_host built, int built_major, enum pp_host found, int major, char *text, size_t size) {
  char number[16] = "N";
  if (major)
    snprintf(number, sizeof number, "%d", major);
  if (found == PP_HOST_GCC)
    snprintf(text, size,
             "load gcc-plugin/%s/pageprefetch.so instead, by -fplugin= (`pageprefetch config --cflags gcc-%s` says how)", number,
             number);
  else if (found == PP_HOST_OTHER)
    snprintf(text, size, "load it by %s of %s-%d",
             built == PP_HOST_GCC ? "-fplugin=" : "-fpass-plugin=", built == PP_HOST_GCC ? "gcc" : "clang", built_major);
  else if (built == PP_HOST_LLVM)
    snprintf(text, size,
             "load pageprefetch-llvm%s.so instead (to build it, install the package llvm-%s-dev), or compile with clang-%d",
             number, number, built_major);
  else
    snprintf(text, size,
             "load pageprefetch-llvm%s.so instead, by -fpass-plugin= (`pageprefetch config --cflags clang-%s` says how)", number,
             number);
}

int pp_host_mismatch(enum pp_host built, int built_major, enum pp_host found, int found_major, char *text, size_t size) {
  char here[40], there[40], remedy[200];
  if (built == found && (built == PP_HOST_GCC || !found_major || found_major == built_major))
    return 0;
  name_host(built, built_major, there, sizeof there);
  name_host(found, found_major, here, sizeof here);
  name_remedy(built, built_major, found, found_major, remedy, sizeof remedy);
  snprintf(text, size, "pageprefetch: this plugin was built for %s, the %s that loads it is %s: %s", there,
           found == PP_HOST_OTHER ? "program" : "compiler", here, remedy);
  return 1;
}

void pp_host_demand(enum pp_host built, int built_major) {
  char text[400];
  int major;
  enum pp_host found = pp_host_find(&major);
  if (!pp_host_mismatch(built, built_major, found, major, text, sizeof text))
    return;
  fprintf(stderr, "error: %s\n", text);
  fflush(stderr);
  _exit(1);
}
