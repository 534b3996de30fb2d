/* SPDX-License-Identifier: MIT */
/* A reader of the vDSO's dynamic symbols. Every read goes through one bounds check; every loop ends with the image or with a
 * count that was checked against its size. */
#include "vdso.h"
#include "text.h"

#include <elf.h>
#include <endian.h>
#include <string.h>
#include <sys/auxv.h>

enum {
  KNOWN_BYTES = 4096,       /* the kernel maps whole pages: the first is there */
  EXTENT_MAX = 1 << 20,     /* no vDSO is larger */
  VERSION_MASK = 0x7fff,    /* of an entry of DT_VERSYM; the bit above it says "hidden" */
  VERSION_DEFINITIONS = 64, /* more than any vDSO has */
};

/* Offsets are those in memory, from the image's start. */
struct image {
  const unsigned char *start;
  size_t bytes;
  Elf64_Addr first;               /* address that the start was linked for */
  Elf64_Addr code_low, code_high; /* of the executable segment */
  size_t dynamic, dynamic_bytes;
  size_t symbols, strings, strings_bytes, hash, gnu_hash, versions, definitions;
};

enum { ABSENT = 0 }; /* as an offset: the ELF header lies there and nothing else */

static bool read_at(const struct image *image, size_t offset, void *to, size_t bytes) {
  if (offset > image->bytes || bytes > image->bytes - offset)
    return false;
  memcpy(to, image->start + offset, bytes);
  return true;
}

/* An address in the image as an offset; beyond its end, where no read succeeds, when it lies outside. */
static size_t offset_of(const struct image *image, Elf64_Addr address) {
  Elf64_Addr offset = address - image->first;
  return address >= image->first && offset < image->bytes ? (size_t)offset : image->bytes;
}

static bool read_header(const struct image *image, Elf64_Ehdr *header) {
  const unsigned char order = __BYTE_ORDER == __LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB;
  return read_at(image, 0, header, sizeof *header) && !memcmp(header->e_ident, ELFMAG, SELFMAG) &&
         header->e_ident[EI_CLASS] == ELFCLASS64 && header->e_ident[EI_DATA] == order &&
         header->e_phentsize == sizeof(Elf64_Phdr);
}

static bool read_segment(const struct image *image, const Elf64_Ehdr *header, unsigned number, Elf64_Phdr *segment) {
  size_t offset = number * sizeof *segment;
  return header->e_phoff < image->bytes && read_at(image, (size_t)header->e_phoff + offset, segment, sizeof *segment);
}

size_t pp_vdso_extent(const void *start, size_t known) {
  struct image image = {.start = start, .bytes = known};
  Elf64_Ehdr header;
  Elf64_Phdr segment;
  Elf64_Addr first = 0, end = 0;
  if (!read_header(&image, &header))
    return 0;
  for (unsigned i = 0; i < header.e_phnum; i++) {
    Elf64_Addr last;
    if (!read_segment(&image, &header, i, &segment))
      return 0;
    if (segment.p_type != PT_LOAD)
      continue;
    if (__builtin_add_overflow(segment.p_vaddr, segment.p_memsz, &last))
      return 0;
    if (!end)
      first = segment.p_vaddr - segment.p_offset;
    end = last > end ? last : end;
  }
  return end > first && end - first <= EXTENT_MAX ? (size_t)(end - first) : 0;
}

/* Finds the segments: where the image was linked for, its code, its dynamic section. */
static bool read_segments(struct image *image) {
  Elf64_Ehdr header;
  Elf64_Phdr segment;
  bool loaded = false;
  if (!read_header(image, &header))
    return false;
  for (unsigned i = 0; i < header.e_phnum; i++) {
    if (!read_segment(image, &header, i, &segment))
      return false;
    if (segment.p_type == PT_LOAD) {
      if (!loaded)
        image->first = segment.p_vaddr - segment.p_offset;
      loaded = true;
      if (segment.p_flags & PF_X) {
        image->code_low = segment.p_vaddr;
        if (__builtin_add_overflow(segment.p_vaddr, segment.p_memsz, &image->code_high))
          return false;
      }
    } else if (segment.p_type == PT_DYNAMIC) {
      image->dynamic = (size_t)segment.p_vaddr;
      image->dynamic_bytes = (size_t)segment.p_memsz;
    }
  }
  if (!loaded || !image->dynamic_bytes)
    return false;
  image->dynamic = offset_of(image, image->dynamic);
  return true;
}

static bool read_dynamic(struct image *image) {
  Elf64_Dyn entry = {.d_tag = DT_NULL};
  for (size_t left = image->dynamic_bytes / sizeof entry, at = image->dynamic; left; left--, at += sizeof entry) {
    if (!read_at(image, at, &entry, sizeof entry))
      return false;
    size_t offset = offset_of(image, entry.d_un.d_ptr);
    switch (entry.d_tag) {
    case DT_NULL:
      left = 1; /* the last */
      break;
    case DT_SYMTAB:
      image->symbols = offset;
      break;
    case DT_STRTAB:
      image->strings = offset;
      break;
    case DT_STRSZ:
      image->strings_bytes = (size_t)entry.d_un.d_val;
      break;
    case DT_SYMENT:
      if (entry.d_un.d_val != sizeof(Elf64_Sym))
        return false;
      break;
    case DT_HASH:
      image->hash = offset;
      break;
    case DT_GNU_HASH:
      image->gnu_hash = offset;
      break;
    case DT_VERSYM:
      image->versions = offset;
      break;
    case DT_VERDEF:
      image->definitions = offset;
      break;
    default:
      break;
    }
  }
  /* The strings may not leave the image: names are then compared without further care. */
  return image->symbols && image->strings && image->strings < image->bytes &&
         image->strings_bytes <= image->bytes - image->strings && (image->hash || image->gnu_hash);
}

static bool is_string(const struct image *image, size_t at, const char *text) {
  size_t bytes = strlen(text) + 1;
  return at < image->strings_bytes && bytes <= image->strings_bytes - at &&
         !memcmp(image->start + image->strings + at, text, bytes);
}

/* The System V ABI's hash of a name, which names versions too. */
static uint32_t sysv_hash(const char *name) {
  uint32_t hash = 0;
  for (; *name; name++) {
    hash = (hash << 4) + (unsigned char)*name;
    uint32_t high = hash & 0xf0000000;
    hash = (hash ^ high >> 24) & ~high;
  }
  return hash;
}

/* Of DT_GNU_HASH: Bernstein's, times 33. */
static uint32_t gnu_hash(const char *name) {
  uint32_t hash = 5381;
  for (; *name; name++)
    hash = hash * 33 + (unsigned char)*name;
  return hash;
}

/* The number that DT_VERSYM has for symbols of `version`; 0 when the image defines no such version. */
static unsigned version_number(const struct image *image, const char *version) {
  uint32_t hash = sysv_hash(version);
  size_t at = image->definitions;
  for (unsigned i = 0; i < VERSION_DEFINITIONS; i++) {
    Elf64_Verdef definition;
    Elf64_Verdaux name;
    if (!read_at(image, at, &definition, sizeof definition) || definition.vd_version != VER_DEF_CURRENT)
      return 0;
    if (!(definition.vd_flags & VER_FLG_BASE) && definition.vd_hash == hash && definition.vd_cnt &&
        read_at(image, at + definition.vd_aux, &name, sizeof name) && is_string(image, name.vda_name, version))
      return definition.vd_ndx & VERSION_MASK;
    if (!definition.vd_next)
      return 0;
    at += definition.vd_next;
  }
  return 0;
}

/* What is looked for: the symbols of the series have a version, a like name without one is not theirs. */
struct wanted {
  const char *name;
  unsigned version;
};

/* Symbol `number`, when it is the function that is wanted: its offset, else ABSENT. */
static size_t match(const struct image *image, const struct wanted *wanted, uint32_t number) {
  Elf64_Sym symbol;
  uint16_t version = 0;
  if (!read_at(image, image->symbols + (size_t)number * sizeof symbol, &symbol, sizeof symbol) ||
      !is_string(image, symbol.st_name, wanted->name))
    return ABSENT;
  unsigned type = ELF64_ST_TYPE(symbol.st_info), binding = ELF64_ST_BIND(symbol.st_info);
  if (type != STT_FUNC || (binding != STB_GLOBAL && binding != STB_WEAK) || symbol.st_shndx == SHN_UNDEF)
    return ABSENT;
  if (symbol.st_value < image->code_low || symbol.st_value >= image->code_high)
    return ABSENT;
  if (!read_at(image, image->versions + (size_t)number * sizeof version, &version, sizeof version) ||
      (version & VERSION_MASK) != wanted->version)
    return ABSENT;
  size_t offset = offset_of(image, symbol.st_value);
  return offset < image->bytes ? offset : ABSENT;
}

static size_t find_by_hash(const struct image *image, const struct wanted *wanted) {
  uint32_t counts[2], number; /* buckets, chains */
  if (!read_at(image, image->hash, counts, sizeof counts) || !counts[0])
    return ABSENT;
  size_t buckets = image->hash + sizeof counts, chains = buckets + (size_t)counts[0] * sizeof number;
  if (chains > image->bytes || counts[1] > (image->bytes - chains) / sizeof number)
    return ABSENT;
  if (!read_at(image, buckets + sysv_hash(wanted->name) % counts[0] * sizeof number, &number, sizeof number))
    return ABSENT;
  /* As many steps as there are symbols: a chain that bites its tail ends too. */
  for (uint32_t step = 0; number && number < counts[1] && step < counts[1]; step++) {
    size_t found = match(image, wanted, number);
    if (found != ABSENT)
      return found;
    if (!read_at(image, chains + (size_t)number * sizeof number, &number, sizeof number))
      return ABSENT;
  }
  return ABSENT;
}

static size_t find_by_gnu_hash(const struct image *image, const struct wanted *wanted) {
  enum { BUCKETS, FIRST_SYMBOL, FILTER_WORDS, FILTER_SHIFT, FIELDS };
  uint32_t fields[FIELDS], number, chained, hash = gnu_hash(wanted->name);
  if (!read_at(image, image->gnu_hash, fields, sizeof fields) || !fields[BUCKETS])
    return ABSENT;
  size_t buckets = image->gnu_hash + sizeof fields + (size_t)fields[FILTER_WORDS] * sizeof(uint64_t);
  size_t chains = buckets + (size_t)fields[BUCKETS] * sizeof number;
  if (!read_at(image, buckets + hash % fields[BUCKETS] * sizeof number, &number, sizeof number) || number < fields[FIRST_SYMBOL])
    return ABSENT;
  for (;; number++) {
    if (!read_at(image, chains + (size_t)(number - fields[FIRST_SYMBOL]) * sizeof chained, &chained, sizeof chained))
      return ABSENT;
    size_t found = (chained ^ hash) >> 1 ? ABSENT : match(image, wanted, number);
    if (found != ABSENT)
      return found;
    if (chained & 1) /* the chain's last */
      return ABSENT;
  }
}

const void *pp_vdso_symbol(const void *start, size_t bytes, const char *name, const char *version, const char **why) {
  struct image image = {.start = start, .bytes = bytes};
  if (!read_segments(&image) || !read_dynamic(&image)) {
    *why = "the vDSO is no sound ELF image of this machine";
    return NULL;
  }
  struct wanted wanted = {name, image.versions && image.definitions ? version_number(&image, version) : 0};
  if (!wanted.version) {
    *why = "the vDSO has no symbols of the version that the series gives them";
    return NULL;
  }
  size_t found = image.gnu_hash ? find_by_gnu_hash(&image, &wanted) : ABSENT;
  if (found == ABSENT && image.hash)
    found = find_by_hash(&image, &wanted);
  *why = found == ABSENT ? "needs the bundled kernel series" : "";
  return found == ABSENT ? NULL : image.start + found;
}

bool pp_vdso_find(struct pp_vdso *found, char *why, size_t size) {
  const void *image = (const void *)getauxval(AT_SYSINFO_EHDR);
  const char *reason = "there is no vDSO";
  size_t bytes = image ? pp_vdso_extent(image, KNOWN_BYTES) : 0;
  if (image)
    reason = "the vDSO is no sound ELF image of this machine";
  const void *page = bytes ? pp_vdso_symbol(image, bytes, "__vdso_prefetch_page", "LINUX_2.6", &reason) : NULL;
  const void *pages = page ? pp_vdso_symbol(image, bytes, "__vdso_prefetch_pages", "LINUX_2.6", &reason) : NULL;
  if (!pages) {
    pp_text_print(why, size, "%s", reason);
    return false;
  }
  found->page = (pp_vdso_page *)(uintptr_t)page;
  found->pages = (pp_vdso_pages *)(uintptr_t)pages;
  return true;
}
