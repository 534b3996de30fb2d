# SPDX-License-Identifier: MIT
# The oracle's cases: builds a source of test/corpus/streams with the plugin, runs it, and compares what was hinted with what was touched.
# Given two toolchains it compares the compilers with each other: the same pages hinted, the same programs.
# What is known to fall short stands in known.txt with its cause; what is not there must not fail, and what is there must.
# With --older it holds an older version's part of known.txt against what the newest of its family finds.
import json
import os
import re
import sys
import tempfile

from known_compilers import REFERENCES
from toolchain import Failure, Toolchain, arguments, main, run

LINE = re.compile(r"(\w+) (\w+): .*hinted (\w+): (ok|FAILED)")
PARITY = 0.95
OLDER = 0.90  # of what the reference of the family finds
STANDARD = {".cpp": ["-std=c++20"]}


def compiler(toolchain, source):
    return toolchain.compiler(source) + STANDARD.get(os.path.splitext(source)[1], []) + toolchain.include_flags


def cases_of(source):
    """The file with a source's cases: itself, or for Fortran, which calls no oracle, a C file of the same name."""
    folder, name = os.path.split(source)
    return os.path.join(folder, "inputs", name.replace(".f90", ".c")) if name.endswith(".f90") else source


def build(toolchain, source, flags, binary):
    cases = cases_of(source)
    if cases == source:
        run(compiler(toolchain, source) + flags + [source, toolchain.oracle, "-o", binary])
        return
    run(compiler(toolchain, source) + flags + ["-J", os.path.dirname(binary), "-c", source, "-o", binary + ".o"])
    run(compiler(toolchain, source) + [cases, binary + ".o", toolchain.oracle, "-o", binary])


def run_cases(toolchain, source, level, directory):
    """({(case, array): (line, digest, good)}, all programs of the plan) of one source."""
    binary, plan = os.path.join(directory, "cases"), os.path.join(directory, "plan.json")
    build(toolchain, source, toolchain.plugin_flags + toolchain.options(["min-footprint=1", "plan=" + plan]) + [level, "-g"], binary)
    result = run([binary], check=False)
    text = result.stdout.decode()
    if result.returncode not in (0, 1) or not re.search(r"^\d+ cases, ", text, re.MULTILINE):
        raise Failure("%s: ended with %d\n%s%s" % (source, result.returncode, text, result.stderr.decode()))
    beyond = [line for line in text.splitlines() if "read beside an array" in line]
    if beyond:
        raise Failure("programs read what the loop's checks forbid:\n" + "\n".join(beyond))
    found = {match.group(1, 2): (match.string, match[3], match[4] == "ok") for match in map(LINE.match, text.splitlines()) if match}
    with open(plan) as stream:
        loops = [(function["function"], loop) for function in json.load(stream)["functions"] for loop in function["loops"]]
    programs = {}
    for function, loop in loops:
        if loop["strip_mined"]:
            programs.setdefault(function, []).append(loop.get("program"))
    return found, programs


def known(directory, compiler):
    """{(case, array): cause} for a compiler, as gcc-12, its family, or 'parity'."""
    causes = {}
    with open(os.path.join(directory, "known.txt")) as stream:
        for line in filter(None, (line.partition("#")[0].strip() for line in stream)):
            who, case, array, cause = line.split(None, 3)
            if who in (compiler, compiler.partition("-")[0]) or (who == "all" and compiler != "parity"):
                causes[case, array] = cause
    return causes


def check_one(toolchain, source, level, directory):
    found, _ = run_cases(toolchain, source, level, directory)
    causes = known(os.path.dirname(source), toolchain.name)
    bad = ["unexpected: " + line for key, (line, _, good) in found.items() if not good and key not in causes]
    bad += ["known, but good now: " + line for key, (line, _, good) in found.items() if good and key in causes]
    for key, (line, _, good) in found.items():
        print(line + ("" if good else " (known: %s)" % causes.get(key, "no")))
    if bad:
        raise Failure("%s:\n%s" % (source, "\n".join(bad)))
    return sum(good for _, _, good in found.values()), len(found)


def check_parity(toolchains, sources, level, directory):
    causes = known(os.path.dirname(sources[0]), "parity")
    same_pages = arrays = same_programs = functions = 0
    bad = []
    for source in sources:
        (first, one), (second, other) = (run_cases(toolchain, source, level, directory) for toolchain in toolchains)
        for key in filter(second.__contains__, first):  # some cases are written in what one of the two does not know
            arrays += 1
            same_pages += first[key][1] == second[key][1]
            if first[key][1] != second[key][1]:
                print("pages differ: %s %s%s\n  %s\n  %s" % (*key, " (known: %s)" % causes[key] if key in causes else "", first[key][0], second[key][0]))
            if (first[key][1] == second[key][1]) == (key in causes):
                bad.append("%s %s: %s" % (*key, "same pages, but listed as different" if key in causes else "other pages, and not listed"))
        for function in sorted(set(one) | set(other)) if source.endswith(".c") else ():  # the compilers name C++ functions in two ways
            functions += 1
            same_programs += one.get(function) == other.get(function)
            if one.get(function) != other.get(function):
                print("programs differ: %s" % function)
    print("the same pages: %d of %d arrays; the same programs: %d of %d functions" % (same_pages, arrays, same_programs, functions))
    if bad or same_pages < PARITY * arrays:
        raise Failure("the compilers hint different pages:\n" + "\n".join(bad))


def check_older(toolchain, sources):
    """known.txt is exact, as check_one demands of each version: what it has for this one and not for the newest is what this one loses."""
    folder, newest = os.path.dirname(sources[0]), REFERENCES[toolchain.family]
    cases, arrays = set(), 0
    for source in map(cases_of, sources):
        text = run(compiler(toolchain, source) + ["-E", source]).stdout.decode()
        cases.update(re.findall(r"\bregister_(\w+)\(void\) {", text))
        arrays += len(re.findall(r"\boracle_expect\(", text)) - 1  # its declaration
    here, there = (set(key for key in known(folder, name) if key[0] in cases) for name in (toolchain.name, newest))
    found = arrays - len(there)
    print("%d cases, %d arrays; %s finds %d; of those %s does not find %d" % (len(cases), arrays, newest, found, toolchain.name, len(here - there)))
    if not found or len(here - there) > (1 - OLDER) * found:
        raise Failure("too many: " + ", ".join("%s %s" % key for key in sorted(here - there)))


def body():
    parser = arguments(__doc__, several=True)
    parser.add_argument("--level", default="-O2")
    parser.add_argument("--older", action="store_true")
    parser.add_argument("source", nargs="+")
    options = parser.parse_args()
    toolchains = [Toolchain(path) for path in options.toolchain]
    with tempfile.TemporaryDirectory() as directory:
        if options.older:
            check_older(toolchains[0], options.source)
            return
        if len(toolchains) == 2:
            check_parity(toolchains, options.source, options.level, directory)
            return
        good, all_of_them = map(sum, zip(*(check_one(toolchains[0], source, options.level, directory) for source in options.source)))
        print("%d of %d arrays as expected" % (good, all_of_them))
        sys.stdout.flush()


main(body)
