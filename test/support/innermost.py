# SPDX-License-Identifier: MIT
# Reads the assembly of a source compiled with the plugin and prints, for each function, which of the runtime's functions it calls
# and how many of its innermost loops contain such a call (there must be none). Loops are the natural loops of the flow graph. What
# stands in a function apart (NAME.pp_strips) counts for the function NAME; then come the tests of records that NAME itself makes.
import os
import re
import tempfile

from toolchain import Failure, Toolchain, arguments, main, run

FUNCTION = re.compile(r"^([A-Za-z_][\w.]*):")
LABEL = re.compile(r"^(\.L\w+):")
JUMP = re.compile(r"^\s+j(\w+)\s+(\.L\w+)")
ENDS = re.compile(r"^\s+(?:j\w+|ret|ud2)\b")
CALL = re.compile(r"^\s+(?:call|jmp)q?\s+\*?(__pp_\w+)")
APART = re.compile(r"^\s+(?:call|jmp)q?\s+\S+\.pp_strips")
RECORD = re.compile(r"(?:pageprefetch\.loop|__pp_loop)[.\d]*\+16|16\+__pp_loop")


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


def flow_graph(lines):
    """Blocks of lines, and the numbers of each block's successors."""
    blocks, at = [[]], {}
    for line in lines:
        label = LABEL.match(line)
        if label or (blocks[-1] and ENDS.match(blocks[-1][-1])):
            if blocks[-1]:
                blocks.append([])
            if label:
                at[label.group(1)] = len(blocks) - 1
        blocks[-1].append(line)
    successors = []
    for number, block in enumerate(blocks):
        last = block[-1] if block else ""
        jump = JUMP.match(last)
        targets = {at[jump.group(2)]} if jump and jump.group(2) in at else set()
        falls = not ENDS.match(last) or (jump and jump.group(1) != "mp")
        if falls and number + 1 < len(blocks):
            targets.add(number + 1)
        successors.append(targets)
    return blocks, successors


def dominators(successors):
    """For each block the set of blocks that every way to it passes; blocks that nothing jumps to count as entries."""
    every = range(len(successors))
    before = [{b for b in every if number in successors[b]} for number in every]
    found = [set(every) if number and before[number] else {number} for number in every]
    changed = True
    while changed:
        changed = False
        for number in every:
            if number and before[number]:
                new = set.intersection(*(found[b] for b in before[number])) | {number}
                changed |= new != found[number]
                found[number] = new
    return found, before


def innermost(successors):
    """The innermost natural loops, each as a set of blocks."""
    found, before = dominators(successors)
    loops = {}
    for tail, targets in enumerate(successors):
        for head in targets & found[tail]:
            body_, work = loops.setdefault(head, {head}), [tail]
            while work:
                block = work.pop()
                if block not in body_:
                    body_.add(block)
                    work.extend(before[block])
    return [body_ for head, body_ in loops.items() if not any(other != head and other in body_ for other in loops)]


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
    found = {}
    for name, lines in functions(text):
        name, apart, _ = name.partition(".pp_strips")
        called = {match.group(1) for match in map(CALL.match, lines) if match}
        blocks, successors = flow_graph(lines)
        inner = innermost(successors)
        bad = sum(any(CALL.match(line) or APART.match(line) for block in loop for line in blocks[block]) for loop in inner)
        tests = 0 if apart else sum(bool(RECORD.search(line)) for line in lines)
        found.setdefault(name, []).append((called, len(inner), bad, tests, bool(apart)))
        if not called <= set(weak):
            raise Failure("%s calls %s, but only %s are weak" % (name, called, weak))
    for name, parts in found.items():
        called = sorted(set().union(*(part[0] for part in parts)))
        loops, bad, tests, apart = (sum(part[at] for part in parts) for at in (1, 2, 3, 4))
        print("%s: calls %s; innermost loops %d, with calls %d; tests %d, apart %d"
              % (name, " ".join(called) or "nothing", loops, bad, tests, apart))


main(body)
