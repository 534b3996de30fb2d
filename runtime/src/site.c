/* SPDX-License-Identifier: MIT */
/* When a site sleeps and wakes, and its distance: the part of the runtime that keeps hints from costing more than they bring.
 * The rule is one comparison: the faults that its hints removed against the time that they took. */
#include "site.h"
#include "backend.h"
#include "settings.h"
#include "trial.h"

enum {
  /* What a fault that was seen counts for at most: bounds what a probe may spend. */
  FAULT_NS_MAX = 1000 * 1000,
  WINDOW_PAGES = 512,  /* pages of evidence for a site that is awake */
  PROBE_EVIDENCE = 24, /* pages of evidence for one that probes */
  PATIENCE = 16,       /* strips of FEW_PAGES before a gather is judged all the same */
  FEW_PAGES = 2,       /* new ones in a strip: what it took to compute its addresses is more than hints on pages in memory */
  BACKOFF_MIN = 16,
  BACKOFF_MAX = 4096,
  REACH_GATHER = 256,
  REACH_GATHER_MAX = 1024,
  REACH_ASKED_MAX = PP_GATHER_MAX - PP_STRIP_PAGES * 2, /* where hints on pages in memory cost next to nothing */
  UNDER_WAY = 128,                                      /* absent pages that such hints have read at the same time */
  REACH_AFFINE = 1024,
  REACH_AFFINE_MAX = 4096,
  REACH_MIN = 64,
};

static uint64_t default_reach(const struct pp_live_site *site) {
  return site->kind == PP_KIND_GATHER ? REACH_GATHER : REACH_AFFINE;
}

static void forget_evidence(struct pp_live_site *site) {
  pp_set(&site->window_pages, 0);
  pp_set(&site->window_read, 0);
  pp_set(&site->window_ns, 0);
  pp_set(&site->judged_pages, 0);
}

static void change_state(struct pp_live_site *site, enum pp_site_state state) {
  atomic_store_explicit(&site->state, state, memory_order_relaxed);
  forget_evidence(site);
  pp_set(&site->sleep_strips, 0);
  pp_log(PP_LOG_DEBUG, "%s:%u: site is %s", site->file, site->line,
         state == PP_AWAKE    ? "awake"
         : state == PP_ASLEEP ? "asleep"
                              : "probing");
}

void pp_site_enter(struct pp_live_site *site) {
  pp_set(&site->low, UINT64_MAX);
  pp_set(&site->high, 0);
  pp_set(&site->seen, 0);
  pp_set(&site->walked, 0);
  if (site->kind == PP_KIND_GATHER)
    atomic_store_explicit(&site->sequential, false, memory_order_relaxed);
  pp_set(&site->repeats_before, pp_get(&site->repeats));
  atomic_store_explicit(&site->unpopulated, false, memory_order_relaxed);
  atomic_store_explicit(&site->dense, false, memory_order_relaxed);
}

void pp_site_probe(struct pp_live_site *site) {
  if (pp_site_state(site) == PP_ASLEEP)
    pp_count(&site->woken, 1);
  atomic_store_explicit(&site->unserved, false, memory_order_relaxed);
  change_state(site, PP_PROBING);
}

pp_counter pp_fault_ns;

uint64_t pp_fault_cost(void) {
  uint64_t seen = pp_get(&pp_fault_ns);
  return seen < PP_FAULT_NS ? PP_FAULT_NS : seen < FAULT_NS_MAX ? seen : FAULT_NS_MAX;
}

static bool populates(const struct pp_live_site *site) {
  return atomic_load_explicit(&site->populates, memory_order_relaxed);
}

/* Whether the absent pages found were worth the time of all hints. Of memory that is made ahead: whether most of it was new. */
static bool pays(const struct pp_live_site *site) {
  uint64_t read = pp_get(&site->window_read);
  if (populates(site))
    return read && 4 * read >= 3 * pp_get(&site->window_pages);
  return read && read * pp_fault_cost() >= 2 * pp_get(&site->window_ns);
}

static void fall_asleep(struct pp_live_site *site) {
  change_state(site, PP_ASLEEP);
  uint64_t backoff = pp_get(&site->backoff);
  pp_set(&site->sleep_strips, backoff);
  pp_set(&site->backoff, backoff * 2 < BACKOFF_MAX ? backoff * 2 : BACKOFF_MAX);
  pp_count(&site->slept, 1);
}

void pp_site_stop(struct pp_live_site *site) {
  if (pp_site_state(site) != PP_ASLEEP)
    fall_asleep(site);
  pp_set(&site->backoff, BACKOFF_MAX);
}

static void stay_awake(struct pp_live_site *site) {
  if (pp_site_state(site) != PP_AWAKE)
    change_state(site, PP_AWAKE);
  forget_evidence(site);
  pp_set(&site->backoff, BACKOFF_MIN);
  pp_set(&site->sleep_strips, 0);
  atomic_store_explicit(&site->loop->paid, true, memory_order_relaxed);
}

/* Another site of the loop is awake, else nobody would ask: look again after a while. */
static bool sleep_on(struct pp_live_site *site) {
  uint64_t left = pp_get(&site->sleep_strips);
  pp_set(&site->sleep_strips, left ? left - 1 : 0);
  if (left > 1)
    return false;
  change_state(site, PP_PROBING);
  return true;
}

/* Whether what the site hints is computed from loads, which this process can not make: it has nothing to hint. */
static bool lacks_loads(const struct pp_live_site *site) {
  return site->kind != PP_KIND_AFFINE && site->loop->loads && !pp_load_available();
}

/* Whether there is evidence enough. The dearer a fault, the more resident pages may stand between two absent ones before hinting
 * them is waste; the cheaper a hint, the more of them again: a decision costs the same time with every backend. */
static bool is_enough(const struct pp_live_site *site, uint64_t pages) {
  uint64_t enough = pp_site_state(site) == PP_AWAKE ? WINDOW_PAGES : PROBE_EVIDENCE;
  if (populates(site))
    return pages >= enough;
  enough *= pp_fault_cost() / PP_FAULT_NS;
  if (pages < enough)
    return false;
  uint64_t spent = pp_get(&site->window_ns), resident_ns = pp_backend_current()->resident_ns;
  return pages * resident_ns >= enough * PP_DEAR_RESIDENT_NS || spent >= enough * PP_DEAR_RESIDENT_NS;
}

/* Whether a site has been asked strip after strip and hinted hardly a new page: if none of them was absent, the strips cost more.
 * Walks of small elements do that between two pages, and strips for which no slice was started ask nothing. */
static bool is_idle(struct pp_live_site *site, uint64_t pages) {
  uint64_t lanes = pp_get(&site->loop->lanes);
  if (site->kind == PP_KIND_GATHER && lanes == pp_get(&site->judged_lanes))
    return false;
  bool idle = pages - pp_get(&site->judged_pages) <= FEW_PAGES;
  pp_set(&site->judged_lanes, lanes);
  pp_set(&site->judged_pages, pages);
  pp_set(&site->sleep_strips, idle ? pp_get(&site->sleep_strips) + 1 : 0);
  return pp_get(&site->sleep_strips) > PATIENCE && (site->kind == PP_KIND_GATHER || pp_site_state(site) == PP_PROBING);
}

bool pp_site_judge(struct pp_live_site *site) {
  enum pp_site_state state = pp_site_state(site);
  if (pp_settings.mode == PP_MODE_ALWAYS) {
    if (state != PP_AWAKE)
      change_state(site, PP_AWAKE);
    return true;
  }
  bool left = atomic_load_explicit(&site->sequential, memory_order_relaxed) && !pp_trial_hints_sequential(site->loop);
  if (left || lacks_loads(site)) {
    if (state != PP_ASLEEP)
      change_state(site, PP_ASLEEP);
    return false;
  }
  if (state == PP_ASLEEP)
    return sleep_on(site);
  uint64_t pages = pp_get(&site->window_pages);
  bool judged = is_enough(site, pages) || is_idle(site, pages);
  if (pays(site) && (judged || (state == PP_PROBING && pages >= PROBE_EVIDENCE)))
    stay_awake(site);
  else if (judged)
    fall_asleep(site);
  return pp_site_state(site) != PP_ASLEEP;
}

uint64_t pp_site_reach(const struct pp_live_site *site) {
  uint64_t reach = pp_get(&site->reach);
  if (pp_site_state(site) == PP_PROBING)
    return PP_PROBE_PAGES;
  return reach ? reach : default_reach(site);
}

/* Of a gather through a backend that tells. Elements whose pages are in memory pass in no time there, so the distance is kept in
 * absent pages: as long as the thread sleeps for some, more of them are brought under way at the same time. */
static uint64_t adapt_to_absent(struct pp_live_site *site, uint64_t reach, uint64_t waits) {
  uint64_t pages = pp_get(&site->pages), read = pp_get(&site->read);
  uint64_t asked = pages - pp_get(&site->adapted_pages), absent = read - pp_get(&site->adapted_read);
  pp_set(&site->adapted_pages, pages);
  pp_set(&site->adapted_read, read);
  if (!asked || asked >> 32 || absent > asked)
    return reach; /* threads count without locks */
  uint64_t under_way = absent * reach / asked;
  if (under_way > 3 * UNDER_WAY && reach > REACH_GATHER)
    return reach / 2;
  if (waits && under_way < UNDER_WAY)
    return reach * 2 < REACH_ASKED_MAX ? reach * 2 : REACH_ASKED_MAX;
  return reach;
}

void pp_site_adapt(struct pp_live_site *site, uint64_t waits, uint64_t faults) {
  uint64_t reach = pp_get(&site->reach), most = site->kind == PP_KIND_GATHER ? REACH_GATHER_MAX : REACH_AFFINE_MAX;
  reach = reach ? reach : default_reach(site);
  if (pp_site_state(site) != PP_AWAKE)
    return;
  if (faults > PP_STRIP_PAGES / 4)
    reach = reach / 2 > REACH_MIN ? reach / 2 : REACH_MIN; /* pages go before they are used: memory is tight */
  else if (site->kind == PP_KIND_GATHER && pp_backend_current()->tells)
    reach = adapt_to_absent(site, reach, waits);
  else if (waits > PP_STRIP_PAGES / 16)
    reach = reach * 2 < most ? reach * 2 : most;
  pp_set(&site->reach, reach);
}
