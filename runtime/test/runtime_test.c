/* SPDX-License-Identifier: MIT */
/* Unit tests of the runtime: the calls of the ABI made by hand, as compiled code makes them.
 * Tests that need pages to be absent use a file in the current folder; where it can not be dropped from memory they skip and say
 * so. */
#include "expect.h"

#include "backend.h"
#include "hint.h"
#include "loop.h"
#include "pageprefetch.h"
#include "pageprefetch_abi.h"
#include "settings.h"
#include "site.h"
#include "walk.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, FILE_PAGES = 16384 };

static void compile_gather(struct compiled *compiled) {
  compile_loop_of(compiled, 8);
}

static uint64_t run_gather(struct compiled *compiled, const unsigned char *memory, const uint64_t *index, uint64_t trips) {
  return run_loop(compiled, memory, index, trips);
}

static uint64_t next_random(uint64_t *state) {
  /* xorshift64, Marsaglia 2003 */
  *state ^= *state << 13;
  *state ^= *state >> 7;
  return *state ^= *state << 17;
}

static uint64_t *random_index(uint64_t count, uint64_t range) {
  uint64_t *index = malloc(count * sizeof *index), state = 88172645463325252u;
  for (uint64_t i = 0; i < count; i++)
    index[i] = next_random(&state) % range;
  return index;
}

/* A mapping of FILE_PAGES pages, dropped from memory; NULL where the file system keeps it. */
static unsigned char *map_cold_file(int *descriptor) {
  char name[] = "pp-runtime-test-XXXXXX";
  *descriptor = mkstemp(name);
  if (*descriptor < 0)
    return NULL;
  unlink(name);
  char *page = calloc(1, PAGE);
  for (int i = 0; i < FILE_PAGES; i++) {
    memset(page, i, PAGE);
    if (write(*descriptor, page, PAGE) != PAGE)
      break;
  }
  free(page);
  fsync(*descriptor);
  posix_fadvise(*descriptor, 0, 0, POSIX_FADV_DONTNEED);
  unsigned char *memory = mmap(NULL, (size_t)FILE_PAGES * PAGE, PROT_READ, MAP_SHARED, *descriptor, 0);
  unsigned char resident[64];
  if (memory == MAP_FAILED || mincore(memory + (size_t)PAGE * 4096, sizeof resident * PAGE, resident) || (resident[0] & 1))
    return NULL;
  return memory;
}

static struct pp_live_site *live_site(const struct compiled *compiled, unsigned site) {
  return compiled->sites[site].live;
}

static void resident_data_puts_the_site_to_sleep(void **state) {
  struct compiled compiled;
  compile_gather(&compiled);
  enum { TRIPS = 100000 };
  unsigned char *memory = malloc(TRIPS * 8);
  memset(memory, 1, TRIPS * 8);
  uint64_t *index = random_index(TRIPS, TRIPS * 8);
  assert_int_equal(run_gather(&compiled, memory, index, TRIPS), TRIPS);
  assert_int_equal(pp_site_state(live_site(&compiled, 1)), PP_ASLEEP);
  uint64_t pages = pp_get(&live_site(&compiled, 1)->pages);
  assert_uint_in_range(pages, 1, 1024);
  assert_int_equal(run_gather(&compiled, memory, index, TRIPS), TRIPS);
  assert_uint_in_range(pp_get(&live_site(&compiled, 1)->pages), pages, pages + 256);
  free(index);
  free(memory);
}

static void absent_data_is_hinted_before_it_is_touched(void **state) {
  int descriptor;
  unsigned char *memory = map_cold_file(&descriptor);
  if (!memory) {
    print_message("skipped: files in this folder can not be dropped from memory\n");
    skip();
  }
  struct compiled compiled;
  compile_gather(&compiled);
  enum { TRIPS = 4096 };
  uint64_t *index = random_index(TRIPS, (uint64_t)FILE_PAGES * PAGE), expected = 0;
  struct rusage before, after;
  pp_set(&pp_fault_ns, 1000 * 1000); /* dear: hints pay however slow a busy machine or a sanitizer makes them */
  getrusage(RUSAGE_THREAD, &before);
  uint64_t sum = run_gather(&compiled, memory, index, TRIPS);
  getrusage(RUSAGE_THREAD, &after);
  pp_set(&pp_fault_ns, 0);
  for (int i = 0; i < TRIPS; i++)
    expected += memory[index[i]];
  assert_int_equal(sum, expected);
  struct pp_live_site *site = live_site(&compiled, 1);
  assert_int_equal(pp_site_state(site), PP_AWAKE);
  assert_true(pp_get(&site->read) > TRIPS / 2);
  assert_uint_in_range(after.ru_majflt - before.ru_majflt, 0, TRIPS / 64);
  free(index);
  munmap(memory, (size_t)FILE_PAGES * PAGE);
  close(descriptor);
}

/* A loop that is entered again and again for a few iterations. */
static void short_entries_are_seen_while_they_pay(void **state) {
  enum { LEAST = 16, USUAL = 1024, BATCH = 32, ROWS = 1 << 15 };
  struct compiled compiled;
  compile_gather(&compiled);
  compiled.loop.least = LEAST, compiled.loop.usual = USUAL;
  unsigned char *memory = calloc(1, ROWS);
  uint64_t *index = random_index(ROWS, ROWS);
  (void)run_gather(&compiled, memory, index, ROWS); /* finds all in memory, and sleeps */
  assert_int_equal(compiled.loop.least, LEAST);
  for (int pass = 0; pass < 8; pass++)
    for (unsigned done = 0; done < ROWS; done += BATCH)
      (void)run_gather(&compiled, memory, index + done, BATCH);
  assert_uint_in_range(compiled.loop.least, BATCH + 1, USUAL);
  /* There is something to hint again. */
  struct pp_live_loop *live = compiled.loop.live;
  pp_settings.mode = PP_MODE_ALWAYS;
  atomic_store(&live->asleep, false);
  pp_site_probe(&live->sites[1]);
  (void)run_gather(&compiled, memory, index, ROWS);
  pp_settings.mode = PP_MODE_AUTO;
  assert_int_equal(compiled.loop.least, LEAST);
  free(index);
  free(memory);
}

/* Short walks without a neighbour, whose misses would read what lies around them; one that goes on is read-ahead's. */
static void pieces_by_themselves_are_hinted_whole(void **state) {
  enum { PIECE = 64 << 10, TRIPS = PIECE / 8, MEMORY = 16 << 20 };
  unsigned char *memory = calloc(1, MEMORY);
  const uint64_t at = ((uintptr_t)memory + PIECE) & ~(uint64_t)(PIECE - 1);
  struct pp_live_loop loop = {.site_count = 1};
  struct pp_live_site site = {.loop = &loop, .kind = PP_KIND_AFFINE, .flags = PP_SITE_COUNTED};
  const struct {
    uint64_t base;
    int64_t stride;
    uint64_t trips, ahead, pages;
  } entries[] = {{at + PIECE, 8, TRIPS, TRIPS, 16},           {at + 2 * PIECE, 8, TRIPS, 0, 0},
                 {at + 2 * PIECE + 4096, 8, TRIPS, 0, 0}, /* a window that slides */

                 {at + 20 * PIECE, 8, TRIPS, TRIPS, 16},      {at + 20 * PIECE, 8, TRIPS, TRIPS, 16}, /* anew: it may have gone */
                 {at + 40 * PIECE - 8, -8, TRIPS, TRIPS, 16}, {at + 39 * PIECE - 8, -8, TRIPS, 0, 0},
                 {at + 38 * PIECE - 8, -8, TRIPS, 0, 0},      {at + 60 * PIECE, 8, 100 * TRIPS, 0, 0}};
  struct pp_thread *thread = pp_thread_get();
  for (unsigned i = 0; i < sizeof entries / sizeof *entries; i++) {
    pp_site_probe(&site);
    uint64_t before = pp_get(&site.pages);
    uint64_t ahead = pp_walk_hint(thread, &site, entries[i].base, entries[i].stride, 8, 0, entries[i].trips, 0);
    assert_int_equal(ahead, entries[i].ahead);
    assert_int_equal(pp_get(&site.pages) - before, entries[i].pages);
    assert_int_equal(pp_walk_hint(thread, &site, entries[i].base, entries[i].stride, 8, 1, entries[i].trips, ahead), ahead);
  }
  /* A search may end at once. */
  site.flags = 0;
  assert_int_equal(pp_walk_hint(thread, &site, at + 100 * PIECE, 8, 8, 0, TRIPS, 0), 0);
  /* A few long pieces that overlap are no short walk. */
  site.flags = PP_SITE_COUNTED;
  assert_int_equal(pp_walk_hint(thread, &site, at, 8, PP_PROBE_PAGES * 4096 * 100, 0, 4, 0), 0);
  free(memory);
}

/* The block that a gather of `trips` gets whose first addresses go evenly over 16 MiB, with `repeats` of them seen before. */
static uint64_t block_after(uint64_t trips, uint64_t repeats) {
  struct pp_live_loop loop = {.site_count = 1};
  struct pp_live_site site = {.loop = &loop, .kind = PP_KIND_GATHER, .absent_share = 256};
  uintptr_t addresses[512];
  for (unsigned i = 0; i < 512; i++)
    addresses[i] = UINT64_C(1) << 32 | (uint64_t)i * (16 << 20) / 512;
  pp_site_enter(&site);
  pp_set(&site.trips, trips);
  assert_int_equal(pp_gather_block(&site, addresses, 512), PAGE);
  pp_count(&site.repeats, repeats);
  return pp_gather_block(&site, addresses, 512);
}

static void dense_gathers_are_widened(void **state) {
  if (pp_os_memory_budget() < 16 << 20) {
    print_message("skipped: less than 16 MiB of memory to spare\n");
    skip();
  }
  assert_int_equal(block_after(4096, 40), 2 << 20);
  assert_int_equal(block_after(512, 0), PAGE);    /* few of the pages will be touched */
  assert_int_equal(block_after(4096, 200), PAGE); /* the same few again and again */
}

/* A loop of one walk, base + i * stride, span bytes each: all of them the environment. */
static void compile_walk(struct compiled *compiled) {
  compile_gather(compiled);
  compiled->loop.site_count = 1;
  compiled->loop.environment_count = 3;
  compiled->loop.slices = NULL;
  compiled->sites[0].flags = 0;
  for (unsigned i = 0; i < 3; i++)
    compiled->walk_code[i] = (struct pp_instruction){.op = PP_OP_ENVIRONMENT, .to = (uint8_t)i, .immediate = i};
  compiled->walk_code[3] = (struct pp_instruction){.op = PP_OP_WALK, .left = 0, .right = 1, .third = 2};
  compiled->walk_code[4] = (struct pp_instruction){.op = PP_OP_END};
  compiled->walks = (struct pp_program){
      .instruction_count = 5, .environment_count = 3, .register_count = 3, .site_count = 1, .instructions = compiled->walk_code};
}

static void wild_calls_do_no_harm(void **state) {
  struct compiled walk, gather;
  compile_walk(&walk);
  compile_gather(&gather);
  pp_settings.mode = PP_MODE_ALWAYS;
  uint64_t random = 7;
  for (int i = 0; i < 4000; i++) {
    uint64_t trips = next_random(&random) >> (next_random(&random) % 64),
             done = trips && i & 1 ? next_random(&random) % trips : 0;
    uint64_t span = next_random(&random) >> (next_random(&random) % 64);
    uint64_t stride = (uint64_t)((int64_t)next_random(&random) >> (next_random(&random) % 64));
    assert_true(__pp_strip(&walk.loop, done, trips, next_random(&random), stride, span) > 0);
    assert_true(__pp_strip(&gather.loop, done, trips, next_random(&random), next_random(&random)) > 0);
  }
  pp_settings.mode = PP_MODE_AUTO;
}

static void every_iteration_of_a_walk_is_hinted(void **state) {
  struct compiled compiled;
  compile_walk(&compiled);
  pp_settings.mode = PP_MODE_ALWAYS;
  const uint64_t trips = 5000;
  char *unmapped = mmap(NULL, trips * 3 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  munmap(unmapped, trips * 3 * PAGE);
  struct pp_live_site *site = NULL;
  for (uint64_t done = 0, n; done < trips; done += n) {
    n = __pp_strip(&compiled.loop, done, trips, (uint64_t)unmapped, (uint64_t)(3 * PAGE), (uint64_t)8);
    n = n < trips - done ? n : trips - done;
    site = live_site(&compiled, 0);
    assert_true(pp_get(&site->pages) >= done + n);
  }
  assert_int_equal(pp_get(&site->pages), trips);
  assert_int_equal(pp_get(&site->refused), trips);
  pp_settings.mode = PP_MODE_AUTO;
}

/* The values of a call, more than fit into registers. */
static void all_values_arrive(void **state) {
  struct compiled compiled;
  compile_walk(&compiled);
  compiled.loop.environment_count = 12;
  compiled.walks.environment_count = 12;
  for (unsigned i = 0; i < 3; i++)
    compiled.walk_code[i].immediate = 9 + i;
  pp_settings.mode = PP_MODE_ALWAYS;
  uint64_t wild = 3 * PAGE;
  __pp_strip(&compiled.loop, 0, 10, wild, wild, wild, wild, wild, wild, wild, wild, wild, UINT64_C(1) << 50, (uint64_t)PAGE * 2,
             (uint64_t)PAGE);
  assert_int_equal(pp_get(&live_site(&compiled, 0)->pages), 10);
  assert_int_equal(pp_get(&live_site(&compiled, 0)->refused), 10);
  pp_settings.mode = PP_MODE_AUTO;
}

static void errno_is_kept(void **state) {
  struct compiled compiled;
  compile_gather(&compiled);
  errno = 4711;
  uint64_t index[4] = {0};
  run_gather(&compiled, (const unsigned char *)"a", index, 4);
  pp_hint((void *)1, 100);
  pp_hint_many((const void *const[]){NULL}, 1);
  pp_populate((void *)PAGE, 10 * PAGE);
  assert_int_equal(errno, 4711);
  /* What compiled code calls, where the kernel refuses. */
  compile_gather(&compiled);
  pp_settings.mode = PP_MODE_ALWAYS;
  static uint64_t indices[512];
  for (int i = 0; i < 512; i++)
    indices[i] = (uint64_t)i * PAGE;
  __pp_strip(&compiled.loop, 0, 512, (uint64_t)indices, UINT64_C(1) << 50);
  assert_int_equal(errno, 4711);
  assert_true(pp_get(&live_site(&compiled, 1)->refused) > 0);
  __pp_strip(&compiled.loop, 256, 512, (uint64_t)PAGE, (uint64_t)0);
  assert_int_equal(errno, 4711);
  pp_settings.mode = PP_MODE_AUTO;
}

static void wild_hints_are_refused_and_counted(void **state) {
  struct pp_statistics before, after;
  pp_stats(&before);
  assert_int_equal(pp_hint(NULL, 1), -1);
  assert_int_equal(pp_hint((void *)UINTPTR_MAX, 100), -1);
  assert_int_equal(pp_hint((void *)(UINTPTR_MAX << 47), 1 << 20), -1);
  const void *wild[] = {NULL, (void *)1, (void *)UINTPTR_MAX, (void *)(UINTPTR_MAX << 47), (void *)(UINTPTR_MAX >> 17 << 13)};
  assert_int_equal(pp_hint_many(wild, 5), -1);
  pp_stats(&after);
  assert_true(after.pages_refused - before.pages_refused >= 7);
  assert_int_equal(after.failed_calls, before.failed_calls);
}

static void good_hints_survive_among_wild_ones(void **state) {
  char *memory = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(memory, 1, 64 * PAGE);
  munmap(memory + 10 * PAGE, 10 * PAGE);
  const void *addresses[64];
  for (int i = 0; i < 64; i++)
    addresses[i] = memory + i * PAGE + 123;
  addresses[40] = (void *)(UINTPTR_MAX << 47);
  struct pp_statistics before, after;
  pp_stats(&before);
  assert_int_equal(pp_hint_many(addresses, 64), 0);
  pp_stats(&after);
  assert_uint_in_range(after.pages_refused - before.pages_refused, 2, 64);
  munmap(memory, 10 * PAGE);
  munmap(memory + 20 * PAGE, 44 * PAGE);
}

static void another_abi_is_left_alone(void **state) {
  struct compiled compiled;
  compile_gather(&compiled);
  compiled.loop.version = PP_ABI_VERSION + 1;
  enum pp_log_level level = pp_settings.log_level;
  pp_settings.log_level = PP_LOG_ERROR;
  assert_true(__pp_strip(&compiled.loop, 0, 1000, (uint64_t)0, (uint64_t)0) >= 1000);
  pp_settings.log_level = level;
  assert_true(compiled.loop.least == PP_NEVER);
  assert_null(compiled.loop.live);
}

static void populate_keeps_contents(void **state) {
  char *memory = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memory[5 * PAGE] = 42;
  if (pp_populate(memory + 1, 64 * PAGE - 2) != 0) {
    print_message("skipped: MADV_POPULATE_WRITE is not known to this kernel\n");
    munmap(memory, 64 * PAGE);
    skip();
  }
  assert_int_equal(memory[5 * PAGE], 42);
  unsigned char resident[64];
  mincore(memory, 64 * PAGE, resident);
  assert_true(resident[30] & 1);
  munmap(memory, 64 * PAGE);
  assert_int_equal(pp_populate((void *)PAGE, 3 * PAGE), -1);
}

static void a_forked_child_hints_for_itself(void **state) {
  pid_t child = fork();
  if (child == 0) {
    char *memory = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    _exit(pp_hint(memory, 4 * PAGE) == 0 ? 0 : 1);
  }
  int status;
  waitpid(child, &status, 0);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

struct shared_run {
  struct compiled *compiled;
  const unsigned char *memory;
  const uint64_t *index;
  uint64_t trips, sum;
};

static void *run_shared(void *argument) {
  struct shared_run *run = argument;
  for (int i = 0; i < 20; i++)
    run->sum = run_gather(run->compiled, run->memory, run->index, run->trips);
  return NULL;
}

static void threads_share_a_site(void **state) {
  struct compiled compiled;
  compile_gather(&compiled);
  pp_settings.mode = PP_MODE_ALWAYS;
  enum { TRIPS = 3000, THREADS = 4 };
  unsigned char *memory = malloc(1 << 20);
  memset(memory, 1, 1 << 20);
  uint64_t *index = random_index(TRIPS, 1 << 20);
  pthread_t threads[THREADS];
  struct shared_run runs[THREADS];
  for (int i = 0; i < THREADS; i++) {
    runs[i] = (struct shared_run){&compiled, memory, index, TRIPS, 0};
    pthread_create(&threads[i], NULL, run_shared, &runs[i]);
  }
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
    assert_int_equal(runs[i].sum, TRIPS);
  }
  assert_true(pp_get(&live_site(&compiled, 1)->pages) > 0);
  pp_settings.mode = PP_MODE_AUTO;
  free(index);
  free(memory);
}

static void budget_is_known_here(void **state) {
  uint64_t budget = pp_os_memory_budget();
  assert_true(budget > 0 && budget < UINT64_C(1) << 46);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(resident_data_puts_the_site_to_sleep),
      cmocka_unit_test(absent_data_is_hinted_before_it_is_touched),
      cmocka_unit_test(short_entries_are_seen_while_they_pay),
      cmocka_unit_test(pieces_by_themselves_are_hinted_whole),
      cmocka_unit_test(dense_gathers_are_widened),
      cmocka_unit_test(wild_calls_do_no_harm),
      cmocka_unit_test(every_iteration_of_a_walk_is_hinted),
      cmocka_unit_test(all_values_arrive),
      cmocka_unit_test(errno_is_kept),
      cmocka_unit_test(wild_hints_are_refused_and_counted),
      cmocka_unit_test(good_hints_survive_among_wild_ones),
      cmocka_unit_test(another_abi_is_left_alone),
      cmocka_unit_test(populate_keeps_contents),
      cmocka_unit_test(a_forked_child_hints_for_itself),
      cmocka_unit_test(threads_share_a_site),
      cmocka_unit_test(budget_is_known_here),
  };
  return cmocka_run_group_tests_name("runtime", tests, NULL, NULL);
}
