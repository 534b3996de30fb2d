# SPDX-License-Identifier: MIT
# The field's kernels (test/corpus/kernels): builds one with the plugin's default options, runs it beside the oracle, and says of each
# reference worth having whether it is found, on paper or missed, and why. docs/coverage.md holds the state; what differs from it fails.
#
# In a source, a comment at the end of a line tells of the line's references to large arrays, by the arrays' names in the next CASE below, or
# the one that is named (of Fortran: in a CASE of the same name as the subroutine, in inputs/NAME_main.c):
#     worth: [CASE.]NAME[/N]...; no: NAME... (why)
# worth: it faults page after page at real sizes. NAME/N: it touches one N-th of the pages that its case touches of the array. no: it does
# not fault, as tables that stay in cache.
# found: its pages are hinted, at least 60 % of them, by the reference's own stream or one that holds it, or by the runtime's block operation
# that its line became. paper: a stream is planned, and no entry of its loop is long enough to ask for it. missed: the rest.
import collections
import glob
import json
import os
import re
import sys
import tempfile

from known_compilers import REFERENCES
from toolchain import Failure, Toolchain, arguments, main, run

MARK = re.compile(r"(?://|!) (?:worth: ([\w./ ]+?))?(?:; )?(?:no: ([\w ]+) \([^)]*\))?$")
COVERED = 60
COMPILERS = tuple(REFERENCES.values())
STATES = ("found", "paper", "missed")
SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TABLE = os.path.join(SOURCE, "docs", "coverage.md")
SOURCES = sorted(name for ending in ("c", "cpp", "f90") for name in glob.glob(os.path.join(SOURCE, "test", "corpus", "kernels", "*." + ending)))
NO_WORD = "nothing is said about it"
FIXED = "the address does not change in the loop"  # of pointers and bounds, which stand beside what does
WRONG = "what is hinted is %d %% of its pages"

# function: the name of the text it stands in; name: what it is called in the table.
Reference = collections.namedtuple("Reference", "line array part case function name")


def fortran(path):
    return path.endswith(".f90")


def functions_of(lines):
    """By line number: what function's text it stands in; a function's head stands in the first column, a method's in the third."""
    names, name = {}, ""
    for number, line in enumerate(lines, 1):
        plain = re.sub(r"__attribute__\(\(.*?\)\) ", "", line)
        head = re.match(r"(?!CASE|typedef|#)[A-Za-z].*?(\w+)\(", plain) or re.match(r"  (?!else|for|if|while|switch)[\w:<>*, ]*?[ *](\w+)\(.*\{$", plain)
        if head and not line.rstrip().endswith(";"):
            name = head[1]
        names[number] = name
    return names


def marks(path):
    """The references of a source that are worth having, and how many large arrays' references are not."""
    with open(path) as stream:
        lines = stream.read().splitlines()
    functions, found, idle, seen = functions_of(lines), [], 0, collections.Counter()
    for number, line in enumerate(lines, 1):
        mark = MARK.search(line)
        if not mark or not (mark[1] or mark[2]):
            if re.search(r"\b(worth|no): ", line):
                raise Failure("%s:%d: not a mark: %s" % (path, number, line))
            continue
        idle += len((mark[2] or "").split())
        function = functions[number]
        below = next((re.match(r"CASE\((\w+)\)", later) for later in lines[number:] if later.startswith("CASE(")), None)
        for case, array, part in re.findall(r"(?:(\w+)\.)?(\w+)(?:/(\d+))?", mark[1] or ""):
            seen[function, array] += 1
            count = seen[function, array]
            name = "%s: %s" % (function, array) + (" (%d)" % count if count > 1 else "")
            found.append(Reference(number, array, int(part or 1), case or (function if fortran(path) else below[1]), function, name))
    return found, idle, functions


def build(toolchain, source, directory):
    binary, plan = os.path.join(directory, "kernel"), os.path.join(directory, "plan.json")
    command = toolchain.compiler(source)
    flags = toolchain.include_flags + ["-O2", "-g"]
    objects = [source]
    if fortran(source):
        driver = os.path.join(os.path.dirname(source), "inputs", os.path.basename(source)[:-4] + "_main.c")
        objects += [os.path.join(directory, "driver.o")]
        run([toolchain.commands["cc"]] + flags + ["-c", driver, "-o", objects[1]])
    run(command + flags + toolchain.plugin_flags + toolchain.options(["plan=" + plan]) + objects + [toolchain.oracle, "-o", binary])
    with open(plan) as stream:
        return binary, json.load(stream)


def place_of(binary, offset):
    """File and line of the call whose text ends so far behind the program's start."""
    said = run(["addr2line", "-e", binary, hex(offset - 1)]).stdout.decode()
    place = re.match(r"(.+):([1-9]\d*)\b", said)
    if not place:
        raise Failure("%s: the call before %#x has no line, says addr2line: %s" % (binary, offset, said))
    return place.groups()


class Stream:
    """What one stream hinted of an array: its pages as bits of a number."""

    def __init__(self, source, file, line, loop_file, loop_line, pages):
        own = os.path.basename(source)
        self.line = int(line) if os.path.basename(file) == own else 0
        self.loop = int(loop_line) if os.path.basename(loop_file) == own else 0
        self.pages = int(pages, 2)


class Run:
    """What a kernel's run reported, by (case, array): bytes of an element, pages touched, and the streams that hinted some."""

    def __init__(self, binary, source):
        result = run([binary], check=False)
        text = result.stdout.decode()
        if result.returncode or "read beside" in text:
            raise Failure("%s: ended with %d\n%s%s" % (source, result.returncode, text, result.stderr.decode()))
        self.element, self.touched, self.streams = {}, {}, collections.defaultdict(list)
        for kind, case, array, *words in (line.split() for line in text.splitlines() if line.startswith(("array ", "stream "))):
            if kind == "array":
                self.element[case, array], self.touched[case, array] = int(words[0]), int(words[1], 2)
            else:
                if words[0] == "+":  # a block operation that was handed to the runtime
                    words[:2] = place_of(binary, int(words[1]))
                self.streams[case, array].append(Stream(source, *words))


class Text:
    """Where things stand in a source: lines of accessors, as operator[], stand for the place that calls them."""

    def __init__(self, source):
        self.name = os.path.basename(source)
        with open(source) as stream:
            self.lines = stream.read().splitlines()
        self.references, _, self.functions = marks(source)
        self.marked = {(reference.line, reference.array) for reference in self.references}
        self.inlined = collections.defaultdict(set)  # by case: functions whose text its plan speaks of

    def learn(self, document):
        for function in document["functions"]:
            places = function["declined"] + [stream for loop in function["loops"] for stream in loop["streams"]]
            for case in {reference.case for reference in self.references if reference.case in function["function"]}:
                self.inlined[case] |= {self.functions[self.line_of(place)] for place in places if self.line_of(place)}

    def depth(self, line):
        return len(self.lines[line - 1]) - len(self.lines[line - 1].lstrip())

    def holds(self, loop, line):
        """Whether a line stands in the loop that begins at another, by indentation."""
        end = loop + 1
        while end <= len(self.lines) and (not self.lines[end - 1].strip() or self.depth(end) > self.depth(loop)):
            end += 1
        return loop <= line < end

    def line_of(self, place):
        return place["line"] if os.path.basename(place["file"]) == self.name else 0

    def calls(self, line, function):
        """Whether a line calls a function that is not inlined there."""
        return bool(line) and self.functions[line] != function and re.search(r"\b%s\(" % function, self.lines[line - 1]) is not None

    def serves(self, stream, reference):
        """Whether a stream that is none of a reference's own line may be what holds it."""
        if stream.loop and self.functions[stream.loop] == reference.function:
            return self.holds(stream.loop, reference.line)
        accessor = not stream.line or (stream.line, reference.array) not in self.marked
        return accessor or reference.function in self.inlined[reference.case]


def reasons_for(text, reference, declined, element):
    """Why what stands at a reference's line was declined; and, for where nothing is told of that, calls of its function, and
    accessors that the case calls."""
    here = [entry for entry in declined if text.line_of(entry) == reference.line]
    marked = {line for line, _ in text.marked}
    accessors = [entry for entry in declined if entry["element_bytes"] == element and text.line_of(entry) not in marked]
    handed = [entry for entry in declined if text.calls(text.line_of(entry), reference.function) and "it is handed to" in entry["reason"]]
    own = [entry for entry in here if entry["element_bytes"] == element] or here or handed
    return tuple(sorted({entry["reason"] for entry in entries} - {FIXED}) for entries in (own, accessors))


def judge(reference, ran, document, text):
    """(state, cause) of a reference."""
    key = reference.case, reference.array
    if not ran.touched.get(key):
        raise Failure("%s:%d: %s of case %s is not there or not touched" % (text.name, reference.line, reference.array, reference.case))
    # The function that the case runs, into which others may be inlined, or the reference's own.
    functions = [function for function in document["functions"] if reference.case in function["function"] or reference.function in function["function"]]
    here, elsewhere = reasons_for(text, reference, [entry for function in functions for entry in function["declined"]], ran.element[key])
    own = [stream for stream in ran.streams[key] if stream.line == reference.line]
    planned = [loop for function in functions for loop in function["loops"] for stream in loop["streams"]
               if text.line_of(stream) == reference.line]
    asked = {(stream.line, stream.loop) for streams in ran.streams.values() for stream in streams}
    silent = [loop for loop in planned if (reference.line, text.line_of(loop)) not in asked]
    if not own and not here:
        own = [stream for stream in ran.streams[key] if text.serves(stream, reference)]
    pages = 0
    for stream in own:
        pages |= stream.pages
    covered = reference.part * 100 * bin(pages & ran.touched[key]).count("1") // bin(ran.touched[key]).count("1")
    if covered >= COVERED:
        return "found", ""
    if silent and (not own or len(silent) == len(planned)):
        return "paper", "entries of less than %d iterations do not ask" % silent[0]["least_trips"]
    if own:
        inner = [loop["least_trips"] for loop in planned if loop["depth"] > 1]
        return "missed", "only entries of %d iterations or more ask: %d %% of its pages" % (inner[0], covered) if inner else WRONG % covered
    return "missed", "; ".join(here or elsewhere) or NO_WORD


def states_of(toolchain, source, details=False):
    """{name: (state, cause)} of one kernel."""
    text = Text(source)
    with tempfile.TemporaryDirectory() as directory:
        binary, document = build(toolchain, source, directory)
        ran = Run(binary, source)
    text.learn(document)
    states = {reference.name: judge(reference, ran, document, text) for reference in text.references}
    if details:
        for reference in text.references:
            print("%s:%d: %-28s %s" % (os.path.basename(source), reference.line, reference.name, " ".join(states[reference.name])))
    return states


def compiled_by(compiler, source):
    return compiler.startswith("gcc") or not fortran(source)


def per_cent(part, whole):
    return "%d %%" % (100 * part // whole) if whole else "-"


def render(states):
    """The table, from {(compiler, source's name): {reference: (state, cause)}} of what is not found."""
    text = ["# What is found of the field's kernels", "",
            "Written by `test/support/kernels.py --write`, which also says what the words mean; `test/corpus/kernels/` holds the kernels, every reference to a large "
            "array marked at its line. `./dev test` fails when the state differs: it may only improve. Default options, sizes at which the default thresholds act as in real programs; gcc 12 "
            "and clang 19 (no Fortran), -O2.", ""]
    rows, totals = [], {compiler: collections.Counter() for compiler in COMPILERS}
    for source in SOURCES:
        name = os.path.basename(source)
        worth = len(marks(source)[0])
        cells = [name, str(worth)]
        for compiler in COMPILERS:
            if not compiled_by(compiler, source):
                cells += ["-"] * len(STATES)
                continue
            counts = collections.Counter(state for state, _ in states[compiler, name].values())
            counts["found"] = worth - sum(counts.values())
            totals[compiler] += counts
            totals[compiler]["worth"] += worth
            cells += [str(counts[state]) for state in STATES]
        rows.append(cells)
    for compiler in COMPILERS:
        total, whole = totals[compiler], totals[compiler]["worth"]
        causes = sum(is_told(cause) for (who, _), lost in states.items() if who == compiler for _, cause in lost.values())
        lost = whole - total["found"]
        text += ["%s: of %d references worth having %s are found (%d), %s are on paper (%d), %s missed (%d); a cause is told for %d of %d." % (
            compiler, whole, per_cent(total["found"], whole), total["found"], per_cent(total["paper"], whole), total["paper"],
            per_cent(total["missed"], whole), total["missed"], causes, lost), ""]
    text += ["| kernel | worth | " + " | ".join("%s %s" % (compiler, state) for compiler in COMPILERS for state in STATES) + " |",
             "|---" * (2 + len(COMPILERS) * len(STATES)) + "|"]
    text += ["| " + " | ".join(row) + " |" for row in rows]
    text += ["", "## What is not found", "", "| kernel | reference | compiler | state | cause |", "|---|---|---|---|---|"]
    for (compiler, name), lost in sorted(states.items(), key=lambda item: (item[0][1], COMPILERS.index(item[0][0]))):
        text += ["| %s | %s | %s | %s | %s |" % (name, reference, compiler, state, cause) for reference, (state, cause) in lost.items()]
    return "\n".join(text) + "\n"


def read_table():
    with open(TABLE) as stream:
        text = stream.read()
    states = {(compiler, os.path.basename(source)): {} for compiler in COMPILERS for source in SOURCES if compiled_by(compiler, source)}
    for name, reference, compiler, state, cause in re.findall(r"^\| (\S+) \| (\S.*?) \| (\S+) \| (paper|missed) \| (.*) \|$", text, re.MULTILINE):
        if (compiler, name) in states:
            states[compiler, name][reference] = (state, cause)
    return text, states


def lost_only(states):
    return {name: found for name, found in states.items() if found[0] != "found"}


def is_told(cause):
    return not cause.startswith((NO_WORD, WRONG.partition("%")[0]))


def rank(found):
    return STATES.index(found[0]), not is_told(found[1])


def check(compiler, source, states):
    """Against the table: worse, better, or for another cause."""
    known, found = read_table()[1][compiler, os.path.basename(source)], lost_only(states)
    differs = []
    for name in sorted(set(known) | set(found)):
        before, now = known.get(name, ("found", "")), found.get(name, ("found", ""))
        if before != now:
            word = "worse" if rank(now) > rank(before) else "better" if rank(now) < rank(before) else "told otherwise"
            differs.append("%s: %s: was %s, is %s" % (word, name, " ".join(before), " ".join(now)))
    if differs:
        raise Failure("%s with %s: not what docs/coverage.md says. Where it is not worse, run test/support/kernels.py --write with --toolchain of %s:\n%s" % (
            source, compiler, " and ".join(COMPILERS), "\n".join(differs)))


def body():
    parser = arguments(__doc__, several=True, required=False)
    parser.add_argument("--write", action="store_true", help="write docs/coverage.md; a compiler or kernel that is not given keeps its rows")
    parser.add_argument("--whole", action="store_true", help="check that docs/coverage.md agrees with itself and with the marks")
    parser.add_argument("source", nargs="*", help="kernels; all of them by default")
    options = parser.parse_args()
    if options.whole:
        text, states = read_table()
        if render(states) != text:
            raise Failure("docs/coverage.md is not as written from its own rows and the kernels' marks: run kernels.py --write")
        return
    table = read_table()[1] if os.path.exists(TABLE) else collections.defaultdict(dict)
    for toolchain in map(Toolchain, options.toolchain or []):
        for source in options.source or SOURCES:
            if not compiled_by(toolchain.name, source):
                continue
            states = states_of(toolchain, source, details=True)
            sys.stdout.flush()
            if options.write:
                table[toolchain.name, os.path.basename(source)] = lost_only(states)
            else:
                check(toolchain.name, source, states)
    if options.write:
        with open(TABLE, "w") as stream:
            stream.write(render(table))


main(body)
