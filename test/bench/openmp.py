#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What hints bring to loops that OpenMP deals out: gather and CSR rows over a cold mapped file, by schedule and number of threads.
The last column compares each gain (plain's time over the prefetched one) with that of the same loop run by one thread, static."""
import argparse
import os
import pathlib
import statistics
import sys
import tempfile

import compilers
import measure
from cases import Case
from common import Failure, ROOT, WORKLOADS, check_output, progress, progress_done, say
from inputs import Inputs

SCHEDULES = ("static", "dynamic", "dynamic,256", "guided")
MIB = 1 << 20


def words(text):
    return text.split(";")


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--dir", type=pathlib.Path, help="of the input files; default: results/ of the build")
    parser.add_argument("--compilers", type=lambda text: text.split(","), default=list(compilers.REFERENCES.values()))
    parser.add_argument("--cases", type=lambda text: text.split(","), default=["gather", "sparse"])
    parser.add_argument("--threads", type=lambda text: [int(word) for word in text.split(",")], default=[1, 2, 8])
    parser.add_argument("--schedules", type=words, default=SCHEDULES, help="separated by semicolons")
    parser.add_argument("--mib", type=int, default=2048, help="of data")
    parser.add_argument("--reads", type=int, default=20000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--setting", choices=("cold", "warm"), default="cold")
    parser.add_argument("--libomp", type=pathlib.Path, help="folder of the libomp.so for clang; default: where clang looks")
    return parser.parse_args(arguments)


def compile_kernel(compiler, program, schedule, hinted, options, out):
    """One binary; only the kernel differs between plain and prefetched."""
    stem = out / f"{program}.{compiler.name}.{schedule.replace(',', '-')}.{'hinted' if hinted else 'plain'}"
    plugin = (compiler.plugin_flag,) if hinted else ()
    check_output([compiler.name, *compilers.CFLAGS, "-fopenmp", f"-DSCHEDULE={schedule}", *plugin, "-c", "-o", f"{stem}.o",
                  WORKLOADS / "openmp_kernel.c"])
    rest = []
    for source in (program, "harness"):
        rest.append(f"{stem}.{source}.o")
        check_output([compiler.name, *compilers.CFLAGS, "-c", "-o", rest[-1], WORKLOADS / f"{source}.c"])
    library = compiler.library_flags if hinted else ()
    if options.libomp and compiler.name.startswith("clang"):
        library = (*library, f"-L{options.libomp}", f"-Wl,-rpath,{options.libomp}")
    check_output([compiler.name, "-fopenmp", "-o", stem, f"{stem}.o", *rest, "-lpthread", *library])
    return stem


class Bench:
    def __init__(self, options, inputs, out):
        self.options, self.inputs, self.out = options, inputs, out

    def seconds(self, case, binaries, threads):
        """Medians of plain and prefetched, run by turns."""
        environment = {"OMP_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "passive"}
        runs = {key: [] for key in binaries}
        for number in range(self.options.rounds):
            for key in measure.in_turn(list(binaries), number):
                result = measure.run_once(binaries[key], self.inputs.arguments(case), case.setting, environment=environment)
                if case.setting == "cold":
                    measure.check_cold(case, result)
                runs[key].append(result)
        if len({result["checksum"] for results in runs.values() for result in results}) != 1:
            raise Failure(f"{case.name}: results differ")
        return [statistics.median(result["seconds"] for result in runs[key]) for key in ("plain", "hinted")]

    def row(self, case, compiler, schedule, threads, single):
        progress(f"{case.name}, {compiler.name}, {schedule}, {threads} threads")
        binaries = {key: self.binary(case, compiler, schedule, key == "hinted") for key in ("plain", "hinted")}
        plain, hinted = self.seconds(case, binaries, threads)
        gain = plain / hinted
        progress_done()
        say(f"{case.name:7} {compiler.name:9} {schedule:12} {threads:7} {plain:9.3f} {hinted:9.3f} {gain:6.2f} {gain / (single or gain):9.2f}")
        return gain

    def binary(self, case, compiler, schedule, hinted):
        return compile_kernel(compiler, case.program, schedule, hinted, self.options, self.out)

    def run(self, cases, found):
        say(f"{'case':7} {'compiler':9} {'schedule':12} {'threads':>7} {'plain s':>9} {'hinted s':>9} {'gain':>6} {'of one':>9}")
        for case in cases:
            for compiler in found:
                single = self.row(case, compiler, "static", 1, None)
                for schedule in self.options.schedules:
                    for threads in self.options.threads:
                        if (schedule, threads) != ("static", 1):
                            self.row(case, compiler, schedule, threads, single)


def run(options):
    found = compilers.find(options.build.resolve(), options.compilers)
    folder = options.dir or options.build / "results"
    folder.mkdir(parents=True, exist_ok=True)
    cases = [Case(name, name, options.setting, options.mib * MIB, options.reads) for name in options.cases]
    with tempfile.TemporaryDirectory(dir=folder) as out:
        out = pathlib.Path(out)
        inputs = Inputs(folder.resolve(), {"prepare": compilers.compile_tool(out, "prepare")}, False)
        inputs.prepare(cases)
        Bench(options, inputs, out).run(cases, found)
    return 0


def main():
    os.environ.setdefault("OMP_DYNAMIC", "false")
    try:
        return run(parse(sys.argv[1:]))
    except Failure as failure:
        progress_done()
        print(f"openmp: {failure}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
