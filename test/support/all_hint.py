# SPDX-License-Identifier: MIT
# Runs every program of a folder with statistics, from an empty environment, and demands an exit code and sites with hints from each.
# usage: all_hint.py --code N FOLDER
import argparse
import json
import os
import subprocess
import sys
import tempfile

parser = argparse.ArgumentParser()
parser.add_argument("--code", type=int, required=True)
parser.add_argument("folder")
words = parser.parse_args()

programs = sorted(os.listdir(words.folder))
if not programs:
    sys.exit("no program in %s" % words.folder)
wrong = []
for name in programs:
    with tempfile.TemporaryDirectory() as directory:
        statistics = os.path.join(directory, "statistics.json")
        done = subprocess.run([os.path.abspath(os.path.join(words.folder, name))], env={"PAGEPREFETCH": "always", "PAGEPREFETCH_STATS": statistics},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
        hints = 0
        if os.path.exists(statistics):
            with open(statistics) as text:
                hints = json.load(text)["totals"]["hints"]
    print("%s: exit code %d, %d hints" % (name, done.returncode, hints))
    if done.returncode != words.code or hints == 0:
        wrong.append(name)
        print(done.stdout.decode(errors="replace"))
if wrong:
    sys.exit("no hints, or not exit code %d: %s" % (words.code, " ".join(wrong)))
