// SPDX-License-Identifier: MIT
// Loops that pointers count: what is left between two of them, cursors that meet, unrolled searches; lengths about a strip's.
// RUN: %same %s -O1 -O2 -O3 -std=c++17
// RUN: %same %s -O2 -std=c++17 -fno-tree-vectorize
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <numeric>
#include <vector>

#define OUT __attribute__((noinline))

using Numbers = std::vector<double>;
using Indexes = std::vector<std::uint32_t>;

OUT static double reduced(const double *from, const double *to) {
  return std::reduce(from, to, 0.5);
}

OUT static double reduced_by_index(const Numbers &t, const std::uint32_t *from, const std::uint32_t *to) {
  return std::transform_reduce(from, to, 0.25, std::plus<>(), [&](std::uint32_t i) { return t[i] * 2; });
}

OUT static long found(const Numbers &t, const std::uint32_t *from, const std::uint32_t *to, double wanted) {
  return std::find_if(from, to, [&](std::uint32_t i) { return t[i] == wanted; }) - from;
}

OUT static bool equal(const float *a, const float *end, const float *b) {
  return std::equal(a, end, b);
}

OUT static void reversed(double *from, double *to) {
  std::reverse(from, to);
}

// Down as well as up, in steps that leave a rest, and over differences of either sign.
OUT static double downwards(const double *from, const double *at) {
  double sum = 0;
  while (at - from >= 3) {
    at -= 3;
    sum = sum * 0.5 + at[0] - at[2];
  }
  return sum;
}

OUT static long until_less(const std::uint32_t *from, const std::uint32_t *end) {
  long sum = 0;
  for (; end - from > 5; from += 7)
    sum = sum * 3 + *from;
  return sum;
}

OUT static long bytes_left(const char *from, const char *end) {
  long sum = 0;
  do {
    sum = sum * 5 + *from;
    from += 9;
  } while (end - from > 0);
  return sum;
}

// Several cursors, each with an end of its own: either comes to its own first.
OUT static double *merged(const double *a, const double *a_end, const double *b, const double *b_end, double *out) {
  while (a < a_end && b < b_end)
    *out++ = *b < *a ? *b++ * 0.5 : *a++;
  return out;
}

OUT static double joined(const Numbers &t, const std::uint32_t *a, unsigned a_count, const std::uint32_t *b,
                         std::size_t b_count) {
  double sum = 0;
  std::size_t j = 0;
  for (unsigned i = 0; i < a_count && j < b_count;) {
    if (a[i] < b[j])
      i++;
    else if (b[j] < a[i])
      j++;
    else
      sum = sum * 0.75 + t[a[i]], i++, j++;
  }
  return sum;
}

// From behind, and into where one of them stands.
OUT static long merged_back(std::uint32_t *a, long a_last, const std::uint32_t *b, long b_last) {
  long at = a_last + b_last + 1;
  while (a_last >= 0 && b_last >= 0) {
    bool takes_a = a[a_last] > b[b_last];
    a[at--] = takes_a ? a[a_last] : b[b_last];
    (takes_a ? a_last : b_last)--;
  }
  return at;
}

// Cursors that rest most of the time: the loop runs longer than it was guessed to.
OUT static std::uint64_t resting(const Indexes &wide, const std::uint32_t *a, const std::uint32_t *a_end, const std::uint32_t *b,
                                 const std::uint32_t *b_end) {
  std::uint64_t sum = 0, x = static_cast<std::uint64_t>(a_end - a);
  while (a < a_end && b < b_end) {
    x = x * 6364136223846793005u + 1442695040888963407u;
    sum += wide[(*a + *b + (x >> 40)) % wide.size()];
    if ((x >> 33 & 31) == 0)
      a++;
    else if ((x >> 35 & 63) == 0)
      b++;
  }
  return sum;
}

int main() {
  const std::uint32_t COUNT = 2000;
  Numbers t(COUNT);
  Indexes k(COUNT);
  std::vector<float> a(COUNT), b(COUNT);
  std::vector<char> text(COUNT + 9);
  for (std::uint32_t i = 0; i < COUNT; i++) {
    t[i] = i * 0.37;
    k[i] = i * 7919 % COUNT;
    a[i] = b[i] = static_cast<float>(i) / 3;
    text[i] = static_cast<char>(i * 31);
  }
  Indexes wide(1 << 15);
  std::iota(wide.begin(), wide.end(), 5u);
  std::uint64_t digest = 0;
  for (std::uint32_t n = 0; n <= COUNT; n += n < 40 ? 1 : 97) {
    double sums[] = {reduced(t.data(), t.data() + n), reduced_by_index(t, k.data(), k.data() + n),
                     downwards(t.data(), t.data() + n)};
    long numbers[] = {found(t, k.data(), k.data() + n, t[k[n / 2]]), found(t, k.data(), k.data() + n, -1),
                      until_less(k.data(), k.data() + n), bytes_left(text.data(), text.data() + n)};
    b[n / 3] += 1;
    bool same = equal(a.data(), a.data() + n, b.data());
    b[n / 3] = a[n / 3];
    std::printf("%u: %a %a %a %ld %ld %ld %ld %d %d\n", n, sums[0], sums[1], sums[2], numbers[0], numbers[1], numbers[2],
                numbers[3], same, equal(a.data(), a.data() + n, b.data()));
    Indexes sorted(k.begin(), k.begin() + n), other(k.begin() + n / 2, k.begin() + n / 2 + n / 3);
    std::sort(sorted.begin(), sorted.end());
    std::sort(other.begin(), other.end());
    Numbers both(2 * COUNT);
    long length = merged(t.data(), t.data() + n, t.data() + n / 4, t.data() + n / 2, both.data()) - both.data();
    double sum = joined(t, sorted.data(), n, other.data(), other.size());
    sorted.resize(sorted.size() + other.size());
    long rest = merged_back(sorted.data(), n - 1L, other.data(), static_cast<long>(other.size()) - 1);
    std::printf("%ld %a %ld %a %u\n", length, std::accumulate(both.begin(), both.end(), 0.0), rest, sum,
                std::accumulate(sorted.begin(), sorted.end(), 0u, [](unsigned a, unsigned b) { return a * 31 + b; }));
    digest += resting(wide, k.data(), k.data() + n, k.data() + n / 2, k.data() + COUNT);
    reversed(t.data(), t.data() + n);
    for (std::uint32_t i = 0; i < COUNT; i++)
      digest = digest * 31 + static_cast<std::uint64_t>(t[i] * 100);
  }
  std::printf("%llu\n", static_cast<unsigned long long>(digest));
}
