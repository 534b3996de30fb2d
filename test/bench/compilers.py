# SPDX-License-Identifier: MIT
"""Finds the compilers that have a built plugin, and compiles each case as its users would: plain, with the plugin, with hints by hand.
The harness is compiled without plugin in every variant, so only the kernel differs."""
import dataclasses
import pathlib
import re
import shutil
import subprocess
import sys

from common import Failure, ROOT, WORKLOADS, check_output
sys.path.insert(0, str(ROOT / "test" / "support"))
from known_compilers import KNOWN, REFERENCES

CFLAGS = ("-std=gnu11", "-O2", "-gdwarf-4")  # valgrind 3.19 cannot read the DWARF 5 of clang 14
PLAIN, PREFETCHED, HAND, NO_LIBRARY, CACHE_LINES = "plain", "prefetched", "hand_tuned", "no_library", "prefetch_loop_arrays"


@dataclasses.dataclass(frozen=True)
class Compiler:
    name: str            # gcc-12
    plugin: pathlib.Path
    runtime: pathlib.Path

    @property
    def plugin_flag(self):
        return f"-fplugin={self.plugin}" if self.name.startswith("gcc") else f"-fpass-plugin={self.plugin}"

    @property
    def plus_plus(self):
        return self.name.replace("gcc", "g++").replace("clang", "clang++")

    @property
    def library_flags(self):
        # --no-as-needed: compiled code refers to the library weakly, which alone does not keep it on some linkers' lists.
        return (f"-L{self.runtime}", "-Wl,--no-as-needed", "-lpageprefetch", f"-Wl,-rpath,{self.runtime}")


def plugin_path(build, name):
    family, version = name.split("-")
    return build / "gcc-plugin" / version / "pageprefetch.so" if family == "gcc" else \
        build / "llvm-pass" / f"pageprefetch-llvm{version}.so"


def check_names(wanted):
    for name in wanted or ():
        if name not in KNOWN and name not in defaults():
            raise Failure(f"--compilers {name}: valid are {' '.join(dict.fromkeys((*KNOWN, *defaults())))}")


def packages(name):
    """What Debian calls the compiler and the headers that its plugin is built with."""
    family, version = name.split("-")
    return f"{name} gcc-{version}-plugin-dev" if family == "gcc" else f"{name} llvm-{version}-dev"


def defaults():
    """What `gcc` and `clang` are on this machine, as gcc-12 and clang-14."""
    names = []
    for command in ("gcc", "clang"):
        path = shutil.which(command)
        text = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout.partition("\n")[0] if path else ""
        version = re.search(r"(\d+)\.\d+", re.sub(r"\([^)]*\)", "", text))
        names += [f"{command}-{version[1]}"] if version else []
    return names


def find(build, wanted):
    """The compilers to use: those named, or what gcc and clang are here, or each one of which there is a plugin."""
    runtime = build / "runtime"
    if not (runtime / "libpageprefetch.so").exists():
        raise Failure(f"{runtime}/libpageprefetch.so is not there: run './dev build' first")
    check_names(wanted)
    for name in wanted or ():
        absent = "is not installed" if not shutil.which(name) else "has no plugin" if not plugin_path(build, name).exists() else None
        if absent:
            raise Failure(f"--compilers {name}: it {absent}; on Debian: apt-get install {packages(name)}; ./dev demo then builds its plugin")
    def is_there(name):
        return shutil.which(name) and plugin_path(build, name).exists()

    names = wanted or list(filter(is_there, defaults())) or list(filter(is_there, KNOWN))
    if not names:
        raise Failure(f"no plugin in {build}: on Debian: apt-get install {' or '.join(map(packages, defaults() or REFERENCES.values()))}, then ./dev build")
    return [Compiler(name, plugin_path(build, name), runtime) for name in names]


def compile_tool(out, name):
    """A helper program (prepare, lookup_index), with the default compiler."""
    binary = out / name
    check_output(["cc", *CFLAGS, "-o", binary, WORKLOADS / f"{name}.c"])
    return binary


def compile_variant(compiler, program, variant, out, other_kernel=""):
    """One case's program in one variant. Returns the binary."""
    kernel = WORKLOADS / (f"{program}_hand.c" if variant == HAND else f"{other_kernel or program}_kernel.c")
    driver, standard = compiler.name, CFLAGS
    if not kernel.exists():  # C++, linked by its driver
        kernel, driver, standard = kernel.with_suffix(".cpp"), compiler.plus_plus, CFLAGS[1:]
    stem = out / f"{other_kernel or program}.{compiler.name}.{variant}"
    flags = {PREFETCHED: (compiler.plugin_flag,), NO_LIBRARY: (compiler.plugin_flag,),
             CACHE_LINES: ("-fprefetch-loop-arrays",)}.get(variant, ())
    check_output([driver, *standard, *flags, "-c", "-o", f"{stem}.o", kernel])
    rest = [WORKLOADS / f"{program}.c", WORKLOADS / "harness.c"]
    if variant == HAND:
        rest.append(WORKLOADS / "hand_hints.c")
    library = compiler.library_flags if variant == PREFETCHED else ()
    objects = []
    for source in rest:
        objects.append(f"{stem}.{source.stem}.o")
        check_output([compiler.name, *CFLAGS, "-c", "-o", objects[-1], source])
    check_output([driver, "-o", stem, f"{stem}.o", *objects, "-lpthread", *library])
    return stem
