/* SPDX-License-Identifier: MIT */
/* The cases of languages.f90: its procedures by the names and the array descriptors that gfortran gives them. */
#include "oracle.h"

enum { N = 3000, T = 1 << 18 };

/* gfortran's array descriptor, since GCC 9. */
struct descriptor {
  void *base;
  size_t offset;
  struct {
    size_t element;
    int version;
    signed char rank, type;
    signed short attribute;
  } kind;
  ptrdiff_t span;
  struct {
    ptrdiff_t stride, lower, upper;
  } dimension[2];
};
enum { INTEGER = 1, REAL = 3 };
PAGEPREFETCH_OFF static struct descriptor describe(void *base, int type, size_t element, ptrdiff_t rows, ptrdiff_t columns) {
  struct descriptor d = {.base = base, .kind = {.element = element, .rank = columns ? 2 : 1, .type = (signed char)type}};
  d.offset = (size_t)(columns ? -1 - rows : -1);
  d.span = (ptrdiff_t)element;
  d.dimension[0].stride = d.dimension[0].lower = d.dimension[1].lower = 1;
  d.dimension[0].upper = d.dimension[1].stride = rows;
  d.dimension[1].upper = columns;
  return d;
}
#define REALS(array, count) describe(array, REAL, 8, count, 0)
#define INTEGERS(array, count) describe(array, INTEGER, 4, count, 0)
#define PLANE(array, rows, columns) describe(array, REAL, 8, rows, columns)

extern struct descriptor __held_MOD_table, __held_MOD_plane, __held_MOD_aimed;
struct grid {
  int rows;
  struct {
    void *base;
    size_t more[7];
  } values, order;
};
extern struct grid __held_MOD_whole;
struct cell {
  double mass, place[3];
  int kind, next;
};

/* Indexes of Fortran: from 1. */
PAGEPREFETCH_OFF static void fill(int *numbers, size_t count, uint64_t limit) {
  for (size_t i = 0; i < count; i++)
    numbers[i] = 1 + (int)(oracle_random() % limit);
}
static int n = N;

#define GATHER(name, setup, ...)                                                                                                 \
  CASE(name) {                                                                                                                   \
    ARRAY(double, t, T);                                                                                                         \
    ARRAY(int, k, N);                                                                                                            \
    struct descriptor reals = REALS(t, T), integers = INTEGERS(k, N);                                                            \
    (void)reals, (void)integers;                                                                                                 \
    fill(k_w, N, T);                                                                                                             \
    setup;                                                                                                                       \
    RUN(name##_(__VA_ARGS__));                                                                                                   \
    EXPECT(t, 98, 1);                                                                                                            \
    EXPECT(k, 99, 1);                                                                                                            \
  }
#define INTO(name)                                                                                                               \
  void name##_(double *, const double *, const int *, const int *);                                                              \
  CASE(name) {                                                                                                                   \
    ARRAY(double, out, N);                                                                                                       \
    ARRAY(double, t, T);                                                                                                         \
    ARRAY(int, k, N);                                                                                                            \
    fill(k_w, N, T);                                                                                                             \
    RUN(name##_(out, t, k, &n));                                                                                                 \
    EXPECT(out, 99, 1);                                                                                                          \
    EXPECT(t, 98, 1);                                                                                                            \
    EXPECT(k, 99, 1);                                                                                                            \
  }

double allocatable_gather_(int *, int *);
GATHER(allocatable_gather, __held_MOD_table = reals, k, &n)
double allocatable_argument_(struct descriptor *, struct descriptor *);
GATHER(allocatable_argument, , &reals, &integers)
double assumed_shape_(struct descriptor *, struct descriptor *);
GATHER(assumed_shape, , &reals, &integers)
double pointer_gather_(struct descriptor *, struct descriptor *);
GATHER(pointer_gather, , &reals, &integers)
void pointer_update_(int *, int *);
GATHER(pointer_update, __held_MOD_aimed = reals, k, &n)
int cycle_and_exit_(double *, int *, int *);
GATHER(cycle_and_exit, k_w[7] = 0, t, k, &n)
double arithmetic_if_(double *, int *, int *);
GATHER(arithmetic_if, , t, k, &n)
INTO(index_vector)
INTO(forall_gather)
INTO(concurrent_gather)

void component_gather_(double *);
CASE(component_gather) {
  ARRAY(double, out, N);
  ARRAY(double, t, T);
  ARRAY(int, k, N);
  fill(k_w, N, T);
  struct descriptor values = REALS(t, T), order = INTEGERS(k, N);
  __builtin_memcpy(&__held_MOD_whole.values, &values, sizeof __held_MOD_whole.values);
  __builtin_memcpy(&__held_MOD_whole.order, &order, sizeof __held_MOD_whole.order);
  __held_MOD_whole.rows = N;
  RUN(component_gather_(out));
  EXPECT(out, 99, 1);
  EXPECT(t, 98, 1);
  EXPECT(k, 99, 1);
}

void index_vector_store_(double *, int *, double *, int *);
CASE(index_vector_store) {
  ARRAY(double, t, T);
  ARRAY(int, k, N);
  ARRAY(double, b, N);
  fill(k_w, N, T);
  RUN(index_vector_store_(t, k, b, &n));
  EXPECT(t, 98, 1);
  EXPECT(k, 99, 1);
  EXPECT(b, 99, 1);
}

void assumed_plane_(struct descriptor *, struct descriptor *);
CASE(assumed_plane) {
  ARRAY(double, to, 520 * 300);
  ARRAY(double, from, 520 * 300);
  struct descriptor a = PLANE(to, 520, 300), b = PLANE(from, 520, 300);
  RUN(assumed_plane_(&a, &b));
  EXPECT(to, 98, 1);
  EXPECT(from, 98, 1);
}

double across_rows_(struct descriptor *);
CASE(across_rows) {
  ARRAY(double, a, 1024 * 300);
  struct descriptor d = PLANE(a, 1024, 300);
  RUN(across_rows_(&d));
  EXPECT(a, 99, 1);
}

/* A COMMON block is a variable of that name. */
struct {
  double field[131072];
  int order[4096];
} shared_ __attribute__((aligned(4096)));
double common_gather_(int *);
CASE(common_gather) {
  oracle_variable("field", shared_.field, sizeof shared_.field);
  oracle_variable("order", shared_.order, sizeof shared_.order);
  fill(shared_.order, N, 131072);
  RUN(common_gather_(&n));
  EXPECT(shared_.field, 98, 1);
  EXPECT(shared_.order, 99, 1);
}
void common_sweep_(int *);
CASE(common_sweep) {
  int all = 131072;
  oracle_variable("field", shared_.field, sizeof shared_.field);
  RUN(common_sweep_(&all));
  EXPECT(shared_.field, 99, 1);
}

void array_syntax_(double *, double *, double *, int *);
CASE(array_syntax) {
  int count = T / 4;
  ARRAY(double, a, count);
  ARRAY(double, b, count);
  ARRAY(double, c, count);
  RUN(array_syntax_(a, b, c, &count));
  EXPECT(a, 99, 1);
  EXPECT(b, 99, 1);
  EXPECT(c, 99, 1);
}

void array_sections_(double *, double *, int *);
CASE(array_sections) {
  int count = T;
  ARRAY(double, a, T);
  ARRAY(double, b, T);
  RUN(array_sections_(a, b, &count));
  EXPECT(a, 99, 1);
  EXPECT(b, 99, 1);
}

void plane_columns_(double *, int *);
CASE(plane_columns) {
  int columns = 600;
  ARRAY(double, plane, 300 * 600);
  ARRAY(double, scale, 600);
  __held_MOD_plane = PLANE(plane, 300, 600);
  RUN(plane_columns_(scale, &columns));
  EXPECT(plane, 98, 1);
}

#define PAIR(name, least)                                                                                                        \
  void name##_(double *, double *, int *);                                                                                       \
  CASE(name) {                                                                                                                   \
    int count = T;                                                                                                               \
    ARRAY(double, a, T);                                                                                                         \
    ARRAY(double, b, T);                                                                                                         \
    for (long i = 0; i < T; i++)                                                                                                 \
      b_w[i] = (double)(i % 7) - 3;                                                                                              \
    RUN(name##_(a, b, &count));                                                                                                  \
    EXPECT(a, least, 1);                                                                                                         \
    EXPECT(b, least, 1);                                                                                                         \
  }
PAIR(where_positive, 99)
PAIR(elemental_call, 99)

void concurrent_plane_(double *, double *, int *, int *);
CASE(concurrent_plane) {
  int rows = 520, columns = 300;
  ARRAY(double, a, 520 * 300);
  ARRAY(double, b, 520 * 300);
  RUN(concurrent_plane_(a, b, &rows, &columns));
  EXPECT(a, 98, 1);
  EXPECT(b, 98, 1);
}

double reductions_(double *, int *, int *);
CASE(reductions) {
  int rows = 520, columns = 300;
  ARRAY(double, a, 520 * 300);
  RUN(reductions_(a, &rows, &columns));
  EXPECT(a, 98, 1);
}

double products_(double *, double *, int *, int *, int *);
CASE(products) {
  int rows = 700, picks = 300;
  ARRAY(double, a, 700 * 800);
  ARRAY(double, b, 700);
  ARRAY(int, k, 300);
  fill(k_w, 300, 800);
  RUN(products_(a, b, k, &rows, &picks));
  EXPECT(a, 98, 2);
}

int counted_mask_(double *, int *);
CASE(counted_mask) {
  int count = T;
  ARRAY(double, a, T);
  RUN(counted_mask_(a, &count));
  EXPECT(a, 99, 1);
}

double cells_by_index_(struct cell *, int *, int *);
CASE(cells_by_index) {
  ARRAY(struct cell, cells, 30000);
  ARRAY(int, k, N);
  fill(k_w, N, 30000);
  RUN(cells_by_index_(cells, k, &n));
  EXPECT(cells, 98, 1);
  EXPECT(k, 99, 1);
}

double linked_cells_(struct cell *, int *, int *);
CASE(linked_cells) {
  ARRAY(struct cell, cells, 30000);
  ARRAY(int, head, N);
  for (int i = 0; i < 30000; i++)
    cells_w[i].next = i % 4 ? 1 + (int)(oracle_random() % (uint64_t)i) : 0;
  fill(head_w, N, 30000);
  RUN(linked_cells_(cells, head, &n));
  EXPECT(cells, 98, 1);
}

double compressed_rows_(int *, int *, double *, double *, int *);
CASE(compressed_rows) {
  ARRAY(int, first, N + 1);
  uint64_t total = oracle_rows((uint32_t *)first_w, N, 3, 30);
  for (int i = 0; i <= N; i++)
    first_w[i]++;
  ARRAY(int, column, total);
  ARRAY(double, value, total);
  ARRAY(double, x, T);
  fill(column_w, total, T);
  RUN(compressed_rows_(first, column, value, x, &n));
  EXPECT(x, 98, 1);
  EXPECT(value, 98, 3);
  EXPECT(column, 98, 3);
}

double _Complex complex_values_(double _Complex *, int *, int *);
CASE(complex_values) {
  ARRAY(double _Complex, a, T / 2);
  ARRAY(int, k, N);
  fill(k_w, N, T / 2);
  RUN(complex_values_(a, k, &n));
  EXPECT(a, 98, 1);
}

double ragged_rows_(struct descriptor *, int *);
CASE(ragged_rows) {
  enum { ROWS = 400, MOST = 1500 };
  int count = ROWS;
  ARRAY(double, cells, ROWS *MOST);
  ARRAY(struct descriptor, rows, ROWS);
  ARRAY(uint32_t, order, ROWS);
  oracle_permute(order_w, ROWS);
  for (int i = 0; i < ROWS; i++)
    rows_w[i] = REALS(cells + (size_t)order_w[i] * MOST, 500 + (ptrdiff_t)(oracle_random() % 1000));
  for (int i = 0; i < ROWS; i++) /* a descriptor of one dimension is shorter */
    __builtin_memmove((char *)rows_w + i * 64, (char *)&rows_w[i], 64);
  RUN(ragged_rows_(rows, &count));
  EXPECT(cells, 98, 3);
  EXPECT(rows, 99, 1);
}

struct node {
  double weight;
  struct node *next;
};
double pointer_lists_(struct node **, int *);
CASE(pointer_lists) {
  ARRAY(struct node, nodes, T / 4);
  ARRAY(struct node *, links, N);
  for (long i = 0; i < T / 4; i++)
    nodes_w[i].next = i % 4 ? nodes + oracle_random() % (uint64_t)i : NULL;
  for (long i = 0; i < N; i++)
    links_w[i] = nodes + oracle_random() % (T / 4);
  RUN(pointer_lists_(links, &n));
  EXPECT(nodes, 98, 1);
  EXPECT(links, 99, 1);
}

static double total;
void host_variables_(double *, int *, int *, double *);
GATHER(host_variables, , t, k, &n, &total)

void merged_by_mask_(double *, double *, double *, int *, int *);
CASE(merged_by_mask) {
  int count = T / 4;
  ARRAY(double, a, T / 4);
  ARRAY(double, b, T / 4);
  ARRAY(double, c, T / 4);
  ARRAY(int, mask, T / 4);
  for (int i = 0; i < count; i++)
    mask_w[i] = i % 2;
  RUN(merged_by_mask_(a, b, c, mask, &count));
  EXPECT(a, 99, 1);
  EXPECT(b, 99, 1);
  EXPECT(c, 99, 1);
  EXPECT(mask, 99, 1);
}

int least_place_(double *, int *);
CASE(least_place) {
  int count = T;
  ARRAY(double, a, T);
  RUN(least_place_(a, &count));
  EXPECT(a, 99, 1);
}

void transposed_(double *, double *, int *, int *);
CASE(transposed) {
  int rows = 520, columns = 300;
  ARRAY(double, a, 520 * 300);
  ARRAY(double, b, 520 * 300);
  RUN(transposed_(a, b, &rows, &columns));
  EXPECT(a, 98, 1);
  EXPECT(b, 98, 1);
}

double associated_names_(struct cell *, int *, int *);
CASE(associated_names) {
  ARRAY(struct cell, cells, 30000);
  ARRAY(int, k, N);
  for (int i = 0; i < 30000; i++)
    cells_w[i].kind = (int)(oracle_random() % 6);
  fill(k_w, N, 30000);
  RUN(associated_names_(cells, k, &n));
  EXPECT(cells, 98, 1);
}

int equal_words_(char *, int *, int *, size_t);
CASE(equal_words) {
  ARRAY(char, words, 16 * T / 4);
  ARRAY(int, k, N);
  fill(k_w, N, T / 4);
  RUN(equal_words_(words, k, &n, 16));
  EXPECT(words, 98, 1);
}

double three_dimensions_(double *, int *);
CASE(three_dimensions) {
  int side = 80;
  ARRAY(double, a, 80 * 80 * 80);
  RUN(three_dimensions_(a, &side));
  EXPECT(a, 97, 1);
}
