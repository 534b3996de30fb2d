// SPDX-License-Identifier: MIT
// C++: algorithms with lambdas, ranges, exceptions that leave loops, coroutines.
// RUN: %streams %s
#include "oracle_containers.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <numeric>
#include <stdexcept>
#include <string>
#include <unordered_set>

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

LOOP uint64_t compacted(Words &t) {
  return uint64_t(std::remove_if(t.begin(), t.end(), [](uint64_t x) { return x % 3 == 0; }) - t.begin());
}
CASE(compacted) {
  VECTOR(uint64_t, t, T);
  std::iota(t.begin(), t.end(), 0);
  RUN(oracle_sink = compacted(t));
  EXPECT(t.data(), 99, 1);
}

LOOP void copied_if(const Indexes &k, Words &t, Indexes &out) {
  std::copy_if(k.begin(), k.end(), std::back_inserter(out), [&](uint32_t i) { return t[i] == 0; });
}
CASE(copied_if) {
  VECTOR(uint64_t, t, T);
  INDEXES(k, N, T);
  Indexes out;
  RUN(copied_if(k, t, out));
  EXPECT(t.data(), 98, 1);
  EXPECT(k.data(), 99, 1);
}

LOOP bool all_of_them(const Words &t, const Indexes &k) {
  return std::all_of(k.begin(), k.end(), [&](uint32_t i) { return t[i] < 9; });
}
GATHER(all_of_them)

LOOP double reduced(const std::vector<double> &t) {
  return std::reduce(t.begin(), t.end());
}
CASE(reduced) {
  VECTOR(double, t, T);
  RUN(oracle_sink = uint64_t(reduced(t)));
  EXPECT(t.data(), 99, 1);
}

LOOP double transform_reduced(const std::vector<double> &t, const Indexes &k) {
  return std::transform_reduce(k.begin(), k.end(), 0.0, std::plus<>(), [&](uint32_t i) { return t[i] * t[i]; });
}
CASE(transform_reduced) {
  VECTOR(double, t, T);
  INDEXES(k, N, T);
  RUN(oracle_sink = uint64_t(transform_reduced(t, k)));
  EXPECT(t.data(), 98, 1);
}

LOOP bool equal_texts(const std::vector<float> &a, const std::vector<float> &b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}
CASE(equal_texts) {
  VECTOR(float, a, T);
  VECTOR(float, b, T);
  RUN(oracle_sink = equal_texts(a, b));
  EXPECT(a.data(), 99, 1);
  EXPECT(b.data(), 99, 1);
}

LOOP void reversed(Words &t) {
  std::reverse(t.begin(), t.end());
}
CASE(reversed) {
  VECTOR(uint64_t, t, T);
  RUN(reversed(t));
  EXPECT(t.data(), 98, 1);
}

LOOP void generated(Indexes &k, uint32_t seed) {
  std::generate(k.begin(), k.end(), [seed]() mutable { return seed = seed * 1664525u + 1013904223u; });
}
CASE(generated) {
  VECTOR(uint32_t, k, T);
  RUN(generated(k, 7));
  EXPECT(k.data(), 99, 1);
}

LOOP uint64_t steps_up(const Words &t) {
  uint64_t s = 0;
  for (auto at = t.begin(); (at = std::adjacent_find(at, t.end(), std::greater<>())) != t.end(); ++at)
    s++;
  return s;
}
CASE(steps_up) {
  VECTOR(uint64_t, t, T);
  RUN(oracle_sink = steps_up(t));
  EXPECT(t.data(), 99, 1);
}

struct Key {
  uint64_t at;
  uint32_t rank, more;
};
LOOP uint64_t upper_bounds(const std::vector<Key> &keys, const Words &wanted) {
  uint64_t s = 0;
  for (auto w : wanted) {
    auto found = std::upper_bound(keys.begin(), keys.end(), w, [](uint64_t value, const Key &key) { return value < key.at; });
    if (found != keys.end())
      s += found->rank;
  }
  return s;
}
CASE(upper_bounds) {
  VECTOR(Key, keys, T / 2);
  for (size_t i = 0; i < keys.size(); i++)
    keys[i].at = i;
  VECTOR(uint64_t, wanted, N);
  oracle_fill_u64(wanted.data(), N, T / 2);
  RUN(oracle_sink = upper_bounds(keys, wanted));
  EXPECT(keys.data(), 98, 1);
}

LOOP uint64_t tree_of_std(const std::map<uint32_t, uint32_t> &tree, const Indexes &k) {
  uint64_t s = 0;
  for (auto i : k)
    if (auto found = tree.find(i); found != tree.end())
      s += found->second;
  return s;
}
CASE(tree_of_std) {
  Heap nodes("nodes", 20000 * 48);
  std::map<uint32_t, uint32_t> tree;
  for (uint32_t i = 0; i < 20000; i++)
    tree[i * 7919 % 20011] = i;
  nodes.close();
  INDEXES(k, N, 20011);
  RUN(oracle_sink = tree_of_std(tree, k));
  EXPECT(nodes.memory, 98, 1);
}

LOOP uint64_t known_members(const std::unordered_set<uint32_t> &set, const Indexes &k) {
  uint64_t s = 0;
  for (auto i : k)
    s += set.count(i);
  return s;
}
CASE(known_members) {
  Heap nodes("nodes", 100000 * 32);
  std::unordered_set<uint32_t> set;
  set.reserve(50000);
  for (uint32_t i = 0; i < 50000; i++)
    set.insert(i * 7919 % 1000003);
  nodes.close();
  INDEXES(k, N, 1000003);
  RUN(oracle_sink = known_members(set, k));
  EXPECT(nodes.memory, 95, 1);
}

// The sum is the caller's, and so is the bound.
LOOP uint64_t captured_bound(const Words &t, const Indexes &k) {
  uint64_t s = 0;
  size_t n = k.size();
  auto run = [&]() {
    for (size_t i = 0; i < n; i++)
      s += t[k[i]];
  };
  run();
  return s;
}
GATHER(captured_bound)

template <typename Less> LOOP uint64_t by_comparator(const Words &t, const Indexes &k, Less less) {
  uint32_t best = k[0];
  for (size_t i = 1; i < k.size(); i++)
    if (less(t[k[i]], t[best]))
      best = k[i];
  return best;
}
static uint64_t best_index(const Words &t, const Indexes &k) {
  return by_comparator(t, k, std::greater<uint64_t>());
}
GATHER(best_index)

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

LOOP uint64_t view_join(const std::vector<std::vector<uint32_t>> &rows) {
  uint64_t s = 0;
  for (auto x : rows | views::join)
    s += x;
  return s;
}
CASE(view_join) {
  VECTOR(std::vector<uint32_t>, rows, 500);
  Heap cells("cells", 500 * 4 * 1024);
  for (auto &row : rows)
    row.resize(300 + oracle_random() % 700);
  cells.close();
  RUN(oracle_sink = view_join(rows));
  EXPECT(cells.memory, 98, 3);
}

LOOP uint64_t view_take_while(const Words &t, const Indexes &k) {
  uint64_t s = 0;
  for (auto i : k | views::take_while([&](uint32_t i) { return t[i] != 5; }))
    s += i;
  return s;
}
GATHER(view_take_while)

LOOP uint64_t ranges_find(const Words &t, const Indexes &k) {
  return uint64_t(std::ranges::find_if(
                      k, [](uint64_t x) { return x == 3; }, [&](uint32_t i) { return t[i]; }) -
                  k.begin());
}
GATHER(ranges_find)

LOOP void ranges_copy(const Words &t, Words &out) {
  std::ranges::copy(t | views::transform([](uint64_t x) { return x * 3; }), out.begin());
}
CASE(ranges_copy) {
  VECTOR(uint64_t, t, T);
  VECTOR(uint64_t, out, T);
  RUN(ranges_copy(t, out));
  EXPECT(t.data(), 99, 1);
  EXPECT(out.data(), 99, 1);
}

LOOP uint64_t ranges_max(const std::vector<Row> &rows) {
  return std::ranges::max_element(rows, {}, &Row::weight)->index;
}
CASE(ranges_max) {
  VECTOR(Row, rows, T);
  RUN(oracle_sink = ranges_max(rows));
  EXPECT(rows.data(), 99, 1);
}

LOOP uint64_t ranges_bounds(const Words &t, const Words &keys) {
  uint64_t s = 0;
  for (auto key : keys)
    s += std::ranges::binary_search(t, key);
  return s;
}
CASE(ranges_bounds) {
  VECTOR(uint64_t, t, T);
  std::iota(t.begin(), t.end(), 0);
  VECTOR(uint64_t, keys, N);
  oracle_fill_u64(keys.data(), N, T);
  RUN(oracle_sink = ranges_bounds(t, keys));
  EXPECT(t.data(), 98, 1);
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
