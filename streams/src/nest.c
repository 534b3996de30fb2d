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
  if (count & (count - 1))
    return array;
  size_t room = count ? 2 * count : 1;
  return check_memory(realloc(array, room * size), room * size);
}

char *pp_copy_string(const char *text) {
  return text ? check_memory(strdup(text), strlen(text) + 1) : NULL;
}

struct pp_nest *pp_nest_new(const char *file, const char *function) {
  struct pp_nest *nest = pp_allocate(1, sizeof *nest);
  nest->file = pp_copy_string(file ? file : "");
  nest->function = pp_copy_string(function ? function : "");
  nest->result = PP_NONE;
  return nest;
}

void pp_nest_free(struct pp_nest *nest) {
  if (!nest)
    return;
  for (unsigned i = 0; i < nest->loop_count; i++) {
    free((char *)nest->loops[i].place.file);
    free((char *)nest->loops[i].strip_obstacle);
  }
  for (unsigned i = 0; i < nest->value_count; i++) {
    free((struct pp_incoming *)nest->values[i].incoming);
    free((char *)nest->values[i].why);
  }
  for (unsigned i = 0; i < nest->reference_count; i++) {
    free((char *)nest->references[i].place.file);
    free((char *)nest->references[i].obstacle);
  }
  free(nest->loops);
  free(nest->blocks);
  free(nest->values);
  free(nest->references);
  free(nest->file);
  free(nest->function);
  free(nest);
}

int pp_nest_add_loop(struct pp_nest *nest, const struct pp_nest_loop *loop) {
  nest->loops = pp_grow(nest->loops, nest->loop_count, sizeof *loop);
  struct pp_nest_loop *copy = &nest->loops[nest->loop_count];
  *copy = *loop;
  copy->place.file = pp_copy_string(loop->place.file ? loop->place.file : "");
  copy->strip_obstacle = pp_copy_string(loop->strip_obstacle);
  return (int)nest->loop_count++;
}

int pp_nest_add_block(struct pp_nest *nest, const struct pp_nest_block *block) {
  nest->blocks = pp_grow(nest->blocks, nest->block_count, sizeof *block);
  nest->blocks[nest->block_count] = *block;
  return (int)nest->block_count++;
}

static const struct pp_incoming *copy_incoming(const struct pp_incoming *incoming, unsigned count) {
  struct pp_incoming *copy = pp_allocate(count, sizeof *copy);
  if (count)
    memcpy(copy, incoming, count * sizeof *copy);
  return copy;
}

static unsigned operands_of(const struct pp_nest_value *value) {
  if (value->kind == PP_VALUE_LOAD)
    return 1;
  if (value->kind != PP_VALUE_OPERATION)
    return 0;
  switch (value->operation) {
  case PP_EXTEND_ZERO:
  case PP_EXTEND_SIGN:
  case PP_TRUNCATE:
    return 1;
  case PP_SELECT:
    return 3;
  default:
    return 2;
  }
}

/* A plugin that loses an operand costs a stream, not the compilation. */
static bool has_operands(const struct pp_nest *nest, const struct pp_nest_value *value) {
  for (unsigned i = 0; i < operands_of(value); i++)
    if (value->operand[i] < 0 || (unsigned)value->operand[i] >= nest->value_count)
      return false;
  return true;
}

int pp_nest_add_value(struct pp_nest *nest, const struct pp_nest_value *value) {
  if (!has_operands(nest, value)) {
    struct pp_nest_value unknown = {.kind = PP_VALUE_UNKNOWN,
                                    .bits = value->bits,
                                    .block = value->block,
                                    .operand = {PP_NONE, PP_NONE, PP_NONE},
                                    .why = "the plugin has lost an operand of it (please report this)"};
    return pp_nest_add_value(nest, &unknown);
  }
  nest->values = pp_grow(nest->values, nest->value_count, sizeof *value);
  struct pp_nest_value *copy = &nest->values[nest->value_count];
  *copy = *value;
  copy->incoming = copy_incoming(value->incoming, value->incoming_count);
  copy->why = pp_copy_string(value->why);
  return (int)nest->value_count++;
}

int pp_nest_add_reference(struct pp_nest *nest, const struct pp_nest_reference *reference) {
  nest->references = pp_grow(nest->references, nest->reference_count, sizeof *reference);
  struct pp_nest_reference *copy = &nest->references[nest->reference_count];
  *copy = *reference;
  copy->place.file = pp_copy_string(reference->place.file ? reference->place.file : "");
  copy->obstacle = pp_copy_string(reference->obstacle);
  return (int)nest->reference_count++;
}

void pp_nest_set_incoming(struct pp_nest *nest, int phi, const struct pp_incoming *incoming, unsigned count) {
  struct pp_nest_value *value = &nest->values[phi];
  free((struct pp_incoming *)value->incoming);
  value->incoming = copy_incoming(incoming, count);
  value->incoming_count = count;
}

void pp_nest_set_block(struct pp_nest *nest, int number, const struct pp_nest_block *block) {
  nest->blocks[number] = *block;
}

void pp_nest_set_header(struct pp_nest *nest, int loop, int block) {
  nest->loops[loop].header = block;
}

void pp_nest_set_result(struct pp_nest *nest, int value) {
  nest->result = value;
}

unsigned pp_nest_value_count(const struct pp_nest *nest) {
  return nest->value_count;
}

const struct pp_nest_loop *pp_nest_loop_at(const struct pp_nest *nest, int loop) {
  return &nest->loops[loop];
}

const struct pp_nest_reference *pp_nest_reference_at(const struct pp_nest *nest, int reference) {
  return &nest->references[reference];
}

const struct pp_nest_value *pp_nest_value_at(const struct pp_nest *nest, int value) {
  return &nest->values[value];
}
