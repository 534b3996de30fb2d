# SPDX-License-Identifier: MIT
# GCC's own run tests as programs for fuzz.py: where Debian's gcc-12-source has them, how they are taken out, and what each asks of its
# command line. Nothing of them is kept in this tree; what does not build or run plainly is no test here.
import os
import re
import subprocess

from toolchain import Failure

TAR = "/usr/src/gcc-12/gcc-12.2.0-dfsg.tar.xz"
TOP = "gcc-12.2.0"
# Directory, names that are tests, words, and what a file must say to be run at all.
COLLECTIONS = [
    ("gcc/testsuite/gcc.c-torture/execute", r".*\.c$", "-w -lm", None),
    ("gcc/testsuite/gcc.c-torture/execute/ieee", r".*\.c$", "-w -lm", None),
    ("gcc/testsuite/gcc.dg/vect", r".*\.c$", "-w -lm -ftree-vectorize -fno-vect-cost-model", r"\bmain\b"),
    ("gcc/testsuite/gcc.dg/torture", r".*\.c$", "-w -lm", r"dg-do run"),
    ("gcc/testsuite/gfortran.fortran-torture/execute", r".*\.f90$", "-w", None),
    ("gcc/testsuite/gfortran.dg", r".*\.(f90|f)$", "-w", r"dg-do run"),
    ("libgomp/testsuite/libgomp.c", r".*\.c$", "-w -fopenmp -lm", r"dg-do run|\bmain\b"),
    ("libgomp/testsuite/libgomp.fortran", r".*\.(f90|f)$", "-w -fopenmp", r"dg-do run|program"),
]
OPTIONS = re.compile(r'dg-(?:additional-)?options\s+"([^"]*)"\s*(\{[^}]*\})?')
# Words that are about what the compiler writes beside its object, or that choose what the level chooses.
LEFT_OUT = re.compile(r"-(O.*|fdump-.*|save-temps.*|W.*|pedantic.*|fopt-info.*|frecord.*|m32|mx32)$")
# Prints a variable that it never sets.
NO_TESTS = {"pr47757-1.f90"}


def unpack(directory):
    """The directory with the tests; taken out once."""
    top = os.path.join(directory, TOP)
    mark = os.path.join(top, ".whole")
    if not os.path.exists(mark):
        if not os.path.exists(TAR):
            raise Failure("%s is not there; on Debian: apt-get install gcc-12-source" % TAR)
        os.makedirs(directory, exist_ok=True)
        patterns = sorted({"*/" + os.path.dirname(path) if path.endswith("ieee") else "*/" + path for path, _, _, _ in COLLECTIONS})
        subprocess.run(["tar", "-xJf", TAR, "-C", directory, "--wildcards"] + [pattern + "/*" for pattern in patterns], check=True)
        open(mark, "w").close()
    return top


def find(top, languages):
    """Every test of these suffixes: (path, words), in order."""
    tests = []
    for collection, names, words, must_say in COLLECTIONS:
        directory = os.path.join(top, collection)
        for name in sorted(os.listdir(directory)):
            path = os.path.join(directory, name)
            if name in NO_TESTS or not re.match(names, name) or os.path.splitext(name)[1] not in languages:
                continue
            with open(path, errors="replace") as stream:
                text = stream.read()
            if must_say and not re.search(must_say, text):
                continue
            asked = [word for found, target in OPTIONS.findall(text) if "target" not in target for word in found.split()]
            asked = [word for word in asked if not LEFT_OUT.match(word)]
            tests.append((path, words.split() + asked))
    return tests
