/* SPDX-License-Identifier: MIT */
/* Writes the input files of the numeric demo cases. A file appears under its name only when it is whole and on the disk.
 * prepare numbers FILE BYTES; prepare sorted FILE BYTES (rising uint64); prepare rows FILE COUNT LIMIT (uint32 rows below LIMIT,
 * pseudo-random) */
#include "numbers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 1 << 20 };

static void fail(const char *what, const char *path) {
  fprintf(stderr, "prepare: %s %s: %s\n", what, path, strerror(errno));
  exit(1);
}

static void fill_numbers(void *chunk, uint64_t first, size_t count, uint64_t unused) {
  (void)unused;
  uint64_t *out = chunk;
  for (size_t i = 0; i < count; i++)
    out[i] = number_at(first + i);
}

static void fill_sorted(void *chunk, uint64_t first, size_t count, uint64_t unused) {
  (void)unused;
  uint64_t *out = chunk;
  for (size_t i = 0; i < count; i++)
    out[i] = sorted_at(first + i);
}

static void fill_rows(void *chunk, uint64_t first, size_t count, uint64_t limit) {
  uint32_t *out = chunk;
  for (size_t i = 0; i < count; i++)
    out[i] = (uint32_t)(number_scramble(~(first + i)) % limit);
}

static void write_file(const char *path, uint64_t count, size_t width, void (*fill)(void *, uint64_t, size_t, uint64_t),
                       uint64_t limit) {
  char part[4096];
  if ((size_t)snprintf(part, sizeof part, "%s.part", path) >= sizeof part) {
    errno = ENAMETOOLONG;
    fail("cannot create", path);
  }
  FILE *file = fopen(part, "we");
  void *chunk = malloc(CHUNK * width);
  if (!file || !chunk)
    fail("cannot create", part);
  for (uint64_t done = 0; done < count; done += CHUNK) {
    size_t now = count - done < CHUNK ? (size_t)(count - done) : CHUNK;
    fill(chunk, done, now, limit);
    if (fwrite(chunk, width, now, file) != now) {
      int error = errno;
      unlink(part);
      errno = error;
      fail("cannot write", part);
    }
  }
  if (fflush(file) != 0 || fsync(fileno(file)) != 0 || fclose(file) != 0 || rename(part, path) != 0)
    fail("cannot finish", part);
  free(chunk);
}

int main(int argc, char **argv) {
  if (argc == 4 && strcmp(argv[1], "numbers") == 0)
    write_file(argv[2], strtoull(argv[3], NULL, 10) / sizeof(uint64_t), sizeof(uint64_t), fill_numbers, 0);
  else if (argc == 4 && strcmp(argv[1], "sorted") == 0)
    write_file(argv[2], strtoull(argv[3], NULL, 10) / sizeof(uint64_t), sizeof(uint64_t), fill_sorted, 0);
  else if (argc == 5 && strcmp(argv[1], "rows") == 0 && strtoull(argv[4], NULL, 10) > 0)
    write_file(argv[2], strtoull(argv[3], NULL, 10), sizeof(uint32_t), fill_rows, strtoull(argv[4], NULL, 10));
  else {
    fprintf(stderr, "usage: prepare numbers FILE BYTES | prepare sorted FILE BYTES | prepare rows FILE COUNT LIMIT\n");
    return 2;
  }
  return 0;
}
