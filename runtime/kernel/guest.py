#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Boots a kernel in QEMU with a small root of our own and collects what it prints; no root rights are needed.
Knows the guest's protocol and nothing of what is tested. Used by kernel.py, by the lab and by the stress run; or by hand, see --help."""
import argparse
import gzip
import os
import re
import select
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUSYBOX = Path("/bin/busybox")
QEMU = "qemu-system-x86_64"
RESULT = re.compile(r"@@ (\S+) (pass|fail|skip)(?: (.*))?$")
EXIT = re.compile(r"@@exit (\d+)$")
# What a kernel says when something is wrong with it. Kernel lines carry a time; what a test prints does not.
REPORT = re.compile(
    r"\[ *\d+\.\d{6}\](?:\[ *[TC]\d+\])? (?:"
    r"BUG\b|WARNING:|Oops|general protection|Kernel panic|KASAN|UBSAN|KCSAN|KFENCE|INFO: task .* blocked|INFO: trying to register|"
    r"INFO: rcu|rcu: INFO|.*self-detected stall|page_table_check|Bad page|page dumped because(?!: gup_test)|list_(?:add|del) corruption|"
    r"=+$|.*possible (?:circular|recursive|irq) |.*scheduling while atomic|.*still held|.*lock held when|"
    r".*unable to handle|.*soft lockup|.*hard LOCKUP|DEBUG_LOCKS_WARN_ON|.*ODEBUG|.*kernel BUG at|refcount_t)")
# The selftest gup_test has pages dumped on purpose. Lines of '=' frame the reports of KASAN, KCSAN and lockdep; the words inside name them.


class GuestError(Exception):
    """Something that the caller can mend; the text says what."""


@dataclass
class Result:
    name: str
    status: str
    reason: str


@dataclass
class Run:
    """What one boot gave. ended: 'done' (the script came to its end), 'timeout', or 'died' (QEMU ended before the script did)."""
    ended: str = "died"
    status: int | None = None
    seconds: float = 0.0
    lines: list = field(default_factory=list)
    results: list = field(default_factory=list)
    reports: list = field(default_factory=list)
    command: list = field(default_factory=list)

    @property
    def ok(self):
        return self.ended == "done" and self.status == 0 and not self.reports

    def why(self):
        """One line for a run that is not ok."""
        last = next((line for line in reversed(self.lines) if line.strip()), "nothing at all")
        if self.reports:
            return f"the kernel reported: {self.reports[0]}"
        if self.ended == "timeout":
            return f"no end after {self.seconds:.0f} s; the last line was: {last}"
        if self.ended == "died":
            return f"QEMU ended before the script did; the last line was: {last}"
        return f"the guest's script ended with status {self.status}"


def needed_libraries(program):
    """The shared objects that a dynamic program needs, its loader among them; none for static programs and scripts."""
    with open(program, "rb") as file:
        if file.read(4) != b"\x7fELF":
            return []
    done = subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=False)
    if "not found" in done.stdout:
        raise GuestError(f"{program} needs libraries that are not installed: {done.stdout.strip()}")
    return [Path(path) for path in re.findall(r"(/\S+) \(0x", done.stdout)]


class Image:
    """A root file system in memory, written as a compressed cpio archive. Programs may be dynamic: their libraries come along."""

    def __init__(self, script, programs=()):
        """script: shell text, run by /init after mounting. programs: names or paths on the host, placed in /bin."""
        if not BUSYBOX.exists():
            raise GuestError(f"{BUSYBOX} is missing: apt-get install busybox-static")
        self.entries = {}
        self.bytes("/dev/console", b"", 0o020600, (5, 1))
        self.add("/bin/busybox", BUSYBOX)
        self.add("/init", HERE / "guest" / "init")
        self.add("/lib/guest.sh", HERE / "guest" / "guest.sh")
        for directory in ("/proc", "/sys", "/tmp", "/mnt", "/root", "/etc"):
            self.directory(directory)
        self.text("/etc/passwd", "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n", 0o644)
        self.text("/etc/group", "root:x:0:\nnogroup:x:65534:\n", 0o644)
        self.text("/test", script)
        for program in programs:
            path = self.find(program)
            self.add(f"/bin/{path.name}", path)

    @staticmethod
    def find(program):
        if "/" in str(program):
            return Path(program)
        for directory in ("/usr/sbin", "/usr/bin", "/sbin", "/bin"):
            if (path := Path(directory) / program).exists():
                return path
        raise GuestError(f"the program '{program}' is not installed on this machine; the guest takes it from here")

    def directory(self, path):
        for parent in [*reversed(Path(path).parents), Path(path)]:
            if str(parent) not in ("/", "."):
                self.entries.setdefault(str(parent), (0o040755, b"", (0, 0)))

    def bytes(self, path, data, mode, device=(0, 0)):
        self.directory(Path(path).parent)
        self.entries[str(path)] = (mode, data, device)

    def text(self, path, text, mode=0o755):
        self.bytes(path, text.encode(), 0o100000 | mode)

    def add(self, path, source):
        """A file of the host at that path, with the libraries that it needs."""
        source = Path(source)
        if not source.is_file():
            raise GuestError(f"{source} is no file; it should become {path} in the guest")
        self.bytes(path, source.read_bytes(), 0o100000 | (0o755 if os.access(source, os.X_OK) else 0o644))
        for library in needed_libraries(source):
            if str(library) not in self.entries:
                self.bytes(library, library.read_bytes(), 0o100755)

    def library(self, name):
        """A shared object that no program names but some load, found as the compiler finds it."""
        path = Path(subprocess.run(["gcc", f"-print-file-name={name}"], capture_output=True, text=True, check=True).stdout.strip())
        if not path.is_absolute():
            raise GuestError(f"the compiler knows no library {name}")
        self.add(Path("/lib/x86_64-linux-gnu") / name, path)

    def add_tree(self, path, source):
        for file in sorted(Path(source).rglob("*")):
            if file.is_file():
                self.add(Path(path) / file.relative_to(source), file)

    def write(self, target):
        """The archive, the same bytes for the same entries."""
        out = bytearray()

        def entry(number, name, mode, data, device):
            fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(name) + 1, 0)
            out.extend(b"070701" + b"".join(b"%08x" % value for value in fields) + name.encode() + b"\0")
            out.extend(b"\0" * (-len(out) % 4))
            out.extend(data)
            out.extend(b"\0" * (-len(out) % 4))

        for number, (path, (mode, data, device)) in enumerate(sorted(self.entries.items()), 1):
            entry(number, path.lstrip("/"), mode, data, device)
        entry(0, "TRAILER!!!", 0, b"", (0, 0))
        Path(target).write_bytes(gzip.compress(bytes(out), 1, mtime=0))
        return Path(target)


def command_line(kernel, image, cpus, memory, cpu, icount, append, drives, extra=()):
    acceleration = ["-accel", "tcg"]
    if icount:
        if cpus != 1:
            raise GuestError(f"exact time needs one processor, {cpus} were asked for")
        # Random numbers and the date must not differ between runs either.
        acceleration += ["-icount", "shift=0,sleep=off", "-seed", "1", "-rtc", "base=2026-01-01,clock=vm"]
    elif cpus > 1:
        acceleration = ["-accel", "tcg,thread=multi"]
    # On a busy host the guest's processors stand still now and then: neither the timer's test at boot nor a stall of seconds means a defect.
    console = "console=ttyS0 panic=-1 loglevel=5 nokaslr no_timer_check rcupdate.rcu_cpu_stall_timeout=120 null_blk.nr_devices=0"
    console += " tsc=reliable" if icount else ""
    command = [QEMU, "-nodefaults", *acceleration, "-cpu", cpu, "-smp", str(cpus), "-m", memory, "-display", "none", "-no-reboot",
               "-serial", "stdio", "-kernel", str(kernel), "-initrd", str(image), "-append", f"{console} {append}".strip()]
    for drive in drives:
        command += ["-drive", f"file={drive},if=virtio,format=raw,cache=unsafe"]
    return [*command, *extra]


def boot(kernel, image, *, cpus=1, memory="1G", cpu="max", icount=False, append="", drives=(), extra=(), timeout=600, log=None, show=None):
    """Boots, waits for the end and returns a Run. image: an Image or the path of an archive. show: called with each line as it comes.
    log: file for all lines. icount: exact virtual time, one instruction a nanosecond. extra: more arguments for QEMU."""
    if not Path(kernel).is_file():
        raise GuestError(f"there is no kernel at {kernel}: build it first (./dev kernel)")
    written = None
    if isinstance(image, Image):
        written = Path(log).with_suffix(".cpio.gz") if log else Path(f"/tmp/guest-{os.getpid()}.cpio.gz")
        image = image.write(written)
    run = Run(command=command_line(kernel, image, cpus, memory, cpu, icount, append, drives, extra))
    started = time.monotonic()
    output = open(log, "w", encoding="utf-8", errors="replace") if log else None
    try:
        guest = subprocess.Popen(run.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except FileNotFoundError:
        raise GuestError(f"{QEMU} is missing: apt-get install qemu-system-x86") from None
    try:
        for line in lines_of(guest, started + timeout, run):
            read_line(run, line)
            if output:
                output.write(line + "\n")
                output.flush()
            if show:
                show(line)
    finally:
        if guest.poll() is None:
            guest.kill()
        guest.wait()
        run.seconds = time.monotonic() - started
        if output:
            output.close()
        if written:
            written.unlink()
    return run


def lines_of(guest, deadline, run):
    """The guest's lines until it ends or the deadline has passed."""
    pending = b""
    descriptor = guest.stdout.fileno()
    while True:
        left = deadline - time.monotonic()
        ready = select.select([descriptor], [], [], max(left, 0))[0] if left > 0 else []
        if not ready:
            run.ended = "timeout"
            break
        chunk = os.read(descriptor, 65536)
        if not chunk:
            break
        *whole, pending = (pending + chunk).split(b"\n")
        for line in whole:
            yield line.decode(errors="replace").rstrip("\r")
    if pending:
        yield pending.decode(errors="replace")


def read_line(run, line):
    run.lines.append(line)
    if match := RESULT.search(line):
        run.results.append(Result(match[1], match[2], match[3] or ""))
    elif match := EXIT.search(line):
        run.ended, run.status = "done", int(match[1])
    elif REPORT.search(line):
        run.reports.append(line)


def shell(kernel, image, **options):
    """A guest on this terminal, until it is switched off; Ctrl-A X ends QEMU."""
    command = command_line(kernel, image, options.get("cpus", 1), options.get("memory", "1G"), options.get("cpu", "max"),
                           options.get("icount", False), options.get("append", ""), options.get("drives", ()))
    place = command.index("-serial")
    command[place:place + 2] = ["-chardev", "stdio,id=terminal,mux=on,signal=off", "-serial", "chardev:terminal", "-mon", "chardev=terminal"]
    return subprocess.run(command, check=False).returncode


def main():
    parser = argparse.ArgumentParser(description="Boots a kernel with a script and files; prints what it prints; ends with 0 if all was well.")
    parser.add_argument("--kernel", required=True, type=Path)
    parser.add_argument("--script", required=True, type=Path, help="shell text that the guest runs (see guest/guest.sh for its functions)")
    parser.add_argument("--add", action="append", default=[], metavar="GUESTPATH=FILE", help="a file to put into the guest")
    parser.add_argument("--program", action="append", default=[], help="a program of this machine to put into the guest's /bin, e.g. mkfs.xfs")
    parser.add_argument("--cpus", type=int, default=1)
    parser.add_argument("--memory", default="1G")
    parser.add_argument("--cpu", default="max")
    parser.add_argument("--icount", action="store_true", help="exact virtual time: one instruction is one nanosecond")
    parser.add_argument("--append", default="", help="more of the kernel's command line")
    parser.add_argument("--drive", action="append", default=[], help="a raw image as /dev/vda, /dev/vdb, ...")
    parser.add_argument("--timeout", type=float, default=600)
    parser.add_argument("--log", type=Path)
    options = parser.parse_args()
    try:
        image = Image(options.script.read_text(), options.program)
        for pair in options.add:
            path, _, source = pair.partition("=")
            image.add(path, source)
        run = boot(options.kernel, image, cpus=options.cpus, memory=options.memory, cpu=options.cpu, icount=options.icount,
                   append=options.append, drives=options.drive, timeout=options.timeout, log=options.log,
                   show=lambda line: print(line, flush=True))
    except (GuestError, OSError) as error:
        print(f"guest: {error}", file=sys.stderr)
        return 2
    if not run.ok:
        print(f"guest: {run.why()}", file=sys.stderr)
    return 0 if run.ok else 1


if __name__ == "__main__":
    sys.exit(main())
