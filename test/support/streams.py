# SPDX-License-Identifier: MIT
# The oracle's cases: builds a source of test/corpus/streams with the plugin, runs it, and compares what was hinted with what was touched.
# Given two toolchains it compares the compilers with each other: the same pages hinted, the same programs. Two of one family are a version and
# its family's reference; with --write the version's part of docs/versions.md is written.
# What is known to fall short stands in known.txt with its cause; what is not there must not fail, and what is there must.
import json
import os
import re
import sys
import tempfile

from toolchain import Failure, Toolchain, arguments, main, run

LINE = re.compile(r"(\w+) (\w+): .*hinted (\w+): (ok|FAILED)")
PARITY = 0.95
VERSIONS = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "docs", "versions.md")
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


def means(who, compiler):
    """Whether the first word of a line of known.txt stands for a compiler, as gcc-12, or for 'parity'."""
    family, _, version = compiler.partition("-")
    versions = re.fullmatch(re.escape(family) + r"-(\d+)\.\.(\d+)", who)
    if versions:
        return int(versions[1]) <= int(version) <= int(versions[2])
    return who in (compiler, family) or (who == "all" and compiler != "parity")


def known(directory, compiler, other=False):
    """{(case, array): cause} for a compiler, as gcc-12, or 'parity'; with `other`, where it hints other pages than its family's reference."""
    causes = {}
    with open(os.path.join(directory, "known.txt")) as stream:
        for line in filter(None, (line.partition("#")[0].strip() for line in stream)):
            who, case, array, cause = line.split(None, 3)
            if who.startswith("other-") == other and means(who.replace("other-", ""), compiler):
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


def compare(toolchains, sources, level, directory):
    """{(case, array): the two lines, or one where the pages are the same} and {function: same programs?} of what both compilers have."""
    pages, programs = {}, {}
    for source in sources:
        (first, one), (second, other) = (run_cases(toolchain, source, level, directory) for toolchain in toolchains)
        for key in filter(second.__contains__, first):  # some cases are written in what one of the two does not know
            pages[key] = [first[key][0]] if first[key][1] == second[key][1] else [first[key][0], second[key][0]]
        if source.endswith(".c"):  # the compilers name C++ functions in two ways
            programs.update((function, one.get(function) == other.get(function)) for function in sorted(set(one) | set(other)))
    return pages, programs


def check_parity(toolchains, sources, level, directory):
    causes = known(os.path.dirname(sources[0]), "parity")
    pages, programs = compare(toolchains, sources, level, directory)
    bad = []
    for key, lines in pages.items():
        if len(lines) > 1:
            print("pages differ: %s %s%s\n  %s\n  %s" % (*key, " (known: %s)" % causes[key] if key in causes else "", *lines))
        if (len(lines) == 1) == (key in causes):
            bad.append("%s %s: %s" % (*key, "same pages, but listed as different" if key in causes else "other pages, and not listed"))
    for function in sorted(function for function, same in programs.items() if not same):
        print("programs differ: %s" % function)
    same_pages = sum(len(lines) == 1 for lines in pages.values())
    print("the same pages: %d of %d arrays; the same programs: %d of %d functions" % (same_pages, len(pages), sum(programs.values()), len(programs)))
    if bad or same_pages < PARITY * len(pages):
        raise Failure("the compilers hint different pages:\n" + "\n".join(bad))


def version_of(line):
    """What a row or a line of docs/versions.md is about, to sort by: ("gcc", 12)."""
    family, number = re.match(r"[|-] ([a-z]+)-(\d+)", line).groups()
    return family, int(number)


def in_document(text, name, row, differences):
    """The text of docs/versions.md with one version's row and list in place of what it had; versions in order."""
    head, _, tail = text.partition("|---|---|---|---|---|---|\n")
    own = re.compile(r"[|-] %s[ ,]" % re.escape(name))
    rows, lists = ([line for line in re.findall(r"^\%s .*\n" % mark, tail, re.MULTILINE) if not own.match(line)] for mark in "|-")
    rows.append("| %s | %s |\n" % (name, " | ".join(map(str, row))))
    lists += ["- %s, %s %s: %s\n" % (name, *key, cause) for key, cause in differences]
    return "".join([head, "|---|---|---|---|---|---|\n", *sorted(rows, key=version_of), "\n## What differs\n\n", *sorted(lists, key=version_of)])


def check_version(toolchains, sources, level, directory, write):
    """A version of a compiler sees what its family's reference sees; what it does not, or sees besides, has its cause in known.txt."""
    version, reference = toolchains
    folder = os.path.dirname(sources[0])
    short, longer = known(folder, version.name), known(folder, reference.name)
    others = known(folder, version.name, other=True)
    listed = dict(others)
    listed.update((key, short[key]) for key in set(short) - set(longer))
    listed.update((key, "%s does not: %s" % (reference.name, longer[key])) for key in set(longer) - set(short))
    pages, programs = compare(toolchains, sources, level, directory)
    differences = {key: lines for key, lines in pages.items() if len(lines) > 1}
    causes, bad = {}, []
    for key, lines in differences.items():
        print("pages differ: %s %s\n  %s\n  %s" % (*key, *lines))
        causes[key] = listed.get(key, "cause not known")
        if key not in listed:
            bad.append("%s %s: other pages, and not listed" % key)
    bad += ["%s %s: same pages, but listed as different" % key for key in others if key in pages and key not in differences]
    same = len(pages) - len(differences)
    print("%s and %s: the same pages: %d of %d arrays; the same programs: %d of %d functions" % (
        version.name, reference.name, same, len(pages), sum(programs.values()), len(programs)))
    if write:
        with open(VERSIONS) as stream:
            text = stream.read()
        row = [reference.name, len(pages), same, "%.1f %%" % (100 * same / len(pages)), "%d of %d" % (sum(programs.values()), len(programs))]
        with open(VERSIONS, "w") as stream:
            stream.write(in_document(text, version.name, row, causes.items()))
    if bad or same < PARITY * len(pages):
        raise Failure("%s hints other pages than %s:\n%s" % (version.name, reference.name, "\n".join(bad)))


def body():
    parser = arguments(__doc__, several=True)
    parser.add_argument("--level", default="-O2")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("source", nargs="+")
    options = parser.parse_args()
    toolchains = [Toolchain(path) for path in options.toolchain]
    with tempfile.TemporaryDirectory() as directory:
        if len(toolchains) == 2 and toolchains[0].family == toolchains[1].family:
            check_version(toolchains, options.source, options.level, directory, options.write)
            return
        if len(toolchains) == 2:
            check_parity(toolchains, options.source, options.level, directory)
            return
        good, all_of_them = map(sum, zip(*(check_one(toolchains[0], source, options.level, directory) for source in options.source)))
        print("%d of %d arrays as expected" % (good, all_of_them))
        sys.stdout.flush()


main(body)
