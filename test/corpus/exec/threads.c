/* SPDX-License-Identifier: MIT */
/* Threads run instrumented loops at once, over shared and own data. */
// RUN: %same --expect strips,gathered %s -O2 --link=-pthread
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 8, SIZE = 20000, ROUNDS = 5 };
static long values[SIZE];
static unsigned order[SIZE];
static long results[THREADS];

static void *work(void *argument) {
  long number = (long)argument, sum = number;
  long *own = malloc(SIZE * sizeof *own);
  if (!own)
    abort();
  for (int round = 0; round < ROUNDS; round++) {
    for (long i = 0; i < SIZE; i++)
      own[i] = values[order[i]] * number + round;
    for (long i = number; i < SIZE; i += THREADS)
      sum = sum * 3 + own[i];
  }
  results[number] = sum;
  free(own);
  return NULL;
}

int main(void) {
  pthread_t threads[THREADS];
  for (long i = 0; i < SIZE; i++) {
    values[i] = i * i % 1009;
    order[i] = (unsigned)(i * 7919 % SIZE);
  }
  for (long i = 0; i < THREADS; i++)
    if (pthread_create(&threads[i], NULL, work, (void *)i))
      abort();
  for (long i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
    printf("%ld\n", results[i]);
  }
  return 0;
}
