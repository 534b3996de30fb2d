/* SPDX-License-Identifier: MIT */
/* A lookup of another translation unit that nobody inlines. */
long far_lookup(const long *table, unsigned index);

__attribute__((noinline)) long far_lookup(const long *table, unsigned index) {
  return table[index] * 3;
}
