# SPDX-License-Identifier: MIT
"""./dev bench --matrix: where does the flag cost? Every case x memory x read-ahead, plain against prefetched, losses shown.
Both variants alternate, each after the same preparation; what looks like a loss is measured again before it is believed."""
import dataclasses
import json
import os
import statistics

import compilers
import machine
import measure
from cases import MIB, PAGE, Case
from common import Failure, progress, progress_done, say
from swap import SwapSetting, Unavailable

READ_AHEAD = (0, 128, 8192)      # KiB
SETTINGS = ("unlimited", "limit-50", "limit-25", "limit-10", "cached", "half-cached")
SLOWER, CPU_MORE = 1.03, 1.05    # prefetched / plain: more is a loss; processor time of the sequential passes only
ONCE_SECONDS = 0.0002            # a program's first hint: the thread's record, the probe of 64 pages
SEQUENTIAL = ("scan", "histogram", "writes", "touch")
AGAIN = 2                        # times that what looks like a loss is measured again
CELL_SECONDS = 20                # of plain runs: a cell that has taken longer gets no more rounds
LONGEST = 20                     # seconds of one run: a walk that reads its file anew for every column would take hours
PIECE = 8 * MIB


def matrix_cases(size):
    """The rows of the matrix over a file of `size` bytes; lookup has its own."""
    pages = size // PAGE

    def case(name, program, reads=0, arguments=()):
        return Case(name, program, "cold", size, reads, arguments)

    return [case("scan", "scan"), case("histogram", "histogram"), case("writes", "writes"),
            case("columns", "columns", arguments=("--width", "32768", "--count", "4")),
            case("columns-all", "columns", arguments=("--width", "8192")),
            case("gather", "gather", pages // 10), case("gather-dense", "gather", pages),
            case("rows", "rows", arguments=("--count", "8")),
            case("touch", "touch"),
            dataclasses.replace(case("lookup", "lookup", 100000, ("--count", "4")), data_bytes=0)]


class ReadAhead:
    """Context manager: sets a device's read_ahead_kb and gives back what was there."""

    def __init__(self, directory):
        self.device, self.before = machine.device_of(directory)
        self.path = f"/sys/block/{self.device}/queue/read_ahead_kb"
        self.reason = None

    def __enter__(self):
        try:
            self.set(self.before)
        except (OSError, TypeError) as error:
            self.reason = f"read_ahead_kb of {self.device} cannot be set: {getattr(error, 'strerror', None) or 'unknown device'}"
        return self

    def set(self, kilobytes):
        with open(self.path, "w") as file:
            file.write(str(int(kilobytes)))

    def values(self, wanted):
        return (self.before,) if self.reason else wanted or READ_AHEAD

    def __exit__(self, *unused):
        if not self.reason:
            self.set(self.before)


def drop(path):
    """Reads a file through in large pieces and drops it: every run finds free memory in the same state. Without it a run that
    came after forced reads, which leave single free pages behind, was up to twice as slow as one after ordinary read-ahead."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        while os.read(descriptor, PIECE):
            pass
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


class Cell:
    """One case in one setting with one compiler: the runs so far, and what they say."""

    def __init__(self, case, setting, read_ahead, compiler):
        self.case, self.setting, self.read_ahead, self.compiler = case, setting, read_ahead, compiler
        self.runs = {compilers.PLAIN: [], compilers.PREFETCHED: []}

    def ratio(self, field):
        """Median over the rounds of prefetched / plain: the two runs of a round are neighbours in time."""
        pairs = zip(self.runs[compilers.PREFETCHED], self.runs[compilers.PLAIN])
        return statistics.median(max(ours[field], 1e-6) / max(plain[field], 1e-6) for ours, plain in pairs)

    def more(self, field):
        return measure.median(self.runs[compilers.PREFETCHED], field) - measure.median(self.runs[compilers.PLAIN], field)

    def spent(self):
        return sum(run["seconds"] for run in self.runs[compilers.PLAIN])

    def cpu_counts(self):
        return self.case.name in SEQUENTIAL and self.setting in ("unlimited", "limit-25") and self.read_ahead != 0

    def losses(self):
        found = [] if self.equal() else ["results differ"]
        if self.ratio("seconds") > SLOWER and self.more("seconds") > ONCE_SECONDS:
            found.append(f"time {self.ratio('seconds'):.2f}")
        if self.cpu_counts() and self.ratio("cpu_seconds") > CPU_MORE:
            found.append(f"processor time {self.ratio('cpu_seconds'):.2f}")
        return found

    def equal(self):
        return len({run["checksum"] for runs in self.runs.values() for run in runs if not run["stopped"]}) <= 1

    def stopped(self, variant):
        return any(run["stopped"] for run in self.runs[variant])

    def summary(self):
        def medians(field, convert=float):
            return {key: convert(measure.median(runs, field)) for key, runs in self.runs.items()}

        return {"case": self.case.name, "setting": self.setting, "read_ahead_kb": self.read_ahead, "compiler": self.compiler,
                "seconds": medians("seconds"), "cpu_seconds": medians("cpu_seconds"), "bytes_read": medians("bytes_read", int),
                "major_faults": medians("major_faults", int), "limit_seconds": None, "rounds": len(self.runs[compilers.PLAIN]),
                "time_ratio": round(self.ratio("seconds"), 3), "cpu_ratio": round(self.ratio("cpu_seconds"), 3),
                "equal": self.equal(), "losses": self.losses(), "stopped": [variant for variant in self.runs if self.stopped(variant)]}


class Matrix:
    def __init__(self, options, found, inputs, out):
        self.options, self.found, self.inputs, self.out = options, found, inputs, out
        self.cells, self.skipped, self.binaries = [], [], {}

    def skip(self, reason):
        if reason not in self.skipped:
            self.skipped.append(reason)

    def run(self, cases):
        say(f"{'case':<14}{'setting':<13}{'ra KiB':>7}  {'compiler':<10}{'plain s':>9}{'prefetched':>11}{'time':>7}{'cpu':>7}"
            f"{'rounds':>8}  verdict")
        with ReadAhead(self.inputs.directory) as read_ahead:
            if read_ahead.reason:
                self.skip(f"other values of read_ahead_kb: {read_ahead.reason}")
            values = read_ahead.values(self.options.read_ahead)
            for kilobytes in values:
                for case in cases:
                    if case.program != "touch" or kilobytes == values[-1]:  # no file, no read-ahead: once is enough
                        self.run_row(case, read_ahead, kilobytes)

    def run_row(self, case, read_ahead, kilobytes):
        anonymous = case.program == "touch"
        footprint = case.data_bytes or sum(path.stat().st_size for path in self.files(case))
        try:
            with SwapSetting(self.inputs.directory, footprint if anonymous else 0) as group:
                for setting in self.settings():
                    if anonymous and "cached" in setting:
                        continue  # nothing to cache
                    if setting.startswith("limit"):
                        group.limit_bytes(footprint * int(setting.split("-")[1]) // 100)
                    self.run_cells(case, setting, read_ahead, kilobytes, group.enter if setting.startswith("limit") else None)
        except Unavailable as reason:
            self.skip(f"memory limits: {reason}")
            for setting in self.settings():
                if not setting.startswith("limit") and not (anonymous and "cached" in setting):
                    self.run_cells(case, setting, read_ahead, kilobytes, None)

    def settings(self):
        return [setting for setting in SETTINGS if not self.options.settings or setting in self.options.settings]

    def run_cells(self, case, setting, read_ahead, kilobytes, before_exec):
        for compiler in self.found:
            cell = Cell(case, setting, kilobytes, compiler.name)
            for number in range((1 + AGAIN) * self.options.rounds):
                if cell.spent() > CELL_SECONDS or (number and number % self.options.rounds == 0 and not cell.losses()):
                    break
                self.run_round(cell, compiler, read_ahead, before_exec)
            self.cells.append(cell)
            self.print_cell(cell)
            self.write()

    def run_round(self, cell, compiler, read_ahead, before_exec):
        harness_setting = {"cached": "cached", "half-cached": "half"}.get(cell.setting, "cold")
        for variant in (compilers.PLAIN, compilers.PREFETCHED):
            progress(f"{cell.case.name} ({cell.setting}, read_ahead_kb {cell.read_ahead}), {cell.compiler}, round "
                     f"{len(cell.runs[compilers.PLAIN]) + 1}: {variant}")
            if cell.case.program != "touch":
                if not read_ahead.reason:
                    read_ahead.set(read_ahead.before)
                for path in self.files(cell.case):
                    drop(path)
                if not read_ahead.reason:
                    read_ahead.set(cell.read_ahead)
            result = measure.run_once(self.binary(compiler, cell.case.program, variant), self.arguments(cell.case), harness_setting,
                                      before_exec=before_exec, longest=LONGEST)
            if result and harness_setting == "cold" and cell.case.program != "touch":
                measure.check_cold(cell.case, result)
            unknown = {"seconds": LONGEST, "cpu_seconds": LONGEST, "bytes_read": 0, "major_faults": 0, "checksum": None}
            cell.runs[variant].append({"stopped": not result, **(result or unknown)})

    def files(self, case):
        if case.program == "lookup":
            return [self.inputs.path(f"{self.inputs.lookup}-{part}") for part in ("text", "index")]
        return [self.inputs.numbers(self.inputs.numbers_size)]

    def arguments(self, case):
        if case.program == "touch":
            return ["--bytes", case.data_bytes]
        return self.inputs.arguments(case)

    def binary(self, compiler, program, variant):
        key = (compiler.name, program, variant)
        if key not in self.binaries:
            self.binaries[key] = compilers.compile_variant(compiler, program, variant, self.out)
        return self.binaries[key]

    def print_cell(self, cell):
        result = cell.summary()
        verdict = f"LOSS: {', '.join(result['losses'])}" if result["losses"] else "ok"
        if result["stopped"]:
            verdict += f" ({', '.join(result['stopped'])} stopped after {LONGEST} s)"
        progress_done()
        say(f"{result['case']:<14}{result['setting']:<13}{result['read_ahead_kb']:>7}  {result['compiler']:<10}"
            f"{result['seconds'][compilers.PLAIN]:>9.3f}{result['seconds'][compilers.PREFETCHED]:>11.3f}{result['time_ratio']:>7.2f}"
            f"{result['cpu_ratio']:>7.2f}{result['rounds']:>8}  {verdict}")

    def write(self):
        """After every cell: a run of an hour that is interrupted has not been in vain."""
        if not self.options.json:
            return
        described = machine.describe(self.inputs.directory)
        described["read_ahead_kb"] = sorted({cell.read_ahead for cell in self.cells})
        try:
            self.options.json.write_text(
                json.dumps({"machine": described, "results": [cell.summary() for cell in self.cells]}, indent=2) + "\n")
        except OSError as error:
            raise Failure(f"cannot write {self.options.json}: {error.strerror}") from None


def print_table(results):
    """As docs/figures.md has it: plain / prefetched (more than 1: faster), and prefetched / plain processor time in brackets."""
    say("\n| case | read_ahead_kb | " + " | ".join(SETTINGS) + " |\n|---|---|" + "---|" * len(SETTINGS))
    for name, read_ahead in dict.fromkeys((result["case"], result["read_ahead_kb"]) for result in results):
        cells = []
        for setting in SETTINGS:
            wanted = (name, read_ahead, setting)
            found = [result for result in results if (result["case"], result["read_ahead_kb"], result["setting"]) == wanted]
            cells.append("; ".join(f"{1 / result['time_ratio']:.2f} ({result['cpu_ratio']:.2f})" for result in found) or "-")
        say(f"| {name} | {read_ahead} | " + " | ".join(cells) + " |")


def run(options, found, inputs, out):
    """Returns whether every cell is without a loss."""
    cases = [case for case in matrix_cases(options.matrix_mib * MIB) if not options.cases or case.name in options.cases]
    inputs.prepare(cases)
    progress_done()
    matrix = Matrix(options, found, inputs, out)
    matrix.run(cases)
    results = [cell.summary() for cell in matrix.cells]
    print_table(results)
    say("")
    for reason in matrix.skipped:
        say(f"skipped: {reason}")
    losses = [cell for cell in matrix.cells if cell.losses()]
    worst = max(matrix.cells, key=lambda cell: cell.ratio("seconds"), default=None)
    if worst:
        say(f"{len(matrix.cells)} cells, {len(losses)} with a loss; the worst: {worst.case.name}, {worst.setting}, read_ahead_kb "
            f"{worst.read_ahead}, {worst.compiler}: {worst.ratio('seconds'):.3f} of plain's time")
    if not all(cell.equal() for cell in matrix.cells):
        raise Failure("results differ between variants: see the table")
    return not losses
