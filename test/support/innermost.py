# SPDX-License-Identifier: MIT
# Reads the assembly of a source compiled with the plugin and prints, for each function, which of the runtime's functions it calls
# and how many of its innermost loops contain such a call (there must be none). A loop is what lies between a label and a jump back.
import os
import re
import tempfile

from toolchain import Failure, Toolchain, arguments, main, run

FUNCTION = re.compile(r"^([A-Za-z_][\w.]*):")
LABEL = re.compile(r"^(\.L\w+):")
JUMP = re.compile(r"^\s+j\w+\s+(\.L\w+)")
CALL = re.compile(r"^\s+(?:call|jmp)q?\s+\*?(__pp_\w+)")


def functions(text):
    name, lines = None, []
    for line in text.splitlines():
        match = FUNCTION.match(line)
        if match:
            name, lines = match.group(1), []
        elif name and line.strip().startswith(".size"):
            yield name, lines
            name = None
        elif name:
            lines.append(line)


def loops_of(lines):
    labels, loops = {}, []
    for number, line in enumerate(lines):
        label, jump = LABEL.match(line), JUMP.match(line)
        if label:
            labels[label.group(1)] = number
        elif jump and jump.group(1) in labels:
            loops.append((labels[jump.group(1)], number))
    return loops


def innermost(loops):
    return [(a, b) for a, b in loops if not any((c, d) != (a, b) and a <= c and d <= b for c, d in loops)]


def body():
    parser = arguments(__doc__)
    parser.add_argument("--option", action="append", default=[], help="KEY=VALUE of the plugin")
    parser.add_argument("source")
    arguments_, flags = parser.parse_known_args()
    toolchain = Toolchain(arguments_.toolchain)
    with tempfile.TemporaryDirectory() as directory:
        output = os.path.join(directory, "out.s")
        run(toolchain.compiler(arguments_.source) + toolchain.include_flags + flags + ["-S", arguments_.source, "-o", output]
            + toolchain.plugin_flags + toolchain.options(arguments_.option))
        with open(output) as stream:
            text = stream.read()
    weak = sorted(set(re.findall(r"\.weak\s+(__pp_\w+)", text)))
    print("weak: %s" % " ".join(weak))
    for name, lines in functions(text):
        called = sorted({match.group(1) for match in map(CALL.match, lines) if match})
        inner = innermost(loops_of(lines))
        bad = sum(any(CALL.match(line) for line in lines[a:b + 1]) for a, b in inner)
        print("%s: calls %s; innermost loops %d, with calls %d" % (name, " ".join(called) or "nothing", len(inner), bad))
        if not set(called) <= set(weak):
            raise Failure("%s calls %s, but only %s are weak" % (name, called, weak))


main(body)
