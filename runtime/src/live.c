/* SPDX-License-Identifier: MIT */
/* Making and finding the runtime's records. Memory comes from mmap, lists grow by compare-and-swap:
 * nothing here locks or enters malloc, so that loops in signal handlers may be entered for the first time. */
#include "live.h"
#include "settings.h"

#include <pthread.h>
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
  live->fixed_strip = loop->flags & PP_LOOP_FIXED_STRIP;
  live->planned_strip = loop->strip & ~PP_STRIP_HINT;
  live->site_count = loop->site_count;
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

struct pp_live_loop *pp_live_loop_of(struct pp_loop *loop) {
  struct pp_live_loop *known = __atomic_load_n(&loop->live, __ATOMIC_ACQUIRE);
  if (known)
    return known;
  if (loop->version != PP_ABI_VERSION) {
    pp_log(PP_LOG_WARN,
           "%s:%u: loop compiled for ABI version %u, this library has %u: not hinted; compile it again or install the "
           "library of its plugin",
           loop->file, loop->line, loop->version, PP_ABI_VERSION);
    __atomic_store_n(&loop->state, PP_LOOP_OFF, __ATOMIC_RELAXED);
    return NULL;
  }
  struct pp_live_loop *made = make(loop);
  if (!made) {
    __atomic_store_n(&loop->state, PP_LOOP_OFF, __ATOMIC_RELAXED);
    return NULL;
  }
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
static pthread_key_t thread_key;
static _Atomic bool have_key;

static void free_thread(void *thread) {
  pp_thread_self = NULL;
  pp_os_unmap(thread, sizeof(struct pp_thread));
}

__attribute__((constructor(101))) static void make_key(void) {
  atomic_store(&have_key, pthread_key_create(&thread_key, free_thread) == 0);
}

struct pp_thread *pp_thread_make(void) {
  struct pp_thread *made = pp_os_map(sizeof *made);
  if (!made)
    return NULL;
  pp_os_thread_usage(&made->usage);
  /* Without a key the record of an ended thread stays mapped: small, and better than none. */
  if (atomic_load(&have_key))
    pthread_setspecific(thread_key, made);
  pp_thread_self = made;
  return made;
}
