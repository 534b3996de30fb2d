/* SPDX-License-Identifier: MIT */
/* Loops that must be left alone, each with its reason; and that being left alone means the very same assembly. */
// RUN: %planned --option min-footprint=1 %s -O2 | %filecheck %s
// RUN: %identical %s -O1 -O2 -O3

long volatile_read(const volatile long *a, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[i]; // CHECK: [[@LINE]]: declined read bytes 8: {{.*}}volatile
  return sum;
}

void volatile_write(volatile char *a, long n) {
  for (long i = 0; i < n; i++)
    a[i] = 1; // CHECK: [[@LINE]]: declined write bytes 1: {{.*}}volatile
}

/* Each address comes from the element before. */
struct list {
  struct list *next;
  long value;
};

long chase(const struct list *l) {
  long sum = 0;
  for (; l; l = l->next)
    sum += l->value; // CHECK: declined read bytes 8: {{.+}}
  return sum;
}

long search(const char *text, char wanted) {
  long i = 0;
  while (text[i] != wanted) // CHECK: [[@LINE]]: declined read bytes 1: {{.*}}trip count
    i++;
  return i;
}
// CHECK: end of plan
