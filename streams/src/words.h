/* SPDX-License-Identifier: MIT */
/* What the texts and the document tell alike. */
#ifndef STREAMS_WORDS_H
#define STREAMS_WORDS_H

#include "streams/plan.h"

/* Loops between the one around a stream's leader and the one from which it is hinted. */
unsigned pp_strip_level(const struct pp_nest *nest, const struct pp_plan_stream *stream);
/* One instruction as a line. Returns what snprintf would. */
int pp_program_describe(const struct pp_program *program, unsigned number, char *text, size_t size);

#endif
