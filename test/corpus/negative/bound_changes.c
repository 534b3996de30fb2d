/* SPDX-License-Identifier: MIT */
/* Loops that read their bound again in each iteration and change it on the way, up and down: what it was on entry says nothing. */
// RUN: %same --expect any %s -O1 -O2 -O3
#include <stdint.h>
#include <stdio.h>

enum { SIZE = 5000 };
struct list {
  long *values;
  long count;
  unsigned used;
};
static long storage[SIZE];
static uint32_t order[SIZE];

#define LOOP __attribute__((noinline)) static long

LOOP grows(struct list *list, const uint32_t *k) {
  long i;
  for (i = 0; i < list->count; i++) {
    if (list->values[k[i]] % 3 == 0 && list->count < SIZE - 1)
      list->values[list->count++] = i * 7;
    list->values[i] ^= i;
  }
  return i;
}

LOOP shrinks(struct list *list, const uint32_t *k) {
  long i;
  for (i = 0; i < list->count; i++)
    if (list->values[k[i]] % 2 == 0)
      list->values[--list->count] += i;
  return i;
}

LOOP down_to(struct list *list) {
  long i;
  for (i = SIZE - 1; i > list->count; i -= 3)
    if ((list->values[i] += i) % 5 == 0)
      list->count += 2;
  return i;
}

LOOP unsigned_bound(struct list *list) {
  unsigned i = 0;
  for (; i != list->used; i++) {
    list->values[i] = list->values[i] * 3 + 1;
    if (list->values[i] % 7 == 0 && list->used < SIZE)
      list->used++;
  }
  return i;
}

LOOP tested_first(struct list *list, const uint32_t *k, long stop) {
  long i = 0, sum = 0;
  while (i < list->count) {
    sum += list->values[k[i++]];
    if (sum % 11 == stop)
      break;
    list->values[i] = sum;
    if (sum % 13 == 0)
      list->count -= 5;
  }
  return sum + i;
}

LOOP sum_of(const struct list *list) {
  long sum = list->count + list->used;
  for (int i = 0; i < SIZE; i++)
    sum = sum * 3 + list->values[i];
  return sum;
}

int main(void) {
  struct list list = {storage, SIZE / 2, SIZE / 3};
  for (int i = 0; i < SIZE; i++) {
    storage[i] = i * 31 % 1009;
    order[i] = (uint32_t)(i * 2654435761u % SIZE);
  }
  for (int round = 0; round < 3; round++) {
    printf("%ld %ld\n", grows(&list, order), sum_of(&list));
    printf("%ld %ld\n", shrinks(&list, order), sum_of(&list));
    list.count = round * 100;
    printf("%ld %ld\n", down_to(&list), sum_of(&list));
    printf("%ld %ld\n", unsigned_bound(&list), sum_of(&list));
    list.count = SIZE / 2;
    printf("%ld %ld\n", tested_first(&list, order, round), sum_of(&list));
    list.count = SIZE / 4;
  }
  return 0;
}
