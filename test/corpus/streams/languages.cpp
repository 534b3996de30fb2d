// SPDX-License-Identifier: MIT
// C++: containers and their iterators, views of memory, objects behind pointers, a program's own types.
// RUN: %streams %s
#include "oracle_containers.h"

#include <array>
#include <atomic>
#include <complex>
#include <deque>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <valarray>
#include <variant>

enum : long { N = 3000, T = 1 << 18 };

// Containers and their iterators.
LOOP uint64_t range_for(const Words &t) {
  uint64_t s = 0;
  for (uint64_t x : t)
    s += x;
  return s;
}
OVER_WORDS(range_for)

LOOP uint64_t range_for_gather(const Words &t, const Indexes &k) {
  uint64_t s = 0;
  for (auto i : k)
    s += t[i];
  return s;
}
GATHER(range_for_gather)

LOOP uint64_t backwards(const Words &t, const Indexes &k) {
  uint64_t s = 0;
  for (auto i = k.rbegin(); i != k.rend(); ++i)
    s = s * 3 + t[*i];
  return s;
}
GATHER(backwards)

struct Row {
  uint32_t index, weight;
};
LOOP uint64_t structured_bindings(const Words &t, const std::vector<Row> &rows) {
  uint64_t s = 0;
  for (const auto &[index, weight] : rows)
    s += t[index] * weight;
  return s;
}
CASE(structured_bindings) {
  VECTOR(uint64_t, t, T);
  VECTOR(Row, rows, N);
  for (Row &row : rows)
    row.index = uint32_t(oracle_random() % T);
  RUN(oracle_sink = structured_bindings(t, rows));
  EXPECT(t.data(), 99, 1);
  EXPECT(rows.data(), 99, 1);
}

// The store may write the sizes, for all that the compiler knows.
LOOP void size_read_again(std::vector<size_t> &out, const std::vector<size_t> &t, const Indexes &k) {
  for (size_t i = 0; i < k.size(); i++)
    out[i] = t[k[i]];
}
CASE(size_read_again) {
  VECTOR(size_t, out, N);
  VECTOR(size_t, t, T);
  INDEXES(k, N, T);
  RUN(size_read_again(out, t, k));
  EXPECT(out.data(), 99, 1);
  EXPECT(t.data(), 99, 1);
}

LOOP uint64_t vector_of_vectors(const std::vector<std::vector<uint32_t>> &rows, const Indexes &order) {
  uint64_t s = 0;
  for (auto r : order)
    for (auto x : rows[r])
      s += x;
  return s;
}
CASE(vector_of_vectors) {
  VECTOR(std::vector<uint32_t>, rows, 500);
  Heap cells("cells", 500 * 4 * 1024);
  for (auto &row : rows)
    row.resize(300 + oracle_random() % 700);
  cells.close();
  VECTOR(uint32_t, order, 500);
  oracle_permute(order.data(), 500);
  RUN(oracle_sink = vector_of_vectors(rows, order));
  EXPECT(cells.memory, 98, 3);
  EXPECT(rows.data(), 99, 1);
}

LOOP uint64_t deque_range(const std::deque<uint64_t> &d) {
  uint64_t s = 0;
  for (auto x : d)
    s += x;
  return s;
}
LOOP uint64_t deque_gather(const std::deque<uint64_t> &d, const Indexes &k) {
  uint64_t s = 0;
  for (auto i : k)
    s += d[i];
  return s;
}
CASE(deque_range) {
  Heap cells("cells", 544 * 4096);
  std::deque<uint64_t> d(T);
  cells.close();
  RUN(oracle_sink = deque_range(d));
  EXPECT(cells.memory, 98, 1);
}
CASE(deque_gather) {
  Heap cells("cells", 544 * 4096);
  std::deque<uint64_t> d(T);
  cells.close();
  INDEXES(k, N, T);
  RUN(oracle_sink = deque_gather(d, k));
  EXPECT(cells.memory, 98, 1);
}

using Tile = std::array<std::array<float, 16>, 16>;
LOOP float array_of_arrays(const std::vector<Tile> &tiles, const Indexes &k) {
  float s = 0;
  for (auto i : k)
    s += tiles[i][3][5] + tiles[i][4][5];
  return s;
}
CASE(array_of_arrays) {
  VECTOR(Tile, tiles, 2000);
  INDEXES(k, N, 2000);
  RUN(oracle_sink = uint64_t(array_of_arrays(tiles, k)));
  EXPECT(tiles.data(), 98, 1);
}

LOOP uint64_t flags_of_bits(const std::vector<bool> &seen, const Indexes &k) {
  uint64_t s = 0;
  for (auto i : k)
    if (!seen[i])
      s += i;
  return s;
}
CASE(flags_of_bits) {
  Heap bits("bits", 1 << 21);
  std::vector<bool> seen(1 << 24);
  bits.close();
  INDEXES(k, N, 1 << 24);
  RUN(oracle_sink = flags_of_bits(seen, k));
  EXPECT(bits.memory, 98, 1);
}

LOOP uint64_t probe_batch(const std::unordered_map<uint64_t, uint64_t> &map, const Words &keys) {
  uint64_t s = 0;
  for (auto key : keys)
    if (auto found = map.find(key); found != map.end())
      s += found->second;
  return s;
}
CASE(probe_batch) {
  Heap buckets("buckets", 200000 * 8);
  std::unordered_map<uint64_t, uint64_t> map;
  map.reserve(100000);
  buckets.close();
  Heap nodes("nodes", 100000 * 32);
  for (uint64_t i = 0; i < 100000; i++)
    map[i * 7919 % 1000003] = i;
  nodes.close();
  VECTOR(uint64_t, keys, N);
  oracle_fill_u64(keys.data(), N, 1000003);
  RUN(oracle_sink = probe_batch(map, keys));
  EXPECT(buckets.memory, 95, 1);
  EXPECT(nodes.memory, 95, 3);
  EXPECT(keys.data(), 99, 1);
}

LOOP std::complex<double> complex_numbers(const std::vector<std::complex<double>> &t, const Indexes &k) {
  std::complex<double> s;
  for (auto i : k)
    s += std::conj(t[i]);
  return s;
}
CASE(complex_numbers) {
  VECTOR(std::complex<double>, t, T / 2);
  INDEXES(k, N, T / 2);
  RUN(oracle_sink = uint64_t(complex_numbers(t, k).real()));
  EXPECT(t.data(), 98, 1);
}

LOOP void valarray_terms(std::valarray<double> &a, const std::valarray<double> &b, const std::valarray<double> &c) {
  a = b * c + 2.0 * a;
}
CASE(valarray_terms) {
  VECTOR(double, memory, 3); // the first block on a heap is taken by the vector; those of the valarrays follow in one array
  Heap cells("cells", 3 * T / 2 * sizeof(double));
  std::valarray<double> a(T / 2), b(T / 2), c(T / 2);
  cells.close();
  RUN(valarray_terms(a, b, c));
  EXPECT(&a[0], 98, 1);
}

LOOP double valarray_gather(const std::valarray<double> &t, const std::valarray<size_t> &k) {
  double s = 0;
  for (size_t i = 0; i < k.size(); i++)
    s += t[k[i]];
  return s;
}
CASE(valarray_gather) {
  Heap cells("cells", T * sizeof(double));
  std::valarray<double> t(T);
  cells.close();
  std::valarray<size_t> k(N);
  oracle_fill_u64(reinterpret_cast<uint64_t *>(&k[0]), N, T);
  RUN(oracle_sink = uint64_t(valarray_gather(t, k)));
  EXPECT(cells.memory, 98, 1);
}

// Views of memory.
LOOP uint64_t span_gather(std::span<const uint64_t> t, std::span<const uint32_t> k) {
  uint64_t s = 0;
  for (auto i : k.subspan(10).first(2000))
    s += t[i];
  return s;
}
CASE(span_gather) {
  VECTOR(uint64_t, t, T);
  INDEXES(k, N, T);
  RUN(oracle_sink = span_gather(t, k));
  EXPECT(t.data(), 98, 1);
}

LOOP uint64_t span_rows(std::span<const float> matrix, size_t width, std::span<const int> rows) {
  float s = 0;
  for (int r : rows) {
    auto row = matrix.subspan(size_t(r) * width, width);
    s += std::accumulate(row.begin(), row.end(), 0.0f);
  }
  return uint64_t(s);
}
CASE(span_rows) {
  VECTOR(float, matrix, 1000 * 500);
  VECTOR(int, rows, 400);
  oracle_fill_u32(reinterpret_cast<uint32_t *>(rows.data()), 400, 1000);
  RUN(oracle_sink = span_rows(matrix, 500, rows));
  EXPECT(matrix.data(), 98, 3);
}

LOOP uint64_t words_of_text(std::string_view text) {
  uint64_t words = 0;
  bool inside = false;
  for (char c : text) {
    bool letter = c > ' ';
    words += letter && !inside;
    inside = letter;
  }
  return words;
}
CASE(words_of_text) {
  VECTOR(char, text, 1 << 20);
  for (size_t i = 0; i < text.size(); i++)
    text[i] = i % 7 ? 'a' : ' ';
  RUN(oracle_sink = words_of_text({text.data(), text.size()}));
  EXPECT(text.data(), 99, 1);
}

LOOP uint64_t hashed_texts(const std::vector<std::string_view> &texts) {
  uint64_t s = 0;
  for (auto text : texts) {
    uint64_t h = 0xcbf29ce484222325u;
    for (unsigned char c : text)
      h = (h ^ c) * 0x100000001b3u;
    s += h;
  }
  return s;
}
CASE(hashed_texts) {
  VECTOR(char, memory, 1 << 21);
  VECTOR(std::string_view, texts, N);
  for (auto &text : texts)
    text = {memory.data() + oracle_random() % (memory.size() - 200), 20 + oracle_random() % 100};
  RUN(oracle_sink = hashed_texts(texts));
  EXPECT(memory.data(), 98, 3);
}

LOOP uint64_t lengths_of_strings(const std::vector<std::string> &names, const Indexes &k) {
  uint64_t s = 0;
  for (auto i : k)
    s += names[i].size() > 3 ? uint64_t(names[i][3]) : 0;
  return s;
}
CASE(lengths_of_strings) {
  VECTOR(std::string, names, 20000);
  Heap text("text", 20000 * 112);
  for (auto &name : names)
    name.assign(100, 'x');
  text.close();
  INDEXES(k, N, 20000);
  RUN(oracle_sink = lengths_of_strings(names, k));
  EXPECT(names.data(), 98, 1);
  EXPECT(text.memory, 98, 1);
}

// Objects behind pointers.
struct Shape {
  virtual ~Shape() = default;
  virtual double area() const = 0;
};
struct Square : Shape {
  double side = 1, more[20] = {};
  double area() const override {
    return side * side;
  }
};
LOOP double virtual_calls(const std::vector<std::unique_ptr<Shape>> &shapes) {
  double s = 0;
  for (const auto &shape : shapes)
    s += shape->area();
  return s;
}
CASE(virtual_calls) {
  VECTOR(std::unique_ptr<Shape>, shapes, N);
  Heap objects("objects", N * (sizeof(Square) + 16));
  for (auto &shape : shapes)
    shape = std::make_unique<Square>();
  objects.close();
  for (size_t i = N; i > 1; i--)
    std::swap(shapes[i - 1], shapes[oracle_random() % i]);
  RUN(oracle_sink = uint64_t(virtual_calls(shapes)));
  EXPECT(objects.memory, 98, 1);
  EXPECT(shapes.data(), 99, 1);
}

struct Account {
  uint64_t balance, more[11];
};
LOOP uint64_t shared_pointers(const std::vector<std::shared_ptr<Account>> &accounts, const Indexes &k) {
  uint64_t s = 0;
  for (auto i : k)
    if (accounts[i])
      s += accounts[i]->balance;
  return s;
}
CASE(shared_pointers) {
  VECTOR(std::shared_ptr<Account>, accounts, 10000);
  Heap objects("objects", 10000 * (sizeof(Account) + 32));
  for (size_t i = 0; i < 10000; i += 2)
    accounts[i] = std::make_shared<Account>();
  objects.close();
  INDEXES(k, N, 10000);
  RUN(oracle_sink = shared_pointers(accounts, k));
  EXPECT(accounts.data(), 98, 1);
  EXPECT(objects.memory, 98, 1);
}

using Value = std::variant<uint64_t, const uint64_t *>;
LOOP uint64_t visited(const std::vector<Value> &values) {
  uint64_t s = 0;
  for (const auto &value : values)
    if (auto pointer = std::get_if<const uint64_t *>(&value))
      s += **pointer;
  return s;
}
CASE(visited) {
  VECTOR(uint64_t, t, T);
  VECTOR(Value, values, N);
  for (size_t i = 0; i < N; i++)
    if (i % 3)
      values[i] = &t[oracle_random() % T];
    else
      values[i] = UINT64_MAX;
  RUN(oracle_sink = visited(values));
  EXPECT(t.data(), 98, 1);
  EXPECT(values.data(), 99, 1);
}

LOOP uint64_t atomic_counters(std::vector<std::atomic<uint64_t>> &t, const Indexes &k) {
  for (auto i : k)
    t[i].fetch_add(1, std::memory_order_relaxed);
  return k[0];
}
CASE(atomic_counters) {
  VECTOR(std::atomic<uint64_t>, t, T);
  INDEXES(k, N, T);
  RUN(oracle_sink = atomic_counters(t, k));
  EXPECT(t.data(), 98, 1);
}

// A program's own types: a matrix, a ring, an iterator with a stride.
class Matrix {
  size_t rows_, columns_;
  double *cells_;

public:
  Matrix(size_t rows, size_t columns, double *cells) : rows_(rows), columns_(columns), cells_(cells) {}
  size_t rows() const {
    return rows_;
  }
  size_t columns() const {
    return columns_;
  }
  double &operator()(size_t i, size_t j) {
    return cells_[i * columns_ + j];
  }
  double operator()(size_t i, size_t j) const {
    return cells_[i * columns_ + j];
  }
};
LOOP void matrix_transposed(Matrix &to, const Matrix &from) {
  for (size_t j = 0; j < from.columns(); j++)
    for (size_t i = 0; i < from.rows(); i++)
      to(j, i) = from(i, j);
}
CASE(matrix_transposed) {
  VECTOR(double, a, 300 * 600);
  VECTOR(double, b, 300 * 600);
  Matrix from(300, 600, a.data()), to(600, 300, b.data());
  RUN(matrix_transposed(to, from));
  EXPECT(a.data(), 98, 1);
  EXPECT(b.data(), 98, 1);
}

struct Ring {
  const uint64_t *cells;
  size_t mask, head, count;
  struct iterator {
    const Ring *ring;
    size_t at;
    uint64_t operator*() const {
      return ring->cells[(ring->head + at) & ring->mask];
    }
    iterator &operator++() {
      return at++, *this;
    }
    bool operator!=(const iterator &other) const {
      return at != other.at;
    }
  };
  iterator begin() const {
    return {this, 0};
  }
  iterator end() const {
    return {this, count};
  }
};
LOOP uint64_t own_iterator(const Ring &ring) {
  uint64_t s = 0;
  for (auto x : ring)
    s = s * 3 + x;
  return s;
}
CASE(own_iterator) {
  VECTOR(uint64_t, cells, T);
  RUN(oracle_sink = own_iterator({cells.data(), T - 1, T - 9000, 50000}));
  EXPECT(cells.data(), 98, 3);
}

template <typename Value> class Strided {
  Value *at_;
  std::ptrdiff_t stride_;

public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = Value;
  using difference_type = std::ptrdiff_t;
  using pointer = Value *;
  using reference = Value &;
  Strided(Value *at, std::ptrdiff_t stride) : at_(at), stride_(stride) {}
  Value &operator*() const {
    return *at_;
  }
  Strided &operator++() {
    return at_ += stride_, *this;
  }
  bool operator==(const Strided &other) const {
    return at_ == other.at_;
  }
  bool operator!=(const Strided &other) const {
    return at_ != other.at_;
  }
};
LOOP uint64_t strided_iterator(const Words &t) {
  using Column = Strided<const uint64_t>;
  return std::accumulate(Column(t.data() + 5, 512), Column(t.data() + 5 + t.size(), 512), uint64_t(0));
}
OVER_WORDS(strided_iterator)

struct Store {
  Words values;
  Indexes order;
  uint64_t seen = 0;
  void count(uint64_t value) {
    seen += value;
  }
  LOOP void walk_members() {
    for (size_t i = 0; i < order.size(); ++i)
      count(values[order[i]]);
  }
};
CASE(walk_members) {
  VECTOR(uint64_t, t, T);
  INDEXES(k, N, T);
  Store store{std::move(t), std::move(k)};
  RUN(store.walk_members());
  EXPECT(store.values.data(), 98, 1);
  EXPECT(store.order.data(), 99, 1);
}
