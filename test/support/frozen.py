# SPDX-License-Identifier: MIT
# Objects of earlier builds, kept as assembly in abi-N folders, with the library of today: those of its ABI version are hinted, those of any
# other run as if compiled plain, with a line that says so. Compiled code and the library find each other by that number alone.
# usage: frozen.py --toolchain FILE SCRATCH FOLDER...
import json
import pathlib
import re
import shutil

from toolchain import Failure, Toolchain, arguments, main, run

LOOPS = {"gather", "chain", "column"}


def here():
    header = pathlib.Path(__file__).resolve().parents[2] / "runtime" / "include" / "pageprefetch_abi.h"
    return int(re.search(r"#define PP_ABI_VERSION (\d+)", header.read_text())[1])


def demand(truth, text):
    if not truth:
        raise Failure(text)


def check_library(library, version):
    """The file's name and its symbols carry the ABI version: what was linked to another one finds that one, or does not start."""
    dynamic = run(["readelf", "-d", library]).stdout.decode()
    demand("[libpageprefetch.so.%d]" % version in dynamic, "the library's SONAME is not of ABI version %d:\n%s" % (version, dynamic))
    symbols = run(["readelf", "--dyn-syms", "-W", library]).stdout.decode()
    for name in ("__pp_strip", "__pp_memset", "__pp_memcpy", "pp_hint", "pp_hint_many", "pp_populate", "pp_stats", "pp_off"):
        demand(re.search(r" %s@@PAGEPREFETCH_%d$" % (name, version), symbols, re.MULTILINE), "%s is not exported in version %d" % (name, version))


def with_version(text, version):
    """The same object as a plugin of another ABI version would mark it."""
    text, changed = re.subn(r"^((?:__pp_loop|\.Lpageprefetch\.loop)[\w.]*:\s+\.long\s+)\d+", r"\g<1>%d" % version, text, flags=re.MULTILINE)
    demand(changed == len(LOOPS), "%d records of loops found, expected %d" % (changed, len(LOOPS)))
    return text


def check(toolchain, source, text, version, library, scratch):
    name, statistics = "%s, ABI version %d, %s" % (source, version, pathlib.Path(library[-1]).name), scratch / "stats.json"
    (scratch / "frozen.s").write_text(text)
    run([toolchain.commands["cc"], scratch / "frozen.s", "-o", scratch / "frozen", *library])
    statistics.unlink(missing_ok=True)
    done = run([scratch / "frozen"], {"PAGEPREFETCH": "always", "PAGEPREFETCH_STATS": str(statistics)}, check=False)
    told, words = done.stdout.decode(), done.stderr.decode()
    demand(done.returncode == 9, "%s: ended with %d:\n%s%s" % (name, done.returncode, told, words))
    left = run([scratch / "frozen", "word"], check=False)
    demand(left.returncode == 9, "%s: after pp_off: ended with %d" % (name, left.returncode))
    stats = json.loads(statistics.read_text())
    hints = {loop["function"]: sum(site["hints"] for site in loop["sites"]) for loop in stats["loops"]}
    hinted = {function.partition(".")[0] for function, count in hints.items() if count} & LOOPS
    foreign = stats["totals"]["foreign_loops"]
    if version == here():
        demand(hinted == LOOPS and not foreign and not words, "%s: hinted are %s, foreign %d\n%s" % (name, sorted(hinted), foreign, words))
        demand(told == "hints 1\n", "%s: the statistics in the program: %s" % (name, told))
        return
    line = r"frozen\.c:\d+: loop compiled for ABI version %d, this library has %d: not hinted; compile it again or install the library of its plugin"
    demand(len(re.findall(line % (version, here()), words)) == len(LOOPS), "%s: no line for each loop:\n%s" % (name, words))
    demand(not hinted and foreign == len(LOOPS), "%s: hinted are %s, foreign %d" % (name, sorted(hinted), foreign))


def body():
    parser = arguments(__doc__)
    parser.add_argument("scratch", type=pathlib.Path)
    parser.add_argument("folders", type=pathlib.Path, nargs="+")
    words = parser.parse_args()
    toolchain = Toolchain(words.toolchain)
    shutil.rmtree(words.scratch, ignore_errors=True)
    words.scratch.mkdir()
    folder = str(pathlib.Path(toolchain.library).parent)
    libraries = [["-L" + folder, "-Wl,-rpath," + folder, "-lpageprefetch", toolchain.library], ["-Wl,-u,__pp_strip", "-pthread", toolchain.static_library]]
    check_library(toolchain.library, here())
    count = 0
    for source in sorted(path for place in words.folders for path in place.glob("*.s")):
        version, text = int(source.parent.name.rpartition("-")[2]), source.read_text()
        for library in libraries:
            check(toolchain, source.name, text, version, library, words.scratch)
        for other in (here() - 1, here() + 1):
            check(toolchain, source.name, with_version(text, other), other, libraries[0], words.scratch)
        count += 1
    demand(count, "no object")
    shutil.rmtree(words.scratch)
    print("%d objects" % count)


main(body)
