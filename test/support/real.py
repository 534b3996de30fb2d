# SPDX-License-Identifier: MIT
# Real programs: Debian's sources of five, built as their users build them, with the plugin by CFLAGS and LDFLAGS alone. With hints
# forced each passes its own checks, and prints what its plain build prints.
import argparse
import dataclasses
import difflib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

from toolchain import Failure, Toolchain, arguments, main

SUITE = "bookworm"
# Small loops ask as well; with less, each string of a parser does, and the checks take hours.
OPTIONS = ["min-footprint=4096", "strip=1"]
FORCED = {"PAGEPREFETCH": "always"}
BUILD_SECONDS, CHECK_SECONDS = 900, 1800


@dataclasses.dataclass(frozen=True)
class Program:
    """Commands of a shell in the program's source, which knows CC, CXX, CFLAGS and LDFLAGS."""
    package: str
    build: str
    own: str   # its own checks
    same: str  # what is printed must be what the plain build prints


FLAGS = 'CC="$CC" CFLAGS="$CFLAGS" LDFLAGS="$LDFLAGS"'
EACH_LEVEL = 'for level in %s; do %s -$level -c input >packed && %s -d -c packed | cmp - input && sha256sum packed; done'
PROGRAMS = {
    "bzip2": Program("bzip2", f"make bzip2 {FLAGS}; cat *.c manual.* >input", f"make check {FLAGS}",
                     EACH_LEVEL % ("1 9", "./bzip2", "./bzip2")),
    "lmdb": Program("lmdb", 'cd libraries/liblmdb && make CC="$CC" OPT="$CFLAGS" LDFLAGS="$LDFLAGS"',
                    'cd libraries/liblmdb && make test CC="$CC" OPT="$CFLAGS" LDFLAGS="$LDFLAGS"',
                    ""),  # its tests draw other data each time
    "lua": Program("lua5.4", 'make linux CC="$CC" MYCFLAGS="$CFLAGS" MYLDFLAGS="$LDFLAGS"', "make test", """src/lua -e '
local words = {}
for line in io.lines("src/lvm.c") do for word in line:gmatch("%w+") do words[#words + 1] = word end end
local seen = {}
for _, word in ipairs(words) do seen[word] = (seen[word] or 0) + 1 end
table.sort(words, function(a, b) return seen[a] == seen[b] and a < b or seen[a] > seen[b] end)
local sum = 0
for i, word in ipairs(words) do for k = 1, #word do sum = (sum * 31 + word:byte(k) * i) % 1000000007 end end
print(#words, sum, words[1], words[#words], select("#", table.unpack(words, 1, 200)))
local t = {} for i = 1, 200000 do t[i] = (i * 7919) % 200003 end table.sort(t)
print(t[1], t[100000], string.format("%.17g", math.sqrt(t[12345])), #table.concat(t, ","))'"""),
    "sqlite": Program("sqlite3", "./configure --disable-tcl --disable-readline >/dev/null && make fuzzcheck speedtest1",
                      "./fuzzcheck --limit-mem 100M test/fuzzdata1.db test/fuzzdata3.db test/fuzzdata5.db",
                      r"./speedtest1 --size 3 --verify :memory: | sed -E 's/ +[0-9]+\.[0-9]+s//'"),
    "zstd": Program("libzstd", f"make -C programs zstd {FLAGS} && cat lib/*/*.c programs/*.c >input",
                    f"make -C tests poolTests invalidDictionaries {FLAGS} && tests/poolTests && tests/invalidDictionaries",
                    EACH_LEVEL % ("1 5 12 19", "programs/zstd -q", "programs/zstd -q")),
}


def shell(command, directory, environment, seconds):
    """The command's standard output. A command that fails is a failure, told with the end of what it said."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PAGEPREFETCH", "LD_"))}
    process = subprocess.Popen(["bash", "-e", "-o", "pipefail", "-c", command], cwd=directory, env={**clean, **environment}, text=True, errors="replace",
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    try:
        printed, said = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise Failure(f"no end after {seconds} s: {command}")
    if process.returncode:
        raise Failure(f"exit {process.returncode}: {command}\n" + (printed + said)[-2000:])
    return printed


def fetch(packages, directory):
    """Debian's sources, by apt with a list of its own: the system's is left as it is."""
    os.makedirs(directory, exist_ok=True)
    absent = [package for package in packages if not os.path.exists(os.path.join(directory, package + ".got"))]
    if not absent:
        return
    lists = os.path.join(directory, "lists")
    os.makedirs(os.path.join(lists, "partial"), exist_ok=True)
    keys = "/usr/share/keyrings/debian-archive-keyring.gpg"
    with open(os.path.join(directory, "sources.list"), "w") as stream:
        stream.write(f"deb-src [signed-by={keys}] http://deb.debian.org/debian {SUITE} main\n")
    apt = (f"apt-get -q -o Dir::Etc::SourceList={shlex.quote(directory)}/sources.list -o Dir::Etc::SourceParts=- "
           f"-o Dir::State::Lists={shlex.quote(lists)} -o APT::Sandbox::User=")
    shell(f"{apt} update", directory, {}, BUILD_SECONDS)
    for package in absent:
        shell(f"{apt} source --download-only {package}", directory, {}, BUILD_SECONDS)
        open(os.path.join(directory, package + ".got"), "w").close()


def unpack(program, sources, directory):
    names = [name for name in sorted(os.listdir(sources)) if name.startswith(program.package + "_") and ".orig.tar" in name and not name.endswith(".asc")]
    if not names:
        raise Failure(f"apt brought no source of {program.package} for Debian {SUITE}")
    shell(f"tar xf {shlex.quote(os.path.join(sources, names[-1]))} --strip-components 1 -C {shlex.quote(directory)}", sources, {}, BUILD_SECONDS)


def flags(toolchain, level, hinted):
    environment = {"CC": toolchain.commands["cc"], "CXX": toolchain.commands["cxx"], "CFLAGS": level, "LDFLAGS": level}
    if hinted:
        where = os.path.dirname(toolchain.library)
        environment["CFLAGS"] = " ".join([level] + toolchain.plugin_flags)
        environment["PAGEPREFETCH_OPTIONS"] = " ".join(OPTIONS)  # as flags they would stop clang at zstd's assembly
        environment["LDFLAGS"] += f" -L{where} -Wl,-rpath,{where} -Wl,--no-as-needed -lpageprefetch"
        if "-flto" in level and toolchain.family == "gcc":
            environment["LDFLAGS"] = " ".join([environment["LDFLAGS"]] + toolchain.plugin_flags)
    return environment


def one(toolchain, name, level, sources):
    program, printed = PROGRAMS[name], {}
    with tempfile.TemporaryDirectory() as top:
        for hinted in (False, True):
            directory, environment = os.path.join(top, "hinted" if hinted else "plain"), flags(toolchain, level, hinted)
            os.makedirs(directory)
            unpack(program, sources, directory)
            shell(program.build, directory, environment, BUILD_SECONDS)
            if hinted:
                shell("grep -rqF __pp_strip . || { echo 'the test is empty: no loop of it was hinted'; exit 1; }", directory, {}, BUILD_SECONDS)
                environment.update(FORCED)
                shell(program.own, directory, environment, CHECK_SECONDS)
            printed[hinted] = shell(program.same, directory, environment, CHECK_SECONDS)
    if printed[False] != printed[True]:
        raise Failure("it prints something else than its plain build:\n" + "\n".join(list(difflib.unified_diff(
            printed[False].splitlines(), printed[True].splitlines(), "plain", "hinted", lineterm=""))[:40]))


def body():
    parser = arguments(__doc__, several=True, required="--check-options" not in sys.argv)
    parser.add_argument("--check-options", action="store_true", help=argparse.SUPPRESS)  # dev asks before it installs
    parser.add_argument("--compiler", action="append", help="only this one, as gcc-12; may be repeated")
    parser.add_argument("--program", action="append", choices=sorted(PROGRAMS), help="only this one; may be repeated")
    parser.add_argument("--flags", default="-O2", help="level and what else both builds get, as --flags=-O3 (default -O2)")
    parser.add_argument("--sources", default="real-sources", help="where Debian's sources are kept")
    options = parser.parse_args()
    if options.check_options:
        return
    if not shutil.which("apt-get"):
        raise Failure("the sources come by apt-get, which is not here: this needs a Debian system")
    names = options.program or sorted(PROGRAMS)
    fetch([PROGRAMS[name].package for name in names], os.path.abspath(options.sources))
    passed = failed = 0
    for toolchain in map(Toolchain, options.toolchain):
        if (options.compiler and toolchain.name not in options.compiler) or not os.path.exists(toolchain.plugin):
            continue
        for name in names:
            try:
                one(toolchain, name, options.flags, os.path.abspath(options.sources))
                passed += 1
                print(f"passed: {toolchain.name}, {name}", flush=True)
            except Failure as failure:
                failed += 1
                print(f"FAILED: {toolchain.name}, {name}: {failure}", flush=True)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    if failed or not passed:
        raise Failure("real programs" if failed else "no compiler of that name has a plugin")


main(body)
