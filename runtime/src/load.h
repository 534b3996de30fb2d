/* SPDX-License-Identifier: MIT */
/* The fault-proof load: the only way in which slice programs read memory. What can not or must not be read is not loaded; nothing
 * faults, no signal is raised, no stack grows, and nothing of the program is written. */
#ifndef RUNTIME_LOAD_H
#define RUNTIME_LOAD_H

#include "mappings.h"
#include "os.h"
#include "program.h"

enum {
  PP_PAGE_COPIES = 64,
  PP_KNOWN_PAGES = 1024,
};

/* One for each thread. Zeroed: ready for use. */
struct pp_loads {
  unsigned char *buffer;            /* values of one call, then the copies */
  uintptr_t copies[PP_PAGE_COPIES]; /* addresses of the pages copied; 0: none */
  uint64_t held, fresh, steady;     /* sets of slots: with a copy; copied in this call; copied for loads that are steady */
  const void *owner;                /* whose calls these are, */
  uint64_t owned_since;             /* and ticks since when */
  uintptr_t known[PP_KNOWN_PAGES];  /* pages that were read lately, by a hash: in memory, most likely */
  uint64_t known_since, generation; /* ticks; in the low bits of `known` */
  struct pp_mappings mappings;
  struct iovec pieces[PP_PAGE_COPIES];
};

/* Learns at the library's start whether there are such loads here. */
void pp_load_probe(void);
bool pp_load_available(void);

/* A call of the runtime begins: copies are old, but for those of steady loads where the call before was the same owner's and this
 * one `goes_on` with it. False where there are no loads. */
bool pp_load_begin(struct pp_loads *loads, const void *owner, bool goes_on);

/* In a forked child. */
void pp_load_forget(struct pp_loads *loads);

/* Loads `bytes` (1, 2, 4, 8) at each lane's address; returns the lanes that have. Where many lanes read few pages, as of an index
 * array, the pages are copied whole. `steady`: as in program.h. */
pp_lane_set pp_load(struct pp_loads *loads, pp_lane_set lanes, const uint64_t addresses[PP_LANES], unsigned bytes, bool steady,
                    uint64_t values[PP_LANES]);

/* Whether a page was read lately, so that reading it again will hardly block. */
bool pp_load_knows(const struct pp_loads *loads, uintptr_t address);

#endif
