/* SPDX-License-Identifier: MIT */
/* The oracle's arrays and its runtime: __pp_strip runs a loop's programs for the whole entry at its start, or follows it, and
 * notes the pages. */
#define _GNU_SOURCE
#include "oracle.h"
#include "pageprefetch_abi.h"
#include "plain_program.h"

#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PAGE = 4096, GUARD = 16 * PAGE, ARRAYS = 16, CASES = 128, STRIP = 50, AHEAD = 500, BLOCKS = 64, BUDGET = 1 << 28 };

/* What one stream hints of one array. */
struct share {
  struct share *next;
  const struct pp_loop *loop;
  const struct pp_site *site;
  unsigned char *hinted; /* a byte a page */
};

struct array {
  const char *name;
  size_t element;
  struct share *shares;
  char *view, *alias;              /* `bytes` of the same memory */
  size_t bytes, guard;             /* so many bytes on both sides of the view are never accessible */
  unsigned char *touched, *hinted; /* a byte a page */
};

static struct array arrays[ARRAYS];
static unsigned array_count;
static struct {
  const char *name;
  void (*run)(void);
} cases[CASES];
static unsigned case_count, failures;
static const char *current;
static const char *stack_end;         /* what lies below is in use */
static uint64_t random_state, beyond; /* reads of programs beside an array */
static bool watching, following;
volatile uint64_t oracle_sink;

__attribute__((noreturn)) static void die(const char *what) {
  fprintf(stderr, "oracle: %s: ", current ? current : "start");
  perror(what);
  _exit(2);
}

/* Puts an array's memory at an address. */
static struct array *place(const char *name, char *at, size_t bytes, size_t guard) {
  struct array *a = &arrays[array_count++];
  int file = memfd_create("oracle", MFD_CLOEXEC);
  if (array_count > ARRAYS || file < 0 || ftruncate(file, (off_t)bytes) != 0)
    die("memfd");
  char *view = mmap(at, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0);
  char *alias = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  *a = (struct array){.name = name, .element = 1, .view = view, .alias = alias, .bytes = bytes, .guard = guard};
  a->touched = calloc(bytes / PAGE, 1), a->hinted = calloc(bytes / PAGE, 1);
  if (view == MAP_FAILED || alias == MAP_FAILED || !a->touched || !a->hinted)
    die("mmap");
  close(file);
  return a;
}

void *oracle_array(const char *name, size_t element, size_t count, void **writable) {
  size_t bytes = (element * count + PAGE - 1) / PAGE * PAGE;
  char *room = mmap(NULL, bytes + 2 * GUARD, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED)
    die("mmap");
  struct array *a = place(name, room + GUARD, bytes, GUARD);
  a->element = element;
  *writable = a->alias;
  return a->view;
}

void oracle_variable(const char *name, void *variable, size_t bytes) {
  if ((uintptr_t)variable % PAGE || bytes % PAGE)
    die("a variable that does not fill pages");
  place(name, variable, bytes, 0);
}

static struct array *array_at(uint64_t address, bool or_guard) {
  for (unsigned i = 0; i < array_count; i++) {
    uint64_t slack = or_guard ? arrays[i].guard : 0;
    if (address + slack >= (uintptr_t)arrays[i].view && address < (uintptr_t)arrays[i].view + arrays[i].bytes + slack)
      return &arrays[i];
  }
  return NULL;
}

static void note_touch(int signal_number, siginfo_t *info, void *context) {
  struct array *a = watching ? array_at((uintptr_t)info->si_addr, false) : NULL;
  (void)context;
  if (!a) { /* the loop's own fault */
    signal(signal_number, SIG_DFL);
    return;
  }
  size_t page = ((uintptr_t)info->si_addr - (uintptr_t)a->view) / PAGE;
  a->touched[page] = 1;
  if (mprotect(a->view + page * PAGE, PAGE, PROT_READ | PROT_WRITE) != 0)
    die("mprotect");
}

static void protect(int protection) {
  for (unsigned i = 0; i < array_count; i++)
    if (mprotect(arrays[i].view, arrays[i].bytes, protection) != 0)
      die("mprotect");
}

void oracle_start(void) {
  protect(PROT_NONE);
  watching = true;
}

void oracle_follow(void) {
  following = true;
  oracle_start();
}

void oracle_stop(void) {
  following = false;
  watching = false;
  protect(PROT_READ | PROT_WRITE);
}

void oracle_expect(const void *array, unsigned cover, unsigned waste) {
  const struct array *a = array_at((uintptr_t)array, false);
  uint64_t touched = 0, hinted = 0, both = 0, digest = UINT64_C(0xcbf29ce484222325); /* FNV-1a of the hinted pages */
  for (size_t i = 0; i < a->bytes / PAGE; i++) {
    touched += a->touched[i], hinted += a->hinted[i], both += a->touched[i] & a->hinted[i];
    digest = (digest ^ a->hinted[i]) * UINT64_C(0x100000001b3);
  }
  uint64_t covered = touched ? 100 * both / touched : 0, wasted = hinted ? 100 * (hinted - both) / hinted : 0;
  bool good = touched && covered >= cover && wasted <= waste;
  printf("%s %s: %llu%% covered, %llu%% wasted, hinted %016llx: %s\n", current, a->name, (unsigned long long)covered,
         (unsigned long long)wasted, (unsigned long long)digest,
         good      ? "ok"
         : touched ? "FAILED"
                   : "FAILED, nothing was touched");
  failures += !good;
}

static void print_pages(const unsigned char *pages, size_t count) {
  for (size_t i = 0; i < count; i++)
    putchar(pages[i] ? '1' : '0');
  putchar('\n');
}

void oracle_report(void) {
  for (const struct array *a = arrays; a < arrays + array_count; a++) {
    printf("array %s %s %zu ", current, a->name, a->element);
    print_pages(a->touched, a->bytes / PAGE);
    for (const struct share *share = a->shares; share; share = share->next) {
      printf("stream %s %s %s %u %s %u ", current, a->name, *share->site->file ? share->site->file : "-", share->site->line,
             share->loop->file, share->loop->line);
      print_pages(share->hinted, a->bytes / PAGE);
    }
  }
}

uint64_t oracle_random(void) {
  random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return random_state >> 33;
}

void oracle_fill_u32(uint32_t *numbers, size_t count, uint64_t limit) {
  for (size_t i = 0; i < count; i++)
    numbers[i] = (uint32_t)(oracle_random() % limit);
}

void oracle_fill_u64(uint64_t *numbers, size_t count, uint64_t limit) {
  for (size_t i = 0; i < count; i++)
    numbers[i] = oracle_random() % limit;
}

void oracle_permute(uint32_t *numbers, size_t count) {
  for (size_t i = 0; i < count; i++)
    numbers[i] = (uint32_t)i;
  for (size_t i = count; i > 1; i--) {
    size_t other = oracle_random() % i;
    uint32_t kept = numbers[i - 1];
    numbers[i - 1] = numbers[other], numbers[other] = kept;
  }
}

uint64_t oracle_rows(uint32_t *bounds, size_t count, unsigned least, unsigned most) {
  uint64_t at = 0;
  for (size_t i = 0; i <= count; i++) {
    bounds[i] = (uint32_t)at;
    at += least + oracle_random() % (most - least + 1);
  }
  return bounds[count];
}

/* A loop that is entered with so many iterations. */
struct entry {
  const struct pp_loop *loop;
  uint64_t trips;
};

static struct share *share_of(struct array *a, const struct pp_loop *loop, const struct pp_site *site) {
  struct share *share = a->shares;
  while (share && share->site != site)
    share = share->next;
  if (share)
    return share;
  share = malloc(sizeof *share);
  unsigned char *hinted = calloc(a->bytes / PAGE, 1);
  if (!share || !hinted)
    die("malloc");
  *share = (struct share){a->shares, loop, site, hinted};
  return a->shares = share;
}

static void note_hint(const struct entry *entry, unsigned site, uint64_t address, uint64_t span) {
  for (uint64_t at = address; span && at - address < span; at = (at | (PAGE - 1)) + 1) {
    struct array *a = array_at(at, false);
    if (a) {
      size_t page = (at - (uintptr_t)a->view) / PAGE;
      a->hinted[page] = share_of(a, entry->loop, &entry->loop->sites[site])->hinted[page] = 1;
    } else if (!array_at(at, true)) {
      return; /* something of the program's own */
    }
  }
}

static bool load(void *context, uint64_t address, void *to, unsigned bytes) {
  (void)context;
  struct array *a = array_at(address, false);
  if (a && address + bytes <= (uintptr_t)a->view + a->bytes) {
    memcpy(to, a->alias + (address - (uintptr_t)a->view), bytes);
    return true;
  }
  if (array_at(address, true)) {
    beyond++;
    return false;
  }
  if (address > (uintptr_t)&address && address + bytes <= (uintptr_t)stack_end) { /* the case's own variables */
    memcpy(to, (const void *)(uintptr_t)address, bytes);
    return true;
  }
  struct iovec here = {to, bytes}, there = {(void *)(uintptr_t)address, bytes};
  return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == (ssize_t)bytes;
}

static void hint(void *context, uint64_t iteration, unsigned site, uint64_t address, uint64_t span) {
  (void)iteration;
  note_hint(context, site, address, span);
}

static void walk(void *context, unsigned site, uint64_t base, uint64_t stride, uint64_t span) {
  const struct entry *entry = context;
  for (uint64_t i = 0; i < entry->trips; i++)
    note_hint(entry, site, base + i * stride, span);
}

/* A program that carries nothing is run for the iterations up to AHEAD ahead of the loop, with what it loads as it then is. */
static uint64_t follow(struct pp_loop *loop, uint64_t done, uint64_t trips, const uint64_t *environment,
                       const struct plain_world *world) {
  uint64_t from = done ? (uintptr_t)loop->live : 0, until = done + STRIP + AHEAD < trips ? done + STRIP + AHEAD : trips;
  for (uint64_t i = from; i < until; i++) {
    uint64_t registers[PP_PROGRAM_REGISTERS] = {0}, budget = BUDGET;
    (void)plain_iteration(loop->slices, environment, i, registers, &budget, world);
  }
  loop->live = (void *)(uintptr_t)(until > from ? until : from);
  return STRIP;
}

uint64_t __pp_strip(struct pp_loop *loop, uint64_t done, uint64_t trips, ...) {
  done &= ~(PP_DEALT | PP_APART);
  bool follows = following && loop->slices && !loop->slices->carried_count;
  if ((done && !follows) || !watching)
    return STRIP;
  uint64_t environment[PP_PROGRAM_ENVIRONMENT] = {0}, registers[PP_PROGRAM_REGISTERS] = {0}, budget = BUDGET;
  struct entry entry = {loop, trips};
  const struct plain_world world = {&entry, load, hint, walk};
  va_list values;
  va_start(values, trips);
  for (unsigned i = 0; i < loop->environment_count; i++)
    environment[i] = va_arg(values, uint64_t);
  va_end(values);
  if (loop->walks && !done)
    (void)plain_iteration(loop->walks, environment, 0, registers, &budget, &world);
  if (!loop->slices)
    return STRIP;
  if (follows)
    return follow(loop, done, trips, environment, &world);
  memcpy(registers, environment, loop->slices->carried_count * sizeof *registers);
  for (uint64_t i = 0; i < trips; i++)
    if (plain_iteration(loop->slices, environment, i, registers, &budget, &world) != PLAIN_ENDED)
      break;
  return STRIP;
}

/* The runtime's block operations hint all that they touch. A site stands for the place of a call, as "+" and how far behind the
 * start of the program the call's text ends. */
static void note_block(const void *caller, const void *address, size_t bytes) {
  extern const char __executable_start[];
  static struct pp_loop loop = {.file = "+"};
  static struct pp_site places[BLOCKS];
  uint32_t line = (uint32_t)((const char *)caller - __executable_start);
  struct pp_site *place = places;
  while (place->file && place->line != line)
    if (++place == places + BLOCKS)
      die("too many block operations");
  *place = (struct pp_site){.file = "+", .line = line};
  loop.sites = places;
  const struct entry entry = {&loop, 1};
  if (watching)
    note_hint(&entry, (unsigned)(place - places), (uintptr_t)address, bytes);
}

void *__pp_memset(void *to, int byte, size_t bytes) {
  note_block(__builtin_return_address(0), to, bytes);
  return memset(to, byte, bytes);
}

void *__pp_memcpy(void *to, const void *from, size_t bytes) {
  note_block(__builtin_return_address(0), to, bytes);
  note_block(__builtin_return_address(0), from, bytes);
  return memcpy(to, from, bytes);
}

void oracle_register(const char *name, void (*run)(void)) {
  if (case_count == CASES)
    die("too many cases");
  cases[case_count].name = name, cases[case_count++].run = run;
}

static void forget_arrays(void) {
  for (unsigned i = 0; i < array_count; i++) {
    if (arrays[i].guard)
      munmap(arrays[i].view - GUARD, arrays[i].bytes + 2 * GUARD);
    else if (mmap(arrays[i].view, arrays[i].bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
             MAP_FAILED)
      die("mmap");
    munmap(arrays[i].alias, arrays[i].bytes);
    for (struct share *share = arrays[i].shares, *next; share; share = next) {
      next = share->next;
      free(share->hinted);
      free(share);
    }
    free(arrays[i].touched);
    free(arrays[i].hinted);
  }
  array_count = 0;
}

int main(int argc, char **argv) {
  stack_end = (const char *)&argc;
  struct sigaction action = {.sa_sigaction = note_touch, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &action, NULL);
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (unsigned i = 0; i < case_count; i++) {
    if (argc > 1 && strcmp(argv[1], cases[i].name) != 0)
      continue;
    current = cases[i].name, random_state = 1, beyond = 0;
    cases[i].run();
    if (beyond) {
      printf("%s: programs read beside an array %llu times: FAILED\n", current, (unsigned long long)beyond);
      failures++;
    }
    forget_arrays();
  }
  printf("%u cases, %u failures\n", case_count, failures);
  return failures != 0;
}
