/* SPDX-License-Identifier: MIT */
/* What single operations cost the caller: system calls, page faults that are no prefetch, and hints, one page at a time.
 * One line of JSON an operation, times in nanoseconds; in the lab a nanosecond is an instruction. The same program runs on the
 * host. */
#define _GNU_SOURCE
#include "vdso_symbol.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

enum {
  PAGE = 4096,
  SAMPLES = 256,
  STRIDE = 61, /* pages between samples: beyond every read-ahead and fault-around window, and no power of two */
  AREA_PAGES = SAMPLES * STRIDE,
  BATCH = 64,
  SETTLE_NS = 2 * 1000 * 1000, /* reads that an operation started are over by then */
};

#define RECLAIM "/sys/fs/cgroup/lab/memory.reclaim"

typedef long page_function(const void *address);
typedef long pages_function(const void *address, size_t pages, unsigned flags);

static const char *path;
static int file;
static page_function *vdso_page;
static pages_function *vdso_pages;
static int self;
static double ns_a_tick;
static uint64_t clock_cost; /* ticks between two readings with nothing between */
static int reclaim;         /* this process's control group: write an amount to have so much reclaimed */
static const char *only;

_Noreturn __attribute__((format(printf, 1, 2))) static void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "micro: ");
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(1);
}

static inline uint64_t ticks(void) {
  _mm_lfence();
  uint64_t now = __rdtsc();
  _mm_lfence();
  return now;
}

static void pause_ns(long ns) {
  struct timespec time = {ns / 1000000000, ns % 1000000000};
  nanosleep(&time, NULL);
}

static double now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC_RAW, &time);
  return 1e9 * (double)time.tv_sec + (double)time.tv_nsec;
}

/* ---- areas of memory that the operations work on ---- */

static char *map(size_t bytes, int protection, int flags, int fd, off_t offset) {
  char *area = mmap(NULL, bytes, protection, flags, fd, offset);
  if (area == MAP_FAILED)
    fail("cannot map %zu bytes: %s", bytes, strerror(errno));
  madvise(area, bytes, MADV_NOHUGEPAGE);
  return area;
}

static void unmap(char *area) {
  munmap(area, (size_t)AREA_PAGES * PAGE);
}

static void drop_file(void) {
  if (fsync(file) != 0 || posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) != 0)
    fail("cannot drop %s from the page cache: %s", path, strerror(errno));
}

static void cache_file(void) {
  static char buffer[1 << 16];
  for (off_t at = 0; at < (off_t)AREA_PAGES * PAGE; at += sizeof buffer)
    if (pread(file, buffer, sizeof buffer, at) < 0)
      fail("cannot read %s: %s", path, strerror(errno));
}

static char *map_file(int flags, int protection) {
  return map((size_t)AREA_PAGES * PAGE, protection, flags, file, 0);
}

static char *file_cached(void) {
  cache_file();
  return map_file(MAP_SHARED, PROT_READ);
}

static char *file_mapped(void) {
  char *area = file_cached();
  for (size_t i = 0; i < AREA_PAGES; i++)
    (void)*(volatile char *)(area + i * PAGE);
  return area;
}

/* A mapping of its own for each sample's page, so that fault-around finds no neighbour. The parts lie where one mapping would. */
static char *file_single(void) {
  cache_file();
  char *area = map((size_t)AREA_PAGES * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (size_t i = 0; i < SAMPLES; i++) {
    off_t at = (off_t)i * STRIDE * PAGE;
    if (mmap(area + at, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, file, at) == MAP_FAILED)
      fail("cannot map a page: %s", strerror(errno));
    /* The page table itself exists already when a program takes its usual fault. */
    if (mmap(area + at + PAGE, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, file, at + PAGE) == MAP_FAILED)
      fail("cannot map a page: %s", strerror(errno));
    (void)*(volatile char *)(area + at + PAGE);
    if (madvise(area + at, PAGE, MADV_DONTNEED) != 0)
      fail("cannot unmap a page: %s", strerror(errno));
  }
  return area;
}

static char *file_cold(void) {
  drop_file();
  return map_file(MAP_SHARED, PROT_READ);
}

/* Cold, but the page tables exist: as after the first accesses to a large file. */
static char *file_cold_random(void) {
  char *area = file_mapped();
  madvise(area, (size_t)AREA_PAGES * PAGE, MADV_RANDOM);
  madvise(area, (size_t)AREA_PAGES * PAGE, MADV_DONTNEED);
  drop_file();
  return area;
}

static char *file_private(void) {
  cache_file();
  char *area = map_file(MAP_PRIVATE, PROT_READ | PROT_WRITE);
  for (size_t i = 0; i < AREA_PAGES; i++)
    (void)*(volatile char *)(area + i * PAGE);
  return area;
}

static char *anon(void) {
  return map((size_t)AREA_PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static char *anon_read(void) {
  char *area = anon();
  for (size_t i = 0; i < AREA_PAGES; i++)
    (void)*(volatile char *)(area + i * PAGE);
  return area;
}

static char *anon_written(void) {
  char *area = anon();
  for (size_t i = 0; i < AREA_PAGES; i++)
    *(volatile size_t *)(area + i * PAGE) = i + 1;
  return area;
}

/* Page tables are there, pages are not: untouched neighbours of each sample are present. */
static char *anon_tables(void) {
  char *area = anon();
  for (size_t i = 0; i < AREA_PAGES; i++)
    if (i % STRIDE == STRIDE / 2)
      *(volatile char *)(area + i * PAGE) = 1;
  return area;
}

static pid_t holder; /* a child that shares the parent's pages after fork */

static char *anon_forked(void) {
  char *area = anon_written();
  holder = fork();
  if (holder < 0)
    fail("fork: %s", strerror(errno));
  if (holder == 0)
    for (;;)
      pause();
  pause_ns(SETTLE_NS);
  return area;
}

static void end_forked(char *area) {
  kill(holder, SIGKILL);
  waitpid(holder, NULL, 0);
  unmap(area);
}

static size_t count_resident(char *area) {
  static unsigned char state[AREA_PAGES];
  size_t resident = 0;
  if (mincore(area, (size_t)AREA_PAGES * PAGE, state) != 0)
    fail("mincore: %s", strerror(errno));
  for (size_t i = 0; i < AREA_PAGES; i++)
    resident += state[i] & 1;
  return resident;
}

/* MADV_PAGEOUT leaves the pages in the swap cache; what has been written goes with the control group's next reclaim. */
static char *anon_swapped(void) {
  char *area = anon_written();
  size_t left = AREA_PAGES;
  if (madvise(area, (size_t)AREA_PAGES * PAGE, MADV_PAGEOUT) != 0)
    fail("madvise(MADV_PAGEOUT): %s", strerror(errno));
  for (int round = 0; round < 20 && left; round++) {
    static const char amount[] = "16M";
    pause_ns(20 * 1000 * 1000);
    if (write(reclaim, amount, sizeof amount - 1) < 0 && errno != EAGAIN)
      fail("cannot write %s to %s: %s", amount, RECLAIM, strerror(errno));
    left = count_resident(area);
  }
  if (left)
    fail("%zu of %d pages do not go out to swap", left, AREA_PAGES);
  return area;
}

/* Swap entries whose pages are in the swap cache: what a finished hint leaves. */
static char *anon_swap_cached(void) {
  char *area = anon_swapped();
  for (size_t i = 0; i < SAMPLES; i++)
    madvise(area + i * STRIDE * PAGE, PAGE, MADV_WILLNEED);
  pause_ns(25 * SETTLE_NS);
  return area;
}

/* The page cache holds the pages, the mapping does not: what a finished hint leaves. */
static char *file_hinted(void) {
  char *area = file_cold_random();
  for (size_t i = 0; i < SAMPLES; i++)
    madvise(area + i * STRIDE * PAGE, PAGE, MADV_WILLNEED);
  pause_ns(25 * SETTLE_NS);
  return area;
}

/* ---- operations ---- */

static void do_nothing(char *page) {
  (void)page;
}

static void do_load(char *page) {
  (void)*(volatile char *)page;
}

static void do_store(char *page) {
  *(volatile char *)page = 1;
}

static void do_system_call(char *page) {
  (void)page;
  syscall(SYS_getppid);
}

static void do_willneed(char *page) {
  if (madvise(page, PAGE, MADV_WILLNEED) != 0)
    fail("madvise(MADV_WILLNEED): %s", strerror(errno));
}

static void do_process_madvise(char *page) {
  static struct iovec ranges[BATCH];
  for (int i = 0; i < BATCH; i++)
    ranges[i] = (struct iovec){page + (size_t)i * STRIDE * PAGE, PAGE};
  if (syscall(SYS_process_madvise, self, ranges, BATCH, MADV_WILLNEED, 0) != (long)BATCH * PAGE)
    fail("process_madvise: %s", strerror(errno));
}

static void do_vdso_page(char *page) {
  (void)vdso_page(page);
}

static void do_vdso_pages(char *page) {
  (void)vdso_pages(page, 1, 0);
}

static void do_vdso_batch(char *page) {
  for (int i = 0; i < BATCH; i++)
    (void)vdso_page(page + (size_t)i * STRIDE * PAGE);
}

enum needs { VDSO = 1, SWAP = 2, HANDLE = 4 };

static const struct operation {
  const char *name;
  char *(*prepare)(void);
  void (*run)(char *page);
  void (*end)(char *area);
  int batch; /* pages an execution handles; 0: one */
  int needs;
  bool alone; /* in the lab, what one execution started is over before the next: the caller's own instructions, nothing else */
} operations[] = {
    {"load", file_mapped, do_load, unmap, 0, 0, false},
    {"system_call", file_mapped, do_system_call, unmap, 0, 0, false},
    {"fault_file_around", file_cached, do_load, unmap, 0, 0, false},
    {"fault_file_single", file_single, do_load, unmap, 0, 0, false},
    {"fault_file_hinted", file_hinted, do_load, unmap, 0, 0, false},
    {"fault_file_copy", file_private, do_store, unmap, 0, 0, false},
    {"fault_anon_read", anon_tables, do_load, unmap, 0, 0, false},
    {"fault_anon_write", anon_tables, do_store, unmap, 0, 0, false},
    {"fault_anon_write_zero", anon_read, do_store, unmap, 0, 0, false},
    {"fault_anon_copy_fork", anon_forked, do_store, end_forked, 0, 0, false},
    {"fault_swap_cached", anon_swap_cached, do_load, unmap, 0, SWAP, false},
    {"fault_file_major", file_cold_random, do_load, unmap, 0, 0, false},
    {"fault_file_major_window", file_cold, do_load, unmap, 0, 0, false},
    {"fault_swap_major", anon_swapped, do_load, unmap, 0, SWAP, false},
    {"willneed_file_resident", file_mapped, do_willneed, unmap, 0, 0, false},
    {"willneed_anon_resident", anon_written, do_willneed, unmap, 0, 0, false},
    {"willneed_file_absent", file_cold_random, do_willneed, unmap, 0, 0, true},
    {"willneed_swap_absent", anon_swapped, do_willneed, unmap, 0, SWAP, true},
    {"process_madvise_file_resident", file_mapped, do_process_madvise, unmap, BATCH, HANDLE, false},
    {"process_madvise_anon_resident", anon_written, do_process_madvise, unmap, BATCH, HANDLE, false},
    {"process_madvise_file_absent", file_cold_random, do_process_madvise, unmap, BATCH, HANDLE, true},
    {"process_madvise_swap_absent", anon_swapped, do_process_madvise, unmap, BATCH, HANDLE | SWAP, true},
    {"vdso_page_file_resident", file_mapped, do_vdso_page, unmap, 0, VDSO, false},
    {"vdso_page_anon_resident", anon_written, do_vdso_page, unmap, 0, VDSO, false},
    {"vdso_pages_file_resident", file_mapped, do_vdso_pages, unmap, 0, VDSO, false},
    {"vdso_page_file_cached", file_hinted, do_vdso_page, unmap, 0, VDSO, false},
    {"vdso_page_file_absent", file_cold_random, do_vdso_page, unmap, 0, VDSO, true},
    {"vdso_page_swap_cached", anon_swap_cached, do_vdso_page, unmap, 0, VDSO | SWAP, false},
    {"vdso_page_swap_absent", anon_swapped, do_vdso_page, unmap, 0, VDSO | SWAP, true},
    {"vdso_batch_file_absent", file_cold_random, do_vdso_batch, unmap, BATCH, VDSO, true},
    {"vdso_batch_swap_absent", anon_swapped, do_vdso_batch, unmap, BATCH, VDSO | SWAP, true},
};

static int by_size(const void *left, const void *right) {
  uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
  return (a > b) - (a < b);
}

/* Marks for a profile of what lies between (profile/): seen by their addresses. */
__attribute__((noinline, used)) void lab_start(void) {
  __asm__ volatile("");
}

__attribute__((noinline, used)) void lab_stop(void) {
  __asm__ volatile("" ::: "memory");
}

/* Ticks of each execution, sorted; the pages are taken in an order without neighbours after one another. */
static void time_operation(const struct operation *operation, char *area, uint64_t *taken, size_t count) {
  int batch = operation->batch ? operation->batch : 1;
  for (size_t i = 0; i < count; i++) {
    size_t sample = batch > 1 ? i * (size_t)batch : i * 97 % SAMPLES;
    char *page = area + sample * STRIDE * PAGE;
    lab_start();
    uint64_t before = ticks();
    operation->run(page);
    taken[i] = ticks() - before;
    lab_stop();
    taken[i] -= taken[i] < clock_cost ? taken[i] : clock_cost;
    if (operation->alone && ns_a_tick == 1) /* on a real machine sleep between requests would make the device slow to answer */
      pause_ns(SETTLE_NS);
  }
  qsort(taken, count, sizeof *taken, by_size);
}

/* A refusal is cheap: it must not pass for a hint that started a read. */
static void check_arrival(const struct operation *operation, char *area) {
  size_t absent = 0;
  for (size_t i = 0; i < SAMPLES; i++) {
    unsigned char state = 0;
    if (mincore(area + i * STRIDE * PAGE, PAGE, &state) != 0)
      fail("mincore: %s", strerror(errno));
    absent += !(state & 1);
  }
  if (absent)
    fail("%s: %zu of %d pages did not arrive", operation->name, absent, SAMPLES);
}

static void measure(const struct operation *operation) {
  static uint64_t taken[SAMPLES];
  int batch = operation->batch ? operation->batch : 1;
  size_t count = SAMPLES / (size_t)batch;
  char *area = operation->prepare();
  struct rusage before, after;
  getrusage(RUSAGE_SELF, &before);
  time_operation(operation, area, taken, count);
  getrusage(RUSAGE_SELF, &after);
  pause_ns(25 * SETTLE_NS);
  if (operation->alone && ns_a_tick == 1)
    check_arrival(operation, area);
  operation->end(area);
  double scale = ns_a_tick / batch, sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += (double)taken[i];
  printf("@lab {\"operation\": \"%s\", \"median\": %.1f, \"least\": %.1f, \"most\": %.1f, \"mean\": %.1f, \"executions\": %zu, "
         "\"pages\": %d, "
         "\"major_faults\": %ld, \"minor_faults\": %ld, \"switches\": %ld}\n",
         operation->name, (double)taken[count / 2] * scale, (double)taken[0] * scale, (double)taken[count - 1] * scale,
         sum / (double)count * scale, count, batch, after.ru_majflt - before.ru_majflt, after.ru_minflt - before.ru_minflt,
         after.ru_nvcsw - before.ru_nvcsw + after.ru_nivcsw - before.ru_nivcsw);
  fflush(stdout);
}

/* In the lab the counter runs at one tick an instruction and a nanosecond; elsewhere at what it runs. */
static void calibrate(void) {
  static uint64_t taken[SAMPLES];
  double start = now_ns();
  uint64_t first = ticks();
  pause_ns(50 * 1000 * 1000);
  double end = now_ns();
  ns_a_tick = (end - start) / (double)(ticks() - first);
  if (ns_a_tick > 0.999 && ns_a_tick < 1.001)
    ns_a_tick = 1;
  time_operation(&(struct operation){.run = do_nothing}, NULL, taken, SAMPLES);
  clock_cost = taken[SAMPLES / 2];
  printf("@lab {\"clock\": {\"ns_a_tick\": %.6f, \"reading_ticks\": %" PRIu64 "}}\n", ns_a_tick, clock_cost);
}

static void make_file(void) {
  static uint64_t page[PAGE / sizeof(uint64_t)];
  file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0)
    fail("cannot open %s: %s", path, strerror(errno));
  for (size_t i = 0; i < AREA_PAGES; i++) {
    page[0] = i + 1;
    if (pwrite(file, page, PAGE, (off_t)i * PAGE) != PAGE)
      fail("cannot write %s: %s", path, strerror(errno));
  }
}

static bool find_swap(void) {
  char line[256];
  int lines = 0;
  FILE *table = fopen("/proc/swaps", "re");
  while (table && fgets(line, sizeof line, table))
    lines++;
  if (table)
    fclose(table);
  return lines > 1;
}

int main(int argc, char **argv) {
  if (argc < 2 || argc > 3) {
    fprintf(stderr, "usage: micro FILE [OPERATION-PREFIX]: FILE is made, and lies on the file system to measure\n");
    return 2;
  }
  path = argv[1];
  only = argc > 2 ? argv[2] : "";
  vdso_page = (page_function *)vdso_symbol("__vdso_prefetch_page");
  vdso_pages = (pages_function *)vdso_symbol("__vdso_prefetch_pages");
  self = (int)syscall(SYS_pidfd_open, getpid(), 0);
  bool has_swap = find_swap();
  reclaim = open(RECLAIM, O_WRONLY | O_CLOEXEC);
  calibrate();
  make_file();
  int there = (vdso_page && vdso_pages ? VDSO : 0) | (has_swap && reclaim >= 0 ? SWAP : 0) | (self >= 0 ? HANDLE : 0);
  for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
    if ((operations[i].needs & ~there) == 0 && strncmp(operations[i].name, only, strlen(only)) == 0)
      measure(&operations[i]);
  unlink(path);
  return 0;
}
