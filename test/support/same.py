# SPDX-License-Identifier: MIT
# Execution equal to plain: builds a source with and without the plugin and compares output and exit code of every way to run it:
# no library, the torture library (every contract-conforming answer a runtime could give, and the contract checked), the real one.
import difflib
import json
import os
import shlex
import struct
import tempfile

from toolchain import Failure, Toolchain, arguments, main, run, show

# What __pp_strip answers and how far it hints ahead; torture.c reads it.
TORTURES = ["strip=1,ahead=1", "strip=random,ahead=random,seed=3", "strip=random,ahead=random,seed=4,hint=random", "strip=whole,ahead=whole",
            "strip=whole,hint=never"]
LIBRARY_SETTINGS = [{"PAGEPREFETCH": "always"}, {"PAGEPREFETCH": "auto"}, {"PAGEPREFETCH": "off"},
                    {"PAGEPREFETCH": "always", "PAGEPREFETCH_BACKEND": "madvise"}]


def build(toolchain, arguments_, flags, level, extra, output):
    command = (toolchain.compiler(arguments_.source) + toolchain.include_flags + flags + [level, "-g", arguments_.source] + extra
               + ["-o", output] + shlex.split(arguments_.link))
    run(command)


def check_plan(level, path):
    """The plugin looked at loops, whether or not it hinted them: without one, equal programs would show nothing."""
    with open(path) as stream:
        if not any(function["loops"] or function["declined"] for function in json.load(stream)["functions"]):
            raise Failure("%s: the test is empty: the plugin's plan has no loop and no reference that it declined" % level)


def difference(name, plain, here):
    lines = [text.decode(errors="replace").splitlines() for text in (plain, here)]
    return "".join(line + "\n" for line in list(difflib.unified_diff(*lines, "plain: " + name, "here", lineterm="", n=1))[:40])


def outcome(result):
    return (result.returncode, result.stdout)


def compare(level, command, environment, plain, arguments_):
    result = run(command, environment, check=False)
    if outcome(result) != outcome(plain) or (result.stderr != plain.stderr and not arguments_.any_stderr):
        raise Failure("%s: differs from plain: %s\nplain: exit %d, here: exit %d\n%s%s" % (
            level, show(command, environment), plain.returncode, result.returncode,
            difference("standard output", plain.stdout, result.stdout), difference("standard error", plain.stderr, result.stderr)))


class Report:
    """The counters that torture.c leaves in a file: strips, walks of affine streams, gather hints."""

    def __init__(self, path):
        with open(path, "rb") as stream:
            self.strips, self.affine, self.gathered = struct.unpack("=QQQ", stream.read(24))


def torture(toolchain, arguments_, level, binary, plain, directory):
    seen = set()
    for number, setting in enumerate(TORTURES):
        path = os.path.join(directory, "report%d" % number)
        with open(path, "wb") as stream:
            stream.write(bytes(24))
        environment = {"LD_PRELOAD": toolchain.torture, "PP_TORTURE": setting, "PP_TORTURE_REPORT": path}
        if arguments_.signals:
            environment["PP_TORTURE"] += ",signals=1"
        compare(level, [binary], environment, plain, arguments_)
        report = Report(path)
        seen.update(name for name in ("strips", "affine", "gathered") if getattr(report, name))
    return seen


def check_seen(arguments_, level, seen):
    wanted = set(arguments_.expect.split(",")) - {"none", "any"}
    if not wanted <= seen:
        raise Failure("%s: the test is empty: expected %s in the instrumented program, saw %s"
                      % (level, sorted(wanted), sorted(seen) or "nothing"))
    if arguments_.expect == "none" and seen:
        raise Failure("%s: loops that must be left alone called the runtime: %s" % (level, sorted(seen)))


def body():
    parser = arguments(__doc__)
    parser.add_argument("--option", action="append", default=["min-footprint=1", "strip=1"], help="KEY=VALUE of the plugin")
    parser.add_argument("--expect", default="strips", help="any, none, or a list of strips,affine,gathered that every -O above 1 shows")
    parser.add_argument("--link", default="", help="words at the end of the link line")
    parser.add_argument("--signals", action="store_true", help="the program hints from signal handlers")
    parser.add_argument("--any-stderr", action="store_true", help="standard error may differ")
    parser.add_argument("source")
    arguments_, flags = parser.parse_known_args()
    toolchain = Toolchain(arguments_.toolchain)
    levels = [flag for flag in flags if flag.startswith("-O")] or ["-O1", "-O2", "-O3"]
    others = [flag for flag in flags if not flag.startswith("-O")]
    with tempfile.TemporaryDirectory() as directory:
        for level in levels:
            plain_binary, binary = os.path.join(directory, "plain"), os.path.join(directory, "instrumented")
            build(toolchain, arguments_, others, level, [], plain_binary)
            plan = os.path.join(directory, "plan.json")
            build(toolchain, arguments_, others, level, toolchain.plugin_flags + toolchain.options(arguments_.option + ["plan=" + plan]), binary)
            check_plan(level, plan)
            plain = run([plain_binary], check=False)
            if plain.returncode < 0 and not arguments_.any_stderr:
                raise Failure("%s: the plain program dies from signal %d" % (level, -plain.returncode))
            compare(level, [binary], {}, plain, arguments_)
            check_seen(arguments_, level, torture(toolchain, arguments_, level, binary, plain, directory))
            if os.path.exists(toolchain.library):
                for setting in LIBRARY_SETTINGS:
                    compare(level, [binary], dict(setting, LD_PRELOAD=toolchain.library), plain, arguments_)


main(body)
