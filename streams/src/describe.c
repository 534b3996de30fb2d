/* SPDX-License-Identifier: MIT */
/* The plan in words: one line a decision, the same from both compilers.
 * Remarks of the compilers and the JSON's reasons come from here. */
#include "nest_data.h"
#include "streams/plan.h"

#include <inttypes.h>

static const char *kind_name(enum pp_plan_kind kind) {
  return kind == PP_PLAN_GATHER ? "gather" : "affine";
}

static const char *verb(enum pp_access access) {
  return access == PP_WRITE ? "writes" : "reads";
}

static void stride_text(const struct pp_stride *stride, char *text, size_t size) {
  if (stride->kind == PP_STRIDE_CONSTANT)
    snprintf(text, size, "stride %" PRId64, stride->bytes);
  else
    snprintf(text, size, "%s", stride->kind == PP_STRIDE_SYMBOLIC ? "symbolic stride" : "unknown stride");
}

int pp_plan_describe_stream(const struct pp_nest *nest, const struct pp_plan *plan, unsigned stream, char *text, size_t size) {
  const struct pp_plan_stream *planned = &plan->streams[stream];
  const struct pp_nest_reference *leader = &nest->references[planned->leader];
  const struct pp_plan_loop *loop = &plan->loops[planned->loop];
  char where[64], strip[64] = "strips set at run time", step[48];
  if (loop->strip)
    snprintf(strip, sizeof strip, "strips of %" PRIu64 " iterations", loop->strip);
  if (planned->kind == PP_PLAN_GATHER)
    snprintf(step, sizeof step, "%u index load%s", leader->index_count, leader->index_count == 1 ? "" : "s");
  else
    stride_text(&leader->stride[planned->whole_inner], step, sizeof step);
  snprintf(where, sizeof where, "%s", planned->whole_inner ? ", one loop further out" : "");
  return snprintf(text, size, "%s stream inserted: %s %" PRIu64 " bytes, %s%s, %s", kind_name(planned->kind),
                  verb(leader->access), planned->span, step, where, strip);
}

int pp_plan_describe_declined(const struct pp_nest *nest, const struct pp_plan *plan, unsigned reference, char *text,
                              size_t size) {
  const struct pp_nest_reference *declined = &nest->references[reference];
  return snprintf(text, size, "not hinted: %s %" PRIu64 " bytes: %s", verb(declined->access), declined->bytes,
                  plan->declined[reference] ? plan->declined[reference] : "it is part of a stream");
}
