/* SPDX-License-Identifier: MIT */
/* walker FILE [MISFORTUNE]...: writes a file, maps it, walks and gathers from it, prints the sums and exits with 7.
 * Misfortunes happen after the library has started: refuse=CALL:ERRNO, files=0, truncate (by another process), handler. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#ifdef WITH_SECCOMP
#include <seccomp.h>
#endif
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, ELEMENTS = 1 << 18, READS = 1 << 16 };
static uint64_t *values;
static uint32_t order[READS];
static uint64_t out[READS];

static void demand(int good, const char *what) {
  if (good)
    return;
  fprintf(stderr, "walker: %s: %s\n", what, strerror(errno));
  exit(99);
}

__attribute__((noinline)) static void gather(uint64_t *restrict to, const uint64_t *from, const uint32_t *b, long n) {
  for (long i = 0; i < n; i++)
    to[i] = from[b[i]];
}

__attribute__((noinline)) static uint64_t sum(const uint64_t *from, long n, long stride) {
  uint64_t total = 0;
  for (long i = 0; i < n; i++)
    total = total * 3 + from[i * stride];
  return total;
}

static void map_file(const char *path) {
  int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
  demand(file >= 0, path);
  demand(ftruncate(file, ELEMENTS * (off_t)sizeof *values) == 0, "ftruncate");
  values = mmap(NULL, ELEMENTS * sizeof *values, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  demand(values != MAP_FAILED, "mmap");
  close(file);
  for (uint64_t i = 0; i < ELEMENTS; i++)
    values[i] = i * i % 1000003;
  for (uint32_t i = 0; i < READS; i++)
    order[i] = (uint32_t)(i * 3 + i * 7919 % 64);
}

static void caught(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)context;
  printf("SIGBUS at byte %zu\n", (size_t)((char *)info->si_addr - (char *)values));
  fflush(stdout);
  _exit(8);
}

static void refuse(const char *words) {
#ifdef WITH_SECCOMP
  char call[64];
  const char *colon = strchr(words, ':');
  demand(colon && (size_t)(colon - words) < sizeof call, "refuse=CALL:ERRNO");
  snprintf(call, sizeof call, "%.*s", (int)(colon - words), words);
  uint32_t error = !strcmp(colon + 1, "ENOSYS") ? ENOSYS : EPERM;
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  demand(filter && seccomp_rule_add(filter, SCMP_ACT_ERRNO(error), seccomp_syscall_resolve_name(call), 0) == 0, words);
  demand(seccomp_load(filter) == 0, "seccomp_load");
  seccomp_release(filter);
#else
  demand(0, words);
#endif
}

/* Another process takes half of the file away. */
static void truncate_elsewhere(const char *path) {
  pid_t child = fork();
  demand(child >= 0, "fork");
  if (child == 0)
    _exit(truncate(path, ELEMENTS * (off_t)sizeof *values / 2) != 0);
  int status;
  demand(waitpid(child, &status, 0) == child && status == 0, "truncate in the child");
}

static void suffer(const char *path, const char *word) {
  if (!strncmp(word, "refuse=", 7))
    refuse(word + 7);
  else if (!strcmp(word, "files=0"))
    demand(setrlimit(RLIMIT_NOFILE, &(struct rlimit){0, 0}) == 0, word);
  else if (!strcmp(word, "truncate"))
    truncate_elsewhere(path);
  else if (!strcmp(word, "handler"))
    demand(sigaction(SIGBUS, &(struct sigaction){.sa_sigaction = caught, .sa_flags = SA_SIGINFO}, NULL) == 0, word);
  else
    demand(0, word);
}

int main(int count, char **words) {
  demand(errno == 0, "errno at the start");
  demand(count > 1, "usage: walker FILE [MISFORTUNE]...");
  map_file(words[1]);
  for (int i = 2; i < count; i++)
    suffer(words[1], words[i]);
  puts("walking");
  fflush(stdout);
  errno = 77;
  for (int round = 0; round < 4; round++) {
    gather(out, values, order, READS);
    printf("%llu %llu\n", (unsigned long long)sum(out, READS, 1), (unsigned long long)sum(values, ELEMENTS / 512, 512));
  }
  printf("errno %d\n", errno);
  return 7;
}
