/* SPDX-License-Identifier: MIT */
/* fork in the middle of an instrumented loop: both sides finish it, children fork again, one of several threads forks. */
// RUN: %same %s -O2 --link=-pthread
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIZE = 3000 };
static long values[SIZE];
static unsigned order[SIZE];

__attribute__((noinline)) static pid_t fork_at(long i, long at) {
  return i == at ? fork() : -2;
}

__attribute__((noinline)) static long forked(long at, int *child) {
  long sum = 0;
  for (long i = 0; i < SIZE; i++) {
    sum = sum * 3 + values[order[i]];
    pid_t pid = fork_at(i, at);
    if (pid == 0)
      *child = 1;
    if (pid > 0) {
      int status;
      if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
        abort();
      sum += WEXITSTATUS(status);
    }
  }
  return sum;
}

static void *in_thread(void *argument) {
  long sum = 0;
  for (long round = 0; round < 200; round++)
    for (long i = 0; i < SIZE; i++)
      sum += values[order[i]] * round;
  *(long *)argument = sum;
  return NULL;
}

int main(void) {
  for (long i = 0; i < SIZE; i++) {
    values[i] = i % 101;
    order[i] = (unsigned)(i * 7919 % SIZE);
  }
  for (long at = 0; at < SIZE; at += 700) {
    int child = 0;
    long sum = forked(at, &child);
    if (child)
      _exit((int)(sum & 31));
    printf("%ld\n", sum);
  }
  pthread_t thread;
  long result;
  if (pthread_create(&thread, NULL, in_thread, &result))
    abort();
  for (int round = 0; round < 10; round++) {
    int child = 0;
    long sum = forked(1500, &child);
    if (child)
      _exit((int)(sum & 63));
    printf("%ld\n", sum);
    fflush(stdout);
  }
  pthread_join(thread, NULL);
  printf("%ld\n", result);
  return 0;
}
