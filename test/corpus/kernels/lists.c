/* SPDX-License-Identifier: MIT */
/* Inverted lists: two of them intersected, a short one looked up in a long one by galloping, deltas decoded and scored, and the
 * documents' texts fetched. After Zobel, Moffat: Inverted Files for Text Search Engines, 2006, and Lemire, Boytsov, Kurz: SIMD
 * Compression and the Intersection of Sorted Integers, 2016. */
// REQUIRES: reference
// RUN: %kernels %s
#include "oracle.h"

#include <string.h>

LOOP size_t intersect(const uint32_t *a, size_t na, const uint32_t *b, size_t nb, uint32_t *out) {
  size_t i = 0, j = 0, n = 0;
  while (i < na && j < nb) {
    if (a[i] < b[j]) // worth: a b
      i++;
    else if (b[j] < a[i])
      j++;
    else
      out[n++] = a[i], i++, j++; // worth: out
  }
  return n;
}
CASE(intersect) {
  enum { N = 3 << 20 };
  ARRAY(uint32_t, a, N);
  ARRAY(uint32_t, b, N);
  ARRAY(uint32_t, out, N);
  for (uint32_t i = 0; i < N; i++)
    a[i] = i * 2, b[i] = i * 3;
  MEASURE(oracle_sink += intersect(a, N, b, N, out));
}

static size_t gallop(const uint32_t *list, size_t from, size_t n, uint32_t wanted) {
  size_t step = 1, low = from;
  while (low + step < n && list[low + step] < wanted) // worth: list
    low += step, step *= 2;
  size_t high = low + step < n ? low + step : n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (list[middle] < wanted) // worth: list
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

LOOP size_t intersect_short(const uint32_t *few, size_t n, const uint32_t *list, size_t m, uint32_t *out) {
  size_t at = 0, found = 0;
  for (size_t i = 0; i < n && at < m; i++) {
    at = gallop(list, at, m, few[i]); // worth: few
    if (at < m && list[at] == few[i]) // worth: list/2
      out[found++] = few[i];          // no: out (short)
  }
  return found;
}
CASE(intersect_short) {
  enum { FEW = 1 << 12, MANY = 8 << 20 };
  ARRAY(uint32_t, few, FEW);
  ARRAY(uint32_t, list, MANY);
  ARRAY(uint32_t, out, FEW);
  for (uint32_t i = 0; i < MANY; i++)
    list[i] = i * 5;
  for (uint32_t i = 0; i < FEW; i++)
    few[i] = i * 10239 + (uint32_t)(oracle_random() % 1000);
  MEASURE(oracle_sink += intersect_short(few, FEW, list, MANY, out));
}

struct posting_list {
  const uint8_t *bytes, *end;
};
struct document {
  uint32_t length, rank;
  uint64_t text;
};

/* Variable-length deltas: seven bits a byte, the last one marked. */
LOOP void score(struct posting_list list, const struct document *documents, float *scores, float weight) {
  uint32_t id = 0;
  const uint8_t *at = list.bytes;
  while (at < list.end) {
    uint32_t delta = 0;
    for (int shift = 0;; shift += 7) {
      uint8_t byte = *at++; // worth: bytes
      delta |= (uint32_t)(byte & 127) << shift;
      if (byte & 128)
        break;
    }
    id += delta;
    scores[id] += weight / (float)documents[id].length; // worth: scores documents
  }
}
CASE(score) {
  enum { BYTES = 1 << 18, DOCUMENTS = 2 << 20 };
  ARRAY(uint8_t, bytes, BYTES);
  ARRAY(struct document, documents, DOCUMENTS);
  ARRAY(float, scores, DOCUMENTS);
  uint32_t id = 0;
  unsigned n = 0;
  while (n < BYTES - 2) {
    uint32_t delta = 1 + (uint32_t)(oracle_random() % 26);
    if (id + delta >= DOCUMENTS)
      break;
    id += delta;
    if (n % 5 == 0)
      bytes[n++] = (uint8_t)(delta & 127), delta = 0;
    bytes[n++] = (uint8_t)(delta | 128);
  }
  struct posting_list list = {bytes, bytes + n};
  MEASURE(score(list, documents, scores, 1));
}

/* The first line of each hit, as far as it goes. */
LOOP size_t snippets(const struct document *documents, const char *text, const uint32_t *hits, size_t n, char *out, size_t room) {
  size_t used = 0;
  for (size_t i = 0; i < n && used + 81 < room; i++) {
    const struct document *d = &documents[hits[i]]; // worth: hits
    if (!d->length)                                 // worth: documents
      continue;
    const char *line = text + d->text;
    size_t length = 0;
    while (length < 80 && line[length] != '\n') // worth: text
      out[used++] = line[length++];             // no: out (in order, read soon)
    out[used++] = '\n';
  }
  return used;
}
CASE(snippets) {
  enum { HITS = 1 << 15, DOCUMENTS = 1 << 20, TEXT = 64 << 20 };
  ARRAY(struct document, documents, DOCUMENTS);
  ARRAY(char, text, TEXT);
  ARRAY(uint32_t, hits, HITS);
  ARRAY(char, out, HITS * 82);
  for (int i = 0; i < DOCUMENTS; i++)
    documents[i] = (struct document){(uint32_t)(oracle_random() % 8), 0, oracle_random() % (TEXT - 100)};
  for (int i = 0; i < TEXT; i += 60)
    text[i] = '\n';
  oracle_fill_u32(hits, HITS, DOCUMENTS);
  MEASURE(oracle_sink += snippets(documents, text, hits, HITS, out, HITS * 82));
}
