// SPDX-License-Identifier: MIT
// OpenMP in C++: loops over iterators and containers, in lambdas and templates, with exceptions inside of an iteration.
// RUN: %same --expect strips,gathered --option min-footprint=262144 %s -O2 -O3 -fopenmp %openmp
// REQUIRES: openmp
#include <cstdio>
#include <stdexcept>
#include <vector>

#ifdef NO_DYNAMIC // clang 19 with an older libomp, which lacks what it calls
#define DYNAMIC schedule(static)
#else
#define DYNAMIC schedule(dynamic)
#endif

template <typename Number> __attribute__((noinline)) Number sum(const std::vector<Number> &table, const std::vector<int> &order) {
  Number all = 0;
#pragma omp parallel for reduction(+ : all) num_threads(3) DYNAMIC
  for (auto at = order.begin(); at < order.end(); ++at)
    all += table[*at];
  return all;
}

__attribute__((noinline)) static long checked(const std::vector<long> &table, const std::vector<int> &order) {
  long all = 0, beyond = 0;
#pragma omp parallel for reduction(+ : all, beyond) num_threads(2) DYNAMIC
  for (size_t i = 0; i < order.size(); i++)
    try {
      all += table.at(order[i] + i % 2 * 100);
    } catch (const std::out_of_range &) {
      beyond++;
    }
  return all * 3 + beyond;
}

__attribute__((noinline)) static void each(std::vector<long> &out, const std::vector<long> &table,
                                           const std::vector<int> &order) {
  auto one = [&](size_t i) { out[i] += table[order[i]]; };
#pragma omp parallel for num_threads(3) schedule(static)
  for (size_t i = 0; i < order.size(); i++)
    one(i);
}

int main() {
  std::vector<long> table(1 << 16), out(4000);
  std::vector<unsigned> small(1 << 16);
  std::vector<int> order(4000);
  for (size_t i = 0; i < table.size(); i++) {
    table[i] = static_cast<long>(i * 7 % 1009);
    small[i] = static_cast<unsigned>(i * 13 % 1013);
  }
  for (size_t i = 0; i < order.size(); i++)
    order[i] = static_cast<int>(i * 7919 % table.size());
  each(out, table, order);
  std::printf("%ld %u %ld %ld\n", sum(table, order), sum(small, order), checked(table, order), out[3999]);
}
