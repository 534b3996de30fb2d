/* SPDX-License-Identifier: MIT */
/* Containers for the oracle's cases: what `new` gives them is watched as an array.
 * For one file of a program: it replaces the operators. */
#ifndef ORACLE_CONTAINERS_H
#define ORACLE_CONTAINERS_H

#include "oracle.h"

#include <vector>

// Containers are watched as arrays are: while a Heap is there, `new` takes from its array, else from an own one that is not
// watched.
static char ordinary[1 << 22] __attribute__((aligned(64)));
static char *volatile next_free = ordinary; // a compiler may think that `new` reads no memory of the program's
struct Heap {
  char *memory, *outer;
  Heap(const char *name, size_t bytes) : outer(next_free) {
    void *writable;
    memory = static_cast<char *>(oracle_array(name, 1, bytes, &writable));
    next_free = memory;
  }
  void close() {
    next_free = outer;
  }
};
__attribute__((noinline)) void *operator new(size_t bytes) {
  char *memory = next_free;
  next_free = memory + (bytes + 15) / 16 * 16;
  return memory;
}
// Nothing is given back. Without a statement in them clang 14 ends the case where the first container goes.
__attribute__((noinline)) void operator delete(void *memory) noexcept {
  __asm__ volatile("" : : "r"(memory) : "memory");
}
__attribute__((noinline)) void operator delete(void *memory, size_t) noexcept {
  __asm__ volatile("" : : "r"(memory) : "memory");
}

#define VECTOR(type, name, count)                                                                                                \
  Heap name##_heap(#name, sizeof(type) * size_t(count));                                                                         \
  std::vector<type> name(count);                                                                                                 \
  name##_heap.close()
#define INDEXES(name, count, limit)                                                                                              \
  VECTOR(uint32_t, name, count);                                                                                                 \
  oracle_fill_u32(name.data(), count, limit)

using Words = std::vector<uint64_t>;
using Indexes = std::vector<uint32_t>;

#define OVER_WORDS(name)                                                                                                         \
  CASE(name) {                                                                                                                   \
    VECTOR(uint64_t, t, T);                                                                                                      \
    RUN(oracle_sink = name(t));                                                                                                  \
    EXPECT(t.data(), 99, 1);                                                                                                     \
  }
#define GATHER(name)                                                                                                             \
  CASE(name) {                                                                                                                   \
    VECTOR(uint64_t, t, T);                                                                                                      \
    INDEXES(k, N, T);                                                                                                            \
    RUN(oracle_sink = name(t, k));                                                                                               \
    EXPECT(t.data(), 98, 1);                                                                                                     \
    EXPECT(k.data(), 99, 1);                                                                                                     \
  }

#endif
