// SPDX-License-Identifier: MIT
// A C++ program built without the library: runs alone, and LD_PRELOAD switches its hints on, also of inline functions that several
// objects define, and of templates.
// REQUIRES: runtime
// RUN: %cxx -O2 %plugin %pp_option:min-footprint=1 -c %s -o %t.1.o
// RUN: %cxx -O2 %plugin %pp_option:min-footprint=1 -DSECOND -c %s -o %t.2.o
// RUN: %cxx %t.1.o %t.2.o -o %t
// RUN: %cxx -O2 %s -DALONE -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: env PAGEPREFETCH_STATS=%t.none.json %t > %t.out && diff %t.expected %t.out
// RUN: env PAGEPREFETCH=always PAGEPREFETCH_STATS=%t.json LD_PRELOAD=%preload %t > %t.out && diff %t.expected %t.out
// RUN: %stats %t.json | %filecheck %s
// RUN: env LD_PRELOAD=%torture_file PP_TORTURE=strip=1,ahead=1 %t > %t.out && diff %t.expected %t.out
// RUN: env LD_PRELOAD=%torture_file PP_TORTURE=strip=random,ahead=random %t > %t.out && diff %t.expected %t.out
// CHECK: sites with hints: {{[1-9]}}
#include <cstdio>
#include <vector>

template <class Value> __attribute__((noinline)) Value gather(const std::vector<Value> &values, const std::vector<unsigned> &order) {
  Value sum = 0;
  for (unsigned at : order)
    sum = sum * 3 + values[at];
  return sum;
}

inline __attribute__((noinline)) long both(const std::vector<long> &values) {
  long sum = 0;
  for (long value : values)
    sum = sum * 5 + value;
  return sum;
}

long second(const std::vector<long> &values, const std::vector<unsigned> &order);

#if defined(SECOND) || defined(ALONE)
long second(const std::vector<long> &values, const std::vector<unsigned> &order) {
  return gather(values, order) ^ both(values);
}
#endif

#ifndef SECOND
int main() {
  std::vector<long> values(30000);
  std::vector<unsigned> order(30000);
  for (unsigned i = 0; i < values.size(); i++) {
    values[i] = long(i) * i % 1009;
    order[i] = unsigned(i * 7919ul % values.size());
  }
  std::printf("%ld %ld %ld\n", gather(values, order), both(values), second(values, order));
  return 0;
}
#endif
