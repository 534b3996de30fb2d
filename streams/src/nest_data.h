/* SPDX-License-Identifier: MIT */
/* What struct pp_nest holds, for the files of this folder, and the allocation helpers that they share.
 * Everything is kept by value in growing arrays; a nest owns every string and list in them. */
#ifndef STREAMS_NEST_DATA_H
#define STREAMS_NEST_DATA_H

#include "streams/nest.h"

#include <stddef.h>

struct pp_nest {
  char *file;
  char *function;
  struct pp_nest_loop *loops;
  struct pp_nest_block *blocks;
  struct pp_nest_value *values;
  struct pp_nest_reference *references;
  unsigned loop_count, block_count, value_count, reference_count;
  unsigned called_blocks, called_values; /* of summaries that have room in it */
  int result;                            /* of a summary */
};

/* As malloc, realloc and strdup, but zeroed where new, and they end the process with a message when memory is out. */
void *pp_allocate(size_t count, size_t size);
/* Room for one more element behind `count`; moves only when `count` is a power of two, or 0. */
void *pp_grow(void *array, size_t count, size_t size);
char *pp_copy_string(const char *text);

#endif
