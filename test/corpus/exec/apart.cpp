// SPDX-License-Identifier: MIT
// Short loops whose strips run in a function apart: what leaves it (several values, of all kinds, or none), by which way (the loop's
// end, a break, a return, a jump, an exception), and what must stay in the function (its own memory, volatile or not).
// RUN: %same %s -O1 -O2 -O3 -std=c++17
// RUN: %same %s -O2 -std=c++17 -g -fstack-protector-strong -fno-omit-frame-pointer
// RUN: %same %s -O2 -std=c++17 -march=haswell
#include <cstdint>
#include <cstdio>
#include <stdexcept>

#define OUT __attribute__((noinline))

static const int COUNT = 3000;
static long values[COUNT];
static std::uint32_t order[COUNT];
static double reals[COUNT];
static float singles[COUNT];

OUT static double several(int n, double *most, float *product, long *sum, unsigned char *folded, double *least) {
  double total = 0, high = -1e9, low = 1e9;
  float times = 1;
  long all = 0;
  unsigned char bits = 0;
  for (int i = 0; i < n; i++) {
    std::uint32_t at = order[i];
    total += reals[at] * singles[i];
    high = reals[at] > high ? reals[at] : high;
    low = reals[at] < low ? reals[at] : low;
    times = times * singles[at] + 1;
    all += values[at];
    bits = static_cast<unsigned char>(bits ^ values[i]);
  }
  *most = high;
  *least = low;
  *product = times;
  *sum = all;
  *folded = bits;
  return total;
}

OUT static void nothing(int n, long by) {
  for (int i = 0; i < n; i++)
    values[order[i]] += by;
}

OUT static int found(int n, long key) {
  for (int i = 0; i < n; i++)
    if (values[order[i]] == key)
      return i;
  return -1;
}

// Three ways out, each with values of its own.
OUT static long ways(int n, long first, long second, long *where) {
  long sum = 0;
  int i = 0;
  for (; i < n; i++) {
    long value = values[order[i]];
    if (value == first)
      goto out;
    if (value == second) {
      *where = i;
      return -sum;
    }
    sum += value;
  }
  *where = -1;
  return sum;
out:
  *where = i * 1000L;
  return sum * 3;
}

OUT static long with_break(int n, long limit) {
  long sum = 0, last = -7;
  for (int i = 0; i < n; i++) {
    last = values[order[i]];
    if (sum > limit)
      break;
    sum += last;
  }
  return sum * 31 + last;
}

OUT static long own_memory(int n) {
  volatile long steps = 0;
  long kept[16] = {0}, *pointed = &kept[3];
  for (int i = 0; i < n; i++) {
    steps = steps + 1;
    kept[order[i] & 15] += values[order[i]];
    *pointed ^= i;
  }
  long sum = steps;
  for (long each : kept)
    sum = sum * 7 + each;
  return sum;
}

OUT static void refuse(long value) {
  if (value == 77)
    throw std::runtime_error("refused");
}

struct Ended {
  ~Ended() {
    std::printf("ended\n");
  }
};

OUT static long thrown(int n, long limit) {
  long sum = 0;
  for (int i = 0; i < n; i++) {
    sum += values[order[i]];
    if (sum > limit)
      throw sum;
  }
  return sum;
}

OUT static long thrown_by_callee(int n) {
  Ended ended;
  long sum = 0;
  for (int i = 0; i < n; i++) {
    refuse(sum & 0xff);
    sum += values[order[i]];
  }
  return sum;
}

OUT static long passes_through(int n) {
  long sum = 0;
  for (int i = 0; i < n; i++) {
    refuse(sum & 0xff);
    sum += values[order[i]] & 3;
  }
  return sum;
}

OUT static long inside_of_another(int rows, int n) {
  long sum = 0;
  for (int y = 0; y < rows; y++) {
    long row = y;
    for (int i = 0; i < n; i++)
      row = row * 3 + values[order[(y + i) % COUNT]];
    sum ^= row;
    std::printf("%ld ", row);
  }
  std::printf("\n");
  return sum;
}

template <typename function> static void report(const char *name, function run) {
  try {
    std::printf("%s %ld\n", name, static_cast<long>(run()));
  } catch (long value) {
    std::printf("%s threw %ld\n", name, value);
  } catch (const std::runtime_error &error) {
    std::printf("%s threw %s\n", name, error.what());
  }
}

int main() {
  for (int i = 0; i < COUNT; i++) {
    values[i] = i % 1009;
    order[i] = static_cast<std::uint32_t>(i * 7919L % COUNT);
    reals[i] = i % 613 / 7.0 - 20;
    singles[i] = static_cast<float>(i % 31) / 64;
  }
  for (int n : {0, 1, 2, 17, 40, 1000, COUNT}) {
    double most = 0, least = 0;
    float product = 0;
    long sum = 0, where = 0;
    unsigned char folded = 0;
    double total = several(n, &most, &product, &sum, &folded, &least);
    std::printf("%d: %a %a %a %a %ld %d\n", n, total, most, least, static_cast<double>(product), sum, folded);
    report("found", [&] { return found(n, 500); });
    report("ways", [&] { return ways(n, 333, -5, &where) ^ where; });
    report("ways", [&] { return ways(n, -5, 333, &where) ^ where; });
    report("ways", [&] { return ways(n, -5, -6, &where) ^ where; });
    report("break", [&] { return with_break(n, 10000); });
    report("memory", [&] { return own_memory(n); });
    report("thrown", [&] { return thrown(n, 100000); });
    report("callee", [&] { return thrown_by_callee(n); });
    report("through", [&] { return passes_through(n); });
    report("inside", [&] { return inside_of_another(3, n); });
    nothing(n, n);
    report("sum", [&] { return with_break(COUNT, 1L << 40); });
  }
}
