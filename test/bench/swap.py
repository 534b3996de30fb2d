# SPDX-License-Identifier: MIT
"""The swap setting: a memory cgroup, v1 or v2, with less memory than the data, and a swap file where too little swap is active.
Needs root; whatever was made is removed again, also after an interrupt."""
import errno
import os
import pathlib
import subprocess
import time

from common import Failure, check_output, read_text


class Unavailable(Exception):
    """Why this machine cannot run the swap setting; the case is skipped with it."""


def find_hierarchy():
    """(parent directory of a new cgroup, name of its limit file) of the memory controller."""
    for line in (read_text("/proc/mounts") or "").splitlines():
        _, where, kind, options = line.split()[:4]
        base = pathlib.Path(where)
        if kind == "cgroup" and "memory" in options.split(","):
            return base, "memory.limit_in_bytes"
        if kind == "cgroup2" and "memory" in (read_text(base / "cgroup.controllers") or "").split():
            return base, "memory.max"
    raise Unavailable("no memory cgroup controller is mounted")


def free_swap():
    for line in (read_text("/proc/meminfo") or "").splitlines():
        if line.startswith("SwapFree:"):
            return int(line.split()[1]) * 1024
    return 0


class SwapSetting:
    """Context manager: inside it, `enter` as preexec_fn puts a child under the limit."""

    def __init__(self, directory, data_bytes):
        self.directory, self.data_bytes = directory, data_bytes
        self.group = self.file = None
        self.swap_on = False

    def __enter__(self):
        if os.geteuid() != 0:
            raise Unavailable("needs root for a memory cgroup")
        parent, self.limit_file = find_hierarchy()
        try:
            if self.limit_file == "memory.max":
                with open(parent / "cgroup.subtree_control", "w") as control:
                    control.write("+memory")
            group = parent / f"pageprefetch-demo-{os.getpid()}"
            group.mkdir()
            self.group = group
            if free_swap() < self.data_bytes * 5 // 4:
                self._add_swap()
        except OSError as error:
            self.__exit__()
            raise Unavailable(f"cannot make a memory cgroup in {parent}: {error.strerror}") from None
        except BaseException:
            self.__exit__()
            raise
        return self

    def _add_swap(self):
        path = self.directory / "demo-swap"
        size = self.data_bytes * 3 // 2
        if os.statvfs(self.directory).f_bavail * os.statvfs(self.directory).f_frsize < size + (256 << 20):
            raise Unavailable(f"no room for a swap file of {size >> 20} MiB in {self.directory}")
        self.file = path
        try:
            with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
                for _ in range(size >> 20):
                    file.write(bytes(1 << 20))
                os.fsync(file.fileno())
            check_output(["/sbin/mkswap", path])
            check_output(["/sbin/swapon", path])
        except Failure as error:
            raise Unavailable(f"no swap: {error}") from None
        self.swap_on = True

    def limit(self, percent):
        self.limit_bytes(self.data_bytes * percent // 100)

    def limit_bytes(self, size):
        (self.group / self.limit_file).write_text(str(size))

    def enter(self):
        """Runs in the child, before exec."""
        with open(self.group / "cgroup.procs", "w") as file:
            file.write(str(os.getpid()))

    def __exit__(self, *unused):
        if self.swap_on:
            subprocess.run(["/sbin/swapoff", str(self.file)], check=False)
        if self.file:
            self.file.unlink(missing_ok=True)
        for _ in range(50):  # a cgroup stays busy until its last process is reaped
            try:
                if self.group:
                    self.group.rmdir()
                break
            except OSError as error:
                if error.errno != errno.EBUSY:
                    raise
                time.sleep(0.1)
