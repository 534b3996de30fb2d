# SPDX-License-Identifier: GPL-2.0
"""Kernel trees and kernels: unpacks Debian's source, applies the series without fuzz, configures and builds what is not built yet.
Everything lies under one work directory and is made again only when its inputs have changed. Used by kernel.py, the lab and the stress run."""
import contextlib
import fcntl
import functools
import hashlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SERIES = HERE / "linux-6.1"
PACKAGE = "linux-source-6.1"
TARBALL = Path("/usr/src/linux-source-6.1.tar.xz")
LOCALVERSION = "-pageprefetch"
STEP = re.compile(r"  [A-Z][A-Z0-9]*(?: \[M\])? +\S")
PROGRESS_SECONDS = 20
FIRST_STEPS = 2000  # what the lab's configuration takes from nothing


class KernelError(Exception):
    """The text says what went wrong, where, and what to do."""


def say(text):
    print(f"kernel: {text}", flush=True)


def span(seconds):
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d} min"


def digest(*parts):
    total = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else str(part).encode()
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()[:16]


def run_logged(command, log, what, seconds, on_line=None, cwd=None):
    """Runs a command whose output goes to a log file; a failure shows the end of it."""
    started = time.monotonic()
    with open(log, "a", encoding="utf-8", errors="replace") as output:
        output.write(f"+ {shlex.join(map(str, command))}\n")
        output.flush()
        command = ["timeout", str(seconds), *map(str, command)]
        lines = []
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                              cwd=cwd) as process:
            try:
                for line in process.stdout:
                    output.write(line)
                    lines.append(line.rstrip("\n"))
                    if on_line:
                        on_line(line)
            except BaseException:  # an interrupted run leaves no make behind
                process.terminate()
                raise
            status = process.wait()
    if status:
        telling = [line for line in lines if re.search(r"error:|\*\*\*|undefined reference|[Nn]o such file|not found", line)][:12]
        reason = f"no end after {span(time.monotonic() - started)}" if status == 124 else f"status {status}"
        raise KernelError(f"{what} failed ({reason}):\n" + "\n".join(telling or lines[-25:]) + f"\nall of its output: {log}")
    return lines


def warnings_of(lines, before):
    """The warnings of a build: its own, and those of earlier ones for files that it had no need to compile again."""
    compiled = tuple(match[1] for line in lines if (match := re.match(r"  (?:AS|CC|HOSTCC) +(\S+)\.\w+$", line)))

    def again(line):
        file = line.split(":")[0]
        return bool(compiled) if file.endswith(".h") else file.rpartition(".")[0].endswith(compiled)

    return [line for line in before if not again(line)] + [line for line in lines if "warning:" in line]


def alone(method):
    """One process at a time in a work directory: the lab and the tests may start beside each other."""

    @functools.wraps(method)
    def locked(self, *arguments, **named):
        with self.lock():
            return method(self, *arguments, **named)

    return locked


class Kernels:
    def __init__(self, work=None, series=SERIES, jobs=None, source=None):
        """work: the directory for all that is made. series: the directory with the patches. source: an unpacked tree to use instead of the package."""
        self.work = Path(work or os.environ.get("PAGEPREFETCH_KERNEL_DIR") or ROOT / "build" / "kernel").resolve()
        self.series = Path(series)
        self.jobs = jobs or len(os.sched_getaffinity(0))
        self.given = Path(source).resolve() if source else None
        if self.given and not work:  # what was made of the package stays
            self.work /= f"given-{digest(str(self.given))[:8]}"
        self.work.mkdir(parents=True, exist_ok=True)
        self.make_command = shlex.split(os.environ.get("PAGEPREFETCH_MAKE", "make"))
        self.warnings = {}
        self.depth = 0

    @contextlib.contextmanager
    def lock(self):
        if self.depth == 0:
            self.lock_file = open(self.work / "lock", "w", encoding="utf-8")
            try:
                fcntl.flock(self.lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say(f"another run is working in {self.work}; waiting for it")
                fcntl.flock(self.lock_file, fcntl.LOCK_EX)
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1
            if self.depth == 0:
                self.lock_file.close()

    def log(self, name):
        return self.work / f"{name}.log"

    # Sources

    def patches(self):
        found = sorted(path for path in self.series.glob("*.patch") if not path.name.startswith("0000"))
        if not found:
            raise KernelError(f"no patch in {self.series}: the series is not there; --patches DIR names another place")
        return found

    def package_version(self):
        """What the trees are made of: nothing that was made of anything else is used."""
        if self.given:
            return f"tree {self.given} {self.given_state()}"
        done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", PACKAGE], capture_output=True, text=True, check=False)
        if done.returncode or not TARBALL.exists():
            raise KernelError(f"the package {PACKAGE} is not installed ({TARBALL} is missing): apt-get install {PACKAGE}, or --source TREE")
        return f"{PACKAGE} {done.stdout}"

    @functools.lru_cache(maxsize=1)
    def given_state(self):
        """Of a given tree: the number of its files and the youngest's time, which changes when one is edited."""
        count, youngest = 0, 0
        for directory, _, files in os.walk(self.given):
            count += len(files)
            youngest = max([youngest, *(os.lstat(os.path.join(directory, file)).st_mtime_ns for file in files)])
        return f"{count} {youngest}"

    def forget(self):
        """Removes all that was made of other sources: objects of another release may be younger than this one's files."""
        for old in ("source", "patched", "patched.files", "each", "each.files", "selftests", "deb", "deb-config", *(stamp.stem for stamp in self.work.glob("*.built")),
                    *(stamp.name for stamp in self.work.glob("*.built"))):
            path = self.work / old
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    @alone
    def stock(self):
        """The unpatched tree."""
        if self.given and not (self.given / "Makefile").exists():
            raise KernelError(f"--source {self.given}: no kernel tree there (no Makefile)")
        tree, stamp, version = self.given or self.work / "source", self.work / "source.version", self.package_version()
        if tree.exists() and stamp.exists() and stamp.read_text() == version:
            return tree
        stamp.unlink(missing_ok=True)
        self.forget()
        if self.given:
            stamp.write_text(version)
            return tree
        say(f"unpacking {version}")
        tree.mkdir()
        run_logged(["tar", "-xf", TARBALL, "-C", tree, "--strip-components=1"], self.log("unpack"), f"unpacking {TARBALL}", 1200)
        stamp.write_text(version)
        return tree

    def release(self):
        """The point release, such as 6.1.192."""
        text = (self.stock() / "Makefile").read_text()
        return ".".join(re.search(rf"^{key} *= *(\d+)", text, re.M)[1] for key in ("VERSION", "PATCHLEVEL", "SUBLEVEL"))

    @alone
    def patched(self, count=None):
        """The tree with the first COUNT patches, or all. Only files whose text changes are written, so that builds stay incremental."""
        patches = self.patches()[:count]
        name = "patched" if count is None else "each"  # so that the whole series' objects stay younger than their sources
        stock, tree, stamp = self.stock(), self.work / name, self.work / f"{name}.files"
        with tempfile.TemporaryDirectory(dir=self.work) as scratch:
            scratch = Path(scratch)
            touched = self.apply(patches, stock, scratch)
            if not tree.exists():
                stamp.unlink(missing_ok=True)
                say("copying the tree")
                run_logged(["cp", "-al" if not self.given else "-a", stock, tree], self.log("copy"), "copying the tree", 1200)
            before = set(stamp.read_text().splitlines()) if stamp.exists() else set()
            stamp.write_text("\n".join(sorted(before | touched)))
            for path in sorted(before | touched):
                wanted = scratch / path if path in touched else stock / path
                self.sync(wanted, tree / path)
            stamp.write_text("\n".join(sorted(touched)))
        return tree

    @staticmethod
    def sync(wanted, target):
        """Makes target like wanted, or absent like it. Never writes through a hard link into the stock tree."""
        if not wanted.exists():
            target.unlink(missing_ok=True)
            return
        if target.exists() and target.read_bytes() == wanted.read_bytes() and target.stat().st_mode == wanted.stat().st_mode:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(target.name + ".fresh")
        shutil.copyfile(wanted, fresh)
        fresh.chmod(wanted.stat().st_mode)
        fresh.replace(target)

    def apply(self, patches, stock, scratch):
        """Applies patches to copies of the files that they name; returns those files."""
        touched = set()
        for patch in patches:
            for line in patch.read_text(errors="replace").splitlines():
                if match := re.match(r"(?:---|\+\+\+) [ab]/(\S+)", line):
                    touched.add(match[1])
        for path in touched:
            if (stock / path).exists():
                (scratch / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(stock / path, scratch / path)
        for patch in patches:
            done = subprocess.run(["patch", "-p1", "-F0", "--batch", "--forward", "--no-backup-if-mismatch", "-r", "-", "-d", scratch, "-i", patch.resolve()],
                                  capture_output=True, text=True, errors="replace", check=False)
            if done.returncode:
                raise KernelError(self.misfit(patch, done.stdout + done.stderr))
        return touched

    def misfit(self, patch, output):
        """Which hunk of which file does not fit which release."""
        places, file = [], "?"
        for line in output.splitlines():
            if match := re.match(r"patching file '?([^' ]+)|can't find file to patch at input line (\d+)", line):
                file = match[1] or f"(a file that this release does not have, line {match[2]} of the patch)"
                if match[2]:
                    places.append(f"  {file}")
            elif match := re.match(r"Hunk #(\d+) FAILED at (\d+)", line):
                places.append(f"  {file}: hunk {match[1]}, expected near line {match[2]}: {self.hunk(patch, file, int(match[1]))}")
            elif "Reversed (or previously applied) patch detected" in line:
                places.append(f"  {file}: this release seems to have the change already")
        return (f"{patch.name} does not fit {self.package_version()} (Linux {self.release()}):\n" + "\n".join(places or output.splitlines()[-8:]) +
                f"\nmend the patch in {self.series}, or use the release that the series was last tried on (its README names it)")

    @staticmethod
    def hunk(patch, file, number):
        """A hunk's first line in the patch."""
        current, seen = None, 0
        for line in patch.read_text(errors="replace").splitlines():
            if line.startswith("+++ "):
                current, seen = line[6:].split("\t")[0], 0
            elif line.startswith("@@ ") and current == file:
                seen += 1
                if seen == number:
                    return line
        return "(hunk not found in the patch)"

    # Kernels

    def make(self, tree, out, targets, what, log, expected=0, variables=(), seconds=7200):
        """make with a line of progress now and then."""
        started = shown = time.monotonic()
        steps = 0

        def progress(line):
            nonlocal steps, shown
            steps += bool(STEP.match(line))
            if time.monotonic() - shown > PROGRESS_SECONDS:
                shown = time.monotonic()
                of = f" of about {max(expected, steps)}" if expected else ""
                say(f"{what}: {steps}{of} steps, {span(shown - started)}: {line.strip()[:70]}")

        command = [*self.make_command, "-C", tree, f"O={out}", f"-j{self.jobs}", "KBUILD_BUILD_TIMESTAMP=2000-01-01", "KBUILD_BUILD_USER=pageprefetch",
                   "KBUILD_BUILD_HOST=pageprefetch", "KBUILD_BUILD_VERSION=1", *variables, *targets]
        lines = run_logged(command, log, what, seconds, progress)
        return lines, steps

    def fragments(self, flavour, patched):
        names = ["lab"] + ([flavour] if flavour != "lab" else [])
        return [HERE / "config" / f"{name}.config" for name in names] + ([HERE / "config" / "prefetch.config"] if patched else [])

    def configure(self, tree, out, fragments, certain, log):
        """tinyconfig, kvm_guest.config and the fragments; fails when an option of those that are certain did not survive."""
        for target in ("tinyconfig", "kvm_guest.config"):
            self.make(tree, out, [target], f"make {target}", log)
        config = out / ".config"
        config.write_text(config.read_text() + "".join(fragment.read_text() for fragment in fragments))
        self.make(tree, out, ["olddefconfig"], "make olddefconfig", log)
        self.verify(config, certain)

    @alone
    def lab_config(self):
        """A configuration file of the small patched kernel, without building it."""
        out = self.work / "deb-config"
        out.mkdir(exist_ok=True)
        fragments = self.fragments("lab", True)
        self.configure(self.patched(), out, fragments, fragments, self.log("deb-config"))
        return out / ".config"

    def verify(self, config, fragments):
        have = set(config.read_text().splitlines())
        wanted = {}
        for fragment in fragments:
            for line in fragment.read_text().splitlines():
                if match := re.match(r"(?:# )?(CONFIG_\w+)(?:=| is not set)", line):
                    line = f"# {match[1]} is not set" if line.endswith("=n") else line
                    wanted[match[1]] = (line, fragment.name)
        lost = []
        for name, (line, fragment) in wanted.items():
            absent = not any(entry.startswith((f"{name}=", f"# {name} ")) for entry in have)
            if line not in have and not (line.startswith("#") and absent):
                lost.append(f"  {line} ({fragment}): " + ("this kernel does not offer it here: a dependency is missing" if absent else "decided otherwise"))
        if lost:
            raise KernelError(f"the configuration {config} lacks what was asked for:\n" + "\n".join(lost))

    @alone
    def image(self, side, flavour="lab", count=None):
        """The bzImage of a side ('stock', or 'patched', also with its first COUNT patches only) in a flavour (a name in config/); built if needed."""
        patched = side != "stock"
        tree = self.patched(count) if patched else self.stock()
        out, log = self.work / f"{side}.{flavour}", self.log(f"build-{side}-{flavour}")
        stamp = self.work / f"{side}.{flavour}.built"
        fragments = self.fragments(flavour, patched)
        # The first patches alone need not know the options that the whole series brings.
        certain = fragments[:-1] if patched and count is not None and count < len(self.patches()) else fragments
        key = digest(self.package_version(), *(self.patches()[:count] if patched else ()), *fragments)
        image = out / "arch" / "x86" / "boot" / "bzImage"
        old = stamp.read_text().split() if stamp.exists() else []
        kept = self.work / f"{side}.{flavour}.warnings"
        if image.exists() and old[:1] == [key]:
            say(f"{side} kernel ({flavour}): unchanged since it was built")
            self.warnings[side, flavour] = kept.read_text().splitlines() if kept.exists() else []
            return image
        before = kept.read_text().splitlines() if kept.exists() and out.exists() else []
        log.unlink(missing_ok=True)
        out.mkdir(exist_ok=True)
        started = time.monotonic()
        what = f"building the {side} kernel ({flavour}{f', patches 1 to {count}' if count else ''})"
        say(f"{what}, {self.jobs} jobs; log: {log}")
        self.configure(tree, out, fragments, certain, log)
        expected = int(old[1]) if len(old) > 1 else FIRST_STEPS
        lines, steps = self.make(tree, out, ["bzImage"], what, log, expected)
        self.warnings[side, flavour] = warnings_of(lines, before)
        kept.write_text("".join(f"{line}\n" for line in self.warnings[side, flavour]))
        stamp.write_text(f"{key} {max(steps, expected)}\n")
        say(f"{side} kernel ({flavour}): {steps} steps in {span(time.monotonic() - started)}")
        return image

    @alone
    def headers(self, side):
        """The user-space headers of a side, as -isystem wants them."""
        tree = self.patched() if side != "stock" else self.stock()
        out, stamp = self.work / f"{side}.headers", self.work / f"{side}.headers.built"
        key = digest(self.package_version(), *(self.patches() if side != "stock" else ()))
        if not stamp.exists() or stamp.read_text() != key:
            out.mkdir(exist_ok=True)
            self.make(tree, out, ["headers"], f"{side} headers", self.log(f"headers-{side}"))
            stamp.write_text(key)
        return out / "usr" / "include"

    @alone
    def debian_package(self, config):
        """The patched kernel as Debian packages, from a configuration file; returns the packages."""
        tree, home = self.patched(), self.work / "deb"
        out, log = home / "build", self.log("deb")
        out.mkdir(parents=True, exist_ok=True)  # an interrupted build of hours goes on where it was
        for old in home.glob("linux-*"):
            old.unlink()
        log.unlink(missing_ok=True)
        (out / ".config").write_text(config.read_text())
        script = tree / "scripts" / "config"
        # Debian's build signs modules with keys that only its own tree has, and its debugging information needs 30 GB of disk.
        subprocess.run([script, "--file", out / ".config", "--set-str", "SYSTEM_TRUSTED_KEYS", "", "--set-str", "SYSTEM_REVOCATION_KEYS", "",
                        "--disable", "MODULE_SIG_ALL", "--enable", "DEBUG_INFO_NONE", "--disable", "DEBUG_INFO_DWARF5", "--disable", "DEBUG_INFO_DWARF4",
                        "--disable", "DEBUG_INFO_DWARF_TOOLCHAIN_DEFAULT", "--set-str", "BUILD_SALT", "", "--enable", "PREFETCH_PAGE",
                        "--disable", "VDSO_EXTABLE_TEST"], check=True)
        self.make(tree, out, ["olddefconfig"], "make olddefconfig", log)
        if "CONFIG_PREFETCH_PAGE=y" not in (out / ".config").read_text().splitlines():
            raise KernelError(f"{config}: PREFETCH_PAGE is not set after olddefconfig; it needs X86_64 and MMU")
        self.make(tree, out, ["bindeb-pkg"], "building Debian packages", log, variables=(f"LOCALVERSION={LOCALVERSION}",), seconds=6 * 3600)
        return sorted(home.glob("*.deb"))


def main():
    """For scripts: prints the path of a kernel image, built if needed."""
    if len(sys.argv) != 3 or sys.argv[1] not in ("stock", "patched"):
        print("usage: kernels.py stock|patched FLAVOUR (a file in config/, such as lab or debug)", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # an ended run leaves no make behind
    try:
        print(Kernels().image(sys.argv[1], sys.argv[2]))
    except KernelError as error:
        print(f"kernel: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
