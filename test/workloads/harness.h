/* SPDX-License-Identifier: MIT */
/* What every demo case shares: arguments, mapping of cold, warm or swapped data, timing, and one line of JSON as the result.
 * A case supplies a struct workload; its kernel sits in a file of its own, so that compilers see ordinary code. */
#ifndef HARNESS_H
#define HARNESS_H

#include <stddef.h>
#include <stdint.h>

enum setting {
  SETTING_COLD,   /* mapped files, dropped from the page cache */
  SETTING_WARM,   /* mapped files, all pages resident and mapped, kernel run before */
  SETTING_SWAP,   /* anonymous memory; the driver limits the process's memory from outside */
  SETTING_CACHED, /* mapped files, all of them in the page cache, no page mapped */
  SETTING_HALF,   /* mapped files, every other piece of 1 MiB in the page cache */
};

/* What a user might do instead of hints; applied to the data, not to the index. */
enum alternative {
  ALTERNATIVE_NONE,
  ALTERNATIVE_RANDOM,     /* MADV_RANDOM */
  ALTERNATIVE_SEQUENTIAL, /* MADV_SEQUENTIAL */
  ALTERNATIVE_PRELOAD,    /* read everything first, inside the measured time */
  ALTERNATIVE_HELPER,     /* a thread that touches the same pages ahead */
};

/* What the command line asked for. */
struct run {
  const char *data;    /* --data FILE */
  const char *index;   /* --index FILE */
  const char *queries; /* --queries FILE */
  size_t bytes;        /* --bytes N: of the data to use; 0: the whole file */
  size_t count;        /* --count N: reads, rows or queries, as the case says */
  size_t width;        /* --width N: elements of a matrix row */
  size_t passes;       /* --passes N: unmeasured runs before the measured one, warm only */
  enum setting setting;
  enum alternative alternative;
};

struct workload {
  const char *name;
  void (*open)(const struct run *run);
  uint64_t (*execute)(void); /* runs the kernel once; returns a checksum of its results */
  /* One step of a helper thread: touches what the kernel will touch in its step `i`. Returns 0 after the last step. */
  int (*touch)(size_t i);
};

extern const struct workload workload; /* the case's */

struct file_view {
  const void *address;
  size_t bytes;
};

/* Maps (a part of) a file as the run's setting asks; bytes 0: all of it. Ends the program with a message on failure. */
struct file_view harness_map(const struct run *run, const char *path, size_t bytes);
/* The main data: as harness_map, or in the swap setting anonymous memory with the content that `prepare numbers` writes. The
 * alternatives apply to it. */
struct file_view harness_data(const struct run *run);

/* Ends the program: prints "name: message" and exits with 1. */
_Noreturn void harness_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Folds one more value into a checksum. */
static inline uint64_t harness_mix(uint64_t checksum, uint64_t value) {
  return (checksum ^ value) * UINT64_C(0x9e3779b97f4a7c15) + (checksum >> 29);
}

#endif
