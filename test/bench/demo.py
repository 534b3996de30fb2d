#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""./dev demo and ./dev bench: compiles every case plain, with the plugin and with hints by hand, runs them by turns, prints the table.
--instructions counts what sleeping streams cost instead, --matrix looks for harm in every setting. Uses nothing but Python's standard library."""
import argparse
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

import compilers
import instructions
import limits
import machine
import matrix
import measure
import table
from cases import all_cases
from common import Failure, ROOT, check_output, progress, progress_done, say
from inputs import Inputs
from swap import SwapSetting, Unavailable

ALTERNATIVES = {"madv_random": "random", "madv_sequential": "sequential", "preload": "preload", "helper_thread": "helper"}


def parse(arguments):
    parser = argparse.ArgumentParser(prog="./dev demo", add_help=False)
    parser.format_help = (pathlib.Path(__file__).parent / "help.txt").read_text  # one text, which ./dev prints where there is no Python
    parser.add_argument("-h", "--help", action="help")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--dir", type=pathlib.Path)
    parser.add_argument("--cases", type=lambda text: text.split(","))
    parser.add_argument("--compilers", type=lambda text: text.split(","))
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--alternatives", action="store_true")
    parser.add_argument("--instructions", action="store_true")
    parser.add_argument("--matrix", action="store_true")
    parser.add_argument("--interpreter", action="store_true")
    parser.add_argument("--matrix-mib", type=int, default=512)
    parser.add_argument("--settings", type=lambda text: text.split(","))
    parser.add_argument("--read-ahead", type=lambda text: [int(word) for word in text.split(",")])
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--check-options", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.rounds is None:
        options.rounds = 5 if options.matrix else 3
    for name in options.settings or ():
        if name not in matrix.SETTINGS:
            parser.error(f"--settings {name}: valid are {' '.join(matrix.SETTINGS)}")
    if options.matrix_mib < 64:
        parser.error(f"--matrix-mib {options.matrix_mib}: at least 64")
    if options.rounds < 1:
        parser.error(f"--rounds {options.rounds}: at least 1")
    if options.quick:
        options.rounds = 1
    if not options.dir:
        options.dir = (ROOT if options.build == ROOT / "build" else options.build) / "results"
    return options


def choose_cases(options):
    cases = matrix.matrix_cases(options.matrix_mib << 20) if options.matrix else all_cases(options.quick)
    names = {case.name for case in cases}
    for name in options.cases or ():
        if name not in names:
            raise Failure(f"--cases {name}: valid are {' '.join(sorted(names))}")
    cases = [case for case in cases if options.instructions or not case.in_memory]
    return [case for case in cases if (case.name in options.cases if options.cases else not case.named_only)]


def variants_of(compiler, case, out, alternatives):
    """{key: (binary, alternative)} in the order of a round."""
    keys = (compilers.PLAIN, compilers.PREFETCHED, compilers.HAND)
    variants = {key: (compilers.compile_variant(compiler, case.program, key, out, case.kernel), None) for key in keys}
    if alternatives:
        for key, word in ALTERNATIVES.items():
            if not (word == "helper" and case.program == "lookup"):
                variants[key] = (variants[compilers.PLAIN][0], word)
        if compiler.name.startswith("gcc"):
            key = compilers.CACHE_LINES
            variants[key] = (compilers.compile_variant(compiler, case.program, key, out, case.kernel), None)
    return variants


class Demo:
    def __init__(self, options, found, cases, inputs, out):
        self.options, self.found, self.cases, self.inputs, self.out = options, found, cases, inputs, out
        self.results, self.backends, self.skipped, self.all_good = [], set(), [], True
        self.rates = None

    def run(self):
        if self.options.alternatives and self.inputs.numbers_size:
            self.rates = limits.device_rates(self.inputs.numbers(self.inputs.numbers_size))
        say(table.HEADER)
        for case in (case for case in self.cases if not case.swap_percent):
            self.run_case(case)
        swapped = [case for case in self.cases if case.swap_percent]
        if swapped:
            self.run_swap(swapped)

    def run_swap(self, cases):
        try:
            with SwapSetting(self.inputs.directory, max(case.data_bytes for case in cases)) as setting:
                for case in cases:
                    setting.limit(case.swap_percent)
                    self.run_case(case, setting.enter)
        except Unavailable as reason:
            self.skipped.append(f"gather in swap: {reason}")

    def run_case(self, case, before_exec=None):
        arguments = self.inputs.arguments(case)
        for compiler in self.found:
            variants = variants_of(compiler, case, self.out, self.options.alternatives)
            outcome = measure.measure(case, variants, arguments, self.options.rounds, before_exec, self.out / "statistics.json")
            result = measure.summarise(case, compiler.name, outcome, self.options.rounds, self.limit(case, variants, arguments, outcome))
            self.results.append(result)
            self.backends |= {outcome["backend"]} - {None}
            self.all_good &= not table.misses(case, result)
            progress_done()
            say(table.row(case, result))

    def limit(self, case, variants, arguments, outcome):
        if not self.rates or case.swap_percent:
            return None
        warm = limits.warm_seconds(case, variants[compilers.PLAIN][0], arguments)
        needed = min(measure.median(results, "bytes_read") for results in outcome["runs"].values())
        return limits.limit_seconds(self.rates, warm, outcome["runs"][compilers.PLAIN][0]["mapped_bytes"], needed)


def write_json(path, described, results):
    try:
        path.write_text(json.dumps({"machine": described, "results": results}, indent=2) + "\n")
    except OSError as error:
        raise Failure(f"cannot write {path}: {error.strerror}") from None


def run_demo(options, found, cases, inputs, out):
    demo = Demo(options, found, cases, inputs, out)
    inputs.prepare(cases)
    progress_done()
    demo.run()
    described = machine.describe(inputs.directory)
    say("")
    table.print_setting(described, demo.backends)
    for reason in demo.skipped:
        say(f"skipped: {reason}")
    say(table.LEGEND)
    table.print_alternatives(demo.results)
    if options.json:
        write_json(options.json, described, demo.results)
    if not demo.results:
        raise Failure("no case was run: see the reasons above")
    if not all(result["equal"] for result in demo.results):
        raise Failure("results differ between variants: see the table")
    if options.rounds < table.ROUNDS_TO_JUDGE:
        say(f"A trial: all results are equal. Times of fewer than {table.ROUNDS_TO_JUDGE} rounds, or of little data, are not judged.")
    else:
        say("Every required figure is reached." if demo.all_good else "Not every required figure is reached: see BELOW in the table.")


def run(options):
    cases = choose_cases(options)
    if options.check_options:
        compilers.check_names(options.compilers)
        return 0
    if options.interpreter:
        return measure_interpreter(options.build.resolve())
    found = compilers.find(options.build.resolve(), options.compilers)
    try:
        options.dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(f"--dir {options.dir}: {error.strerror}; name a directory you can write to") from None
    out = pathlib.Path(tempfile.mkdtemp(prefix="binaries-", dir=options.dir))
    try:
        progress("compiling the cases")
        tools = {name: compilers.compile_tool(out, name) for name in ("prepare", "lookup_index", "structures")}
        inputs = Inputs(options.dir.resolve(), tools, options.quick)
        if options.matrix:
            return 0 if matrix.run(options, found, inputs, out) else 1
        if options.instructions:
            return 0 if instructions.run(found, cases, inputs, out) else 1
        run_demo(options, found, cases, inputs, out)
        return 0
    finally:
        shutil.rmtree(out)


def measure_interpreter(build):
    """What slice programs cost by themselves: test/bench/interpreter.c."""
    check_output(["cmake", "--build", build, "--target", "interpreter-bench"])
    return subprocess.run([build / "runtime" / "interpreter-bench"]).returncode


def main():
    signal.signal(signal.SIGTERM, lambda *unused: sys.exit(143))  # so that cgroup and swap file are cleaned up
    try:
        return run(parse(sys.argv[1:]))
    except Failure as failure:
        progress_done()
        print(f"demo: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        progress_done()
        print("demo: interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
