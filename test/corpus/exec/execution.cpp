// SPDX-License-Identifier: MIT
// The parallel algorithms of C++17: what a thread gets of a range is a loop as any.
// RUN: %same --expect strips,gathered %s -std=c++17 -O2 -O3 -pthread --link=-ltbb
// REQUIRES: tbb
// UNSUPPORTED: unusable_tbb
#include <algorithm>
#include <cstdio>
#include <execution>
#include <functional>
#include <numeric>
#include <vector>

int main() {
  std::vector<long> table(1 << 16), out(20000);
  std::vector<unsigned> order(out.size());
  for (size_t i = 0; i < table.size(); i++)
    table[i] = static_cast<long>(i * 7 % 1009);
  for (size_t i = 0; i < order.size(); i++)
    order[i] = static_cast<unsigned>(i * 7919 % table.size());
  std::transform(std::execution::par, order.begin(), order.end(), out.begin(), [&](unsigned k) { return 2 * table[k]; });
  std::for_each(std::execution::par_unseq, out.begin(), out.end(), [](long &value) { value += 1; });
  std::transform(std::execution::unseq, order.begin(), order.end(), out.begin(), out.begin(),
                 [&](unsigned k, long value) { return value + table[k]; });
  long sum = std::transform_reduce(std::execution::par, order.begin(), order.end(), 0L, std::plus<>(),
                                   [&](unsigned k) { return table[k]; });
  std::sort(std::execution::par, out.begin(), out.end());
  std::printf("%ld %ld %ld\n", sum, std::accumulate(out.begin(), out.end(), 0L), out[777]);
}
