# SPDX-License-Identifier: GPL-2.0
"""The selftests: the series' own, and the tree's for memory, vDSO and x86 entry. Builds them, runs them in guests, reads their results.
The tree's are built once, from the unpatched tree, and run on both kernels: what differs is the kernel's doing."""
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import guest
from kernels import KernelError, digest, run_logged, say, span

LIMIT = 300  # seconds for one program; QEMU's translation makes them 10 to 50 times slower than a processor
TAP = re.compile(r"\s*(not )?ok (\d+)\b[ -]*(.*)$")
BEGIN = re.compile(r"@@begin (\S+)$")
HARNESS_RUN = re.compile(r"#  RUN +(\S+) \.\.\.")
END = re.compile(r"@@end (\S+) (\d+)$")

# Collection -> name -> (program, arguments, seconds[, command before it, command that runs it]). Left out, because they measure, need modules or hardware that no guest has, or never
# end: test_vmalloc, test_hmm, gup_test's modes for benchmarks beyond the first, transhuge-stress, charge_reserved_hugetlb, soak runs.
TREE = {
    "vDSO": {
        "gettimeofday": ("vdso_test_gettimeofday", "", 60),
        "getcpu": ("vdso_test_getcpu", "", 60),
        "abi": ("vdso_test_abi", "", 60),
        "clock_getres": ("vdso_test_clock_getres", "", 60),
        "standalone": ("vdso_standalone_test_x86", "", 60),
        "correctness": ("vdso_test_correctness", "", 120),
    },
    "x86": {
        "mremap_vdso": ("test_mremap_vdso_64", "", 60),
        "vsyscall": ("test_vsyscall_64", "", 60),
        "sigreturn": ("sigreturn_64", "", 120),
        "single_step": ("single_step_syscall_64", "", 60),
        "syscall_numbering": ("syscall_numbering_64", "", 120),
        "sigaltstack": ("sigaltstack_64", "", 60),
    },
    "vm": {
        "hugepage-mmap": ("hugepage-mmap", "", 120),
        "hugepage-shm": ("hugepage-shm", "", LIMIT),
        "map_hugetlb": ("map_hugetlb", "", 120),
        "hugepage-mremap": ("hugepage-mremap", "/huge/huge_mremap", 120),
        "hugepage-vmemmap": ("hugepage-vmemmap", "", 60),
        "hugetlb-madvise": ("hugetlb-madvise", "/huge/madvise-test", 120),
        "map_fixed_noreplace": ("map_fixed_noreplace", "", 60),
        "gup_fast": ("gup_test", "-u -m 16", LIMIT),
        "pup_fast": ("gup_test", "-a -m 16", LIMIT),
        "pup_dump": ("gup_test", "-ct -F 0x1 0 19 0x1000", LIMIT),
        "userfaultfd-anon": ("userfaultfd", "anon 16 4", LIMIT),
        "userfaultfd-anon-dev": ("userfaultfd", "anon:dev 16 4", LIMIT),
        "userfaultfd-hugetlb": ("userfaultfd", "hugetlb 32 4", LIMIT),
        "userfaultfd-hugetlb_shared": ("userfaultfd", "hugetlb_shared 32 4 /huge/uffd-test", LIMIT),
        "userfaultfd-shmem": ("userfaultfd", "shmem 16 4", LIMIT),
        "compaction_test": ("compaction_test", "", LIMIT),
        "on-fault-limit": ("on-fault-limit", "", 60, "", "su -s /bin/sh nobody -c"),
        "map_populate": ("map_populate", "", 60),
        "mlock-random-test": ("mlock-random-test", "", LIMIT),
        "mlock2-tests": ("mlock2-tests", "", 120),
        "mrelease_test": ("mrelease_test", "", LIMIT),
        "mremap_test": ("mremap_test", "-t 2", LIMIT, "echo 1 >/proc/sys/vm/overcommit_memory", ""),
        "mremap_dontunmap": ("mremap_dontunmap", "", 60),
        "thuge-gen": ("thuge-gen", "", LIMIT),
        "virtual_address_range": ("virtual_address_range", "", LIMIT),
        "va_128TBswitch": ("va_128TBswitch", "", 120),
        "madv_populate": ("madv_populate", "", LIMIT),
        "memfd_secret": ("memfd_secret", "", 60),
        "ksm-merge": ("ksm_tests", "-M -p 10", 120),
        "ksm-unmerge": ("ksm_tests", "-U", 120),
        "ksm-zero": ("ksm_tests", "-Z -p 10 -z 0", 120),
        "ksm-use-zero": ("ksm_tests", "-Z -p 10 -z 1", 120),
        "ksm-numa": ("ksm_tests", "-N -m 1", 120),
        "protection_keys": ("protection_keys_64", "", LIMIT),
        "soft-dirty": ("soft-dirty", "", LIMIT),
        "split_huge_page_test": ("split_huge_page_test", "", LIMIT, "echo always >/sys/kernel/mm/transparent_hugepage/enabled", ""),
        "khugepaged-anon": ("khugepaged", "all:anon", LIMIT),
        "khugepaged-shmem": ("khugepaged", "all:shmem", LIMIT),
        "migration": ("migration", "", LIMIT),
    },
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
            program, arguments, seconds, before, wrapper = (*TREE[collection][name], "", "")[:5]
            path = self.home / collection / program
            if not path.exists():
                continue
            image.add(f"/t/{collection}/{program}", path)
            command = f"{wrapper} './{program} {arguments}'" if wrapper else f"./{program} {arguments}"
            script.append("\n".join([f"cd /t/{collection}", DEFAULTS, before, f"run {collection}/{name} {seconds} {command}", "rm -f /huge/*"]))
        image.text("/test", "\n".join([*script, "true\n"]))
        return image

    def own_image(self):
        names, files = self.build_own()
        image = guest.Image("", programs=["mkfs.ext4", "mkfs.xfs"])
        for name, path in files.items():
            image.add(f"/t/prefetch/{name}", path)
        lines = [f"run prefetch/{name} {LIMIT * 2} ./{name}" for name in names]
        image.text("/test", "\n".join(["cd /t/prefetch", *lines, "true\n"]))
        return image

    def both(self, make_image, what, images, timeout=5400):
        """Runs the same guest on the stock and the patched kernel side by side; {side: Run}."""
        (self.kernels.work / "guests").mkdir(exist_ok=True)
        say(f"{what}: in guests on both kernels")

        def one(side):
            counted = 0

            def show(line):
                nonlocal counted
                if match := END.search(line):
                    counted += 1
                    say(f"  {side}: {counted}: {match[1]} ended with status {match[2]}")

            log = self.kernels.work / "guests" / f"{what.replace(' ', '-')}-{side}.log"
            run = guest.boot(images[side], make_image, cpus=2, memory="2G", timeout=timeout, log=log, show=show)
            say(f"{what}, {side}: {span(run.seconds)}; log: {log}")
            return run

        with ThreadPoolExecutor(2) as pool:
            return dict(zip(images, pool.map(one, images)))
