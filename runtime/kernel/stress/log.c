// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel says about itself: its log, read line by line and searched for reports, and the prefetch counters of
 * /proc/vmstat. Knows which words make a report and which sums must hold; judges through fail().
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stress.h"

static int kmsg = -1;
static uint64_t lost;

/* Words of a report. What fault injection provokes elsewhere is left out where the option says so. */
static const char *const bad[] = {
    "BUG:",
    "WARNING:",
    "KASAN:",
    "UBSAN:",
    "possible circular",
    "possible recursive",
    "possible irq lock",
    "inconsistent lock state",
    "lock held when returning",
    "still held",
    "INFO: task",
    "blocked for more than",
    "rcu: INFO",
    "self-detected stall",
    "Oops",
    "general protection fault",
    "unable to handle",
    "scheduling while atomic",
    "sleeping function called",
    "list_add corruption",
    "list_del corruption",
    "Bad page",
    "Bad rss-counter",
    "bad pmd",
    "bad pte",
    "Bad swap",
    "refcount_t",
    "ODEBUG",
    "DEBUG_LOCKS_WARN_ON",
    "soft lockup",
    "hard LOCKUP",
    "Kernel panic",
    "kernel BUG",
    "held lock freed",
    "suspicious RCU",
    "bad unlock balance",
    "Non-zero nr",
    "non-zero pgtables_bytes",
    "cut here",
    "workqueue lockup",
    "stack-protector",
    "EXT4-fs error",
    "Corruption of",
    "Corruption detected",
    "Metadata I/O Error",
    "Internal error",
    "BUG_ON",
    "Unused swap",
    "Decompression failed",
    "potential data loss",
    "unused_freepage",
};
static const char *const bad_unless_injecting[] = {
    "Out of memory",      "oom-kill",  "Killed process",     "page allocation failure",
    "Read-error on swap", "I/O error", "invoked oom-killer",
};

/* KCSAN's reports name two functions; the kernel it comes from has many such pairs. Those with a prefetch on either stack are
 * ours. */
#define PAIRS 64
static struct {
  char title[160];
  unsigned count;
} pairs[PAIRS];
static int pair_count;
static int kcsan_lines; /* of the report being read */
static bool kcsan_ours;
static char kcsan_title[160];

static void kcsan_end(void) {
  if (!kcsan_lines)
    return;
  kcsan_lines = 0;
  if (kcsan_ours) {
    fail("kernel log: %s (a prefetch is on one of the stacks)", kcsan_title);
    return;
  }
  for (int i = 0; i < pair_count; i++)
    if (!strcmp(pairs[i].title, kcsan_title)) {
      pairs[i].count++;
      return;
    }
  if (pair_count < PAIRS) {
    strcpy(pairs[pair_count].title, kcsan_title);
    pairs[pair_count++].count = 1;
  }
}

static void judge_line(const char *line) {
  const char *kcsan = strstr(line, "BUG: KCSAN:");
  if (kcsan) {
    kcsan_end();
    kcsan_lines = 1;
    kcsan_ours = strstr(line, "prefetch") != NULL;
    snprintf(kcsan_title, sizeof(kcsan_title), "%s", kcsan);
    return;
  }
  if (kcsan_lines) {
    if (strstr(line, "=====") || kcsan_lines > 120)
      kcsan_end();
    else {
      kcsan_lines++;
      kcsan_ours |= strstr(line, "prefetch") && !strstr(line, "prefetchw") && !strstr(line, "Comm:");
      return;
    }
  }
  if (strstr(line, "too low!")) { /* lockdep's tables are full: each mount brings new keys */
    say("note: lockdep is off from here: %s", line);
    return;
  }
  if (opt.injecting && strstr(line, "EXT4-fs error") && strstr(line, "Out of memory"))
    return;
  if (line[0] == ' ') /* a function on a stack, whose name may hold one of the words */
    return;
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
    if (strstr(line, bad[i])) {
      fail("kernel log: %s", line);
      return;
    }
  for (size_t i = 0; !opt.injecting && i < sizeof(bad_unless_injecting) / sizeof(bad_unless_injecting[0]); i++)
    if (strstr(line, bad_unless_injecting[i])) {
      fail("kernel log: %s", line);
      return;
    }
}

/* Bits of Documentation/admin-guide/tainted-kernels.rst: bad page, died, warning, soft lockup. */
#define REPORTED (1u << 5 | 1u << 7 | 1u << 9 | 1u << 14)
static unsigned taint_before;

static unsigned read_taint(void) {
  unsigned taint = 0;
  FILE *file = fopen("/proc/sys/kernel/tainted", "re");
  if (!file || fscanf(file, "%u", &taint) != 1)
    fail("cannot read /proc/sys/kernel/tainted: %s", strerror(errno));
  if (file)
    fclose(file);
  return taint;
}

void log_check_taint(void) {
  unsigned fresh = read_taint() & ~taint_before & REPORTED;
  taint_before |= fresh;
  if (fresh)
    fail("the kernel is tainted by %#x (bad page 0x20, died 0x80, warning 0x200, soft lockup 0x4000); its log tells more", fresh);
}

void log_start(void) {
  taint_before = read_taint();
  kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (kmsg < 0)
    fail("cannot read the kernel's log: /dev/kmsg: %s; run as root on a kernel with CONFIG_PRINTK", strerror(errno));
}

void log_scan(void) {
  static char record[8192];
  for (;;) {
    ssize_t got = read(kmsg, record, sizeof(record) - 1);
    if (got < 0 && errno == EPIPE) {
      lost++;
      continue;
    }
    if (got <= 0)
      break;
    record[got] = 0;
    char *text = strchr(record, ';');
    if (!text)
      continue;
    text[strcspn(text, "\n")] = 0;
    judge_line(text + 1);
  }
}

void log_summary(void) {
  kcsan_end();
  if (lost)
    say("note: %lu gaps in the kernel's log: it was written faster than read", lost);
  for (int i = 0; i < pair_count; i++)
    say("note: %u times, no prefetch on either stack: %s", pairs[i].count, pairs[i].title);
}

/* ---- counters ---- */
static const char *const names[] = {
    "mapped",   "started", "in_flight",   "cached", "untouched", "tight", "busy",   "full",
    "unmapped", "denied",  "unsupported", "off",    "faults",    "read",  "unread", "slept",
};
enum { MAPPED, C_STARTED, FATE_COUNT = 12, FAULTS = 12, READ, UNREAD, SLEPT, COUNTERS };
static uint64_t first[COUNTERS];

static bool read_counters(uint64_t *values) {
  memset(values, 0, COUNTERS * sizeof(*values));
  FILE *file = fopen("/proc/vmstat", "re");
  char name[64];
  unsigned long value;
  int found = 0;
  while (file && fscanf(file, "%63s %lu", name, &value) == 2)
    for (int i = 0; i < COUNTERS; i++)
      if (!strncmp(name, "prefetch_", 9) && !strcmp(name + 9, names[i])) {
        values[i] = value;
        found++;
      }
  if (file)
    fclose(file);
  return found == COUNTERS;
}

static void print_counters(const uint64_t *values) {
  char line[1024] = "";
  for (int i = 0; i < COUNTERS; i++)
    snprintf(line + strlen(line), sizeof(line) - strlen(line), " %s=%lu", names[i], values[i] - first[i]);
  say("counters:%s", line);
}

void counters_start(void) {
  if (!opt.stock && !read_counters(first))
    fail("/proc/vmstat lacks prefetch_* counters: the kernel has the calls, but not all that is promised with them");
}

/* No process prefetches now: sums must hold, once the worker is through with what the last one left. */
void counters_check(bool last) {
  uint64_t values[COUNTERS], fates = 0, started, done;
  double began = now();
  if (opt.stock)
    return;
  do {
    if (!read_counters(values)) {
      fail("/proc/vmstat lacks prefetch_* counters, which it had before");
      return;
    }
    started = values[C_STARTED] - first[C_STARTED];
    done = values[READ] - first[READ] + values[UNREAD] - first[UNREAD];
  } while (started > done && now() - began < 20 && !usleep(20000));
  for (int i = 0; i < FATE_COUNT; i++)
    fates += values[i] - first[i];
  if (values[SLEPT] != first[SLEPT])
    fail("prefetch_slept grew by %lu: a prefetch slept", values[SLEPT] - first[SLEPT]);
  if (fates < values[FAULTS] - first[FAULTS])
    fail("%lu asynchronous faults, but only %lu pages with a fate: some went uncounted", values[FAULTS] - first[FAULTS], fates);
  if (started != done)
    fail("%lu pages were queued, but %lu were read or dropped, 20 s after the last process that could have them queued", started,
         done);
  if (last || atomic_load(&sh->failed))
    print_counters(values);
}

/* One thread, one page a fault: then faults and fates are equal in number. Run while nobody else prefetches. */
void counters_calibrate(void) {
  uint64_t before[COUNTERS], after[COUNTERS];
  if (opt.stock || !read_counters(before))
    return;
  size_t pages = 64;
  char *at = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) {
    fail("cannot map %zu pages: %s", pages, strerror(errno));
    return;
  }
  for (size_t i = 0; i < pages; i += 2)
    at[i * PAGE] = 1;
  mprotect(at + 32 * PAGE, 8 * PAGE, PROT_NONE);
  long ready = 0, refused = 0;
  for (size_t i = 0; i < pages; i++) {
    bool accessible = !vdso_page(at + i * PAGE);
    ready += accessible;
    refused += !accessible;
  }
  static const uintptr_t wild[] = {0, 0x800000000000, 0xffff888000000000, 0xffffffffff600000};
  for (size_t i = 0; i < sizeof(wild) / sizeof(wild[0]); i++)
    refused += vdso_page((const void *)wild[i]) == -1;
  munmap(at, pages * PAGE);
  read_counters(after);
  uint64_t fates = 0;
  for (int i = 0; i < FATE_COUNT; i++)
    fates += after[i] - before[i];
  say("one page a call: %ld accessible, %ld not; %lu faults, %lu fates", ready, refused, after[FAULTS] - before[FAULTS], fates);
  /* Every other page was written, and eight in a row may not be read. */
  if (ready != 28)
    fail("of 64 pages %ld are told accessible; 28 are", ready);
  if (after[FAULTS] - before[FAULTS] != fates || fates < (uint64_t)refused)
    fail("prefetch_page() alone gave %lu faults, %lu fates and %ld refusals: each fault must have one fate, each refusal its "
         "fault",
         after[FAULTS] - before[FAULTS], fates, refused);
}
