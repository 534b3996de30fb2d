#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""./dev lab: workloads on the stock and the patched kernel in exact virtual time; a table and JSON. docs/lab.md explains the figures.
Ends with 0 if every run repeated exactly and every required figure is reached, 1 if not, 2 if it could not be done."""
import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile

import boots
import figures
import guests
import programs
from programs import ROOT, LabError

sys.path.insert(0, str(ROOT / "runtime" / "kernel"))
import kernels  # noqa: E402

TIMEOUT = 1500


def say(text):
    print(text, flush=True)


def options():
    parser = argparse.ArgumentParser(prog="./dev lab", formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__,
                                     epilog="example: ./dev lab --quick --cases operations gather-file --json results/lab.json")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write all figures as JSON")
    parser.add_argument("--no-limits", action="store_true",
                        help="figures below what is asked are shown, but do not fail the run; wrong results and runs that differ do")
    parser.add_argument("--cases", nargs="+", choices=boots.CASES, default=boots.CASES, help="what to run (default: all)")
    parser.add_argument("--quick", action="store_true", help="smaller data and fewer shares: for CI; its ratios differ a little from the full run's")
    parser.add_argument("--kernels", nargs="+", choices=("stock", "patched"), default=("stock", "patched"), help="which kernels (default: both)")
    parser.add_argument("--stock", type=pathlib.Path, metavar="BZIMAGE", help="a stock kernel to use instead of building one")
    parser.add_argument("--patched", type=pathlib.Path, metavar="BZIMAGE", help="a patched kernel to use instead of building one")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build", metavar="DIR", help="where the project is built (default: build/)")
    parser.add_argument("--out", type=pathlib.Path, metavar="DIR", help="logs and guest programs (default: lab/ in the build directory)")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), help="guests that run at once (default: one a processor)")
    parser.add_argument("--once", action="store_true", help="one run of each guest: nothing is compared, figures are not to be quoted")
    parser.add_argument("--check-options", action="store_true", help=argparse.SUPPRESS)  # dev asks before it installs
    return parser.parse_args()


def images(chosen):
    """{side: bzImage}; what was not given is built."""
    found, made = {}, None
    for side in dict.fromkeys(chosen.kernels):
        given = getattr(chosen, side)
        if given:
            if not given.is_file():
                raise LabError(f"--{side} {given}: there is no such file; a bzImage is wanted")
            found[side] = given
        else:
            made = made or kernels.Kernels()
            found[side] = made.image(side)
    return found


def host_operations(micro, out):
    """{operation: document} of this machine, as it is: noisy, and with its own device."""
    with tempfile.TemporaryDirectory(dir=out) as directory:
        done = subprocess.run([micro, pathlib.Path(directory) / "data"], capture_output=True, text=True, check=False)
    if done.returncode:
        say(f"the host's own figures are left out: {done.stderr.strip() or f'status {done.returncode}'}")
        return {}
    documents = [json.loads(line[len(guests.MARK):]) for line in done.stdout.splitlines() if line.startswith(guests.MARK)]
    return {document["operation"]: document for document in documents if "operation" in document}


def document(found, host, made, chosen, rounds, unlike):
    operations = figures.operations_of(found)
    entries = figures.results(found)
    for entry in entries:
        entry["rounds"] = rounds
    return {
        "machine": {"kernel": f"guest: Debian linux-source-6.1, stock and with the series; host: {platform.release()}", "cpus": 1,
                    "memory": max(int(boot.memory[:-1]) << 30 for boot in chosen), "device": f"null_blk, {boots.LATENCY_NS} ns, depth {boots.DEPTH}",
                    "read_ahead_kb": 128, "qemu_cpu": boots.CPU, "append": boots.APPEND, "time": "virtual: one instruction is one nanosecond"},
        "calibration": {"host": host, **operations},
        "figures": [vars(figure) for figure in made],
        "unlike_runs": unlike,
        "break_even": figures.break_evens(found),
        "results": entries,
    }


def run(chosen):
    out = (chosen.out or chosen.build / "lab").resolve()
    built = programs.build(out, chosen.build.resolve())
    there = images(chosen)
    rounds = 1 if chosen.once else 2
    wanted = [boot for boot in boots.BOOTS["quick" if chosen.quick else "full"] if boot.name in chosen.cases]
    host = host_operations(built["micro"], out) if "operations" in chosen.cases else {}
    say(f"{len(wanted) * len(there) * rounds} guests, {chosen.jobs} at once")
    lab = guests.Lab(there, built, out, TIMEOUT, say)
    found = lab.run(wanted, chosen.jobs, rounds)
    made = figures.figures(found)
    figures.print_operations(found, host, say)
    figures.print_gathers(found, say)
    figures.print_workloads(found, say)
    figures.print_figures(made, say)
    say("\nvirtual time: instructions, not a processor's time; caches, TLB and out-of-order execution cost nothing here. Compare lab with lab only."
        + ("" if chosen.once or lab.unlike else " Every guest ran twice and printed the same."))
    for unlike in lab.unlike:
        say(f"one run in three was unlike the others: {unlike}")
    if chosen.json:
        chosen.json.parent.mkdir(parents=True, exist_ok=True)
        chosen.json.write_text(json.dumps(document(found, host, made, wanted, rounds, lab.unlike), indent=1) + "\n")
        say(f"written: {chosen.json}")
    good = sum(figure.good for figure in made)
    excused = sum(not figure.good and chosen.no_limits and figure.required != "all" for figure in made)
    failed = len(made) - good - excused
    if excused:
        say(f"{excused} figures are BELOW what is asked, which --no-limits lets pass")
    say(f"{good} passed, {failed} failed, {excused} skipped")
    return 0 if good and not failed else 1


def main():
    chosen = options()
    if chosen.check_options:
        return 0
    try:
        return run(chosen)
    except (LabError, kernels.KernelError, guests.guest.GuestError, OSError) as error:
        print(f"lab: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
