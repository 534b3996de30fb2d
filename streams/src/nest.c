/* SPDX-License-Identifier: MIT */
/* Building and freeing the nest model, and the allocation helpers of the planner.
 * A compiler that runs out of memory ends; so does the planner inside it. */
#include "nest_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *check_memory(void *memory, size_t bytes) {
  if (!memory) {
    fprintf(stderr, "pageprefetch: out of memory for %zu bytes of a loop nest's model\n", bytes);
    abort();
  }
  return memory;
}

void *pp_allocate(size_t count, size_t size) {
  return check_memory(calloc(count ? count : 1, size), count * size);
}

void *pp_grow(void *array, size_t count, size_t size) {
  return check_memory(realloc(array, (count + 1) * size), (count + 1) * size);
}

char *pp_copy_string(const char *text) {
  return text ? check_memory(strdup(text), strlen(text) + 1) : NULL;
}

struct pp_nest *pp_nest_new(const char *file, const char *function) {
  struct pp_nest *nest = pp_allocate(1, sizeof *nest);
  nest->file = pp_copy_string(file ? file : "");
  nest->function = pp_copy_string(function ? function : "");
  return nest;
}

void pp_nest_free(struct pp_nest *nest) {
  if (!nest)
    return;
  for (unsigned i = 0; i < nest->loop_count; i++) {
    free((char *)nest->loops[i].place.file);
    free((char *)nest->loops[i].strip_obstacle);
    free((char *)nest->loops[i].slice_obstacle);
  }
  for (unsigned i = 0; i < nest->reference_count; i++) {
    free((char *)nest->references[i].place.file);
    free((char *)nest->references[i].obstacle);
  }
  free(nest->loops);
  free(nest->references);
  free(nest->file);
  free(nest->function);
  free(nest);
}

unsigned pp_nest_add_loop(struct pp_nest *nest, const struct pp_nest_loop *loop) {
  nest->loops = pp_grow(nest->loops, nest->loop_count, sizeof *loop);
  struct pp_nest_loop *copy = &nest->loops[nest->loop_count];
  *copy = *loop;
  copy->place.file = pp_copy_string(loop->place.file ? loop->place.file : "");
  copy->strip_obstacle = pp_copy_string(loop->strip_obstacle);
  copy->slice_obstacle = pp_copy_string(loop->slice_obstacle);
  return nest->loop_count++;
}

unsigned pp_nest_add_reference(struct pp_nest *nest, const struct pp_nest_reference *reference) {
  nest->references = pp_grow(nest->references, nest->reference_count, sizeof *reference);
  struct pp_nest_reference *copy = &nest->references[nest->reference_count];
  *copy = *reference;
  copy->place.file = pp_copy_string(reference->place.file ? reference->place.file : "");
  copy->obstacle = pp_copy_string(reference->obstacle);
  return nest->reference_count++;
}
