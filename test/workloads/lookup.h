/* SPDX-License-Identifier: MIT */
/* The code-search engine of the case lookup: the index file's layout, and one batch of queries on its way through the engine.
 * The index is an open-addressing hash table of identifiers and, for each, the places in the text where it stands. */
#ifndef LOOKUP_H
#define LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOOKUP_MAGIC UINT64_C(0x31306b6f6f6c7070) /* "pplook01" */

enum {
  LOOKUP_WORD_MIN = 3,   /* shorter identifiers are not indexed */
  LOOKUP_WORD_MAX = 127, /* nor are longer ones */
};

struct lookup_slot {
  uint64_t key;   /* hash of the identifier, 0: slot free */
  uint32_t first; /* number of its first posting */
  uint32_t count; /* of postings */
};

/* The index file: this header, padded to LOOKUP_TABLE_OFFSET, the slots, the postings (uint32 text offsets, ascending). */
struct lookup_header {
  uint64_t magic;
  uint64_t text_bytes;
  uint64_t slot_count; /* a power of two */
  uint64_t posting_count;
};
enum { LOOKUP_TABLE_OFFSET = 4096 };

struct lookup_index {
  const char *text;
  size_t text_bytes;
  const struct lookup_slot *table;
  uint64_t mask; /* slots - 1 */
  const uint32_t *postings;
};

/* Queries: words one after another without separators. */
struct lookup_words {
  const char *characters;
  const uint32_t *offset; /* by query, where its word begins */
  const uint8_t *length;  /* by query */
  size_t count;
};

/* Room for the engine's intermediate results, by query and by hit. */
struct lookup_scratch {
  uint64_t *hash;
  uint32_t *first, *found; /* of the postings of a query */
  uint32_t *place, *owner; /* of a hit: text offset and query */
};

struct lookup_result {
  uint64_t found;    /* queries with at least one posting */
  uint64_t hits;     /* postings looked at */
  uint64_t verified; /* hits where the text has the query's word, whole */
  uint64_t checksum;
};

/* Answers all queries; of each at most `limit` postings are verified. */
struct lookup_result lookup_run(const struct lookup_index *index, const struct lookup_words *words, uint32_t limit,
                                struct lookup_scratch *scratch);

static inline bool lookup_is_identifier(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static inline uint64_t lookup_hash(const char *word, size_t length) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (size_t i = 0; i < length; i++)
    hash = (hash ^ (unsigned char)word[i]) * UINT64_C(0x100000001b3);
  hash ^= hash >> 32;
  return hash ? hash : 1;
}

#endif
