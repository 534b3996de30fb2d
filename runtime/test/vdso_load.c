/* SPDX-License-Identifier: MIT */
/* See the header. Files are our own, so their headers are believed; what reads the result believes nothing.
 * Sizes are rounded up to whole pages, as the kernel's are. */
#include "vdso_load.h"

#include <elf.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>

enum { PAGE = 4096 };

static unsigned char *map(size_t bytes) {
  unsigned char *memory = mmap(NULL, bytes + PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED || mprotect(memory + bytes, PAGE, PROT_NONE))
    return NULL;
  return memory;
}

static unsigned char *load(FILE *file, size_t *bytes) {
  Elf64_Ehdr header;
  Elf64_Phdr segments[16];
  if (fread(&header, sizeof header, 1, file) != 1 || header.e_phnum > 16 || fseek(file, (long)header.e_phoff, SEEK_SET) ||
      fread(segments, sizeof *segments, header.e_phnum, file) != header.e_phnum)
    return NULL;
  size_t end = 0;
  for (unsigned i = 0; i < header.e_phnum; i++)
    if (segments[i].p_type == PT_LOAD && segments[i].p_vaddr + segments[i].p_memsz > end)
      end = segments[i].p_vaddr + segments[i].p_memsz;
  *bytes = (end + PAGE - 1) / PAGE * PAGE;
  unsigned char *memory = map(*bytes);
  for (unsigned i = 0; memory && i < header.e_phnum; i++)
    if (segments[i].p_type == PT_LOAD && segments[i].p_filesz &&
        (fseek(file, (long)segments[i].p_offset, SEEK_SET) ||
         fread(memory + segments[i].p_vaddr, segments[i].p_filesz, 1, file) != 1))
      return NULL;
  return memory;
}

unsigned char *vdso_load(const char *path, size_t *bytes) {
  FILE *file = fopen(path, "re");
  if (!file)
    return NULL;
  errno = ENOEXEC;
  unsigned char *memory = load(file, bytes);
  fclose(file);
  return memory;
}
