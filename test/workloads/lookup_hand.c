/* SPDX-License-Identifier: MIT */
/* The search engine's four phases with hints placed by an expert: in each phase the page that a query or hit will need is asked
 * for a fixed number of queries ahead, in strips. */
#include "hand_hints.h"
#include "lookup.h"

#include <string.h>

static void hash_words(const struct lookup_words *words, uint64_t *hash) {
  for (size_t q = 0; q < words->count; q++)
    hash[q] = lookup_hash(words->characters + words->offset[q], words->length[q]);
}

/* The bounds of the strips that the hinted loops run in: hints for [ahead, to) before the elements [done, end). */
struct strip {
  size_t ahead, to, done, end;
};

static bool next_strip(struct strip *strip, size_t count) {
  strip->ahead = strip->to;
  strip->done = strip->end;
  strip->to = count - strip->done < HAND_DISTANCE + HAND_BATCH ? count : strip->done + HAND_DISTANCE + HAND_BATCH;
  strip->end = count - strip->done < HAND_BATCH ? count : strip->done + HAND_BATCH;
  return strip->done < count;
}

static void probe_table(const struct lookup_slot *table, uint64_t mask, const uint64_t *hash, size_t count, uint32_t *first,
                        uint32_t *found) {
  struct hand_batch batch = {.count = 0};
  for (struct strip strip = {0}; next_strip(&strip, count);) {
    for (size_t q = strip.ahead; q < strip.to; q++)
      hand_page(&batch, &table[hash[q] & mask]);
    hand_flush(&batch);
    for (size_t q = strip.done; q < strip.end; q++) {
      uint64_t slot = hash[q] & mask;
      while (table[slot].key && table[slot].key != hash[q])
        slot = (slot + 1) & mask;
      first[q] = table[slot].first;
      found[q] = table[slot].count;
    }
  }
}

static size_t expand_postings(const uint32_t *postings, const uint32_t *first, const uint32_t *found, size_t count,
                              uint32_t limit, uint32_t *place, uint32_t *owner) {
  struct hand_batch batch = {.count = 0};
  size_t hits = 0;
  for (struct strip strip = {0}; next_strip(&strip, count);) {
    for (size_t q = strip.ahead; q < strip.to; q++) {
      hand_page(&batch, &postings[first[q]]);
      hand_page(&batch, &postings[first[q] + (found[q] < limit ? found[q] : limit) - (found[q] != 0)]);
    }
    hand_flush(&batch);
    for (size_t q = strip.done; q < strip.end; q++) {
      uint32_t wanted = found[q] < limit ? found[q] : limit;
      memcpy(place + hits, postings + first[q], wanted * sizeof *postings);
      for (uint32_t k = 0; k < wanted; k++)
        owner[hits++] = (uint32_t)q;
    }
  }
  return hits;
}

static bool word_stands_at(const struct lookup_index *index, size_t place, const char *word, size_t length) {
  return memcmp(index->text + place, word, length) == 0 &&
         (place + length == index->text_bytes || !lookup_is_identifier(index->text[place + length]));
}

static void verify_hits(const struct lookup_index *index, const struct lookup_words *words, const uint32_t *place,
                        const uint32_t *owner, size_t hits, struct lookup_result *result) {
  struct hand_batch batch = {.count = 0};
  for (struct strip strip = {0}; next_strip(&strip, hits);) {
    for (size_t h = strip.ahead; h < strip.to; h++) {
      hand_page(&batch, index->text + place[h]);
      hand_page(&batch, index->text + place[h] + words->length[owner[h]]);
    }
    hand_flush(&batch);
    for (size_t h = strip.done; h < strip.end; h++) {
      uint32_t q = owner[h];
      if (word_stands_at(index, place[h], words->characters + words->offset[q], words->length[q])) {
        result->verified++;
        result->checksum = result->checksum * 31 + place[h];
      }
    }
  }
}

struct lookup_result lookup_run(const struct lookup_index *index, const struct lookup_words *words, uint32_t limit,
                                struct lookup_scratch *scratch) {
  struct lookup_result result = {0};
  hash_words(words, scratch->hash);
  probe_table(index->table, index->mask, scratch->hash, words->count, scratch->first, scratch->found);
  for (size_t q = 0; q < words->count; q++)
    result.found += scratch->found[q] != 0;
  result.hits =
      expand_postings(index->postings, scratch->first, scratch->found, words->count, limit, scratch->place, scratch->owner);
  verify_hits(index, words, scratch->place, scratch->owner, result.hits, &result);
  return result;
}
