/* SPDX-License-Identifier: MIT */
/* Unit tests of large block operations: what they write, what they return, and which pages are in memory behind them.
 * In every mode of the runtime, from signal handlers and several threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "hint.h"
#include "pageprefetch_abi.h"
#include "settings.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096, LIMIT = 4 << 20, MOST = 24 << 20, PAGES = MOST / PAGE };

static const size_t lengths[] = {0, 1, PAGE, LIMIT - 1, LIMIT, LIMIT + 1, LIMIT + PAGE - 1, LIMIT + PAGE, MOST - PAGE - 1};
#define LENGTHS (sizeof lengths / sizeof *lengths)

static unsigned char *fresh(void) {
  unsigned char *memory = mmap(NULL, MOST, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  assert_ptr_not_equal(memory, MAP_FAILED);
  madvise(memory, MOST, MADV_NOHUGEPAGE);
  return memory;
}

static size_t resident(unsigned char *memory) {
  static unsigned char in[PAGES];
  size_t count = 0;
  assert_int_equal(mincore(memory, MOST, in), 0);
  for (size_t i = 0; i < PAGES; i++)
    count += in[i] & 1;
  return count;
}

static size_t pages_touched(size_t skew, size_t bytes) {
  return bytes ? (skew + bytes - 1) / PAGE + 1 : 0;
}

static void check_all(void) {
  unsigned char *from = fresh();
  for (size_t i = 0; i < MOST; i++)
    from[i] = (unsigned char)(i * 7 + i / 5000);
  for (size_t i = 0; i < LENGTHS; i++)
    for (size_t skew = 0; skew < 2; skew++) {
      unsigned char *memory = fresh();
      assert_ptr_equal(__pp_memset(memory + skew, 0x105, lengths[i]), memory + skew);
      assert_int_equal(resident(memory), pages_touched(skew, lengths[i]));
      for (size_t at = 0; at < lengths[i]; at++)
        if (memory[skew + at] != 5)
          fail();
      assert_int_equal(memory[skew + lengths[i]], 0);
      munmap(memory, MOST);
      memory = fresh();
      assert_ptr_equal(__pp_memcpy(memory + skew, from + 1, lengths[i]), memory + skew);
      assert_int_equal(resident(memory), pages_touched(skew, lengths[i]));
      assert_memory_equal(memory + skew, from + 1, lengths[i]);
      assert_int_equal(memory[skew + lengths[i]], 0);
      munmap(memory, MOST);
    }
  munmap(from, MOST);
}

static void results_are_those_of_the_c_library(void **state) {
  errno = 42;
  for (int mode = PP_MODE_AUTO; mode <= PP_MODE_ALWAYS; mode++) {
    pp_settings.mode = (enum pp_mode)mode;
    check_all();
  }
  pp_settings.mode = PP_MODE_AUTO;
  assert_int_equal(errno, 42);
}

static void switched_off_it_is_one_call(void **state) {
  uint64_t calls = pp_get(&pp_totals.calls);
  int state_before = atomic_exchange(&pp_state, PP_OFF);
  check_all();
  atomic_store(&pp_state, state_before);
  assert_int_equal(pp_get(&pp_totals.calls), calls);
}

static void new_memory_is_made_in_pieces(void **state) {
  unsigned char *memory = fresh();
  uint64_t calls = pp_get(&pp_totals.calls);
  pp_settings.mode = PP_MODE_ALWAYS;
  __pp_memset(memory, 1, MOST);
  pp_settings.mode = PP_MODE_AUTO;
  assert_true(pp_get(&pp_totals.calls) - calls >= MOST / LIMIT);
  munmap(memory, MOST);
}

/* No wrong program gets another result. */
static void pieces_that_overlap_are_left_to_the_c_library(void **state) {
  unsigned char *memory = fresh();
  for (size_t i = 0; i < MOST; i++)
    memory[i] = (unsigned char)(i / 1000);
  __pp_memcpy(memory, memory, MOST);
  for (size_t i = 0; i < MOST; i++)
    if (memory[i] != (unsigned char)(i / 1000))
      fail();
  munmap(memory, MOST);
}

static unsigned char *handled;
static void handle(int number) {
  __pp_memset(handled, 3, LIMIT + 5);
}

static void handlers_may_call(void **state) {
  struct sigaction action = {.sa_handler = handle};
  sigaction(SIGUSR1, &action, NULL);
  handled = fresh();
  raise(SIGUSR1);
  assert_int_equal(handled[0] + handled[LIMIT + 4], 6);
  assert_int_equal(handled[LIMIT + 5], 0);
  munmap(handled, MOST);
}

static void *fill(void *argument) {
  for (int i = 0; i < 20; i++) {
    unsigned char *memory = fresh();
    __pp_memset(memory, 7, MOST / 2);
    if (memory[0] != 7 || memory[MOST / 2 - 1] != 7 || memory[MOST / 2])
      return argument;
    munmap(memory, MOST);
  }
  return NULL;
}

static void threads_may_call(void **state) {
  pthread_t threads[4];
  for (int i = 0; i < 4; i++)
    pthread_create(&threads[i], NULL, fill, threads);
  for (int i = 0; i < 4; i++) {
    void *failed;
    pthread_join(threads[i], &failed);
    assert_null(failed);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(results_are_those_of_the_c_library),
      cmocka_unit_test(switched_off_it_is_one_call),
      cmocka_unit_test(new_memory_is_made_in_pieces),
      cmocka_unit_test(pieces_that_overlap_are_left_to_the_c_library),
      cmocka_unit_test(handlers_may_call),
      cmocka_unit_test(threads_may_call),
  };
  return cmocka_run_group_tests_name("block", tests, NULL, NULL);
}
