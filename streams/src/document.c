/* SPDX-License-Identifier: MIT */
/* The plan of a translation unit as JSON: schema "pageprefetch-plan-1", the same from both compilers.
 * The file is written beside its name first and then renamed, so that a reader never sees half of it. */
#include "planner.h"
#include "words.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct pp_plan_document {
  cJSON *root;
  cJSON *functions;
};

struct pp_plan_document *pp_plan_document_new(const char *source, const char *compiler) {
  struct pp_plan_document *document = pp_allocate(1, sizeof *document);
  document->root = cJSON_CreateObject();
  cJSON_AddStringToObject(document->root, "schema", "pageprefetch-plan-1");
  cJSON_AddStringToObject(document->root, "source", source ? source : "");
  cJSON_AddStringToObject(document->root, "compiler", compiler ? compiler : "");
  document->functions = cJSON_AddArrayToObject(document->root, "functions");
  return document;
}

static void add_place(cJSON *object, const struct pp_place *place) {
  cJSON_AddStringToObject(object, "file", place->file);
  cJSON_AddNumberToObject(object, "line", place->line);
  cJSON_AddNumberToObject(object, "column", place->column);
}

static void add_number_or(cJSON *object, const char *name, uint64_t number, const char *word_for_zero) {
  if (number)
    cJSON_AddNumberToObject(object, name, (double)number);
  else
    cJSON_AddStringToObject(object, name, word_for_zero);
}

/* A step of each loop around a reference, its own first. */
static void add_strides(cJSON *object, const struct pp_plan *plan, unsigned reference) {
  const struct pp_note *note = &((const struct pp_plan_memory *)plan->memory)->notes[reference];
  cJSON *strides = cJSON_AddArrayToObject(object, "strides");
  for (unsigned level = 0; level < note->levels; level++) {
    const struct pp_stride *stride = &note->strides[level];
    if (stride->kind == PP_STRIDE_CONSTANT)
      cJSON_AddItemToArray(strides, cJSON_CreateNumber((double)stride->bytes));
    else
      cJSON_AddItemToArray(strides, cJSON_CreateString(stride->kind == PP_STRIDE_SYMBOLIC ? "symbolic" : "unknown"));
  }
}

static const char *access_name(enum pp_access access) {
  return access == PP_WRITE ? "write" : "read";
}

/* A block whose length the run decides counts as 1. */
static uint64_t element_bytes(const struct pp_nest_reference *reference) {
  return reference->bytes ? reference->bytes : 1;
}

static unsigned count_members(const struct pp_plan *plan, unsigned stream) {
  unsigned members = 0;
  for (unsigned i = 0; i < plan->reference_count; i++)
    members += plan->stream_of[i] == (int)stream;
  return members;
}

static const char *const reuse_names[] = {[PP_REUSE_UNKNOWN] = "unknown", [PP_REUSE_AGAIN] = "again", [PP_REUSE_ONCE] = "once"};

static void add_stream(cJSON *streams, const struct pp_nest *nest, const struct pp_plan *plan, unsigned number) {
  const struct pp_plan_stream *stream = &plan->streams[number];
  const struct pp_nest_reference *leader = &nest->references[stream->leader];
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "kind", stream->kind == PP_PLAN_GATHER ? "gather" : "affine");
  add_place(object, &leader->place);
  cJSON_AddStringToObject(object, "access", access_name(leader->access));
  add_strides(object, plan, stream->leader);
  cJSON_AddNumberToObject(object, "element_bytes", (double)element_bytes(leader));
  cJSON_AddNumberToObject(object, "span", (double)stream->span);
  cJSON_AddNumberToObject(object, "members", count_members(plan, number));
  cJSON_AddNumberToObject(object, "strip_level", pp_strip_level(nest, stream));
  cJSON_AddBoolToObject(object, "feeds_gather", stream->feeds_gather);
  cJSON_AddBoolToObject(object, "populate", stream->overwrites);
  cJSON_AddStringToObject(object, "reuse", reuse_names[stream->reuse]);
  add_number_or(object, "strip", plan->loops[stream->loop].strip, "runtime");
  add_number_or(object, "distance", stream->distance, "runtime");
  cJSON_AddItemToArray(streams, object);
}

static unsigned depth_of(const struct pp_nest *nest, int loop) {
  unsigned depth = 0;
  for (; loop >= 0; loop = nest->loops[loop].parent)
    depth++;
  return depth;
}

static void add_obstacle(cJSON *object, const char *name, const char *text) {
  if (text)
    cJSON_AddStringToObject(object, name, text);
  else
    cJSON_AddNullToObject(object, name);
}

static void add_program(cJSON *lines, const char *name, const struct pp_program *program) {
  char text[128];
  if (!program->instruction_count)
    return;
  snprintf(text, sizeof text, "%s: %u registers, %u carried, %u values, %u sites", name, program->register_count,
           program->carried_count, program->environment_count, program->site_count);
  cJSON_AddItemToArray(lines, cJSON_CreateString(text));
  for (unsigned i = 0; i < program->instruction_count; i++) {
    pp_program_describe(program, i, text, sizeof text);
    cJSON_AddItemToArray(lines, cJSON_CreateString(text));
  }
}

static void add_loop(cJSON *loops, const struct pp_nest *nest, const struct pp_plan *plan, unsigned number) {
  const struct pp_nest_loop *model = &nest->loops[number];
  const struct pp_plan_loop *planned = &plan->loops[number];
  cJSON *object = cJSON_CreateObject();
  add_place(object, &model->place);
  cJSON_AddNumberToObject(object, "depth", depth_of(nest, (int)number));
  if (model->trip == PP_TRIP_CONSTANT)
    cJSON_AddNumberToObject(object, "trip_count", (double)model->trip_count);
  else
    cJSON_AddStringToObject(object, "trip_count", model->trip == PP_TRIP_SYMBOLIC ? "symbolic" : "unknown");
  cJSON_AddBoolToObject(object, "strip_mined", planned->strip_mined);
  if (planned->strip_mined) {
    add_number_or(object, "strip", planned->strip, "runtime");
    cJSON_AddNumberToObject(object, "min_trips", (double)planned->min_trips);
    cJSON_AddNumberToObject(object, "least_trips", (double)planned->least);
    cJSON *lines = cJSON_AddArrayToObject(object, "program");
    add_program(lines, "walks", &planned->walks);
    add_program(lines, "slices", &planned->slices);
  }
  add_obstacle(object, "strip_obstacle", model->strip_obstacle);
  cJSON *streams = cJSON_AddArrayToObject(object, "streams");
  for (unsigned i = 0; i < plan->stream_count; i++)
    if (plan->streams[i].loop == (int)number)
      add_stream(streams, nest, plan, i);
  cJSON_AddItemToArray(loops, object);
}

static void add_declined(cJSON *list, const struct pp_nest *nest, const struct pp_plan *plan, unsigned number) {
  const struct pp_nest_reference *reference = &nest->references[number];
  cJSON *object = cJSON_CreateObject();
  add_place(object, &reference->place);
  cJSON_AddStringToObject(object, "access", access_name(reference->access));
  cJSON_AddNumberToObject(object, "element_bytes", (double)element_bytes(reference));
  cJSON_AddStringToObject(object, "reason", plan->declined[number] ? plan->declined[number] : "");
  cJSON_AddItemToArray(list, object);
}

/* The function's object: its nests come one after another. */
static cJSON *function_object(struct pp_plan_document *document, const char *name) {
  int count = cJSON_GetArraySize(document->functions);
  cJSON *last = count ? cJSON_GetArrayItem(document->functions, count - 1) : NULL;
  if (last && !strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(last, "function")), name))
    return last;
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "function", name);
  cJSON_AddArrayToObject(object, "loops");
  cJSON_AddArrayToObject(object, "declined");
  cJSON_AddItemToArray(document->functions, object);
  return object;
}

void pp_plan_document_add(struct pp_plan_document *document, const struct pp_nest *nest, const struct pp_plan *plan) {
  cJSON *function = function_object(document, nest->function);
  cJSON *loops = cJSON_GetObjectItem(function, "loops"), *declined = cJSON_GetObjectItem(function, "declined");
  for (unsigned i = 0; i < plan->loop_count; i++)
    add_loop(loops, nest, plan, i);
  for (unsigned i = 0; i < plan->reference_count; i++)
    if (plan->stream_of[i] < 0)
      add_declined(declined, nest, plan, i);
}

static bool fail(char *error, size_t error_size, const char *path, const char *doing) {
  snprintf(error, error_size, "pageprefetch: cannot %s plan file '%s': %s", doing, path, strerror(errno));
  return false;
}

static bool write_stream(FILE *stream, const char *text) {
  bool written = fputs(text, stream) >= 0 && fputc('\n', stream) != EOF;
  return (fclose(stream) == 0) && written;
}

bool pp_plan_document_write(const struct pp_plan_document *document, const char *path, char *error, size_t error_size) {
  char *text = cJSON_Print(document->root);
  if (!text) {
    errno = ENOMEM;
    return fail(error, error_size, path, "print");
  }
  /* A device or pipe, as /dev/stdout, can not be replaced by renaming: write into it. */
  struct stat status;
  bool replace = stat(path, &status) != 0 || S_ISREG(status.st_mode);
  size_t length = strlen(path) + 32;
  char *temporary = pp_allocate(length, 1);
  snprintf(temporary, length, replace ? "%s.%ld.tmp" : "%s", path, (long)getpid());
  FILE *stream = fopen(temporary, "w");
  bool written = false;
  if (!stream)
    fail(error, error_size, path, "create");
  else if (!write_stream(stream, text) || (replace && rename(temporary, path) != 0))
    fail(error, error_size, path, "write");
  else
    written = true;
  if (stream && replace && !written)
    unlink(temporary);
  free(temporary);
  free(text);
  return written;
}

void pp_plan_document_free(struct pp_plan_document *document) {
  if (!document)
    return;
  cJSON_Delete(document->root);
  free(document);
}
