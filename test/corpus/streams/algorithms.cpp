// SPDX-License-Identifier: MIT
// C++: algorithms with lambdas, ranges, exceptions that leave loops, coroutines.
// RUN: %streams %s
#include "oracle_containers.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <string>

// Clang 14 has neither coroutines in the language nor a front end that reads libstdc++'s ranges.
#if !defined(__clang__) || __clang_major__ >= 16
#define RANGES
#include <coroutine>
#include <ranges>
#endif

enum : long { N = 3000, T = 1 << 18 };

// Algorithms and lambdas.
LOOP uint64_t accumulated(const Words &t, const Indexes &k) {
  return std::accumulate(k.begin(), k.end(), uint64_t(0), [&](uint64_t s, uint32_t i) { return s * 3 + t[i]; });
}
GATHER(accumulated)

LOOP uint64_t for_each_lambda(const Words &t, const Indexes &k) {
  uint64_t s = 0;
  std::for_each(k.begin(), k.end(), [&](uint32_t i) {
    if (i & 1)
      return;
    s += t[i];
  });
  return s;
}
GATHER(for_each_lambda)

LOOP uint64_t for_each_counts(Words &counts, const Indexes &k) {
  std::for_each(k.begin(), k.end(), [&counts](uint32_t i) { ++counts[i]; });
  return counts[0];
}
GATHER(for_each_counts)

LOOP void transformed(std::vector<double> &out, const Words &t, const Indexes &k) {
  std::transform(k.begin(), k.end(), out.begin(), [&t](uint32_t i) { return double(t[i]) / 2; });
}
CASE(transformed) {
  VECTOR(double, out, N);
  VECTOR(uint64_t, t, T);
  INDEXES(k, N, T);
  RUN(transformed(out, t, k));
  EXPECT(out.data(), 99, 1);
  EXPECT(t.data(), 98, 1);
}

LOOP uint64_t inner_product(const std::vector<float> &a, const std::vector<float> &b) {
  return uint64_t(std::inner_product(a.begin(), a.end(), b.begin(), 0.0f));
}
CASE(inner_product) {
  VECTOR(float, a, T);
  VECTOR(float, b, T);
  RUN(oracle_sink = inner_product(a, b));
  EXPECT(a.data(), 99, 1);
  EXPECT(b.data(), 99, 1);
}

LOOP uint64_t counted_if(const Words &t, const Indexes &k) {
  return uint64_t(std::count_if(k.begin(), k.end(), [&](uint32_t i) { return t[i] > 5; }));
}
GATHER(counted_if)

LOOP uint64_t found_if(const Words &t, const Indexes &k) {
  return uint64_t(std::find_if(k.begin(), k.end(), [&](uint32_t i) { return t[i] == 1; }) - k.begin());
}
GATHER(found_if)

LOOP uint64_t least_element(const Words &t) {
  return uint64_t(std::min_element(t.begin(), t.end()) - t.begin());
}
OVER_WORDS(least_element)

LOOP uint64_t running_sums(Words &t) {
  std::partial_sum(t.begin(), t.end(), t.begin());
  return t.back();
}
OVER_WORDS(running_sums)

LOOP uint64_t lower_bounds(const Words &t, const Words &keys) {
  uint64_t s = 0;
  for (auto key : keys)
    s += uint64_t(std::lower_bound(t.begin(), t.end(), key) - t.begin());
  return s;
}
CASE(lower_bounds) {
  VECTOR(uint64_t, t, T);
  std::iota(t.begin(), t.end(), 0);
  VECTOR(uint64_t, keys, N);
  oracle_fill_u64(keys.data(), N, T);
  RUN(oracle_sink = lower_bounds(t, keys));
  EXPECT(t.data(), 98, 1);
}

LOOP uint64_t sorted_then_read(const Words &t, Indexes &k) {
  std::sort(k.begin(), k.end());
  uint64_t s = 0;
  for (auto i : k)
    s += t[i];
  return s;
}
CASE(sorted_then_read) {
  VECTOR(uint64_t, t, T);
  INDEXES(k, N, T);
  RUN(oracle_sink = sorted_then_read(t, k));
  EXPECT(t.data(), 98, 1);
}

// The lists that are merged advance as their values say.
LOOP uint64_t intersected(const Indexes &a, const Indexes &b, Indexes &out) {
  return uint64_t(std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), out.begin()) - out.begin());
}
CASE(intersected) {
  VECTOR(uint32_t, a, T);
  VECTOR(uint32_t, b, T);
  VECTOR(uint32_t, out, T);
  for (uint32_t i = 0; i < T; i++)
    a[i] = 2 * i, b[i] = 3 * i;
  RUN(oracle_sink = intersected(a, b, out));
  EXPECT(a.data(), 98, 1);
  EXPECT(b.data(), 98, 50);
}

LOOP uint64_t by_function(const Indexes &k, const std::function<uint64_t(uint32_t)> &of) {
  uint64_t s = 0;
  for (auto i : k)
    s += of(i);
  return s;
}
CASE(by_function) {
  VECTOR(uint64_t, t, T);
  INDEXES(k, T, T);
  RUN(oracle_sink = by_function(k, [&t](uint32_t i) { return t[i]; }));
  EXPECT(k.data(), 99, 1);
}

// Exceptions that leave the loop, and what might throw in it.
LOOP uint64_t checked_at(const Words &t, const Indexes &k) {
  uint64_t s = 0;
  for (size_t i = 0; i < k.size(); i++)
    s += t.at(k.at(i));
  return s;
}
GATHER(checked_at)

LOOP uint64_t throws_out(const Words &t, const Indexes &k) {
  uint64_t s = 0;
  for (auto i : k) {
    if (t[i] == UINT64_MAX)
      throw std::runtime_error("a hole in the table");
    s += t[i];
  }
  return s;
}
GATHER(throws_out)

LOOP uint64_t caught_outside(const Words &t, const Indexes &k) {
  uint64_t s = 0;
  try {
    for (auto i : k) {
      if (i >= t.size())
        throw i;
      s += t[i];
    }
  } catch (uint32_t i) {
    s = i;
  }
  return s;
}
GATHER(caught_outside)

static LOOP uint64_t parsed(uint64_t word) {
  if (word == 77)
    throw std::invalid_argument("word");
  return word * 3;
}
LOOP uint64_t caught_inside(const Words &t, const Indexes &k) {
  uint64_t s = 0;
  for (auto i : k)
    try {
      s += parsed(t[i]);
    } catch (const std::exception &) {
      s++;
    }
  return s;
}
GATHER(caught_inside)

LOOP uint64_t destroyed_inside(const Words &t, const Indexes &k) {
  uint64_t s = 0;
  for (auto i : k) {
    std::string label("a long label that does not fit into the string itself");
    s += t[i] + label.size();
  }
  return s;
}
CASE(destroyed_inside) {
  VECTOR(uint64_t, t, T);
  INDEXES(k, N, T);
  RUN(oracle_sink = destroyed_inside(t, k));
  EXPECT(t.data(), 98, 1);
}

LOOP void pushed_back(const Words &t, const Indexes &k, Words &out) {
  for (auto i : k)
    if (t[i] % 2 == 0)
      out.push_back(t[i]);
}
CASE(pushed_back) {
  VECTOR(uint64_t, t, T);
  INDEXES(k, N, T);
  Words out;
  RUN(pushed_back(t, k, out));
  EXPECT(t.data(), 98, 1);
  EXPECT(k.data(), 99, 1);
}

#ifdef RANGES
namespace views = std::views;

LOOP uint64_t ranges_for_each(const Words &t, const Indexes &k) {
  uint64_t s = 0;
  std::ranges::for_each(k, [&](uint32_t i) { s += t[i]; });
  return s;
}
GATHER(ranges_for_each)

struct Row {
  uint32_t index, weight;
};
LOOP uint64_t ranges_count(const std::vector<Row> &rows) {
  return uint64_t(std::ranges::count(rows, 3u, &Row::weight));
}
CASE(ranges_count) {
  VECTOR(Row, rows, T);
  RUN(oracle_sink = ranges_count(rows));
  EXPECT(rows.data(), 99, 1);
}

LOOP uint64_t view_transform(const Words &t, const Indexes &k) {
  uint64_t s = 0;
  for (auto x : k | views::transform([&](uint32_t i) { return t[i]; }))
    s += x;
  return s;
}
GATHER(view_transform)

LOOP uint64_t view_filter(const Words &t, const Indexes &k) {
  uint64_t s = 0;
  for (auto i : k | views::filter([](uint32_t i) { return i % 3; }))
    s += t[i];
  return s;
}
GATHER(view_filter)

LOOP uint64_t view_filter_transform(const Words &t, const Indexes &k) {
  uint64_t s = 0;
  auto chosen = k | views::filter([](uint32_t i) { return i % 3; }) | views::transform([&](uint32_t i) { return t[i] * 2; });
  for (auto x : chosen)
    s += x;
  return s;
}
GATHER(view_filter_transform)

LOOP uint64_t view_iota(const Words &t, const Indexes &k) {
  uint64_t s = 0;
  for (auto i : views::iota(size_t(0), k.size()))
    s += t[k[i]];
  return s;
}
GATHER(view_iota)

LOOP uint64_t view_take_drop(const Words &t, const Indexes &k) {
  uint64_t s = 0;
  for (auto i : k | views::drop(1) | views::take(N - 2))
    s += t[i];
  return s;
}
GATHER(view_take_drop)

LOOP uint64_t view_reverse(const Words &t, const Indexes &k) {
  uint64_t s = 0;
  for (auto i : k | views::reverse)
    s = s * 3 + t[i];
  return s;
}
GATHER(view_reverse)

LOOP uint64_t view_elements(const Words &t, const std::vector<std::pair<uint32_t, uint32_t>> &pairs) {
  uint64_t s = 0;
  for (auto i : pairs | views::values)
    s += t[i];
  return s;
}
CASE(view_elements) {
  VECTOR(uint64_t, t, T);
  using Pair = std::pair<uint32_t, uint32_t>;
  VECTOR(Pair, pairs, N);
  for (auto &pair : pairs)
    pair.second = uint32_t(oracle_random() % T);
  RUN(oracle_sink = view_elements(t, pairs));
  EXPECT(t.data(), 98, 1);
  EXPECT(pairs.data(), 99, 1);
}

// A coroutine that yields what it loads, and a loop that takes it: the loop is the coroutine's.
struct Generator {
  struct promise_type {
    uint64_t value;
    Generator get_return_object() {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_always initial_suspend() noexcept {
      return {};
    }
    std::suspend_always final_suspend() noexcept {
      return {};
    }
    std::suspend_always yield_value(uint64_t next) {
      return value = next, std::suspend_always();
    }
    void return_void() {}
    void unhandled_exception() {
      throw;
    }
  };
  std::coroutine_handle<promise_type> handle;
  bool next() {
    return handle.resume(), !handle.done();
  }
};
static Generator values(const Words &t, const Indexes &k) {
  for (auto i : k)
    co_yield t[i];
}
LOOP uint64_t coroutine_yields(const Words &t, const Indexes &k) {
  uint64_t s = 0;
  auto generator = values(t, k);
  while (generator.next())
    s += generator.handle.promise().value;
  generator.handle.destroy();
  return s;
}
GATHER(coroutine_yields)

// A coroutine that does a batch between two suspensions.
static Generator batches(const Words &t, const Indexes &k) {
  for (size_t from = 0; from < k.size(); from += 1000) {
    uint64_t s = 0;
    for (size_t i = from; i < std::min(from + 1000, k.size()); i++)
      s += t[k[i]];
    co_yield s;
  }
}
LOOP uint64_t coroutine_batches(const Words &t, const Indexes &k) {
  uint64_t s = 0;
  auto generator = batches(t, k);
  while (generator.next())
    s += generator.handle.promise().value;
  generator.handle.destroy();
  return s;
}
GATHER(coroutine_batches)
#endif
