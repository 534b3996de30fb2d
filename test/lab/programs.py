# SPDX-License-Identifier: MIT
"""Compiles what runs in the guest: static programs; the gather's kernel as users compile it, plain and with GCC's plugin.
The same binaries run on both kernels."""
import pathlib
import subprocess
import shutil

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WORKLOADS = ROOT / "test" / "workloads"
COMPILER = "gcc-12"
FLAGS = ("-std=gnu11", "-O2", "-Wall", "-fno-pie")
LINK = ("-static", "-no-pie")  # fixed addresses: the profile's marks are found by them


class LabError(Exception):
    """What went wrong, why, and what to do: printed as it is."""


def compile_with(*arguments):
    command = [COMPILER, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError(f"{' '.join(command)}:\n{done.stderr.strip()}")


def build(out, built):
    """Returns {name: path}: micro, gather.plain, gather.hints. built: the project's build directory."""
    plugin, library = built / "gcc-plugin" / COMPILER.split("-")[1] / "pageprefetch.so", built / "runtime" / "libpageprefetch.a"
    if not shutil.which(COMPILER):
        raise LabError(f"{COMPILER} is not installed: apt-get install {COMPILER} {COMPILER}-plugin-dev, then ./dev build")
    for needed in (plugin, library):
        if not needed.exists():
            raise LabError(f"{needed} is not there: run './dev build' first ({COMPILER}-plugin-dev must be installed)")
    out.mkdir(parents=True, exist_ok=True)
    programs = {name: out / name for name in ("micro", "gather.plain", "gather.hints")}
    compile_with(*FLAGS, *LINK, "-o", programs["micro"], HERE / "guest" / "micro.c")
    compile_with(*FLAGS, "-c", "-o", out / "gather_lab.o", HERE / "guest" / "gather_lab.c")
    compile_with(*FLAGS, "-c", "-o", out / "plain.o", WORKLOADS / "gather_kernel.c")
    compile_with(*FLAGS, f"-fplugin={plugin}", "-c", "-o", out / "hints.o", WORKLOADS / "gather_kernel.c")
    compile_with(*LINK, "-o", programs["gather.plain"], out / "gather_lab.o", out / "plain.o")
    # In static programs the library comes in only when something asks for it: compiled code refers to it weakly.
    compile_with(*LINK, "-Wl,-u,__pp_strip", "-o", programs["gather.hints"], out / "gather_lab.o", out / "hints.o", library, "-lpthread")
    return programs
