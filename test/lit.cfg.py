# SPDX-License-Identifier: MIT
# The one place that knows how each compiler loads its plugin and takes the plugin's options.
# Tests say %cc, %plugin, %pp_option:KEY=VALUE, %same and so on, and run unchanged through every compiler and version.
import json
import os
import shlex
import subprocess
import sys
import tempfile

import lit.formats

sys.path.insert(0, os.path.join(config.pageprefetch_source, "test", "support"))
from known_compilers import REFERENCES

source = config.pageprefetch_source
build = config.pageprefetch_build
commands = config.pageprefetch_commands
family, _, major = config.pageprefetch_compiler.partition("-")

config.name = config.pageprefetch_compiler
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".c", ".cpp", ".f90", ".test"]
config.excludes = ["support", "workloads", "bench", "unit", "lab", "inputs"]
config.test_source_root = os.path.join(source, "test")


def plugin_load(family, major):
    """The plugin's file, the flags that load it, and the form of an option."""
    if family == "gcc":
        plugin = os.path.join(build, "gcc-plugin", major, "pageprefetch.so")
        return plugin, ["-fplugin=" + plugin], ["-fplugin-arg-pageprefetch-{key}={value}"]
    plugin = os.path.join(build, "llvm-pass", "pageprefetch-llvm%s.so" % major)
    return plugin, ["-fpass-plugin=" + plugin, "-fplugin=" + plugin], ["-mllvm", "-pageprefetch-{key}={value}"]


plugin, plugin_flags, option_form = plugin_load(family, major)

# The same compiler's plugins for other versions, which it must refuse.
known = [name.split("-") for name in config.pageprefetch_known]
others = [plugin_load(family, other) for kind, other in known if kind == family and other != major]
others = [words for path, words, _ in others if os.path.exists(path)]

# A plugin of the other compiler, which must name the right one.
foreign = [plugin_load(*other)[0] for other in known if other[0] != family]
foreign = [path for path in foreign if os.path.exists(path)]

runtime_dir = os.path.join(build, "runtime")
support = os.path.join(source, "test", "support")
support_build = os.path.join(build, "test", "support")
include_flags = ["-I" + os.path.join(source, "runtime", "include"), "-I" + support]

toolchain = {
    "name": config.pageprefetch_compiler,
    "family": family,
    "major": int(major),
    "commands": commands,
    "plugin": plugin,
    "plugin_flags": plugin_flags,
    "option_form": option_form,
    "include_flags": include_flags,
    "library": os.path.join(runtime_dir, "libpageprefetch.so"),
    "static_library": os.path.join(runtime_dir, "libpageprefetch.a"),
    "torture": os.path.join(support_build, "libpp-torture.so"),
    "oracle": os.path.join(support_build, "libpp-oracle.a"),
}
os.makedirs(config.test_exec_root, exist_ok=True)
toolchain_file = os.path.join(config.test_exec_root, "toolchain.json")
with open(toolchain_file, "w") as stream:
    json.dump(toolchain, stream, indent=1)

# The two that must agree: found by the other's suite.
other_toolchain = os.path.join(os.path.dirname(config.test_exec_root), REFERENCES["gcc"], "toolchain.json")

# What an earlier run has left must not pass for this one's.
for directory, _, files in os.walk(config.test_exec_root):
    for name in files:
        if ".tmp" in name and name.endswith(".json"):
            os.remove(os.path.join(directory, name))

# A compiler without its plugin, and every test of a missing runtime, is skipped with its reason by REQUIRES.
features = config.available_features
features.update([family, config.pageprefetch_compiler])
if commands["fc"]:
    features.add("fortran")
if os.path.exists(plugin):
    features.add("plugin")
else:
    config.unsupported = True
    lit_config.note("%s: every test skipped, its plugin was not built: %s" % (config.name, plugin))
if os.path.exists(toolchain["library"]):
    features.add("runtime")
if others:
    features.add("other_plugin")
if foreign:
    features.add("foreign_plugin")
if os.path.exists(os.path.join(support_build, "sandbox")):
    features.add("seccomp")
if os.path.exists(os.path.join(support_build, "libpp-played-vdso.so")):
    features.add("played_vdso")
# What happens when system calls are refused is tested where hints need them: on a kernel without the bundled series.
cli = os.path.join(runtime_dir, "pageprefetch")
if os.path.exists(cli) and "vdso             does not work" in subprocess.run([cli, "doctor"], stdout=subprocess.PIPE, universal_newlines=True).stdout:
    features.add("stock_kernel")
# The suite that compares the two needs the other's compiler; the others leave the comparison to it.
is_reference = config.pageprefetch_compiler == REFERENCES[family]
if is_reference:
    features.add("reference")
# Another version is held against its family's reference, where that is here.
reference_toolchain = os.path.join(os.path.dirname(config.test_exec_root), REFERENCES[family], "toolchain.json")
if not is_reference and os.path.exists(plugin_load(*REFERENCES[family].split("-"))[0]):
    features.add("family_reference")
if not is_reference or family != "clang" or (os.path.exists(other_toolchain) and os.path.exists(plugin_load(*REFERENCES["gcc"].split("-"))[0])):
    features.add("parity")
if family == "gcc":
    features.add("lto")
if os.geteuid() == 0:
    features.add("root")


def lacks_privileges():
    """Why programs with raised privileges can not be tested here; None where they can."""
    if os.geteuid() != 0:
        return "only root makes programs with raised privileges"
    if os.statvfs(config.test_exec_root).f_flag & os.ST_NOSUID:
        return "%s is mounted nosuid" % config.test_exec_root
    folder = os.path.realpath(config.test_exec_root)
    while folder != "/":
        if not os.stat(folder).st_mode & 0o001:
            return "other users can not enter %s" % folder
        folder = os.path.dirname(folder)
    return None


if lacks_privileges():
    lit_config.note("%s: runtime/privileged.test skipped: %s" % (config.name, lacks_privileges()))
else:
    features.add("privileged")


def said_by(command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True).stdout


def accepts(text, *flags, language="cc"):
    """Whether the compiler makes a program of this text. Asked instead of its version, which says less."""
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "asked.c" if language == "cc" else "asked.cpp")
        with open(file, "w") as stream:
            stream.write(text)
        return subprocess.run([commands[language], file, *flags, "-o", file + ".out"], stderr=subprocess.DEVNULL).returncode == 0


# A linker reads the bitcode of its own LLVM and of older ones.
llvms = [other for kind, other in known if kind == "clang"]
linkers = [other for other in llvms if int(other) >= int(major) and os.path.exists("/usr/lib/llvm-%s/bin/ld.lld" % other)]
if family == "clang" and linkers:
    features.update(["lld", "lto"])
    # The plugin goes into the linker of its own LLVM, where that takes any.
    if linkers[0] == major and "--load-pass-plugin" in said_by(["/usr/lib/llvm-%s/bin/ld.lld" % major, "--help"]):
        features.add("own_lld")

# libomp of any LLVM serves every clang's outlined code.
openmp_flags = []
if family == "clang":
    libraries = [d for d in ("/usr/lib/llvm-%s/lib" % n for n in [major] + llvms[::-1]) if os.path.exists(os.path.join(d, "libomp.so"))]
    openmp_flags = ["-L" + libraries[0], "-Wl,-rpath," + libraries[0]] if libraries else []
    dynamic = "int main(void) {\n#pragma omp parallel for schedule(dynamic)\n  for (int i = 0; i < 9; i++)\n    __asm__ volatile(\"\");\n  return 0;\n}\n"
    if libraries and not accepts(dynamic, "-fopenmp", *openmp_flags):
        openmp_flags.append("-DNO_DYNAMIC")
if family == "gcc" or openmp_flags:
    features.add("openmp")

if any(os.path.exists("/usr/include/" + header) for header in ("oneapi/tbb.h", "tbb/tbb.h")):
    features.add("tbb")
    loop = "#include <algorithm>\n#include <execution>\nint main() { int a[9]; std::fill(std::execution::par, a, a + 9, 1); return *a - 1; }\n"
    if not accepts(loop, "-std=c++17", "-ltbb", language="cxx"):
        features.add("unusable_tbb") # Debian 13's is made for a newer libstdc++ than that of GCC 13
else:
    lit_config.note("%s: exec/execution.cpp skipped: the parallel algorithms need libtbb-dev" % config.name)


# LLVM's Fortran, by its newer and its older name.
flang = [path for path in ("/usr/lib/llvm-%s/bin/%s" % (major, name) for name in ("flang", "flang-new")) if os.path.exists(path)]
if family == "clang" and flang:
    features.add("flang")


def joined(words):
    return " ".join(shlex.quote(word) for word in words)


def script(name):
    return joined([sys.executable, "-B", os.path.join(support, name), "--toolchain", toolchain_file])


for name, value in [
    # No group of the pattern is named in its text: from LLVM 21 on lit takes a backslash as it stands.
    ("%pp_option:", " ".join(option_form).partition("{key}")[0]),
    ("%planned", script("plan_text.py")),
    ("%same", script("same.py")),
    ("%streams", script("streams.py")),
    ("%reference_toolchain", shlex.quote(reference_toolchain)),
    ("%both_streams", script("streams.py") + " --toolchain " + shlex.quote(other_toolchain)),
    ("%kernels", script("kernels.py")),
    ("%floats", script("same_floats.py")),
    ("%identical", script("identical.py")),
    ("%innermost", script("innermost.py")),
    ("%vectorised", script("vectorised.py")),
    ("%versions", script("versions.py")),
    ("%frozen", script("frozen.py")),
    ("%cc_path", commands["cc"]),
    ("%cxx_path", commands["cxx"]),
    ("%thinlto_linker", "-fuse-ld=lld-%s" % major if "own_lld" in features else ""),
    ("%cc", "timeout 120 " + commands["cc"]),
    ("%cxx", "timeout 120 " + commands["cxx"]),
    ("%fc", "timeout 120 " + (commands["fc"] or "no-fortran-compiler")),
    ("%flang_path", flang[0] if flang else "no-flang"),
    ("%flang", "timeout 120 " + flang[0] if flang else "no-flang"),
    ("%plugin_file", plugin),
    ("%oldest_other_plugin", joined(others[0]) if others else ""),
    ("%foreign_plugin", foreign[0] if foreign else ""),
    ("%loaded_foreign", ("-fplugin=" if family == "gcc" else "-fpass-plugin=") + (foreign[-1] if foreign else "")),
    ("%newest_other_plugin", joined(others[-1]) if others else ""),
    ("%opt", "/usr/lib/llvm-%s/bin/opt" % major),
    ("%plugin", joined(plugin_flags)),
    ("%includes", joined(include_flags)),
    ("%lib", "-L%s -Wl,-rpath,%s -Wl,--push-state,--no-as-needed -lpageprefetch -Wl,--pop-state" % (runtime_dir, runtime_dir)),
    ("%static_lib", toolchain["static_library"]),
    ("%preload", toolchain["library"]),
    ("%torture_file", toolchain["torture"]),
    ("%ltoflags", "-fuse-ld=lld-%s" % linkers[0] if family == "clang" and linkers else ""),
    ("%torture", "%s -Wl,-rpath,%s" % (toolchain["torture"], support_build)),
    ("%played_vdso", os.path.join(support_build, "libpp-played-vdso.so")),
    ("%vdso_image_unversioned", os.path.join(runtime_dir, "libvdso-image-unversioned.so")),
    ("%vdso_image", os.path.join(runtime_dir, "libvdso-image-both.so")),
    ("%sandbox", os.path.join(support_build, "sandbox")),
    ("%cli", cli),
    ("%stats", joined([sys.executable, os.path.join(support, "stats_text.py")])),
    ("%openmp", joined(openmp_flags)),
    ("%missed_remarks", "-fopt-info-loop-missed" if family == "gcc" else "-Rpass-missed=pageprefetch"),
    ("%smallest", "-Oz" if accepts("int main(void) { return 0; }\n", "-Oz") else "-Os"),
    ("%line_tables", "" if family == "gcc" else "-gline-tables-only"),
    ("%prefix", "GCC" if family == "gcc" else "LLVM"),
    ("%filecheck", os.path.join(config.pageprefetch_tools, "FileCheck")),
    ("%not", os.path.join(config.pageprefetch_tools, "not")),
    ("%count", os.path.join(config.pageprefetch_tools, "count")),
    ("%family%major", family + major),
    ("%compiler_name", config.pageprefetch_compiler),
    ("%outcome", joined([sys.executable, "-B", os.path.join(support, "outcome.py")])),
    ("%python", sys.executable),
    ("%support", support),
    ("%source", source),
    ("%build", build),
]:
    config.substitutions.append((name + (r"\b" if name[-1].isalpha() else ""), value))

# Nothing of the developer's own settings may reach a test.
config.environment["PATH"] = os.environ.get("PATH", "/usr/bin:/bin")
config.environment["LC_ALL"] = "C"
config.environment["PYTHONDONTWRITEBYTECODE"] = "1"
config.environment["HOME"] = config.test_exec_root
