/* SPDX-License-Identifier: MIT */
/* Sums through an index in a signal handler on an alternate stack of 8 KiB and in a fiber of 4 KiB, each above a page that may
 * not be touched; prints both sums and ends with 9. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

enum { SIZE = 400000, PAGE = 4096, HANDLER_BYTES = 8192, FIBER_BYTES = 4096 };
static long values[SIZE], result;
static unsigned order[SIZE];
static ucontext_t main_context, fiber;

__attribute__((noinline)) static long gather(const long *a, const unsigned *b, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[b[i]];
  return sum;
}

static void handler(int number) {
  (void)number;
  result = gather(values, order, SIZE);
}

static void body(void) {
  result = gather(values, order, SIZE);
}

static char *make_stack(size_t bytes) {
  char *memory = mmap(NULL, PAGE + bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED || mprotect(memory, PAGE, PROT_NONE))
    exit(1);
  return memory + PAGE;
}

int main(void) {
  for (long i = 0; i < SIZE; i++) {
    values[i] = i % 8;
    order[i] = (unsigned)(i * 7919 % SIZE);
  }
  getcontext(&fiber);
  fiber.uc_stack.ss_sp = make_stack(FIBER_BYTES);
  fiber.uc_stack.ss_size = FIBER_BYTES;
  fiber.uc_link = &main_context;
  makecontext(&fiber, body, 0);
  swapcontext(&main_context, &fiber);
  long in_fiber = result;
  stack_t stack = {.ss_sp = make_stack(HANDLER_BYTES), .ss_size = HANDLER_BYTES};
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
  if (sigaltstack(&stack, NULL) || sigaction(SIGUSR1, &action, NULL) || raise(SIGUSR1))
    return 1;
  printf("handler %ld\nfiber %ld\n", result, in_fiber);
  return 9;
}
