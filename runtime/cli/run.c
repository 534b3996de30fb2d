/* SPDX-License-Identifier: MIT */
/* pageprefetch run: a program with the library preloaded and statistics on, then the report.
 * The program's own exit code is ours. */
#include "cli.h"

#include <argp.h>
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

/* The library beside this program (build tree) or in ../lib (installed); the bare name leaves it to the loader. */
static const char *find_library(void) {
  static char path[PATH_MAX + 32];
  static const char *const places[] = {"libpageprefetch.so", "../lib/libpageprefetch.so",
                                       "../lib/x86_64-linux-gnu/libpageprefetch.so"};
  char self[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
  if (length > 0) {
    self[length] = 0;
    *strrchr(self, '/') = 0;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
      snprintf(path, sizeof path, "%s/%s", self, places[i]);
      if (access(path, R_OK) == 0)
        return path;
    }
  }
  return "libpageprefetch.so";
}

static void set_environment(const struct request *request, const char *stats) {
  const char *before = getenv("LD_PRELOAD"), *library = request->library ? request->library : find_library();
  size_t size = strlen(library) + (before ? strlen(before) : 0) + 2;
  char *preload = malloc(size);
  if (!preload)
    return;
  snprintf(preload, size, "%s%s%s", library, before ? ":" : "", before ? before : "");
  setenv("LD_PRELOAD", preload, 1);
  setenv("PAGEPREFETCH_STATS", stats, 1);
  if (request->mode)
    setenv("PAGEPREFETCH", request->mode, 1);
  if (request->backend)
    setenv("PAGEPREFETCH_BACKEND", request->backend, 1);
  free(preload);
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
  char stats[] = "/tmp/pageprefetch-stats-XXXXXX";
  int descriptor = mkstemp(stats);
  if (descriptor < 0) {
    fprintf(stderr, "pageprefetch: run: cannot create %s: %s\n", stats, strerror(errno));
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
    cli_print_report(stats);
  unlink(stats);
  return code;
}
