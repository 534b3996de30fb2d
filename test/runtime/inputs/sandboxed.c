/* SPDX-License-Identifier: MIT */
/* sandboxed WAY: sums through an index before and after it forbids itself system calls or the processor's ticks; prints both
 * sums. Ways: strict, ticks, filter (prctl), off-strict, off-filter, inside-strict (pp_off before or inside, and system calls
 * that the library does not see), refused (a call that fails). Ends with 9. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <pageprefetch.h>

enum { SIZE = 400000 };
static long values[SIZE];
static unsigned order[SIZE];

/* The second is a loop of its own, entered for the first time in the sandbox. */
__attribute__((noinline)) static long before(const long *a, const unsigned *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[b[i]];
  return sum;
}

__attribute__((noinline)) static long inside(const long *a, const unsigned *b, long n) {
  long sum = 1;
  for (long i = 0; i < n; i++)
    sum += a[b[i]];
  return sum;
}

/* write and exit; all else kills. */
static struct sock_filter code[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 2, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};
static struct sock_fprog filter = {sizeof code / sizeof *code, code};

/* prctl is the C library's still: arguments, results and errno. */
static void refuse(void) {
  char name[16] = "";
  errno = 0;
  if (prctl(PR_SET_SECCOMP, 99) != -1 || errno != EINVAL)
    exit(2);
  errno = 77;
  if (prctl(PR_SET_NAME, "renamed") || prctl(PR_GET_NAME, name) || strcmp(name, "renamed") || errno != 77)
    exit(3);
}

static void enter(const char *way) {
  if (!strcmp(way, "strict"))
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
  else if (!strcmp(way, "ticks"))
    prctl(PR_SET_TSC, PR_TSC_SIGSEGV, 0, 0, 0);
  else if (!strcmp(way, "filter"))
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
  else if (!strcmp(way, "refused"))
    refuse();
  else if (!strcmp(way, "off-strict"))
    pp_off(), syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, NULL);
  else if (!strcmp(way, "inside-strict"))
    syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, NULL), pp_off();
  else if (!strcmp(way, "off-filter"))
    pp_off(), prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter);
}

int main(int count, char **words) {
  char text[64];
  for (long i = 0; i < SIZE; i++) {
    values[i] = 1;
    order[i] = (unsigned)(i * 7919 % SIZE);
  }
  long first = before(values, order, SIZE);
  enter(count > 1 ? words[1] : "");
  long second = before(values, order, SIZE), third = inside(values, order, SIZE);
  int length = snprintf(text, sizeof text, "%ld %ld %ld\n", first, second, third);
  if (write(1, text, (size_t)length) != length)
    return 1;
  if (count > 1 && !strcmp(words[1], "refused"))
    return 9;
  syscall(SYS_exit, 9);
}
