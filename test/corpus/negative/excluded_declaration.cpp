// SPDX-License-Identifier: MIT
// PAGEPREFETCH_OFF on a declaration, a member function and a template counts like on the definition.
// RUN: %identical %s -O2
// RUN: %identical --differs %s -O2 -DONLY=1
// RUN: %identical --differs %s -O2 -DONLY=2
// RUN: %identical --differs %s -O2 -DONLY=3
#include "pageprefetch.h"

// Without its attribute each of them is hinted.
#ifndef ONLY
#define ONLY 0
#endif
#if ONLY == 1
#define OFF1
#else
#define OFF1 PAGEPREFETCH_OFF
#endif
#if ONLY == 2
#define OFF2
#else
#define OFF2 PAGEPREFETCH_OFF
#endif
#if ONLY == 3
#define OFF3
#else
#define OFF3 PAGEPREFETCH_OFF
#endif

OFF1 long declared(const long *a, long n);

long declared(const long *a, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[i];
  return sum;
}

struct Table {
  const long *values;
  OFF2 long gather(const unsigned *b, long n) const;
};

long Table::gather(const unsigned *b, long n) const {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += values[b[i]];
  return sum;
}

template <typename T> OFF3 T total(const T *a, long n) {
  T sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[i];
  return sum;
}
template int total(const int *, long);
