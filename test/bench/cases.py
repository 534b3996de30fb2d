# SPDX-License-Identifier: MIT
"""The demo's cases: which program, which input, which figure each must reach.
One entry a row of the table; sizes are those of the README, or small ones with --quick."""
import dataclasses

GIB = 1 << 30
MIB = 1 << 20
NUMBER_BYTES = 8
PAGE = 4096


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    program: str              # test/workloads/PROGRAM.c and its kernels
    setting: str              # cold, or swap-PERCENT
    data_bytes: int           # of the numbers file, or anonymous memory; 0: the lookup text
    reads: int = 0            # rows of the gather's index; lookup: queries
    arguments: tuple = ()
    row_bytes: int = NUMBER_BYTES  # what a row of the index stands for
    indexed_share: int = 1         # the index reaches into one part of so many of the data
    structure: tuple = ()          # what tool `structures` is asked for: its kind and numbers; the data file is that
    kernel: str = ""               # another kernel than the program's own: KERNEL_kernel.c, beside the program's hints by hand
    named_only: bool = False       # not among the cases of a run that names none
    in_memory: bool = False        # it has no cold data: its instructions are counted, no more
    required: float | None = None        # plain / prefetched
    required_bytes: float | None = None  # bytes read, plain / prefetched

    @property
    def swap_percent(self):
        return int(self.setting.split("-")[1]) if self.setting.startswith("swap") else 0

    @property
    def pages(self):
        return self.data_bytes // PAGE

    @property
    def index_limit(self):
        """Rows that the index can name; None: the program has none."""
        return self.data_bytes // self.indexed_share // self.row_bytes if self.program in INDEXED else None


INDEXED = ("gather", "vectors", "join", "sparse", "batches", "checked", "records", "pieces")
HAND_TUNED_SHARE = 0.85  # of the hand-tuned variant's speed, every case


def all_cases(quick):
    """The cases in the order of the table. quick: an eighth of the data, for trying out; its figures are not the required ones."""
    scale = 8 if quick else 1
    cases = []

    def add(name, program, setting, data_bytes, reads=0, arguments=(), required=None, required_bytes=None, **more):
        cases.append(Case(name, program, setting, data_bytes // scale, reads // scale, arguments,
                          required=None if quick else required, required_bytes=None if quick else required_bytes, **more))

    add("lookup", "lookup", "cold", 0, 100000, ("--count", "4"), required=2.0)
    add("gather", "gather", "cold", 4 * GIB, 4 * GIB // PAGE // 25, required=4.0, required_bytes=5.0)
    add("gather-dense", "gather", "cold", GIB, GIB // PAGE, required=0.97)
    add("columns", "columns", "cold", 4 * GIB, arguments=("--width", "32768", "--count", "2"), required=2.5)
    add("columns-all", "columns", "cold", 512 * MIB, arguments=("--width", "8192"), required=0.97)
    add("scan", "scan", "cold", 2 * GIB, required=0.97)
    add("vectors", "vectors", "cold", 2 * GIB, 20_000, ("--width", "512"), required=3.0, row_bytes=2048)
    add("join", "join", "cold", 4 * GIB, 40_000, required=3.0, indexed_share=2)
    add("sparse", "sparse", "cold", 4 * GIB, 40_000, required=3.0)
    add("search", "search", "cold", GIB, arguments=("--count", "4000"))
    for batch in (32, 256):
        add(f"batches-{batch}", "batches", "cold", 4 * GIB, 40_000, ("--count", str(batch)))
    add_field_cases(add, scale)
    for percent in (25, 50):
        add("gather", "gather", f"swap-{percent}", GIB, GIB // PAGE // 5, required=3.0 if percent == 25 else None)
    return cases


def add_field_cases(add, scale):
    """What programs of the field do: measured where it is named, because their files take 6 GB more."""
    def more(name, program, setting, data_bytes, reads=0, arguments=(), **rest):
        add(name, program, setting, data_bytes, reads, arguments, named_only=True, **rest)

    more("called", "gather", "cold", 4 * GIB, 4 * GIB // PAGE // 25, required=3.0, kernel="called")
    more("callback", "vectors", "cold", 2 * GIB, 20_000, ("--width", "512"), required=3.0, row_bytes=2048, kernel="callback")
    for size, rows in ((64, 40_000), (1024, 40_000), (4096, 20_000), (65536, 4_000)):
        more(f"copied-{size}", "vectors", "cold", 4 * GIB, rows, ("--width", str(size // 4)), row_bytes=size, kernel="copied")
    entries, vertices = (1 << 26) // scale, (1 << 24) // scale
    more("filter", "filter", "cold", 4 * GIB, arguments=("--count", str(20_000 // scale)), required=3.0)
    more("checked", "checked", "cold", 4 * GIB, 40_000, required=3.0)
    more("records", "records", "cold", 4 * GIB, 40_000, required=3.0, row_bytes=64)
    more("btree", "btree", "cold", 0, arguments=("--count", str(30_000 // scale)), structure=("btree", GIB // scale))
    for load, probes in ((2, 10_000), (8, 3_000)):
        more(f"chains-{load}", "chains", "cold", 0, arguments=("--count", str(probes // scale)), required=3.0,
             structure=("chains", entries, load))
    more("reach", "reach", "cold", 0, arguments=("--count", "4"), required=1.8, structure=("graph", vertices, 16, 1))
    more("reach-all", "reach", "cold", 0, arguments=("--count", "99"), structure=("graph", vertices, 16, 1))
    more("pagerank", "pagerank", "cold", 0, structure=("graph", vertices, 16, 2048))
    more("pagerank", "pagerank", "swap-25", 2 * 8 * vertices * scale, required=2.5, structure=("graph", vertices, 16, 2048))
    more("pagerank-5", "pagerank", "cold", 0, structure=("graph", vertices, 5, 2048))
    more("chains-build", "chains_build", "cold", 0, arguments=("--count", "2000000"), in_memory=True)
    more("multigrid", "multigrid", "cold", 0, arguments=("--width", "6", "--count", "2"), in_memory=True)
    for kib, rows in ((3, 15_000), (12, 8_000), (64, 4_000)):
        more(f"rows-{kib}", "vectors", "cold", 4 * GIB, rows, ("--width", str(kib * 256)), row_bytes=kib << 10)
    for kib in (64, 128, 512):
        more(f"pieces-{kib}", "pieces", "cold", 4 * GIB, 200_000 // kib, ("--width", str(kib << 10)), row_bytes=kib << 10)


def numbers_bytes(cases):
    """Size of the one numbers file that all of `cases` can map a part of."""
    return max((case.data_bytes for case in cases if not case.swap_percent and not case.structure and not case.in_memory), default=0)
