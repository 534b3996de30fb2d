# SPDX-License-Identifier: MIT
# Copies a GCC plugin with some of its recorded words changed, as if it had been built for an earlier update of the same GCC.
# usage: aged_plugin.py PLUGIN COPY date|configuration
import re
import sys

plugin, copy, what = sys.argv[1:]
with open(plugin, "rb") as stream:
    content = stream.read()
pattern = {"date": rb"\x0020\d\d(?=\d{4}\0)", "configuration": rb"--enable-languages=c"}[what]
found = re.search(pattern, content)
if not found:
    sys.exit("%s: no %s found in it" % (plugin, what))
changed = {"date": b"\x001999", "configuration": b"--enable-languages=K"}[what]
with open(copy, "wb") as stream:
    stream.write(content.replace(found.group(), changed))
