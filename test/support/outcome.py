# SPDX-License-Identifier: MIT
# Runs a program, demands an exit code or a signal, and keeps its output in files.
# usage: outcome.py --code N | --signal NAME --stdout FILE [--stderr FILE] -- PROGRAM ARGUMENT...
import argparse
import os
import signal
import subprocess
import sys

parser = argparse.ArgumentParser(allow_abbrev=False)
parser.add_argument("--code", type=int)
parser.add_argument("--signal", type=lambda name: signal.Signals[name])
parser.add_argument("--stdout", required=True)
parser.add_argument("--stderr")
parser.add_argument("program", nargs="+")
words = parser.parse_args()

# Statistics that another run has left must not pass for this one's.
statistics = os.environ.get("PAGEPREFETCH_STATS", "")
if statistics.endswith(".json") and os.path.exists(statistics):
    os.remove(statistics)
result = subprocess.run(words.program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
for name, text in ((words.stdout, result.stdout), (words.stderr, result.stderr)):
    if name:
        with open(name, "wb") as stream:
            stream.write(text)
wanted = -words.signal if words.signal else words.code
if result.returncode != wanted:
    sys.exit("ended with %d, expected %d: %s\n%s%s" % (result.returncode, wanted, " ".join(words.program),
                                                      result.stdout.decode(errors="replace"), result.stderr.decode(errors="replace")))
