# SPDX-License-Identifier: MIT
# ./dev fuzz: random programs give the same output and exit code with the plugin as without. Each is compiled both ways at one drawn
# level, and run beside the torture library and the real one in drawn settings. A failure is made small, kept, and told with the words
# that show it again. Kinds: nests (generate_wide_nests.py), csmith, floats (same_floats.py: a file of 40 floating-point loops each), and
# gcc (gcc_tests.py: the run tests of GCC in three levels each; programs are counted from its first, and end with its last).
import argparse
import concurrent.futures
import os
import random
import re
import shlex
import shutil
import sys
import tempfile
import threading
import time

import gcc_tests
import generate_wide_nests
import same_floats
from toolchain import Failure, Toolchain, arguments, main, run, show

CSMITH_HEADERS = "/usr/include/csmith"
CSMITH_OPTIONS = ["--no-argc", "--max-funcs", "5", "--max-block-depth", "3", "--max-array-dim", "2", "--max-array-len-per-dim", "9"]
GCC_LEVELS = ["-O2", "-O3", "-O3 -march=haswell"]
LEVELS = ["-O1", "-O2", "-O2", "-O3", "-O3", "-Os", "-Og", "-O3 -march=haswell"]
SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
# Leaks are no matter here; the preloaded library stands before the sanitizer's.
SANITIZER_OPTIONS = {"ASAN_OPTIONS": "detect_leaks=0:verify_asan_link_order=0"}
PLUGIN_OPTIONS = ["min-footprint=1", "strip=1"]
RUN_SECONDS = 3         # of one run of a plain program; one that takes longer is left out: most of csmith's end at once or never
RUNS_TO_DOUBT = 20      # of a plain program whose twin differs
HANG_SECONDS = 120      # of a run beside the torture library, which copies for every load
SHRINK_SECONDS = 180    # of making one failure small
FUNCTIONS = 14          # of a program of nests
FLOAT_LOOPS = 40        # of a file of floats
LEAST_CUT = 50          # per cent of the floating-point loops: clang leaves fast math and fused products alone
SANITIZED_SHARE = 10    # one program in so many


class Different(Failure):
    """The program with the plugin is not the plain one's equal. kind: what a smaller program must show as well."""

    def __init__(self, kind, text):
        super().__init__(text)
        self.kind = kind


class Unusable(Exception):
    """The plain program says nothing: no end in time, or it dies."""


class Draw:
    """Everything that is drawn for one program; the same words, the same draw."""

    def __init__(self, toolchain, kind, seed, sandbox, sanitizers, gcc_tests_):
        choose = random.Random("%s %s %d" % (toolchain.name, kind, seed))
        self.toolchain, self.kind, self.seed = toolchain, kind, seed
        self.path, self.libraries = None, []
        self.flags = shlex.split(choose.choice(LEVELS)) + ["-w", "-g1"] + toolchain.include_flags
        if kind == "gcc":
            self.path, words = gcc_tests_[(seed - 1) // len(GCC_LEVELS)]
            self.libraries = [word for word in words if word.startswith("-l")]
            self.flags = GCC_LEVELS[(seed - 1) % len(GCC_LEVELS)].split() + ["-g1"] + [word for word in words if word not in self.libraries]
            sanitizers = False
        elif kind == "csmith":
            self.flags.append("-I" + CSMITH_HEADERS)
        elif choose.randrange(2):
            self.flags.append("-DGUARDED")
        self.environment = {}
        if choose.randrange(SANITIZED_SHARE) == 0 and sanitizers:
            self.flags += SANITIZE
            self.environment = SANITIZER_OPTIONS
        self.wrapper = []
        if sandbox and choose.randrange(2):
            self.wrapper = [sandbox, "--refuse=process_vm_writev:" + choose.choice(["EPERM", "ENOSYS"]), "--"]
        answers = "strip=%s,ahead=%s,hint=%s,seed=%d" % (choose.choice(["1", "random", "random", "whole"]), choose.choice(["1", "random", "whole"]),
                                                        choose.choice(["whole", "whole", "random"]), choose.randrange(1, 10000))
        backend = choose.choice(["auto", "auto", "madvise", "none"])
        self.ways = [({}, []), ({"LD_PRELOAD": toolchain.torture, "PP_TORTURE": answers}, []),
                     ({"LD_PRELOAD": toolchain.library, "PAGEPREFETCH": "always", "PAGEPREFETCH_BACKEND": backend}, self.wrapper),
                     ({"LD_PRELOAD": toolchain.library}, [])]

    def source(self, directory):
        if self.path:
            with open(self.path, errors="surrogateescape") as stream:
                return stream.read()
        if self.kind == "nests":
            return generate_wide_nests.program(self.seed, FUNCTIONS)
        return run(["csmith", "--seed", str(self.seed)] + CSMITH_OPTIONS, directory=directory).stdout.decode()


def execute(command, environment, directory=None, seconds=RUN_SECONDS):
    """None: no end in time. A program that writes files does so in `directory`."""
    try:
        return run(command, environment, check=False, timeout=seconds, directory=directory)
    except Failure:
        return None


def build(draw, path, extra, output):
    command = draw.toolchain.compiler(path) + draw.flags + [path] + extra + draw.libraries + ["-o", output]
    return run(command, check=False, timeout=300), command


def has_one_meaning(draw, path, wanted, directory):
    """Whether a plain program whose twin differs is a test. Some of GCC's print in the order in which threads come by. csmith makes loops
    without end that do nothing: LLVM may take them for ending, and what it makes of them then is anything."""
    if draw.kind == "gcc":
        plain = os.path.join(directory, "plain")
        runs = [execute([plain], draw.environment, directory) for _ in range(RUNS_TO_DOUBT)]
        return all(got is not None and got.stdout == wanted.stdout for got in runs)
    if draw.kind != "csmith":
        return True
    unoptimised = os.path.join(directory, "unoptimised")
    command = draw.toolchain.compiler(path) + draw.flags + ["-O0", path] + draw.libraries + ["-o", unoptimised]
    if run(command, check=False, timeout=300).returncode:
        return True
    got = execute([unoptimised], draw.environment, directory, HANG_SECONDS)
    return got is not None and (got.returncode, got.stdout) == (wanted.returncode, wanted.stdout)


def compare(draw, path, directory):
    """Raises Different, or Unusable where the plain program is at fault. Returns whether the plugin cut a loop."""
    plain, hinted = os.path.join(directory, "plain"), os.path.join(directory, "hinted")
    built, _ = build(draw, path, [], plain)
    if built.returncode:
        raise Unusable("does not compile: " + built.stderr.decode(errors="replace")[:2000])
    wanted = execute([plain], draw.environment, directory)
    if wanted is None or wanted.returncode < 0 or wanted.stderr:
        raise Unusable("does not end, or dies")
    again = execute([plain], draw.environment, directory) if draw.kind == "gcc" else wanted
    if again is None or (again.returncode, again.stdout) != (wanted.returncode, wanted.stdout):
        raise Unusable("gives something else each time")
    built, command = build(draw, path, draw.toolchain.plugin_flags + draw.toolchain.options(PLUGIN_OPTIONS), hinted)
    if built.returncode:
        error = built.stderr.decode(errors="replace")
        raise Different("compile", "%s\n%s" % (show(command), error[-3000:]))
    for environment, wrapper in draw.ways:
        environment = dict(draw.environment, **environment)
        # Set behind the wrapper: it is no program to test.
        words = wrapper + (["env"] + ["%s=%s" % pair for pair in environment.items()] if wrapper else []) + [hinted]
        got = execute(words, {} if wrapper else environment, directory, HANG_SECONDS)
        same = got and (got.returncode, got.stdout, got.stderr) == (wanted.returncode, wanted.stdout, wanted.stderr)
        if not same and not has_one_meaning(draw, path, wanted, directory):
            raise Unusable("gives something else when it is run again, or without optimisation")
        if got is None:
            raise Different("hangs", "no end after %d s: %s\nbuilt by: %s" % (HANG_SECONDS, show(words, environment), show(command)))
        if not same:
            breach = re.search(rb"torture: contract broken: [^(]*", got.stderr)
            kind = breach.group().decode() if breach else "differs" if got.returncode == wanted.returncode else "exit %d" % got.returncode
            raise Different(kind, "%s: exit %d, plain %d: %s\n%sbuilt by: %s" % (
                kind, got.returncode, wanted.returncode, show(words, environment), got.stderr.decode(errors="replace")[:2000], show(command)))
    with open(hinted, "rb") as stream:
        return b"__pp_strip" in stream.read()


def is_sound(path, flags, directory):
    """Whether a program that was made smaller still has a meaning: no undefined behaviour on its way."""
    binary = os.path.join(directory, "sound")
    kept = [flag for flag in flags if flag.startswith(("-I", "-D"))]
    if run(["gcc", "-O1", "-w", "-Werror=implicit-function-declaration", "-Werror=return-type", "-Werror=uninitialized"] + kept + SANITIZE +
           [path, "-o", binary], check=False, timeout=300).returncode:
        return False
    result = execute([binary], SANITIZER_OPTIONS)
    return result is not None and result.returncode == 0


def whole(lines, at, end):
    """The first place from `end` on where what was opened since `at` is closed; None where it closes more, or never does."""
    depth = 0
    for number in range(at, len(lines)):
        depth += lines[number].count("{") - lines[number].count("}")
        if depth < 0:
            return None
        if depth == 0 and number + 1 >= min(end, len(lines)):
            return number + 1
    return None


def shrink(draw, text, kind, directory):
    """Takes lines out as long as the program stays sound and fails in the same way."""
    path, deadline = os.path.join(directory, "smaller.c"), time.monotonic() + SHRINK_SECONDS

    def fails(lines):
        with open(path, "w") as stream:
            stream.write("".join(lines))
        try:
            if is_sound(path, draw.flags, directory):
                compare(draw, path, directory)
        except Different as different:
            return different.kind == kind
        except (Unusable, Failure):
            pass
        return False

    lines = text.splitlines(keepends=True)
    size = max(len(lines) // 2, 1)
    while time.monotonic() < deadline:
        at, before = 0, len(lines)
        while at < len(lines) and time.monotonic() < deadline:
            end = whole(lines, at, at + size)
            if end and fails(lines[:at] + lines[end:]):
                del lines[at:end]
            else:
                at += size
        if size == 1 and len(lines) == before:
            break
        size = max(size // 2, 1)
    return "".join(lines)


class Fuzzer:
    def __init__(self, options, toolchains):
        self.options, self.toolchains = options, toolchains
        self.deadline = time.monotonic() + options.minutes * 60 if options.minutes else None
        beside = os.path.join(os.path.dirname(toolchains[0].torture), "sandbox")
        self.sandbox = beside if os.path.exists(beside) else None
        self.sanitizers = {toolchain.name: self.has_sanitizers(toolchain) for toolchain in toolchains}
        self.counts, self.failures, self.gcc_tests = {}, 0, {}
        self.counting = threading.Lock()
        self.cut = {}  # floating-point loops of each compiler: all, and those that were cut into strips
        if "gcc" in options.kind:
            top = gcc_tests.unpack(os.path.join(options.keep, "gcc-tests"))
            for toolchain in toolchains:
                suffixes = (".c", ".f90", ".f") if toolchain.family == "gcc" and os.path.exists(toolchain.commands["fc"] or "") else (".c",)
                self.gcc_tests[toolchain.name] = gcc_tests.find(top, suffixes)

    def has_sanitizers(self, toolchain):
        with tempfile.TemporaryDirectory() as directory:
            source = os.path.join(directory, "empty.c")
            with open(source, "w") as stream:
                stream.write("int main(void) { return 0; }\n")
            binary = os.path.join(directory, "empty")
            built = run(toolchain.compiler(source) + SANITIZE + [source, "-o", binary], check=False)
            there = built.returncode == 0 and run([binary], check=False).returncode == 0
        if not there:
            print("%s: its sanitizers are not installed: no program is compiled with them" % toolchain.name)
        return there

    def again(self, draw):
        return "%s --toolchain %s --kind %s --seed %d --programs 1" % (os.path.relpath(__file__), draw.toolchain.path, draw.kind, draw.seed)

    def keep(self, draw, text, different, directory):
        if draw.path:
            return draw.path, len(text.splitlines())
        smaller = shrink(draw, text, different.kind, directory)
        os.makedirs(self.options.keep, exist_ok=True)
        path = os.path.join(self.options.keep, "%s-%s-%d.c" % (draw.kind, draw.toolchain.name, draw.seed))
        with open(path, "w") as stream:
            stream.write("/* %s\n%s\n*/\n%s" % (self.again(draw), str(different).replace("*/", "* /"), smaller))
        return path, len(smaller.splitlines())

    def floats(self, toolchain, seed):
        sets = same_floats.runnable_sets(toolchain, quiet=True)
        options = argparse.Namespace(loops=FLOAT_LOOPS, only=None, option=PLUGIN_OPTIONS)
        count = same_floats.one_file(toolchain, options, seed, shlex.split(sets[seed % len(sets)]))
        with self.counting:
            loops, hinted = self.cut.get(toolchain.name, (0, 0))
            self.cut[toolchain.name] = loops + count.loops, hinted + count.hinted
        if count.different:
            return "different", "\n".join(count.lines)
        return "compared" if count.hinted else "no loop is hinted", None

    def one(self, toolchain, kind, seed):
        if kind == "floats":
            return self.floats(toolchain, seed)
        draw = Draw(toolchain, kind, seed, self.sandbox, self.sanitizers[toolchain.name], self.gcc_tests.get(toolchain.name))
        with tempfile.TemporaryDirectory() as directory:
            text, path = draw.source(directory), draw.path or os.path.join(directory, "program.c")
            if not draw.path:
                with open(path, "w") as stream:
                    stream.write(text)
            try:
                if not compare(draw, path, directory):
                    return "no loop is hinted", None
                return "compared with sanitizers" if draw.environment else "compared", None
            except Unusable:
                return "left out: plain dies, takes too long, or differs from itself", None
            except Different as different:
                kept, lines = self.keep(draw, text, different, directory)
                return "different", "%s\nkept, %d lines: %s\nagain: %s" % (different, lines, kept, self.again(draw))

    def jobs(self):
        """Compilers and kinds by turns, so that a run that is cut short has seen a part of each."""
        number = 0
        left = True
        while left and (not self.options.programs or number < self.options.programs):
            left = False
            for kind in self.options.kind:
                for toolchain in self.toolchains:
                    if self.deadline and time.monotonic() > self.deadline:
                        return
                    seed = self.options.seed + number
                    if kind != "gcc" or seed <= len(self.gcc_tests[toolchain.name]) * len(GCC_LEVELS):
                        left = True
                        yield toolchain, kind, seed
            number += 1

    def finish(self, job, future):
        toolchain, kind, seed = job
        try:
            result, text = future.result()
        except Failure as failure:
            result, text = "different", str(failure)
        if result == "different":
            self.failures += 1
            print("FAILED: %s, %s, seed %d: %s" % (toolchain.name, kind, seed, text), flush=True)
        count = self.counts.setdefault((toolchain.name, kind), {})
        count[result] = count.get(result, 0) + 1

    def run(self):
        waiting, told = {}, time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
            for job in self.jobs():
                waiting[pool.submit(self.one, *job)] = job
                while len(waiting) >= self.options.jobs + 1:
                    for future in concurrent.futures.wait(waiting, return_when=concurrent.futures.FIRST_COMPLETED).done:
                        self.finish(waiting.pop(future), future)
                if time.monotonic() > told + 30:
                    told = time.monotonic()
                    print("%d programs, %d differ" % (sum(sum(count.values()) for count in self.counts.values()), self.failures), flush=True)
            for future in concurrent.futures.as_completed(waiting):
                self.finish(waiting[future], future)
        for (name, kind), count in sorted(self.counts.items()):
            print("%s, %s: %s" % (name, kind, ", ".join("%d %s" % (count[result], result) for result in sorted(count))))
        for name, (loops, hinted) in sorted(self.cut.items()):
            print("%s, floats: %d of %d loops cut into strips" % (name, hinted, loops))
            if 100 * hinted < LEAST_CUT * loops and not self.failures:
                raise Failure("%s: too few loops were cut for the comparison to say much: %d %% wanted" % (name, LEAST_CUT))
        if not sum(count.get(result, 0) for count in self.counts.values() for result in ("compared", "compared with sanitizers")):
            raise Failure("nothing was compared")
        if self.failures:
            raise Failure("%d programs differ" % self.failures)


def body():
    parser = arguments(__doc__, several=True, required="--check-options" not in sys.argv)
    parser.add_argument("--check-options", action="store_true", help=argparse.SUPPRESS)  # dev asks before it installs
    parser.add_argument("--compiler", action="append", help="only this one, as gcc-12; may be repeated")
    parser.add_argument("--kind", action="append", choices=["nests", "csmith", "floats", "gcc"],
                        help="may be repeated; without it the first three")
    parser.add_argument("--minutes", type=float, help="how long (30, unless --programs is given)")
    parser.add_argument("--programs", type=int, help="of each kind for each compiler")
    parser.add_argument("--seed", type=int, default=1, help="of the first program; program N has seed + N")
    parser.add_argument("--keep", default="fuzz-failures", help="directory for the programs that fail, made small")
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    if options.check_options:
        return
    options.minutes = options.minutes or (None if options.programs else 30)
    toolchains = [toolchain for toolchain in map(Toolchain, options.toolchain) if os.path.exists(toolchain.plugin)]
    names = [toolchain.name for toolchain in toolchains]
    for name in options.compiler or []:
        if name not in names:
            raise Failure("no plugin of compiler '%s' was built; there are: %s" % (name, " ".join(names)))
    options.kind = options.kind or ["nests", "csmith", "floats"]
    if "csmith" in options.kind and not shutil.which("csmith"):
        print("csmith is not installed (Debian: csmith, libcsmith-dev): its programs are left out")
        options.kind.remove("csmith")
    Fuzzer(options, [toolchain for toolchain in toolchains if toolchain.name in (options.compiler or names)]).run()


main(body)
