/* SPDX-License-Identifier: MIT */
/* An oracle for streams: which pages of its arrays a loop really touches, and which its programs hint, page by page.
 * The arrays can not be accessed while a loop runs: the first touch of each page faults and is noted. Programs read a second
 * mapping of the same memory. Around each array lie pages that nothing may read. */
#ifndef ORACLE_H
#define ORACLE_H

#include "pageprefetch.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An array of `count` elements for a case; *writable is the same memory for setting it up. Ends the program when out of memory.
 */
void *oracle_array(const char *name, size_t element, size_t count, void **writable);
/* Has a variable of the program watched as an array. It begins with a page, fills its last one, and is zero then and afterwards.
 */
void oracle_variable(const char *name, void *variable, size_t bytes);
/* Arrays are watched between these. */
void oracle_start(void);
void oracle_stop(void);
/* As oracle_start, but programs run some hundred iterations ahead of their loops, as the runtime has it, not all at once before.
 */
void oracle_follow(void);
/* Prints a line and counts a failure unless at least `cover` percent of the pages of the array that the loop touched were hinted,
 * and at most `waste` percent of those hinted were not touched. An array of which nothing was touched fails. */
void oracle_expect(const void *array, unsigned cover, unsigned waste);
/* Prints for each array "array", the case, its name, bytes of an element, and a digit for each page: 1 where the loop touched it.
 * And for each stream that hinted any of it "stream", case, array, file and line of the stream's leader, those of its loop, and a
 * digit for each page: 1 where it was hinted. */
void oracle_report(void);
/* A deterministic number. */
uint64_t oracle_random(void);
/* `count` numbers below `limit`. */
void oracle_fill_u32(uint32_t *numbers, size_t count, uint64_t limit);
void oracle_fill_u64(uint64_t *numbers, size_t count, uint64_t limit);
/* The numbers 0 .. count - 1 in random order. */
void oracle_permute(uint32_t *numbers, size_t count);
/* Bounds of `count` rows of `least` to `most` elements: count + 1 of them. Returns the last. */
uint64_t oracle_rows(uint32_t *bounds, size_t count, unsigned least, unsigned most);

void oracle_register(const char *name, void (*run)(void));

extern volatile uint64_t oracle_sink; /* keeps results alive */

#define ARRAY(type, name, count)                                                                                                 \
  void *name##_memory;                                                                                                           \
  type *name = (type *)oracle_array(#name, sizeof(type), count, &name##_memory);                                                 \
  type *name##_w = (type *)name##_memory;                                                                                        \
  (void)name##_w
#define CASE(name)                                                                                                               \
  PAGEPREFETCH_OFF static void case_##name(void);                                                                                \
  PAGEPREFETCH_OFF __attribute__((constructor)) static void register_##name(void) {                                              \
    oracle_register(#name, case_##name);                                                                                         \
  }                                                                                                                              \
  PAGEPREFETCH_OFF static void case_##name(void)
#define RUN(call)                                                                                                                \
  do {                                                                                                                           \
    oracle_start();                                                                                                              \
    call;                                                                                                                        \
    oracle_stop();                                                                                                               \
  } while (0)
#define MEASURE(call)                                                                                                            \
  do {                                                                                                                           \
    oracle_follow();                                                                                                             \
    call;                                                                                                                        \
    oracle_stop();                                                                                                               \
    oracle_report();                                                                                                             \
  } while (0)
#define EXPECT(array, cover, waste) oracle_expect(array, cover, waste)
/* A loop's function: compiled for any arguments. */
#ifdef __clang__
#define LOOP __attribute__((noinline))
#else
#define LOOP __attribute__((noipa))
#endif

#ifdef __cplusplus
}
#endif
#endif
