# SPDX-License-Identifier: MIT
# Runs a command with the words of some files added at its end, as a shell's $(...) would.
# usage: with_flags.py FILE... -- COMMAND...
import shlex
import subprocess
import sys

end = sys.argv.index("--")
flags = []
for name in sys.argv[1:end]:
    with open(name) as stream:
        flags += shlex.split(stream.read())
sys.exit(subprocess.run(sys.argv[end + 1:] + flags).returncode)
