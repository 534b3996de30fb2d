# SPDX-License-Identifier: MIT
# Writes a C program of random floating-point loops for floats.c: same seed, same program. Each loop has random numbers of its own,
# so that one of them can be written alone. Results are defined for all that floats.c passes, NaN and infinities included.
# usage: generate_floats.py SEED LOOPS [ONLY] > loops.c
import random
import sys

HEAD = """/* SPDX-License-Identifier: MIT */
/* Made by generate_floats.py, seed %d. */
#include "floats.h"
"""

# Parameter: type of an element, the arena's array.
READ = {
    "fa": ("float", "f[0]"), "fb": ("float", "f[1]"), "fc": ("float", "f[2]"), "fd": ("float", "f[3]"),
    "da": ("double", "d[0]"), "db": ("double", "d[1]"), "dc": ("double", "d[2]"), "dd": ("double", "d[3]"),
    "i8": ("int8_t", "i8[0]"), "u8": ("uint8_t", "u8[0]"), "i16": ("int16_t", "i16[0]"), "u16": ("uint16_t", "u16[0]"),
    "i32": ("int32_t", "i32[0]"), "u32": ("uint32_t", "u32[0]"), "i64": ("int64_t", "i64[0]"), "u64": ("uint64_t", "u64[0]"),
    "any": ("int32_t", "any"), "few": ("uint16_t", "narrow_any"), "rec": ("int32_t", "record"),
}
INTEGERS = ["i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64"]
WRITTEN = {"fx": ("float", "f[4]"), "fy": ("float", "f[5]"), "dx": ("double", "d[4]"), "dy": ("double", "d[5]")}
WRITTEN.update(("w" + name, (READ[name][0], name + "[1]")) for name in INTEGERS)
RECORDS = {"pair": ("float", ["re", "im"]), "sample": ("float", ["re", "im", "weight"]), "wide": ("double", ["re", "im"]),
           "quad": ("float", ["x", "y", "z", "w"]), "mixed": ("double", ["value", "weight"])}
LETTER = {"float": "f", "double": "d"}
# Reading what was written before only through these: values then stay of the same size.
OVERLAPPED = {"fx": "f[0]", "fy": "f[1]", "dx": "d[0]", "dy": "d[1]"}


class Loop:
    """One function: `lines` is its body; parameters appear as they are used."""

    def __init__(self, choose, name):
        self.choose, self.name = choose, name
        self.lines, self.parameters, self.sums, self.after = [], {}, [], []
        self.short = choose.random() < 0.4  # one statement, one after the other in memory: what vectorisers like
        self.restrict = choose.random() < 0.55
        self.overlap = not self.restrict and choose.random() < 0.3
        self.type = choose.choice(["float", "float", "double"])
        self.style = choose.choice(["unit"] * 6 + ["offset", "two", "three", "backwards", "symbolic", "gather", "gather", "mixed"])
        if self.short and self.style not in ("unit", "offset", "gather"):
            self.style = "unit"
        self.independent = not self.overlap  # whether `omp simd` may be said of it
        self.places = {}                     # array written: its index; two of them may meet in different iterations
        self.shift = self.choose.randrange(9)
        self.canonical = True                # whether its head may follow `omp simd`
        self.at, self.trips = "i", None

    def pick(self, *choices):
        return self.choose.choice(choices)

    def add(self, depth, text):
        self.lines.append("  " * depth + text)

    # Parameters

    def array(self, name):
        if name not in self.parameters:
            written = name in WRITTEN
            type_, member = (WRITTEN if written else READ)[name]
            argument = "m->" + member
            if self.overlap and name in OVERLAPPED:
                argument = "m->%s + %d" % (OVERLAPPED[name], self.pick(0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 31, 48))
            self.parameters[name] = ("%s%s *%s%s" % ("" if written else "const ", type_, "restrict " if self.restrict else "", name),
                                     argument)
        return name

    def records(self, kind, number):
        name = "%s%d" % (kind, number)
        if name not in self.parameters:
            const = "const " if number < 2 else ""
            self.parameters[name] = ("%sstruct %s *%s%s" % (const, kind, "restrict " if self.restrict else "", name),
                                     "m->%s[%d]" % (kind, number))
        return name

    def scalar(self, type_=None):
        type_ = type_ or self.type
        number = self.choose.randrange(3)
        name = "%ss%d" % (LETTER[type_], number)
        self.parameters[name] = ("%s %s" % (type_, name), "m->scalar_%s[%d]" % (LETTER[type_], number))
        return name

    # Places

    def index(self, style=None):
        """Below 3 * FLOATS_MOST + 12, whatever the iteration is."""
        style = style or self.style
        if style == "mixed":
            style = self.pick("unit", "offset", "two", "backwards", "gather", "symbolic")
        if style == "gather":
            if self.choose.random() < 0.3:
                return self.at
            return "%s[%s]" % (self.array(self.pick("any", "any", "few")), self.at)
        if style == "backwards":
            return "%s - 1 - %s" % (self.trips, self.at) if self.trips else self.at
        return {"unit": self.at, "offset": "%s + %d" % (self.at, self.choose.randrange(9)),
                "two": "2 * (%s)%s" % (self.at, self.pick("", " + 1")), "three": "3 * (%s)%s" % (self.at, self.pick("", " + 1", " + 2")),
                "symbolic": "(%s) * k" % self.at}[style]

    def write_to(self, name, index=None):
        style = "unit" if self.style in ("gather", "mixed") else self.style
        index = index or ("%s + %d" % (self.at, self.shift) if style == "offset" else self.index(style))
        if self.places.setdefault(name, index) != index:
            self.independent = False
        return "%s[%s]" % (self.array(name), index)

    def record_index(self):
        return "%s[%s]" % (self.array("rec"), self.at) if self.style == "gather" else self.at

    # Values

    def constant(self, type_):
        value = self.pick("0.5", "1.25", "0.1", "3.0", "-0.7", "1e-3", "2.0", "0.333")
        return value + ("f" if type_ == "float" else "")

    def leaf(self, type_):
        other = "double" if type_ == "float" else "float"
        letter = LETTER[type_]
        kind = self.choose.randrange(20)
        if kind < 10:
            return "%s[%s]" % (self.array(letter + self.pick("a", "b", "c")), self.index())
        if kind == 10:
            return "(%s)%s[%s]" % (type_, self.array(LETTER[other] + self.pick("a", "b")), self.index())
        if kind in (11, 12):
            return "(%s)%s[%s]" % (type_, self.array(self.choose.choice(INTEGERS)), self.index())
        if kind in (13, 14):
            record = self.choose.choice(list(RECORDS))
            field = self.choose.choice(RECORDS[record][1])
            return "%s[%s].%s" % (self.records(record, self.pick(0, 1)), self.record_index(), field)
        if kind == 15:
            return "(%s)mixed%s[%s].key" % (type_, self.records("mixed", 0)[5:], self.record_index())
        if kind == 16:
            return "(%s)(%s)" % (type_, self.at)
        if kind == 17:
            return "(%s)%s" % (type_, self.to_integer())
        return self.pick(self.scalar(type_), self.constant(type_))

    def to_integer(self):
        """Any integer type, from an array whose values fit in all of them."""
        letter = self.pick("f", "d")
        place = "%s[%s]" % (self.array(letter + "d"), self.index())
        signed = self.pick("int8_t", "int16_t", "int32_t", "int64_t", "int", "long")
        return self.pick("(%s)%s" % (signed, place), "(u%s)__builtin_fabs%s(%s)" % (self.pick("int8_t", "int16_t", "int32_t"),
                         "f" if letter == "f" else "", place), "(int32_t)(%s * %s)" % (place, "9.5f" if letter == "f" else "1e6"))

    def value(self, type_=None, depth=2):
        type_ = type_ or self.type
        suffix = "f" if type_ == "float" else ""
        if depth == 0:
            return self.leaf(type_)
        kind = self.choose.randrange(24)
        one, two = (lambda: self.value(type_, depth - 1)), (lambda: self.leaf(type_))
        if kind < 5:
            return "%s * %s + %s" % (self.factor(one()), self.factor(two()), two())
        if kind < 8:
            return "%s * %s - %s * %s" % (self.factor(two()), self.factor(two()), self.factor(two()), self.factor(two()))
        if kind < 12:
            return "(%s) %s %s" % (one(), self.pick("+", "-", "*"), self.factor(two()))
        if kind < 14:
            return "(%s) / (%s + %s)" % (one(), self.factor(two()), self.constant(type_))
        if kind == 14:
            return "__builtin_sqrt%s(__builtin_fabs%s(%s))" % (suffix, suffix, one())
        if kind == 15:
            return "__builtin_fabs%s(%s)" % (suffix, one())
        if kind == 16:
            return "(%s > %s ? %s : %s)" % (two(), two(), one(), two())
        if kind == 17:
            return "__builtin_copysign%s(%s, %s)" % (suffix, one(), two())
        if kind == 18:
            return "-(%s)" % one()
        if kind == 19:
            return "blend_%s(%s, %s)" % (LETTER[type_], one(), two())
        if kind == 20:
            return "(%s)%s" % (type_, self.pick("quotient_d(%s, %s)" % (self.leaf("double"), self.scalar("double")),
                                                "halves_f(%s, (int)%s)" % (self.leaf("double"), self.to_integer())))
        if kind == 21 and not self.short:
            return "%s%s(%s)" % (self.pick("sin", "cos", "exp", "floor", "ceil"), suffix, self.bounded(type_))
        if kind == 22:
            return "(%s)(%s)" % (type_, self.value("double" if type_ == "float" else "float", depth - 1))
        return "%s * %s" % (self.factor(one()), self.factor(two()))

    def bounded(self, type_):
        return "%s[%s]" % (self.array(LETTER[type_] + "d"), self.index())

    def factor(self, text):
        return text if text.replace("_", "").isalnum() or text.startswith("__builtin") else "(%s)" % text

    def linear(self):
        """A value no greater than those it is made of: what it is stored to may be read again."""
        letter, suffix = LETTER[self.type], "f" if self.type == "float" else ""
        a, b = ("%s[%s]" % (self.array(letter + name), self.index()) for name in "ab")
        return self.pick("%s * 0.7%s + %s * 0.3%s" % (a, suffix, b, suffix), "(%s - %s) * 0.5%s" % (a, b, suffix),
                         "%s * 0.45%s - %s" % (a, suffix, "%s[i] * 0.5%s" % (self.array(letter + "c"), suffix)),
                         "(%s + 1.0%s) / 3.0%s" % (a, suffix, suffix))

    # Statements

    def accumulator(self, operator, start, type_=None):
        name = "s%d" % len(self.sums)
        self.sums.append((name, operator, type_ or self.type, start))
        return name

    def store(self, depth):
        if self.overlap:
            self.add(depth, "%s = %s;" % (self.write_to(LETTER[self.type] + self.pick("x", "y")), self.linear()))
            return
        type_ = self.type if self.choose.random() < 0.8 else self.pick("float", "double")
        self.add(depth, "%s %s %s;" % (self.write_to(LETTER[type_] + self.pick("x", "x", "y")), self.pick("=", "=", "=", "+=", "-="),
                                       self.value()))

    def axpy(self, depth):
        letter = LETTER[self.type]
        x, y = self.write_to(letter + "x"), "%s[%s]" % (self.array(letter + "a"), self.index())
        if self.overlap:
            self.add(depth, "%s = %s * 0.3f * %s + %s[%s] * 0.5f;" % (x, self.constant(self.type).replace("3.0", "0.3"), y,
                                                                  self.array(letter + "c"), self.index()))
        else:
            self.add(depth, "%s = %s * %s + %s;" % (x, self.scalar(), y, x))

    def product(self, depth):
        """A product of complex numbers, in one of the ways in which they lie in memory."""
        layout = self.pick("pair", "sample", "wide", "interleaved", "split", "pair to split", "sample to split", "conjugate", "_Complex")
        if layout in ("pair", "sample", "wide", "conjugate"):
            kind = "sample" if layout == "conjugate" else layout
            a, b, x = (self.records(kind, number) for number in range(3))
            a, b, x = "%s[%s]" % (a, self.record_index()), "%s[%s]" % (b, self.record_index()), "%s[%s]" % (x, self.at)
            signs = ("+", "-") if layout == "conjugate" else ("-", "+")
            self.add(depth, "%s.re = %s.re * %s.re %s %s.im * %s.im;" % (x, a, b, signs[0], a, b))
            self.add(depth, "%s.im = %s.re * %s.im %s %s.im * %s.re;" % (x, a, b, signs[1], a, b))
        elif layout.endswith("to split"):
            a, b = ("%s[%s]" % (self.records(layout.split()[0], number), self.record_index()) for number in range(2))
            self.add(depth, "%s = %s.re * %s.re - %s.im * %s.im;" % (self.write_to("fx", self.at), a, b, a, b))
            self.add(depth, "%s = %s.re * %s.im + %s.im * %s.re;" % (self.write_to("fy", self.at), a, b, a, b))
        else:
            letter = LETTER[self.type]
            a, b, c = (self.array(letter + name) for name in "abc")
            i = self.at
            if layout == "interleaved":
                re, im = "2 * (%s)" % i, "2 * (%s) + 1" % i
                x, y = self.write_to(letter + "x", re), "%s[%s]" % (self.array(letter + "x"), im)
                self.add(depth, "{0} = {1}[{3}] * {2}[{3}] - {1}[{4}] * {2}[{4}];".format(x, a, b, re, im))
                self.add(depth, "{0} = {1}[{3}] * {2}[{4}] + {1}[{4}] * {2}[{3}];".format(y, a, b, re, im))
            elif layout == "split":
                x, y = self.write_to(letter + "x", i), self.write_to(letter + "y", i)
                self.add(depth, "{0} = {1}[{4}] * {2}[{4}] - {3}[{4}] * {2}[{4} + 1];".format(x, a, b, c, i))
                self.add(depth, "{0} = {1}[{4}] * {2}[{4} + 1] + {3}[{4}] * {2}[{4}];".format(y, a, b, c, i))
            else:
                x = self.array(letter + "x")
                self.write_to(letter + "x", "complex")
                self.add(depth, "((%s _Complex *)%s)[%s] = ((const %s _Complex *)%s)[%s] * ((const %s _Complex *)%s)[%s]%s;" % (
                    self.type, x, i, self.type, a, i, self.type, b, i, self.pick("", " + %s" % self.scalar())))

    def quad(self, depth):
        a, b, x = self.records("quad", 0), self.records("quad", 1), self.records("quad", 2)
        at = self.record_index()
        for field in RECORDS["quad"][1][:self.pick(2, 3, 4)]:
            self.add(depth, "%s[%s].%s = %s[%s].%s * %s + %s[%s].%s * %s[%s].%s;" % (
                x, self.at, field, a, at, field, self.scalar("float"), b, at, field, a, at, self.choose.choice(RECORDS["quad"][1])))

    def reduce(self, depth):
        for _ in range(self.pick(1, 1, 1, 2, 3)):
            type_ = self.type if self.choose.random() < 0.8 else self.pick("float", "double")
            kind = self.choose.randrange(10)
            if kind < 6:
                self.add(depth, "%s += %s;" % (self.accumulator("+", "0", type_), self.value(depth=self.pick(0, 0, 1, 2))))
            elif kind < 7:
                self.add(depth, "%s -= %s;" % (self.accumulator("-", "1.5", type_), self.value(depth=1)))
            else:
                name = self.accumulator("*", "1", type_)
                self.add(depth, "%s *= 0.98f + %s * 1e-3f;" % (name, self.factor(self.leaf(type_))))

    def conditional_sum(self, depth):
        name, value = self.accumulator("+", "0"), self.value(depth=self.pick(0, 1))
        test = self.pick("%s > %s" % (self.leaf(self.type), self.pick("0", self.scalar())),
                         "%s[%s] & 1" % (self.array(self.choose.choice(INTEGERS)), self.index()))
        if self.pick(0, 1):
            self.add(depth, "if (%s)" % test)
            self.add(depth + 1, "%s += %s;" % (name, value))
        else:
            self.add(depth, "%s += %s ? %s : 0;" % (name, test, self.factor(value)))

    def extreme(self, depth):
        operator, sign = self.pick(("max", ">"), ("min", "<"))
        name = self.accumulator(operator, "%s[0]" % self.array(LETTER[self.type] + "a"))
        value = self.value(depth=self.pick(0, 0, 1))
        self.add(depth, self.pick("{0} = {1} {2} {0} ? {1} : {0};", "{0} = {0} {2} {1} ? {0} : {1};", "if ({1} {2} {0}) {0} = {1};")
                 .format(name, self.factor(value), sign))

    def count(self, depth):
        self.add(depth, "%s += %s %s %s;" % (self.accumulator("+", "0", self.pick("int", "long")), self.factor(self.value(depth=1)),
                                             self.pick(">", "<=", "==", "!="), self.factor(self.leaf(self.type))))

    def recurrence(self, depth):
        """Each iteration needs the one before: `omp simd` may not be said."""
        self.independent = False
        suffix, out = "f" if self.type == "float" else "", self.array(LETTER[self.type] + "x")
        self.places[out] = "recurrence"
        kind, value = self.choose.randrange(5), self.factor(self.value(depth=self.pick(0, 1)))
        if kind == 0:
            name = self.accumulator(None, "0.25")
            self.add(depth, "%s = %s * 0.75%s + %s;" % (name, name, suffix, value))
        elif kind == 1:
            name = self.accumulator(None, "0.25")
            self.add(depth, "%s[%s] = %s - %s;" % (out, self.at, value, name))
            self.add(depth, "%s = %s;" % (name, "%s[%s]" % (self.array(LETTER[self.type] + "a"), self.index())))
        elif kind == 2:
            name = self.accumulator(None, "0.25")
            self.add(depth, "%s += %s;" % (name, self.scalar()))
            self.add(depth, "%s[%s] = %s * %s;" % (out, self.at, name, value))
        elif kind == 3:
            self.add(depth, "%s[%s + 1] = %s[%s] * 0.5%s + %s;" % (out, self.at, out, self.at, suffix, value))
        else:
            self.add(depth, "%s[%s[%s]] += %s;" % (out, self.array(self.pick("any", "few")), self.at, value))

    def narrow(self, depth):
        name = self.choose.choice(INTEGERS)
        value = self.to_integer()
        if self.pick(0, 1):
            value = "(%s)(%s)" % (READ[name][0], value)
        self.add(depth, "%s = %s;" % (self.write_to("w" + name), value))

    def conditional_store(self, depth):
        self.add(depth, "if (%s %s %s)" % (self.leaf(self.type), self.pick(">", "<="), self.leaf(self.type)))
        self.add(depth + 1, "%s = %s;" % (self.write_to(LETTER[self.type] + "x"), self.linear() if self.overlap else self.value(depth=1)))

    def leave_early(self, depth):
        self.canonical = False
        name = self.accumulator("+", "0")
        self.add(depth, "%s += %s;" % (name, self.leaf(self.type)))
        self.add(depth, "if (%s)" % self.pick("%s[%s] > 49.0f" % (self.array("fd"), self.at), "%s == 333" % self.at))
        self.add(depth + 1, "break;")

    STATEMENTS = ([store] * 5 + [axpy] * 2 + [product] * 4 + [quad] + [reduce] * 6 + [conditional_sum] * 2 + [extreme] * 2 + [count]
                  + [recurrence] * 2 + [narrow] * 2 + [conditional_store] + [leave_early])
    SHORT = [store, store, axpy, product, product, product, product, reduce, reduce, conditional_sum, extreme, narrow, conditional_store]
    KEEP_SIZES = [store, store, axpy, conditional_store]

    # Loops

    def pragma(self):
        clang = ["#pragma clang loop " + words for words in (
            "vectorize(enable)", "vectorize(enable)", "vectorize_width(4) interleave_count(2)", "vectorize_width(8)", "interleave_count(4)",
            "vectorize_width(2) interleave_count(1)", "interleave(enable)", "unroll_count(3)", "vectorize(enable) interleave_count(3)")]
        gcc = ["#pragma GCC unroll 4"] + (["#pragma GCC ivdep"] if self.independent else [])
        simd = []
        if self.independent and self.canonical and all(operator for _, operator, _, _ in self.sums):
            clauses = ""
            for wanted in {operator: None for _, operator, _, _ in self.sums}:
                clauses += " reduction(%s : %s)" % (wanted, ", ".join(name for name, operator, _, _ in self.sums if operator == wanted))
            simd = ["#pragma omp simd" + self.pick("", "", " simdlen(8)", " simdlen(4)") + clauses]
        kind = self.choose.randrange(20)
        return None if kind < 8 else self.choose.choice(clang if kind < 13 else simd if kind < 18 and simd else gcc if kind < 20 else clang)

    def statements(self, depth):
        if self.short and not self.overlap:
            self.choose.choice(self.SHORT)(self, depth)
            return
        for _ in range(self.pick(1, 1, 1, 2, 2, 3)):
            self.choose.choice(self.KEEP_SIZES if self.overlap else self.STATEMENTS)(self, depth)

    def head(self):
        """The innermost loop's head and the value that `i` is to have; `form` says what is known of it."""
        self.form = self.pick("long", "long", "long", "int", "unsigned", "size_t", "constant", "constant", "down", "from", "by", "bound", "do",
                              "pointer")
        self.trips = {"long": "n", "int": "(int)n", "constant": str(self.pick(64, 100, 128, 250, 256, 300, 333, 384, 400, 420))}.get(self.form)
        if self.form == "constant":
            return "for (int i = 0; i < %s; i++) {" % self.trips
        if self.form == "down":
            return "for (long i = n - 1; i >= 0; i--) {"
        if self.form == "from":
            return "for (long i = %s; i < n; i++) {" % self.pick("1", "3", "k", "n / 2")
        if self.form == "by":
            return "for (long i = 0; i < n; i += %s) {" % self.pick("2", "3", "k", "4")
        if self.form == "bound":
            return "for (long i = 0; i < (n < k * 150 ? n : k * 150); i++) {"
        if self.form in ("do", "pointer"):
            self.canonical = False
            return None
        return "for (%s i = 0; i < (%s)n; i++) {" % (self.form, self.form)

    def one(self):
        head = self.head()
        if self.form == "do":
            self.add(1, "if (n <= 0)")
            self.add(2, "return;")
            self.add(1, "long i = 0;")
        before = len(self.lines)
        if self.form == "pointer":
            self.add(1, "for (const uint8_t *at = u8, *end = u8 + n; at != end; at++) {")
            self.array("u8")
            self.add(2, "long i = at - u8;")
        else:
            self.add(1, head or "do {")
        self.statements(2)
        self.add(1, "} while (++i < n);" if self.form == "do" else "}")
        return before

    def nest(self):
        """Two levels; `i` is the element's number over both. Sums live outside both, or in the outer one."""
        self.form = "nest"
        self.style = self.pick("unit", "unit", "offset", "gather")
        rows, columns = self.pick(("k + 2", "n / (k + 2)"), ("n / 20", "20"), ("n / 8", "8"), ("n / 5", "5"), ("5", "n / 5"), ("7", "56"),
                                  ("n / 33", "33"))
        column_wise = self.choose.random() < 0.25
        self.independent = self.independent and not column_wise
        self.add(1, "const long rows = %s, columns = %s;" % (rows, columns))
        self.add(1, "for (long y = 0; y < rows; y++) {")
        matrix_vector = self.choose.random() < 0.35 and not self.overlap
        if matrix_vector:
            self.add(2, "%s row = %s;" % (self.type, self.pick("0", "%s[y]" % self.array(LETTER[self.type] + "c"))))
        before = len(self.lines)
        self.add(2, "for (long x = 0; x < columns; x++) {")
        self.at = "i"
        self.add(3, "const long i = %s;" % ("x * rows + y" if column_wise else "y * columns + x"))
        if matrix_vector:
            self.add(3, "row += %s[i] * %s[x]%s;" % (self.array(LETTER[self.type] + "a"), self.array(LETTER[self.type] + "b"),
                                                     self.pick("", " + %s" % self.value(depth=0))))
            self.independent = False
        else:
            self.statements(3)
        self.add(2, "}")
        if matrix_vector:
            self.add(2, "%s[y] = row;" % self.array(LETTER[self.type] + "x"))
        self.add(1, "}")
        return before

    def write(self):
        inner = self.nest() if self.choose.random() < 0.25 else self.one()
        pragma = self.pragma()
        if pragma:
            self.lines.insert(inner, pragma)
        for name, _, type_, start in self.sums:
            self.lines.insert(0, "  %s %s = %s;" % (type_, name, start))
        for number, (name, _, _, _) in enumerate(self.sums[:12]):
            self.add(1, "results[%d] = %s;" % (number, name))
        parameters = [text for text, _ in self.parameters.values()] + ["double *restrict results", "long n", "long k"]
        arguments = [text for _, text in self.parameters.values()] + ["m->results", "n", "k"]
        return ("__attribute__((noinline)) static void %s(%s) {\n%s\n}\n\nstatic void run_%s(struct arena *m, long n, long k) {\n  %s(%s);\n}\n"
                % (self.name, ", ".join(parameters), "\n".join(self.lines), self.name, self.name, ", ".join(arguments)))


def program(seed, count, only=None):
    text, names = HEAD % seed, []
    for number in range(count):
        name = "f%d" % number
        if only in (None, name):
            text += "\n" + Loop(random.Random("%d %d" % (seed, number)), name).write()
            names.append(name)
    table = "".join('  {"%s", run_%s},\n' % (name, name) for name in names)
    return text + "\nstatic const struct floats_loop loops[] = {\n%s};\nconst struct floats_table FLOATS_TABLE = {loops, %d};\n" % (
        table, len(names))


if __name__ == "__main__":
    print(program(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None), end="")
