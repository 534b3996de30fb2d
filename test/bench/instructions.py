# SPDX-License-Identifier: MIT
"""What the plugin costs where it is not needed: instructions executed (callgrind) with all data in memory, every case.
Plain against the plugin with its streams asleep (+1 % at most), and against the plugin without the library (+0.5 %)."""
import dataclasses
import re
import shutil
import statistics

import compilers
from common import Failure, check_output, progress, progress_done, say

LIMITS = {compilers.PREFETCHED: 1.0, compilers.NO_LIBRARY: 0.5}  # percent
SIZE = 64 << 20
COLUMNS_SIZE = 2 << 30  # rows are wide, and a loop of a few hundred rows would measure its entry only; the demo takes twice this
SMALL = {"btree": ("btree", SIZE), "chains": ("chains", 1 << 22), "graph": ("graph", 1 << 19)}
TRIES = 3  # callgrind makes time pass fifty times faster than instructions do: looks that come every few milliseconds fall into a count or not
PASSES = 3  # before the counted one: streams have found everything resident and sleep


def small(case):
    """The case in a size that callgrind walks in seconds; the lookup keeps its index and takes all its queries."""
    if case.program == "lookup":
        return case
    if case.in_memory:
        return case
    if case.structure:
        searches = () if case.program in ("reach", "pagerank") else ("--count", "300000")
        return dataclasses.replace(case, structure=SMALL[case.structure[0]] + case.structure[2:], arguments=(*case.arguments, *searches))
    if case.name == "columns-all":  # as many rows as in the demo: the loop over them is what is entered; fewer columns
        return dataclasses.replace(case, arguments=(*case.arguments, "--count", "256"))
    reads = 20_000 if case.program == "vectors" else 1_000_000 if case.index_limit else 0
    size = COLUMNS_SIZE if case.name == "columns" else SIZE
    return dataclasses.replace(case, data_bytes=size, reads=reads)


def count(binary, arguments, out):
    """Instructions of the harness's measured function and all that it calls, and the results' checksum."""
    command = ["valgrind", "--tool=callgrind", "--toggle-collect=harness_measured", f"--callgrind-out-file={out / 'callgrind.out'}",
               f"--log-file={out / 'callgrind.log'}", str(binary), *map(str, arguments), "--setting", "warm", "--passes", str(PASSES)]
    output = check_output(command)
    log = (out / "callgrind.log").read_text()
    collected = re.search(r"Collected : (\d+)", log)
    checksum = re.search(r'"checksum": "(\w+)"', output)
    if not collected or int(collected.group(1)) == 0 or not checksum:
        raise Failure(f"callgrind counted nothing in {binary}:\n{log}")
    return int(collected.group(1)), checksum.group(1)


def compare(compiler, case, arguments, out):
    """Rows of the table for one case: (variant, plain, counted, percent, ok)."""
    variants = (compilers.PLAIN, *LIMITS)
    counted = {}
    for variant in variants:
        progress(f"{compiler.name} {case.name}: counting instructions, {variant}")
        binary = compilers.compile_variant(compiler, case.program, variant, out, case.kernel)
        tries = 1 if variant == compilers.PLAIN else TRIES
        counted[variant] = statistics.median_low(count(binary, arguments, out) for _ in range(tries))
    plain, checksum = counted[compilers.PLAIN]
    for variant, limit in LIMITS.items():
        number, other = counted[variant]
        percent = 100 * (number - plain) / plain
        yield variant, plain, number, percent, percent <= limit and other == checksum


def run(found, cases, inputs, out):
    """Prints the table. Returns whether every row is within its limit."""
    if not shutil.which("valgrind"):
        raise Failure("valgrind is not installed: apt-get install valgrind")
    chosen = {case.name: small(case) for case in cases if not case.swap_percent}
    inputs.prepare(list(chosen.values()))
    say(f"{'case':<14}{'compiler':<10}{'variant':<14}{'plain':>14}{'instructions':>14}{'more %':>9}")
    good = bool(chosen and found)
    for case in chosen.values():
        for compiler in found:
            for variant, plain, number, percent, ok in compare(compiler, case, inputs.arguments(case), out):
                progress_done()
                good &= ok
                say(f"{case.name:<14}{compiler.name:<10}{variant:<14}{plain:>14}{number:>14}{percent:>9.2f}  "
                    f"{'PASS' if ok else 'ABOVE'} (at most {LIMITS[variant]} %)")
    return good
