/* SPDX-License-Identifier: MIT */
/* sandbox [--refuse=CALL:ERRNO]... [--files=N] [--file-size=N] -- PROGRAM ARGUMENT...
 * Runs a program under a seccomp filter that refuses the named system calls, and under resource limits. */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

__attribute__((noreturn)) static void fail(const char *what, const char *word, int error) {
  fprintf(stderr, "sandbox: %s '%s': %s\n", what, word, strerror(error));
  exit(125);
}

static int error_number(const char *name) {
  if (!strcmp(name, "EPERM"))
    return EPERM;
  if (!strcmp(name, "ENOSYS"))
    return ENOSYS;
  if (!strcmp(name, "EAGAIN"))
    return EAGAIN;
  if (!strcmp(name, "EINVAL"))
    return EINVAL;
  if (!strcmp(name, "ENOMEM"))
    return ENOMEM;
  fail("unknown error name", name, EINVAL);
}

static void refuse(scmp_filter_ctx filter, char *word) {
  char *colon = strchr(word, ':');
  if (!colon)
    fail("--refuse wants CALL:ERRNO, not", word, EINVAL);
  *colon = 0;
  int call = seccomp_syscall_resolve_name(word);
  if (call == __NR_SCMP_ERROR)
    fail("unknown system call", word, EINVAL);
  int error = seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint32_t)error_number(colon + 1)), call, 0);
  if (error)
    fail("cannot refuse", word, -error);
}

static void limit(int resource, const char *text) {
  struct rlimit limit = {strtoull(text, NULL, 10), strtoull(text, NULL, 10)};
  if (setrlimit((__rlimit_resource_t)resource, &limit))
    fail("cannot set the limit", text, errno);
}

int main(int count, char **words) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (!filter)
    fail("no memory for", "a filter", ENOMEM);
  int i = 1;
  for (; i < count && strcmp(words[i], "--"); i++)
    if (!strncmp(words[i], "--refuse=", 9))
      refuse(filter, words[i] + 9);
    else if (!strncmp(words[i], "--files=", 8))
      limit(RLIMIT_NOFILE, words[i] + 8);
    else if (!strncmp(words[i], "--file-size=", 12))
      limit(RLIMIT_FSIZE, words[i] + 12);
    else
      fail("unknown option", words[i], EINVAL);
  if (i + 1 >= count)
    fail("no program after", "--", EINVAL);
  int error = seccomp_load(filter);
  if (error)
    fail("cannot load", "the filter", -error);
  execvp(words[i + 1], words + i + 1);
  fail("cannot run", words[i + 1], errno);
}
