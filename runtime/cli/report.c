/* SPDX-License-Identifier: MIT */
/* pageprefetch report: a PAGEPREFETCH_STATS file as a table by source line.
 * One row a site; what a column means is told below the table. */
#include "cli.h"

#include <argp.h>
#include <stdbool.h>
#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double number(const cJSON *object, const char *name) {
  const cJSON *item = cJSON_GetObjectItem(object, name);
  return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

static const char *string(const cJSON *object, const char *name) {
  const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(object, name));
  return text ? text : "?";
}

/* The whole file as a string, or NULL with errno set. */
static char *read_file(const char *path) {
  FILE *stream = fopen(path, "re");
  if (!stream)
    return NULL;
  size_t used = 0, size = 1 << 16;
  char *text = malloc(size);
  while (text) {
    used += fread(text + used, 1, size - used - 1, stream);
    if (used + 1 < size)
      break;
    char *larger = realloc(text, size *= 2);
    if (!larger)
      free(text);
    text = larger;
  }
  fclose(stream);
  if (text)
    text[used] = 0;
  return text;
}

static void print_site(const cJSON *loop, const cJSON *site) {
  char place[256];
  snprintf(place, sizeof place, "%s:%.0f:%.0f", string(site, "file"), number(site, "line"), number(site, "column"));
  printf("%-36s %-20s %-7s %-8s %9.0f %10.0f %10.0f %10.0f %8.0f %8.0f %8.0f\n", place, string(loop, "function"),
         string(site, "kind"), string(site, "state"), number(site, "hints"), number(site, "pages"), number(site, "read"),
         number(site, "resident"), number(site, "refused"), number(loop, "major_faults"), number(loop, "late"));
}

/* Pages by fate, from a backend that tells. */
static void print_fates(const cJSON *backend) {
  const cJSON *fate, *fates = cJSON_GetObjectItem(backend, "fates");
  const char *between = "";
  if (!cJSON_GetArraySize(fates))
    return;
  printf("pages through %s: ", string(backend, "name"));
  cJSON_ArrayForEach(fate, fates) {
    printf("%s%s %.0f", between, fate->string, cJSON_IsNumber(fate) ? fate->valuedouble : 0);
    between = ", ";
  }
  putchar('\n');
}

void cli_print_report(const cJSON *stats) {
  const cJSON *totals = cJSON_GetObjectItem(stats, "totals"), *loop, *site, *backend;
  printf(
      "mode %s, backend %s: %.0f hints, %.0f pages, %.0f of them read, %.0f refused, %.0f repeats dropped, %.0f system calls\n",
      string(stats, "mode"), string(stats, "backend"), number(totals, "hints"), number(totals, "pages"), number(totals, "read"),
      number(totals, "refused"), number(totals, "repeats"), number(totals, "calls"));
  cJSON_ArrayForEach(backend, cJSON_GetObjectItem(stats, "backends")) if (number(backend, "failed_calls") > 0)
      printf("backend %s: %.0f of %.0f calls failed\n", string(backend, "name"), number(backend, "failed_calls"),
             number(backend, "calls"));
  cJSON_ArrayForEach(backend, cJSON_GetObjectItem(stats, "backends")) print_fates(backend);
  const cJSON *loops = cJSON_GetObjectItem(stats, "loops");
  if (!cJSON_GetArraySize(loops))
    return;
  printf("%-36s %-20s %-7s %-8s %9s %10s %10s %10s %8s %8s %8s\n", "site", "function", "kind", "state", "hints", "pages", "read",
         "resident", "refused", "major", "late");
  cJSON_ArrayForEach(loop, loops) cJSON_ArrayForEach(site, cJSON_GetObjectItem(loop, "sites")) print_site(loop, site);
  puts("read: pages that the hint found absent and started to read; resident: already in memory; major: faults of the loop that "
       "no hint "
       "prevented;\nlate: times that the loop slept, for pages still under way or for reasons of its own.");
}

cJSON *cli_read_report(const char *path, bool may_be_empty) {
  char *text = read_file(path);
  if (!text) {
    fprintf(stderr, "pageprefetch: report: cannot read '%s': %s\n", path, strerror(errno));
    return NULL;
  }
  cJSON *stats = cJSON_Parse(text);
  if (stats && strcmp(string(stats, "schema"), "pageprefetch-stats-1")) {
    cJSON_Delete(stats);
    stats = NULL;
  }
  if (!stats && (*text || !may_be_empty))
    fprintf(stderr, "pageprefetch: report: '%s' %s; give a file that PAGEPREFETCH_STATS named\n", path,
            *text ? "is not a pageprefetch-stats-1 document"
                  : "is empty: the program did not load the library or did not exit normally");
  free(text);
  return stats;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
  switch (key) {
  case ARGP_KEY_ARG:
    if (state->arg_num)
      argp_error(state, "one file only, '%s' is the second", argument);
    *(const char **)state->input = argument;
    return 0;
  case ARGP_KEY_NO_ARGS:
    argp_error(state, "no file given");
    return EINVAL;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

int cli_report(int argc, char **argv) {
  static const struct argp argp = {
      .parser = parse, .args_doc = "FILE", .doc = "Print the statistics that PAGEPREFETCH_STATS=FILE left."};
  const char *path = NULL;
  if (argp_parse(&argp, argc, argv, 0, NULL, &path))
    return 2;
  cJSON *stats = cli_read_report(path, false);
  if (!stats)
    return 1;
  cli_print_report(stats);
  if (!cJSON_GetArraySize(cJSON_GetObjectItem(stats, "loops")))
    puts("no loop was large enough to ask, or the program was not compiled with the plugin: pageprefetch run tells which");
  cJSON_Delete(stats);
  return 0;
}
