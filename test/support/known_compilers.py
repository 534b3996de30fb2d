# SPDX-License-Identifier: MIT
"""The compilers of cmake/compilers by name, as gcc-12 and clang-19: all, and each family's reference."""
import os

LIST = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "cmake", "compilers")


def _read():
    with open(LIST) as stream:
        lines = [line.split() for line in stream if line.strip() and not line.startswith("#")]
    names = {"%s-%s" % ("gcc" if words[0] == "gcc" else "clang", words[1]): words[2:] for words in lines}
    return tuple(names), {name.partition("-")[0]: name for name, marks in names.items() if "reference" in marks}


KNOWN, REFERENCES = _read()  # ("gcc-11", ...), {"gcc": "gcc-12", "clang": "clang-19"}
