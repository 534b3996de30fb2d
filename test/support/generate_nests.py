# SPDX-License-Identifier: MIT
# Writes a C program of random loop nests whose results are defined: same seed, same program. Index arrays end at a forbidden page.
# usage: generate_nests.py SEED FUNCTIONS > program.c
import random
import sys

HEAD = """/* SPDX-License-Identifier: MIT */
/* Made by generate_nests.py, seed %d. Every function walks `n` elements of arrays that end there. */
#include "guard.h"

#include <stdint.h>

enum { SIZE = 8192, MOST = 331 };
typedef unsigned long number;
static number v[SIZE], w[SIZE];
static double d[SIZE];
static uint8_t small[SIZE];
static struct { number key; uint32_t link, other; } records[SIZE];

__attribute__((noinline)) static number mix(number x) { return (x ^ (x >> 7)) * 0x9e3779b97f4a7c15u; }

/* n: elements of b, q and p. m: at most 20. k: 1 to 5. stop: an iteration before n, or beyond. */
#define FUNCTION(name)                                                                                                            \\
  __attribute__((noinline)) static number name(const uint32_t *b, const uint16_t *q, number *const *p, long n, long m, long k,    \\
                                               long stop)
"""

TAIL = """
static void run(long n, long m, long k, long stop) {
  uint32_t *b = guard_at_end((size_t)n * sizeof *b);
  uint16_t *q = guard_at_end((size_t)n * sizeof *q);
  number **p = guard_at_end((size_t)n * sizeof *p);
  for (long i = 0; i < n; i++) {
    b[i] = (uint32_t)(mix((number)i) %% SIZE);
    q[i] = (uint16_t)(mix((number)i * 3) %% SIZE);
    p[i] = &v[mix((number)i * 7) %% SIZE];
  }
%s}

int main(void) {
  static const long counts[] = {0, 1, 2, 7, 64, 65, MOST};
  for (long i = 0; i < SIZE; i++) {
    v[i] = mix((number)i);
    w[i] = mix((number)i + 5);
    d[i] = (double)(i %% 1009) / 7.0;
    small[i] = (uint8_t)v[i];
    records[i].key = v[i] >> 3;
    records[i].link = (uint32_t)(v[i] %% SIZE);
    records[i].other = (uint32_t)(w[i] %% SIZE);
  }
  for (unsigned c = 0; c < sizeof counts / sizeof *counts; c++)
    for (long k = 1; k < 6; k += 2)
      run(counts[c], counts[c] %% 20, k, c %% 2 ? counts[c] / 2 : 1L << 40);
  return 0;
}
"""


class Function:
    def __init__(self, choose):
        self.choose = choose
        self.lines = []

    def add(self, depth, text):
        self.lines.append("  " * depth + text)

    def affine(self, variables):
        """An index of v, w, d or records that stays below SIZE: iterations are below 331 in one loop, 20 in those around it."""
        terms = [str(self.choose.randrange(40))]
        for number, (name, few) in enumerate(variables):
            factor = self.choose.choice(["64 *", "k *", "3 *", ""]) if few else self.choose.choice(["", "2 *", "k *", "5 *"])
            terms.append(("%s %s" % (factor, name)).strip())
        return " + ".join(terms)

    def index(self, variables):
        """An index loaded from memory; b and q are walked by the innermost variable that runs to n."""
        name = next((name for name, few in reversed(variables) if not few), None)
        if name is None:
            return self.affine(variables)
        at = self.choose.choice([name, name, name, "n - 1 - %s" % name])
        return self.choose.choice([
            "b[%s]" % at, "q[%s]" % at, "b[%s] / 2 + q[%s] / 2" % (at, at), "(uint16_t)(b[%s] * 5u) & 4095" % at,
            "(b[%s] * 0x9e3779b1u) >> 20" % at, "b[%s] ^ 1" % at, "(uint8_t)(q[%s] + %d)" % (at, self.choose.randrange(99)),
            "records[%s].link" % self.affine(variables), "b[%s] %% (number)(k + 1000)" % at,
        ])

    def value(self, variables):
        name = next((name for name, few in reversed(variables) if not few), None)
        choices = [
            "v[%s]" % self.affine(variables), "v[%s]" % self.index(variables), "w[%s]" % self.index(variables),
            "small[%s]" % self.affine(variables), "small[%s]" % self.index(variables), "(number)d[%s]" % self.affine(variables),
            "(number)d[%s]" % self.index(variables), "records[%s].key" % self.index(variables),
            "records[%s].key + records[%s].other" % ((self.index(variables),) * 2), "(number)%s" % variables[-1][0], "mix(sum)",
        ]
        if name:
            choices.append("*p[%s]" % name)
        return self.choose.choice(choices)

    def statement(self, depth, variables):
        kind = self.choose.randrange(12)
        name = next((name for name, few in reversed(variables) if not few), None)
        if kind < 5:
            self.add(depth, "sum %s %s;" % (self.choose.choice(["+=", "^=", "= sum * 3 +"]), self.value(variables)))
        elif kind == 5:
            self.add(depth, "w[%s] %s sum;" % (self.choose.choice([self.affine, self.index])(variables), self.choose.choice(["=", "+="])))
        elif kind == 6:
            self.add(depth, "v[%s] = %s;" % (self.affine(variables), self.value(variables)))
        elif kind == 7:
            self.add(depth, "if (%s & %d)" % (self.value(variables).replace("*p", "1 + *p"), self.choose.choice([1, 3, 16])))
            self.add(depth + 1, "sum += %s;" % self.value(variables))
        elif kind == 8 and name:
            self.add(depth, "if (%s == stop)" % name)
            self.add(depth + 1, self.choose.choice(["break;", "return sum;", "break;", "continue;" if self.continues else "break;"]))
        elif kind == 9:
            self.add(depth, "total += d[%s] * 0.5;" % self.choose.choice([self.affine, self.index])(variables))
        elif kind == 10 and name:
            self.add(depth, "for (number at = %s; small[at] > 40 && at < SIZE - 1; at++)" % self.index(variables))
            self.add(depth + 1, "sum += at;")
        else:
            self.add(depth, "sum += %s;" % self.value(variables))

    def loop(self, depth, variables, levels):
        name = "ijl"[len(variables)]
        few = levels > 1 or (bool(variables) and self.choose.random() < 0.5)
        few = few or any(not other_few for _, other_few in variables)
        bound = "m" if few else "n"
        kind = self.choose.randrange(6)
        type_ = self.choose.choice(["long", "int", "unsigned", "size_t"])
        self.continues = kind not in (3, 4)
        if kind <= 1:
            self.add(depth, "for (%s %s = 0; %s < (%s)%s; %s++) {" % (type_, name, name, type_, bound, name))
        elif kind == 2:
            self.add(depth, "for (long %s = %s - 1; %s >= 0; %s--) {" % (name, bound, name, name))
        elif kind == 3:
            self.add(depth, "for (long %s = 0; %s < %s;) {" % (name, name, bound))
        elif kind == 4:
            self.add(depth, "if (%s > 0) {" % bound)
            self.add(depth + 1, "long %s = 0;" % name)
            self.add(depth + 1, "do {")
        else:
            self.add(depth, "for (long %s = 0; %s < %s; %s += %s) {" % (name, name, bound, name, self.choose.choice(["2", "3", "k"])))
        inner = variables + [(name, few)]
        body = depth + (2 if kind == 4 else 1)
        for _ in range(self.choose.randrange(1, 3)):
            self.statement(body, inner)
        if levels > 1:
            kept = self.continues
            self.loop(body, inner, levels - 1)
            self.continues = kept
            if self.choose.random() < 0.4:
                self.statement(body, inner)
        if kind == 3:
            self.add(body, "%s++;" % name)
        if kind == 4:
            self.add(depth + 1, "} while (++%s < %s);" % (name, bound))
        self.add(depth, "}")

    def write(self, name):
        self.add(0, "FUNCTION(%s) {" % name)
        self.add(1, "number sum = (number)(n + m + k + stop);")
        self.add(1, "double total = 0;")
        self.add(1, "(void)b, (void)q, (void)p;")
        for _ in range(self.choose.randrange(1, 3)):
            self.loop(1, [], self.choose.choice([1, 1, 2, 2, 3]))
        self.add(1, "return sum + (number)total;")
        self.add(0, "}")
        return "\n".join(self.lines) + "\n\n"


def body():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    choose = random.Random(seed)
    print(HEAD % seed)
    calls = ""
    for number in range(count):
        print(Function(choose).write("f%d" % number), end="")
        calls += '  printf("f%d %%ld: %%lx\\n", n, f%d(b, q, p, n, m, k, stop));\n' % (number, number)
    print(TAIL % calls)


if __name__ == "__main__":
    body()
