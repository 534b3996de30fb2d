/* SPDX-License-Identifier: MIT */
/* Block operations at computed addresses: all their pages are hinted, however long they are. */
// RUN: %streams %s
#include "oracle.h"

#include <string.h>

enum { N = 200, ROWS = 1000 };

LOOP void set_loaded(char *d, const uint32_t *start, const uint32_t *k, long n) {
  for (long i = 0; i < n; i++)
    memset(d + start[k[i]], 1, start[k[i] + 1] - start[k[i]]);
}
CASE(set_loaded) {
  ARRAY(uint32_t, start, ROWS + 1);
  uint64_t all = oracle_rows(start_w, ROWS, 100, 20000);
  ARRAY(char, d, all);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, ROWS);
  RUN(set_loaded(d, start, k, N));
  EXPECT(d, 99, 2);
}

LOOP void set_symbolic(char *d, const uint32_t *k, long n, size_t row, int with) {
  for (long i = 0; i < n; i++)
    memset(d + (size_t)k[i] * row, with, row);
}
CASE(set_symbolic) {
  ARRAY(char, d, ROWS * 12288);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, ROWS);
  RUN(set_symbolic(d, k, N, 12288, 3));
  EXPECT(d, 99, 2);
}

LOOP void moved_within(char *d, const uint32_t *from, const uint32_t *to, long n, size_t row) {
  for (long i = 0; i < n; i++)
    memmove(d + (size_t)to[i] * row, d + (size_t)from[i] * row, row);
}
CASE(moved_within) {
  ARRAY(char, d, ROWS * 9000);
  ARRAY(uint32_t, from, 100);
  ARRAY(uint32_t, to, 100);
  oracle_fill_u32(from_w, 100, ROWS);
  oracle_fill_u32(to_w, 100, ROWS);
  RUN(moved_within(d, from, to, 100, 9000));
  EXPECT(d, 99, 2);
}

/* Rows one behind the other, a part of each: a walk with gaps. */
LOOP void walked(char *d, const char *s, long n, size_t row, size_t part) {
  for (long i = 0; i < n; i++)
    memcpy(d + (size_t)i * part, s + (size_t)i * row, part);
}
CASE(walked) {
  ARRAY(char, d, N * 12288);
  ARRAY(char, s, N * 65536);
  RUN(walked(d, s, N, 65536, 12288));
  EXPECT(s, 99, 2);
  EXPECT(d, 99, 2);
}

/* A cursor that the lengths move. */
LOOP uint64_t packed(char *d, const char *s, const uint32_t *length, long n) {
  size_t at = 0;
  for (long i = 0; i < n; i++) {
    memcpy(d + (size_t)i * 8192, s + at, length[i]);
    at += length[i];
  }
  return at;
}
CASE(packed) {
  ARRAY(uint32_t, length, N);
  ARRAY(char, d, N * 8192);
  ARRAY(char, s, N * 8192);
  oracle_fill_u32(length_w, N, 8192);
  RUN(oracle_sink = packed(d, s, length, N));
  EXPECT(s, 99, 2);
  EXPECT(d, 99, 2);
}

/* Records that tell their own length, by pointers. */
struct record {
  uint32_t length, key;
  char text[];
};
LOOP uint64_t records(char *d, struct record *const *list, long n, uint32_t key) {
  uint64_t found = 0;
  for (long i = 0; i < n; i++)
    if (list[i]->key != key) {
      memcpy(d, list[i]->text, list[i]->length);
      found += (unsigned char)d[0];
    }
  return found;
}
CASE(records) {
  ARRAY(char, d, 20000);
  ARRAY(char, s, ROWS * 20480);
  ARRAY(struct record *, list, N);
  for (long i = 0; i < N; i++) {
    size_t at = oracle_random() % ROWS * 20480;
    *(struct record *)(s_w + at) = (struct record){(uint32_t)(oracle_random() % 20000), 1};
    list_w[i] = (struct record *)(s + at);
  }
  RUN(oracle_sink = records(d, list, N, 7));
  EXPECT(s, 99, 2);
}

LOOP uint64_t compared_rows(const char *s, const char *t, const uint32_t *k, long n, size_t row) {
  uint64_t equal = 0;
  for (long i = 0; i < n; i++)
    equal += memcmp(s + (size_t)k[i] * row, t + (size_t)k[n - 1 - i] * row, row) == 0;
  return equal;
}
CASE(compared_rows) {
  ARRAY(char, s, ROWS * 4096);
  ARRAY(char, t, ROWS * 4096);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, ROWS);
  RUN(oracle_sink = compared_rows(s, t, k, N, 4096));
  EXPECT(s, 99, 2);
  EXPECT(t, 99, 2);
}

/* Searches: where they end is not known, where they begin is. */
LOOP uint64_t searched(const char *s, const uint64_t *at, long n, size_t most) {
  uint64_t all = 0;
  for (long i = 0; i < n; i++) {
    all += (uint64_t)(memchr(s + at[i], 'x', most) != NULL);
    all += strnlen(s + at[i] + (1 << 20), most);
  }
  return all;
}
CASE(searched) {
  ARRAY(char, s, 6 << 20);
  ARRAY(uint64_t, at, N);
  oracle_fill_u64(at_w, N, 4 << 20);
  RUN(oracle_sink = searched(s, at, N, 32));
  EXPECT(s, 99, 2);
}

LOOP uint64_t texts(const char *s, const uint64_t *at, const char *word, long n) {
  uint64_t all = 0;
  for (long i = 0; i < n; i++) {
    all += (uint64_t)strcmp(s + at[i], word) + (uint64_t)strncmp(s + at[i] + (1 << 20), word, 16);
    all += strlen(s + at[i] + (2 << 20)) + (uint64_t)(strchr(s + at[i] + (3 << 20), 'y') != NULL);
  }
  return all;
}
CASE(texts) {
  ARRAY(char, s, 6 << 20);
  ARRAY(uint64_t, at, N);
  ARRAY(char, word, 16);
  memcpy(word_w, "word", 5);
  oracle_fill_u64(at_w, N, 2 << 20);
  RUN(oracle_sink = texts(s, at, word, N));
  EXPECT(s, 99, 2);
}

LOOP uint64_t copied_texts(char *d, const char *s, const uint64_t *at, long n) {
  uint64_t all = 0;
  for (long i = 0; i < n; i++) {
    strcpy(d + (size_t)i * 5000, s + at[i]);
    strncpy(d + (size_t)i * 5000 + 100, s + at[i] + (2 << 20), 16);
    all += (uint64_t)(strrchr(s + at[i] + (4 << 20), 'y') != NULL);
  }
  return all;
}
CASE(copied_texts) {
  ARRAY(char, s, 8 << 20);
  ARRAY(char, d, N * 5000);
  ARRAY(uint64_t, at, N);
  oracle_fill_u64(at_w, N, 2 << 20);
  RUN(oracle_sink = copied_texts(d, s, at, N));
  EXPECT(s, 99, 2);
  EXPECT(d, 99, 2);
}

/* Into an object of known size, checked as with _FORTIFY_SOURCE. */
static char room[20000];
LOOP void fortified(const char *s, const uint32_t *k, long n, size_t row) {
  for (long i = 0; i < n; i++)
    __builtin___memcpy_chk(room, s + (size_t)k[i] * row, row, __builtin_object_size(room, 0));
}
CASE(fortified) {
  ARRAY(char, s, ROWS * 12288);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, ROWS);
  RUN(fortified(s, k, N, 12288));
  EXPECT(s, 99, 2);
}

/* Inner loops that compilers write as block operations. */
LOOP void idiom_copy(double *restrict d, const double *restrict s, const uint32_t *k, long n, long m) {
  for (long i = 0; i < n; i++)
    for (long j = 0; j < m; j++)
      d[i * m + j] = s[k[i] * m + j];
}
CASE(idiom_copy) {
  ARRAY(double, d, N * 1500);
  ARRAY(double, s, ROWS * 1500);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, ROWS);
  RUN(idiom_copy(d, s, k, N, 1500));
  EXPECT(s, 99, 2);
  EXPECT(d, 99, 2);
}

LOOP void idiom_set(uint32_t *d, const uint32_t *k, const uint32_t *m, long n) {
  for (long i = 0; i < n; i++)
    for (uint32_t j = 0; j < m[i]; j++)
      d[(size_t)k[i] * 3000 + j] = 0;
}
CASE(idiom_set) {
  ARRAY(uint32_t, d, ROWS * 3000);
  ARRAY(uint32_t, k, N);
  ARRAY(uint32_t, m, N);
  oracle_fill_u32(k_w, N, ROWS);
  oracle_fill_u32(m_w, N, 3000);
  RUN(idiom_set(d, k, m, N));
  EXPECT(d, 99, 2);
}

struct wide {
  uint64_t words[1500];
};
LOOP void assigned(struct wide *d, const struct wide *s, const uint32_t *k, long n) {
  for (long i = 0; i < n; i++)
    d[i] = s[k[i]];
}
CASE(assigned) {
  ARRAY(struct wide, d, N);
  ARRAY(struct wide, s, ROWS);
  ARRAY(uint32_t, k, N);
  oracle_fill_u32(k_w, N, ROWS);
  RUN(assigned(d, s, k, N));
  EXPECT(s, 99, 2);
  EXPECT(d, 99, 2);
}

/* Behind a check; and a tail that is shorter. */
LOOP uint64_t checked(char *d, const char *s, size_t size, const uint64_t *at, long n, size_t block) {
  uint64_t all = 0;
  for (long i = 0; i < n; i++) {
    if (at[i] >= size)
      continue;
    size_t left = size - at[i], take = left < block ? left : block;
    memcpy(d, s + at[i], take);
    all += take;
  }
  return all;
}
CASE(checked) {
  ARRAY(char, d, 16384);
  ARRAY(char, s, 8 << 20);
  ARRAY(uint64_t, at, N);
  oracle_fill_u64(at_w, N, 9 << 20);
  RUN(oracle_sink = checked(d, s, 8 << 20, at, N, 16384));
  EXPECT(s, 99, 2);
}
