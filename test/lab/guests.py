# SPDX-License-Identifier: MIT
"""Boots guests in exact virtual time, twice, and returns what they printed; two runs that differ are an error.
Built on runtime/kernel/guest.py, which knows QEMU and the guest's root."""
import concurrent.futures
import json
import sys

from boots import APPEND, CPU
from programs import ROOT, LabError

sys.path.insert(0, str(ROOT / "runtime" / "kernel"))
import guest  # noqa: E402

MARK = "@lab "


def one(kernel, boot, side, programs, log, timeout, extra=()):
    """The documents that one guest printed."""
    image = guest.Image(boot.script(side), programs=["mkfs.ext4"])
    for name, path in programs.items():
        image.add(f"/bin/{name}", path)
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
    return found


def difference(first, second):
    """The first result that two runs of the same boot do not share, in words; None if all are equal."""
    for a, b in zip(first, second):
        if a != b:
            return f"first {json.dumps(a)}, then {json.dumps(b)}"
    return None if len(first) == len(second) else f"{len(first)} results, then {len(second)}"


def name_of(document):
    return document.get("operation") or document.get("run")


def all_boots(kernels, boots, programs, out, jobs, rounds, timeout, say):
    """{side: {boot name: [documents]}}. kernels: {side: image}. Guests run beside each other; that changes nothing in virtual time."""
    tasks = {}
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for boot in boots:
            for side, kernel in kernels.items():
                for number in range(rounds):
                    log = out / f"{boot.name}-{side}-{number + 1}.log"
                    tasks[pool.submit(one, kernel, boot, side, programs, log, timeout)] = (boot.name, side, number)
        done = {}
        try:
            for task in concurrent.futures.as_completed(tasks):
                name, side, number = tasks[task]
                done[name, side, number] = task.result()
                say(f"{name}, {side} kernel, run {number + 1} of {rounds}: done")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    found = {side: {} for side in kernels}
    for (name, side, number), documents in sorted(done.items()):
        first = done[name, side, 0]
        if (unlike := difference(first, documents)) is not None:
            raise LabError(f"two runs of {name} on the {side} kernel differ, so no figure of them counts: {unlike}; "
                           f"logs: {out}/{name}-{side}-*.log")
        found[side][name] = first
    return found
