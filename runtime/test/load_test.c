/* SPDX-License-Identifier: MIT */
/* Unit tests of the fault-proof load: it reads what the program could read, and at everything else it says so without a fault, a
 * signal, a stack that grows, a hole that is filled, or a monitor that is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "hint.h"
#include "load.h"
#include "settings.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/userfaultfd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096 };

/* Brings the library's start along. */
__attribute__((used)) static const char *const library = &pp_library;

static uint64_t next_random(uint64_t *state) {
  /* xorshift64, Marsaglia 2003 */
  *state ^= *state << 13;
  *state ^= *state >> 7;
  return *state ^= *state << 17;
}

static unsigned char *map(size_t bytes, int flags) {
  unsigned char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
  assert_true(memory != MAP_FAILED);
  return memory;
}

/* Loads that know nothing yet. */
static struct pp_loads *fresh(void) {
  static struct pp_loads loads;
  unsigned char *buffer = loads.buffer;
  memset(&loads, 0, sizeof loads);
  loads.buffer = buffer;
  assert_true(pp_load_begin(&loads, NULL, false));
  return &loads;
}

/* One lane among good ones: whether it loads. The others must. */
static bool loads_at(struct pp_loads *loads, uint64_t address) {
  static uint64_t good[64 * 512];
  uint64_t addresses[PP_LANES], values[PP_LANES];
  for (unsigned lane = 0; lane < PP_LANES; lane++) {
    good[lane * 512] = lane * 3;
    addresses[lane] = lane == 17 ? address : (uintptr_t)&good[lane * 512];
  }
  pp_lane_set loaded = pp_load(loads, ~UINT64_C(0), addresses, 8, false, values);
  assert_true((loaded | UINT64_C(1) << 17) == ~UINT64_C(0));
  for (unsigned lane = 0; lane < PP_LANES; lane++)
    assert_true(lane == 17 || values[lane] == lane * 3);
  return loaded >> 17 & 1;
}

static uint64_t element_at(const unsigned char *address, unsigned bytes) {
  uint64_t value = 0;
  memcpy(&value, address, bytes);
  return value;
}

/* Index arrays, scattered elements, elements across pages; all widths, some lanes only. */
static void values_are_what_memory_holds(void **state) {
  enum { BYTES = 300 * PAGE };
  unsigned char *memory = map(BYTES, 0);
  uint64_t random = 3;
  for (unsigned i = 0; i < BYTES; i++)
    memory[i] = (unsigned char)next_random(&random);
  struct pp_loads *loads = fresh();
  for (int i = 0; i < 3000; i++) {
    unsigned bytes = 1u << next_random(&random) % 4;
    uint64_t addresses[PP_LANES], values[PP_LANES], step = next_random(&random) % 3 ? next_random(&random) % 200 : 0;
    uint64_t start = next_random(&random) % (BYTES - 64 * 200 - 8);
    pp_lane_set lanes = next_random(&random) % 2 ? ~UINT64_C(0) : next_random(&random);
    for (unsigned lane = 0; lane < PP_LANES; lane++)
      addresses[lane] = (uintptr_t)memory + (step ? start + lane * step : next_random(&random) % (BYTES - 8));
    if (next_random(&random) % 4 == 0)
      assert_true(pp_load_begin(loads, NULL, next_random(&random) % 2));
    assert_true(pp_load(loads, lanes, addresses, bytes, next_random(&random) % 2, values) == lanes);
    for (unsigned lane = 0; lane < PP_LANES; lane++)
      if (lanes >> lane & 1)
        assert_int_equal(element_at((unsigned char *)&values[lane], bytes),
                         element_at((unsigned char *)(uintptr_t)addresses[lane], bytes));
  }
  munmap(memory, BYTES);
}

static void bad_addresses_are_not_loaded(void **state) {
  unsigned char *memory = map(4 * PAGE, 0);
  memset(memory, 1, 4 * PAGE);
  mprotect(memory + PAGE, PAGE, PROT_NONE);
  munmap(memory + 3 * PAGE, PAGE);
  struct pp_loads *loads = fresh();
  const uint64_t at = (uintptr_t)memory;
  const uint64_t bad[] = {0,
                          8,
                          PAGE - 4,
                          at + PAGE,
                          at + PAGE - 4,
                          at + 2 * PAGE - 1,
                          at + 3 * PAGE,
                          at + 3 * PAGE - 1,
                          UINT64_MAX,
                          UINT64_MAX - 7,
                          UINT64_C(1) << 63,
                          UINT64_C(1) << 47,
                          (UINT64_C(1) << 47) - 8,
                          (UINT64_C(1) << 47) - 4096};
  for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_false(loads_at(loads, bad[i]));
  assert_true(loads_at(loads, at) && loads_at(loads, at + PAGE - 8) && loads_at(loads, at + 2 * PAGE));
  /* What is known of mappings may be old: the copy stops by itself. */
  mprotect(memory + 2 * PAGE, PAGE, PROT_NONE);
  munmap(memory, PAGE);
  assert_false(loads_at(loads, at));
  assert_false(loads_at(loads, at + 2 * PAGE));
  munmap(memory, 3 * PAGE);
}

/* A dense run into a page that can not be read. */
static void index_arrays_end_where_they_end(void **state) {
  unsigned char *memory = map(2 * PAGE, 0);
  memset(memory, 7, PAGE);
  struct pp_loads *loads = fresh();
  uint64_t addresses[PP_LANES], values[PP_LANES];
  for (unsigned lane = 0; lane < PP_LANES; lane++)
    addresses[lane] = (uintptr_t)memory + PAGE - 128 + lane * 4;
  assert_true(pp_load(loads, ~UINT64_C(0), addresses, 4, false, values) == ~UINT64_C(0));
  mprotect(memory + PAGE, PAGE, PROT_NONE);
  assert_true(pp_load_begin(loads, NULL, false));
  assert_true(pp_load(loads, ~UINT64_C(0), addresses, 4, false, values) == UINT32_MAX);
  assert_int_equal((uint32_t)values[31], 0x07070707);
  munmap(memory, 2 * PAGE);
}

/* Copies of what the loop does not write are good until it is entered again, for its own steady loads. */
static void steady_copies_stay(void **state) {
  unsigned char *memory = map(PAGE, 0);
  struct pp_loads *loads = fresh();
  uint64_t addresses[PP_LANES], values[PP_LANES];
  const int mine = 0, other = 0;
  for (unsigned lane = 0; lane < PP_LANES; lane++)
    addresses[lane] = (uintptr_t)memory + 40 + lane * 4;
  const struct {
    const void *owner;
    bool goes_on, steady, old;
  } calls[] = {{&mine, false, true, false}, {&mine, true, true, true},    {&mine, true, false, false}, {&mine, true, true, false},
               {&mine, true, true, true},   {&mine, false, true, false},  {&other, true, true, false}, {&mine, true, true, false},
               {&mine, true, false, false}, {&mine, false, false, false}, {&mine, true, true, false}};
  unsigned char before = 0;
  for (unsigned i = 0; i < sizeof calls / sizeof *calls; i++) {
    unsigned char now = (unsigned char)(i + 1);
    memset(memory, now, PAGE);
    loads->owned_since = pp_os_ticks(); /* they do not grow old here */
    assert_true(pp_load_begin(loads, calls[i].owner, calls[i].goes_on));
    assert_true(pp_load(loads, ~UINT64_C(0), addresses, 4, calls[i].steady, values) == ~UINT64_C(0));
    unsigned char seen = (unsigned char)values[63];
    assert_int_equal(seen, calls[i].old ? before : now);
    before = seen;
  }
  loads->owned_since = pp_os_ticks();
  memset(memory, 98, PAGE);
  pp_load_forget(loads); /* a child, whose buffer is empty */
  assert_true(pp_load_begin(loads, &mine, true));
  assert_true(pp_load(loads, ~UINT64_C(0), addresses, 4, true, values) == ~UINT64_C(0));
  assert_int_equal(values[63] & 0xff, 98);
  loads->owned_since = 0; /* but there: */
  memset(memory, 99, PAGE);
  assert_true(pp_load_begin(loads, &mine, true));
  assert_true(pp_load(loads, ~UINT64_C(0), addresses, 4, true, values) == ~UINT64_C(0));
  assert_int_equal(values[63] & 0xff, 99);
  munmap(memory, PAGE);
}

static void files_are_read_up_to_their_end(void **state) {
  char name[] = "pp-load-test-XXXXXX";
  int file = mkstemp(name);
  assert_true(file >= 0 && unlink(name) == 0 && ftruncate(file, PAGE + 10) == 0);
  unsigned char *memory = mmap(NULL, 3 * PAGE, PROT_READ, MAP_SHARED, file, 0);
  struct pp_loads *loads = fresh();
  bool readable = loads_at(loads, (uintptr_t)memory);
  if (!readable)
    print_message("skipped in part: files in this folder are on no file system that is read ahead\n");
  else
    assert_true(loads_at(loads, (uintptr_t)memory + PAGE + 100)); /* zeros, in the last page */
  assert_false(loads_at(loads, (uintptr_t)memory + 2 * PAGE));
  munmap(memory, 3 * PAGE);
  close(file);
}

static uintptr_t start_of_main_stack(void) {
  char line[512];
  uintptr_t start = 0;
  FILE *maps = fopen("/proc/self/maps", "r");
  while (maps && fgets(line, sizeof line, maps))
    if (strstr(line, "[stack]"))
      start = strtoul(line, NULL, 16);
  fclose(maps);
  return start;
}

/* A structure that functions are handed stands there. What is below belongs to nobody, and reading it would make it grow. */
static void the_main_stack_is_read_and_does_not_grow(void **state) {
  uintptr_t frame = (uintptr_t)__builtin_frame_address(0); /* a sanitizer may keep variables elsewhere */
  struct pp_loads *loads = fresh();
  uintptr_t start = start_of_main_stack();
  assert_true(loads_at(loads, frame));
  for (unsigned i = 1; i < 5; i++)
    assert_false(loads_at(loads, start - i * 8));
  assert_false(pp_mappings_are_new(&loads->mappings, frame, sizeof frame));
  assert_int_equal(start_of_main_stack(), start);
}

static void other_stacks_do_not_grow(void **state) {
  struct pp_loads *loads;
  unsigned char *room = map(64 * PAGE, 0);
  munmap(room, 64 * PAGE);
  unsigned char *stack = mmap(room + 60 * PAGE, 4 * PAGE, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED_NOREPLACE, -1, 0);
  if (stack == MAP_FAILED)
    skip();
  stack[0] = 1;
  loads = fresh();
  for (unsigned i = 1; i < 5; i++)
    assert_false(loads_at(loads, (uintptr_t)stack - i * 8));
  unsigned char resident;
  assert_true(mincore(stack - PAGE, PAGE, &resident) != 0 && errno == ENOMEM); /* it has not grown */
  munmap(stack, 4 * PAGE);
}

static void holes_of_shared_memory_are_not_filled(void **state) {
  int file = memfd_create("pp-load-test", MFD_CLOEXEC);
  struct stat status;
  assert_true(file >= 0 && ftruncate(file, 16 * PAGE) == 0);
  unsigned char *shared = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  unsigned char *private = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
  unsigned char *anonymous = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  struct pp_loads *loads = fresh();
  assert_false(loads_at(loads, (uintptr_t)shared + 3 * PAGE));
  assert_false(loads_at(loads, (uintptr_t) private + 5 * PAGE));
  assert_false(loads_at(loads, (uintptr_t)anonymous + PAGE));
  assert_true(fstat(file, &status) == 0 && status.st_blocks == 0);
  munmap(shared, 16 * PAGE);
  munmap(private, 16 * PAGE);
  munmap(anonymous, 16 * PAGE);
  close(file);
}

static void secrets_are_not_read(void **state) {
  int file = (int)syscall(SYS_memfd_secret, 0);
  if (file < 0 || ftruncate(file, PAGE)) {
    print_message("skipped: no memfd_secret here\n");
    skip();
  }
  unsigned char *memory = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  assert_true(memory != MAP_FAILED);
  memory[0] = 1;
  assert_false(loads_at(fresh(), (uintptr_t)memory));
  munmap(memory, PAGE);
  close(file);
}

static void devices_are_not_read(void **state) {
  int file = open("/dev/zero", O_RDONLY | O_CLOEXEC);
  unsigned char *memory = file >= 0 ? mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, file, 0) : MAP_FAILED;
  if (memory == MAP_FAILED)
    skip();
  assert_false(loads_at(fresh(), (uintptr_t)memory));
  munmap(memory, PAGE);
  close(file);
}

/* Nobody answers: a read would block for ever. */
static void monitored_memory_is_left_alone(void **state) {
  int monitor = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
  struct uffdio_api api = {.api = UFFD_API};
  unsigned char *memory = map(4 * PAGE, 0);
  struct uffdio_register range = {.range = {(uintptr_t)memory, 4 * PAGE}, .mode = UFFDIO_REGISTER_MODE_MISSING};
  if (monitor < 0 || ioctl(monitor, UFFDIO_API, &api) || ioctl(monitor, UFFDIO_REGISTER, &range)) {
    print_message("skipped: no userfaultfd here\n");
    skip();
  }
  alarm(20);
  assert_false(loads_at(fresh(), (uintptr_t)memory + PAGE));
  alarm(0);
  munmap(memory, 4 * PAGE);
  close(monitor);
}

static unsigned open_files(void) {
  unsigned count = 0;
  DIR *folder = opendir("/proc/self/fd");
  while (folder && readdir(folder))
    count++;
  if (folder)
    closedir(folder);
  return count;
}

static void no_file_stays_open_and_none_is_needed(void **state) {
  unsigned before = open_files();
  uint64_t *memory = (uint64_t *)map(PAGE, 0);
  assert_true(loads_at(fresh(), (uintptr_t)memory));
  assert_int_equal(open_files(), before);
  pid_t child = fork();
  if (child == 0) {
    syscall(SYS_close_range, 3, ~0u, 0);
    int first = open("/dev/null", O_RDONLY);
    struct pp_loads *loads = fresh();
    bool loaded = loads_at(loads, (uintptr_t)memory);
    _exit(loaded && open("/dev/null", O_RDONLY) == first + 1 ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  assert_int_equal(status, 0);
  munmap(memory, PAGE);
}

static void file_size_limits_do_not_matter(void **state) {
  pid_t child = fork();
  if (child == 0) {
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_FSIZE, &none);
    _exit(loads_at(fresh(), (uintptr_t)map(PAGE, 0)) ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  assert_int_equal(status, 0);
}

/* The child has a buffer of its own, and what the parent has read is not in it. */
static void a_forked_child_loads_for_itself(void **state) {
  struct pp_loads *loads = fresh();
  volatile uint64_t *memory = (volatile uint64_t *)map(PAGE, 0);
  memory[0] = 1;
  assert_true(loads_at(loads, (uintptr_t)memory));
  pid_t child = fork();
  if (child == 0) {
    for (unsigned i = 0; i < 64 * 8; i++)
      if (loads->buffer[i])
        _exit(1);
    memory[0] = 2;
    uint64_t addresses[PP_LANES] = {(uintptr_t)memory}, values[PP_LANES];
    _exit(pp_load(loads, 1, addresses, 8, false, values) == 1 && values[0] == 2 ? 0 : 2);
  }
  int status = 1;
  waitpid(child, &status, 0);
  assert_int_equal(status, 0);
  uint64_t addresses[PP_LANES] = {(uintptr_t)memory}, values[PP_LANES];
  assert_true(pp_load(loads, 1, addresses, 8, false, values) == 1 && values[0] == 1);
  munmap((void *)memory, PAGE);
}

static void mappings_made_later_are_found(void **state) {
  struct pp_loads *loads = fresh();
  unsigned char *room = map(8 * PAGE, 0);
  munmap(room, 8 * PAGE);
  assert_false(loads_at(loads, (uintptr_t)room));
  unsigned char *memory = mmap(room, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  assert_true(memory == room);
  bool found = false;
  for (int i = 0; i < 200 && !found; i++) {
    usleep(5000);
    found = loads_at(loads, (uintptr_t)memory);
  }
  assert_true(found);
  munmap(memory, 8 * PAGE);
}

/* Last: there are no loads any more. */
static void a_forbidden_call_is_given_up(void **state) {
  pid_t child = fork();
  if (child == 0) {
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_process_vm_writev, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof code / sizeof *code, code};
    if (syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter))
      _exit(77);
    pp_settings.log_level = PP_LOG_ERROR;
    struct pp_loads *loads = fresh();
    uint64_t addresses[PP_LANES] = {(uintptr_t)map(PAGE, 0)}, values[PP_LANES];
    bool refused = !pp_load(loads, 1, addresses, 8, false, values);
    _exit(refused && !pp_load_available() && !pp_load_begin(loads, NULL, false) ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  assert_true(status == 0 || WEXITSTATUS(status) == 77);
}

int main(void) {
  if (!pp_load_available()) {
    printf("skipped: there are no fault-proof loads here\n");
    return 77;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_are_what_memory_holds),
      cmocka_unit_test(bad_addresses_are_not_loaded),
      cmocka_unit_test(index_arrays_end_where_they_end),
      cmocka_unit_test(steady_copies_stay),
      cmocka_unit_test(files_are_read_up_to_their_end),
      cmocka_unit_test(the_main_stack_is_read_and_does_not_grow),
      cmocka_unit_test(other_stacks_do_not_grow),
      cmocka_unit_test(holes_of_shared_memory_are_not_filled),
      cmocka_unit_test(secrets_are_not_read),
      cmocka_unit_test(devices_are_not_read),
      cmocka_unit_test(monitored_memory_is_left_alone),
      cmocka_unit_test(no_file_stays_open_and_none_is_needed),
      cmocka_unit_test(file_size_limits_do_not_matter),
      cmocka_unit_test(a_forked_child_loads_for_itself),
      cmocka_unit_test(mappings_made_later_are_found),
      cmocka_unit_test(a_forbidden_call_is_given_up),
  };
  return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
