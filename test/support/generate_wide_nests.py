# SPDX-License-Identifier: MIT
# Writes a C program of random loops of every kind that programs have, results defined: what generate_nests.py writes, and chains,
# buckets, rows, searches, queues, records that tell their own length, generated addresses, block operations, calls, rare exits.
# usage: generate_wide_nests.py SEED FUNCTIONS > program.c; with -DGUARDED every array ends at a forbidden page.
import random
import sys

import generate_nests

HEAD = """/* SPDX-License-Identifier: MIT */
/* Made by generate_wide_nests.py, seed %d. b, q and p have n elements, start has n + 1, column start[n], and end there. */
#include "guard.h"

#include <stdint.h>

enum { SIZE = 8192, MOST = 331, HEADS = 1024, BYTES = 4096 };
typedef unsigned long number;
struct record {
  number key;
  uint32_t link, other;
};
struct fields {
  unsigned low : 5, high : 13, rest : 14;
};
struct counts {
  long n, m;
};
#ifdef GUARDED
static number *v, *w;
static double *d;
static uint8_t *small, *bytes;
static struct record *records;
static struct fields *fields;
static uint32_t *head, *next;
#define ARRAYS()                                                                                                                  \\
  (v = guard_at_end(SIZE * sizeof *v), w = guard_at_end(SIZE * sizeof *w), d = guard_at_end(SIZE * sizeof *d),                    \\
   small = guard_at_end(SIZE), bytes = guard_at_end(BYTES), records = guard_at_end(SIZE * sizeof *records),                       \\
   fields = guard_at_end(SIZE * sizeof *fields), head = guard_at_end(HEADS * sizeof *head), next = guard_at_end(SIZE * sizeof *next))
#else
static number v[SIZE], w[SIZE];
static double d[SIZE];
static uint8_t small[SIZE], bytes[BYTES];
static struct record records[SIZE];
static struct fields fields[SIZE];
static uint32_t head[HEADS], next[SIZE];
#define ARRAYS() ((void)0)
#endif
static uint32_t queue[SIZE];
static long rare;

__attribute__((noinline)) static number mix(number x) { return (x ^ (x >> 7)) * 0x9e3779b97f4a7c15u; }

/* Functions that walk what they are given: the first two may be inlined. */
static number row_sum(const number *row, long m) {
  number sum = 0;
  for (long i = 0; i < m; i++)
    sum += row[i];
  return sum;
}
static uint32_t link_of(const struct record *from, long i) { return from[i].link; }
__attribute__((noinline)) static number far_sum(const number *row, long m, number first) {
  for (long i = 0; i < m; i++)
    first = first * 3 + row[i];
  return first;
}
__attribute__((noinline)) static number each(const uint32_t *b, long n, number (*visit)(number)) {
  number sum = 0;
  for (long i = 0; i < n; i++)
    sum += visit(v[b[i]]);
  return sum;
}

/* Lookups that are not inlined: several ways out, a chain, a search, stores, a variable of their own, one that calls itself. */
__attribute__((noinline)) static number found_at(const uint32_t *heads, number key) {
  for (uint32_t at = heads[key %% HEADS], hops = 0; at && hops < 5; at = next[at], hops++)
    if (records[at].key > key)
      return at;
  if (key & 64)
    return records[key %% SIZE].other;
  return key & 1023;
}
__attribute__((noinline)) static number place_of(const number *in, number key, long most) {
  long low = 0, high = most;
  while (low < high) {
    long middle = low + (high - low) / 2;
    if (in[middle] < key)
      low = middle + 1;
    else
      high = middle;
  }
  return (number)low;
}
__attribute__((noinline)) static void bump(number *counts, uint32_t at, number by) {
  if (at & 1)
    counts[at] += by;
  else
    counts[at / 2] ^= small[at];
}
__attribute__((noinline)) static number of_row(const uint32_t *start, const uint32_t *column, long row) {
  number sum = 0;
  for (uint32_t e = start[row]; e < start[row + 1]; e++)
    sum += v[column[e]] ^ (number)fields[column[e]].high;
  return sum;
}
__attribute__((noinline)) static number own_variable(const uint8_t *from, long n) {
  uint8_t own[24];
  number sum = 0;
  memcpy(own, from, sizeof own);
  for (long i = 0; i < n; i++)
    own[i %% 24] ^= (uint8_t)i, sum += own[(i * 7) %% 24];
  switch (sum & 3) {
  case 0:
    return sum + w[own[3] * 8];
  case 2:
    return sum - own[5];
  default:
    return sum;
  }
}
__attribute__((noinline)) static number deeper(uint32_t at, long left) {
  return left <= 0 ? records[at].key : deeper(records[at].link, left - 1) + found_at(head, records[at].key);
}

/* n: elements of b, q and p. m: at most 20. k: 1 to 5. stop: an iteration before n, or beyond. */
#define FUNCTION(name)                                                                                                            \\
  __attribute__((noinline)) static number name(const uint32_t *b, const uint16_t *q, number *const *p, long n, long m, long k,    \\
                                               long stop, const uint32_t *start, const uint32_t *column, const struct counts *counts)
"""

TAIL = """
static void run(long n, long m, long k, long stop) {
  uint32_t *b = guard_at_end((size_t)n * sizeof *b), *start = guard_at_end(((size_t)n + 1) * sizeof *start);
  uint16_t *q = guard_at_end((size_t)n * sizeof *q);
  number **p = guard_at_end((size_t)n * sizeof *p);
  struct counts *counts = guard_at_end(sizeof *counts);
  *counts = (struct counts){n, m};
  for (long i = 0; i < n; i++) {
    b[i] = (uint32_t)(mix((number)i) %% SIZE);
    q[i] = (uint16_t)(mix((number)i * 3) %% SIZE);
    p[i] = &v[mix((number)i * 7) %% SIZE];
    start[i + 1] = start[i] + (uint32_t)(mix((number)i * 11) >> 40) %% 7;
  }
  uint32_t *column = guard_at_end(start[n] * sizeof *column);
  for (uint32_t e = 0; e < start[n]; e++)
    column[e] = (uint32_t)(mix(e + 99) %% SIZE);
%s}

int main(void) {
  static const long sizes[] = {0, 1, 2, 7, 64, 65, MOST};
  ARRAYS();
  for (long i = 0; i < SIZE; i++) {
    v[i] = mix((number)i);
    w[i] = mix((number)i + 5);
    d[i] = (double)(i %% 1009) / 7.0;
    small[i] = (uint8_t)v[i];
    records[i] = (struct record){v[i] >> 3, (uint32_t)(v[i] %% SIZE), (uint32_t)(w[i] %% SIZE)};
    fields[i].low = v[i] & 31, fields[i].high = (v[i] >> 9) & (SIZE - 1), fields[i].rest = (v[i] >> 30) & 16383;
  }
  for (uint32_t i = 1; i < SIZE; i++) {
    next[i] = head[v[i] %% HEADS];
    head[v[i] %% HEADS] = i;
  }
  for (long i = 0; i < BYTES; i++)
    bytes[i] = (uint8_t)(mix((number)i) %% 37);
  for (unsigned c = 0; c < sizeof sizes / sizeof *sizes; c++)
    for (long k = 1; k < 6; k += 2)
      run(sizes[c], sizes[c] %% 20, k, c %% 2 ? sizes[c] / 2 : 1L << 40);
  printf("rare %%ld\\n", rare);
  return 0;
}
"""


class Wide(generate_nests.Function):
    """A function as generate_nests.py makes them, with more kinds of indices, values, statements and loops."""

    def walker(self, variables):
        return next((name for name, few in reversed(variables) if not few), None)

    def bounded(self, variables):
        """An index of v, below SIZE."""
        return self.choose.choice([self.affine, self.index, self.index])(variables)

    def index(self, variables):
        name = self.walker(variables)
        kind = self.choose.randrange(14)
        if kind == 12:
            return "found_at(head, %s)" % super().value(variables)
        if kind == 13:
            return "place_of(v, %s, SIZE - 1)" % super().value(variables)
        if kind == 0:
            return "fields[%s].high" % self.affine(variables)
        if kind == 1:
            return "(number)(((unsigned __int128)mix(%s) * SIZE) >> 64)" % variables[-1][0]
        if kind == 2:
            return "link_of(records, (long)(%s))" % self.affine(variables)
        if kind == 3:
            return "records[records[%s].link].other" % super().index(variables)
        if kind == 4 and name:
            return "(q[%s] & 1 ? b[%s] : (uint32_t)q[%s])" % (name, name, name)
        if kind == 5:
            return "sum % SIZE"
        return super().index(variables)

    def value(self, variables):
        name, kind = self.walker(variables), self.choose.randrange(14)
        if kind == 10 and name:
            return "of_row(start, column, (long)%s)" % name
        if kind == 11:
            return "own_variable(&small[(%s) / 2], %s)" % (self.bounded(variables), self.choose.choice(["m", "k", "30"]))
        if kind == 12:
            return "deeper((uint32_t)(%s), %s)" % (self.bounded(variables), self.choose.choice(["k", "2"]))
        if kind == 0:
            return "(number)fields[%s].%s" % (self.bounded(variables), self.choose.choice(["low", "high", "rest"]))
        if kind == 1:
            return "row_sum(&v[%s / 2], %s)" % (self.bounded(variables), self.choose.choice(["m", "k", "9"]))
        if kind == 2:
            return "far_sum(&w[%s / 2], %s, sum)" % (self.bounded(variables), self.choose.choice(["m", "k"]))
        return super().value(variables)

    def statement(self, depth, variables):
        name, kind = self.walker(variables), self.choose.randrange(28)
        if kind == 0:
            self.add(depth, "for (uint32_t at = (uint32_t)(%s), hops = 0; at && hops < 6; at = records[at].link, hops++)" % self.bounded(variables))
            self.add(depth + 1, "sum += records[at].key;")
        elif kind == 1:
            self.add(depth, "for (uint32_t at = head[(%s) %% HEADS]; at; at = next[at])" % self.value(variables))
            self.add(depth + 1, "if (v[at] == sum || records[at].other > 8000) {")
            self.add(depth + 2, "sum += at;")
            self.add(depth + 2, "break;")
            self.add(depth + 1, "}")
        elif kind == 2 and name:
            self.add(depth, "for (uint32_t e = start[%s]; e < start[%s + 1]; e++)" % (name, name))
            self.add(depth + 1, "sum += %s;" % self.choose.choice(["v[column[e]]", "records[column[e]].key", "(number)d[column[e]] + e"]))
        elif kind == 3:
            self.add(depth, "{")
            self.add(depth + 1, "number low = 0, high = SIZE, wanted = %s;" % self.value(variables))
            self.add(depth + 1, "while (low < high) {")
            self.add(depth + 2, "number middle = (low + high) / 2;")
            self.add(depth + 2, "if (v[middle] < wanted)")
            self.add(depth + 3, "low = middle + 1;")
            self.add(depth + 2, "else")
            self.add(depth + 3, "high = middle;")
            self.add(depth + 1, "}")
            self.add(depth + 1, "sum += low;")
            self.add(depth, "}")
        elif kind == 4:
            length = self.choose.choice(["64", "k * 8", "(number)m", "v[%s] & 63" % self.affine(variables), "1000"])
            self.add(depth, "{")
            self.add(depth + 1, "uint8_t block[1024];")
            self.add(depth + 1, "memcpy(block, &small[(%s) / 2], (size_t)(%s));" % (self.bounded(variables), length))
            self.add(depth + 1, "sum += block[0] * (number)((%s) > 0);" % length)
            self.add(depth, "}")
        elif kind == 5:
            self.add(depth, "memset(&w[(%s) / 2], %d, (size_t)(%s));" % (self.bounded(variables), self.choose.randrange(9),
                                                                        self.choose.choice(["8", "64", "k * 16"])))
        elif kind == 6:
            self.add(depth, "sum += (number)(memcmp(&small[(%s) / 2], &small[(%s) / 2], %s) < 0);" % (
                self.bounded(variables), self.bounded(variables), self.choose.choice(["16", "(size_t)m", "200"])))
        elif kind == 7 and name:
            self.add(depth, "%s += q[%s] & 15;" % ("delta", name))
            self.add(depth, "sum += v[delta % SIZE];")
        elif kind == 8:
            self.add(depth, "state = state * 1664525u + 1013904223u;")
            self.add(depth, "sum += v[state >> 19];")
        elif kind == 9:
            self.add(depth, "switch ((%s) & 7) {" % self.value(variables))
            self.add(depth, "case 0: sum += 3; break;")
            self.add(depth, "case 3: sum ^= v[%s]; break;" % self.affine(variables))
            self.add(depth, "case 5: %s" % (self.choose.choice(["continue;", "sum--; break;"]) if self.continues else "sum--; break;"))
            self.add(depth, "default: sum += small[%s];" % self.affine(variables))
            self.add(depth, "}")
        elif kind == 10:
            self.add(depth, "for (uint8_t c = (uint8_t)(250 + k); c != (uint8_t)m; c++)")
            self.add(depth + 1, "sum += v[c * 3 + %d];" % self.choose.randrange(40))
        elif kind == 11 and len(variables) < 3: # a hundred iterations more: not in three loops
            self.add(depth, "for (long at = 0; at < BYTES; at += bytes[at] + 20)")
            self.add(depth + 1, "sum += bytes[at] + v[at];")
        elif kind in (13, 14):
            self.add(depth, "bump(%s, (uint32_t)(%s), sum);" % (self.choose.choice(["w", "v"]), self.bounded(variables)))
        elif kind == 12 and name:
            self.add(depth, "if (b[%s] == 77777) {" % name)
            self.add(depth + 1, self.choose.choice(["abort();", "rare += (long)sum;", "free(malloc(sum));", "return each(b, n, mix);"]))
            self.add(depth, "}")
        else:
            super().statement(depth, variables)

    def loop(self, depth, variables, levels):
        kind = self.choose.randrange(8) if not variables else 7
        if kind == 0:
            self.add(depth, "for (const uint32_t *at = b; at < b + n; at++)")
            self.add(depth + 1, "sum += v[*at] + %s;" % self.choose.choice(["w[*at / 2]", "(number)(at - b)", "mix(*at)"]))
        elif kind == 1:
            self.add(depth, "for (long i = 0; i < counts->n; i++) {")
            self.continues = True
            self.statement(depth + 1, [("i", False)])
            self.add(depth, "}")
        elif kind == 2:
            self.add(depth, "{")
            self.add(depth + 1, "uint32_t tail = 0;")
            self.add(depth + 1, "queue[tail++] = (uint32_t)n;")
            self.add(depth + 1, "for (uint32_t at = 0; at < tail; at++) {")
            self.add(depth + 2, "uint32_t node = queue[at];")
            self.add(depth + 2, "sum += v[node];")
            self.add(depth + 2, "if (tail + 2 < MOST && records[node].key & 3)")
            self.add(depth + 3, "queue[tail++] = records[node].link, queue[tail++] = records[node].other;")
            self.add(depth + 1, "}")
            self.add(depth, "}")
        elif kind == 3:
            self.add(depth, "sum += each(b, n, mix);")
        else:
            super().loop(depth, variables, levels)

    def write(self, name):
        self.add(0, "FUNCTION(%s) {" % name)
        self.add(1, "number sum = (number)(n + m + k + stop), delta = 0;")
        self.add(1, "uint32_t state = (uint32_t)n;")
        self.add(1, "double total = 0;")
        self.add(1, "(void)b, (void)q, (void)p, (void)start, (void)column, (void)counts, (void)delta, (void)state;")
        for _ in range(self.choose.randrange(1, 3)):
            self.loop(1, [], self.choose.choice([1, 1, 2, 2, 3]))
        self.add(1, "return sum + (number)total;")
        self.add(0, "}")
        return "\n".join(self.lines) + "\n\n"


def program(seed, count):
    choose = random.Random(seed)
    text, calls = HEAD % seed, ""
    for number in range(count):
        text += Wide(choose).write("f%d" % number)
        calls += '  printf("f%d %%ld: %%lx\\n", n, f%d(b, q, p, n, m, k, stop, start, column, counts));\n' % (number, number)
    return text + TAIL % calls


if __name__ == "__main__":
    print(program(int(sys.argv[1]), int(sys.argv[2])), end="")
