// SPDX-License-Identifier: MIT
// C++ loops that vectorise must go on doing so.
// RUN: %vectorised --least 3 %s -O2 -O3
#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

void scale(std::vector<float> &a, float k) {
  for (float &x : a)
    x *= k;
}

long total(const std::vector<int> &a) {
  long sum = 0;
  for (int x : a)
    sum += x;
  return sum;
}

void add(std::vector<int> &a, const std::vector<int> &b) {
  int *__restrict p = a.data();
  const int *__restrict q = b.data();
  for (std::size_t i = 0, n = a.size(); i < n; i++)
    p[i] += q[i];
}

void transform(std::vector<int> &a) {
  std::transform(a.begin(), a.end(), a.begin(), [](int x) { return x * 3 + 1; });
}

long accumulate(const std::vector<long> &a) {
  return std::accumulate(a.begin(), a.end(), 0L);
}
