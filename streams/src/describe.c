/* SPDX-License-Identifier: MIT */
/* The plan in words: one line a decision, the same from both compilers, and programs as lines to read and to compare.
 * Remarks of the compilers and the JSON's reasons come from here. */
#include "planner.h"
#include "words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *kind_name(enum pp_plan_kind kind) {
  return kind == PP_PLAN_GATHER ? "gather" : "affine";
}

static const char *verb(enum pp_access access) {
  return access == PP_WRITE ? "writes" : "reads";
}

unsigned pp_strip_level(const struct pp_nest *nest, const struct pp_plan_stream *stream) {
  unsigned level = 0;
  for (int loop = nest->blocks[nest->references[stream->leader].block].loop; loop >= 0 && loop != stream->loop;
       loop = nest->loops[loop].parent)
    level++;
  return level;
}

static void stride_text(const struct pp_stride *stride, char *text, size_t size) {
  if (stride->kind == PP_STRIDE_CONSTANT)
    snprintf(text, size, "stride %" PRId64, stride->bytes);
  else
    snprintf(text, size, "%s", stride->kind == PP_STRIDE_SYMBOLIC ? "symbolic stride" : "unknown stride");
}

static void step_text(const struct pp_plan *plan, const struct pp_plan_stream *stream, unsigned level, char *text, size_t size) {
  const struct pp_note *note = &((const struct pp_plan_memory *)plan->memory)->notes[stream->leader];
  if (stream->kind == PP_PLAN_AFFINE && level < note->levels)
    stride_text(&note->strides[level], text, size);
  else if (note->loads)
    snprintf(text, size, "%u index load%s", note->loads, note->loads == 1 ? "" : "s");
  else
    snprintf(text, size, "computed");
}

int pp_plan_describe_stream(const struct pp_nest *nest, const struct pp_plan *plan, unsigned stream, char *text, size_t size) {
  const struct pp_plan_stream *planned = &plan->streams[stream];
  const struct pp_nest_reference *leader = &nest->references[planned->leader];
  const struct pp_plan_loop *loop = &plan->loops[planned->loop];
  unsigned level = pp_strip_level(nest, planned);
  char where[64] = "", strip[64] = "strips set at run time", step[48];
  if (loop->strip)
    snprintf(strip, sizeof strip, "strips of %" PRIu64 " iterations", loop->strip);
  step_text(plan, planned, level, step, sizeof step);
  if (level)
    snprintf(where, sizeof where, ", %s loop%s further out",
             level == 1   ? "one"
             : level == 2 ? "two"
                          : "some",
             level == 1 ? "" : "s");
  return snprintf(text, size, "%s stream inserted: %s %" PRIu64 " bytes, %s%s, %s%s", kind_name(planned->kind),
                  verb(leader->access), planned->span, step, where, strip,
                  planned->overwrites ? "; new memory is made ahead of it" : "");
}

int pp_plan_describe_declined(const struct pp_nest *nest, const struct pp_plan *plan, unsigned reference, char *text,
                              size_t size) {
  const struct pp_nest_reference *declined = &nest->references[reference];
  return snprintf(text, size, "not hinted: %s %" PRIu64 " bytes: %s", verb(declined->access),
                  declined->bytes ? declined->bytes : 1,
                  plan->declined[reference] ? plan->declined[reference] : "it is part of a stream");
}

int pp_plan_describe_chunks(const struct pp_plan *plan, unsigned stream, char *text, size_t size) {
  return snprintf(text, size,
                  "hinted in chunks of at least %" PRIu64
                  " iterations only: OpenMP deals the loop out in chunks, and where one begins does not tell its addresses; "
                  "give larger ones, or schedule(static)",
                  plan->loops[plan->streams[stream].loop].min_trips);
}

static const char *const names[PP_OPS] = {
    [PP_OP_END] = "end",
    [PP_OP_STOP] = "stop",
    [PP_OP_CONSTANT] = "constant",
    [PP_OP_ITERATION] = "iteration",
    [PP_OP_ENVIRONMENT] = "environment",
    [PP_OP_COPY] = "copy",
    [PP_OP_ADD] = "add",
    [PP_OP_SUBTRACT] = "subtract",
    [PP_OP_MULTIPLY] = "multiply",
    [PP_OP_MULTIPLY_HIGH] = "multiply-high",
    [PP_OP_AND] = "and",
    [PP_OP_OR] = "or",
    [PP_OP_XOR] = "xor",
    [PP_OP_SHIFT_LEFT] = "shift-left",
    [PP_OP_SHIFT_RIGHT] = "shift-right",
    [PP_OP_SHIFT_RIGHT_SIGNED] = "shift-right-signed",
    [PP_OP_EQUAL] = "equal",
    [PP_OP_NOT_EQUAL] = "not-equal",
    [PP_OP_ULESS] = "less",
    [PP_OP_ULESS_EQUAL] = "less-equal",
    [PP_OP_SLESS] = "less-signed",
    [PP_OP_SLESS_EQUAL] = "less-equal-signed",
    [PP_OP_UDIVIDE] = "divide",
    [PP_OP_UREMAINDER] = "remainder",
    [PP_OP_SDIVIDE] = "divide-signed",
    [PP_OP_SREMAINDER] = "remainder-signed",
    [PP_OP_EXTEND] = "extend",
    [PP_OP_EXTEND_SIGNED] = "extend-signed",
    [PP_OP_SELECT] = "select",
    [PP_OP_LOAD] = "load",
    [PP_OP_SKIP_IF] = "skip-if",
    [PP_OP_SKIP_UNLESS] = "skip-unless",
    [PP_OP_REPEAT_IF] = "repeat-if",
    [PP_OP_HINT] = "hint",
    [PP_OP_WALK] = "walk",
};

static void right_text(const struct pp_instruction *in, char *text, size_t size) {
  if (in->flags & PP_RIGHT_IMMEDIATE)
    snprintf(text, size, "%" PRId64, in->immediate);
  else if (in->flags & PP_RIGHT_ENVIRONMENT)
    snprintf(text, size, "v%" PRId64, in->immediate);
  else
    snprintf(text, size, "r%u", in->right);
}

int pp_program_describe(const struct pp_program *program, unsigned number, char *text, size_t size) {
  const struct pp_instruction *in = &program->instructions[number];
  const char *name = names[in->op];
  char right[32];
  right_text(in, right, sizeof right);
  switch (in->op) {
  case PP_OP_END:
  case PP_OP_STOP:
    return snprintf(text, size, "%u: %s", number, name);
  case PP_OP_CONSTANT:
    return snprintf(text, size, "%u: r%u = %" PRId64, number, in->to, in->immediate);
  case PP_OP_ITERATION:
    return snprintf(text, size, "%u: r%u = iteration", number, in->to);
  case PP_OP_ENVIRONMENT:
    return snprintf(text, size, "%u: r%u = v%" PRId64, number, in->to, in->immediate);
  case PP_OP_COPY:
    return snprintf(text, size, "%u: r%u = r%u", number, in->to, in->left);
  case PP_OP_EXTEND:
  case PP_OP_EXTEND_SIGNED:
  case PP_OP_LOAD:
    return snprintf(text, size, "%u: r%u = %s.%u r%u", number, in->to, name, in->bytes, in->left);
  case PP_OP_SELECT:
    return snprintf(text, size, "%u: r%u = select r%u, r%u, r%u", number, in->to, in->third, in->left, in->right);
  case PP_OP_SKIP_IF:
  case PP_OP_SKIP_UNLESS:
  case PP_OP_REPEAT_IF:
    return snprintf(text, size, "%u: %s r%u, %" PRId64, number, name, in->left, in->immediate);
  case PP_OP_HINT:
    return snprintf(text, size, "%u: hint site %u at r%u, %s bytes", number, in->to, in->left, right);
  case PP_OP_WALK:
    return snprintf(text, size, "%u: walk site %u at r%u, step r%u, r%u bytes", number, in->to, in->left, in->right, in->third);
  default:
    return snprintf(text, size, "%u: r%u = %s r%u, %s", number, in->to, name, in->left, right);
  }
}
