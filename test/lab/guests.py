# SPDX-License-Identifier: MIT
"""Boots guests in exact virtual time, twice, and returns what they printed, which must be the same.
Built on runtime/kernel/guest.py, which knows QEMU and the guest's root."""
import concurrent.futures
import itertools
import json
import os
import sys

from boots import APPEND, CPU
from programs import ROOT, LabError, text

sys.path.insert(0, str(ROOT / "runtime" / "kernel"))
import guest  # noqa: E402

MARK = "@lab "
COLD_MOST = 0.01  # of what a cold run maps may be in memory when it begins


PROCESSORS = itertools.cycle(sorted(os.sched_getaffinity(0)))


def pin_thread():
    """This thread, and what it starts, on one processor. On several, QEMU's own threads race now and then: one interrupt in a run
    comes some hundred instructions earlier or later (seen in 1 of 36 guests on a busy machine, in 0 of 36 with this)."""
    os.sched_setaffinity(0, {next(PROCESSORS)})


def one(kernel, boot, side, programs, log, timeout, extra=()):
    """The documents that one guest printed."""
    image = guest.Image(boot.script(side), programs=["mkfs.ext4"])
    for name, path in programs.items():
        image.add(f"/bin/{name}", path)
    if boot.text_megabytes:
        image.bytes("/text", text(boot.text_megabytes), 0o100644)
    pin_thread()
    run = guest.boot(kernel, image, memory=boot.memory, cpu=CPU, icount=True, append=APPEND, timeout=timeout, log=log, extra=extra)
    if not run.ok:
        raise LabError(f"the {side} kernel, {boot.name}: {run.why()}; all that it said: {log}")
    found = []
    for line in run.lines:
        if line.startswith(MARK):
            try:
                found.append(json.loads(line[len(MARK):]))
            except ValueError:
                raise LabError(f"the {side} kernel, {boot.name}: an unreadable result, is the console torn? {line!r}; log: {log}") from None
        elif line.startswith("pageprefetch: "):
            raise LabError(f"the {side} kernel, {boot.name}: the runtime complains: {line[14:]}; log: {log}")
    if not found:
        raise LabError(f"the {side} kernel, {boot.name}: no result; log: {log}")
    for document in found:
        check_cold(document, f"the {side} kernel, {boot.name}", log)
    return found


def check_cold(document, where, log):
    """A cold run that found its files in memory is none."""
    if "/cold/" in document.get("workload", "") and document["result"]["resident_pages_before"] * 4096 > COLD_MOST * document["result"]["mapped_bytes"]:
        raise LabError(f"{where}: {document['workload']} began with {document['result']['resident_pages_before']} pages in memory, its files could not be "
                       f"dropped from the page cache; log: {log}")


def difference(first, second):
    """The first result that two runs of the same boot do not share, in words; None if all are equal."""
    for a, b in zip(first, second):
        if a != b:
            return f"first {json.dumps(a)}, then {json.dumps(b)}"
    return None if len(first) == len(second) else f"{len(first)} results, then {len(second)}"


def agreed(runs):
    """Each document as at least two runs have it; None if of one no two are equal."""
    if len({len(run) for run in runs}) != 1:
        return None
    documents = [next((a for a, b in itertools.combinations(places, 2) if a == b), None) for places in zip(*runs)]
    return None if None in documents else documents


class Lab:
    """Runs boots on kernels ({side: image}), several guests beside each other: that changes nothing in virtual time."""

    def __init__(self, kernels, programs, out, timeout, say):
        self.kernels, self.programs, self.out, self.timeout, self.say = kernels, programs, out, timeout, say
        self.unlike = []  # boots of which one run in three was not like the other two, in words

    def boot(self, boot, side, number):
        log = self.out / f"{boot.name}-{side}-{number}.log"
        documents = one(self.kernels[side], boot, side, self.programs, log, self.timeout)
        self.say(f"{boot.name}, {side} kernel, run {number}: done")
        return documents

    def run(self, boots, jobs, rounds):
        """{side: {boot name: [documents]}}"""
        found = {side: {} for side in self.kernels}
        pool = concurrent.futures.ThreadPoolExecutor(jobs)
        try:
            tasks = {(boot, side): [pool.submit(self.boot, boot, side, number + 1) for number in range(rounds)]
                     for boot in boots for side in self.kernels}
            for (boot, side), runs in tasks.items():
                found[side][boot.name] = self.settle(boot, side, [run.result() for run in runs])
        finally:  # what went wrong is told at once, not when the other guests have ended
            pool.shutdown(wait=False, cancel_futures=True)
        return found

    def settle(self, boot, side, runs):
        """What the runs agree on. Where two differ a third decides, result by result, and that is told; one that is unlike both does not count."""
        if len(runs) == 1 or agreed(runs) is not None:
            return runs[0]
        unlike = difference(*runs)
        self.say(f"{boot.name}, {side} kernel: two runs differ: {unlike}; a third decides")
        runs.append(self.boot(boot, side, 3))
        if (documents := agreed(runs)) is None:
            raise LabError(f"three runs of {boot.name} on the {side} kernel differ, so no figure of them counts: {unlike}; "
                           f"logs: {self.out}/{boot.name}-{side}-*.log")
        self.unlike.append(f"{boot.name}, {side} kernel: {unlike}")
        return documents
