/* SPDX-License-Identifier: MIT */
/* Threads' records: never by malloc, taken over when their thread is gone, and a forked child's own stays its own.
 * malloc is defined here and ends the test when the runtime enters it: at the first hint of a thread, in a line, in the report.
 */
#include "loop.h"

#include "live.h"
#include "pageprefetch.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BYTES = 1 << 20, TRIPS = 5000, POOL_BYTES = 1 << 20 };

static __thread bool inside; /* the runtime */
static volatile bool ends;   /* what comes is the report at exit */

static void forbid(void) {
  static const char words[] = "thread_test: malloc was entered by the runtime\n";
  if (!inside && !ends)
    return;
  if (write(STDERR_FILENO, words, sizeof words - 1) < 0)
    _exit(2);
  _exit(1);
}

/* Never given back: the test asks for little. */
void *malloc(size_t size) {
  static _Alignas(16) char pool[POOL_BYTES];
  static _Atomic size_t used;
  forbid();
  size_t start = atomic_fetch_add(&used, (size + 31) & ~(size_t)15);
  if (start + size + 16 > sizeof pool)
    return NULL;
  memcpy(pool + start, &size, sizeof size);
  return pool + start + 16;
}

void free(void *memory) {
  forbid();
}

void *calloc(size_t count, size_t size) {
  return malloc(count * size); /* of a pool that nobody has used */
}

void *realloc(void *memory, size_t size) {
  void *moved = malloc(size);
  size_t before = 0;
  if (memory)
    memcpy(&before, (char *)memory - 16, sizeof before);
  return moved && memory ? memcpy(moved, memory, before < size ? before : size) : moved;
}

static unsigned char *memory;
static uint32_t index_of[TRIPS];

static void demand(bool good, const char *what) {
  if (good)
    return;
  dprintf(STDERR_FILENO, "thread_test: %s\n", what);
  _exit(1);
}

static void *hint(void *unused) {
  struct compiled compiled; /* new records: those of a loop are allocated as well */
  compile_loop(&compiled);
  inside = true;
  uint64_t sum = run_loop(&compiled, memory, index_of, TRIPS);
  pp_hint(memory, BYTES);
  inside = false;
  demand(sum == TRIPS, "the sum is wrong");
  return pp_thread_self;
}

static void *in_a_thread(void) {
  pthread_t thread;
  void *record = NULL;
  demand(!pthread_create(&thread, NULL, hint, NULL) && !pthread_join(thread, &record), "no thread");
  return record;
}

/* One thread after another: they find the record of one that is gone. */
static void records_are_taken_over(void) {
  enum { THREADS = 100 };
  void *first = in_a_thread();
  demand(first && first != pp_thread_self, "two threads at the same time have one record");
  for (int i = 1; i < THREADS; i++)
    demand(in_a_thread() == first, "a record of a thread that is gone was not taken over");
}

static pthread_barrier_t barrier;

static void *hint_together(void *unused) {
  void *record = hint(NULL);
  pthread_barrier_wait(&barrier); /* nobody ends before all have theirs */
  return record;
}

static void records_of_the_living_are_not(void) {
  enum { THREADS = 40 };
  pthread_t threads[THREADS];
  void *records[THREADS];
  pthread_barrier_init(&barrier, NULL, THREADS);
  for (int i = 0; i < THREADS; i++)
    demand(!pthread_create(&threads[i], NULL, hint_together, NULL), "no thread");
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], &records[i]);
    demand(records[i] && records[i] != pp_thread_self, "the first thread's record was taken");
    for (int j = 0; j < i; j++)
      demand(records[i] != records[j], "two threads at the same time have one record");
  }
}

/* The child's only thread has another number than its record was made for. */
static void a_child_keeps_its_record(void) {
  pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < 20; i++)
      demand(in_a_thread() != pp_thread_self, "the forked child's record was taken");
    _exit(0);
  }
  int status = 1;
  waitpid(child, &status, 0);
  demand(!status, "the child failed");
}

static int measure(void) {
  memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(memory, 1, BYTES);
  for (uint32_t i = 0; i < TRIPS; i++)
    index_of[i] = i * 7919 % BYTES;
  hint(NULL);
  records_are_taken_over();
  records_of_the_living_are_not();
  a_child_keeps_its_record();
  fflush(stdout);
  ends = true;
  return 0;
}

/* Again with every word that the runtime has, and the report. */
int main(int count, char **words) {
  if (count > 1)
    return measure();
  static const char *const outputs[] = {"stderr", "thread-test-stats.json"};
  for (int i = 0; i < 2; i++) {
    pid_t child = fork();
    if (child == 0) {
      setenv("PAGEPREFETCH", i ? "auto" : "always", 1);
      setenv("PAGEPREFETCH_LOG", "debug", 1);
      setenv("PAGEPREFETCH_STATS", outputs[i], 1);
      execl(words[0], words[0], "measure", (char *)NULL);
      _exit(3);
    }
    int status = 1;
    waitpid(child, &status, 0);
    if (status) {
      fprintf(stderr, "thread_test: statistics to %s: status %#x\n", outputs[i], (unsigned)status);
      return 1;
    }
  }
  if (access(outputs[1], R_OK)) {
    fprintf(stderr, "thread_test: %s was not written\n", outputs[1]);
    return 1;
  }
  return unlink(outputs[1]);
}
