# SPDX-License-Identifier: MIT
"""Names the setting of a run: kernel, processors, memory, the device under a directory and its read-ahead.
Figures without these say nothing."""
import os
import pathlib
import platform

from common import read_text


def memory_bytes():
    for line in (read_text("/proc/meminfo") or "").splitlines():
        if line.startswith("MemTotal:"):
            return int(line.split()[1]) * 1024
    return 0


def device_of(directory):
    """(name, read_ahead_kb) of the block device that carries a directory; ("unknown", None) for none, as with tmpfs."""
    number = os.stat(directory).st_dev
    link = pathlib.Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}")
    if not link.exists():
        return "unknown", None
    device = link.resolve()
    if (device / "partition").exists():
        device = device.parent
    read_ahead = read_text(device / "queue" / "read_ahead_kb")
    return device.name, int(read_ahead) if read_ahead else None


def describe(directory):
    device, read_ahead_kb = device_of(directory)
    return {"kernel": platform.release(), "cpus": os.cpu_count(), "memory": memory_bytes(), "device": device,
            "read_ahead_kb": read_ahead_kb}
