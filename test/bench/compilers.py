# SPDX-License-Identifier: MIT
"""Finds the compilers that have a built plugin, and compiles each case as its users would: plain, with the plugin, with hints by hand.
The harness is compiled without plugin in every variant, so only the kernel differs."""
import dataclasses
import pathlib
import shutil

from common import Failure, WORKLOADS, check_output

KNOWN = ("gcc-12", "clang-14", "gcc-11", "clang-16", "clang-19")
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
    def library_flags(self):
        # --no-as-needed: compiled code refers to the library weakly, which alone does not keep it on some linkers' lists.
        return (f"-L{self.runtime}", "-Wl,--no-as-needed", "-lpageprefetch", f"-Wl,-rpath,{self.runtime}")


def plugin_path(build, name):
    family, version = name.split("-")
    return build / "gcc-plugin" / version / "pageprefetch.so" if family == "gcc" else \
        build / "llvm-pass" / f"pageprefetch-llvm{version}.so"


def find(build, wanted):
    """The compilers to use: those named, or every known one that is present together with its plugin."""
    runtime = build / "runtime"
    if not (runtime / "libpageprefetch.so").exists():
        raise Failure(f"{runtime}/libpageprefetch.so is not there: run './dev build' first")
    for name in wanted or ():
        if name not in KNOWN:
            raise Failure(f"--compilers {name}: valid are {' '.join(KNOWN)}")
        if not shutil.which(name):
            raise Failure(f"--compilers {name}: not installed; on Debian: apt-get install {name}")
        if not plugin_path(build, name).exists():
            raise Failure(f"--compilers {name}: {plugin_path(build, name)} is not built; install the compiler's plugin headers "
                          "(gcc-N-plugin-dev or llvm-N-dev) and run './dev build'")
    names = wanted or [name for name in KNOWN if shutil.which(name) and plugin_path(build, name).exists()]
    if not names:
        raise Failure(f"no plugin in {build}: install gcc-12-plugin-dev or llvm-14-dev and run './dev build'")
    return [Compiler(name, plugin_path(build, name), runtime) for name in names]


def compile_tool(out, name):
    """A helper program (prepare, lookup_index), with the default compiler."""
    binary = out / name
    check_output(["cc", *CFLAGS, "-o", binary, WORKLOADS / f"{name}.c"])
    return binary


def compile_variant(compiler, program, variant, out):
    """One case's program in one variant. Returns the binary."""
    kernel = WORKLOADS / f"{program}_{'hand' if variant == HAND else 'kernel'}.c"
    stem = out / f"{program}.{compiler.name}.{variant}"
    flags = {PREFETCHED: (compiler.plugin_flag,), NO_LIBRARY: (compiler.plugin_flag,),
             CACHE_LINES: ("-fprefetch-loop-arrays",)}.get(variant, ())
    check_output([compiler.name, *CFLAGS, *flags, "-c", "-o", f"{stem}.o", kernel])
    rest = [WORKLOADS / f"{program}.c", WORKLOADS / "harness.c"]
    if variant == HAND:
        rest.append(WORKLOADS / "hand_hints.c")
    library = compiler.library_flags if variant == PREFETCHED else ()
    check_output([compiler.name, *CFLAGS, "-o", stem, f"{stem}.o", *rest, "-lpthread", *library])
    return stem
