// SPDX-License-Identifier: GPL-2.0
/*
 * The race stress for prefetch_page(): options, and the supervisor that runs round after round and judges each from outside.
 * Ends with a line "@@ stress pass|fail ..." for the guest's reader, and status 0 only when nothing was wrong.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stress.h"

#define OFTEN 30 /* draws of an operation of which one must have taken effect */

struct options opt = {.seed = 1, .minutes = 1, .threads = 12, .round_seconds = 12};
struct shared *sh;
static double started;

double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void print(const char *prefix, const char *format, va_list arguments) {
  char line[1024];
  int length = snprintf(line, sizeof(line), "%s%s", "stress: ", prefix);
  length += vsnprintf(line + length, sizeof(line) - length - 1, format, arguments);
  if (length > (int)sizeof(line) - 2)
    length = sizeof(line) - 2;
  line[length++] = '\n';
  if (write(STDOUT_FILENO, line, length) != length)
    _exit(96);
}

void say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  print("", format, arguments);
  va_end(arguments);
}

void fail(const char *format, ...) {
  va_list arguments;
  if (!atomic_exchange(&sh->failed, 1)) {
    va_start(arguments, format);
    vsnprintf(sh->reason, sizeof(sh->reason), format, arguments);
    va_end(arguments);
  }
  if (atomic_fetch_add(&sh->deviations, 1) >= 40)
    return;
  va_start(arguments, format);
  print("FAIL: ", format, arguments);
  va_end(arguments);
}

int write_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0)
    return -errno;
  ssize_t done = write(fd, text, strlen(text));
  int result = done < 0 ? -errno : 0;
  close(fd);
  return result;
}

void seed_rng(struct rng *r, uint64_t a, uint64_t b, uint64_t c) {
  r->s = (a + 1) * 0x9e3779b97f4a7c15ULL ^ (b + 1) * 0xbf58476d1ce4e5b9ULL ^ (c + 1) * 0x94d049bb133111ebULL;
  r->s |= !r->s;
  for (int i = 0; i < 8; i++)
    rnd(r);
}

static void usage(FILE *out) {
  fprintf(
      out,
      "usage: stress [--seed N] [--minutes M] [--threads N] [--round SECONDS] [--only OP,...] [--fs TYPE:DEVICE:DIRECTORY]...\n"
      "              [--swap DEVICE]... [--injecting] [--stand-in] [--list] [--help]\n"
      "Races prefetches with everything that changes memory. DEVICE may be '-' for tmpfs. --injecting: the kernel makes "
      "allocations\n"
      "fail, so that failures of other calls are no finding. --stand-in: madvise() where the kernel has no such calls. Runs as "
      "root "
      "in a\n"
      "machine that is there for nothing else.\n");
}

static double number(const char *name, const char *text, double low, double high) {
  char *end;
  double value = strtod(text, &end);
  if (*end || end == text || value < low || value > high) {
    fprintf(stderr, "stress: --%s %s: expected a number from %g to %g\n", name, text, low, high);
    exit(2);
  }
  return value;
}

static void add_filesystem(char *text) {
  char *device = strchr(text, ':'), *directory = device ? strchr(device + 1, ':') : NULL;
  if (!directory || opt.filesystems == MAX_FS) {
    fprintf(stderr, "stress: --fs %s: expected TYPE:DEVICE:DIRECTORY, at most %d times\n", text, MAX_FS);
    exit(2);
  }
  *device++ = *directory++ = 0;
  opt.fs[opt.filesystems++] = (struct filesystem){text, strcmp(device, "-") ? device : NULL, directory};
}

static void check_only(const char *list) {
  char copy[512];
  snprintf(copy, sizeof(copy), "%s", list);
  for (char *name = strtok(copy, ","); name; name = strtok(NULL, ",")) {
    bool known = false;
    for (int i = 0; i < op_count; i++)
      known |= !strcmp(name, ops[i].name);
    if (!known) {
      fprintf(stderr, "stress: --only %s: no operation has that name; --list tells them\n", name);
      exit(2);
    }
  }
}

static void parse(int argc, char **argv) {
  enum { SEED = 256, MINUTES, THREADS, ROUND, ONLY, FS, SWAP, INJECTING, STAND_IN, LIST, HELP, NOOP };
  static const struct option long_options[] = {{"seed", required_argument, NULL, SEED},
                                               {"minutes", required_argument, NULL, MINUTES},
                                               {"threads", required_argument, NULL, THREADS},
                                               {"round", required_argument, NULL, ROUND},
                                               {"only", required_argument, NULL, ONLY},
                                               {"fs", required_argument, NULL, FS},
                                               {"swap", required_argument, NULL, SWAP},
                                               {"injecting", no_argument, NULL, INJECTING},
                                               {"stand-in", no_argument, NULL, STAND_IN},
                                               {"list", no_argument, NULL, LIST},
                                               {"help", no_argument, NULL, HELP},
                                               {"noop", no_argument, NULL, NOOP},
                                               {NULL, 0, NULL, 0}};
  int option;
  while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
    switch (option) {
    case SEED:
      opt.seed = number("seed", optarg, 0, 1e15);
      break;
    case MINUTES:
      opt.minutes = number("minutes", optarg, 0.05, 100000);
      break;
    case THREADS:
      opt.threads = number("threads", optarg, 1, MAX_THREADS);
      break;
    case ROUND:
      opt.round_seconds = number("round", optarg, 1, 3600);
      break;
    case ONLY:
      check_only(opt.only = optarg);
      break;
    case FS:
      add_filesystem(optarg);
      break;
    case SWAP:
      if (opt.swaps < MAX_SWAP)
        opt.swap[opt.swaps++] = optarg;
      break;
    case INJECTING:
      opt.injecting = true;
      break;
    case STAND_IN:
      opt.stand_in = true;
      break;
    case LIST:
      for (int i = 0; i < op_count; i++)
        printf("%-13s %3u  %s\n", ops[i].name, ops[i].weight, ops[i].what);
      exit(0);
    case HELP:
      usage(stdout);
      exit(0);
    case NOOP: /* what a process becomes that calls execve() */
      _exit(0);
    default:
      usage(stderr);
      exit(2);
    }
  if (!opt.filesystems)
    add_filesystem((char[]){"tmpfs:-:/tmp/stress"});
}

static void report(int round) {
  char line[960] = "";
  size_t length = 0;
  for (int i = 0; i < op_count; i++) {
    uint64_t count = atomic_load(&sh->ops[i]);
    if (count && length < sizeof(line) - 40)
      length += snprintf(line + length, sizeof(line) - length, " %s=%lu", ops[i].name, count);
  }
  say("%.0f s, round %d: %lu hints, %lu ranges, %lu sampled (%lu suspect), %lu words written, %lu checked, %lu faults, %lu "
      "signals, %lu watches, %lu dirty pages;%s",
      now() - started, round, atomic_load(&sh->hints), atomic_load(&sh->ranges), atomic_load(&sh->sampled),
      atomic_load(&sh->suspects), atomic_load(&sh->words_written), atomic_load(&sh->words_checked),
      atomic_load(&sh->faults_taken), atomic_load(&sh->signals), atomic_load(&sh->watches), atomic_load(&sh->dirty_pages), line);
}

/* What the kernel lacks is drawn in vain, and would pass. Those of the first few kinds count what they did themselves. */
static void check_effects(void) {
  uint64_t all = 0;
  for (int i = 0; i < op_count; i++) {
    uint64_t drawn = atomic_load(&sh->ops[i]), effects = atomic_load(&sh->effects[i]);
    all += drawn;
    if (drawn >= OFTEN && !effects && !op_counts_itself(i) && !opt.injecting && !opt.stock)
      fail("the operation '%s' was drawn %lu times and never took effect: does this kernel lack what it needs?", ops[i].name,
           drawn);
  }
  if (!all || !atomic_load(&sh->hints) || !atomic_load(&sh->ranges) || !atomic_load(&sh->words_written) ||
      !atomic_load(&sh->words_checked) || (!opt.stock && !atomic_load(&sh->sampled)))
    fail("%lu operations, %lu hints, %lu ranges, %lu of them watched, %lu words written, %lu checked: nothing was tried", all,
         atomic_load(&sh->hints), atomic_load(&sh->ranges), atomic_load(&sh->sampled), atomic_load(&sh->words_written),
         atomic_load(&sh->words_checked));
}

/* The kernel tells who waits for what, and who holds which locks. */
static void dump_tasks(void) {
  write_file("/proc/sys/kernel/printk", "8");
  write_file("/proc/sysrq-trigger", "w");
  write_file("/proc/sysrq-trigger", "d");
  sleep(2);
}

static void judge_end(int status) {
  if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL && !(opt.injecting && WTERMSIG(status) == SIGSEGV))
    fail("the round's process was ended by signal %d, which nobody sent", WTERMSIG(status));
  else if (WIFEXITED(status) && WEXITSTATUS(status))
    fail("the round's process ended with status %d", WEXITSTATUS(status));
}

/* Waits for the round's process and for what it left, with an eye on the log and on progress. */
static void supervise(pid_t world, int round, double *next_report) {
  uint64_t beat = 0;
  double alive = now();
  bool gone = false;
  for (;;) {
    int status;
    pid_t ended = waitpid(-1, &status, WNOHANG); /* orphaned children come here, too */
    if (ended == world) {
      judge_end(status);
      gone = true;
    }
    if (ended < 0 && errno == ECHILD)
      break;
    log_scan();
    if (now() >= *next_report) {
      report(round);
      if (opt.injecting)
        system_inject();
      *next_report = now() + 10;
    }
    uint64_t heartbeat = atomic_load(&sh->heartbeat);
    if (heartbeat != beat) {
      beat = heartbeat;
      alive = now();
    }
    if (now() - alive > 150 + opt.round_seconds) {
      fail("no progress for %.0f s in round %d%s: something waits for ever", now() - alive, round,
           gone ? ", its process has ended" : "");
      dump_tasks();
      kill(world, SIGKILL);
      sleep(10);
      return;
    }
    if (ended <= 0)
      usleep(50000);
  }
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  parse(argc, argv);
  sh = mmap(NULL, sizeof(*sh), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (sh == MAP_FAILED) {
    fprintf(stderr, "stress: no shared memory: %s\n", strerror(errno));
    return 2;
  }
  started = now();
  calls_init();
  arenas_prepare_shadow();
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  log_start();
  system_setup();
  counters_start();
  say("seed %lu, %g minutes, %d threads, %s%s%s", opt.seed, opt.minutes, opt.threads,
      opt.stock ? "NO vDSO call on this kernel: madvise() stands in" : "vDSO calls found", opt.only ? ", only " : "",
      opt.only ? opt.only : "");
  counters_calibrate();
  double next_report = now() + 10;
  int round = 0;
  while (!atomic_load(&sh->failed) && now() - started < opt.minutes * 60) {
    round++;
    atomic_store(&sh->stop, 0);
    round_number = round;
    pid_t world = fork();
    if (!world)
      world_run(round);
    if (world < 0)
      fail("cannot start round %d: %s", round, strerror(errno));
    else
      supervise(world, round, &next_report);
    system_restore();
    if (!atomic_load(&sh->failed))
      system_remount();
    if (!atomic_load(&sh->failed))
      arena_verify_files();
    counters_check(false);
    log_scan();
    log_check_taint();
  }
  sleep(2);
  log_scan();
  report(round);
  counters_check(true);
  log_summary();
  if (!opt.stock && atomic_load(&sh->suspects) > atomic_load(&sh->sampled) / 10000 + 3)
    fail("in %lu of %lu watched prefetches the thread switched voluntarily", atomic_load(&sh->suspects),
         atomic_load(&sh->sampled));
  check_effects();
  if (atomic_load(&sh->failed)) {
    printf("@@ stress fail seed %lu, round %d, after %.0f s: %s\n", opt.seed, round, now() - started, sh->reason);
    return 1;
  }
  printf("@@ stress pass seed %lu, %d rounds, %.0f s, %lu hints, %lu ranges, %lu sampled, %lu suspect%s\n", opt.seed, round,
         now() - started, atomic_load(&sh->hints), atomic_load(&sh->ranges), atomic_load(&sh->sampled),
         atomic_load(&sh->suspects), opt.stock ? "; madvise() instead of the vDSO calls" : "");
  return 0;
}
