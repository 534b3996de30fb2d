/* SPDX-License-Identifier: MIT */
/* A lookup of another translation unit, too large to be inlined: ThinLTO imports it, and the loop that calls it sees what it touches. */
unsigned long far_hash_lookup(const unsigned long *table, unsigned long size, unsigned long key);

#define STEP(shift, factor) key ^= key >> (shift), key *= (factor)

unsigned long far_hash_lookup(const unsigned long *table, unsigned long size, unsigned long key) {
  STEP(13, 0x9e3779b97f4a7c15ul);
  STEP(14, 0x9e3779b97f4a7c17ul);
  STEP(15, 0x9e3779b97f4a7c19ul);
  STEP(16, 0x9e3779b97f4a7c1bul);
  STEP(17, 0x9e3779b97f4a7c1dul);
  STEP(18, 0x9e3779b97f4a7c1ful);
  STEP(19, 0x9e3779b97f4a7c21ul);
  STEP(20, 0x9e3779b97f4a7c23ul);
  STEP(21, 0x9e3779b97f4a7c25ul);
  STEP(22, 0x9e3779b97f4a7c27ul);
  STEP(23, 0x9e3779b97f4a7c29ul);
  STEP(24, 0x9e3779b97f4a7c2bul);
  STEP(25, 0x9e3779b97f4a7c2dul);
  STEP(26, 0x9e3779b97f4a7c2ful);
  return table[key % size];
}
