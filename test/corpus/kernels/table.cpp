/* SPDX-License-Identifier: MIT */
/* Open addressing: a table with linear probing that is filled in batches, looked up and swept, and counters by key.
 * After Knuth: The Art of Computer Programming, volume 3, 1973, section 6.4, in the dress of today's C++ tables (one class,
 * fields read again, a growth check in the loop), and of group-by operators (Leis et al.: Morsel-Driven Parallelism, 2014). */
// REQUIRES: reference
// RUN: %kernels %s
#include "oracle.h"

#include <utility>
#include <vector>

template <class Key, class Value> class flat_table {
public:
  struct slot {
    Key key;
    Value value;
  };
  flat_table(slot *slots, size_t capacity) : slots_(slots), mask_(capacity - 1), size_(0), limit_(capacity / 4 * 3) {}
  std::pair<slot *, bool> insert(Key key, Value value) {
    if (size_ >= limit_)
      rehash();
    size_t at = hash(key) & mask_;
    while (slots_[at].key != 0) { // worth: slots
      if (slots_[at].key == key)
        return std::pair<slot *, bool>(&slots_[at], false);
      at = (at + 1) & mask_;
    }
    slots_[at].key = key;
    slots_[at].value = value;
    size_++;
    return std::pair<slot *, bool>(&slots_[at], true);
  }
  const slot *find(Key key) const {
    for (size_t at = hash(key) & mask_;; at = (at + 1) & mask_) {
      if (slots_[at].key == key) // worth: find_all.slots
        return &slots_[at];
      if (slots_[at].key == 0)
        return nullptr;
    }
  }
  size_t size() const {
    return size_;
  }

private:
  static uint64_t hash(uint64_t x) {
    x ^= x >> 33;
    x *= UINT64_C(0xff51afd7ed558ccd);
    x ^= x >> 33;
    return x * UINT64_C(0xc4ceb9fe1a85ec53) >> 7;
  }
  __attribute__((noinline, cold)) void rehash() {
    slot *old = slots_;
    size_t count = mask_ + 1;
    slots_ = new slot[2 * count]();
    mask_ = 2 * count - 1, limit_ = count / 2 * 3, size_ = 0;
    for (size_t i = 0; i < count; i++) // no: slots (once in a table's life)
      if (old[i].key != 0)
        insert(old[i].key, old[i].value);
  }

  slot *slots_;
  size_t mask_, size_, limit_;
};
typedef flat_table<uint64_t, uint64_t> table;

enum { SLOTS = 1 << 21, KEYS = 3 << 18 };

/* Keys as std::vector has them, in memory that the oracle watches. */
template <class T> struct watched {
  typedef T value_type;
  T *memory;
  T *allocate(size_t) {
    return memory;
  }
  void deallocate(T *, size_t) {}
  bool operator==(const watched &) const {
    return true;
  }
  bool operator!=(const watched &) const {
    return false;
  }
};
typedef std::vector<uint64_t, watched<uint64_t>> numbers;

PAGEPREFETCH_OFF static void fill(numbers &keys) {
  for (size_t i = 0; i < keys.size(); i++)
    keys[i] = 1 + oracle_random();
}

LOOP size_t insert_all(table &t, const numbers &keys, const numbers &values) {
  size_t fresh = 0;
  for (size_t i = 0; i < keys.size(); i++)
    fresh += t.insert(keys[i], values[i]).second; // worth: keys values
  return fresh;
}
CASE(insert_all) {
  ARRAY(table::slot, slots, SLOTS);
  ARRAY(uint64_t, keys, KEYS);
  ARRAY(uint64_t, values, KEYS);
  numbers k(KEYS, watched<uint64_t>{keys}), v(KEYS, watched<uint64_t>{values});
  fill(k);
  table t(slots, SLOTS);
  MEASURE(oracle_sink += insert_all(t, k, v));
}

LOOP uint64_t find_all(const table &t, const numbers &keys, std::vector<uint64_t> &found) {
  uint64_t sum = 0;
  for (uint64_t key : keys) // worth: keys
    if (const table::slot *s = t.find(key)) {
      sum += s->value;
      found.push_back(s->value);
    }
  return sum;
}
CASE(find_all) {
  ARRAY(table::slot, slots, SLOTS);
  ARRAY(uint64_t, keys, KEYS);
  numbers k(KEYS, watched<uint64_t>{keys});
  fill(k);
  table t(slots, SLOTS);
  for (size_t i = 0; i < KEYS; i += 2)
    t.insert(keys[i], i);
  std::vector<uint64_t> found;
  MEASURE(oracle_sink += find_all(t, k, found));
}

struct aggregate {
  uint64_t count;
  double sum, least;
};

LOOP void group_by(const uint32_t *group, const double *measure, const uint8_t *valid, aggregate *groups, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (!(valid[i / 8] >> (i % 8) & 1)) // worth: valid
      continue;
    aggregate &a = groups[group[i]]; // worth: group
    a.count++;                       // worth: groups
    a.sum += measure[i];             // worth: measure
    if (measure[i] < a.least)
      a.least = measure[i];
  }
}
CASE(group_by) {
  enum { ROWS = 1 << 21, GROUPS = 1 << 19 };
  ARRAY(uint32_t, group, ROWS);
  ARRAY(double, measure, ROWS);
  ARRAY(uint8_t, valid, ROWS / 8);
  ARRAY(aggregate, groups, GROUPS);
  oracle_fill_u32(group, ROWS, GROUPS);
  for (int i = 0; i < ROWS / 8; i++)
    valid[i] = (uint8_t)(oracle_random() | 3);
  MEASURE(group_by(group, measure, valid, groups, ROWS));
}
