# SPDX-License-Identifier: MIT
# Compares the compilers' own remarks: every source line vectorised without the plugin must be vectorised with it, no narrower.
# Each source marks its loops with "VECTOR" where both compilers must vectorise at some level: a test that compares nothing fails.
import os
import re
import tempfile

from toolchain import Failure, Toolchain, arguments, main, run

REMARK = {
    "gcc": (["-fopt-info-vec-optimized"], re.compile(r"^[^:]+:(\d+):\d+: optimized: +loop vectorized using (\d+) byte vectors")),
    "clang": (["-Rpass=loop-vectorize"], re.compile(r"^[^:]+:(\d+):\d+: remark: vectorized loop \(vectorization width: "
                                                    r"(?:vscale x )?(\d+)")),
}


def widths(toolchain, source, flags, extra):
    """The greatest width at each line with a vectorised loop."""
    remark_flags, pattern = REMARK[toolchain.family]
    with tempfile.TemporaryDirectory() as directory:
        output = os.path.join(directory, "out.o")
        result = run(toolchain.compiler(source) + toolchain.include_flags + flags + ["-g", "-c", source, "-o", output] + remark_flags
                     + extra)
        with open(output, "rb") as stream:
            if extra and b"__pp_strip" not in stream.read():
                raise Failure("%s: the plugin has strip-mined no loop: there is nothing to compare" % " ".join(flags))
    found = {}
    for line in result.stderr.decode().splitlines():
        match = pattern.match(line)
        if match:
            found[int(match.group(1))] = max(found.get(int(match.group(1)), 0), int(match.group(2)))
    return found


def body():
    parser = arguments(__doc__)
    parser.add_argument("--option", action="append", default=["min-footprint=1"], help="KEY=VALUE of the plugin")
    parser.add_argument("--least", type=int, default=1, help="lines that must be vectorised without the plugin, over all levels")
    parser.add_argument("source")
    arguments_, flags = parser.parse_known_args()
    toolchain = Toolchain(arguments_.toolchain)
    levels = [flag for flag in flags if flag.startswith("-O")]
    others = [flag for flag in flags if not flag.startswith("-O")]
    lost, seen = [], set()
    for level in levels:
        plain = widths(toolchain, arguments_.source, others + [level], [])
        plugin = widths(toolchain, arguments_.source, others + [level],
                        toolchain.plugin_flags + toolchain.options(arguments_.option))
        seen.update(plain)
        for line, width in sorted(plain.items()):
            if plugin.get(line, 0) < width:
                lost.append("%s line %d: width %d without the plugin, %d with" % (level, line, width, plugin.get(line, 0)))
        print("%s: %d lines vectorised without the plugin, %d with" % (level, len(plain), len(plugin)))
    if lost:
        raise Failure("vectorisation lost\n" + "\n".join(lost))
    if len(seen) < arguments_.least:
        raise Failure("only %d lines vectorised without the plugin, %d expected: the test compares too little"
                      % (len(seen), arguments_.least))


if __name__ == "__main__":
    main(body)
