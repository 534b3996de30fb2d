/* SPDX-License-Identifier: MIT */
/* Whether loops call a function is asked of its callers' callers as well: of each once, however many calls there are. There are
 * 10^11 ways here to the function that is called most. */
// RUN: timeout 60 %cc -O1 %plugin -c %s -o %t.o
#define TEN(x) x x x x x x x x x x
#define MANY(x) TEN(TEN(TEN(x x x x x)))

__attribute__((noinline)) long looked_up(const long *p, long i) {
  return p[i];
}
__attribute__((noinline)) long one(const long *p, long i) {
  MANY(i = looked_up(p, i);)
  return i;
}
__attribute__((noinline)) long two(const long *p, long i) {
  MANY(i = one(p, i);)
  return i;
}
__attribute__((noinline)) long three(const long *p, long i) {
  MANY(i = two(p, i);)
  return i;
}
