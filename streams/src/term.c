/* SPDX-License-Identifier: MIT */
/* Making terms: equal ones are one, constants are folded, sums are polynomials in a fixed order, conditions have one form.
 * The order of atoms depends on what they are, not on how a compiler numbers its values. */
#include "term.h"

#include <stdlib.h>
#include <string.h>

static uint64_t mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
  return hash ^ hash >> 29;
}

/* A value's number is its compiler's: values outside are told apart by what they are, as far as that goes. */
static uint64_t hash_of(const struct pp_view *view, const struct pp_term *term) {
  uint64_t hash = mix(term->kind, term->constant);
  hash = mix(hash, (uint64_t)term->operation << 16 | term->bits << 1 | term->is_signed);
  if (term->kind == PP_TERM_VALUE)
    hash = mix(hash, view->nest->values[term->value].bits | (view->nest->values[term->value].flags & PP_ADDRESS_OF) << 8);
  if (term->kind == PP_TERM_ITERATION)
    hash = mix(hash, (uint64_t)term->value);
  for (unsigned i = 0; i < 3; i++)
    hash = mix(hash, term->operand[i] == PP_NONE ? 0 : view->terms[term->operand[i]].hash);
  for (unsigned i = 0; i < term->product_count; i++) {
    hash = mix(hash, term->products[i].factor);
    for (unsigned k = 0; k < term->products[i].degree; k++)
      hash = mix(hash, view->terms[term->products[i].atom[k]].hash);
  }
  return hash;
}

static bool same_products(const struct pp_product *a, const struct pp_product *b) {
  return a->degree == b->degree && !memcmp(a->atom, b->atom, a->degree * sizeof *a->atom);
}

static bool same(const struct pp_term *a, const struct pp_term *b) {
  if (a->hash != b->hash || a->kind != b->kind || a->operation != b->operation || a->is_signed != b->is_signed ||
      a->bits != b->bits || a->constant != b->constant || a->product_count != b->product_count || a->pinned != b->pinned ||
      memcmp(a->operand, b->operand, sizeof a->operand))
    return false;
  if (a->pinned ? a->node != b->node : false)
    return false;
  if (a->kind != PP_TERM_LOAD && a->value != b->value)
    return false;
  for (unsigned i = 0; i < a->product_count; i++)
    if (!same_products(&a->products[i], &b->products[i]) || a->products[i].factor != b->products[i].factor)
      return false;
  return true;
}

static void take_from(const struct pp_view *view, struct pp_term *term, int operand) {
  const struct pp_term *from = &view->terms[operand];
  term->varies |= from->varies;
  if (from->loads > term->loads)
    term->loads = from->loads;
  if (!term->pinned && view->graph->nodes[from->node].depth > view->graph->nodes[term->node].depth)
    term->node = from->node;
}

/* A load is the same as an earlier one of its address that is certain to have run: values may be stale in programs. */
static bool covers(const struct pp_view *view, const struct pp_term *found, const struct pp_term *load) {
  return found->kind == PP_TERM_LOAD && load->kind == PP_TERM_LOAD && found->operand[0] == load->operand[0] &&
         found->bits == load->bits && pp_graph_dominates(view->graph, found->node, load->node);
}

/* Takes over the products. What follows from the operands is filled in here. */
static int intern(struct pp_view *view, struct pp_term term) {
  term.hash = hash_of(view, &term);
  int *bucket = &view->buckets[term.hash % PP_TERM_BUCKETS];
  for (int i = *bucket; i != PP_NONE; i = view->terms[i].next)
    if (same(&view->terms[i], &term) || covers(view, &view->terms[i], &term)) {
      free(term.products);
      return i;
    }
  if (!term.pinned)
    term.node = term.kind == PP_TERM_UNKNOWN ? term.node : view->home;
  if (!term.most_bits)
    term.most_bits = 64;
  for (unsigned i = 0; i < 3; i++)
    if (term.operand[i] != PP_NONE)
      take_from(view, &term, term.operand[i]);
  for (unsigned i = 0; i < term.product_count; i++)
    for (unsigned k = 0; k < term.products[i].degree; k++)
      take_from(view, &term, term.products[i].atom[k]);
  if (term.kind == PP_TERM_LOAD)
    term.loads++;
  if (term.kind == PP_TERM_ITERATION && term.value != view->loop)
    term.node = view->nest->loops[term.value].header;
  term.next = *bucket;
  view->terms = pp_grow(view->terms, view->count, sizeof term);
  view->terms[view->count] = term;
  return *bucket = (int)view->count++;
}

static const struct pp_term blank = {.value = PP_NONE, .operand = {PP_NONE, PP_NONE, PP_NONE}};

static uint64_t loops_around(const struct pp_view *view, int loop) {
  uint64_t set = 0;
  for (; loop >= 0; loop = view->nest->loops[loop].parent)
    set |= UINT64_C(1) << loop;
  return set;
}

static unsigned bits_of(uint64_t constant) {
  return constant ? 64 - (unsigned)__builtin_clzll(constant) : 1;
}

int pp_term_constant(struct pp_view *view, uint64_t constant) {
  struct pp_term term = blank;
  term.constant = constant;
  term.most_bits = bits_of(constant);
  return intern(view, term);
}

int pp_term_value(struct pp_view *view, int value) {
  struct pp_term term = blank;
  term.kind = PP_TERM_VALUE;
  term.value = value;
  term.most_bits = view->nest->values[value].bits;
  return intern(view, term);
}

int pp_term_iteration(struct pp_view *view, int loop) {
  struct pp_term term = blank;
  term.kind = PP_TERM_ITERATION;
  term.value = loop;
  term.varies = UINT64_C(1) << loop;
  return intern(view, term);
}

int pp_term_unknown(struct pp_view *view, int value, int node) {
  struct pp_term term = blank;
  term.kind = PP_TERM_UNKNOWN;
  term.value = value;
  term.node = node;
  term.pinned = true;
  term.varies = loops_around(view, view->graph->nodes[node].loop);
  return intern(view, term);
}

int pp_term_load(struct pp_view *view, int value, int address, unsigned bits, int node) {
  struct pp_term term = blank;
  term.kind = PP_TERM_LOAD;
  term.value = value;
  term.operand[0] = address;
  term.bits = term.most_bits = bits;
  term.node = node;
  term.pinned = true;
  return intern(view, term);
}

int pp_term_phi(struct pp_view *view, int value, int node, uint64_t varies) {
  struct pp_term term = blank;
  term.kind = PP_TERM_PHI;
  term.value = value;
  term.bits = term.most_bits = view->nest->values[value].bits;
  term.node = node;
  term.pinned = true;
  term.varies = varies;
  return intern(view, term);
}

bool pp_term_is_constant(const struct pp_view *view, int term, uint64_t *constant) {
  const struct pp_term *found = &view->terms[term];
  if (found->kind != PP_TERM_SUM || found->product_count)
    return false;
  if (constant)
    *constant = found->constant;
  return true;
}

/* A sum under construction. */
struct sum {
  unsigned count;
  bool full;
  uint64_t constant;
  struct pp_product products[PP_TERM_PRODUCTS];
};

static void add_product(struct sum *sum, struct pp_product product) {
  for (unsigned i = 0; i < sum->count; i++)
    if (same_products(&sum->products[i], &product)) {
      sum->products[i].factor += product.factor;
      return;
    }
  if (sum->count == PP_TERM_PRODUCTS)
    sum->full = true;
  else
    sum->products[sum->count++] = product;
}

static void add_term(const struct pp_view *view, struct sum *sum, int number, uint64_t factor) {
  const struct pp_term *term = &view->terms[number];
  if (term->kind != PP_TERM_SUM) {
    add_product(sum, (struct pp_product){factor, 1, {number}});
    return;
  }
  sum->constant += factor * term->constant;
  for (unsigned i = 0; i < term->product_count; i++) {
    struct pp_product product = term->products[i];
    product.factor *= factor;
    add_product(sum, product);
  }
}

static int compare_atoms(const struct pp_view *view, int a, int b) {
  const struct pp_term *left = &view->terms[a], *right = &view->terms[b];
  if (left->hash != right->hash)
    return left->hash < right->hash ? -1 : 1;
  return a < b ? -1 : a > b;
}

static int compare_products(const struct pp_view *view, const struct pp_product *a, const struct pp_product *b) {
  for (unsigned i = 0; i < a->degree && i < b->degree; i++) {
    int order = compare_atoms(view, a->atom[i], b->atom[i]);
    if (order)
      return order;
  }
  return (int)a->degree - (int)b->degree;
}

static int finish(struct pp_view *view, struct sum *sum) {
  unsigned count = 0;
  for (unsigned i = 0; i < sum->count; i++)
    if (sum->products[i].factor)
      sum->products[count++] = sum->products[i];
  for (unsigned i = 1; i < count; i++)
    for (unsigned k = i; k && compare_products(view, &sum->products[k - 1], &sum->products[k]) > 0; k--) {
      struct pp_product swap = sum->products[k];
      sum->products[k] = sum->products[k - 1];
      sum->products[k - 1] = swap;
    }
  if (!count)
    return pp_term_constant(view, sum->constant);
  if (count == 1 && !sum->constant && sum->products[0].factor == 1 && sum->products[0].degree == 1)
    return sum->products[0].atom[0];
  struct pp_term term = blank;
  term.constant = sum->constant;
  term.product_count = count;
  term.products = pp_allocate(count, sizeof *term.products);
  memcpy(term.products, sum->products, count * sizeof *term.products);
  return intern(view, term);
}

static int make_operation(struct pp_view *view, enum pp_operation operation, int a, int b, int c, unsigned most_bits) {
  struct pp_term term = blank;
  term.kind = PP_TERM_OPERATION;
  term.operation = operation;
  term.operand[0] = a, term.operand[1] = b, term.operand[2] = c;
  term.most_bits = most_bits;
  return intern(view, term);
}

int pp_term_add(struct pp_view *view, int a, int b, uint64_t factor) {
  struct sum sum = {0};
  add_term(view, &sum, a, 1);
  add_term(view, &sum, b, factor);
  if (!sum.full)
    return finish(view, &sum);
  int scaled = pp_term_multiply(view, b, pp_term_constant(view, factor));
  return make_operation(view, PP_ADD, a, scaled, PP_NONE, 64);
}

static bool multiply_products(const struct pp_view *view, const struct pp_product *a, const struct pp_product *b,
                              struct pp_product *product) {
  if (a->degree + b->degree > PP_TERM_DEGREE)
    return false;
  *product = *a;
  product->factor *= b->factor;
  for (unsigned i = 0; i < b->degree; i++) {
    unsigned k = product->degree++;
    for (; k && compare_atoms(view, product->atom[k - 1], b->atom[i]) > 0; k--)
      product->atom[k] = product->atom[k - 1];
    product->atom[k] = b->atom[i];
  }
  return true;
}

int pp_term_multiply(struct pp_view *view, int a, int b) {
  uint64_t factor;
  if (pp_term_is_constant(view, a, &factor) || pp_term_is_constant(view, b, &factor)) {
    struct sum sum = {0};
    add_term(view, &sum, pp_term_is_constant(view, a, NULL) ? b : a, factor);
    return finish(view, &sum);
  }
  struct sum left = {0}, right = {0}, sum = {0};
  add_term(view, &left, a, 1);
  add_term(view, &right, b, 1);
  bool distribute = left.count * right.count <= 4;
  sum.constant = left.constant * right.constant;
  for (unsigned i = 0; i < left.count && distribute; i++)
    for (unsigned k = 0; k < right.count && distribute; k++) {
      struct pp_product product;
      distribute = multiply_products(view, &left.products[i], &right.products[k], &product);
      if (distribute)
        add_product(&sum, product);
    }
  for (unsigned i = 0; i < left.count; i++) {
    struct pp_product product = left.products[i];
    product.factor *= right.constant;
    add_product(&sum, product);
  }
  for (unsigned k = 0; k < right.count; k++) {
    struct pp_product product = right.products[k];
    product.factor *= left.constant;
    add_product(&sum, product);
  }
  if (distribute && !sum.full)
    return finish(view, &sum);
  bool turn = compare_atoms(view, a, b) > 0;
  return make_operation(view, PP_MULTIPLY, turn ? b : a, turn ? a : b, PP_NONE, 64);
}

/* A sum of which only the low bits count: its parts need no extensions, its constant is the one nearest to 0. */
static int low_part(struct pp_view *view, int number, unsigned bits) {
  struct sum sum = {0};
  const struct pp_term *term = &view->terms[number];
  for (unsigned i = 0; i < term->product_count; i++) {
    const struct pp_term *atom = &view->terms[term->products[i].atom[0]];
    if (term->products[i].degree == 1 && atom->kind == PP_TERM_EXTEND && atom->bits >= bits)
      add_term(view, &sum, atom->operand[0], term->products[i].factor);
    else
      add_product(&sum, term->products[i]);
  }
  uint64_t high = UINT64_MAX << bits;
  sum.constant = (sum.constant + term->constant) & ~high;
  sum.constant |= sum.constant >> (bits - 1) ? high : 0;
  return sum.full ? number : finish(view, &sum);
}

int pp_term_extend(struct pp_view *view, int number, unsigned bits, bool is_signed) {
  uint64_t constant;
  const struct pp_term *term = &view->terms[number];
  if (bits >= 64)
    return number;
  if (pp_term_is_constant(view, number, &constant)) {
    unsigned unused = 64 - bits;
    return pp_term_constant(view, is_signed ? (uint64_t)((int64_t)(constant << unused) >> unused) : constant << unused >> unused);
  }
  if (term->most_bits <= bits - is_signed)
    return number;
  if (term->kind == PP_TERM_EXTEND && term->bits >= bits)
    return term->bits == bits && term->is_signed == is_signed ? number : pp_term_extend(view, term->operand[0], bits, is_signed);
  if (term->kind == PP_TERM_OPERATION && term->operation == PP_SELECT) {
    int condition = term->operand[0], one = term->operand[1], other = term->operand[2];
    one = pp_term_extend(view, one, bits, is_signed);
    return pp_term_operation(view, PP_SELECT, condition, one, pp_term_extend(view, other, bits, is_signed));
  }
  if (term->kind == PP_TERM_SUM)
    number = low_part(view, number, bits);
  struct pp_term made = blank;
  made.kind = PP_TERM_EXTEND;
  made.operand[0] = number;
  made.bits = bits;
  made.is_signed = is_signed;
  made.most_bits = is_signed ? 64 : bits;
  return intern(view, made);
}

int pp_term_base(struct pp_view *view, int term, int64_t *offset) {
  const struct pp_term *found = &view->terms[term];
  *offset = found->kind == PP_TERM_SUM ? (int64_t)found->constant : 0;
  return *offset ? pp_term_add(view, term, pp_term_constant(view, (uint64_t)*offset), UINT64_MAX) : term;
}

bool pp_term_affine(struct pp_view *view, int term, int loop, int *step, int *rest) {
  uint64_t bit = UINT64_C(1) << loop;
  struct sum all = {0}, steps = {0}, rests = {0};
  add_term(view, &all, term, 1);
  rests.constant = all.constant;
  for (unsigned i = 0; i < all.count; i++) {
    struct pp_product product = all.products[i], left = {product.factor, 0, {0}};
    unsigned found = 0;
    for (unsigned k = 0; k < product.degree; k++) {
      const struct pp_term *atom = &view->terms[product.atom[k]];
      if (atom->kind == PP_TERM_ITERATION && atom->value == loop && !found)
        found++;
      else if (atom->varies & bit)
        return false;
      else
        left.atom[left.degree++] = product.atom[k];
    }
    if (!found)
      add_product(&rests, product);
    else if (left.degree)
      add_product(&steps, left);
    else
      steps.constant += left.factor;
  }
  *step = finish(view, &steps);
  *rest = finish(view, &rests);
  return true;
}

/* -- Operations -------------------------------------------------------------------------------------------------------- */

static bool is_boolean(const struct pp_view *view, int term) {
  return view->terms[term].most_bits == 1;
}

static int negation(struct pp_view *view, int term) {
  bool negated = true;
  int plain = pp_term_condition(view, term, &negated);
  uint64_t constant;
  if (pp_term_is_constant(view, plain, &constant))
    return pp_term_constant(view, (constant != 0) ^ negated);
  return negated ? make_operation(view, PP_EQUAL, plain, pp_term_constant(view, 0), PP_NONE, 1) : plain;
}

int pp_term_condition(const struct pp_view *view, int term, bool *negated) {
  const struct pp_term *found = &view->terms[term];
  uint64_t constant;
  while (found->kind == PP_TERM_OPERATION && found->operation == PP_EQUAL && is_boolean(view, found->operand[0]) &&
         pp_term_is_constant(view, found->operand[1], &constant) && !constant) {
    *negated = !*negated;
    term = found->operand[0];
    found = &view->terms[term];
  }
  return term;
}

static int compare(struct pp_view *view, enum pp_operation operation, int a, int b) {
  uint64_t constant;
  bool right = pp_term_is_constant(view, b, &constant);
  if (operation == PP_EQUAL) {
    if (a == b)
      return pp_term_constant(view, 1);
    if (right && is_boolean(view, a) && constant <= 1)
      return constant ? a : negation(view, a);
    return make_operation(view, operation, a, b, PP_NONE, 1);
  }
  if (a == b)
    return pp_term_constant(view, 0);
  if (right && constant == 1 && operation == PP_ULESS)
    return compare(view, PP_EQUAL, a, pp_term_constant(view, 0));
  bool left = pp_term_is_constant(view, a, &constant);
  uint64_t last = operation == PP_SLESS ? INT64_MAX : UINT64_MAX;
  if (left && constant != last) /* c < x  is  not x < c + 1 */
    return negation(view, compare(view, operation, b, pp_term_constant(view, constant + 1)));
  return make_operation(view, operation, a, b, PP_NONE, 1);
}

/* The power of two that divides all of a sum. */
static unsigned common_shift(const struct pp_view *view, int number) {
  const struct pp_term *term = &view->terms[number];
  uint64_t all = term->constant;
  for (unsigned i = 0; i < term->product_count; i++)
    all |= term->products[i].factor;
  return term->kind == PP_TERM_SUM && all ? (unsigned)__builtin_ctzll(all) : 0;
}

/* Low bits of a term that are certain to be 0. */
static unsigned low_zeros(const struct pp_view *view, int number, unsigned depth) {
  const struct pp_term *term = &view->terms[number];
  if (term->kind == PP_TERM_EXTEND)
    return depth ? low_zeros(view, term->operand[0], depth - 1) : 0;
  if (term->kind != PP_TERM_SUM)
    return 0;
  unsigned fewest = term->constant ? (unsigned)__builtin_ctzll(term->constant) : 64;
  for (unsigned i = 0; i < term->product_count; i++) {
    unsigned zeros = (unsigned)__builtin_ctzll(term->products[i].factor);
    zeros += depth ? low_zeros(view, term->products[i].atom[0], depth - 1) : 0;
    fewest = zeros < fewest ? zeros : fewest;
  }
  return fewest;
}

static int logic(struct pp_view *view, enum pp_operation operation, int a, int b) {
  uint64_t constant;
  unsigned left = view->terms[a].most_bits, right = view->terms[b].most_bits;
  bool known = pp_term_is_constant(view, b, &constant);
  if (a == b)
    return operation == PP_XOR ? pp_term_constant(view, 0) : a;
  if (operation == PP_AND && known) {
    if (!constant)
      return b;
    unsigned bits = bits_of(constant);
    if (constant == UINT64_MAX >> (64 - bits)) /* a mask of low bits is an extension */
      return pp_term_extend(view, a, bits, false);
  }
  if (operation != PP_AND && known && !constant)
    return a;
  if (operation == PP_XOR && known && constant == 1 && is_boolean(view, a))
    return negation(view, a);
  if (operation == PP_OR && is_boolean(view, a) && is_boolean(view, b)) /* a or b  is  not (not a and not b) */
    return negation(view, pp_term_operation(view, PP_AND, negation(view, a), negation(view, b), PP_NONE));
  if (operation != PP_AND && (low_zeros(view, a, 4) >= right || low_zeros(view, b, 4) >= left)) /* no bit in common */
    return pp_term_add(view, a, b, 1);
  unsigned most = operation == PP_AND ? (left < right ? left : right) : (left > right ? left : right);
  return make_operation(view, operation, a, b, PP_NONE, most);
}

static int divide_sum(struct pp_view *view, int number, unsigned count) {
  struct sum sum = {0};
  add_term(view, &sum, number, 1);
  sum.constant >>= count;
  for (unsigned i = 0; i < sum.count; i++)
    sum.products[i].factor = (uint64_t)((int64_t)sum.products[i].factor >> count);
  return finish(view, &sum);
}

static int shift(struct pp_view *view, enum pp_operation operation, int a, int b) {
  uint64_t count;
  if (!pp_term_is_constant(view, b, &count))
    return make_operation(view, operation, a, b, PP_NONE, operation == PP_SHIFT_RIGHT ? view->terms[a].most_bits : 64);
  count &= 63;
  if (operation == PP_SHIFT_LEFT)
    return pp_term_multiply(view, a, pp_term_constant(view, UINT64_C(1) << count));
  unsigned most = view->terms[a].most_bits;
  if (!count)
    return a;
  unsigned left = common_shift(view, a);
  if (left >= count && left >= 32) { /* up and down again: an extension of the low bits */
    int low = pp_term_extend(view, divide_sum(view, a, left), 64 - left, operation == PP_SHIFT_RIGHT_SIGNED);
    return pp_term_multiply(view, low, pp_term_constant(view, UINT64_C(1) << (left - count)));
  }
  if (operation == PP_SHIFT_RIGHT_SIGNED && most < 64)
    operation = PP_SHIFT_RIGHT;
  if (operation == PP_SHIFT_RIGHT && most <= count)
    return pp_term_constant(view, 0);
  return make_operation(view, operation, a, b, PP_NONE, operation == PP_SHIFT_RIGHT ? most - (unsigned)count : 64);
}

static uint64_t greatest_divisor(uint64_t a, uint64_t b) {
  while (b) {
    uint64_t rest = a % b;
    a = b, b = rest;
  }
  return a;
}

static uint64_t divisor_of(const struct sum *sum, uint64_t divisor) {
  int64_t constant = (int64_t)sum->constant;
  divisor = greatest_divisor(divisor, constant < 0 ? -(uint64_t)constant : (uint64_t)constant);
  for (unsigned i = 0; i < sum->count; i++) {
    int64_t factor = (int64_t)sum->products[i].factor;
    divisor = greatest_divisor(divisor, factor < 0 ? -(uint64_t)factor : (uint64_t)factor);
  }
  return divisor;
}

static void divide_by(struct sum *sum, uint64_t divisor) {
  sum->constant = (uint64_t)((int64_t)sum->constant / (int64_t)divisor);
  for (unsigned i = 0; i < sum->count; i++)
    sum->products[i].factor = (uint64_t)((int64_t)sum->products[i].factor / (int64_t)divisor);
}

/* Takes out of two sums what both have. */
static void take_common(struct sum *a, struct sum *b, struct sum *common) {
  for (unsigned i = 0; i < a->count; i++)
    for (unsigned k = 0; k < b->count; k++)
      if (a->products[i].factor && same_products(&a->products[i], &b->products[k]) &&
          a->products[i].factor == b->products[k].factor) {
        add_product(common, a->products[i]);
        a->products[i].factor = b->products[k].factor = 0;
      }
}

static int make_choice(struct pp_view *view, int condition, int a, int b) {
  unsigned left = view->terms[a].most_bits, right = view->terms[b].most_bits;
  return make_operation(view, PP_SELECT, condition, a, b, left > right ? left : right);
}

/* A choice between sums, with what both have, and a factor of both, before it: compilers choose before or after. */
static int choose_between_sums(struct pp_view *view, int condition, int a, int b) {
  struct sum left = {0}, right = {0}, common = {0};
  add_term(view, &left, a, 1);
  add_term(view, &right, b, 1);
  take_common(&left, &right, &common);
  uint64_t divisor = divisor_of(&right, divisor_of(&left, 0));
  if (divisor > INT64_MAX || !divisor)
    divisor = 1;
  bool constants = !left.count && !right.count;
  if (constants || (divisor == 1 && !common.count))
    return make_choice(view, condition, a, b);
  divide_by(&left, divisor);
  divide_by(&right, divisor);
  a = finish(view, &left);
  int chosen = make_choice(view, condition, a, finish(view, &right));
  return pp_term_add(view, finish(view, &common), chosen, divisor);
}

/* x ^ k or x: that is x ^ (k or 0). */
static int xored_with(const struct pp_view *view, int number, int other) {
  const struct pp_term *term = &view->terms[number];
  if (term->kind != PP_TERM_OPERATION || term->operation != PP_XOR)
    return PP_NONE;
  return term->operand[0] == other ? term->operand[1] : term->operand[1] == other ? term->operand[0] : PP_NONE;
}

static int choice(struct pp_view *view, int condition, int a, int b) {
  bool negated = false;
  uint64_t constant;
  condition = pp_term_condition(view, condition, &negated);
  if (negated) {
    int swap = a;
    a = b, b = swap;
  }
  if (a == b)
    return a;
  if (pp_term_is_constant(view, condition, &constant))
    return constant ? a : b;
  if (pp_term_is_constant(view, a, &constant) && constant == 1 && pp_term_is_constant(view, b, &constant) && !constant)
    return condition;
  if (pp_term_is_constant(view, a, &constant) && !constant && pp_term_is_constant(view, b, &constant) && constant == 1)
    return negation(view, condition);
  int zero = pp_term_constant(view, 0), by = xored_with(view, a, b);
  if (by != PP_NONE)
    return pp_term_operation(view, PP_XOR, b, choice(view, condition, by, zero), PP_NONE);
  by = xored_with(view, b, a);
  if (by != PP_NONE)
    return pp_term_operation(view, PP_XOR, a, choice(view, condition, zero, by), PP_NONE);
  return choose_between_sums(view, condition, a, b);
}

int pp_term_division(struct pp_view *view, enum pp_operation operation, int a, int b, int node) {
  uint64_t divisor, value;
  bool is_signed = operation == PP_SDIVIDE || operation == PP_SREMAINDER;
  bool known = pp_term_is_constant(view, b, &divisor) && divisor && !(is_signed && divisor == UINT64_MAX);
  bool power = known && !is_signed && !(divisor & (divisor - 1));
  if (power && operation == PP_UDIVIDE)
    return shift(view, PP_SHIFT_RIGHT, a, pp_term_constant(view, (uint64_t)__builtin_ctzll(divisor)));
  if (power)
    return logic(view, PP_AND, a, pp_term_constant(view, divisor - 1));
  if (known && !is_signed && pp_term_is_constant(view, a, &value))
    return pp_term_constant(view, operation == PP_UDIVIDE ? value / divisor : value % divisor);
  struct pp_term term = blank;
  term.kind = PP_TERM_OPERATION;
  term.operation = operation;
  term.operand[0] = a, term.operand[1] = b;
  term.most_bits = is_signed ? 64 : view->terms[a].most_bits;
  term.pinned = !known;
  term.node = known ? view->home : node;
  return intern(view, term);
}

int pp_term_operation(struct pp_view *view, enum pp_operation operation, int a, int b, int c) {
  bool turns =
      operation == PP_MULTIPLY_HIGH || operation == PP_AND || operation == PP_OR || operation == PP_XOR || operation == PP_EQUAL;
  if (turns && (pp_term_is_constant(view, a, NULL) || (!pp_term_is_constant(view, b, NULL) && compare_atoms(view, a, b) > 0))) {
    int swap = a;
    a = b, b = swap;
  }
  uint64_t left, right, folded;
  if (b != PP_NONE && c == PP_NONE && pp_term_is_constant(view, a, &left) && pp_term_is_constant(view, b, &right) &&
      pp_fold(operation, left, right, &folded))
    return pp_term_constant(view, folded);
  switch (operation) {
  case PP_AND:
  case PP_OR:
  case PP_XOR:
    return logic(view, operation, a, b);
  case PP_SHIFT_LEFT:
  case PP_SHIFT_RIGHT:
  case PP_SHIFT_RIGHT_SIGNED:
    return shift(view, operation, a, b);
  case PP_EQUAL:
  case PP_ULESS:
  case PP_SLESS:
    return compare(view, operation, a, b);
  case PP_NOT_EQUAL:
    return negation(view, pp_term_operation(view, PP_EQUAL, a, b, c));
  case PP_ULESS_EQUAL: /* a <= b  is  not b < a */
    return negation(view, pp_term_operation(view, PP_ULESS, b, a, c));
  case PP_SLESS_EQUAL:
    return negation(view, pp_term_operation(view, PP_SLESS, b, a, c));
  case PP_SELECT:
    return choice(view, a, b, c);
  default:
    return make_operation(view, operation, a, b, c, 64);
  }
}
