# SPDX-License-Identifier: MIT
"""Runs one case's variants by turns, each in a fresh process, and takes medians.
Nothing is averaged away: a run whose result differs or that started with the data cached is an error in the outcome, not noise."""
import json
import os
import statistics
import subprocess

from common import Failure, progress

TELL_EVERY = 10  # seconds
CACHED_SHARE_ALLOWED = 0.01  # of the mapped pages, before a cold run


def run_once(binary, arguments, setting, alternative=None, before_exec=None, environment=None, longest=None):
    """One process, one measurement: the JSON line that the harness prints. None if it was stopped after `longest` seconds."""
    command = [str(word) for word in (binary, *arguments, "--setting", setting)]
    if alternative:
        command += ["--alternative", alternative]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=before_exec,
                          env={**os.environ, **(environment or {})}) as process:
        output, errors = wait(process, longest)
    if output is None:
        return None
    if process.returncode != 0:
        raise Failure(f"{' '.join(command)}: ended with {process.returncode}\n{errors.strip()}")
    try:
        return json.loads(output)
    except ValueError:
        raise Failure(f"{' '.join(command)}: printed no result\n{output}{errors}") from None


def wait(process, longest):
    """Both outputs of a process; a long one is not waited for in silence. (None, None) after `longest` seconds: it is stopped then."""
    seconds = 0
    while True:
        try:
            return process.communicate(timeout=min(TELL_EVERY, longest - seconds) if longest else TELL_EVERY)
        except subprocess.TimeoutExpired:
            seconds += TELL_EVERY
            if longest and seconds >= longest:
                process.kill()
                return None, None
            progress(f"  running for {seconds} s")
        except BaseException:
            process.kill()
            raise


def check_cold(case, result):
    pages = result["mapped_bytes"] / 4096
    if result["resident_pages_before"] > pages * CACHED_SHARE_ALLOWED:
        raise Failure(f"{case.name}: {result['resident_pages_before']} of {pages:.0f} pages were still cached before a cold run; "
                      "does another program have the files under --dir open?")


def backend_used(path):
    """The backend that carried most hints in a run, from the runtime's own statistics; None where it said nothing."""
    try:
        with open(path) as file:
            backends = json.load(file).get("backends", [])
    except (OSError, ValueError):
        return None
    used = [backend for backend in backends if backend.get("calls")]
    return max(used, key=lambda backend: backend["calls"])["name"] if used else None


def in_turn(keys, number):
    """The order of a round. A run finds free memory as the one before has left it (after plain's large reads the next is slower), so
    no variant follows the same one in all rounds."""
    turned = keys[1:] + keys[:1]
    return (keys, turned, turned[::-1])[number % 3]


def measure(case, variants, arguments, rounds, before_exec=None, statistics_file=None):
    """variants: {key: (binary, alternative)}. Returns {"runs": {key: [results]}, "equal": bool, "backend": name or None}."""
    setting = "swap" if case.swap_percent else case.setting
    runs = {key: [] for key in variants}
    backend = None
    for number in range(rounds):
        for key in in_turn(list(variants), number):
            binary, alternative = variants[key]
            progress(f"{case.name} ({case.setting}), round {number + 1} of {rounds}: {key}")
            environment = {"PAGEPREFETCH_STATS": str(statistics_file)} if key == "prefetched" and statistics_file else None
            result = run_once(binary, arguments, setting, alternative, before_exec, environment)
            if setting == "cold":
                check_cold(case, result)
            runs[key].append(result)
            if environment:
                backend = backend_used(statistics_file) or backend
    checksums = {result["checksum"] for results in runs.values() for result in results}
    return {"runs": runs, "equal": len(checksums) == 1, "backend": backend}


def median(results, field):
    return statistics.median(result[field] for result in results)


def summarise(case, compiler, outcome, rounds, limit_seconds):
    """One entry of the JSON's `results`."""
    runs = outcome["runs"]
    return {"case": case.name, "setting": case.setting, "compiler": compiler,
            "seconds": {key: round(median(results, "seconds"), 6) for key, results in runs.items()},
            "bytes_read": {key: int(median(results, "bytes_read")) for key, results in runs.items()},
            "major_faults": {key: int(median(results, "major_faults")) for key, results in runs.items()},
            "limit_seconds": limit_seconds, "rounds": rounds, "equal": outcome["equal"], "backend": outcome["backend"]}
