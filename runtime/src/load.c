/* SPDX-License-Identifier: MIT */
/* Loads by process_vm_writev on this process: the pieces are copied as the program itself would read them, but a bad one stops
 * the copy instead of raising a signal, and only the private buffer is pinned. Where many lanes read few pages, the pages are
 * copied. */
#include "load.h"
#include "hint.h"
#include "settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
  LANES_A_PAGE = 4,                     /* from so many on a page is copied whole */
  PAGE_RUN = 32,                        /* pages of one call */
  VALUES = PP_LANES * sizeof(uint64_t), /* bytes of the buffer before the copies */
  SLACK = sizeof(uint64_t),             /* behind them: values are taken out eight bytes at a time */
  KNOWN_NS = 100 * 1000 * 1000,         /* of a generation: what is read again stays known, the rest is forgotten after two */
  GENERATION_MASK = 0xfff,              /* fits below the smallest page */
};

/* The user's half on x86-64 ends here: one address above it fails a whole call, whatever the others are. */
#define USER_LIMIT ((UINT64_C(1) << 47) - 4096)

static _Atomic bool unavailable = true;

static void give_up(enum pp_log_level level, const char *why) {
  if (!atomic_exchange(&unavailable, true))
    pp_log(level, "%s: what needs loads is not hinted (gathers); walks are", why);
}

/* Under valgrind the kernel reads what its tools say must not be read: each load would be an error of the program's. */
static bool is_under_valgrind(void) {
  const char *preloaded = getenv("LD_PRELOAD");
  return preloaded && strstr(preloaded, "/vgpreload_");
}

void pp_load_probe(void) {
  static const char probed = 1;
  char copied;
  struct iovec piece = {(void *)(uintptr_t)&probed, 1};
  atomic_store(&unavailable, false);
  if (is_under_valgrind())
    give_up(PP_LOG_INFO, "valgrind watches this program");
  else if (pp_os_copy(&copied, 1, &piece, 1) != 1)
    give_up(PP_LOG_INFO, "process_vm_writev is missing or forbidden here");
  else if (!pp_mappings_probe())
    give_up(PP_LOG_INFO, "/proc/self/maps can not be read here");
}

bool pp_load_available(void) {
  return !atomic_load_explicit(&unavailable, memory_order_relaxed);
}

_Static_assert(PP_PAGE_COPIES == 64, "sets of slots are words");

static void drop_copies(struct pp_loads *loads, uint64_t slots) {
  for (uint64_t left = slots & loads->held; left; left &= left - 1)
    loads->copies[__builtin_ctzll(left)] = 0;
  loads->held &= ~slots;
  loads->steady &= ~slots;
  loads->fresh &= ~slots;
}

void pp_load_forget(struct pp_loads *loads) {
  drop_copies(loads, ~UINT64_C(0));
}

bool pp_load_begin(struct pp_loads *loads, const void *owner, bool goes_on) {
  if (!pp_load_available())
    return false;
  if (!loads->buffer)
    loads->buffer = pp_os_map_private(VALUES + PP_PAGE_COPIES * pp_os_page_size() + SLACK);
  if (!loads->buffer)
    return false;
  pp_mappings_refresh(&loads->mappings);
  uint64_t ticks = pp_os_ticks();
  bool kept = goes_on && owner == loads->owner && pp_os_ticks_to_ns(ticks - loads->owned_since) < KNOWN_NS;
  drop_copies(loads, kept ? ~loads->steady : ~UINT64_C(0));
  loads->fresh = 0;
  if (!kept) {
    loads->owner = owner;
    loads->owned_since = ticks;
  }
  if (pp_os_ticks_to_ns(ticks - loads->known_since) > KNOWN_NS) {
    loads->generation = (loads->generation + 1) & GENERATION_MASK;
    loads->known_since = ticks;
  }
  return true;
}

/* Multiplicative hashing, Knuth volume 3: the golden ratio of 2^64. */
static size_t known_slot(uintptr_t page) {
  return (size_t)((page >> 12) * UINT64_C(0x9E3779B97F4A7C15) >> 54) % PP_KNOWN_PAGES;
}

static uintptr_t page_of(uintptr_t address) {
  return address & ~(uintptr_t)(pp_os_page_size() - 1);
}

static size_t copy_slot(uintptr_t page) {
  return page / pp_os_page_size() % PP_PAGE_COPIES;
}

static unsigned char *copy_at(const struct pp_loads *loads, size_t slot) {
  return loads->buffer + VALUES + slot * pp_os_page_size();
}

static void remember(struct pp_loads *loads, uintptr_t page) {
  loads->known[known_slot(page)] = page | loads->generation;
}

bool pp_load_knows(const struct pp_loads *loads, uintptr_t address) {
  uintptr_t page = page_of(address), known = loads->known[known_slot(page)];
  bool recent = ((loads->generation - known) & GENERATION_MASK) <= 1;
  return (page_of(known) == page && recent) || loads->copies[copy_slot(page)] == page;
}

static bool is_allowed(struct pp_loads *loads, uintptr_t address, uint64_t bytes) {
  return address >= pp_os_page_size() && address < USER_LIMIT && pp_mappings_allow(&loads->mappings, address, bytes);
}

/* Copies what the first `count` pieces say, in order, to `to`. Returns the pieces copied, at least none; the one behind them can
 * not be read, unless all were. `each`: bytes of a piece. */
static size_t copy(struct pp_loads *loads, void *to, const struct iovec *pieces, size_t count, size_t each) {
  ssize_t copied = pp_load_available() ? pp_os_copy(to, count * each, pieces, count) : 0;
  pp_count(&pp_totals.load_calls, 1);
  if (copied < 0 && copied != -EFAULT && copied != -ENOMEM && copied != -EINTR)
    give_up(PP_LOG_WARN, "process_vm_writev is missing or forbidden now");
  return copied > 0 ? (size_t)copied / each : 0;
}

/* Whether there is a copy of a page among the usable ones. */
static bool has_copy(const struct pp_loads *loads, uint64_t usable, uintptr_t page) {
  size_t slot = copy_slot(page);
  return page && loads->copies[slot] == page && (usable >> slot & 1);
}

#define TAKE_RUN(type)                                                                                                           \
  for (unsigned lane = 0; lane < PP_LANES; lane++) {                                                                             \
    type value;                                                                                                                  \
    memcpy(&value, from + lane * sizeof value, sizeof value);                                                                    \
    values[lane] = value;                                                                                                        \
  }

/* All lanes read one behind the other, as of an index array, within one page that is copied: this vectorises. False, with nothing
 * done, otherwise. */
static bool take_run(const struct pp_loads *loads, uint64_t usable, const uint64_t addresses[PP_LANES], unsigned bytes,
                     uint64_t values[PP_LANES]) {
  uintptr_t first = addresses[0], page = page_of(first);
  uint64_t differ = 0;
  if (!has_copy(loads, usable, page) || first - page + PP_LANES * bytes > pp_os_page_size())
    return false;
  for (uint64_t lane = 0; lane < PP_LANES; lane++)
    differ |= (addresses[lane] - lane * bytes) ^ first;
  if (differ)
    return false;
  const unsigned char *from = copy_at(loads, copy_slot(page)) + (first - page);
  if (bytes == 8)
    TAKE_RUN(uint64_t)
  else if (bytes == 4)
    TAKE_RUN(uint32_t)
  else if (bytes == 2)
    TAKE_RUN(uint16_t)
  else
    TAKE_RUN(uint8_t)
  return true;
}

/* Takes out of the copies what they have. Returns the lanes that have loaded. */
static pp_lane_set take_copied(const struct pp_loads *loads, uint64_t usable, pp_lane_set lanes,
                               const uint64_t addresses[PP_LANES], unsigned bytes, uint64_t values[PP_LANES]) {
  const uintptr_t page_size = pp_os_page_size(), in_page = page_size - 1, room = page_size - bytes;
  uintptr_t last = 0; /* the page of the lane before, mostly this one's, and its copy */
  const unsigned char *copied = NULL;
  pp_lane_set loaded = 0;
  if (!~lanes && take_run(loads, usable, addresses, bytes, values))
    return lanes;
  for (unsigned lane = 0, most = lanes == 1 ? 1 : PP_LANES; lane < most; lane++) {
    uintptr_t address = addresses[lane], offset = address & in_page;
    if (!(lanes >> lane & 1))
      continue;
    if (address - last > in_page) {
      last = address - offset;
      copied = has_copy(loads, usable, last) ? copy_at(loads, copy_slot(last)) : NULL;
    }
    if (!copied || offset > room)
      continue;
    memcpy(&values[lane], copied + offset, sizeof *values);
    loaded |= UINT64_C(1) << lane;
  }
  return loaded;
}

/* Copies `count` pages, one after the other in memory or not. Those that can not be read are left out. */
static void copy_pages(struct pp_loads *loads, const uintptr_t *pages, size_t count, bool steady) {
  size_t page_size = pp_os_page_size();
  for (size_t done = 0, run; done < count; done += run) {
    size_t slot = copy_slot(pages[done]);
    /* A call fills one piece of the buffer: pages that follow each other have copies that do. */
    for (run = 1; done + run < count && slot + run < PP_PAGE_COPIES && pages[done + run] == pages[done] + run * page_size; run++)
      ;
    for (size_t i = 0; i < run; i++)
      loads->pieces[i] = (struct iovec){(void *)pages[done + i], page_size};
    size_t copied = copy(loads, copy_at(loads, slot), loads->pieces, run, page_size);
    for (size_t i = 0; i < run; i++) {
      uint64_t bit = UINT64_C(1) << (slot + i);
      drop_copies(loads, bit);
      if (i >= copied)
        continue;
      loads->copies[slot + i] = pages[done + i];
      loads->held |= bit;
      loads->fresh |= bit;
      loads->steady |= steady ? bit : 0;
      remember(loads, pages[done + i]);
    }
    if (copied < run)
      run = copied + 1; /* go on behind the bad one */
  }
}

/* Whether the lanes read few pages, so that these are copied: an index array. Lanes in order, so that neighbours are seen. The
 * first lane alone is how programs with carried values run: what it reads next is in the same page. */
static bool is_dense(pp_lane_set lanes, const uint64_t addresses[PP_LANES]) {
  unsigned count = 0, pages = 0;
  uintptr_t last = 0;
  if (lanes == 1)
    return true;
  for (unsigned lane = 0; lane < PP_LANES; lane++) {
    uintptr_t page = page_of(addresses[lane]);
    if (!(lanes >> lane & 1))
      continue;
    count++;
    pages += page != last;
    last = page;
  }
  return count >= pages * LANES_A_PAGE;
}

__attribute__((noinline)) static void copy_dense(struct pp_loads *loads, pp_lane_set lanes, const uint64_t addresses[PP_LANES],
                                                 bool steady) {
  uintptr_t pages[PAGE_RUN], last = 0;
  size_t count = 0;
  for (unsigned lane = 0; lane < PP_LANES && count < PAGE_RUN; lane++) {
    uintptr_t page = page_of(addresses[lane]);
    if (!(lanes >> lane & 1) || page == last || !is_allowed(loads, page, pp_os_page_size()))
      continue;
    last = pages[count++] = page;
  }
  copy_pages(loads, pages, count, steady);
}

/* One by one. Lanes of `lanes` that are not in the result can not be read. */
__attribute__((noinline)) static pp_lane_set load_scattered(struct pp_loads *loads, pp_lane_set lanes,
                                                            const uint64_t addresses[PP_LANES], unsigned bytes,
                                                            uint64_t values[PP_LANES]) {
  unsigned char lane_of[PP_LANES];
  size_t count = 0;
  pp_lane_set loaded = 0;
  for (pp_lane_set left = lanes; left; left &= left - 1) {
    unsigned lane = (unsigned)__builtin_ctzll(left);
    if (!is_allowed(loads, addresses[lane], bytes))
      continue;
    lane_of[count] = (unsigned char)lane;
    loads->pieces[count++] = (struct iovec){(void *)addresses[lane], bytes};
  }
  for (size_t done = 0, copied; done < count; done += copied + 1) {
    copied = copy(loads, loads->buffer, loads->pieces + done, count - done, bytes);
    for (size_t i = 0; i < copied; i++) {
      unsigned lane = lane_of[done + i];
      memcpy(&values[lane], loads->buffer + i * bytes, sizeof *values);
      remember(loads, page_of(addresses[lane]));
      loaded |= UINT64_C(1) << lane;
    }
  }
  return loaded;
}

pp_lane_set pp_load(struct pp_loads *loads, pp_lane_set lanes, const uint64_t addresses[PP_LANES], unsigned bytes, bool steady,
                    uint64_t values[PP_LANES]) {
  uint64_t usable = steady ? loads->held : loads->fresh;
  pp_lane_set loaded = usable ? take_copied(loads, usable, lanes, addresses, bytes, values) : 0, left = lanes & ~loaded;
  if (left && is_dense(left, addresses)) {
    copy_dense(loads, left, addresses, steady);
    loaded |= take_copied(loads, loads->fresh, left, addresses, bytes, values);
    left = lanes & ~loaded;
  }
  if (left)
    loaded |= load_scattered(loads, left, addresses, bytes, values);
  pp_count(&pp_totals.loads, (uint64_t)__builtin_popcountll(loaded));
  pp_count(&pp_totals.unreadable, (uint64_t)__builtin_popcountll(lanes & ~loaded));
  return loaded;
}
