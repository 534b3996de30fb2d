/* SPDX-License-Identifier: MIT */
/* The search engine's four phases over a batch of queries, as users write them: compiled plain and with the plugin.
 * Each phase is a loop over the batch: a query engine batches so that each loop does one thing. */
#include "lookup.h"

#include <string.h>

static void hash_words(const struct lookup_words *words, uint64_t *hash) {
  for (size_t q = 0; q < words->count; q++)
    hash[q] = lookup_hash(words->characters + words->offset[q], words->length[q]);
}

static void probe_table(const struct lookup_slot *table, uint64_t mask, const uint64_t *hash, size_t count, uint32_t *first,
                        uint32_t *found) {
  for (size_t q = 0; q < count; q++) {
    uint64_t slot = hash[q] & mask;
    while (table[slot].key && table[slot].key != hash[q])
      slot = (slot + 1) & mask;
    first[q] = table[slot].first;
    found[q] = table[slot].count;
  }
}

static size_t expand_postings(const uint32_t *postings, const uint32_t *first, const uint32_t *found, size_t count,
                              uint32_t limit, uint32_t *place, uint32_t *owner) {
  size_t hits = 0;
  for (size_t q = 0; q < count; q++) {
    uint32_t wanted = found[q] < limit ? found[q] : limit;
    memcpy(place + hits, postings + first[q], wanted * sizeof *postings);
    for (uint32_t k = 0; k < wanted; k++)
      owner[hits++] = (uint32_t)q;
  }
  return hits;
}

static bool word_stands_at(const struct lookup_index *index, size_t place, const char *word, size_t length) {
  return memcmp(index->text + place, word, length) == 0 &&
         (place + length == index->text_bytes || !lookup_is_identifier(index->text[place + length]));
}

static void verify_hits(const struct lookup_index *index, const struct lookup_words *words, const uint32_t *place,
                        const uint32_t *owner, size_t hits, struct lookup_result *result) {
  for (size_t h = 0; h < hits; h++) {
    uint32_t q = owner[h];
    if (word_stands_at(index, place[h], words->characters + words->offset[q], words->length[q])) {
      result->verified++;
      result->checksum = result->checksum * 31 + place[h];
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
