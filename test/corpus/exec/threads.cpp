// SPDX-License-Identifier: MIT
// std::thread and std::async: each thread runs a function over its part, as a loop of its own; atomics between them.
// RUN: %same --expect strips,affine,gathered %s -O2 -O3 -pthread
#include <atomic>
#include <cstdio>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <vector>

static const size_t Size = 12000, Parts = 3;
static std::vector<long> table(1 << 16);
static std::vector<unsigned> order(Size);

__attribute__((noinline)) static void part(size_t first, size_t last, long *out) {
  for (size_t i = first; i < last; i++)
    out[i] = table[order[i]] * 3;
}

__attribute__((noinline)) static long summed(const long *out, size_t first, size_t last) {
  long sum = 0;
  for (size_t i = first; i < last; i++)
    sum += out[i];
  return sum;
}

// Threads draw indices one by one from a counter that they share: no loop that knows where it goes.
__attribute__((noinline)) static void drawn(std::atomic<size_t> &next, std::atomic<long> *counts) {
  for (size_t i = next++; i < Size; i = next++)
    counts[order[i] % 1024].fetch_add(table[order[i]], std::memory_order_relaxed);
}

int main() {
  for (size_t i = 0; i < table.size(); i++)
    table[i] = static_cast<long>(i * 7 % 1009);
  for (size_t i = 0; i < Size; i++)
    order[i] = static_cast<unsigned>(i * 7919 % table.size());
  std::vector<long> out(Size);
  std::vector<std::thread> threads;
  for (size_t p = 0; p < Parts; p++)
    threads.emplace_back(part, p * Size / Parts, (p + 1) * Size / Parts, out.data());
  for (std::thread &thread : threads)
    thread.join();
  std::vector<std::future<long>> sums;
  for (size_t p = 0; p < Parts; p++)
    sums.push_back(std::async(std::launch::async, summed, out.data(), p * Size / Parts, (p + 1) * Size / Parts));
  long all = 0;
  for (std::future<long> &sum : sums)
    all += sum.get();
  std::atomic<size_t> next{0};
  std::unique_ptr<std::atomic<long>[]> counts(new std::atomic<long>[1024]());
  std::thread one(drawn, std::ref(next), counts.get()), other(drawn, std::ref(next), counts.get());
  one.join();
  other.join();
  for (size_t i = 0; i < 1024; i++)
    all = all * 3 + counts[i].load();
  std::printf("%ld\n", all);
}
