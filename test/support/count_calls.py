# SPDX-License-Identifier: MIT
# Counts call instructions to a function in a linked program, by its disassembly: calls through the PLT or the GOT.
# usage: count_calls.py PROGRAM FUNCTION [--least N] [--most N]
import argparse
import re
import subprocess
import sys

parser = argparse.ArgumentParser()
parser.add_argument("program")
parser.add_argument("function")
parser.add_argument("--least", type=int, default=0)
parser.add_argument("--most", type=int)
words = parser.parse_args()


def objdump(option):
    done = subprocess.run(["objdump", option, words.program], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    # A program that is not dynamic has no such relocations, which objdump takes for an error.
    if done.returncode and option == "-d":
        sys.exit(done.stderr.decode())
    return done.stdout.decode()


# The slots of the global offset table that the loader fills with the function's address.
slots = {int(match.group(1), 16) for match in re.finditer(r"^([0-9a-f]+) R_X86_64_\w+ +%s\b" % re.escape(words.function), objdump("-R"), re.M)}
count = 0
for line in objdump("-d").splitlines():
    if not re.search(r"\b(call|jmp)q?\s", line):
        continue
    slot = re.search(r"# ([0-9a-f]+) <", line)
    named = "<%s@" % words.function in line
    if "<%s@plt>" % words.function in line or ("call" in line and (named or (slot and int(slot.group(1), 16) in slots))):
        count += 1
print("%d calls of %s" % (count, words.function))
sys.exit(count < words.least or (words.most is not None and count > words.most))
