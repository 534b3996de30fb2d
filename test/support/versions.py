# SPDX-License-Identifier: MIT
# Everything that tells a version tells CMake's: the program, the plugin, the library, the statistics, the installed package, ./dev, the change log.
# usage: versions.py --toolchain FILE SOURCE BUILD SCRATCH
import argparse
import json
import os
import pathlib
import re
import shutil
import sys

from toolchain import Toolchain, run

parser = argparse.ArgumentParser(allow_abbrev=False)
parser.add_argument("--toolchain", required=True)
parser.add_argument("places", nargs=3, type=pathlib.Path)
words = parser.parse_args()
toolchain = Toolchain(words.toolchain)
source, build, scratch = (place.resolve() for place in words.places)
shutil.rmtree(scratch, ignore_errors=True)
scratch.mkdir()
wanted = re.search(r"^project\(PagePrefetch VERSION (\S+)", (source / "CMakeLists.txt").read_text(), re.MULTILINE)[1]
abi = re.search(r"#define PP_ABI_VERSION (\d+)", (source / "runtime/include/pageprefetch_abi.h").read_text())[1]
told = {}


def tells(name, pattern, text):
    """Notes what `name` says, which must fit the pattern with the version as its group."""
    found = re.search(pattern, text, re.MULTILINE)
    told[name] = found[1] if found else "nothing like %s in: %s" % (pattern, text)


def said(command, environment=None):
    done = run([str(word) for word in command], environment, directory=str(scratch))
    return done.stdout.decode() + done.stderr.decode()


cli = build / "runtime" / "pageprefetch"
for command in ([], ["doctor"], ["run"], ["report"], ["config"]):
    tells("pageprefetch %s" % " ".join(command + ["--version"]), r"^pageprefetch (\S+)$", said([cli, *command, "--version"]))
tells("doctor", r"^pageprefetch: +(\S+), ABI version %s$" % abi, said([cli, "doctor"]))
tells("./dev", r"^PagePrefetch (\S+)$", said([source / "dev", "--version"]))

program = scratch / "program.c"
program.write_text("#include <pageprefetch.h>\n#include <stdio.h>\nint main(void) { puts(pp_version()); return 0; }\n")
compiler = toolchain.commands["cc"]
load = [compiler, "-O2", *toolchain.plugin_flags, "-c", program, "-I%s" % (source / "runtime/include"), "-o", scratch / "program.o"]
pattern = r"^pageprefetch: plugin of version (\S+), ABI version %s$" % abi
tells("the plugin's option", pattern, said([*load, *[word.format(key="version", value="").rstrip("=") for word in toolchain.option_form]]))
tells("the plugin's option in the environment", pattern, said(load, {"PAGEPREFETCH_OPTIONS": "version"}))
if toolchain.family == "gcc":
    tells("gcc -v", r"^\s*pageprefetch: (\S+)$", said([*load, "-v"]))
said([compiler, scratch / "program.o", "-o", scratch / "program", *said([cli, "config", "--libs"]).split()])
tells("pp_version()", r"^(\S+)$", said([scratch / "program"]))
said([scratch / "program"], {"PAGEPREFETCH_STATS": str(scratch / "stats.json")})
told["the statistics"] = json.loads((scratch / "stats.json").read_text())["version"]
told["the library's file"] = os.path.basename(os.path.realpath(build / "runtime/libpageprefetch.so")).partition(".so.")[2]

said(["cmake", "--install", build, "--prefix", scratch / "prefix"])
packages = {"PKG_CONFIG_PATH": ":".join(str(path.parent) for path in scratch.glob("prefix/**/pageprefetch.pc"))}
tells("pkg-config --modversion", r"^(\S+)$", said(["pkg-config", "--modversion", "pageprefetch"], packages))
(scratch / "CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.19)\nproject(user LANGUAGES NONE)\n"
                                        'find_package(PagePrefetch REQUIRED)\nmessage(STATUS "found ${PagePrefetch_VERSION}")\n')
tells("find_package", r"^-- found (\S+)$", said(["cmake", "-S", scratch, "-B", scratch / "user", "-DCMAKE_PREFIX_PATH=%s" % (scratch / "prefix")]))
tells("the change log's first entry", r"^## \[(\S+)\]", (source / "CHANGELOG.md").read_text())

wrong = ["%s: %s" % (name, text) for name, text in told.items() if text != wanted]
shutil.rmtree(scratch)
print("%d places tell %s" % (len(told) - len(wrong), wanted))
if wrong:
    sys.exit("CMake's project(VERSION) is %s, but\n%s" % (wanted, "\n".join(wrong)))
