/* SPDX-License-Identifier: MIT */
/* Parsing of the options that both plugins take, from the command line or PAGEPREFETCH_OPTIONS.
 * Every error names the bad word and what would have been valid. */
#include "nest_data.h"
#include "pageprefetch_abi.h"
#include "streams/options.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char pp_plugin_version[] = PP_VERSION;

const struct pp_option_key pp_option_keys[] = {
    {"kinds", "kinds of streams to hint: affine,gather,populate (default: all)"},
    {"distance", "iterations ahead of use, or auto: the runtime decides"},
    {"strip", "pages between two decisions, or auto"},
    {"min-footprint", "bytes that a loop must walk before the runtime is asked (K, M, G; default 4M)"},
    {"plan", "file to write the plan to, as JSON"},
    {"verbose", "tell on standard error what is planned for each loop"},
    {"version", "tell the plugin's version on standard error"},
    {NULL, NULL},
};

void pp_options_init(struct pp_options *options) {
  *options = (struct pp_options){
      .kinds = PP_OPTION_KIND_AFFINE | PP_OPTION_KIND_GATHER | PP_OPTION_KIND_POPULATE,
      .min_footprint = UINT64_C(4) << 20,
      .short_entries = true,
  };
}

void pp_options_clear(struct pp_options *options) {
  free(options->plan_file);
  options->plan_file = NULL;
}

/* A whole number with an optional K, M or G. */
static bool parse_size(const char *value, uint64_t *number) {
  if (!isdigit((unsigned char)value[0]))
    return false;
  errno = 0;
  char *end;
  unsigned long long parsed = strtoull(value, &end, 10);
  unsigned shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
  if (shift)
    end++;
  if (errno || *end || parsed > (UINT64_MAX >> shift))
    return false;
  *number = (uint64_t)parsed << shift;
  return true;
}

static bool set_size(const char *key, const char *value, bool automatic, uint64_t *number, char *error, size_t error_size) {
  if (automatic && !strcmp(value, "auto")) {
    *number = 0;
    return true;
  }
  if (parse_size(value, number) && *number > 0)
    return true;
  snprintf(error, error_size,
           "pageprefetch: bad value '%s' for option '%s': give a whole number from 1, with K, M or G if you like%s", value, key,
           automatic ? ", or 'auto'" : "");
  return false;
}

/* The ABI has 32 bits for it. */
static bool set_distance(const char *value, uint64_t *distance, char *error, size_t error_size) {
  if (!set_size("distance", value, true, distance, error, error_size))
    return false;
  if (*distance <= UINT32_MAX)
    return true;
  snprintf(error, error_size, "pageprefetch: bad value '%s' for option 'distance': at most %" PRIu32 " iterations", value,
           UINT32_MAX);
  return false;
}

static bool set_kinds(const char *value, unsigned *kinds, char *error, size_t error_size) {
  unsigned found = 0;
  for (const char *word = value; *word;) {
    size_t length = strcspn(word, ",");
    if (length == 6 && !strncmp(word, "affine", 6))
      found |= PP_OPTION_KIND_AFFINE;
    else if (length == 6 && !strncmp(word, "gather", 6))
      found |= PP_OPTION_KIND_GATHER;
    else if (length == 8 && !strncmp(word, "populate", 8))
      found |= PP_OPTION_KIND_POPULATE;
    else {
      bool planned = length == 5 && !strncmp(word, "chase", 5);
      snprintf(
          error, error_size,
          "pageprefetch: %s '%.*s' in option 'kinds': give a list of 'affine' and 'gather', and 'populate' beside 'affine', as "
          "kinds=affine,gather",
          planned ? "this version does not insert kind" : "unknown kind", (int)length, word);
      return false;
    }
    word += length + (word[length] == ',');
  }
  if (!(found & (PP_OPTION_KIND_AFFINE | PP_OPTION_KIND_GATHER))) {
    snprintf(error, error_size,
             "pageprefetch: option 'kinds' is empty%s: give a list of 'affine' and 'gather', as kinds=affine,gather",
             found ? " but for 'populate', which is about affine stores" : "");
    return false;
  }
  *kinds = found;
  return true;
}

static bool set_verbose(const char *value, bool *verbose, char *error, size_t error_size) {
  if (!*value || !strcmp(value, "1") || !strcmp(value, "true"))
    *verbose = true;
  else if (!strcmp(value, "0") || !strcmp(value, "false"))
    *verbose = false;
  else {
    snprintf(error, error_size, "pageprefetch: bad value '%s' for option 'verbose': give it alone, or 0 or 1", value);
    return false;
  }
  return true;
}

static bool set_plan_file(const char *value, char **plan_file, char *error, size_t error_size) {
  if (!*value) {
    snprintf(error, error_size, "pageprefetch: option 'plan' needs a file name, as plan=out.json");
    return false;
  }
  free(*plan_file);
  *plan_file = pp_copy_string(value);
  return true;
}

static bool tell_version(const char *value, char *error, size_t error_size) {
  if (*value) {
    snprintf(error, error_size, "pageprefetch: bad value '%s' for option 'version': give it alone", value);
    return false;
  }
  fprintf(stderr, "pageprefetch: plugin of version %s, ABI version %d\n", pp_plugin_version, PP_ABI_VERSION);
  return true;
}

static bool unknown_key(const char *key, char *error, size_t error_size) {
  int used = snprintf(error, error_size, "pageprefetch: unknown option '%s': valid are", key);
  for (const struct pp_option_key *known = pp_option_keys; known->key && used >= 0 && (size_t)used < error_size; known++)
    used += snprintf(error + used, error_size - (size_t)used, "%s %s", known == pp_option_keys ? "" : ",", known->key);
  return false;
}

bool pp_options_set(struct pp_options *options, const char *key, const char *value, char *error, size_t error_size) {
  if (!value)
    value = "";
  if (!strcmp(key, "kinds"))
    return set_kinds(value, &options->kinds, error, error_size);
  if (!strcmp(key, "distance"))
    return set_distance(value, &options->distance, error, error_size);
  if (!strcmp(key, "strip"))
    return set_size(key, value, true, &options->strip, error, error_size);
  if (!strcmp(key, "min-footprint")) {
    options->short_entries = false;
    return set_size(key, value, false, &options->min_footprint, error, error_size);
  }
  if (!strcmp(key, "plan"))
    return set_plan_file(value, &options->plan_file, error, error_size);
  if (!strcmp(key, "verbose"))
    return set_verbose(value, &options->verbose, error, error_size);
  if (!strcmp(key, "version"))
    return tell_version(value, error, error_size);
  return unknown_key(key, error, error_size);
}

bool pp_options_set_list(struct pp_options *options, const char *list, char *error, size_t error_size) {
  char *copy = pp_copy_string(list ? list : "");
  bool valid = true;
  char *rest;
  for (char *word = strtok_r(copy, " \t\n", &rest); word && valid; word = strtok_r(NULL, " \t\n", &rest)) {
    char *value = strchr(word, '=');
    if (value)
      *value++ = 0;
    valid = pp_options_set(options, word, value, error, error_size);
  }
  free(copy);
  return valid;
}
