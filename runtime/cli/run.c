/* SPDX-License-Identifier: MIT */
/* pageprefetch run: a program with the library preloaded and statistics on, then the report.
 * The program's own exit code is ours. */
#include "cli.h"

#include <argp.h>
#include <cjson/cJSON.h>
#include <stdbool.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct request {
  const char *library, *mode, *backend;
  char **program;
};

static const struct argp_option options[] = {
    {"library", 'l', "FILE", 0, "libpageprefetch.so to preload (default: beside this program)", 0},
    {"mode", 'm', "auto|always|off", 0, "as PAGEPREFETCH", 0},
    {"backend", 'b', "NAME", 0, "as PAGEPREFETCH_BACKEND", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
  struct request *request = state->input;
  switch (key) {
  case 'l':
    request->library = argument;
    return 0;
  case 'm':
    request->mode = argument;
    return 0;
  case 'b':
    request->backend = argument;
    return 0;
  case ARGP_KEY_ARG:
    request->program = &state->argv[state->next - 1];
    state->next = state->argc;
    return 0;
  case ARGP_KEY_NO_ARGS:
    argp_error(state, "no program given; write it after --");
    return EINVAL;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static void set_environment(const struct request *request, const char *stats) {
  const char *before = getenv("LD_PRELOAD");
  size_t size = strlen(request->library) + (before ? strlen(before) : 0) + 2;
  char *preload = malloc(size);
  if (!preload)
    return;
  snprintf(preload, size, "%s%s%s", request->library, before ? ":" : "", before ? before : "");
  setenv("LD_PRELOAD", preload, 1);
  setenv("PAGEPREFETCH_STATS", stats, 1);
  if (request->mode)
    setenv("PAGEPREFETCH", request->mode, 1);
  if (request->backend)
    setenv("PAGEPREFETCH_BACKEND", request->backend, 1);
  free(preload);
}

/* The library to preload as a path that the loader takes as it is: it would only warn of one that it cannot load. */
static bool find_library(struct request *request) {
  char *found = request->library ? realpath(request->library, NULL) : cli_library("libpageprefetch.so");
  if (!found) {
    fprintf(stderr, "pageprefetch: run: %s: %s; name the library with --library FILE\n",
            request->library ? request->library : "libpageprefetch.so", strerror(errno));
    return false;
  }
  if (strpbrk(found, " :")) {
    fprintf(stderr, "pageprefetch: run: '%s' has blanks or colons, which LD_PRELOAD takes apart: install the library elsewhere\n",
            found);
    return false;
  }
  request->library = found;
  return true;
}

static void report(const struct request *request, const char *path) {
  cJSON *stats = cli_read_report(path, true);
  char *program = cli_find_program(request->program[0]);
  fflush(stderr);
  if (stats)
    cli_print_report(stats);
  cli_explain(program, stats);
  free(program);
  cJSON_Delete(stats);
}

static int wait_for(pid_t child) {
  int status;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) {
      perror("pageprefetch: run: waitpid");
      return 125;
    }
  if (!WIFSIGNALED(status))
    return WEXITSTATUS(status);
  fprintf(stderr, "pageprefetch: run: the program was ended by signal %d (%s)\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
  return 128 + WTERMSIG(status);
}

int cli_run(int argc, char **argv) {
  static const struct argp argp = {
      options, parse, "-- PROGRAM [ARGUMENTS]", "Run a program with hints and statistics, then report.", NULL, NULL, NULL};
  struct request request = {0};
  if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &request))
    return 2;
  if (!find_library(&request))
    return 125;
  char stats[PATH_MAX];
  const char *folder = getenv("TMPDIR");
  snprintf(stats, sizeof stats, "%s/pageprefetch-stats-XXXXXX", folder && *folder ? folder : "/tmp");
  int descriptor = mkstemp(stats);
  if (descriptor < 0) {
    fprintf(stderr, "pageprefetch: run: cannot create %s: %s; name another folder in TMPDIR\n", stats, strerror(errno));
    return 125;
  }
  close(descriptor);
  pid_t child = fork();
  if (child == 0) {
    set_environment(&request, stats);
    execvp(request.program[0], request.program);
    fprintf(stderr, "pageprefetch: run: cannot start '%s': %s\n", request.program[0], strerror(errno));
    _exit(127);
  }
  /* Ctrl-C is for the program; the report comes after it. */
  signal(SIGINT, SIG_IGN);
  signal(SIGQUIT, SIG_IGN);
  int code = child < 0 ? 125 : wait_for(child);
  if (child < 0)
    fprintf(stderr, "pageprefetch: run: cannot fork: %s\n", strerror(errno));
  else if (code != 127)
    report(&request, stats);
  unlink(stats);
  return code;
}
