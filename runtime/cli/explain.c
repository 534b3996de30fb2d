/* SPDX-License-Identifier: MIT */
/* Why a program gave no hints: the first cause that fits what its statistics and its file say, with the remedy.
 * Also what was true under `run` only: a library that nothing else would load. */
#include "cli.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINK "link it with $(pageprefetch config --libs)"

/* The program with the libraries that the loader gives it. */
struct program {
  struct cli_elf elf;
  bool hinted;        /* it or one of them has an instrumented loop */
  bool needs_runtime; /* it or one of them is linked to the runtime */
  char missing[64];   /* under this name, and the loader does not find it by itself; else empty */
};

/* The loader's own list: one "name => file (address)" a line, "not found" for what it would stop at. */
static void read_libraries(const char *path, struct program *program) {
  char *argv[] = {(char *)path, NULL}, *environment[64], text[1 << 16];
  unsigned count = 0;
  extern char **environ;
  environment[count++] = "LD_TRACE_LOADED_OBJECTS=1";
  for (char **entry = environ; *entry && count < 63; entry++)
    if (!strncmp(*entry, "LD_LIBRARY_PATH=", 16))
      environment[count++] = *entry;
  environment[count] = NULL;
  if (cli_capture(argv, environment, text, sizeof text) < 0)
    return;
  char *rest = NULL;
  for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
    char name[256], file[4096];
    bool found = sscanf(line, " %255s => %4095s", name, file) == 2 && file[0] == '/';
    bool runtime = sscanf(line, " %255s", name) == 1 && !strncmp(name, "libpageprefetch.so", 18);
    struct cli_elf elf;
    if (runtime && !found && strstr(line, "not found") && strlen(name) < sizeof program->missing)
      strcpy(program->missing, name);
    program->needs_runtime |= runtime;
    if (found && !runtime && cli_elf_read(file, &elf))
      program->hinted |= elf.hinted;
  }
}

static double number(const cJSON *object, const char *name) {
  const cJSON *item = cJSON_GetObjectItem(object, name);
  return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

static bool is(const cJSON *stats, const char *name, const char *value) {
  const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(stats, name));
  return text && !strcmp(text, value);
}

/* The library wrote nothing at all. */
static const char *why_no_statistics(const struct program *program) {
  const struct cli_elf *elf = &program->elf;
  if (elf->script)
    return "it is a script, and no program that it started wrote statistics";
  if (!elf->elf)
    return "it is no ELF program";
  if (!elf->native)
    return "it is no 64-bit x86-64 program: hints are for these only";
  if (!elf->dynamic && !elf->has_runtime)
    return elf->hinted
               ? "it is linked statically, without the runtime, which cannot be preloaded there: " LINK
               : "it is linked statically, where the runtime cannot be preloaded, and no instrumented loop is to be seen in it: "
                 "compile it with $(pageprefetch config --cflags COMPILER) and " LINK;
  if (elf->privileged)
    return "it runs with raised privileges: the loader preloads nothing there, and the runtime takes nothing from the "
           "environment";
  return "it ended without exit(): by a signal, by _exit(), or by starting another program that is linked statically";
}

/* The library was there, and no loop asked. */
static const char *why_no_loops(const struct program *program, const cJSON *stats) {
  const struct cli_elf *elf = &program->elf;
  if (number(cJSON_GetObjectItem(stats, "totals"), "foreign_loops") > 0)
    return "its loops were compiled by a plugin of another version than the library: compile it again, or use that version's "
           "library";
  if (elf->native && elf->hinted && !elf->bound && !elf->has_runtime && !program->needs_runtime)
    return "it was linked without the runtime and at a fixed address (-no-pie): preloading cannot help there; " LINK;
  if (program->hinted || elf->script)
    return "no instrumented loop walked as much as min-footprint (4 MiB) in one entry, so none asked the runtime; "
           "a plan or remarks of the compiler tell which loops there are, or that it was compiled without the flag";
  if (elf->fixed && elf->stripped)
    return "no instrumented loop is to be seen; it is at a fixed address (-no-pie) and stripped: if it was compiled with the "
           "flag, " LINK;
  return "neither it nor a library that it loads at start has an instrumented loop: compile it with "
         "$(pageprefetch config --cflags COMPILER) and -O1 or more; the compiler's remarks tell why a loop is not hinted "
         "(README)";
}

/* Loops asked, and no page was read because of a hint. */
static const char *why_no_reads(const cJSON *stats) {
  const cJSON *totals = cJSON_GetObjectItem(stats, "totals");
  if (is(stats, "backend", "none"))
    return "there is no way to give hints here: see pageprefetch doctor";
  if (number(totals, "hints") == 0)
    return "its loops were entered, but none of them ran long enough to be hinted";
  if (number(totals, "refused") > 0 && number(totals, "refused") >= number(totals, "pages"))
    return "the kernel refused every page that the hints named: see pageprefetch doctor";
  if (number(totals, "read") == 0)
    return "everything that its loops walked was in memory already: there is nothing to gain";
  return NULL;
}

void cli_explain(const char *path, const cJSON *stats) {
  struct program program = {0};
  bool read = path && cli_elf_read(path, &program.elf);
  program.hinted = program.elf.hinted;
  program.needs_runtime = program.elf.needs[0];
  if (read && program.elf.dynamic && !program.elf.privileged)
    read_libraries(path, &program);
  const char *reason;
  if (!stats)
    reason = read ? why_no_statistics(&program) : "its file cannot be read";
  else if (is(stats, "mode", "off"))
    reason = "they are switched off (PAGEPREFETCH=off)";
  else if (!cJSON_GetArraySize(cJSON_GetObjectItem(stats, "loops")))
    reason = why_no_loops(&program, stats);
  else
    reason = why_no_reads(stats);
  if (reason)
    printf("no hints: %s\n", reason);
  if (program.missing[0] && stats)
    printf("without `run` it does not start: the loader does not find %s, which it needs; " LINK
           " (which names the library's place), or name that in LD_LIBRARY_PATH\n",
           program.missing);
  else if (program.elf.dynamic && program.hinted && !program.needs_runtime && !program.elf.has_runtime)
    puts("without `run` it has no hints: it is not linked to libpageprefetch (linkers with --as-needed drop a bare "
         "-lpageprefetch); " LINK);
}
