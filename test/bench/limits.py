# SPDX-License-Identifier: MIT
"""The least time a case could take here: its pages at the device's own rate, or its computing with all data in memory.
The device's rate comes from fio: random 4 KiB reads at depth 64, and large sequential ones."""
import json
import shutil

from common import check_output, progress
from measure import run_once

PAGE = 4096


def device_rates(path):
    """{"pages": 4 KiB reads a second at depth 64, "bytes": sequential bytes a second}, None without fio."""
    if not shutil.which("fio") or not path.exists():
        return None
    progress("measuring the device's own rate with fio")
    rates = {}
    for key, mode, block, field in (("pages", "randread", "4k", "iops"), ("bytes", "read", "4m", "bw_bytes")):
        report = check_output(["fio", "--name=limit", f"--filename={path}", f"--rw={mode}", f"--bs={block}", "--iodepth=64", "--direct=1",
                               "--ioengine=libaio", "--readonly", "--runtime=2", "--time_based", "--output-format=json"])
        rates[key] = json.loads(report[report.index("{"):])["jobs"][0]["read"][field]
    return rates


def warm_seconds(case, binary, arguments):
    """Computing alone: the plain variant with its data resident. Not for swap, where nothing is resident by design."""
    progress(f"{case.name}: computing with the data in memory")
    return run_once(binary, [*arguments, "--passes", "1"], "warm")["seconds"]


def limit_seconds(rates, warm, mapped_bytes, needed_bytes):
    """needed_bytes: what the best variant read. The device may deliver it page by page, or everything in order."""
    if not rates:
        return None
    device = min(needed_bytes / PAGE / rates["pages"], mapped_bytes / rates["bytes"] if mapped_bytes else float("inf"))
    return round(max(device, warm or 0), 6)
