/* SPDX-License-Identifier: MIT */
/* The options that users give to either plugin: same keys, same values, same error texts. */
#ifndef STREAMS_OPTIONS_H
#define STREAMS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* populate: what affine stores are certain to overwrite is made in bulk ahead of them, where it is new memory. */
enum { PP_OPTION_KIND_AFFINE = 1, PP_OPTION_KIND_GATHER = 2, PP_OPTION_KIND_POPULATE = 4 };

/* Plain values; plan_file is owned by the struct. */
struct pp_options {
  unsigned kinds;         /* PP_OPTION_KIND_*; default all */
  uint64_t distance;      /* iterations ahead, 0: the runtime decides */
  uint64_t strip;         /* pages a strip, 0: decided for each stream */
  uint64_t min_footprint; /* bytes a loop must walk before the runtime is asked */
  bool short_entries;     /* or as often as it finds something: unless the user named the bytes */
  char *plan_file;        /* where to write the plan, NULL: nowhere */
  bool verbose;           /* say more on standard error */
};

void pp_options_init(struct pp_options *options);
void pp_options_clear(struct pp_options *options);

/* Take one option. `version` is answered at once, on standard error: no compiler of LLVM's tells what it has loaded. value NULL
 * or "": the key was given alone. Returns true, or false with a one-line message in error that names the bad word and the valid
 * ones. */
bool pp_options_set(struct pp_options *options, const char *key, const char *value, char *error, size_t error_size);

/* Take a list of `key=value` separated by white space, as in PAGEPREFETCH_OPTIONS. NULL is an empty list. */
bool pp_options_set_list(struct pp_options *options, const char *list, char *error, size_t error_size);

/* Both plugins' version, as their compilers are told. */
extern const char pp_plugin_version[];

/* The keys, NULL-terminated, with one line of help each: for compilers that must declare options beforehand. */
struct pp_option_key {
  const char *key;
  const char *help;
};
extern const struct pp_option_key pp_option_keys[];

#ifdef __cplusplus
}
#endif
#endif
