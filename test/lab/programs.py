# SPDX-License-Identifier: MIT
"""Compiles what runs in the guest: static programs; the workloads' kernels as users compile them, plain and with GCC's plugin.
The same binaries run on both kernels."""
import functools
import pathlib
import subprocess
import shutil
import sys
import tarfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "test" / "support"))
from known_compilers import REFERENCES

WORKLOADS = ROOT / "test" / "workloads"
COMPILER = REFERENCES["gcc"]
FLAGS = ("-std=gnu11", "-O2", "-Wall", "-fno-pie")
LINK = ("-static", "-no-pie")  # fixed addresses: the profile's marks are found by them
CASES = ("scan", "columns", "lookup")
TOOLS = ("prepare", "lookup_index")
SOURCE = pathlib.Path("/usr/src/linux-source-6.1.tar.xz")


class LabError(Exception):
    """What went wrong, why, and what to do: printed as it is."""


def compile_with(*arguments):
    command = [COMPILER, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError(f"{' '.join(command)}:\n{done.stderr.strip()}")


@functools.lru_cache(maxsize=2)
def text(megabytes):
    """The first so many megabytes of the C files of the Linux source, which the demo's lookup searches as well."""
    if not SOURCE.exists():
        raise LabError(f"{SOURCE} is not there: apt-get install linux-source-6.1, or leave the case workloads out with --cases")
    found = bytearray()
    with tarfile.open(SOURCE, "r|xz") as archive:
        for member in archive:
            if member.isfile() and member.name.endswith(".c"):
                found += archive.extractfile(member).read()
            if len(found) >= megabytes << 20:
                return bytes(found[:megabytes << 20])
    raise LabError(f"{SOURCE}: its C files are {len(found) >> 20} MiB, {megabytes} MiB are needed")


def build_pair(out, name, plugin, library, kernel, rest):
    """{name.plain, name.hints: path}: the same program, its kernel compiled without and with the plugin."""
    pair = {f"{name}.{variant}": out / f"{name}.{variant}" for variant in ("plain", "hints")}
    for variant, flags, link in (("plain", (), ()), ("hints", (f"-fplugin={plugin}",), ("-Wl,-u,__pp_strip", library))):
        compile_with(*FLAGS, *flags, "-c", "-o", out / f"{name}.{variant}.o", kernel)
        # In static programs the library comes in only when something asks for it (-u): compiled code refers to it weakly.
        compile_with(*FLAGS, *LINK, "-o", pair[f"{name}.{variant}"], *rest, out / f"{name}.{variant}.o", *link, "-lpthread")
    return pair


def build(out, built):
    """Returns {name: path}: micro, the demo's tools, and each program as NAME.plain and NAME.hints. built: the project's build directory."""
    plugin, library = built / "gcc-plugin" / COMPILER.split("-")[1] / "pageprefetch.so", built / "runtime" / "libpageprefetch.a"
    if not shutil.which(COMPILER):
        raise LabError(f"{COMPILER} is not installed: apt-get install {COMPILER} {COMPILER}-plugin-dev, then ./dev build")
    for needed in (plugin, library):
        if not needed.exists():
            raise LabError(f"{needed} is not there: run './dev build' first ({COMPILER}-plugin-dev must be installed)")
    out.mkdir(parents=True, exist_ok=True)
    programs = {name: out / name for name in ("micro", *TOOLS)}
    compile_with(*FLAGS, *LINK, "-o", programs["micro"], HERE / "guest" / "micro.c")
    for tool in TOOLS:
        compile_with(*FLAGS, *LINK, "-o", programs[tool], WORKLOADS / f"{tool}.c")
    programs |= build_pair(out, "gather", plugin, library, WORKLOADS / "gather_kernel.c", [HERE / "guest" / "gather_lab.c"])
    for case in CASES:
        programs |= build_pair(out, case, plugin, library, WORKLOADS / f"{case}_kernel.c", [WORKLOADS / f"{case}.c", WORKLOADS / "harness.c"])
    return programs
