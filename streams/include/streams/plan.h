/* SPDX-License-Identifier: MIT */
/* The planner: which streams of a nest are hinted, at which loop, in what strips, and why the others are not.
 * Same nest, same options, same plan, whichever compiler asks. */
#ifndef STREAMS_PLAN_H
#define STREAMS_PLAN_H

#include "streams/nest.h"
#include "streams/options.h"

#include "pageprefetch_program.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum pp_plan_kind { PP_PLAN_AFFINE = 1, PP_PLAN_GATHER = 2 }; /* values of enum pp_kind in the ABI */

/* Whether the pages of a stream are touched again while its nest runs, neighbours in a stencil apart: whether they are worth
 * keeping behind the loop. */
enum pp_plan_reuse {
  PP_REUSE_UNKNOWN, /* a gather's places: the data decides */
  PP_REUSE_AGAIN,   /* a loop around walks the same, or what lies near by, once more in each iteration */
  PP_REUSE_ONCE,    /* a loop around, if any, goes on to other places */
};

struct pp_plan_stream {
  enum pp_plan_kind kind;
  unsigned leader;   /* reference whose address is computed */
  int loop;          /* loop between whose strips the stream is hinted: the leader's loop, or one around it */
  uint64_t span;     /* constant bytes that one iteration of the leader touches, for all members; the site's element_bytes */
  bool feeds_gather; /* PP_SITE_INDEX */
  bool overwrites;   /* PP_SITE_OVERWRITES */
  bool counted;      /* PP_SITE_COUNTED */
  enum pp_plan_reuse reuse; /* PP_SITE_AGAIN, PP_SITE_ONCE */
  uint64_t distance;        /* iterations, 0: the runtime decides */
};

struct pp_plan_loop {
  bool strip_mined;
  bool dealt;         /* the plugin's: threads take its iterations in turns, and hints run ahead of all of them (PP_DEALT) */
  uint64_t strip;     /* iterations of an awake strip, 0: the runtime decides */
  uint64_t min_trips; /* an entry of at least as many iterations is worth asking the runtime for by itself */
  uint64_t least;     /* so are shorter ones down to here, as long as the runtime finds something to hint in them */
  /* What the one call between strips hands to the programs: numbers of the nest's values, none of which is computed inside of
   * this loop. Slot i of the environment is environment[i], zero-extended to 64 bits. Constants are among them only where a
   * carried register starts as one. */
  unsigned environment_count;
  int *environment;
  /* Slice programs of the loop; instruction_count 0: none. See pageprefetch_program.h. Their sites are numbers within the loop:
   * 0 for the first stream of this loop in the plan's order. Owned by the plan. */
  struct pp_program walks, slices;
};

struct pp_plan {
  unsigned stream_count;
  struct pp_plan_stream *streams; /* streams of one loop stand together, index streams before the gathers that they feed */
  unsigned loop_count;
  struct pp_plan_loop *loops; /* by the nest's loop numbers */
  unsigned reference_count;
  int *stream_of;        /* by the nest's reference numbers: the stream that covers it, or -1 */
  const char **declined; /* by the nest's reference numbers: the reason, NULL where a stream covers it; static or the plan's */
  void *memory;          /* the planner's own */
};

/* Plan a nest. Never NULL. Free with pp_plan_free; the nest must outlive the plan. */
struct pp_plan *pp_plan_nest(const struct pp_nest *nest, const struct pp_options *options);
void pp_plan_free(struct pp_plan *plan);

/* One line for the compilers' remarks, without place and without a full stop. Return what snprintf would. */
int pp_plan_describe_stream(const struct pp_nest *nest, const struct pp_plan *plan, unsigned stream, char *text, size_t size);
int pp_plan_describe_declined(const struct pp_nest *nest, const struct pp_plan *plan, unsigned reference, char *text,
                              size_t size);

/* Of a stream in a loop that OpenMP deals out in chunks, and of which the plugin can not ask as a whole: which chunks are hinted.
 */
int pp_plan_describe_chunks(const struct pp_plan *plan, unsigned stream, char *text, size_t size);

/* The plans of a translation unit as one JSON document. Thread-compatible. */
struct pp_plan_document;
/* `source`: the translation unit; `compiler`: name and version, as "gcc 12.2.0". Copied. */
struct pp_plan_document *pp_plan_document_new(const char *source, const char *compiler);
/* Adds what was decided for a nest; nest and plan may be freed afterwards. */
void pp_plan_document_add(struct pp_plan_document *document, const struct pp_nest *nest, const struct pp_plan *plan);
/* Takes a reference or stream that the plugin could not emit after all: call before pp_plan_document_add. */
void pp_plan_withdraw_loop(struct pp_plan *plan, const struct pp_nest *nest, int loop, const char *reason);
/* The plugin asks for a loop that threads take in turns: its chunks are then asked for by themselves only where they are long. */
void pp_plan_deal(struct pp_plan_loop *loop);
/* Writes the document, whole or not at all. Returns true, or false with a message that names the file and the reason. */
bool pp_plan_document_write(const struct pp_plan_document *document, const char *path, char *error, size_t error_size);
void pp_plan_document_free(struct pp_plan_document *document);

#ifdef __cplusplus
}
#endif
#endif
