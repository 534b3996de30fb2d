// SPDX-License-Identifier: MIT
// Exceptions thrown out of instrumented loops, caught and rethrown; destructors run in order; containers and algorithms.
// RUN: %same %s -O1 -O2 -O3 -std=c++17
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <numeric>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

struct Counter {
  long &ended;
  explicit Counter(long &where) : ended(where) {}
  ~Counter() { ended++; }
};

static long at_checked(const std::vector<long> &values, const std::vector<std::uint32_t> &index) {
  long sum = 0;
  for (std::uint32_t i : index)
    sum += values.at(i);
  return sum;
}

static long thrown_from_the_middle(const long *values, long n, long limit, long &ended) {
  long sum = 0;
  for (long i = 0; i < n; i++) {
    Counter counter(ended);
    sum += values[i];
    if (sum > limit)
      throw sum;
  }
  return sum;
}

__attribute__((noinline)) static void may_throw(long value) {
  if (value % 1000 == 999)
    throw std::runtime_error(std::to_string(value));
}

static long throwing_call(const std::vector<long> &values, const std::vector<std::uint32_t> &index) {
  long sum = 0;
  try {
    for (std::size_t i = 0; i < index.size(); i++) {
      may_throw(sum);
      sum += values[index[i]];
    }
  } catch (const std::runtime_error &error) {
    std::printf("caught %s\n", error.what());
    sum = -sum;
  }
  return sum;
}

int main() {
  std::vector<long> values(5000);
  std::vector<std::uint32_t> index(5000);
  std::iota(values.begin(), values.end(), 3);
  for (std::size_t i = 0; i < index.size(); i++)
    index[i] = static_cast<std::uint32_t>(i * 7919 % index.size());
  std::printf("%ld\n", at_checked(values, index));
  index[4000] = 5000;
  try {
    std::printf("%ld\n", at_checked(values, index));
  } catch (const std::out_of_range &) {
    std::printf("out of range\n");
  }
  index[4000] = 1;
  for (long limit : {0L, 100L, 1000000L, 1L << 40}) {
    long ended = 0;
    try {
      std::printf("%ld\n", thrown_from_the_middle(values.data(), static_cast<long>(values.size()), limit, ended));
    } catch (long sum) {
      std::printf("thrown %ld\n", sum);
    }
    std::printf("ended %ld\n", ended);
  }
  std::printf("%ld\n", throwing_call(values, index));
  std::sort(values.begin(), values.end(), [](long a, long b) { return a % 101 < b % 101 || (a % 101 == b % 101 && a < b); });
  std::unordered_map<long, long> counts;
  for (long value : values)
    counts[value % 77]++;
  std::string text(3000, 'a');
  std::transform(text.begin(), text.end(), values.begin(), text.begin(), [](char c, long v) { return char(c + v % 26); });
  std::printf("%ld %ld %s\n", values[1234], counts[5], text.substr(0, 60).c_str());
  std::vector<std::vector<int>> table(70, std::vector<int>(90, 2));
  long sum = 0;
  for (const auto &row : table)
    for (int cell : row)
      sum += cell;
  std::printf("%ld %ld\n", sum, std::accumulate(values.begin(), values.end(), 0L));
  return 0;
}
