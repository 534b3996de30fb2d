/* SPDX-License-Identifier: MIT */
/* Which compiler has loaded a plugin, told by the names that it exports: a plugin in the wrong one must say so before it touches
 * anything of a compiler, and nothing but this is certain to work there. */
#ifndef STREAMS_HOST_H
#define STREAMS_HOST_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum pp_host { PP_HOST_OTHER, PP_HOST_GCC, PP_HOST_LLVM };

/* The host of this process; its major version, 0 where that cannot be told. */
enum pp_host pp_host_find(int *major);

/* Whether a plugin built for one compiler's major version can not work in another's; the message, on one line, names both and the
 * plugin to load instead. An unknown version fits. GCC's own version check is finer: its majors are not compared here. */
int pp_host_mismatch(enum pp_host built, int built_major, enum pp_host found, int found_major, char *text, size_t size);

/* For a plugin's first constructor: ends the process with that message if the host does not fit. */
void pp_host_demand(enum pp_host built, int built_major);

#ifdef __cplusplus
}
#endif
#endif
