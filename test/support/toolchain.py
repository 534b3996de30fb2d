# SPDX-License-Identifier: MIT
# What the test scripts share: the compiler under test (written by lit.cfg.py as toolchain.json) and running commands.
# Every command that fails is shown whole, so that it can be repeated by hand.
import argparse
import json
import os
import shlex
import subprocess
import sys

LANGUAGE_COMMAND = {".c": "cc", ".cpp": "cxx", ".f90": "fc", ".f": "fc"}


class Failure(Exception):
    """A test failed; the text says how."""


class Toolchain:
    def __init__(self, path):
        self.path = path
        with open(path) as stream:
            self.__dict__.update(json.load(stream))

    def compiler(self, source):
        return [self.commands[LANGUAGE_COMMAND[os.path.splitext(source)[1]]]]

    def option(self, key, value):
        return [word.format(key=key, value=value) for word in self.option_form]

    def options(self, pairs):
        """Flags for KEY=VALUE pairs; a later pair of the same key replaces an earlier one, as a test's own does the default."""
        words = []
        for key, value in {pair.partition("=")[0]: pair.partition("=")[2] for pair in pairs}.items():
            words += self.option(key, value)
        return words


def run(command, environment=None, check=True, timeout=120, directory=None):
    """Run a command with only the given additions to a clean environment; with check, a failure ends the test."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PAGEPREFETCH", "PP_TORTURE", "LD_"))}
    clean.update(environment or {})
    try:
        result = subprocess.run(command, env=clean, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout, cwd=directory)
    except subprocess.TimeoutExpired:
        raise Failure("no end after %d s: %s" % (timeout, show(command, environment)))
    if check and result.returncode != 0:
        raise Failure("exit %d: %s\n%s" % (result.returncode, show(command, environment), result.stderr.decode(errors="replace")))
    return result


def show(command, environment=None):
    words = ["%s=%s" % (name, shlex.quote(value)) for name, value in (environment or {}).items()]
    return " ".join(words + [shlex.quote(word) for word in command])


def arguments(description, several=False, required=True):
    parser = argparse.ArgumentParser(description=description, allow_abbrev=False)
    parser.add_argument("--toolchain", required=required, action="append" if several else "store",
                        help="toolchain.json of a compiler, in the build's test directory" + ("; may be repeated" if several else ""))
    return parser


def main(body):
    try:
        body()
    except Failure as failure:
        print("FAILED: %s" % failure, file=sys.stderr)
        sys.exit(1)
