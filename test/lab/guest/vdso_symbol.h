/* SPDX-License-Identifier: MIT */
/* Finds a function in the vDSO that the kernel mapped into this process; NULL where it has none of that name.
 * For the lab's own programs, which trust their kernel; the runtime library's search checks every bound. */
#ifndef VDSO_SYMBOL_H
#define VDSO_SYMBOL_H

#include <elf.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>

static inline void *vdso_symbol(const char *name) {
  const char *base = (const char *)getauxval(AT_SYSINFO_EHDR);
  if (!base)
    return NULL;
  const Elf64_Ehdr *header = (const void *)base;
  const Elf64_Phdr *segment = (const void *)(base + header->e_phoff);
  const Elf64_Dyn *dynamic = NULL;
  intptr_t slide = (intptr_t)base;
  for (int i = 0; i < header->e_phnum; i++) {
    if (segment[i].p_type == PT_DYNAMIC)
      dynamic = (const void *)(base + segment[i].p_offset);
    else if (segment[i].p_type == PT_LOAD)
      slide = (intptr_t)base + (intptr_t)segment[i].p_offset - (intptr_t)segment[i].p_vaddr;
  }
  const Elf64_Sym *symbols = NULL;
  const char *strings = NULL;
  const uint32_t *hash = NULL;
  for (; dynamic && dynamic->d_tag != DT_NULL; dynamic++) {
    const void *where = (const void *)(slide + (intptr_t)dynamic->d_un.d_ptr);
    if (dynamic->d_tag == DT_SYMTAB)
      symbols = where;
    else if (dynamic->d_tag == DT_STRTAB)
      strings = where;
    else if (dynamic->d_tag == DT_HASH)
      hash = where;
  }
  if (!symbols || !strings || !hash)
    return NULL;
  for (uint32_t i = 0; i < hash[1]; i++)
    if (symbols[i].st_shndx != SHN_UNDEF && strcmp(strings + symbols[i].st_name, name) == 0)
      return (void *)(slide + (intptr_t)symbols[i].st_value);
  return NULL;
}

#endif
