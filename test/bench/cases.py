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
    required: float | None = None        # plain / prefetched
    required_bytes: float | None = None  # bytes read, plain / prefetched

    @property
    def swap_percent(self):
        return int(self.setting.split("-")[1]) if self.setting.startswith("swap") else 0

    @property
    def pages(self):
        return self.data_bytes // PAGE


HAND_TUNED_SHARE = 0.85  # of the hand-tuned variant's speed, every case


def all_cases(quick):
    """The cases in the order of the table. quick: an eighth of the data, for trying out; its figures are not the required ones."""
    scale = 8 if quick else 1
    cases = []

    def add(name, program, setting, data_bytes, reads=0, arguments=(), required=None, required_bytes=None):
        cases.append(Case(name, program, setting, data_bytes // scale, reads // scale, arguments,
                          None if quick else required, None if quick else required_bytes))

    add("lookup", "lookup", "cold", 0, 100000 * scale, ("--count", "4"), required=2.0)
    add("gather", "gather", "cold", 4 * GIB, 4 * GIB // PAGE // 25, required=4.0, required_bytes=5.0)
    add("gather-dense", "gather", "cold", GIB, GIB // PAGE, required=0.97)
    add("columns", "columns", "cold", 4 * GIB, arguments=("--width", "32768", "--count", "2"), required=2.5)
    add("columns-all", "columns", "cold", 512 * MIB, arguments=("--width", "8192"))
    add("scan", "scan", "cold", 2 * GIB, required=0.97)
    for percent in (25, 50):
        add("gather", "gather", f"swap-{percent}", GIB, GIB // PAGE // 5, required=3.0 if percent == 25 else None)
    return cases


def numbers_bytes(cases):
    """Size of the one numbers file that all of `cases` can map a part of."""
    return max((case.data_bytes for case in cases if not case.swap_percent), default=0)
