// SPDX-License-Identifier: MIT
// C++: range-for, vectors, iterators and algorithms reach the same plans as plain arrays.
// RUN: %planned %s -O2 | %filecheck %s
#include <cstdint>
#include <vector>

long range_for(const std::vector<long> &a) {
  long sum = 0;
  for (long x : a) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    sum += x;      // CHECK-NEXT: {{[0-9]+}}: affine read strides [8] bytes 8 span 8 members 1 level 0 of loop [[@LINE-1]]
  return sum;
}

long vector_gather(const std::vector<long> &a, const std::vector<uint32_t> &b) {
  long sum = 0;
  for (uint32_t x : b) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    sum += a[x];
  // CHECK-DAG: affine read strides [4] bytes 4 span 4 members 1 level 0 of loop [[@LINE-2]] feeds gather
  // CHECK-DAG: gather read strides [unknown] bytes 8 span 8 members 1 level 0 of loop [[@LINE-3]]
  return sum;
}

long iterators(std::vector<int>::const_iterator from, std::vector<int>::const_iterator to) {
  long sum = 0;
  for (auto at = from; at != to; ++at) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    sum += *at;                        // CHECK-NEXT: affine read strides [4] bytes 4 span 4 members 1 level 0
  return sum;
}

long indexed(const std::vector<long> &a, const std::vector<int> &b) {
  long sum = 0;
  for (std::size_t i = 0; i < b.size(); i++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    sum += a[b[i]];
  // CHECK-DAG: affine read strides [4] bytes 4 span 4 members 1 level 0 of loop [[@LINE-2]] feeds gather
  // CHECK-DAG: gather read strides [unknown] bytes 8 span 8 members 1 level 0 of loop [[@LINE-3]]
  return sum;
}

template <typename Value, typename Index> Value by_template(const Value *a, const Index *b, std::size_t n) {
  Value sum = 0;
  for (std::size_t i = 0; i < n; i++) // CHECK: [[@LINE]]: loop depth 1 trips symbolic; strip-mined
    sum += a[b[i]];
  // CHECK-DAG: affine read strides [2] bytes 2 span 2 members 1 level 0 of loop [[@LINE-2]] feeds gather
  // CHECK-DAG: gather read strides [unknown] bytes 4 span 4 members 1 level 0 of loop [[@LINE-3]]
  return sum;
}
template int by_template(const int *, const uint16_t *, std::size_t);
// CHECK: end of plan
