/* SPDX-License-Identifier: MIT */
/* How much stack the runtime takes below a program's loop: off nothing, asleep 512 bytes, hinting 2,048 at most.
 * The stack is painted before every call of the ABI; the lowest byte that lost its paint tells. */
#include <stdint.h>

enum { ROOM = 32 << 10, PAINT = 0xa5, OFF = 0, ASLEEP = 512, HINTING = 2048 };

static inline __attribute__((always_inline)) uintptr_t stack_pointer(void) {
  uintptr_t at;
  __asm__ volatile("mov %%rsp, %0" : "=r"(at));
  return at;
}

static uintptr_t top; /* end of the paint */

/* By the processor's own loop: a function would leave its return address in the paint. */
static inline __attribute__((always_inline)) void paint(void) {
  top = stack_pointer();
  uintptr_t low = top - ROOM, count = ROOM;
  __asm__ volatile("rep stosb" : "+D"(low), "+c"(count) : "a"(PAINT) : "memory");
}

/* Bytes below the return address of the call before. */
static inline __attribute__((always_inline)) uintptr_t depth(void) {
  const volatile unsigned char *at = (const volatile unsigned char *)(top - ROOM);
  while ((uintptr_t)at < top - sizeof(void *) && *at == PAINT)
    at++;
  return top - sizeof(void *) - (uintptr_t)at;
}

static uintptr_t deepest; /* since it was set to 0 */

#define AROUND(call)                                                                                                             \
  ({                                                                                                                             \
    paint();                                                                                                                     \
    __auto_type result_ = (call);                                                                                                \
    uintptr_t depth_ = depth();                                                                                                  \
    deepest = depth_ > deepest ? depth_ : deepest;                                                                               \
    result_;                                                                                                                     \
  })

#include "loop.h"

#include "live.h"
#include "pageprefetch.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BYTES = 16 << 20, TRIPS = 8192 };

static unsigned char *memory;
static uint32_t index_of[TRIPS];

static int check(const char *what, uintptr_t most) {
  printf("%s: %lu bytes of %lu\n", what, (unsigned long)deepest, (unsigned long)most);
  int over = deepest > most;
  if (over)
    fprintf(stderr, "stack_test: %s takes %lu bytes of stack, %lu are allowed\n", what, (unsigned long)deepest,
            (unsigned long)most);
  deepest = 0;
  return over;
}

static void fill(void) {
  memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    exit(1);
  memset(memory, 1, BYTES);
  for (uint32_t i = 0; i < TRIPS; i++)
    index_of[i] = (uint32_t)((uint64_t)i * 7919 % TRIPS * (BYTES / TRIPS));
}

static int measure_off(void) {
  struct compiled compiled;
  compile_loop(&compiled);
  run_loop(&compiled, memory, index_of, TRIPS);
  return check("off", OFF);
}

/* Awake by probing, asleep after it: the look at the faults that is due after some milliseconds included. */
static int measure_auto(void) {
  struct compiled compiled;
  compile_loop(&compiled);
  for (int i = 0; i < 8; i++)
    run_loop(&compiled, memory, index_of, TRIPS);
  int over = check("probing", HINTING);
  for (int i = 0; i < 8; i++) {
    struct pp_live_loop *live = compiled.loop.live;
    uint64_t hinted = pp_get(&live->hinted_strips);
    AROUND(__pp_strip(&compiled.loop, i & 1 ? 256 : 0, TRIPS, (uint64_t)index_of, (uint64_t)memory));
    if (pp_get(&live->hinted_strips) != hinted) {
      fprintf(stderr, "stack_test: the loop is not asleep\n");
      return 1;
    }
    usleep(i & 2 ? 12000 : 0);
  }
  return over | check("asleep", ASLEEP);
}

/* Every hint that fails costs what a fallback and its line cost. */
static void forbid_hints(void) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_madvise, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_process_madvise, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {sizeof code / sizeof *code, code};
  if (syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter))
    printf("skipped: fallbacks: this kernel takes no filter\n");
}

static int measure_left(void) {
  struct compiled compiled;
  compile_loop(&compiled);
  __pp_strip(&compiled.loop, 0, TRIPS, (uint64_t)index_of, (uint64_t)memory);
  struct pp_live_loop *live = compiled.loop.live;
  uint64_t hinted = pp_get(&live->hinted_strips);
  pp_off();
  AROUND(__pp_strip(&compiled.loop, 256, TRIPS, (uint64_t)index_of, (uint64_t)memory));
  if (AROUND(pp_hint(memory, BYTES)) != -1 || AROUND(pp_populate(memory, BYTES)) != -1 || !hinted ||
      pp_get(&live->hinted_strips) != hinted || compiled.loop.least != PP_NEVER) {
    fprintf(stderr, "stack_test: there are hints after pp_off, or none before\n");
    return 1;
  }
  return check("after pp_off", ASLEEP);
}

static int measure_always(void) {
  struct compiled compiled;
  const void *many[64];
  for (int round = 0; round < 2; round++) {
    compile_loop(&compiled);
    run_loop(&compiled, memory, index_of, TRIPS);
    for (int i = 0; i < 64; i++)
      many[i] = memory + (size_t)i * 3 * 4096;
    AROUND(pp_hint(memory, BYTES));
    AROUND(pp_hint_many(many, 64));
    AROUND(pp_populate(memory, BYTES));
    if (!round && check("hinting", HINTING))
      return 1;
    forbid_hints();
  }
  compile_loop(&compiled);
  compiled.loop.version++;
  AROUND(__pp_strip(&compiled.loop, 0, TRIPS, (uint64_t)index_of, (uint64_t)memory));
  return check("falling back", HINTING) | measure_left();
}

static int run(char *self, const char *mode, const char *backend) {
  printf("%s %s\n", mode, backend);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    setenv("PAGEPREFETCH", mode, 1);
    setenv("PAGEPREFETCH_BACKEND", backend, 1);
    setenv("PAGEPREFETCH_LOG", "debug", 1);
    execl(self, self, mode, (char *)NULL);
    _exit(1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  if (!status)
    return 0;
  fprintf(stderr, "stack_test: mode %s, backend %s: status %#x\n", mode, backend, (unsigned)status);
  return 1;
}

int main(int count, char **words) {
#if !defined(__OPTIMIZE__) || defined(SANITIZED)
  printf("skipped: frames are larger in a build that is not optimised or is sanitized\n");
  return 77;
#endif
  if (count > 1) {
    fill();
    return !strcmp(words[1], "off") ? measure_off() : !strcmp(words[1], "auto") ? measure_auto() : measure_always();
  }
  int failed = run(words[0], "off", "auto");
  static const char *const backends[] = {"auto", "process_madvise", "madvise", "none"};
  for (int i = 0; i < 4; i++)
    failed |= run(words[0], "auto", backends[i]) | run(words[0], "always", backends[i]);
  return failed;
}
