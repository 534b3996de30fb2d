/* SPDX-License-Identifier: MIT */
/* Making and finding the runtime's records. Memory comes from mmap, lists grow by compare-and-swap:
 * nothing here locks or enters malloc, so that loops in signal handlers may be entered for the first time. */
#include "live.h"
#include "hint.h"
#include "settings.h"
#include "text.h"

#include <string.h>

/* Memory for records that live as long as the process: chunks filled from the front. */
struct chunk {
  _Atomic size_t used;
  _Alignas(16) char bytes[];
};

enum { CHUNK_BYTES = 64 << 10 };

static struct chunk *_Atomic current_chunk;
static struct pp_live_loop *_Atomic loops;

static void *allocate(size_t size) {
  size = (size + 15) & ~(size_t)15;
  if (size > CHUNK_BYTES - sizeof(struct chunk))
    return pp_os_map(size);
  for (;;) {
    struct chunk *chunk = atomic_load(&current_chunk);
    if (chunk) {
      size_t start = atomic_fetch_add(&chunk->used, size);
      if (start + size <= CHUNK_BYTES - sizeof *chunk)
        return chunk->bytes + start;
    }
    struct chunk *fresh = pp_os_map(CHUNK_BYTES);
    if (!fresh)
      return NULL;
    if (!atomic_compare_exchange_strong(&current_chunk, &chunk, fresh))
      pp_os_unmap(fresh, CHUNK_BYTES);
  }
}

static const char *copy_string(const char *text) {
  size_t size = strlen(text) + 1;
  char *copy = allocate(size);
  return copy ? memcpy(copy, text, size) : "";
}

static void fill_site(struct pp_live_site *live, struct pp_live_loop *loop, const struct pp_site *site) {
  live->loop = loop;
  live->kind = site->kind;
  live->flags = site->flags;
  live->element_bytes = site->element_bytes ? site->element_bytes : 1;
  live->line = site->line;
  live->column = site->column;
  live->user_distance = site->distance;
  live->file = copy_string(site->file);
  atomic_store(&live->state, PP_PROBING);
  pp_set(&live->backoff, 16);
}

static struct pp_live_loop *make(struct pp_loop *loop) {
  struct pp_live_loop *live = allocate(sizeof *live + loop->site_count * sizeof live->sites[0]);
  if (!live)
    return NULL;
  live->file = copy_string(loop->file);
  live->function = copy_string(loop->function);
  live->line = loop->line;
  live->column = loop->column;
  live->planned_strip = loop->strip;
  live->least = __atomic_load_n(&loop->least, __ATOMIC_RELAXED);
  live->site_count = loop->site_count;
  live->walks = loop->walks != NULL;
  live->slices = loop->slices != NULL;
  live->loads = live->slices && pp_program_has(loop->slices, PP_OP_LOAD);
  if (live->slices)
    pp_program_dependent(loop->slices, live->dependent);
  for (uint32_t i = 0; i < loop->site_count; i++)
    fill_site(&live->sites[i], live, &loop->sites[i]);
  return live;
}

static void publish(struct pp_live_loop *live) {
  struct pp_live_loop *first = atomic_load(&loops);
  do
    live->next = first;
  while (!atomic_compare_exchange_weak(&loops, &first, live));
}

static struct pp_live_loop *refuse(struct pp_loop *loop) {
  __atomic_store_n(&loop->least, PP_NEVER, __ATOMIC_RELAXED);
  return NULL;
}

/* Whether a program keeps its rules and those of its loop. `walks`: it tells of walks, and does nothing else. */
static bool is_sound(const struct pp_loop *loop, const struct pp_program *program, bool walks, char *why, size_t size) {
  if (!pp_program_check(program, why, size))
    return false;
  if (program->environment_count > loop->environment_count || program->site_count > loop->site_count) {
    pp_text_print(why, size, "%u values of the environment and %u sites, the loop has %u and %u", program->environment_count,
                  program->site_count, loop->environment_count, loop->site_count);
    return false;
  }
  if (pp_program_has(program, PP_OP_WALK) == walks)
    return true;
  pp_text_print(why, size, walks ? "it tells of no walk" : "it tells of walks");
  return false;
}

static bool is_acceptable(const struct pp_loop *loop) {
  char why[160] = "";
  bool fits = loop->site_count && loop->site_count <= PP_LOOP_SITES && loop->environment_count <= PP_PROGRAM_ENVIRONMENT;
  if (!fits)
    pp_text_print(why, sizeof why, "%u sites and %u values of the environment", loop->site_count, loop->environment_count);
  if (fits && (!loop->walks || is_sound(loop, loop->walks, true, why, sizeof why)) &&
      (!loop->slices || is_sound(loop, loop->slices, false, why, sizeof why)))
    return true;
  pp_log(PP_LOG_WARN, "%s:%u: the loop's record breaks a rule (%s): not hinted; compile it again with the plugin of this library",
         loop->file, loop->line, why);
  pp_count(&pp_totals.refused_programs, 1);
  return false;
}

struct pp_live_loop *pp_live_loop_of(struct pp_loop *loop) {
  struct pp_live_loop *known = __atomic_load_n(&loop->live, __ATOMIC_ACQUIRE);
  if (known)
    return known;
  if (loop->version != PP_ABI_VERSION) {
    pp_log(PP_LOG_WARN,
           "%s:%u: loop compiled for ABI version %u, this library has %u: not hinted; compile it again or install the "
           "library of its plugin",
           loop->file, loop->line, loop->version, PP_ABI_VERSION);
    pp_count(&pp_totals.foreign_loops, 1);
    return refuse(loop);
  }
  struct pp_live_loop *made = is_acceptable(loop) ? make(loop) : NULL;
  if (!made)
    return refuse(loop);
  void *expected = NULL;
  if (!__atomic_compare_exchange_n(&loop->live, &expected, made, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    return expected; /* another thread was first; ours stays unused */
  for (uint32_t i = 0; i < loop->site_count; i++)
    __atomic_store_n(&loop->sites[i].live, &made->sites[i], __ATOMIC_RELEASE);
  publish(made);
  return made;
}

struct pp_live_loop *pp_live_loops(void) {
  return atomic_load(&loops);
}

__thread struct pp_thread *pp_thread_self;
static struct pp_thread *_Atomic threads; /* all records, newest first */

enum { ASKED_MAX = 16 }; /* records looked at for one that is free: each costs a system call */

/* A record whose thread has ended, taken over; NULL when none was found at once. Keys of the thread library would tell of the
 * end, but setting one may enter malloc. */
static struct pp_thread *take_over(int self) {
  static struct pp_thread *_Atomic next; /* the search goes on where the last one ended */
  struct pp_thread *at = atomic_load(&next), *found = NULL;
  int rounds = 1; /* to the end, and then once from the start */
  for (int i = 0; i < ASKED_MAX && !found; i++) {
    if (!at && (!rounds-- || !(at = atomic_load(&threads))))
      break;
    int owner = atomic_load(&at->owner);
    bool gone = owner == self || !pp_os_has_thread(owner);
    found = gone && atomic_compare_exchange_strong(&at->owner, &owner, self) ? at : NULL;
    at = at->next;
  }
  atomic_store(&next, at);
  return found;
}

static struct pp_thread *make_thread(int self) {
  struct pp_thread *made = pp_os_map(sizeof *made), *first = atomic_load(&threads);
  if (!made)
    return NULL;
  atomic_store(&made->owner, self);
  do
    made->next = first;
  while (!atomic_compare_exchange_weak(&threads, &first, made));
  return made;
}

struct pp_thread *pp_thread_make(void) {
  int self = pp_os_thread();
  struct pp_thread *thread = take_over(self);
  if (!thread)
    thread = make_thread(self);
  if (!thread)
    return NULL;
  pp_os_thread_usage(&thread->usage);
  thread->checked_at = 0;
  thread->last = NULL;
  pp_thread_self = thread;
  return thread;
}

void pp_thread_after_fork(void) {
  if (!pp_thread_self)
    return;
  atomic_store(&pp_thread_self->owner, pp_os_thread());
  pp_load_forget(&pp_thread_self->loads); /* their buffer is empty here */
}

static bool on_signal_stack(void) {
  stack_t stack;
  return pp_os_signal_stack(&stack) && (stack.ss_flags & SS_ONSTACK);
}

bool pp_thread_take(struct pp_thread *thread) {
  uintptr_t frame = (uintptr_t)__builtin_frame_address(0);
  if (__builtin_expect(thread->busy != 0, 0)) {
    if (frame < thread->busy || on_signal_stack())
      return false;
  }
  thread->busy = frame;
  __asm__ volatile("" ::: "memory");
  return true;
}

void pp_thread_release(struct pp_thread *thread) {
  __asm__ volatile("" ::: "memory");
  thread->busy = 0;
}
