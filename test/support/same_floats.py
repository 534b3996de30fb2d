# SPDX-License-Identifier: MIT
# Random floating-point loops give the same bits with the plugin as without: each file of generate_floats.py is compiled both ways
# with one set of flags and run by floats.c, with strips of 1 to 300 iterations and with the real library in each of its modes.
# A long run, of all compilers: ./dev fuzz, which passes its words on.
import concurrent.futures
import os
import re
import shlex
import tempfile

import generate_floats
from toolchain import Failure, Toolchain, arguments, main, run, show
from vectorised import REMARK

HERE = os.path.dirname(os.path.abspath(__file__))

# One set a file, in turn. What the processor can not run is left out, and said.
SETS = {
    "gcc": ["-O3 -march=haswell", "-O2", "-O3", "-O3 -ffast-math -march=haswell", "-O2 -march=haswell -ftree-vectorize",
            "-O3 -mavx2 -mfma -ffp-contract=off", "-O3 -march=x86-64-v4", "-O3 -ffast-math", "-O2 -march=haswell -ffp-contract=on",
            "-O3 -march=haswell -fno-strict-aliasing -fno-trapping-math", "-O3 -march=haswell -ffast-math -mrecip",
            "-O3 -march=x86-64-v4 -mprefer-vector-width=512 -ffast-math", "-O1 -march=haswell", "-O3 -march=haswell -funroll-loops",
            "-O3 -march=haswell -fvect-cost-model=unlimited -fno-math-errno",
            "-O3 -fassociative-math -fno-signed-zeros -fno-trapping-math -fno-math-errno", "-O2 -ffast-math -march=haswell",
            "-O3 -march=x86-64-v4 -ffp-contract=off -mprefer-vector-width=512"],
    "clang": ["-O2 -march=haswell -ffp-contract=fast", "-O2", "-O3", "-O3 -ffast-math -march=haswell", "-O3 -march=haswell -ffp-contract=off",
              "-O3 -march=haswell -ffp-contract=on", "-O3 -march=x86-64-v4 -ffp-contract=fast", "-O2 -ffast-math",
              "-O3 -ffast-math -fveclib=libmvec -march=haswell", "-O3 -march=haswell -fno-strict-aliasing -fno-math-errno",
              "-O2 -ffast-math -mrecip=all -march=haswell", "-O3 -march=x86-64-v4 -mprefer-vector-width=512 -ffast-math",
              "-O1 -march=haswell", "-O3 -march=haswell -fveclib=libmvec -fno-math-errno -ffp-contract=fast",
              "-O3 -fassociative-math -fno-signed-zeros -fno-trapping-math", "-O2 -march=x86-64-v4 -mprefer-vector-width=512"],
}
NEEDS = {"-march=haswell": "avx2 fma bmi2 movbe", "-mfma": "avx2 fma", "-march=x86-64-v4": "avx512f avx512bw avx512cd avx512dq avx512vl"}

STRIPS = {"PP_TORTURE": "strip=random,ahead=1,hint=random,seed=5"}
MODES = [("no library", {})] + [("PAGEPREFETCH=" + mode, {"PAGEPREFETCH": mode}) for mode in ("auto", "always", "off")]
TOTAL = re.compile(r"^total loops (\d+) hinted (\d+) runs (\d+) different (\d+) payloads (\d+)$", re.M)


class Count:
    def __init__(self):
        self.loops = self.hinted = self.vectorised = self.runs = self.different = self.payloads = 0
        self.lines = []

    def add(self, other):
        for name in ("loops", "hinted", "vectorised", "runs", "different", "payloads"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.lines += other.lines


def runnable_sets(toolchain, quiet=False):
    with open("/proc/cpuinfo") as stream:
        have = set(next(line for line in stream if line.startswith("flags")).split())
    sets, left_out = [], []
    for flags in SETS[toolchain.family]:
        wanted = {feature for flag in flags.split() for feature in NEEDS.get(flag, "").split()}
        (sets if wanted <= have else left_out).append(flags)
    if left_out and not quiet:
        print("%s: left out, this processor can not run them: %s" % (toolchain.name, "; ".join(left_out)))
    return sets


def command(toolchain, flags, table, source, output, extra):
    return (toolchain.compiler(source) + toolchain.include_flags + flags + ["-fopenmp-simd", "-w", "-g1", "-DFLOATS_TABLE=" + table,
                                                                           "-c", source, "-o", output] + extra)


def vectorised_functions(toolchain, source, remarks):
    """How many of the functions have a loop that the plain compiler vectorised."""
    pattern, at, found = REMARK[toolchain.family][1], {}, set()
    with open(source) as stream:
        name = None
        for number, line in enumerate(stream, 1):
            match = re.match(r"__attribute__\(\(noinline\)\) static void (\w+)", line)
            name = match.group(1) if match else name
            at[number] = name
    for line in remarks.splitlines():
        match = pattern.match(line)
        if match:
            found.add(at.get(int(match.group(1))))
    return len(found - {None})


def build(toolchain, options, seed, flags, directory):
    source = os.path.join(directory, "loops.c")
    with open(source, "w") as stream:
        stream.write(generate_floats.program(seed, options.loops, options.only))
    names = [os.path.join(directory, name) for name in ("plain.o", "hinted.o", "floats")]
    plain = run(command(toolchain, flags, "plain_table", source, names[0], REMARK[toolchain.family][0]), timeout=600)
    run(command(toolchain, flags, "hinted_table", source, names[1], toolchain.plugin_flags + toolchain.options(options.option)),
        timeout=600)
    runner = os.path.join(HERE, "floats.c")
    run(toolchain.compiler(runner) + toolchain.include_flags + ["-O1", runner, names[0], names[1], "-lm", "-o", names[2]])
    return names[2], vectorised_functions(toolchain, source, plain.stderr.decode())


def repeat(toolchain, options, seed, flags, name):
    words = [os.path.relpath(__file__), "--toolchain", toolchain.path, "--seed", str(seed), "--loops", str(options.loops), "--only", name]
    return " ".join(shlex.quote(word) for word in words + ["--flags=" + " ".join(flags)])


def one_file(toolchain, options, seed, flags):
    """All ways to run one file; what differs is told by floats.c, and here how to see it again."""
    count, wrong = Count(), {}
    ordinary = ["ordinary"] if "-ffast-math" in flags else []
    with tempfile.TemporaryDirectory() as directory:
        binary, count.vectorised = build(toolchain, options, seed, flags, directory)
        ways = [("strips of 1 to 300", dict(STRIPS, LD_PRELOAD=toolchain.torture))]
        if os.path.exists(toolchain.library):
            ways += [(name, dict(setting, LD_PRELOAD=toolchain.library) if setting else {}) for name, setting in MODES]
        for name, environment in ways:
            result = run([binary, str(seed)] + ordinary, environment, check=False, timeout=600)
            text = result.stdout.decode(errors="replace")
            total = TOTAL.search(text)
            if result.returncode not in (0, 1) or not total:
                raise Failure("%s, %s, seed %d, %s: exit %d\n%s%s" % (toolchain.name, " ".join(flags), seed, name, result.returncode, text,
                                                                     result.stderr.decode(errors="replace")))
            loops, hinted, runs, _, payloads = map(int, total.groups())
            count.runs, count.payloads = count.runs + runs, count.payloads + payloads
            if name == ways[0][0]:
                count.loops, count.hinted = loops, hinted
            for line in text.splitlines():
                if line.startswith("f"):
                    wrong.setdefault(line.partition(":")[0], []).append((name, line))
    count.different = len(wrong)
    for loop, found in wrong.items():
        count.lines.append("%s, %s, seed %d, %s: %s\n  see it alone: %s" % (
            toolchain.name, " ".join(flags), seed, ", ".join(dict.fromkeys(name for name, _ in found)), found[0][1],
            repeat(toolchain, options, seed, flags, loop)))
    return count


def one_compiler(toolchain, options):
    if not os.path.exists(toolchain.plugin):
        print("%s: skipped, its plugin was not built: %s" % (toolchain.name, toolchain.plugin))
        return None
    sets = [options.flags] if options.flags else runnable_sets(toolchain)
    jobs = [(options.seed + number, shlex.split(sets[(number * options.settings + way) % len(sets)]))
            for number in range(options.files) for way in range(options.settings)]
    count = Count()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for number, part in enumerate(pool.map(lambda job: one_file(toolchain, options, *job), jobs), 1):
            count.add(part)
            for line in part.lines:
                print(line, flush=True)
            if len(jobs) > 10 and number % 10 == 0:
                print("%s: %d of %d files, %d loops, %d differ" % (toolchain.name, number, len(jobs), count.loops, count.different),
                      flush=True)
    print("%s: %d loops compiled, %d vectorised without the plugin, %d cut into strips (%d %%), %d pairs of runs, %d loops differ, "
          "%d NaNs with other payloads" % (toolchain.name, count.loops, count.vectorised, count.hinted,
                                           100 * count.hinted // max(count.loops, 1), count.runs, count.different, count.payloads),
          flush=True)
    if count.different:
        return "%s: %d loops give other bits" % (toolchain.name, count.different)
    if not options.only and 100 * count.hinted < options.least * count.loops:
        return "%s: the test is empty: %d of %d loops were cut into strips, %d %% wanted" % (toolchain.name, count.hinted, count.loops,
                                                                                           options.least)
    return None


def body():
    parser = arguments(__doc__, several=True)
    parser.add_argument("--compiler", action="append", help="of those toolchains only this one, as gcc-12; may be repeated")
    parser.add_argument("--seed", type=int, default=1, help="of the first file; file N has seed + N")
    parser.add_argument("--files", type=int, default=1)
    parser.add_argument("--loops", type=int, default=40, help="in each file")
    parser.add_argument("--settings", type=int, default=1, help="sets of flags for each file, of those in this script, in turn")
    parser.add_argument("--flags", help="only these flags")
    parser.add_argument("--only", help="only this loop of a file, as f12")
    parser.add_argument("--least", type=int, default=60, help="per cent of the loops that must be cut into strips")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--option", action="append", default=["min-footprint=1", "strip=1"], help="KEY=VALUE of the plugin")
    options = parser.parse_args()
    toolchains = [Toolchain(path) for path in options.toolchain]
    names = [toolchain.name for toolchain in toolchains]
    for name in options.compiler or []:
        if name not in names:
            raise Failure("no toolchain of compiler '%s'; there are: %s" % (name, " ".join(names)))
    failures = [one_compiler(toolchain, options) for toolchain in toolchains if toolchain.name in (options.compiler or names)]
    if any(failures):
        raise Failure("\n".join(failure for failure in failures if failure))


if __name__ == "__main__":
    main(body)
