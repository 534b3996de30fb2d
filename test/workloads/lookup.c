/* SPDX-License-Identifier: MIT */
/* Case lookup: --data the text, --index its index file, --queries a file of words, --count postings verified a query at most.
 * Maps the text and the index, reads the queries into memory, runs them as one batch. */
#include "lookup.h"
#include "harness.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct lookup_index search_index;
static struct lookup_words words;
static struct lookup_scratch scratch;
static uint32_t limit;

static void *allocate(size_t count, size_t size) {
  void *memory = calloc(count, size);
  if (!memory)
    harness_fail("no memory for %zu bytes", count * size);
  return memory;
}

/* Read before harness_map drops the file: a look at it afterwards would bring a whole read-ahead window into the cache. */
static struct lookup_header read_header(const char *path) {
  struct lookup_header header = {0};
  FILE *file = fopen(path, "re");
  if (!file)
    harness_fail("cannot open %s: %s", path, strerror(errno));
  if (fread(&header, sizeof header, 1, file) != 1 || header.magic != LOOKUP_MAGIC)
    harness_fail("%s is no index: remove it and prepare it again", path);
  fclose(file);
  return header;
}

static void open_index(const struct run *run) {
  struct lookup_header header = read_header(run->index);
  const char *view = harness_map(run, run->index, 0).address;
  struct file_view text = harness_data(run);
  if (header.text_bytes != text.bytes)
    harness_fail("%s is no index of %s: remove it and prepare it again", run->index, run->data);
  search_index.text = text.address;
  search_index.text_bytes = text.bytes;
  search_index.table = (const void *)(view + LOOKUP_TABLE_OFFSET);
  search_index.mask = header.slot_count - 1;
  search_index.postings = (const void *)(search_index.table + header.slot_count);
}

static char *read_file(const char *path, size_t *bytes) {
  FILE *file = fopen(path, "re");
  if (!file || fseek(file, 0, SEEK_END) != 0)
    harness_fail("cannot open %s: %s", path, strerror(errno));
  *bytes = (size_t)ftell(file);
  char *content = allocate(*bytes + 1, 1);
  rewind(file);
  if (fread(content, 1, *bytes, file) != *bytes)
    harness_fail("cannot read %s: %s", path, strerror(errno));
  fclose(file);
  return content;
}

static void open_queries(const struct run *run) {
  size_t bytes, lines = 0;
  char *characters = read_file(run->queries, &bytes);
  for (size_t i = 0; i < bytes; i++)
    lines += characters[i] == '\n';
  uint32_t *offset = allocate(lines, sizeof *offset);
  uint8_t *length = allocate(lines, sizeof *length);
  size_t begin = 0;
  for (size_t i = 0, q = 0; i < bytes; i++)
    if (characters[i] == '\n') {
      offset[q] = (uint32_t)begin;
      length[q++] = (uint8_t)(i - begin);
      begin = i + 1;
    }
  words = (struct lookup_words){characters, offset, length, lines};
}

/* Touched here, or the measured time would be full of first writes to fresh memory. */
static void *scratch_array(size_t count, size_t size) {
  void *memory = malloc(count * size);
  if (!memory)
    harness_fail("no memory for %zu bytes", count * size);
  return memset(memory, 1, count * size);
}

static void open_lookup(const struct run *run) {
  open_index(run);
  open_queries(run);
  limit = (uint32_t)run->count;
  size_t hits = words.count * limit;
  scratch.hash = scratch_array(words.count, sizeof *scratch.hash);
  scratch.first = scratch_array(words.count, sizeof *scratch.first);
  scratch.found = scratch_array(words.count, sizeof *scratch.found);
  scratch.place = scratch_array(hits, sizeof *scratch.place);
  scratch.owner = scratch_array(hits, sizeof *scratch.owner);
}

static uint64_t execute_lookup(void) {
  struct lookup_result result = lookup_run(&search_index, &words, limit, &scratch);
  if (result.found != words.count || result.verified != result.hits)
    harness_fail("%zu queries, %llu found; %llu hits, %llu verified: the index does not fit the text", words.count,
                 (unsigned long long)result.found, (unsigned long long)result.hits, (unsigned long long)result.verified);
  return harness_mix(harness_mix(result.checksum, result.hits), result.found);
}

const struct workload workload = {"lookup", open_lookup, execute_lookup, NULL};
