/* SPDX-License-Identifier: MIT */
/* The workload gather with a chosen share of its pages absent, in a file or in swap; its kernel is
 * test/workloads/gather_kernel.c. One line of JSON a run; in the lab a nanosecond is an instruction. */
#define _GNU_SOURCE
#include "../../workloads/gather.h"
#include "../../workloads/numbers.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, WORDS = PAGE / sizeof(uint64_t), MILLION = 1000000 };

#define RECLAIM "/sys/fs/cgroup/lab/memory.reclaim"
#define CLUSTER "/proc/sys/vm/page-cluster"

static struct {
  const char *name; /* --name WORD: what the result is called */
  const char *path; /* --file PATH: the data's file; without it the data is anonymous memory, and absent pages are in swap */
  size_t bytes;     /* --bytes N */
  size_t reads;     /* --reads N */
  size_t absent; /* --absent N: so many of a million pages are on the device at the start; the others are in memory, and mapped */
} run = {"gather", NULL, (size_t)64 << 20, 10000, MILLION};

static uint64_t *data;
static size_t pages;

_Noreturn __attribute__((format(printf, 1, 2))) static void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "gather_lab: ");
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(1);
}

/* Marks for a profile of what lies between (profile/): seen by their addresses. */
__attribute__((noinline, used)) void lab_start(void) {
  __asm__ volatile("");
}

__attribute__((noinline, used)) void lab_stop(void) {
  __asm__ volatile("" ::: "memory");
}

static void pause_ms(long ms) {
  nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

/* Whether a page is to be in memory: a property of its number, the same in every run. */
static bool is_resident(size_t page) {
  return number_scramble(page ^ UINT64_C(0x5eed)) % MILLION >= run.absent;
}

static void fill_page(uint64_t *page, size_t number) {
  uint64_t first = number_scramble(number);
  for (size_t i = 0; i < WORDS; i++)
    page[i] = first + i * i;
}

static void write_text(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || (write(fd, text, strlen(text)) < 0 && errno != EAGAIN))
    fail("cannot write %s to %s: %s", text, path, strerror(errno));
  close(fd);
}

static size_t count_resident(void) {
  unsigned char *state = malloc(pages);
  size_t resident = 0;
  if (!state || mincore(data, run.bytes, state) != 0)
    fail("mincore: %s", strerror(errno));
  for (size_t i = 0; i < pages; i++)
    resident += state[i] & 1;
  free(state);
  return resident;
}

/* The file of the right size is made once; later runs find it. */
static int open_file(void) {
  static uint64_t page[WORDS];
  int fd = open(run.path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  struct stat status;
  if (fd < 0 || fstat(fd, &status) != 0)
    fail("cannot open %s: %s", run.path, strerror(errno));
  if ((size_t)status.st_size == run.bytes)
    return fd;
  for (size_t i = 0; i < pages; i++) {
    fill_page(page, i);
    if (pwrite(fd, page, PAGE, (off_t)i * PAGE) != PAGE)
      fail("cannot write %s: %s", run.path, strerror(errno));
  }
  if (fsync(fd) != 0)
    fail("fsync %s: %s", run.path, strerror(errno));
  return fd;
}

static void prepare_file(void) {
  int fd = open_file();
  data = mmap(NULL, run.bytes, PROT_READ, MAP_SHARED, fd, 0);
  if (data == MAP_FAILED)
    fail("cannot map %zu bytes of %s: %s", run.bytes, run.path, strerror(errno));
  if (posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) != 0)
    fail("posix_fadvise: %s", strerror(errno));
  if (run.absent < MILLION && madvise(data, run.bytes, MADV_POPULATE_READ) != 0)
    fail("madvise(MADV_POPULATE_READ): %s", strerror(errno));
  for (size_t i = 0; i < pages && run.absent < MILLION; i++)
    if (!is_resident(i) && (madvise((char *)data + i * PAGE, PAGE, MADV_DONTNEED) != 0 ||
                            posix_fadvise(fd, (off_t)i * PAGE, PAGE, POSIX_FADV_DONTNEED) != 0))
      fail("cannot drop page %zu: %s", i, strerror(errno));
  if (madvise(data, run.bytes, MADV_RANDOM) != 0) /* what an expert does for a gather, hints or none: no read-around */
    fail("madvise(MADV_RANDOM): %s", strerror(errno));
}

/* All pages go out, then those that are to be in memory are read again, one by one. */
static void prepare_swap(void) {
  data = mmap(NULL, run.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED)
    fail("cannot map %zu bytes: %s", run.bytes, strerror(errno));
  for (size_t i = 0; i < pages; i++)
    fill_page(data + i * WORDS, i);
  if (run.absent && madvise(data, run.bytes, MADV_PAGEOUT) != 0)
    fail("madvise(MADV_PAGEOUT): %s", strerror(errno));
  size_t left = run.absent ? pages : 0;
  for (int round = 0; round < 50 && left; round++) {
    char amount[32];
    pause_ms(50);
    snprintf(amount, sizeof amount, "%zu", left * PAGE);
    write_text(RECLAIM, amount);
    left = count_resident();
  }
  if (left)
    fail("%zu of %zu pages do not go out to swap", left, pages);
  write_text(CLUSTER, "0");
  for (size_t i = 0; i < pages; i++)
    if (is_resident(i))
      (void)*(volatile uint64_t *)(data + i * WORDS);
}

/* Kilobytes that all block devices read, and the counters of prefetching where the kernel has them. */
struct counts {
  uint64_t read_kb;
  int counters;
  struct {
    char name[40];
    uint64_t value;
  } counter[32];
};

static void read_counts(struct counts *counts) {
  char line[128];
  FILE *file = fopen("/proc/vmstat", "re");
  counts->counters = 0;
  while (file && fgets(line, sizeof line, file)) {
    char name[64];
    uint64_t value;
    if (sscanf(line, "%63s %" SCNu64, name, &value) != 2)
      continue;
    if (strcmp(name, "pgpgin") == 0)
      counts->read_kb = value;
    if (strncmp(name, "prefetch_", 9) == 0 && counts->counters < 32) {
      snprintf(counts->counter[counts->counters].name, sizeof counts->counter[0].name, "%.39s", name);
      counts->counter[counts->counters++].value = value;
    }
  }
  if (file)
    fclose(file);
}

static void print_counters(const struct counts *before, const struct counts *after) {
  const char *separator = "";
  printf(", \"counters\": {");
  for (int i = 0; i < after->counters; i++)
    if (after->counter[i].value != before->counter[i].value) {
      printf("%s\"%s\": %" PRIu64, separator, after->counter[i].name, after->counter[i].value - before->counter[i].value);
      separator = ", ";
    }
  printf("}");
}

static size_t number(const char *option, const char *value) {
  char *end;
  errno = 0;
  unsigned long long result = strtoull(value, &end, 10);
  if (errno != 0 || end == value || *end != '\0')
    fail("%s %s: not a number", option, value);
  return (size_t)result;
}

static void parse(int argc, char **argv) {
  if (argc % 2 == 0)
    fail("%s: a value is missing", argv[argc - 1]);
  for (int i = 1; i + 1 < argc; i += 2) {
    const char *option = argv[i], *value = argv[i + 1];
    if (strcmp(option, "--name") == 0)
      run.name = value;
    else if (strcmp(option, "--file") == 0)
      run.path = value;
    else if (strcmp(option, "--bytes") == 0)
      run.bytes = number(option, value);
    else if (strcmp(option, "--reads") == 0)
      run.reads = number(option, value);
    else if (strcmp(option, "--absent") == 0)
      run.absent = number(option, value);
    else
      fail("unknown option %s: valid are --name --file --bytes --reads --absent", option);
  }
  pages = run.bytes / PAGE;
}

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static uint32_t *make_rows(void) {
  uint32_t *rows = malloc(run.reads * sizeof *rows);
  if (!rows)
    fail("no memory for %zu rows", run.reads);
  for (size_t i = 0; i < run.reads; i++)
    rows[i] = (uint32_t)(number_scramble(i) % (run.bytes / sizeof *data));
  return rows;
}

int main(int argc, char **argv) {
  static struct counts counts_before, counts_after;
  struct rusage before, after;
  parse(argc, argv);
  if (run.path)
    prepare_file();
  else
    prepare_swap();
  uint32_t *rows = make_rows();
  pause_ms(100); /* what preparation wrote or read is done */
  size_t resident = count_resident();
  struct column column = {data, run.bytes / sizeof *data};
  read_counts(&counts_before);
  getrusage(RUSAGE_SELF, &before);
  lab_start();
  uint64_t start = now();
  uint64_t sum = gather_sum(column, rows, run.reads);
  uint64_t taken = now() - start;
  lab_stop();
  getrusage(RUSAGE_SELF, &after);
  read_counts(&counts_after);
  printf("@lab {\"run\": \"%s\", \"ns\": %" PRIu64 ", \"reads\": %zu, \"checksum\": \"%016" PRIx64 "\", \"bytes_read\": %" PRIu64
         ", \"major_faults\": %ld, \"minor_faults\": %ld, \"switches\": %ld, \"resident_pages\": %zu"
         ", \"pages\": %zu",
         run.name, taken, run.reads, sum, (counts_after.read_kb - counts_before.read_kb) * 1024,
         after.ru_majflt - before.ru_majflt, after.ru_minflt - before.ru_minflt,
         after.ru_nvcsw - before.ru_nvcsw + after.ru_nivcsw - before.ru_nivcsw, resident, pages);
  print_counters(&counts_before, &counts_after);
  printf("}\n");
  return 0;
}
