/* SPDX-License-Identifier: MIT */
/* Builds what the case lookup searches: the index file of a text, and a file of query words drawn from the text.
 * lookup_index index TEXT FILE; lookup_index queries TEXT FILE COUNT */
#define _GNU_SOURCE
#include "lookup.h"
#include "numbers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef PLACES
#define PLACES 12500
#endif

struct text {
  const char *characters;
  size_t bytes;
};

struct builder {
  struct lookup_slot *table;
  uint64_t slots, used, postings;
};

static _Noreturn void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("lookup_index: ", stderr);
  vfprintf(stderr, format, arguments);
  fprintf(stderr, ": %s\n", strerror(errno));
  va_end(arguments);
  exit(1);
}

static struct text map_text(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (fd < 0 || fstat(fd, &status) != 0)
    fail("cannot open %s", path);
  if (status.st_size == 0 || (uint64_t)status.st_size > UINT32_MAX) {
    errno = EFBIG;
    fail("%s has %lld bytes, the index takes 1 to 4294967295", path, (long long)status.st_size);
  }
  void *address = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, fd, 0);
  if (address == MAP_FAILED)
    fail("cannot map %s", path);
  close(fd);
  return (struct text){address, (size_t)status.st_size};
}

/* The next indexed identifier at or after *at, which moves behind it. Returns its length, 0 at the end of the text. */
static size_t next_word(const struct text *text, size_t *at, size_t *begin) {
  while (*at < text->bytes) {
    while (*at < text->bytes && !lookup_is_identifier(text->characters[*at]))
      ++*at;
    *begin = *at;
    while (*at < text->bytes && lookup_is_identifier(text->characters[*at]))
      ++*at;
    size_t length = *at - *begin;
    char c = length ? text->characters[*begin] : '0';
    if (length >= LOOKUP_WORD_MIN && length <= LOOKUP_WORD_MAX && !(c >= '0' && c <= '9'))
      return length;
  }
  return 0;
}

static struct lookup_slot *find(struct lookup_slot *table, uint64_t slots, uint64_t key) {
  uint64_t slot = key & (slots - 1);
  while (table[slot].key && table[slot].key != key)
    slot = (slot + 1) & (slots - 1);
  return &table[slot];
}

static struct lookup_slot *allocate_table(uint64_t slots) {
  struct lookup_slot *table = calloc(slots, sizeof *table);
  if (!table)
    fail("no memory for a table of %llu identifiers", (unsigned long long)slots);
  return table;
}

static void grow(struct builder *builder) {
  struct lookup_slot *bigger = allocate_table(builder->slots * 2);
  for (uint64_t s = 0; s < builder->slots; s++)
    if (builder->table[s].key)
      *find(bigger, builder->slots * 2, builder->table[s].key) = builder->table[s];
  free(builder->table);
  builder->table = bigger;
  builder->slots *= 2;
}

static void count_words(struct builder *builder, const struct text *text) {
  size_t at = 0, begin, length;
  while ((length = next_word(text, &at, &begin)) != 0) {
    uint64_t key = lookup_hash(text->characters + begin, length);
    struct lookup_slot *slot = find(builder->table, builder->slots, key);
    slot->count++;
    builder->postings++;
    if (slot->key == 0) {
      slot->key = key;
      if (++builder->used * 2 > builder->slots)
        grow(builder);
    }
  }
}

/* Gives every identifier its place among the postings; count starts again from 0 for fill_postings. */
static void place_postings(struct builder *builder) {
  uint32_t next = 0;
  for (uint64_t s = 0; s < builder->slots; s++) {
    builder->table[s].first = next;
    next += builder->table[s].count;
    builder->table[s].count = 0;
  }
}

static void fill_postings(struct builder *builder, const struct text *text, uint32_t *postings) {
  size_t at = 0, begin, length;
  while ((length = next_word(text, &at, &begin)) != 0) {
    struct lookup_slot *slot = find(builder->table, builder->slots, lookup_hash(text->characters + begin, length));
    postings[slot->first + slot->count++] = (uint32_t)begin;
  }
}

static FILE *create_part(const char *path, char *part, size_t size) {
  FILE *file = NULL;
  if ((size_t)snprintf(part, size, "%s.part", path) < size)
    file = fopen(part, "we");
  if (!file)
    fail("cannot create %s", part);
  return file;
}

static void write_all(FILE *file, const char *part, const void *from, size_t bytes) {
  if (fwrite(from, 1, bytes, file) != bytes) {
    int error = errno;
    unlink(part);
    errno = error;
    fail("cannot write %zu bytes to %s", bytes, part);
  }
}

static void finish(FILE *file, const char *part, const char *path) {
  if (fflush(file) != 0 || fsync(fileno(file)) != 0 || fclose(file) != 0 || rename(part, path) != 0)
    fail("cannot finish %s", part);
}

static void write_index(const struct text *text, const char *path) {
  struct builder builder = {.slots = UINT64_C(1) << 20};
  builder.table = allocate_table(builder.slots);
  count_words(&builder, text);
  place_postings(&builder);
  uint32_t *postings = malloc(builder.postings * sizeof *postings);
  if (!postings)
    fail("no memory for %llu postings", (unsigned long long)builder.postings);
  fill_postings(&builder, text, postings);

  char part[4096], padding[LOOKUP_TABLE_OFFSET] = {0};
  struct lookup_header header = {LOOKUP_MAGIC, text->bytes, builder.slots, builder.postings};
  memcpy(padding, &header, sizeof header);
  FILE *file = create_part(path, part, sizeof part);
  write_all(file, part, padding, sizeof padding);
  write_all(file, part, builder.table, builder.slots * sizeof *builder.table);
  write_all(file, part, postings, builder.postings * sizeof *postings);
  finish(file, part, path);
  printf("%llu identifiers, %llu postings\n", (unsigned long long)builder.used, (unsigned long long)builder.postings);
  free(postings);
  free(builder.table);
}

/* Words from PLACES pseudo-random places of the text, one a line. A search log asks for the same words again and again, and for
 * frequent identifiers more often: both are so here. */
static void write_queries(const struct text *text, const char *path, uint64_t count) {
  char part[4096];
  FILE *file = create_part(path, part, sizeof part);
  for (uint64_t q = 0; q < count; q++) {
    size_t at = number_scramble(number_scramble(q) % PLACES) % text->bytes, begin, length;
    while (at < text->bytes && lookup_is_identifier(text->characters[at])) /* the rest of a word is not a word */
      at++;
    length = next_word(text, &at, &begin);
    if (length == 0)
      continue;
    write_all(file, part, text->characters + begin, length);
    write_all(file, part, "\n", 1);
  }
  finish(file, part, path);
}

int main(int argc, char **argv) {
  if (argc == 4 && strcmp(argv[1], "index") == 0) {
    struct text text = map_text(argv[2]);
    write_index(&text, argv[3]);
  } else if (argc == 5 && strcmp(argv[1], "queries") == 0) {
    struct text text = map_text(argv[2]);
    write_queries(&text, argv[3], strtoull(argv[4], NULL, 10));
  } else {
    fprintf(stderr, "usage: lookup_index index TEXT FILE | lookup_index queries TEXT FILE COUNT\n");
    return 2;
  }
  return 0;
}
