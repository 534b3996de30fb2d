/* SPDX-License-Identifier: MIT */
/* Running a command for what it prints: compilers are asked for their version, the loader for a program's libraries.
 * No shell between us and the command: names are taken as they are. */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int cli_capture(char *const *argv, char *const *environment, char *text, size_t size) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return -1;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  pid_t child;
  int error = posix_spawnp(&child, argv[0], &actions, NULL, argv, environment ? environment : environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (error) {
    close(ends[0]);
    errno = error;
    return -1;
  }
  size_t used = 0;
  char rest[4096];
  for (;;) { /* read to the end: a command whose pipe closes early would die of it */
    bool full = used == size - 1;
    ssize_t got = full ? read(ends[0], rest, sizeof rest) : read(ends[0], text + used, size - 1 - used);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      break;
    used += full ? 0 : (size_t)got;
  }
  text[used] = 0;
  close(ends[0]);
  int status;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      return -1;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
