/* SPDX-License-Identifier: MIT */
/* Which of the process's memory may be read ahead of the program: private anonymous memory, the main stack and regular files.
 * What is known of mappings gets old: it is asked again after a while. */
#ifndef RUNTIME_MAPPINGS_H
#define RUNTIME_MAPPINGS_H

#include <stdbool.h>
#include <stdint.h>

enum { PP_MAPPINGS = 512 };

struct pp_mapping {
  uintptr_t start, end;
  bool allowed;
  bool main_stack;
  bool anonymous; /* and may be written: its pages are its own, and new where none is there */
};

/* One for each thread. Zeroed: nothing is known. */
struct pp_mappings {
  unsigned count, last; /* of list, by address; where the last question was answered */
  uint64_t learned_at;  /* ticks; 0: never */
  uint64_t cost, spent; /* ticks that learning took, the last time and in all */
  uint64_t first_at;    /* when it was learned for the first time */
  struct pp_mapping list[PP_MAPPINGS];
  char text[4096], line[4352]; /* of the kernel's list */
};

/* Whether [address, address + bytes) may be read. */
bool pp_mappings_allow(struct pp_mappings *mappings, uintptr_t address, uint64_t bytes);

/* Whether it is private anonymous memory that may be written. */
bool pp_mappings_are_new(struct pp_mappings *mappings, uintptr_t address, uint64_t bytes);

/* What is known is forgotten if it is old. Once for each batch of questions. */
void pp_mappings_refresh(struct pp_mappings *mappings);

/* Whether the process's mappings can be looked at. */
bool pp_mappings_probe(void);

#endif
