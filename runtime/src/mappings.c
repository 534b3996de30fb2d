/* SPDX-License-Identifier: MIT */
/* The allow-list, learned from /proc/self/maps; where the process holds a userfaultfd, whose ranges would block for their
 * monitor, from /proc/self/smaps, which tells of them but walks page tables (100 ns a page). The more it cost, the longer it is
 * believed. */
#include "mappings.h"
#include "hint.h"
#include "os.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>

enum {
  AGE_NS = 50 * 1000 * 1000,  /* known mappings are believed so long, */
  AGE_COSTS = 200,            /* or so many times what it took to learn them; */
  NEWS_NS = 20 * 1000 * 1000, /* what unknown addresses may cost at once, before they are asked for, */
  REFUSED_COSTS = 100,        /* those that are refused are asked for after this many times what it takes; */
  NEWS_SHARE = 50,            /* and one part in so many of the time */
};

/* Flags of a mapping that is not read: it grows (the first one), is watched by a monitor, is a device's, or is of huge pages,
 * whose holes are dear. */
static const char *const refused_flags[] = {"gd", "um", "uw", "ui", "io", "pf", "mm", "ht"};

static bool is_disk(uint64_t magic) {
  /* File systems without a block device of their own: BTRFS, overlayfs, NFS, 9p, CIFS, SMB2, Ceph, ZFS, bcachefs. */
  static const uint64_t known[] = {
      BTRFS_SUPER_MAGIC, OVERLAYFS_SUPER_MAGIC, NFS_SUPER_MAGIC, V9FS_MAGIC, 0xff534d42, 0xfe534d42, 0x00c36400, 0x2fc12fc1,
      0xca451a4e};
  for (unsigned i = 0; i < sizeof known / sizeof *known; i++)
    if (known[i] == magic)
      return true;
  return false;
}

/* Whether a mapped file is a regular one of a disk. Files with a block device are; of others the name tells: shared memory, whose
 * holes a read fills, secret memory and devices are none. */
static bool is_regular(const char *name, unsigned major) {
  struct stat status;
  uint64_t magic = 0;
  if (major)
    return true;
  return name[0] == '/' && pp_os_status(AT_FDCWD, name, &status) == 0 && S_ISREG(status.st_mode) &&
         pp_os_file_system(name, &magic) && is_disk(magic);
}

/* The next word of a line as a number of that base. */
static uint64_t number(char **at, int base) {
  return strtoull(*at, at, base);
}

/* "start-end rwxp offset major:minor inode name" */
static void begin_mapping(struct pp_mapping *candidate, char *line) {
  char *at = line;
  candidate->start = number(&at, 16);
  at += *at == '-';
  candidate->end = number(&at, 16);
  at += *at == ' ';
  bool readable = at[0] == 'r', writable = readable && at[1] == 'w', shared = at[0] && at[1] && at[2] && at[3] == 's';
  at += strcspn(at, " ");
  number(&at, 16);
  unsigned major = (unsigned)number(&at, 16);
  at += *at == ':';
  number(&at, 16);
  uint64_t inode = number(&at, 10);
  const char *name = at + strspn(at, " ");
  candidate->main_stack = !strcmp(name, "[stack]"); /* it grows, but only where nothing is mapped, and never shrinks */
  bool plain = !name[0] || candidate->main_stack || !strcmp(name, "[heap]") || !strncmp(name, "[anon:", 6);
  candidate->allowed = readable && (inode ? is_regular(name, major) : plain && !shared);
  candidate->anonymous = candidate->allowed && writable && !inode && !candidate->main_stack;
}

/* Neighbours with the same answer are one. */
static void end_mapping(struct pp_mappings *mappings, const struct pp_mapping *candidate) {
  struct pp_mapping *last = mappings->count ? &mappings->list[mappings->count - 1] : NULL;
  if (last && last->end == candidate->start && last->allowed == candidate->allowed && last->anonymous == candidate->anonymous)
    last->end = candidate->end;
  else if (mappings->count < PP_MAPPINGS)
    mappings->list[mappings->count++] = *candidate;
  else
    pp_count(&pp_totals.mappings_left_out, 1);
}

static bool has_refused_flag(const char *flags, bool may_grow) {
  for (unsigned i = may_grow; i < sizeof refused_flags / sizeof *refused_flags; i++)
    if (strstr(flags, refused_flags[i]))
      return true;
  return false;
}

/* `flags`: lines about a mapping follow, its flags last. */
static void take_line(struct pp_mappings *mappings, struct pp_mapping *candidate, char *line, bool flags) {
  bool starts = (line[0] >= '0' && line[0] <= '9') || (line[0] >= 'a' && line[0] <= 'f');
  if (starts) {
    begin_mapping(candidate, line);
    if (!flags)
      end_mapping(mappings, candidate);
  } else if (!strncmp(line, "VmFlags:", 8)) { /* the last line of each */
    candidate->allowed &= !has_refused_flag(line + 8, candidate->main_stack);
    candidate->anonymous &= candidate->allowed;
    end_mapping(mappings, candidate);
  }
}

/* Reads all mappings. What can not be read is not allowed. */
static void learn(struct pp_mappings *mappings) {
  uint64_t ticks = pp_os_ticks();
  struct pp_mapping candidate = {0};
  size_t length = 0;
  ssize_t bytes = 0;
  mappings->count = mappings->last = 0;
  bool flags = pp_os_may_watch_memory(mappings->text, sizeof mappings->text);
  int file = pp_os_open(AT_FDCWD, flags ? "/proc/self/smaps" : "/proc/self/maps", O_RDONLY, 0);
  while (file >= 0 && (bytes = pp_os_read(file, mappings->text, sizeof mappings->text)) > 0)
    for (ssize_t i = 0; i < bytes; i++) {
      char c = mappings->text[i];
      if (c != '\n') {
        mappings->line[length] = c;
        length += length < sizeof mappings->line - 1;
        continue;
      }
      mappings->line[length] = 0;
      take_line(mappings, &candidate, mappings->line, flags);
      length = 0;
    }
  if (file >= 0)
    pp_os_close(file);
  mappings->learned_at = pp_os_ticks();
  mappings->cost = mappings->learned_at > ticks ? mappings->learned_at - ticks : 0;
  mappings->first_at = mappings->first_at ? mappings->first_at : ticks;
  pp_count(&pp_totals.mappings_learned, 1);
}

static bool is_old(const struct pp_mappings *mappings) {
  uint64_t age = pp_os_ticks() - mappings->learned_at;
  return age > mappings->cost * AGE_COSTS && pp_os_ticks_to_ns(age) > AGE_NS;
}

static bool is_inside(const struct pp_mapping *mapping, uintptr_t address) {
  return address >= mapping->start && address < mapping->end;
}

/* The mapping that holds an address, or NULL. */
static const struct pp_mapping *find(struct pp_mappings *mappings, uintptr_t address) {
  unsigned low = 0, high = mappings->count;
  if (mappings->last < high && is_inside(&mappings->list[mappings->last], address))
    return &mappings->list[mappings->last];
  while (low < high) {
    unsigned middle = low + (high - low) / 2;
    if (mappings->list[middle].end <= address)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == mappings->count || !is_inside(&mappings->list[low], address))
    return NULL;
  mappings->last = low;
  return &mappings->list[low];
}

/* Whether an address that is unknown may be one of a mapping made since, or one that was refused of another mapping, and there is
 * time to see. */
static bool is_worth_a_look(const struct pp_mappings *mappings, bool refused) {
  if (refused)
    return pp_os_ticks() - mappings->learned_at > mappings->cost * REFUSED_COSTS;
  uint64_t now = pp_os_ticks(), since = mappings->learned_at ? now - mappings->first_at : 0;
  return !mappings->learned_at || pp_os_ticks_to_ns(mappings->spent) < NEWS_NS + pp_os_ticks_to_ns(since) / NEWS_SHARE;
}

/* The allowed mapping that holds [address, address + bytes), or NULL. */
static const struct pp_mapping *find_allowed(struct pp_mappings *mappings, uintptr_t address, uint64_t bytes) {
  const struct pp_mapping *found = find(mappings, address);
  bool refused = found && !found->allowed;
  if ((!found || refused) && is_worth_a_look(mappings, refused)) {
    learn(mappings);
    mappings->spent += refused ? 0 : mappings->cost;
    found = find(mappings, address);
  }
  return found && found->allowed && bytes <= found->end - address ? found : NULL;
}

bool pp_mappings_allow(struct pp_mappings *mappings, uintptr_t address, uint64_t bytes) {
  return find_allowed(mappings, address, bytes) != NULL;
}

bool pp_mappings_are_new(struct pp_mappings *mappings, uintptr_t address, uint64_t bytes) {
  const struct pp_mapping *found = find_allowed(mappings, address, bytes);
  return found && found->anonymous;
}

void pp_mappings_refresh(struct pp_mappings *mappings) {
  if (mappings->learned_at && is_old(mappings))
    mappings->learned_at = mappings->count = 0; /* learned again at the next question */
}

bool pp_mappings_probe(void) {
  char byte;
  int file = pp_os_open(AT_FDCWD, "/proc/self/maps", O_RDONLY, 0);
  bool readable = file >= 0 && pp_os_read(file, &byte, 1) == 1;
  if (file >= 0)
    pp_os_close(file);
  return readable;
}
