# SPDX-License-Identifier: MIT
# A source whose loops must all be left alone: its assembly with the plugin is the same, byte for byte, as without.
# With --differs it must not be: that shows the comparison can fail.
import difflib
import os
import tempfile

from toolchain import Failure, Toolchain, arguments, main, run


def assembly(toolchain, arguments_, flags, plugin, directory):
    output = os.path.join(directory, "plugin.s" if plugin else "plain.s")
    extra = toolchain.plugin_flags + toolchain.options(arguments_.option) if plugin else []
    run(toolchain.compiler(arguments_.source) + toolchain.include_flags + flags + ["-S", arguments_.source, "-o", output] + extra)
    with open(output) as stream:
        return stream.read().splitlines()


def body():
    parser = arguments(__doc__)
    parser.add_argument("--option", action="append", default=["min-footprint=1"], help="KEY=VALUE of the plugin")
    parser.add_argument("--differs", action="store_true")
    parser.add_argument("source")
    arguments_, flags = parser.parse_known_args()
    toolchain = Toolchain(arguments_.toolchain)
    levels = [flag for flag in flags if flag.startswith("-O")] or ["-O2"]
    others = [flag for flag in flags if not flag.startswith("-O")]
    for level in levels:
        with tempfile.TemporaryDirectory() as directory:
            plain = assembly(toolchain, arguments_, others + [level], False, directory)
            plugin = assembly(toolchain, arguments_, others + [level], True, directory)
        if (plain != plugin) != arguments_.differs:
            difference = "\n".join(list(difflib.unified_diff(plain, plugin, "plain", "plugin", lineterm=""))[:60])
            raise Failure("%s: assembly %s\n%s" % (level, "is the same" if plain == plugin else "differs", difference))


main(body)
