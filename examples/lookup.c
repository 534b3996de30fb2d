/* SPDX-License-Identifier: MIT */
/* Looks records of a file up through an index, as databases and search engines do: lookup FILE [LOOKUPS].
 * Nothing in it knows of PagePrefetch. A file that is not there is written first, 64 MiB. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RECORDS = 1 << 23 };

static int write_records(const char *path) {
  FILE *stream = fopen(path, "wbx");
  if (!stream)
    return -1;
  for (uint64_t i = 0; i < RECORDS; i++) {
    uint64_t record = i * 2654435761u;
    fwrite(&record, sizeof record, 1, stream);
  }
  return fclose(stream);
}

static uint64_t sum_of(const uint64_t *records, const uint32_t *index, size_t count) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += records[index[i]];
  return sum;
}

int main(int argc, char **argv) {
  size_t count = argc > 2 ? strtoul(argv[2], NULL, 10) : 100000;
  if (argc < 2) {
    fprintf(stderr, "usage: lookup FILE [LOOKUPS]\n");
    return 2;
  }
  if (access(argv[1], F_OK) != 0 && write_records(argv[1]) != 0) {
    perror(argv[1]);
    return 1;
  }
  struct stat facts;
  int file = open(argv[1], O_RDONLY);
  if (file < 0 || fstat(file, &facts) != 0 || facts.st_size < (off_t)sizeof(uint64_t)) {
    perror(argv[1]);
    return 1;
  }
  const uint64_t *records = mmap(NULL, (size_t)facts.st_size, PROT_READ, MAP_SHARED, file, 0);
  uint32_t *index = malloc(count * sizeof *index), number = 1;
  if (records == MAP_FAILED || !index) {
    perror("lookup");
    return 1;
  }
  for (size_t i = 0; i < count; i++) {
    number = number * 1664525 + 1013904223;
    index[i] = (uint32_t)((number >> 4) % ((size_t)facts.st_size / sizeof *records));
  }
  printf("%llu\n", (unsigned long long)sum_of(records, index, count));
  return 0;
}
