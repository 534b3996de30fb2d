// SPDX-License-Identifier: MIT
// PAGEPREFETCH_OFF on a declaration, a member function and a template counts like on the definition.
// RUN: %identical %s -O2
#include "pageprefetch.h"

PAGEPREFETCH_OFF long declared(const long *a, long n);

long declared(const long *a, long n) {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[i];
  return sum;
}

struct Table {
  const long *values;
  PAGEPREFETCH_OFF long gather(const unsigned *b, long n) const;
};

long Table::gather(const unsigned *b, long n) const {
  long sum = 0;
  for (long i = 0; i < n; i++)
    sum += values[b[i]];
  return sum;
}

template <typename T> PAGEPREFETCH_OFF T total(const T *a, long n) {
  T sum = 0;
  for (long i = 0; i < n; i++)
    sum += a[i];
  return sum;
}
template int total(const int *, long);
