/* SPDX-License-Identifier: MIT */
/* Carrying hints out. Ranges are cut so that no kernel shortens them, addresses that no user page can have are dropped here,
 * and the kernel's answers, or else the thread's own I/O count, tell how many of the pages were really absent. */
#include "hint.h"
#include "backend.h"
#include "site.h"

#include <string.h>

enum {
  /* An average page of a hint that takes longer than this was absent; used where the kernel does no I/O accounting. */
  ABSENT_NS = 1500,
  EPOCH_MASK = 0xfff, /* fits below the smallest page */
  TIGHT_HINTS = 16,   /* memory that was short for one hint is short for so many more */
  OFTEN = 16,         /* of 256 addresses: from so many absent pages on, repeats are worth looking for */
};

/* Refusals that bind the backend which made them and not the next one. */
#define LEFT_FATES (1u << PP_FATE_TIGHT | 1u << PP_FATE_FULL | 1u << PP_FATE_UNSUPPORTED)

/* Above it no user address lies on any supported machine. */
#define USER_ADDRESS_LIMIT (UINT64_C(1) << 56)

struct pp_totals pp_totals;

/* Whether the thread's reads are not to be had: getrusage fails, or faults that read happened without a read being counted. Time
 * tells then, less well: a busy machine makes resident pages look absent. */
static bool is_unaccounted(const struct pp_usage *usage, bool counted) {
  enum { FAULTS = 4 };
  return !counted || (usage->major_faults >= FAULTS && !usage->pages_read);
}

/* Shell sort with Ciura's gaps: in place, no recursion, no malloc (qsort may call it). Short lists and nearly sorted ones are
 * common. */
static void sort(uintptr_t *values, size_t count) {
  static const size_t gaps[] = {3548, 1577, 701, 301, 132, 57, 23, 10, 4, 1};
  for (size_t g = 0; g < sizeof gaps / sizeof *gaps; g++) {
    size_t gap = gaps[g];
    for (size_t i = gap; i < count; i++) {
      uintptr_t value = values[i];
      size_t at = i;
      for (; at >= gap && values[at - gap] > value; at -= gap)
        values[at] = values[at - gap];
      values[at] = value;
    }
  }
}

void pp_hint_forget(struct pp_thread *thread) {
  thread->epoch_blocks = 0;
  thread->epoch++;
  if (!(thread->epoch & EPOCH_MASK))
    memset(thread->recent, 0, sizeof thread->recent); /* the tags come round */
}

/* Multiplicative hashing, Knuth volume 3: the golden ratio of 2^64. */
static uintptr_t *recent_slot(struct pp_thread *thread, uintptr_t block_start) {
  return &thread->recent[(size_t)(((block_start >> 12) * UINT64_C(0x9E3779B97F4A7C15)) >> 52) % PP_RECENT];
}

static uintptr_t recent_tag(const struct pp_thread *thread, uintptr_t block_start) {
  return block_start | (thread->epoch & EPOCH_MASK);
}

static void note_recent(struct pp_thread *thread, uintptr_t *slot, uintptr_t block_start) {
  *slot = recent_tag(thread, block_start);
  if (++thread->epoch_blocks >= PP_RECENT)
    pp_hint_forget(thread);
}

static bool seen_recently(struct pp_thread *thread, uintptr_t block_start) {
  uintptr_t *slot = recent_slot(thread, block_start);
  if (*slot == recent_tag(thread, block_start))
    return true;
  note_recent(thread, slot, block_start);
  return false;
}

/* What one hint asks of one backend, and what came of it. */
struct request {
  struct pp_thread *thread;
  struct pp_live_site *site; /* NULL: by hand */
  const struct pp_backend *backend;
  void (*carry)(const struct iovec *ranges, size_t count, struct pp_outcome *outcome);
  size_t waiting; /* in thread->ranges */
  struct pp_outcome outcome;
  struct pp_usage before;
  bool counted;
  uint64_t ticks;
};

static uint64_t since(uint64_t now, uint64_t before) {
  return now > before ? now - before : 0; /* a forked child's counts start again */
}

bool pp_hint_look(struct pp_thread *thread) {
  struct pp_usage now;
  if (!pp_os_thread_usage(&now))
    return false;
  thread->unseen.major_faults += since(now.major_faults, thread->usage.major_faults);
  thread->unseen.minor_faults += since(now.minor_faults, thread->usage.minor_faults);
  thread->unseen.waits += since(now.waits, thread->usage.waits);
  thread->unseen.pages_read += since(now.pages_read, thread->usage.pages_read);
  thread->usage = now;
  return true;
}

static void start_measure(struct request *request) {
  request->counted = !request->backend->tells && pp_hint_look(request->thread);
  request->before = request->thread->usage;
  request->ticks = pp_os_ticks();
}

static void start_request(struct request *request, struct pp_thread *thread, struct pp_live_site *site) {
  *request = (struct request){.thread = thread, .site = site, .backend = pp_backend_current(), .carry = pp_backend_hint};
  if (request->backend->tells && strcmp(pp_backend_second()->name, "none")) {
    request->outcome.left = thread->left;
    request->outcome.left_most = PP_RANGES_MAX;
    request->outcome.left_fates = LEFT_FATES;
    if (site && atomic_load_explicit(&site->unserved, memory_order_relaxed))
      request->outcome.left_fates &= ~(1u << PP_FATE_UNSUPPORTED);
    /* What the second backend reads takes the room that there was: reads queued behind it are dropped in silence. */
    if (site && pp_get(&site->tight))
      request->outcome.left_fates |= 1u << PP_FATE_STARTED;
  }
  start_measure(request);
}

/* Whether memory was short for a hint that is over. */
static void learn_tightness(struct pp_live_site *site, const struct pp_outcome *outcome) {
  uint64_t tight = site ? pp_get(&site->tight) : 0;
  if (site && outcome->fates[PP_FATE_TIGHT])
    pp_set(&site->tight, TIGHT_HINTS);
  else if (tight)
    pp_set(&site->tight, tight - 1);
}

/* For the pages that `first` left. */
static void start_second(struct request *request, const struct request *first) {
  *request =
      (struct request){.thread = first->thread, .site = first->site, .backend = pp_backend_second(), .carry = pp_backend_pass_on};
  start_measure(request);
}

static void flush(struct request *request) {
  if (request->waiting)
    request->carry(request->thread->ranges, request->waiting, &request->outcome);
  request->waiting = 0;
}

/* Adds [start, end), cut to the size that the backend's kernel interface reads. */
static void add_range(struct request *request, uintptr_t start, uintptr_t end) {
  size_t most = request->backend->range_bytes ? request->backend->range_bytes : SIZE_MAX;
  while (start < end) {
    size_t bytes = end - start < most ? end - start : most;
    request->thread->ranges[request->waiting++] = (struct iovec){(void *)start, bytes};
    start += bytes;
    if (request->waiting == PP_RANGES_MAX)
      flush(request);
  }
}

/* Sorts the `count` blocks in thread->blocks and adds them, neighbours as one. */
static void add_blocks(struct request *request, size_t count, uint64_t block) {
  uintptr_t *blocks = request->thread->blocks;
  sort(blocks, count);
  uintptr_t start = blocks[0], end = start + block;
  for (size_t i = 1; i < count; i++) {
    if (blocks[i] != end) {
      add_range(request, start, end);
      start = blocks[i];
    }
    end = blocks[i] + block;
  }
  add_range(request, start, end);
}

/* How many of the pages were absent, by the thread's own count of reads. */
static uint64_t count_read(struct request *request, uint64_t pages, uint64_t ns) {
  struct pp_thread *thread = request->thread;
  bool counted = pp_os_thread_usage(&thread->usage) && request->counted;
  uint64_t read = counted ? thread->usage.pages_read - request->before.pages_read : 0;
  pp_count(&pp_totals.unaccounted, !counted);
  if (is_unaccounted(&thread->usage, counted) && ns > pages * ABSENT_NS)
    read = pages;
  return read < pages ? read : pages; /* more: metadata, or a file system that reads more than asked */
}

/* Adds the evidence of one request to its site: pages asked for, pages that were absent, what it cost. `slow`: pages that took
 * more than finding them in memory; 0 where the backend does not tell. Returns the absent ones. */
static uint64_t end_measure(struct request *request, uint64_t pages, uint64_t slow) {
  struct pp_live_site *site = request->site;
  const struct pp_backend *backend = request->backend;
  uint64_t ns = pp_os_ticks_to_ns(pp_os_ticks() - request->ticks);
  uint64_t read = backend->tells ? pp_outcome_absent(&request->outcome) : count_read(request, pages, ns);
  /* What a full request queue, or another process on this processor, adds to the time is not the hint's cost: more than this no
   * backend took by itself (docs/runtime.md). */
  uint64_t most = (uint64_t)backend->absent_ns * (read > slow ? read : slow) + (uint64_t)backend->resident_ns * pages;
  if (ns > most)
    ns = most;
  pp_count(&pp_totals.read, read);
  if (!site)
    return read;
  pp_count(&site->read, read);
  if (request->thread->sharing.again)
    return read; /* that pages are there says nothing of whether hints pay */
  pp_count(&site->window_pages, pages);
  pp_count(&site->window_read, read);
  pp_count(&site->window_ns, ns);
  if (read)
    atomic_store_explicit(&site->entry_read, true, memory_order_relaxed);
  return read;
}

/* Counts one request of `pages` pages that the backend took. */
static void account(struct pp_live_site *site, uint64_t pages, const struct pp_outcome *outcome) {
  pp_count(&pp_totals.pages, pages);
  pp_count(&pp_totals.refused, outcome->refused_pages);
  pp_count(&pp_totals.calls, outcome->calls);
  pp_count(&pp_totals.failed_calls, outcome->failed_calls);
  if (!site)
    return;
  pp_count(&site->pages, pages);
  pp_count(&site->refused, outcome->refused_pages);
}

static void count_hint(struct pp_live_site *site) {
  pp_count(&pp_totals.hints, 1);
  if (site)
    pp_count(&site->hints, 1);
}

static void count_repeats(struct pp_live_site *site, uint64_t repeats) {
  pp_count(&pp_totals.repeats, repeats);
  if (site)
    pp_count(&site->repeats, repeats);
}

static void refuse(struct pp_live_site *site, uint64_t pages) {
  struct pp_outcome outcome = {.refused_pages = pages};
  account(site, pages, &outcome);
}

static uint64_t not_refused(const struct pp_outcome *outcome, uint64_t pages) {
  return pages - (outcome->refused_pages < pages ? outcome->refused_pages : pages);
}

/* Carries out what the second backend was given of the first request's pages, and adds its refusals to the first's. */
static void end_second(struct request *second, struct request *first, uint64_t pages) {
  flush(second);
  account(first->site, 0, &second->outcome);
  uint64_t read = end_measure(second, pages, 0);
  /* A kind of mapping that the second does not serve either is not brought to it again before the site has slept. */
  if (!read && first->site && first->outcome.fates[PP_FATE_UNSUPPORTED])
    atomic_store_explicit(&first->site->unserved, true, memory_order_relaxed);
  first->outcome.refused_pages += second->outcome.refused_pages;
}

/* Brings the `pages` pages that were left to the second backend. By itself: its room on the stack is not the other way's. */
__attribute__((noinline)) static void pass_on(struct request *first, uint64_t pages) {
  struct request second;
  start_second(&second, first);
  for (size_t i = 0; i < first->outcome.left_count; i++) {
    uintptr_t start = (uintptr_t)first->outcome.left[i].iov_base;
    add_range(&second, start, start + first->outcome.left[i].iov_len);
  }
  end_second(&second, first, pages);
}

/* Returns the pages that were not refused. */
static uint64_t end_request(struct request *request, uint64_t pages) {
  flush(request);
  learn_tightness(request->site, &request->outcome);
  uint64_t left = 0, page = pp_os_page_size();
  for (size_t i = 0; i < request->outcome.left_count; i++)
    left += request->outcome.left[i].iov_len / page;
  account(request->site, pages, &request->outcome);
  end_measure(request, pages - (left < pages ? left : pages),
              request->backend->tells ? pages - request->outcome.fates[PP_FATE_ACCESSIBLE] : 0);
  if (left)
    pass_on(request, left);
  return not_refused(&request->outcome, pages);
}

/* Collects the blocks that the pieces touch and that were not hinted lately. */
static size_t collect(struct pp_thread *thread, struct pp_live_site *site, const uintptr_t *addresses, size_t count,
                      uint64_t bytes, uint64_t block) {
  size_t found = 0;
  uint64_t repeats = 0, wild = 0;
  for (size_t i = 0; i < count; i++) {
    uintptr_t first = addresses[i] & ~(block - 1), last = (addresses[i] + bytes - 1) & ~(block - 1);
    if (last < first || last >= USER_ADDRESS_LIMIT) {
      wild++;
      continue;
    }
    /* Pieces longer than a block are ranges; here a piece touches one block or two. */
    for (uintptr_t at = first;; at = last) {
      if (seen_recently(thread, at))
        repeats++;
      else
        thread->blocks[found++] = at;
      if (at == last)
        break;
    }
  }
  count_repeats(site, repeats);
  if (wild)
    refuse(site, wild);
  return found;
}

/* Pages asked for one by one, without system calls: for a page in memory this is a few instructions, so nothing is sorted, merged
 * or measured for it, and the filter sees only pages that were not accessible. */
struct asking {
  struct request request;
  uintptr_t last_absent;
  bool all_recent; /* pages in memory go into the filter as well: repeats are being counted */
  size_t left;     /* pages in thread->blocks */
  uint64_t repeats, straddling, slow;
};

/* `slot`: the page's in the filter, which does not have it; NULL: it was not asked. */
__attribute__((noinline)) static void take_absent(struct asking *asking, uintptr_t page, long answer, uintptr_t *slot) {
  struct pp_outcome *outcome = &asking->request.outcome;
  bool retried = answer >= 0 && pp_vdso_fate(answer) == PP_FATE_BUSY;
  asking->slow++;
  if (!retried) {
    asking->last_absent = page;
    if (slot) {
      note_recent(asking->request.thread, slot, page);
    } else if (seen_recently(asking->request.thread, page)) {
      asking->repeats++;
      return;
    }
  }
  if (answer == pp_vdso_answer(1, PP_FATE_STARTED) && !(outcome->left_fates >> PP_FATE_STARTED & 1)) {
    outcome->fates[PP_FATE_STARTED]++; /* the usual one */
    return;
  }
  pp_backend_take(outcome, page, 1, answer);
  if (outcome->left_count) {
    asking->request.thread->blocks[asking->left++] = page;
    outcome->left_count = 0;
  }
}

static inline __attribute__((always_inline)) void ask_page(struct asking *asking, pp_vdso_pages *ask, uintptr_t address,
                                                           uintptr_t page, bool filtered) {
  struct pp_thread *thread = asking->request.thread;
  uintptr_t *slot = filtered ? recent_slot(thread, page) : NULL;
  if (filtered ? *slot == recent_tag(thread, page) : page == asking->last_absent) {
    asking->repeats++;
    return;
  }
  long answer = ask((const void *)address, 1, 0);
  if (__builtin_expect(answer != (long)(UINT64_C(1) << 32), 0))
    take_absent(asking, page, answer, slot);
  else if (filtered && asking->all_recent)
    note_recent(thread, slot, page);
}

/* The loop that runs for every element of an awake gather: what it needs is passed by value, to stay in registers. */
static inline __attribute__((always_inline)) void ask_all(struct asking *asking, pp_vdso_pages *ask, uintptr_t in_page,
                                                          const uintptr_t *addresses, size_t count, uint64_t bytes,
                                                          bool filtered) {
  uintptr_t room = in_page + 1 - bytes; /* elements at larger offsets reach into the next page */
  for (const uintptr_t *at = addresses, *end = addresses + count; at < end; at++) {
    ask_page(asking, ask, *at, *at & ~in_page, filtered);
    if (__builtin_expect((*at & in_page) > room, 0)) {
      asking->straddling++;
      uintptr_t next = (*at | in_page) + 1;
      ask_page(asking, ask, next, next, filtered);
    }
  }
}

/* The pages that the pieces touch, through a backend that tells. By itself: its room on the stack is not the other way's. */
__attribute__((noinline)) static uint64_t ask_pages(struct pp_thread *thread, struct pp_live_site *site,
                                                    const uintptr_t *addresses, size_t count, uint64_t bytes,
                                                    pp_vdso_pages *ask) {
  struct asking asking = {.last_absent = UINTPTR_MAX};
  uintptr_t in_page = pp_os_page_size() - 1;
  start_request(&asking.request, thread, site);
  asking.all_recent = !site || pp_gather_samples(site);
  if (asking.all_recent || pp_get(&site->absent_share) >= OFTEN)
    ask_all(&asking, ask, in_page, addresses, count, bytes, true);
  else
    ask_all(&asking, ask, in_page, addresses, count, bytes, false);
  struct pp_outcome *outcome = &asking.request.outcome;
  uint64_t pages = count + asking.straddling - asking.repeats, others = 0;
  for (unsigned fate = PP_FATE_ACCESSIBLE + 1; fate < PP_FATES; fate++)
    others += outcome->fates[fate];
  outcome->fates[PP_FATE_ACCESSIBLE] = pages - others;
  count_repeats(site, asking.repeats);
  learn_tightness(site, outcome);
  pp_backend_asked(outcome, pages);
  account(site, pages, outcome);
  end_measure(&asking.request, pages - asking.left, asking.slow);
  if (site)
    pp_set(&site->absent_share, asking.slow * 256 / count);
  if (asking.left) {
    struct request second;
    start_second(&second, &asking.request);
    add_blocks(&second, asking.left, pp_os_page_size());
    end_second(&second, &asking.request, asking.left);
  }
  return not_refused(outcome, pages);
}

uint64_t pp_hint_blocks(struct pp_thread *thread, struct pp_live_site *site, const uintptr_t *addresses, size_t count,
                        uint64_t bytes, uint64_t block) {
  pp_vdso_pages *ask = block == pp_os_page_size() ? pp_backend_ask() : NULL;
  count_hint(site);
  if (ask)
    return ask_pages(thread, site, addresses, count, bytes, ask);
  size_t found = collect(thread, site, addresses, count, bytes, block);
  if (!found)
    return 0;
  struct request request;
  start_request(&request, thread, site);
  add_blocks(&request, found, block);
  return end_request(&request, found * (block / pp_os_page_size()));
}

uint64_t pp_hint_range(struct pp_thread *thread, struct pp_live_site *site, uintptr_t start, uint64_t bytes) {
  count_hint(site);
  uintptr_t page = pp_os_page_size(), end;
  if (!bytes)
    return 0;
  if (__builtin_add_overflow(start, bytes, &end) || __builtin_add_overflow(end, page - 1, &end) || end >= USER_ADDRESS_LIMIT) {
    refuse(site, bytes / page + 1);
    return 0;
  }
  start &= ~(page - 1);
  end &= ~(page - 1);
  struct request request;
  start_request(&request, thread, site);
  add_range(&request, start, end);
  return end_request(&request, (end - start) / page);
}
