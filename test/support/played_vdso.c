/* SPDX-License-Identifier: MIT */
/* Preloaded: programs find the image that PLAYED_VDSO names in the vDSO's place, as on a kernel with the bundled series.
 * libc keeps its own; only what asks getauxval(AT_SYSINFO_EHDR) sees the image. */
#include "vdso_load.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>

unsigned long getauxval(unsigned long type) {
  const char *path = getenv("PLAYED_VDSO");
  unsigned long (*true_one)(unsigned long) = (unsigned long (*)(unsigned long))(uintptr_t)dlsym(RTLD_NEXT, "getauxval");
  size_t bytes;
  if (type != AT_SYSINFO_EHDR || !path)
    return true_one ? true_one(type) : 0;
  unsigned char *image = vdso_load(path, &bytes);
  if (!image)
    perror(path);
  return (unsigned long)(uintptr_t)image;
}
