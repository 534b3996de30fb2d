# SPDX-License-Identifier: MIT
"""Makes the cases' input files once and keeps them: numbers, index arrays, the Linux source's text and its search index.
Asks for the disk space first; a file carries its size in its name, so that another size is another file."""
import os
import pathlib
import shutil
import subprocess

from cases import NUMBER_BYTES, numbers_bytes
from common import Failure, check_output, progress

SOURCE = pathlib.Path("/usr/src/linux-source-6.1.tar.xz")
TEXT_BYTES = 1_400_000_000   # upper estimates, for the space check
INDEX_BYTES = 700_000_000
HEADROOM = 512 << 20


class Inputs:
    def __init__(self, directory, tools):
        self.directory = directory
        self.tools = tools    # name -> binary

    def path(self, name):
        return self.directory / name

    def numbers(self, size):
        return self.path(f"numbers-{size}")

    def rows(self, case):
        return self.path(f"rows-{case.reads}-of-{case.data_bytes // NUMBER_BYTES}")

    def arguments(self, case):
        """The command line of a case's program, without the setting."""
        if case.program == "lookup":
            return ["--data", self.path("lookup-text"), "--index", self.path("lookup-index"), "--queries",
                    self.path(f"lookup-queries-{case.reads}"), *case.arguments]
        words = ["--data", self.numbers(self.numbers_size), "--bytes", case.data_bytes, *case.arguments]
        return words + ["--index", self.rows(case)] if case.program == "gather" else words

    def prepare(self, cases):
        self.numbers_size = self._existing_numbers(numbers_bytes(cases))
        self._check_space(cases)
        if self.numbers_size and not self.numbers(self.numbers_size).exists():
            progress(f"writing {self.numbers_size >> 20} MiB of numbers (once)")
            self._run("prepare", "numbers", self.numbers(self.numbers_size), self.numbers_size)
        for case in cases:
            if case.program == "gather" and not self.rows(case).exists():
                self._run("prepare", "rows", self.rows(case), case.reads, case.data_bytes // NUMBER_BYTES)
            if case.program == "lookup":
                self._prepare_lookup(case)

    def _existing_numbers(self, size):
        """A file that is there already and large enough serves as well."""
        sizes = sorted(int(path.name.split("-")[1]) for path in self.directory.glob("numbers-*") if path.name[8:].isdigit())
        return next((there for there in sizes if there >= size), size) if size else 0

    def _check_space(self, cases):
        needed = self.numbers_size if self.numbers_size and not self.numbers(self.numbers_size).exists() else 0
        if any(case.program == "lookup" for case in cases):
            needed += 0 if self.path("lookup-text").exists() else TEXT_BYTES
            needed += 0 if self.path("lookup-index").exists() else INDEX_BYTES
        free = shutil.disk_usage(self.directory).free
        if needed and free < needed + HEADROOM:
            raise Failure(f"{self.directory}: {free >> 20} MiB free, {(needed + HEADROOM) >> 20} MiB needed; name another directory with "
                          "--dir, or leave cases out with --cases")

    def _prepare_lookup(self, case):
        text, index, queries = self.path("lookup-text"), self.path("lookup-index"), self.path(f"lookup-queries-{case.reads}")
        if not text.exists():
            self._unpack(text)
        if not index.exists():
            progress("indexing the identifiers of the Linux source (once)")
            self._run("lookup_index", "index", text, index)
        if not queries.exists():
            self._run("lookup_index", "queries", text, queries, case.reads)

    def _unpack(self, text):
        if not SOURCE.exists():
            raise Failure(f"{SOURCE} is not there: apt-get install linux-source-6.1, or leave the case lookup out with --cases")
        progress(f"unpacking the text of {SOURCE} (once)")
        part = text.with_suffix(".part")
        try:
            with open(part, "wb") as file:
                done = subprocess.run(["tar", "-xJOf", SOURCE], stdout=file, stderr=subprocess.PIPE, text=True)
                os.fsync(file.fileno())
            if done.returncode != 0:
                raise Failure(f"tar -xJOf {SOURCE}: {done.stderr.strip()}")
            part.rename(text)
        except OSError as error:
            raise Failure(f"cannot write {part}: {error.strerror}") from None
        finally:
            part.unlink(missing_ok=True)

    def _run(self, tool, *arguments):
        check_output([self.tools[tool], *arguments])
