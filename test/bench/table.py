# SPDX-License-Identifier: MIT
"""The demo's table and its verdicts: a figure is PASS, BELOW, or has none required."""
from cases import HAND_TUNED_SHARE
from common import say

HEADER = (f"{'case':<14}{'setting':<9}{'compiler':<10}{'plain s':>9}{'prefetched':>11}{'hand':>9}{'faster':>8}{'required':>9}"
          f"{'of hand':>9}{'bytes':>8}  equal  verdict")


ROUNDS_TO_JUDGE = 3  # single runs differ by more than what is judged


def ratio(over, under):
    return over / under if under else float("inf")


def misses(case, result):
    """What of the required figures this result does not reach, in words."""
    seconds, read = result["seconds"], result["bytes_read"]
    found = []
    if not result["equal"]:
        found.append("results differ")
    if case.required and ratio(seconds["plain"], seconds["prefetched"]) < case.required:
        found.append(f"speed {case.required}")
    if case.required_bytes and ratio(read["plain"], read["prefetched"]) < case.required_bytes:
        found.append(f"bytes read {case.required_bytes}")
    if ratio(seconds["hand_tuned"], seconds["prefetched"]) < HAND_TUNED_SHARE:
        found.append(f"{HAND_TUNED_SHARE} of hand-tuned")
    return found


def row(case, result):
    seconds, read = result["seconds"], result["bytes_read"]
    missed = misses(case, result)
    if not result["equal"]:
        verdict = "BELOW: " + ", ".join(missed)
    elif result["rounds"] < ROUNDS_TO_JUDGE:
        verdict = "trial"
    else:
        verdict = "BELOW: " + ", ".join(missed) if missed else "PASS"
    required = f"{case.required:.2f}" if case.required else "-"
    return (f"{case.name:<14}{case.setting:<9}{result['compiler']:<10}{seconds['plain']:>9.3f}{seconds['prefetched']:>11.3f}"
            f"{seconds['hand_tuned']:>9.3f}{ratio(seconds['plain'], seconds['prefetched']):>7.2f}x{required:>9}"
            f"{ratio(seconds['hand_tuned'], seconds['prefetched']):>9.2f}{ratio(read['plain'], read['prefetched']):>7.2f}x"
            f"  {'yes' if result['equal'] else 'NO':<5}  {verdict}")


def print_setting(machine, backends):
    if machine["device"] == "unknown":
        device = "no block device to be seen under the data (a container's or a network's file system), its read-ahead not known"
    elif machine["read_ahead_kb"] is None:
        device = f"device {machine['device']}, its read-ahead not known"
    else:
        device = f"device {machine['device']}, read_ahead_kb {machine['read_ahead_kb']}"
    say(f"kernel {machine['kernel']}, {machine['cpus']} CPUs, {machine['memory'] / (1 << 30):.0f} GiB memory, {device}, "
        f"hints through {', '.join(sorted(backends)) or 'nothing'}")


def print_alternatives(results):
    extra = sorted({key for result in results for key in result["seconds"]} - {"plain", "prefetched", "hand_tuned"})
    if not extra:
        return
    say("\nWhat else a user would do, seconds:")
    say(f"{'case':<14}{'setting':<9}{'compiler':<10}" + "".join(f"{key:>22}" for key in extra) + f"{'limit':>10}")
    for result in results:
        cells = "".join(f"{result['seconds'][key]:>22.3f}" if key in result["seconds"] else f"{'-':>22}" for key in extra)
        limit = f"{result['limit_seconds']:>10.3f}" if result["limit_seconds"] else f"{'-':>10}"
        say(f"{result['case']:<14}{result['setting']:<9}{result['compiler']:<10}{cells}{limit}")


LEGEND = """faster: plain / prefetched seconds, against the figure required; of hand: hand-tuned / prefetched seconds, 0.85 required;
bytes: bytes read from the device, plain / prefetched. Medians of alternating runs, data dropped from the page cache before each."""
