/* SPDX-License-Identifier: MIT */
/* A program's file as far as hints depend on it: whether the loader can be asked to add the library, whether compiled code asks
 * for it. libelf reads the file, and takes no offset in it on trust. */
#include "cli.h"

#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

static void read_symbol(const char *name, const GElf_Sym *symbol, bool dynamic, struct cli_elf *facts) {
  if (!strncmp(name, "__pp_loop", 9)) /* a static program keeps no reference that nothing answers, but its records */
    facts->hinted = true;
  if (strcmp(name, "__pp_strip"))
    return;
  facts->hinted = true;
  facts->has_runtime |= symbol->st_shndx != SHN_UNDEF;
  facts->bound |= symbol->st_shndx == SHN_UNDEF && dynamic;
}

static void read_needed(const char *name, struct cli_elf *facts) {
  if (!strncmp(name, "libpageprefetch.so", 18) && strlen(name) < sizeof facts->needs)
    strcpy(facts->needs, name);
}

static void read_table(Elf *elf, Elf_Scn *section, const GElf_Shdr *header, struct cli_elf *facts) {
  Elf_Data *data = elf_getdata(section, NULL);
  size_t count = data && header->sh_entsize ? data->d_size / header->sh_entsize : 0;
  for (size_t i = 0; i < count && i <= INT32_MAX; i++) {
    GElf_Sym symbol;
    GElf_Dyn entry;
    if (header->sh_type == SHT_DYNAMIC) {
      if (!gelf_getdyn(data, (int)i, &entry) || entry.d_tag == DT_NULL)
        return;
      const char *name = entry.d_tag == DT_NEEDED ? elf_strptr(elf, header->sh_link, entry.d_un.d_val) : NULL;
      if (name)
        read_needed(name, facts);
    } else if (gelf_getsym(data, (int)i, &symbol)) {
      const char *name = elf_strptr(elf, header->sh_link, symbol.st_name);
      if (name)
        read_symbol(name, &symbol, header->sh_type == SHT_DYNSYM, facts);
    }
  }
}

static void read_tables(Elf *elf, struct cli_elf *facts) {
  GElf_Ehdr file;
  facts->elf = elf_kind(elf) == ELF_K_ELF;
  facts->native = facts->elf && gelf_getehdr(elf, &file) && file.e_ident[EI_CLASS] == ELFCLASS64 && file.e_machine == EM_X86_64;
  if (!facts->native)
    return;
  facts->fixed = file.e_type == ET_EXEC;
  GElf_Phdr segment;
  size_t segments = 0;
  elf_getphdrnum(elf, &segments);
  for (size_t i = 0; i < segments && gelf_getphdr(elf, (int)i, &segment); i++)
    facts->dynamic |= segment.p_type == PT_INTERP;
  facts->stripped = true;
  for (Elf_Scn *section = elf_nextscn(elf, NULL); section; section = elf_nextscn(elf, section)) {
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header))
      continue;
    if (header.sh_type == SHT_SYMTAB || header.sh_type == SHT_DYNSYM || header.sh_type == SHT_DYNAMIC)
      read_table(elf, section, &header, facts);
    facts->stripped &= header.sh_type != SHT_SYMTAB;
  }
}

bool cli_elf_read(const char *path, struct cli_elf *facts) {
  *facts = (struct cli_elf){0};
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (descriptor < 0 || fstat(descriptor, &status) != 0) {
    if (descriptor >= 0)
      close(descriptor);
    return false;
  }
  facts->privileged = (status.st_mode & S_ISUID && status.st_uid != geteuid()) ||
                      (status.st_mode & S_ISGID && status.st_gid != getegid()) ||
                      fgetxattr(descriptor, "security.capability", NULL, 0) > 0;
  char start[2] = "";
  facts->script = pread(descriptor, start, sizeof start, 0) == sizeof start && !memcmp(start, "#!", 2);
  elf_version(EV_CURRENT);
  Elf *elf = elf_begin(descriptor, ELF_C_READ_MMAP, NULL);
  if (elf)
    read_tables(elf, facts);
  elf_end(elf);
  close(descriptor);
  return true;
}
