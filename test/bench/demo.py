#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""./dev demo and ./dev bench: compiles every case plain, with the plugin and with hints by hand, runs them by turns, prints the table.
--instructions counts what sleeping streams cost instead. Uses nothing but Python's standard library."""
import argparse
import json
import pathlib
import shutil
import signal
import sys
import tempfile

import compilers
import instructions
import limits
import machine
import measure
import table
from cases import all_cases
from common import Failure, ROOT, progress, progress_done, say
from inputs import Inputs
from swap import SwapSetting, Unavailable

ALTERNATIVES = {"madv_random": "random", "madv_sequential": "sequential", "preload": "preload", "helper_thread": "helper"}


def parse(arguments):
    parser = argparse.ArgumentParser(prog="./dev demo", description="Cold data, plain and prefetched: one table.")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build", help="where the plugins and the library were built")
    parser.add_argument("--dir", type=pathlib.Path, default=ROOT / "results", help="where the input files (about 7 GB) are kept")
    parser.add_argument("--cases", type=lambda text: text.split(","), help="only these, as gather,lookup")
    parser.add_argument("--compilers", type=lambda text: text.split(","), help="only these, as gcc-12,clang-14")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each variant (default 3)")
    parser.add_argument("--quick", action="store_true", help="an eighth of the data, one round: a trial whose figures do not count")
    parser.add_argument("--alternatives", action="store_true", help="also measure madvise, preloading, a helper thread, and the limit")
    parser.add_argument("--instructions", action="store_true", help="count instructions of sleeping streams with callgrind instead")
    parser.add_argument("--json", type=pathlib.Path, help="write all figures to this file")
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error(f"--rounds {options.rounds}: at least 1")
    if options.quick:
        options.rounds = 1
    return options


def choose_cases(options):
    cases = all_cases(options.quick)
    names = {case.name for case in cases}
    for name in options.cases or ():
        if name not in names:
            raise Failure(f"--cases {name}: valid are {' '.join(sorted(names))}")
    return [case for case in cases if not options.cases or case.name in options.cases]


def variants_of(compiler, case, out, alternatives):
    """{key: (binary, alternative)} in the order of a round."""
    keys = (compilers.PLAIN, compilers.PREFETCHED, compilers.HAND)
    variants = {key: (compilers.compile_variant(compiler, case.program, key, out), None) for key in keys}
    if alternatives:
        for key, word in ALTERNATIVES.items():
            if not (word == "helper" and case.program == "lookup"):
                variants[key] = (variants[compilers.PLAIN][0], word)
        if compiler.name.startswith("gcc"):
            key = compilers.CACHE_LINES
            variants[key] = (compilers.compile_variant(compiler, case.program, key, out), None)
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
    if not all(result["equal"] for result in demo.results):
        raise Failure("results differ between variants: see the table")
    say("Every required figure is reached." if demo.all_good else "Not every required figure is reached: see BELOW in the table.")


def run(options):
    found = compilers.find(options.build.resolve(), options.compilers)
    cases = choose_cases(options)
    try:
        options.dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(f"--dir {options.dir}: {error.strerror}; name a directory you can write to") from None
    out = pathlib.Path(tempfile.mkdtemp(prefix="binaries-", dir=options.dir))
    try:
        progress("compiling the cases")
        tools = {name: compilers.compile_tool(out, name) for name in ("prepare", "lookup_index")}
        inputs = Inputs(options.dir.resolve(), tools)
        if options.instructions:
            return 0 if instructions.run(found, cases, inputs, out) else 1
        run_demo(options, found, cases, inputs, out)
        return 0
    finally:
        shutil.rmtree(out)


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
