/* SPDX-License-Identifier: MIT */
/* The content of the numeric demo files: pseudo-random doubles in [1, 2), each a function of its place.
 * Read as integers they are as good, and no page of them is empty or like another. */
#ifndef NUMBERS_H
#define NUMBERS_H

#include <stdint.h>

static inline uint64_t number_scramble(uint64_t x) {
  x += UINT64_C(0x9e3779b97f4a7c15);
  x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
  return x ^ (x >> 31);
}

static inline uint64_t number_at(uint64_t place) {
  return number_scramble(place) >> 12 | UINT64_C(0x3ff) << 52;
}

/* Numbers that rise with their place, by 1 to 2^21. */
static inline uint64_t sorted_at(uint64_t place) {
  return place << 20 | number_scramble(place) >> 44;
}

#endif
