# SPDX-License-Identifier: MIT
"""What runs in which guest: each boot is a script of program runs; each run prints one or more lines of JSON.
A boot happens on the stock kernel and on the patched one, twice each, and must print the same again."""
import dataclasses

PLAIN, MADVISE, PROCESS_MADVISE, VDSO = "plain", "madvise", "process_madvise", "vdso"
MILLION = 1_000_000

# Nothing that runs may cost other than its instructions: no mitigations (their cost on a processor is not their number of
# instructions), and no `rep movsb`, which counts each byte.
CPU = "max,-erms,-fsrm"
APPEND = "mitigations=off norandmaps"
LATENCY_NS = 100_000
DEPTH = 256  # of the disks that guest.sh makes

# Parts of a million that are absent.
SHARES = (MILLION, 500_000, 100_000, 50_000, 20_000, 10_000, 5_000, 1_000, 200, 0)
SHARES_SWAP = (MILLION, 100_000, 10_000, 0)
REQUIRED_SHARES = (MILLION, 100_000, 10_000)
SETTINGS = ("cold", "warm")


@dataclasses.dataclass(frozen=True)
class Gather:
    """One size of the gather, in a file or in swap, over several shares of absent pages."""
    store: str  # file, swap
    megabytes: int
    reads: int
    shares: tuple

    @property
    def key(self):
        return f"gather-{self.store}"

    def variants(self, side):
        """Backends are compared with the best of the stock kernel; on the patched kernel the stock ways show that they cost the same there."""
        return (PLAIN, PROCESS_MADVISE, MADVISE) if side == "stock" else (PLAIN, PROCESS_MADVISE, VDSO)

    def lines(self, side):
        for share in self.shares:
            for variant in self.variants(side):
                program, environment = "gather.plain", ""
                if variant != PLAIN:
                    program, environment = "gather.hints", f"PAGEPREFETCH=always PAGEPREFETCH_BACKEND={variant} "
                place = "--file /mnt/data " if self.store == "file" else ""
                yield (f"{environment}{program} --name {self.store}/{share}/{variant} {place}--bytes {self.megabytes << 20} "
                       f"--reads {self.reads} --absent {share}")


@dataclasses.dataclass(frozen=True)
class Workload:
    """A program of the demo on files, with read-ahead as it is by default and sites that may sleep: what a user gets."""
    program: str
    arguments: str

    def lines(self, side):
        for setting in SETTINGS:
            for variant in (PLAIN, PROCESS_MADVISE, MADVISE) if side == "stock" else (PLAIN, VDSO):
                program, environment = f"{self.program}.plain", ""
                if variant != PLAIN:
                    program, environment = f"{self.program}.hints", f"PAGEPREFETCH_BACKEND={variant} "
                yield f"result=$({environment}{program} {self.arguments} --setting {setting})"
                yield f"echo '@lab {{\"workload\": \"{self.program}/{setting}/{variant}\", \"result\": '\"$result\"'}}'"


def workloads(megabytes, columns, queries):
    """The demo's cases apart from gather, which is measured by shares; the numbers and the text are in files of /mnt."""
    numbers = f"--data /mnt/numbers --bytes {megabytes << 20}"
    return (Workload("scan", numbers), Workload("columns", f"{numbers} --width 8192 --count {columns}"),
            Workload("lookup", f"--data /mnt/text --index /mnt/index --queries /mnt/queries-{queries} --count 4"))


@dataclasses.dataclass(frozen=True)
class Boot:
    name: str
    memory: str
    disk_megabytes: int
    swap_megabytes: int
    gathers: tuple = ()
    operations: bool = False
    workloads: tuple = ()
    preparations: tuple = ()
    text_megabytes: int = 0  # of the text that the guest finds as /text

    def script(self, side):
        lines = ["set -e",
                 f"disk data {self.disk_megabytes} {LATENCY_NS}", "filesystem ext4 /dev/data /mnt",
                 f"disk swap {self.swap_megabytes} {LATENCY_NS}", "swap_on /dev/swap",
                 # memory.reclaim of a control group is how programs get their own pages out to swap.
                 "echo +memory >/sys/fs/cgroup/cgroup.subtree_control", "mkdir /sys/fs/cgroup/lab",
                 "echo $$ >/sys/fs/cgroup/lab/cgroup.procs"]
        if self.operations:
            lines.append("micro /mnt/micro")
        for gather in self.gathers:
            lines += gather.lines(side)
        lines += self.preparations
        for workload in self.workloads:
            lines += workload.lines(side)
        return "\n".join(lines) + "\n"


OPERATIONS = Boot("operations", "1G", 256, 256, operations=True)
# The disk keeps its content in the guest's memory, beside the page cache.
FILE = Boot("gather-file", "3G", 1100, 64, gathers=(Gather("file", 1024, 50_000, SHARES),))
SWAP = Boot("gather-swap", "1G", 64, 400, gathers=(Gather("swap", 128, 6_000, SHARES_SWAP),))
FILE_QUICK = Boot("gather-file", "1G", 300, 64, gathers=(Gather("file", 256, 12_500, (*REQUIRED_SHARES, 1_000, 0)),))
SWAP_QUICK = Boot("gather-swap", "1G", 64, 200, gathers=(Gather("swap", 64, 3_000, (MILLION, 100_000)),))


def workload_boot(megabytes, text_megabytes, columns, queries):
    return Boot("workloads", "2G", megabytes + 3 * text_megabytes + 150, 64, workloads=workloads(megabytes, columns, queries), text_megabytes=text_megabytes,
                preparations=(f"prepare numbers /mnt/numbers {megabytes << 20}", "cp /text /mnt/text && rm /text", "lookup_index index /mnt/text /mnt/index",
                              f"lookup_index queries /mnt/text /mnt/queries-{queries} {queries}"))


BOOTS = {"full": (OPERATIONS, FILE, SWAP, workload_boot(256, 64, 4, 20_000)), "quick": (OPERATIONS, FILE_QUICK, SWAP_QUICK, workload_boot(64, 16, 2, 5_000))}
CASES = ("operations", "gather-file", "gather-swap", "workloads")
