/* SPDX-License-Identifier: MIT */
/* Every system call of the runtime, failing with each error that it can give and killed by a filter, from the start of the
 * program and later: no crash, the same results, at most a few lines. Then a filter that allows only what docs/security.md lists.
 */
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ERRORS_MAX = 12, TRIPS = 20000, BYTES = 9 << 20 }; /* widened hints begin at 8 MiB */

/* When the runtime makes a call; the letters are those of the table in docs/security.md. */
enum { LOAD = 1, LOOP = 2, THREADS = 4, FORK = 8, WORDS = 16, STATISTICS = 32 };

/* Calls and their errors: those of the manual pages, and EPERM and ENOSYS of sandboxes. */
static const struct call {
  const char *name;
  int number;
  unsigned when;
  int errors[ERRORS_MAX];
} calls[] = {
    {"prctl", SYS_prctl, LOAD, {EPERM, ENOSYS, EINVAL, EFAULT, EACCES}},
    {"madvise", SYS_madvise, LOAD | LOOP, {EPERM, ENOSYS, EACCES, EAGAIN, EBADF, EINVAL, EIO, ENOMEM, EINTR, EFAULT}},
    {"process_madvise",
     SYS_process_madvise,
     LOAD | LOOP,
     {EPERM, ENOSYS, EBADF, EFAULT, EINVAL, ENOMEM, ESRCH, EINTR, EAGAIN, EIO}},
    {"pidfd_open", SYS_pidfd_open, LOAD | FORK, {EPERM, ENOSYS, EINVAL, EMFILE, ENFILE, ENODEV, ENOMEM, ESRCH}},
    {"pidfd_send_signal", SYS_pidfd_send_signal, FORK, {EPERM, ENOSYS, EBADF, EINVAL, ESRCH}},
    {"getrusage", SYS_getrusage, LOAD | LOOP, {EPERM, ENOSYS, EFAULT, EINVAL}},
    {"process_vm_writev", SYS_process_vm_writev, LOAD | LOOP, {EPERM, ENOSYS, EINVAL, EFAULT, ENOMEM, ESRCH}},
    {"getdents64", SYS_getdents64, LOOP, {EPERM, ENOSYS, EBADF, EFAULT, EINVAL, ENOENT}},
    {"statfs", SYS_statfs, LOOP, {EPERM, ENOSYS, EACCES, EFAULT, ENOENT}},
    {"sigaltstack", SYS_sigaltstack, LOOP, {EPERM, ENOSYS, EFAULT}},
    {"clock_gettime", SYS_clock_gettime, LOAD | LOOP, {EPERM, ENOSYS, EFAULT, EINVAL}},
    {"gettid", SYS_gettid, LOOP | FORK, {EPERM, ENOSYS}},
    {"getpid", SYS_getpid, LOAD | LOOP | THREADS | FORK | STATISTICS, {EPERM, ENOSYS}},
    {"tgkill", SYS_tgkill, THREADS, {EPERM, ENOSYS, EAGAIN, EINVAL, ESRCH}},
    {"mmap", SYS_mmap, LOOP | WORDS | STATISTICS, {EPERM, ENOSYS, EACCES, EAGAIN, EINVAL, ENOMEM}},
    {"munmap", SYS_munmap, LOOP | WORDS | STATISTICS, {EPERM, ENOSYS, EINVAL}},
    {"openat",
     SYS_openat,
     LOAD | LOOP | STATISTICS,
     {EPERM, ENOSYS, EACCES, EMFILE, ENFILE, ENOENT, ENOTDIR, ELOOP, ENOMEM, ENOSPC, EROFS, EDQUOT}},
    {"read", SYS_read, LOAD | LOOP, {EPERM, ENOSYS, EAGAIN, EBADF, EFAULT, EINTR, EINVAL, EIO, EISDIR}},
    {"close", SYS_close, LOAD | LOOP | FORK | STATISTICS, {EPERM, ENOSYS, EBADF, EINTR, EIO, ENOSPC, EDQUOT}},
    {"newfstatat",
     SYS_newfstatat,
     LOAD | LOOP | WORDS | STATISTICS,
     {EPERM, ENOSYS, EACCES, EBADF, EFAULT, ELOOP, ENOENT, ENOMEM, ENOTDIR, EOVERFLOW}},
    {"prlimit64", SYS_prlimit64, WORDS | STATISTICS, {EPERM, ENOSYS, EFAULT, EINVAL, ESRCH}},
    {"ppoll", SYS_ppoll, WORDS, {EPERM, ENOSYS, EFAULT, EINTR, EINVAL, ENOMEM}},
    {"write", SYS_write, WORDS | STATISTICS, {EPERM, ENOSYS, EAGAIN, EBADF, EDQUOT, EFBIG, EINVAL, EIO, ENOSPC}},
    {"getcwd", SYS_getcwd, LOAD, {EPERM, ENOSYS, EACCES, EFAULT, ENOENT, ENOMEM, ERANGE}},
    {"geteuid", SYS_geteuid, STATISTICS, {EPERM, ENOSYS}},
    {"readlinkat", SYS_readlinkat, LOOP | STATISTICS, {EPERM, ENOSYS, EACCES, EINVAL, EIO, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM}},
    {"getrandom", SYS_getrandom, STATISTICS, {EPERM, ENOSYS, EAGAIN, EFAULT, EINTR, EINVAL}},
    {"renameat2",
     SYS_renameat2,
     STATISTICS,
     {EPERM, ENOSYS, EACCES, EBUSY, EDQUOT, EISDIR, EINVAL, ENOENT, ENOMEM, ENOSPC, EROFS, EXDEV}},
    {"unlinkat", SYS_unlinkat, STATISTICS, {EPERM, ENOSYS, EACCES, EBUSY, EIO, ENOENT, EROFS}},
};
enum { CALLS = sizeof calls / sizeof *calls };

/* What the child itself, libc and the end of the program need; not the runtime's. */
static const int own_calls[] = {
    SYS_exit_group,      SYS_exit,      SYS_dup2,      SYS_wait4,          SYS_clone, SYS_clone3,          SYS_mprotect,
    SYS_set_robust_list, SYS_rseq,      SYS_futex,     SYS_rt_sigprocmask, SYS_brk,   SYS_set_tid_address, SYS_rt_sigaction,
    SYS_getrandom,       SYS_prlimit64, SYS_arch_prctl};

/* ---- the child: runs loops in threads and a forked child, under a filter ---- */

/* Without the C library, which may not have started. */
static long raw(long number, long a, long b, long c) {
  long result;
  register long fourth __asm__("r10") = 0, fifth __asm__("r8") = 0;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth)
                   : "rcx", "r11", "memory");
  return result;
}

static int decimal(const char *text) {
  int number = 0;
  for (; *text >= '0' && *text <= '9'; text++)
    number = number * 10 + (*text - '0');
  return number;
}

static void load(struct sock_filter *code, unsigned length) {
  struct sock_fprog filter = {(unsigned short)length, code};
  if (raw(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0) || raw(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (long)&filter))
    raw(SYS_exit_group, 125, 0, 0);
}

/* One call is answered with `action`. Writes to standard output are the child's own. */
static void answer(int call, unsigned action) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call, 0, 4),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 0, 2),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, action),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  load(code, sizeof code / sizeof *code);
}

/* Only the calls of the list, and the child's own; all others kill. */
static void allow_listed(unsigned when) {
  struct sock_filter code[2 * (CALLS + sizeof own_calls / sizeof *own_calls) + 2];
  unsigned length = 0;
  code[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (unsigned i = 0; i < CALLS + sizeof own_calls / sizeof *own_calls; i++) {
    bool own = i >= CALLS;
    if (!own && !(calls[i].when & when) && calls[i].number != SYS_write)
      continue;
    code[length++] =
        (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(own ? own_calls[i - CALLS] : calls[i].number), 0, 1);
    code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  }
  code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
  load(code, length);
}

/* words: self, "start" or "later", call or -1 for the list, action or the list's times, threads. */
static void misfortune(char **words, const char *now) {
  if (words[1][0] != now[0])
    return;
  unsigned action = (unsigned)strtoul(words[3], NULL, 10);
  if (words[2][0] == '-')
    allow_listed(action);
  else
    answer(decimal(words[2]), action);
}

/* Before the constructors of every library. */
static void before_all(int count, char **words, char **environment) {
  if (count > 3)
    misfortune(words, "start");
}
__attribute__((section(".preinit_array"), used)) static void (*const first)(int, char **, char **) = before_all;

static unsigned char memory[BYTES];
static uint32_t index_of[TRIPS];
static struct compiled compiled[4];

static void *walk(void *records) {
  return (void *)(uintptr_t)run_loop(records, memory, index_of, TRIPS);
}

static void say_number(uint64_t number) {
  char digits[24], *at = digits + sizeof digits;
  *--at = '\n';
  do
    *--at = (char)('0' + number % 10);
  while (number /= 10);
  raw(SYS_write, 1, (long)at, digits + sizeof digits - at);
}

static int child(char **words) {
  bool more = words[4][0] == 'm'; /* threads and a forked child */
  memset(memory, 1, sizeof memory);
  for (uint32_t i = 0; i < TRIPS; i++)
    index_of[i] = (uint32_t)((uint64_t)i * 7919 % TRIPS * (BYTES / TRIPS));
  for (int i = 0; i < 4; i++)
    compile_loop(&compiled[i]);
  misfortune(words, "later");
  say_number((uintptr_t)walk(&compiled[0]));
  errno = 77;
  walk(&compiled[1]);
  say_number((uint64_t)errno);
  for (int i = 0; more && i < 3; i++) {
    pthread_t thread;
    void *sum = NULL;
    if (pthread_create(&thread, NULL, walk, &compiled[2]) || pthread_join(thread, &sum))
      sum = (void *)(uintptr_t)TRIPS; /* the thread's own stack was refused, too */
    say_number((uintptr_t)sum);
  }
  if (more) {
    pid_t forked = fork();
    if (forked == 0)
      _exit((uintptr_t)walk(&compiled[3]) == TRIPS ? 0 : 1);
    int status = 0;
    if (forked > 0)
      waitpid(forked, &status, 0);
    say_number((uint64_t)status);
  }
  return 7;
}

/* ---- the parent ---- */

static const char *self, *folder, *backend = "auto";
static unsigned cases, failed;

/* Reads what is there, at most size - 1 bytes. */
static void read_all(const char *path, char *text, size_t size) {
  int file = open(path, O_RDONLY);
  ssize_t length = file >= 0 ? read(file, text, size - 1) : 0;
  text[length > 0 ? length : 0] = 0;
  if (file >= 0)
    close(file);
}

static char *beside(const char *name) {
  static char path[4][4200];
  static int next;
  next = (next + 1) % 4;
  snprintf(path[next], sizeof path[next], "%s/%s", folder, name);
  return path[next];
}

/* Runs the child; returns its status. */
static int run(const char *when, int call, unsigned action, const char *mode, const char *stats, bool more) {
  char number[16], act[16];
  snprintf(number, sizeof number, "%d", call);
  snprintf(act, sizeof act, "%u", action);
  pid_t pid = fork();
  if (pid == 0) {
    int out = open(beside("out"), O_WRONLY | O_CREAT | O_TRUNC, 0600),
        err = open(beside("err"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (chdir(folder) || dup2(out, 1) < 0 || dup2(err, 2) < 0)
      _exit(126);
    close(out);
    close(err);
    setenv("PAGEPREFETCH", mode, 1);
    unsetenv("PAGEPREFETCH_STATS");
    setenv("PAGEPREFETCH_BACKEND", backend, 1);
    if (stats)
      setenv("PAGEPREFETCH_STATS", stats, 1);
    execl(self, self, when, number, act, more ? "more" : "alone", (char *)NULL);
    _exit(126);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  cases++;
  return status;
}

static void complain(const char *what, const char *when, const char *call, const char *error, const char *mode, int status) {
  char out[400], err[2000];
  read_all(beside("out"), out, sizeof out);
  read_all(beside("err"), err, sizeof err);
  failed++;
  fprintf(stderr, "injection_test: %s: %s, %s %s, mode %s: status %#x\n-- output:\n%s-- error:\n%s--\n", what, when, call, error,
          mode, (unsigned)status, out, err);
}

static bool is_right(bool more) {
  char out[400], wanted[400];
  int length = snprintf(wanted, sizeof wanted, "%d\n77\n", TRIPS);
  if (more)
    snprintf(wanted + length, sizeof wanted - (size_t)length, "%d\n%d\n%d\n0\n", TRIPS, TRIPS, TRIPS);
  read_all(beside("out"), out, sizeof out);
  return !strcmp(out, wanted);
}

/* At most a few lines, all ours, and the statistics whole or not there. */
static bool is_quiet(void) {
  enum { LINES = 4 };
  char err[4000], *rest;
  int lines = 0;
  read_all(beside("err"), err, sizeof err);
  for (char *line = strtok_r(err, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
    if (strncmp(line, "pageprefetch: ", 14) || ++lines > LINES)
      return false;
  return true;
}

static bool is_whole(void) {
  static char text[1 << 16];
  read_all(beside("stats"), text, sizeof text);
  size_t length = strlen(text);
  return !length || (text[0] == '{' && length > 2 && !strcmp(text + length - 2, "}\n"));
}

/* The first `most` errors of each call, or of the one called `only`. */
static void fail_each(const char *when, const char *mode, const char *only, int most) {
  for (unsigned i = 0; i < CALLS; i++)
    for (int e = 0; e < most && calls[i].errors[e] && (!only || !strcmp(only, calls[i].name)); e++) {
      bool more = calls[i].when & (THREADS | FORK);
      unlink(beside("stats"));
      int status = run(when, calls[i].number, SECCOMP_RET_ERRNO | (unsigned)calls[i].errors[e], mode, "stats", more);
      const char *error = strerrorname_np(calls[i].errors[e]);
      if (status != 7 << 8 || !is_right(more))
        complain("wrong result or crash", when, calls[i].name, error, mode, status);
      else if (!is_quiet())
        complain("words", when, calls[i].name, error, mode, status);
      else if (!is_whole())
        complain("half a file", when, calls[i].name, error, mode, status);
    }
}

/* A filter that kills: the program lives where the list says that the call is not made. */
static void kill_each(void) {
  for (unsigned i = 0; i < CALLS; i++) {
    int status = run("later", calls[i].number, SECCOMP_RET_KILL_PROCESS, "off", NULL, false);
    if (status != 7 << 8 || !is_right(false))
      complain("killed though hints are off", "later", calls[i].name, "killed", "off", status);
    bool made = calls[i].when & LOOP;
    status = run("later", calls[i].number, SECCOMP_RET_KILL_PROCESS, "auto", NULL, false);
    bool lived = status == 7 << 8 && is_right(false), killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
    if (!lived && !(made && killed))
      complain("a call that is not listed for loops", "later", calls[i].name, "killed", "auto", status);
  }
}

static void allow_only(unsigned when, const char *start, const char *mode, const char *stats, bool more, const char *what) {
  unlink(beside("stats"));
  int status = run(start, -1, when, mode, stats, more);
  if (status != 7 << 8 || !is_right(more))
    complain("a call that docs/security.md does not list", start, what, "", mode, status);
  else if (stats && access(beside("stats"), R_OK))
    complain("no statistics", start, what, "", mode, status);
}

static void allow_each(void) {
  static const char *const modes[] = {"auto", "always"};
  allow_only(0, "start", "off", NULL, false, "nothing");
  allow_only(LOAD | LOOP | WORDS, "start", "bogus", NULL, false, "load, loop, words");
  for (int i = 0; i < 2; i++) {
    allow_only(LOOP, "later", modes[i], NULL, false, "loop");
    allow_only(LOAD | LOOP, "start", modes[i], NULL, false, "load, loop");
    allow_only(LOAD | LOOP | THREADS | FORK, "start", modes[i], NULL, true, "load, loop, threads, fork");
    allow_only(LOAD | LOOP | STATISTICS, "start", modes[i], "stats", false, "load, loop, statistics");
  }
}

/* The table of docs/security.md: a row for each call, and no other. */
static void compare_with_document(const char *path) {
  static const char *const words[] = {"load", "loop", "threads", "fork", "words", "statistics"};
  static char line[1000];
  unsigned rows = 0;
  bool inside = false;
  FILE *stream = fopen(path, "re");
  while (stream && fgets(line, sizeof line, stream)) {
    char name[40], when[100];
    inside = inside ? line[0] == '|' : !strncmp(line, "| call | when |", 15);
    if (!inside || sscanf(line, "| `%39[a-z0-9_]` | %99[a-z, ] |", name, when) != 2)
      continue;
    unsigned bits = 0;
    for (unsigned w = 0; w < sizeof words / sizeof *words; w++)
      bits |= strstr(when, words[w]) ? 1u << w : 0;
    bool found = false;
    for (unsigned i = 0; i < CALLS; i++)
      found |= !strcmp(name, calls[i].name) && calls[i].when == bits;
    rows++;
    if (!found) {
      failed++;
      fprintf(stderr, "injection_test: %s lists %s (%s) otherwise than the test\n", path, name, when);
    }
  }
  if (stream)
    fclose(stream);
  if (rows != CALLS) {
    failed++;
    fprintf(stderr, "injection_test: %s lists %u calls, the test %d\n", path, rows, CALLS);
  }
}

int main(int count, char **words) {
  if (count > 4)
    return child(words);
  char made[] = "injection-XXXXXX", place[4096], program[4096];
  self = realpath("/proc/self/exe", program);
  if (count < 2 || !self || !mkdtemp(made) || !(folder = realpath(made, place))) {
    fprintf(stderr, "usage: injection_test docs/security.md, in a folder that can be written to\n");
    return 2;
  }
  compare_with_document(words[1]);
  fail_each("later", "auto", NULL, 1);
  fail_each("later", "always", NULL, ERRORS_MAX);
  fail_each("start", "always", NULL, ERRORS_MAX);
  backend = "madvise";
  fail_each("later", "always", "madvise", ERRORS_MAX);
  backend = "auto";
  kill_each();
  allow_each();
  printf("%u runs, %u failed\n", cases, failed);
  if (!failed) {
    unlink(beside("out"));
    unlink(beside("err"));
    unlink(beside("stats"));
    rmdir(folder);
  }
  return failed != 0;
}
