/* SPDX-License-Identifier: MIT */
/* family WAY: sums through an index (SIZE hints at least, in its one loop), then makes a child or ends in some way. The child
 * sums once, the parent twice. Prints the children's statuses; ends with 9. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIZE = 100000 };
static long values[SIZE];
static unsigned order[SIZE];

__attribute__((noinline)) static long gather(const long *a, const unsigned *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[b[i]];
  return sum;
}

static void demand(int good, const char *what) {
  if (good)
    return;
  perror(what);
  exit(99);
}

static void walk(void) {
  demand(gather(values, order, SIZE) == SIZE, "the sum");
}

static void *walk_in_thread(void *unused) {
  walk();
  return unused;
}

static void wait_for(pid_t child) {
  int status = -1;
  demand(child > 0 && waitpid(child, &status, 0) == child, "child");
  printf("child %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
  fflush(stdout);
}

static void make_family(const char *way, char *self) {
  pid_t child = 1;
  pthread_t thread;
  if (!strcmp(way, "fork") || !strcmp(way, "fork-crash") || !strcmp(way, "fork-exec")) {
    if ((child = fork()) == 0) {
      walk();
      if (!strcmp(way, "fork-crash"))
        abort();
      if (!strcmp(way, "fork-exec"))
        execl(self, self, "alone", (char *)NULL);
      exit(3);
    }
    wait_for(child);
  } else if (!strcmp(way, "raw-fork")) {
    if ((child = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL)) == 0) {
      walk();
      exit(3);
    }
    wait_for(child);
  } else if (!strcmp(way, "vfork")) {
    if ((child = vfork()) == 0) {
      walk();
      _exit(3);
    }
    wait_for(child);
  } else if (!strcmp(way, "threads")) {
    for (int i = 0; i < 3; i++) {
      demand(!pthread_create(&thread, NULL, walk_in_thread, NULL), "thread");
      demand(!pthread_join(thread, NULL), "thread");
    }
  } else if (!strcmp(way, "_exit")) {
    _exit(9);
  } else if (!strcmp(way, "crash")) {
    abort();
  }
}

int main(int count, char **words) {
  for (unsigned i = 0; i < SIZE; i++) {
    values[i] = 1;
    order[i] = i * 7919u % SIZE;
  }
  walk();
  make_family(count > 1 ? words[1] : "alone", words[0]);
  if (count > 1 && strcmp(words[1], "alone"))
    walk();
  return 9;
}
