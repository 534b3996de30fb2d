/* SPDX-License-Identifier: MIT */
/* Signal handlers run instrumented loops while instrumented loops run; errno is the program's own all the time. */
// RUN: %same --signals --expect strips,gathered %s -O2
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

enum { SIZE = 5003, ROUNDS = 100 };
static long values[SIZE];
static unsigned order[SIZE];
static volatile sig_atomic_t handled, wrong;

__attribute__((noinline)) static long gather(const long *v, const unsigned *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += v[b[i]] ^ i;
  return sum;
}

static long expected;

/* One alarm at a time, however slow the handler: the program shall get on between two of them. */
static void alarm_soon(void) {
  static unsigned step;
  struct itimerval timer = {{0, 0}, {0, 50 + step++ * 37 % 400}};
  if (setitimer(ITIMER_REAL, &timer, NULL))
    abort();
}

static void handle(int signal) {
  (void)signal;
  handled++;
  if (gather(values, order, SIZE / 5) != expected)
    wrong++;
}

int main(void) {
  for (long i = 0; i < SIZE; i++) {
    values[i] = i * i % 1009;
    order[i] = (unsigned)(i * 7919 % SIZE);
  }
  expected = gather(values, order, SIZE / 5);
  long whole = gather(values, order, SIZE);
  struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
  if (sigaction(SIGALRM, &action, NULL))
    abort();
  errno = 77;
  int rounds = 0;
  for (; rounds < ROUNDS || handled < 20; rounds++) {
    alarm_soon();
    if (gather(values, order, SIZE) != whole)
      wrong++;
    if (errno != 77)
      printf("errno changed to %d\n", errno);
    errno = 77;
  }
  setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL);
  printf("wrong %d, handled enough\n", (int)wrong);
  return 0;
}
