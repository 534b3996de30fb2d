/* SPDX-License-Identifier: MIT */
/* The part of every demo program that is not its kernel: brings the data into the asked state, runs, measures, prints.
 * Compiled without any plugin and without hints, so that it is the same code in all variants. */
#include "harness.h"
#include "numbers.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
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

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

enum { VIEWS_MAX = 8 };

/* Everything mapped, for warming and for the residency count. */
static struct file_view views[VIEWS_MAX];
static unsigned view_count;
static struct file_view data_view;
static volatile bool helper_stop;

_Noreturn void harness_fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "%s: ", workload.name);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(1);
}

/* Writes back and drops the file's pages from the page cache; needs no privilege, but nobody may have them mapped. */
static void drop_from_cache(int fd, const char *path) {
  if (fsync(fd) != 0 && errno != EROFS && errno != EBADF)
    harness_fail("fsync %s: %s", path, strerror(errno));
  int error = posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  if (error != 0)
    harness_fail("cannot drop %s from the page cache: %s", path, strerror(error));
}

/* Reads a file, or every other piece of it, into the page cache. */
static void bring_into_cache(int fd, const char *path, size_t bytes, bool half) {
  enum { PIECE = 1 << 20 };
  static char piece[PIECE];
  if (half) /* else read-ahead brings the other pieces as well */
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
  for (size_t at = 0; at < bytes; at += half ? 2 * PIECE : PIECE)
    if (pread(fd, piece, PIECE, (off_t)at) < 0)
      harness_fail("cannot read %s: %s", path, strerror(errno));
  (void)posix_fadvise(fd, 0, 0, POSIX_FADV_NORMAL);
}

struct file_view harness_map(const struct run *run, const char *path, size_t bytes) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    harness_fail("cannot open %s: %s", path, strerror(errno));
  struct stat status;
  if (fstat(fd, &status) != 0)
    harness_fail("cannot stat %s: %s", path, strerror(errno));
  if (bytes == 0)
    bytes = (size_t)status.st_size;
  if (bytes == 0 || (size_t)status.st_size < bytes)
    harness_fail("%s has %lld bytes, %zu needed: remove it and prepare it again", path, (long long)status.st_size, bytes);
  if (run->setting != SETTING_WARM)
    drop_from_cache(fd, path);
  if (run->setting == SETTING_CACHED || run->setting == SETTING_HALF)
    bring_into_cache(fd, path, bytes, run->setting == SETTING_HALF);
  void *address = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);
  if (address == MAP_FAILED)
    harness_fail("cannot map %zu bytes of %s: %s", bytes, path, strerror(errno));
  close(fd);
  if (view_count == VIEWS_MAX)
    harness_fail("more than %d files mapped", VIEWS_MAX);
  views[view_count] = (struct file_view){address, bytes};
  return views[view_count++];
}

static struct file_view fill_anonymous(size_t bytes) {
  uint64_t *address = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (address == MAP_FAILED)
    harness_fail("cannot map %zu bytes of memory: %s", bytes, strerror(errno));
  for (size_t i = 0; i < bytes / sizeof *address; i++)
    address[i] = number_at(i);
  return (struct file_view){address, bytes};
}

struct file_view harness_data(const struct run *run) {
  if (run->setting == SETTING_SWAP)
    data_view = fill_anonymous(run->bytes);
  else
    data_view = harness_map(run, run->data, run->bytes);
  return data_view;
}

/* Pages of all mapped files that are in the page cache. The caller owns the files, so mincore tells the truth. */
static size_t count_resident(void) {
  enum { CHUNK = 65536 };
  static unsigned char state[CHUNK];
  size_t page = (size_t)sysconf(_SC_PAGESIZE), resident = 0;
  for (unsigned v = 0; v < view_count; v++)
    for (size_t done = 0; done < views[v].bytes; done += CHUNK * page) {
      size_t rest = views[v].bytes - done, length = rest < CHUNK * page ? rest : CHUNK * page;
      if (mincore((char *)views[v].address + done, length, state) != 0)
        harness_fail("mincore: %s", strerror(errno));
      for (size_t p = 0; p < (length + page - 1) / page; p++)
        resident += state[p] & 1;
    }
  return resident;
}

static void advise(int advice, const char *name) {
  if (madvise((void *)data_view.address, data_view.bytes, advice) != 0)
    harness_fail("madvise(%s): %s", name, strerror(errno));
}

/* Reads every page of the data in order, as a program would that loads its input first. */
static void preload(void) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  const size_t chunk = (size_t)8 << 20;
  for (size_t done = 0; done < data_view.bytes; done += chunk) {
    size_t length = data_view.bytes - done < chunk ? data_view.bytes - done : chunk;
    if (madvise((char *)data_view.address + done, length, MADV_WILLNEED) != 0)
      harness_fail("madvise(MADV_WILLNEED): %s", strerror(errno));
    for (size_t at = 0; at < length; at += page)
      (void)*(const volatile char *)((const char *)data_view.address + done + at);
  }
}

static void *helper_thread(void *unused) {
  (void)unused;
  for (size_t i = 0; !helper_stop && workload.touch(i); i++)
    ;
  return NULL;
}

/* Unlike the rest inside the measured interval: what the alternative costs is part of it. */
static uint64_t execute_with(enum alternative alternative) {
  pthread_t thread;
  switch (alternative) {
  case ALTERNATIVE_NONE:
    break;
  case ALTERNATIVE_RANDOM:
    advise(MADV_RANDOM, "MADV_RANDOM");
    break;
  case ALTERNATIVE_SEQUENTIAL:
    advise(MADV_SEQUENTIAL, "MADV_SEQUENTIAL");
    break;
  case ALTERNATIVE_PRELOAD:
    preload();
    break;
  case ALTERNATIVE_HELPER:
    if (!workload.touch)
      harness_fail("this case has no helper thread");
    if (pthread_create(&thread, NULL, helper_thread, NULL) != 0)
      harness_fail("cannot start a helper thread");
    break;
  }
  uint64_t checksum = workload.execute();
  if (alternative == ALTERNATIVE_HELPER) {
    helper_stop = true;
    pthread_join(thread, NULL);
  }
  return checksum;
}

/* The one function whose instructions callgrind counts (--toggle-collect), with everything called from it. */
__attribute__((noinline)) uint64_t harness_measured(enum alternative alternative) {
  uint64_t checksum = execute_with(alternative);
  __asm__ volatile("" : "+r"(checksum)); /* no tail call: the toggle needs a return from here */
  return checksum;
}

/* Bytes that this process had the device read so far; unlike ru_inblock it counts each read-ahead and swap-in. */
static uint64_t bytes_read(void) {
  FILE *file = fopen("/proc/self/io", "re");
  uint64_t bytes = 0;
  char line[128];
  if (file) {
    bool found = false;
    while (!found && fgets(line, sizeof line, file))
      found = sscanf(line, "read_bytes: %" SCNu64, &bytes) == 1;
    fclose(file);
    if (found)
      return bytes;
  }
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (uint64_t)usage.ru_inblock * 512;
}

/* Kilobytes that all block devices read so far. Where a kernel's workers read for the process, they are not among bytes_read();
 * but here is what other processes read as well. */
static uint64_t system_read_kb(void) {
  FILE *file = fopen("/proc/vmstat", "re");
  uint64_t kilobytes = 0;
  char line[128];
  bool found = false;
  while (file && !found && fgets(line, sizeof line, file))
    found = sscanf(line, "pgpgin %" SCNu64, &kilobytes) == 1;
  if (file)
    fclose(file);
  return kilobytes;
}

static double seconds_of(struct timeval time) {
  return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void warm_up(const struct run *run) {
  for (unsigned v = 0; v < view_count; v++)
    if (madvise((void *)views[v].address, views[v].bytes, MADV_POPULATE_READ) != 0) /* before 5.14: touch */
      for (size_t at = 0; at < views[v].bytes; at += 4096)
        (void)*(const volatile char *)((const char *)views[v].address + at);
  for (size_t pass = 0; pass < run->passes; pass++)
    (void)workload.execute();
}

static void measure(const struct run *run) {
  if (run->setting == SETTING_WARM)
    warm_up(run);
  size_t resident = run->setting == SETTING_COLD ? count_resident() : 0;
  size_t total = 0;
  for (unsigned v = 0; v < view_count; v++)
    total += views[v].bytes;
  struct rusage before, after;
  getrusage(RUSAGE_SELF, &before);
  uint64_t read_before = bytes_read(), system_before = system_read_kb();
  double start = now();
  uint64_t checksum = harness_measured(run->alternative);
  double seconds = now() - start;
  uint64_t read = bytes_read() - read_before, system_read = system_read_kb() - system_before;
  getrusage(RUSAGE_SELF, &after);
  printf("{\"case\": \"%s\", \"seconds\": %.6f, \"checksum\": \"%016" PRIx64 "\", \"bytes_read\": %" PRIu64
         ", \"major_faults\": %ld, \"minor_faults\": %ld, \"mapped_bytes\": %zu, \"resident_pages_before\": %zu"
         ", \"cpu_seconds\": %.6f, \"system_seconds\": %.6f, \"system_bytes_read\": %" PRIu64 "}\n",
         workload.name, seconds, checksum, read, after.ru_majflt - before.ru_majflt, after.ru_minflt - before.ru_minflt, total,
         resident,
         seconds_of(after.ru_utime) + seconds_of(after.ru_stime) - seconds_of(before.ru_utime) - seconds_of(before.ru_stime),
         seconds_of(after.ru_stime) - seconds_of(before.ru_stime), system_read * 1024);
}

static int word_number(const char *option, const char *value, const char *const *words, int count) {
  for (int i = 0; i < count; i++)
    if (strcmp(value, words[i]) == 0)
      return i;
  fprintf(stderr, "%s: %s %s: valid are", workload.name, option, value);
  for (int i = 0; i < count; i++)
    fprintf(stderr, " %s", words[i]);
  fputc('\n', stderr);
  exit(2);
}

static size_t size_value(const char *option, const char *value) {
  char *end;
  errno = 0;
  unsigned long long number = strtoull(value, &end, 10);
  if (errno != 0 || end == value || *end != '\0')
    harness_fail("%s %s: not a number", option, value);
  return (size_t)number;
}

static struct run parse(int argc, char **argv) {
  static const char *const settings[] = {"cold", "warm", "swap", "cached", "half"};
  static const char *const alternatives[] = {"none", "random", "sequential", "preload", "helper"};
  struct run run = {.passes = 2};
  if (argc % 2 == 0)
    harness_fail("%s: a value is missing", argv[argc - 1]);
  for (int i = 1; i + 1 < argc; i += 2) {
    const char *option = argv[i], *value = argv[i + 1];
    if (strcmp(option, "--data") == 0)
      run.data = value;
    else if (strcmp(option, "--index") == 0)
      run.index = value;
    else if (strcmp(option, "--queries") == 0)
      run.queries = value;
    else if (strcmp(option, "--bytes") == 0)
      run.bytes = size_value(option, value);
    else if (strcmp(option, "--count") == 0)
      run.count = size_value(option, value);
    else if (strcmp(option, "--width") == 0)
      run.width = size_value(option, value);
    else if (strcmp(option, "--passes") == 0)
      run.passes = size_value(option, value);
    else if (strcmp(option, "--setting") == 0)
      run.setting = (enum setting)word_number(option, value, settings, 5);
    else if (strcmp(option, "--alternative") == 0)
      run.alternative = (enum alternative)word_number(option, value, alternatives, 5);
    else
      harness_fail(
          "unknown option %s: valid are --data --index --queries --bytes --count --width --passes --setting --alternative",
          option);
  }
  return run;
}

int main(int argc, char **argv) {
  struct run run = parse(argc, argv);
  workload.open(&run);
  measure(&run);
  return 0;
}
