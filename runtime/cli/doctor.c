/* SPDX-License-Identifier: MIT */
/* pageprefetch doctor: probes what the runtime would probe, and says in plain words what follows from it.
 * Uses the runtime's own backends, so that what it tells is what programs get. */
#include "backend.h"
#include "cli.h"
#include "os.h"
#include "pageprefetch_abi.h"
#include "settings.h"

#include <argp.h>
#include <stdbool.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

static error_t parse(int key, char *argument, struct argp_state *state) {
  if (key != ARGP_KEY_ARG)
    return ARGP_ERR_UNKNOWN;
  argp_error(state, "doctor takes no argument, '%s' was given", argument);
  return EINVAL;
}

static void tell_vdso(void) {
  char why[160] = "";
  struct pp_vdso calls;
  if (pp_vdso_find(&calls, why, sizeof why))
    puts("vDSO:              present, with prefetch_page()");
  else
    printf("vDSO:              %s, no prefetch_page(): %s\n", getauxval(AT_SYSINFO_EHDR) ? "present" : "absent", why);
}

static void tell_backends(void) {
  puts("backends, best first:");
  for (unsigned i = 0; pp_backends[i]; i++) {
    char why[160] = "";
    bool works = pp_backends[i]->probe(why, sizeof why);
    printf("  %-16s %s%s%s\n", pp_backends[i]->name, works ? "works" : "does not work: ", why,
           pp_backends[i] == pp_backend_current()  ? "  <- used"
           : pp_backends[i] == pp_backend_second() ? "  <- used for pages that the first refuses for want of memory or room"
                                                   : "");
  }
}

static void tell_hint_cost(void) {
  enum { PAGES = 64, ROUNDS = 200 };
  size_t page = pp_os_page_size();
  char *memory = pp_os_map(PAGES * page);
  if (!memory) {
    printf("hint cost:         not measured: no memory for %d pages\n", PAGES);
    return;
  }
  struct iovec ranges[PAGES];
  for (unsigned i = 0; i < PAGES; i++) {
    memory[i * page] = 1;
    ranges[i] = (struct iovec){memory + i * page, page};
  }
  struct pp_outcome outcome = {0};
  pp_os_ticks_to_ns(0);
  usleep(20000); /* lets the clock calibrate itself */
  uint64_t start = pp_os_ticks();
  for (unsigned round = 0; round < ROUNDS; round++)
    pp_backend_hint(ranges, PAGES, &outcome);
  uint64_t ns = pp_os_ticks_to_ns(pp_os_ticks() - start);
  pp_os_unmap(memory, PAGES * page);
  printf("hint cost:         %llu ns for a page that is in memory already\n", (unsigned long long)(ns / (PAGES * ROUNDS)));
}

static void tell_accounting(void) {
  struct pp_usage usage;
  if (pp_os_thread_usage(&usage))
    puts("thread accounting: works: faults, waits and reads of a thread can be counted");
  else
    printf("thread accounting: getrusage(RUSAGE_THREAD) fails: %s; hints are judged by their time alone\n", strerror(errno));
}

/* Whether slice programs can read memory here: the primitive that pp_load uses, tried once. */
static void tell_loads(void) {
  static const char source = 42;
  char copied = 0;
  struct iovec piece = {(void *)(uintptr_t)&source, 1};
  ssize_t got = pp_os_copy(&copied, 1, &piece, 1);
  if (got == 1 && copied == source)
    puts("fault-proof loads: work: indexes, chains and rows are computed ahead");
  else
    printf("fault-proof loads: process_vm_writev fails: %s; only streams in closed form are hinted\n",
           got < 0 ? strerror((int)-got) : "nothing was copied");
}

static void tell_swap(void) {
  FILE *stream = fopen("/proc/swaps", "re");
  if (!stream) {
    printf("swap:              not known: /proc/swaps: %s\n", strerror(errno));
    return;
  }
  char line[256];
  int areas = -1; /* the first line is a heading */
  while (fgets(line, sizeof line, stream))
    areas++;
  fclose(stream);
  printf("swap:              %d area%s%s\n", areas, areas == 1 ? "" : "s",
         areas > 0 ? "" : ": anonymous memory always stays in memory");
}

int cli_doctor(int argc, char **argv) {
  static const struct argp argp = {.parser = parse,
                                   .doc = "Tell what this machine's kernel offers and what the runtime will use."};
  if (argp_parse(&argp, argc, argv, 0, NULL, NULL))
    return 2;
  struct utsname system;
  uname(&system);
  pp_settings_read(pp_backend_names);
  pp_backend_choose();
  printf("pageprefetch:      %s, ABI version %d\n", PP_VERSION, PP_ABI_VERSION);
  printf("kernel:            %s %s %s\n", system.sysname, system.release, system.machine);
  printf("page size:         %zu bytes\n", pp_os_page_size());
  tell_vdso();
  tell_accounting();
  tell_loads();
  tell_swap();
  printf("read-ahead budget: %llu MiB (half of the least of available memory and memory cgroup limits)\n",
         (unsigned long long)(pp_os_memory_budget() >> 20));
  tell_backends();
  if (pp_backend_current() == pp_backends[0] || strcmp(pp_backend_current()->name, "none"))
    tell_hint_cost();
  puts(strcmp(pp_backend_current()->name, "none")
           ? "verdict:           hints work here"
           : "verdict:           no hints on this machine: programs run as if compiled plain");
  return 0;
}
