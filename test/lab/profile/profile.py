#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Where a run's instructions go: boots one guest under a QEMU plugin and lists the kernel's functions by instructions executed.
usage: profile.py BZIMAGE SYSTEM_MAP PROGRAM 'COMMAND LINE' [UNITS] -- PROGRAM is micro or gather.hints, UNITS what to divide by."""
import bisect
import collections
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import boots  # noqa: E402
import guests  # noqa: E402
from programs import ROOT, LabError  # noqa: E402

OUT = pathlib.Path(os.environ.get("PAGEPREFETCH_LAB", ROOT / "build" / "lab"))
ROWS = 60
USER_TOP = 1 << 47


class Command(boots.Boot):
    """A boot that runs one given command line."""

    def script(self, side):
        return super().script(side) + os.environ["LAB_COMMAND"] + "\n"


def marks(program):
    done = subprocess.run(["nm", program], capture_output=True, text=True, check=True)
    table = {line.split()[-1]: line.split()[0] for line in done.stdout.splitlines()}
    return table["lab_start"], table["lab_stop"]


def by_function(counts, system_map):
    places = sorted((int(line.split()[0], 16), line.split()[2]) for line in system_map.read_text().splitlines() if line.split()[1] in "tTwW")
    addresses = [address for address, _ in places]
    table = collections.Counter()
    for line in counts.read_text().splitlines():
        address, instructions = int(line.split()[0], 16), int(line.split()[1])
        name = "(user)" if address < USER_TOP else places[bisect.bisect_right(addresses, address) - 1][1]
        table[name] += instructions
    return table


def main():
    if len(sys.argv) not in (5, 6):
        print(__doc__, file=sys.stderr)
        return 2
    kernel, system_map, name, os.environ["LAB_COMMAND"] = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    units = float(sys.argv[5]) if len(sys.argv) == 6 else 1
    programs = {path: OUT / path for path in ("micro", "gather.plain", "gather.hints")}
    OUT.mkdir(parents=True, exist_ok=True)
    plugin, counts = OUT / "qemu_profile.so", OUT / f"profile-{os.getpid()}.txt"
    subprocess.run(["gcc", "-std=gnu11", "-O2", "-fPIC", "-shared", "-o", plugin, HERE / "qemu_profile.c"], check=True)
    start, stop = marks(programs[name])
    extra = ("-plugin", f"file={plugin},start={start},stop={stop},out={counts}")
    documents = guests.one(kernel, Command("profile", "3G", 1100, 1100), "given", programs, OUT / f"profile-{os.getpid()}.log", 1500, extra)
    for document in documents:
        print(document)
    table = by_function(counts, system_map)
    total = sum(table.values())
    print(f"{total / units:12.1f} instructions in all, of which in")
    for function, instructions in table.most_common(ROWS):
        print(f"{instructions / units:12.1f} {100 * instructions / total:5.1f} % {function}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (LabError, OSError) as error:
        print(f"profile: {error}", file=sys.stderr)
        sys.exit(2)
