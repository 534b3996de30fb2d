# SPDX-License-Identifier: GPL-2.0
"""The selftests: the series' own, and the tree's for memory, vDSO and x86 entry. Builds them, runs them in guests, reads their results.
The tree's are built once, from the unpatched tree, and run on both kernels: what differs is the kernel's doing."""
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import guest
from kernels import KernelError, digest, run_logged, say, span

# Seconds for one program. A limit costs nothing where all is well, so there is one for all, far from what any needs: QEMU's translation
# makes programs 10 to 50 times slower than a processor, and a busy host several times slower again.
LIMIT = 900
PLAN = re.compile(r"1\.\.(\d+)\b")
TAP = re.compile(r"\s*(not )?ok (\d+)\b[ -]*(.*)$")
BEGIN = re.compile(r"@@begin (\S+)$")
HARNESS_RUN = re.compile(r"#  RUN +(\S+) \.\.\.")
END = re.compile(r"@@end (\S+) (\d+)$")

# Collection -> name -> (program, arguments[, command before it, command that runs it]). Left out, because they measure, need modules or hardware that no guest has, or never
# end: test_vmalloc, test_hmm, gup_test's modes for benchmarks beyond the first, transhuge-stress, charge_reserved_hugetlb, soak runs.
TREE = {
    "vDSO": {
        "gettimeofday": ("vdso_test_gettimeofday", ""),
        "getcpu": ("vdso_test_getcpu", ""),
        "abi": ("vdso_test_abi", ""),
        "clock_getres": ("vdso_test_clock_getres", ""),
        "standalone": ("vdso_standalone_test_x86", ""),
        "correctness": ("vdso_test_correctness", ""),
    },
    "x86": {
        "mremap_vdso": ("test_mremap_vdso_64", ""),
        "vsyscall": ("test_vsyscall_64", ""),
        "sigreturn": ("sigreturn_64", ""),
        "single_step": ("single_step_syscall_64", ""),
        # Two processes that stop and go 40,000 times by turns: on two processors each waits for the other's, up to a tick where the host is busy
        # (116 s; on one: 6 s).
        "syscall_numbering": ("syscall_numbering_64", "", "", "taskset 1 sh -c"),
        "sigaltstack": ("sigaltstack_64", ""),
    },
    "vm": {
        "hugepage-mmap": ("hugepage-mmap", ""),
        "hugepage-shm": ("hugepage-shm", ""),
        "map_hugetlb": ("map_hugetlb", ""),
        "hugepage-mremap": ("hugepage-mremap", "/huge/huge_mremap"),
        "hugepage-vmemmap": ("hugepage-vmemmap", ""),
        "hugetlb-madvise": ("hugetlb-madvise", "/huge/madvise-test"),
        "map_fixed_noreplace": ("map_fixed_noreplace", ""),
        "gup_fast": ("gup_test", "-u -m 16"),
        "pup_fast": ("gup_test", "-a -m 16"),
        "pup_dump": ("gup_test", "-ct -F 0x1 0 19 0x1000"),
        "userfaultfd-anon": ("userfaultfd", "anon 16 4"),
        "userfaultfd-anon-dev": ("userfaultfd", "anon:dev 16 4"),
        "userfaultfd-hugetlb": ("userfaultfd", "hugetlb 32 4"),
        "userfaultfd-hugetlb_shared": ("userfaultfd", "hugetlb_shared 32 4 /huge/uffd-test"),
        "userfaultfd-shmem": ("userfaultfd", "shmem 16 4"),
        "compaction_test": ("compaction_test", ""),
        "on-fault-limit": ("on-fault-limit", "", "", "su -s /bin/sh nobody -c"),
        "map_populate": ("map_populate", ""),
        "mlock-random-test": ("mlock-random-test", ""),
        "mlock2-tests": ("mlock2-tests", ""),
        "mrelease_test": ("mrelease_test", ""),
        "mremap_test": ("mremap_test", "-t 2", "echo 1 >/proc/sys/vm/overcommit_memory", ""),
        "mremap_dontunmap": ("mremap_dontunmap", ""),
        "thuge-gen": ("thuge-gen", ""),
        "virtual_address_range": ("virtual_address_range", ""),
        "va_128TBswitch": ("va_128TBswitch", ""),
        "madv_populate": ("madv_populate", ""),
        "memfd_secret": ("memfd_secret", ""),
        "ksm-merge": ("ksm_tests", "-M -p 10"),
        "ksm-unmerge": ("ksm_tests", "-U"),
        "ksm-zero": ("ksm_tests", "-Z -p 10 -z 0"),
        "ksm-use-zero": ("ksm_tests", "-Z -p 10 -z 1"),
        "ksm-numa": ("ksm_tests", "-N -m 1"),
        "protection_keys": ("protection_keys_64", ""),
        "soft-dirty": ("soft-dirty", ""),
        "split_huge_page_test": ("split_huge_page_test", "", "echo always >/sys/kernel/mm/transparent_hugepage/enabled", ""),
        "khugepaged-anon": ("khugepaged", "all:anon"),
        "khugepaged-shmem": ("khugepaged", "all:shmem"),
        "migration": ("migration", ""),
    },
}

# Points of the series' own selftests that this guest has nothing for: program, point, the reason that it gives. All others must pass.
NOT_HERE = (
    ("prefetch/file", r"file\.btrfs\.\w+", r"this kernel has no btrfs"),
    ("prefetch/file", r"file\.bdev\.hole", r"a block device has no holes"),
    ("prefetch/file", r"file\.bdev\.(end_of_file|truncated_with_reads_pending)", r"a block device does not shrink"),
    ("prefetch/shmem", r"shmem\.tmpfs(_private)?\.sealed", r"no seals on a tmpfs file"),
    ("prefetch/special", r"global\.dax", r"no \$PREFETCH_DIR_dax"),
    ("prefetch/special", r"global\.secret_memory", r"memfd_secret: Function not implemented"),
)
# Those that need no prefetch call pass on the unpatched kernel, too; the others must find out that there is none.
ANYWHERE = ("prefetch/sgx",)


def not_here(program, point, reason):
    return any(program == name and re.fullmatch(points, point) and re.match(reasons, reason) for name, points, reasons in NOT_HERE)


@dataclass
class Known:
    """What a selftest of the tree does in this guest on the unpatched kernel instead of passing: status, the points that do not pass, why."""
    status: str
    points: str
    why: str

    def fits(self, outcome):
        bad = [point for point, status in outcome.points.items() if status != "pass"]
        return outcome.status == self.status and all(re.fullmatch(self.points, point) for point in bad)


# Whatever else does not pass fails the run, on both kernels alike or not: what fails anyway would hide what the series does to it.
KNOWN = {
    ("vm", "hugetlb-madvise"): Known("fail", "", "it expects MADV_DONTNEED to round a length up to huge pages; 6.1 rounds down"),
    ("vm", "khugepaged-anon"): Known("skip", "", "it runs its cases and ends with the status of a skip: some of them need a file system"),
    ("vm", "khugepaged-shmem"): Known("fail", "", "MADV_COLLAPSE of shared memory answers EINVAL on Debian's kernel as well"),
    ("vm", "ksm-numa"): Known("skip", "", "no CONFIG_NUMA"),
    ("vm", "memfd_secret"): Known("skip", "2", "no CONFIG_SECRETMEM"),
    ("vm", "migration"): Known("pass", r"migration\.\w+", "no second memory node"),
    ("vm", "mrelease_test"): Known("skip", "", "the program finds no process_mrelease()"),
    ("vm", "mremap_test"): Known("pass", "mremap expand merge", "this point fails on Debian's kernel as well"),
    ("vm", "split_huge_page_test"): Known("fail", "", "it finds none of the huge pages that it asked for"),
}

PREPARE = """
ulimit -c 0
ifconfig lo up
echo 160 >/proc/sys/vm/nr_hugepages
mkdir -p /huge /t/vm
ln -s /huge /t/vm/huge
mount -t hugetlbfs none /huge || echo "selftests: no hugetlbfs"
"""
DEFAULTS = """echo 0 >/proc/sys/vm/overcommit_memory
echo madvise >/sys/kernel/mm/transparent_hugepage/enabled
echo 3 >/proc/sys/vm/drop_caches
"""


@dataclass
class Outcome:
    """What one program did: 'pass', 'fail', 'skip', 'timeout' or 'missing', and its single points where it speaks TAP."""
    status: str
    code: int | None = None
    points: dict = field(default_factory=dict)
    planned: int | None = None
    notes: dict = field(default_factory=dict)  # what was printed on the way to a point
    lines: list = field(default_factory=list)

    def key(self):
        return (self.status, self.code, tuple(sorted(self.points.items())))

    def last(self):
        return next((line for line in reversed(self.lines) if line.strip()), "no output")


def plain(text):
    """A point's name without what changes from run to run: addresses and long numbers."""
    return re.sub(r"0x[0-9a-f]+|\d{4,}", "N", text).strip()


def outcomes(lines):
    """Name -> Outcome, from a guest's lines."""
    found, name, running, notes = {}, None, None, []
    for line in lines:
        if match := BEGIN.search(line):
            name, running, notes = match[1], None, []
            found[name] = Outcome("missing")
        elif (match := END.search(line)) and match[1] == name:
            code = int(match[2])
            found[name].code = code
            found[name].status = {0: "pass", 4: "skip", 137: "timeout", 143: "timeout"}.get(code, "fail")
            name = None
        elif name:
            found[name].lines.append(line)
            if match := HARNESS_RUN.search(line):
                running, notes = match[1], []
            elif match := TAP.match(line):
                add_point(found[name], match, running, notes)
                running, notes = None, []
            elif match := PLAN.match(line):
                found[name].planned = int(match[1])
            else:
                notes.append(line.strip())
    return found


def add_point(outcome, match, running, notes):
    """A line of TAP. A skipped point of the harness bears no name: it is the one that was started last."""
    text = match[3]
    skipped = re.search(r"# *skip *(.*)", text, re.I)
    title = plain(re.split(r" *# *(?:skip|todo)", text, flags=re.I)[0]) or running or match[2]
    while title in outcome.points:
        title += "'"
    outcome.points[title] = "fail" if match[1] else "skip" if skipped else "pass"
    outcome.notes[title] = [skipped[1]] if skipped else notes


class Selftests:
    def __init__(self, kernels):
        self.kernels = kernels
        self.home = kernels.work / "selftests"
        self.unbuilt = {}

    def build_tree(self):
        """The tree's programs; what does not build is kept in self.unbuilt with the reason."""
        kernels, stock = self.kernels, self.kernels.stock()
        headers = kernels.headers("stock")
        for collection, tests in TREE.items():
            source, out = stock / "tools/testing/selftests" / collection, self.home / collection
            log = kernels.log(f"selftests-{collection}")
            log.unlink(missing_ok=True)
            out.mkdir(parents=True, exist_ok=True)
            for program in sorted({test[0] for test in tests.values()}):
                if (out / program).exists():
                    continue
                try:
                    run_logged([*kernels.make_command, "-C", source, f"OUTPUT={out}", f"KHDR_INCLUDES=-isystem {headers}", out / program],
                               log, f"building {collection}/{program}", 300)
                except KernelError as error:
                    self.unbuilt[collection, program] = next((line for line in str(error).splitlines() if "error" in line.lower() or "cannot" in line), "see the log")
        if self.unbuilt:
            say(f"{len(self.unbuilt)} of the tree's selftests cannot be built here: " + ", ".join(f"{c}/{p}" for c, p in self.unbuilt))

    def build_own(self):
        """The series' own programs and scripts: (names to run, all files)."""
        kernels = self.kernels
        tree = kernels.patched()
        source, out, log = tree / "tools/testing/selftests/prefetch", self.home / "prefetch", kernels.log("selftests-prefetch")
        if not (source / "Makefile").exists():
            raise KernelError("the series brings no selftests: tools/testing/selftests/prefetch/Makefile is missing in the patched tree")
        log.unlink(missing_ok=True)
        out.mkdir(parents=True, exist_ok=True)
        key, stamp = digest(*kernels.patches()), self.home / "prefetch.built"
        if not stamp.exists() or stamp.read_text() != key:
            for old in out.iterdir():
                old.unlink()
        common = [*kernels.make_command, "-C", source, f"OUTPUT={out}", f"KHDR_INCLUDES=-isystem {kernels.headers('patched')}"]
        run_logged([*common, "all"], log, "building the series' selftests", 600)
        stamp.write_text(key)
        listed = subprocess.run([*common, "-s", "--no-print-directory", "COLLECTION=prefetch", "emit_tests"], capture_output=True, text=True, check=True).stdout
        names = re.findall(r"^prefetch:(\S+)$", listed, re.M)
        if not names:
            raise KernelError(f"the Makefile in {source} names no test")
        scripts = {path.name: path for path in source.iterdir() if path.is_file() and path.suffix not in (".c", ".h") and path.name not in ("Makefile", ".gitignore", "config")}
        return names, {**scripts, **{path.name: path for path in out.iterdir() if path.is_file() and path.suffix != ".o"}}

    def tree_image(self, chosen):
        """An image that runs the chosen (collection, name) of the tree's selftests."""
        image = guest.Image("")
        image.library("libgcc_s.so.1")  # glibc loads it when a thread is cancelled
        script = [PREPARE]
        for collection, name in chosen:
            program, arguments, before, wrapper = (*TREE[collection][name], "", "")[:4]
            path = self.home / collection / program
            if not path.exists():
                continue
            image.add(f"/t/{collection}/{program}", path)
            command = f"{wrapper} './{program} {arguments}'" if wrapper else f"./{program} {arguments}"
            script.append("\n".join([f"cd /t/{collection}", DEFAULTS, before, f"run {collection}/{name} {LIMIT} {command}", "rm -f /huge/*"]))
        image.text("/test", "\n".join([*script, "true\n"]))
        return image

    def own_image(self):
        """An image that runs all of the series' selftests, and the names that they will be reported by."""
        names, files = self.build_own()
        image = guest.Image("", programs=["mkfs.ext4", "mkfs.xfs"])
        for name, path in files.items():
            image.add(f"/t/prefetch/{name}", path)
        lines = [f"run prefetch/{name} {LIMIT} ./{name}" for name in names]
        image.text("/test", "\n".join(["cd /t/prefetch", *lines, "true\n"]))
        return image, [f"prefetch/{name}" for name in names]

    def both(self, make_image, what, images, timeout=5400):
        """Runs the same guest on the stock and the patched kernel side by side, or on the one there is; {side: Run}."""
        (self.kernels.work / "guests").mkdir(exist_ok=True)
        say(f"{what}: in guests on {' and '.join(images)}")

        def one(side):
            counted, begun = 0, time.monotonic()

            def show(line):
                nonlocal counted, begun
                if BEGIN.search(line):
                    begun = time.monotonic()
                elif match := END.search(line):
                    counted += 1
                    say(f"  {side}: {counted}: {match[1]} ended with status {match[2]}, {time.monotonic() - begun:.0f} s")

            log = self.kernels.work / "guests" / f"{what.replace(' ', '-')}-{side}.log"
            run = guest.boot(images[side], make_image, cpus=2, memory="2G", timeout=timeout, log=log, show=show)
            say(f"{what}, {side}: {span(run.seconds)}; log: {log}")
            return run

        with ThreadPoolExecutor(2) as pool:
            return dict(zip(images, pool.map(one, images)))
