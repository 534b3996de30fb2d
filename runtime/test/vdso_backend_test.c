/* SPDX-License-Identifier: MIT */
/* Unit tests of the vdso backend: the mock plays each fate, and the runtime's counts, states and fallbacks are looked at.
 * Reads that the mock only claims are not made: what is passed on to madvise is real. */
#include "expect.h"

#include "backend.h"
#include "hint.h"
#include "pageprefetch.h"
#include "pageprefetch_abi.h"
#include "settings.h"
#include "site.h"
#include "vdso_mock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096, PAGES = 4096 };

static unsigned char *memory, fates[PAGES];

/* All pages in memory, for the kernel and for the mock; the backend chosen anew. */
static int set_up(void **state) {
  memory = mmap(NULL, (size_t)PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(memory, 1, (size_t)PAGES * PAGE);
  memset(fates, PP_FATE_ACCESSIBLE, sizeof fates);
  vdso_mock = (struct vdso_mock){.start = (uintptr_t)memory, .pages = PAGES, .fates = fates};
  pp_settings.backend = "auto";
  pp_settings.mode = PP_MODE_AUTO;
  pp_backend_choose();
  assert_string_equal(pp_backend_current()->name, "vdso");
  for (unsigned i = 0; i < PP_FATES; i++)
    atomic_store(&pp_backend_current()->fates[i], 0);
  pp_hint_forget(pp_thread_get()); /* the same addresses were hinted by the test before */
  return 0;
}

static int tear_down(void **state) {
  munmap(memory, (size_t)PAGES * PAGE);
  vdso_mock = (struct vdso_mock){0};
  return 0;
}

static struct pp_live_loop loop;
static struct pp_live_site site;

static void make_site(uint32_t kind) {
  loop = (struct pp_live_loop){.site_count = 1};
  site = (struct pp_live_site){.loop = &loop, .kind = kind, .element_bytes = 8, .file = "t.c"};
  atomic_store(&site.state, PP_PROBING);
  pp_set(&site.backoff, 16);
}

static uint64_t fate_count(unsigned fate) {
  return atomic_load(&pp_backends[0]->fates[fate]);
}

/* One address on each of the pages [first, first + count). */
static uint64_t hint_pages(unsigned first, unsigned count, unsigned offset) {
  static uintptr_t addresses[PAGES];
  for (unsigned i = 0; i < count; i++)
    addresses[i] = (uintptr_t)memory + (size_t)(first + i) * PAGE + offset;
  return pp_hint_blocks(pp_thread_get(), &site, addresses, count, 8, PAGE);
}

static void pages_in_memory_are_asked_once_and_read_nothing(void **state) {
  make_site(PP_KIND_GATHER);
  uint64_t calls = vdso_mock.calls, system_calls = pp_get(&pp_totals.calls);
  assert_int_equal(hint_pages(0, 256, 0), 256);
  assert_int_equal(vdso_mock.calls - calls, 256);
  assert_int_equal(pp_get(&pp_totals.calls), system_calls);
  assert_int_equal(pp_get(&site.pages), 256);
  assert_int_equal(pp_get(&site.read), 0);
  assert_int_equal(pp_get(&site.window_pages), 256);
  assert_int_equal(fate_count(PP_FATE_ACCESSIBLE), 256);
}

static void elements_on_two_pages_ask_for_both(void **state) {
  make_site(PP_KIND_GATHER);
  uint64_t calls = vdso_mock.calls;
  fates[11] = PP_FATE_STARTED;
  hint_pages(10, 1, PAGE - 7);
  assert_int_equal(vdso_mock.calls - calls, 2);
  assert_int_equal(pp_get(&site.read), 1);
  calls = vdso_mock.calls;
  hint_pages(20, 1, PAGE - 8);
  assert_int_equal(vdso_mock.calls - calls, 1);
}

static void absent_pages_are_counted_by_the_answers(void **state) {
  make_site(PP_KIND_GATHER);
  memset(fates, PP_FATE_STARTED, 64);
  memset(fates + 64, PP_FATE_IN_FLIGHT, 32);
  memset(fates + 96, PP_FATE_CACHED, 16);
  memset(fates + 112, PP_FATE_UNTOUCHED, 16);
  hint_pages(0, 256, 0);
  assert_int_equal(pp_get(&site.read), 96);
  assert_int_equal(pp_get(&site.window_read), 96);
  assert_int_equal(pp_get(&site.refused), 0);
  assert_int_equal(fate_count(PP_FATE_STARTED), 64);
  assert_int_equal(fate_count(PP_FATE_IN_FLIGHT), 32);
  assert_int_equal(fate_count(PP_FATE_CACHED), 16);
  assert_int_equal(fate_count(PP_FATE_UNTOUCHED), 16);
  assert_int_equal(fate_count(PP_FATE_ACCESSIBLE), 128);
}

static void started_pages_are_not_asked_again(void **state) {
  make_site(PP_KIND_GATHER);
  memset(fates, PP_FATE_STARTED, 16);
  uintptr_t addresses[64];
  for (unsigned i = 0; i < 64; i++)
    addresses[i] = (uintptr_t)memory + (size_t)(i / 4) * PAGE + i % 4 * 8;
  uint64_t calls = vdso_mock.calls;
  pp_hint_blocks(pp_thread_get(), &site, addresses, 64, 8, PAGE);
  assert_int_equal(vdso_mock.calls - calls, 16); /* neighbours in the batch */
  assert_int_equal(pp_get(&site.repeats), 48);
  calls = vdso_mock.calls;
  pp_hint_blocks(pp_thread_get(), &site, addresses, 64, 8,
                 PAGE); /* the batch before had many absent: the filter is asked first */
  assert_int_equal(vdso_mock.calls - calls, 0);
  assert_int_equal(pp_get(&site.read), 16);
  pp_hint_forget(pp_thread_get());
}

static void refusals_are_counted_by_reason(void **state) {
  make_site(PP_KIND_GATHER);
  memset(fates, PP_FATE_BUSY, 8);
  memset(fates + 8, PP_FATE_UNMAPPED, 4);
  memset(fates + 12, PP_FATE_DENIED, 2);
  assert_int_equal(hint_pages(0, 32, 0), 32 - 14);
  assert_int_equal(pp_get(&site.refused), 14);
  assert_int_equal(fate_count(PP_FATE_BUSY), 8);
  assert_int_equal(fate_count(PP_FATE_UNMAPPED), 4);
  assert_int_equal(fate_count(PP_FATE_DENIED), 2);
}

static void tight_and_full_are_passed_on(void **state) {
  make_site(PP_KIND_GATHER);
  struct pp_backend *second = pp_backend_second();
  if (!strcmp(second->name, "none")) {
    print_message("skipped: this kernel takes no hints by system call\n");
    skip();
  }
  memset(fates + 100, PP_FATE_TIGHT, 10);
  memset(fates + 300, PP_FATE_FULL, 5);
  uint64_t pages = atomic_load(&second->pages), refused = atomic_load(&second->refused_pages);
  hint_pages(0, 512, 0);
  assert_int_equal(atomic_load(&second->pages) - pages, 15);
  assert_int_equal(fate_count(PP_FATE_TIGHT), 10);
  assert_int_equal(fate_count(PP_FATE_FULL), 5);
  /* Anonymous memory knows no WILLNEED where there is no swap: then all of them are refused in the end. */
  assert_int_equal(pp_get(&site.refused), atomic_load(&second->refused_pages) - refused);
  assert_int_equal(pp_get(&site.window_pages), 512);
  pp_hint_range(pp_thread_get(), &site, (uintptr_t)memory + 50 * PAGE, 300 * PAGE);
  assert_int_equal(atomic_load(&second->pages) - pages, 30);
}

static void where_memory_is_short_started_reads_are_passed_on_too(void **state) {
  make_site(PP_KIND_GATHER);
  struct pp_backend *second = pp_backend_second();
  if (!strcmp(second->name, "none")) {
    print_message("skipped: this kernel takes no hints by system call\n");
    skip();
  }
  memset(fates, PP_FATE_STARTED, PAGES);
  fates[5] = PP_FATE_TIGHT;
  uint64_t pages = atomic_load(&second->pages);
  hint_pages(0, 64, 0);
  assert_int_equal(atomic_load(&second->pages) - pages, 1);
  assert_int_equal(pp_get(&site.window_read), 63);
  hint_pages(100, 64, 0);
  assert_int_equal(atomic_load(&second->pages) - pages, 65);
  assert_int_equal(pp_get(&site.window_read), 63); /* counted where they are read: here nothing is */
  assert_int_equal(pp_get(&site.window_pages), 128);
  for (unsigned i = 0; i < 16; i++)
    hint_pages(200 + i, 1, 0);
  pages = atomic_load(&second->pages);
  hint_pages(300, 64, 0);
  assert_int_equal(atomic_load(&second->pages) - pages, 0);
}

static void unsupported_mappings_are_passed_on_once(void **state) {
  make_site(PP_KIND_GATHER);
  struct pp_backend *second = pp_backend_second();
  if (!strcmp(second->name, "none")) {
    print_message("skipped: this kernel takes no hints by system call\n");
    skip();
  }
  memset(fates, PP_FATE_UNSUPPORTED, PAGES);
  uint64_t pages = atomic_load(&second->pages);
  hint_pages(0, 64, 0);
  assert_int_equal(atomic_load(&second->pages) - pages, 64);
  hint_pages(64, 64, 0);
  assert_int_equal(atomic_load(&second->pages) - pages, 64);
  assert_true(pp_get(&site.refused) >= 64);
  pp_hint_range(pp_thread_get(), &site, (uintptr_t)memory + 1000 * PAGE, 64 * PAGE);
  assert_int_equal(atomic_load(&second->pages) - pages, 64);
  pp_site_probe(&site); /* as after a sleep: once more */
  hint_pages(200, 64, 0);
  assert_int_equal(atomic_load(&second->pages) - pages, 128);
}

static void switched_off_means_the_next_backend(void **state) {
  make_site(PP_KIND_GATHER);
  memset(fates, PP_FATE_OFF, PAGES);
  enum pp_log_level level = pp_settings.log_level;
  pp_settings.log_level = PP_LOG_ERROR;
  hint_pages(0, 64, 0);
  pp_settings.log_level = level;
  assert_string_not_equal(pp_backend_current()->name, "vdso");
  assert_null(pp_backend_ask());
  uint64_t calls = vdso_mock.calls;
  hint_pages(64, 64, 0);
  assert_int_equal(vdso_mock.calls, calls);
}

static void switched_off_from_the_start(void **state) {
  char why[160] = "";
  vdso_mock.to_null = PP_FATE_OFF;
  assert_false(pp_backends[0]->probe(why, sizeof why));
  assert_non_null(strstr(why, "vm.prefetch_page"));
  vdso_mock.to_null = PP_FATE_ACCESSIBLE + 1; /* NULL as a page that is read: nonsense, but not accessible */
  assert_true(pp_backends[0]->probe(why, sizeof why));
}

static void answers_out_of_order_lead_to_the_next_backend(void **state) {
  make_site(PP_KIND_AFFINE);
  enum pp_log_level level = pp_settings.log_level;
  static const long answers[] = {-EINVAL, 0, 99l << 32, 5 << 8 | PP_FATES};
  for (unsigned i = 0; i < sizeof answers / sizeof *answers; i++) {
    pp_backend_choose();
    assert_string_equal(pp_backend_current()->name, "vdso");
    pp_settings.log_level = PP_LOG_ERROR;
    vdso_mock.error = answers[i] ? answers[i] : 1l << 8 | PP_FATE_STARTED;
    for (int j = 0; j < 4; j++)
      pp_hint_range(pp_thread_get(), &site, (uintptr_t)memory, 2 * PAGE);
    pp_settings.log_level = level;
    assert_int_equal(!strcmp(pp_backend_current()->name, "vdso"), !answers[i]);
  }
  vdso_mock.error = 0;
}

static void ranges_are_one_call_a_run(void **state) {
  make_site(PP_KIND_AFFINE);
  memset(fates + 1000, PP_FATE_STARTED, 500);
  uint64_t calls = vdso_mock.calls;
  assert_int_equal(pp_hint_range(pp_thread_get(), &site, (uintptr_t)memory, (uint64_t)PAGES * PAGE), PAGES);
  assert_int_equal(vdso_mock.calls - calls, 2);
  assert_int_equal(pp_get(&site.read), 500);
  assert_int_equal(pp_get(&site.pages), PAGES);
}

/* The state after hints in which one page of `of` was absent, over `pages` pages. */
static enum pp_site_state state_after(unsigned of, unsigned pages) {
  pp_hint_forget(pp_thread_get());
  for (unsigned i = 0; i < PAGES; i++)
    fates[i] = of && i % of == 0 ? PP_FATE_STARTED : PP_FATE_ACCESSIBLE;
  for (unsigned done = 0; done < pages; done += 256) {
    hint_pages(done % PAGES, 256, 0);
    if (done % PAGES == PAGES - 256) {
      pp_hint_forget(pp_thread_get());
      for (unsigned i = 0; i < PAGES; i++)
        fates[i] = of && i % of == 0 ? PP_FATE_STARTED : PP_FATE_ACCESSIBLE;
    }
    pp_site_judge(&site);
  }
  return pp_site_state(&site);
}

static void few_absent_pages_keep_a_site_awake(void **state) {
  make_site(PP_KIND_GATHER);
  assert_int_equal(state_after(0, 8192), PP_ASLEEP);
  pp_site_probe(&site);
  assert_int_equal(state_after(100, 65536), PP_AWAKE);
  make_site(PP_KIND_GATHER);
  assert_int_equal(state_after(800, 65536), PP_AWAKE);
  assert_int_equal(pp_get(&site.slept), 0);
  assert_int_equal(state_after(0, 65536), PP_ASLEEP);
}

/* The distance after strips of 256 elements, `absent` of them absent, during each of which the thread slept `waits` times. */
static uint64_t reach_after(unsigned strips, unsigned absent, unsigned waits, unsigned faults) {
  for (unsigned i = 0; i < strips; i++) {
    pp_count(&site.pages, 256);
    pp_count(&site.read, absent);
    pp_site_adapt(&site, waits, faults);
  }
  return pp_site_reach(&site);
}

static void the_distance_is_kept_in_absent_pages(void **state) {
  make_site(PP_KIND_GATHER);
  atomic_store(&site.state, PP_AWAKE);
  assert_int_equal(reach_after(20, 2, 0, 0), 256);   /* in time */
  assert_int_equal(reach_after(20, 200, 6, 6), 256); /* enough under way */
  assert_int_equal(reach_after(1, 25, 1, 1), 512);
  assert_uint_in_range(reach_after(20, 2, 1, 1), 3000, 4096 - 256);
  assert_uint_in_range(reach_after(20, 200, 1, 1), 256, 1024); /* the queue of reads is bounded */
  assert_true(reach_after(20, 200, 100, 100) < 256);           /* pages go before they are used */
}

static void wild_addresses_are_left_to_the_kernel(void **state) {
  make_site(PP_KIND_GATHER);
  uintptr_t wild[] = {0, 1, UINTPTR_MAX, UINTPTR_MAX << 47, UINTPTR_MAX >> 17 << 13, UINTPTR_MAX - 7};
  assert_int_equal(pp_hint_blocks(pp_thread_get(), &site, wild, 6, 8, PAGE), 0);
  assert_true(pp_get(&site.refused) >= 4);
}

static void populate_asks_to_write(void **state) {
  uint64_t writes = vdso_mock.writes, calls = pp_get(&pp_totals.calls);
  assert_int_equal(pp_populate(memory, 64 * PAGE), 0);
  assert_int_equal(vdso_mock.writes - writes, 1);
  assert_int_equal(pp_get(&pp_totals.calls), calls);
  memset(fates + 10, PP_FATE_UNTOUCHED, 10);
  assert_int_equal(pp_populate(memory, 64 * PAGE), 0);
  assert_int_equal(pp_get(&pp_totals.calls), calls + 1);
  memset(fates + 10, PP_FATE_UNMAPPED, 10);
  munmap(memory + 10 * PAGE, 10 * PAGE);
  assert_int_equal(pp_populate(memory, 64 * PAGE), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
      TEST(pages_in_memory_are_asked_once_and_read_nothing),
      TEST(elements_on_two_pages_ask_for_both),
      TEST(absent_pages_are_counted_by_the_answers),
      TEST(started_pages_are_not_asked_again),
      TEST(refusals_are_counted_by_reason),
      TEST(tight_and_full_are_passed_on),
      TEST(where_memory_is_short_started_reads_are_passed_on_too),
      TEST(unsupported_mappings_are_passed_on_once),
      TEST(switched_off_means_the_next_backend),
      TEST(switched_off_from_the_start),
      TEST(answers_out_of_order_lead_to_the_next_backend),
      TEST(ranges_are_one_call_a_run),
      TEST(few_absent_pages_keep_a_site_awake),
      TEST(the_distance_is_kept_in_absent_pages),
      TEST(wild_addresses_are_left_to_the_kernel),
      TEST(populate_asks_to_write),
  };
  return cmocka_run_group_tests_name("vdso backend", tests, NULL, NULL);
}
