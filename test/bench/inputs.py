# SPDX-License-Identifier: MIT
"""Makes the cases' input files once and keeps them: numbers, index arrays, the Linux source's text and its search index.
Asks for the disk space first; a file carries its size in its name, so that another size is another file."""
import os
import pathlib
import shutil
import subprocess

from cases import numbers_bytes
from common import Failure, check_output, progress

SOURCES = pathlib.Path("/usr/src")  # of Debian's linux-source-N, whichever it has
TEXT_BYTES = 1_400_000_000   # upper estimates, for the space check
INDEX_BYTES = 700_000_000
QUICK_SHARE = 8              # --quick takes that part of the text
STRUCTURE_BYTES = 1_250_000_000  # at most, each
HEADROOM = 512 << 20


class Inputs:
    def __init__(self, directory, tools, quick):
        self.directory = directory
        self.tools = tools    # name -> binary
        self.text_bytes = TEXT_BYTES // QUICK_SHARE if quick else None  # None: all of it
        self.lookup = "lookup-quick" if quick else "lookup"

    def path(self, name):
        return self.directory / name

    def numbers(self, size):
        return self.path(f"numbers-{size}")

    def rows(self, case):
        return self.path(f"rows-{case.reads}-of-{case.index_limit}")

    def sorted(self, case):
        return self.path(f"sorted-{case.data_bytes}")

    def structure(self, case):
        return self.path("-".join(str(word) for word in case.structure))

    def arguments(self, case):
        """The command line of a case's program, without the setting."""
        if case.in_memory:
            return [*case.arguments]
        if case.structure:
            return ["--data", self.structure(case), *case.arguments]
        if case.program == "lookup":
            return ["--data", self.path(f"{self.lookup}-text"), "--index", self.path(f"{self.lookup}-index"), "--queries",
                    self.path(f"{self.lookup}-queries-{case.reads}"), *case.arguments]
        data = self.sorted(case) if case.program == "search" else self.numbers(self.numbers_size)
        words = ["--data", data, "--bytes", case.data_bytes, *case.arguments]
        return words + ["--index", self.rows(case)] if case.index_limit else words

    def prepare(self, cases):
        self.numbers_size = self._existing_numbers(numbers_bytes(cases))
        self._check_space(cases)
        if self.numbers_size and not self.numbers(self.numbers_size).exists():
            progress(f"writing {self.numbers_size >> 20} MiB of numbers (once)")
            self._run("prepare", "numbers", self.numbers(self.numbers_size), self.numbers_size)
        for case in cases:
            if case.structure and not self.structure(case).exists():
                progress(f"building {self.structure(case).name} (once)")
                kind, *numbers = case.structure
                self._run("structures", kind, self.structure(case), *numbers)
            if case.index_limit and not self.rows(case).exists():
                self._run("prepare", "rows", self.rows(case), case.reads, case.index_limit)
            if case.program == "search" and not self.sorted(case).exists():
                self._run("prepare", "sorted", self.sorted(case), case.data_bytes)
            if case.program == "lookup":
                self._prepare_lookup(case)

    def _existing_numbers(self, size):
        """A file that is there already and large enough serves as well."""
        sizes = sorted(int(path.name.split("-")[1]) for path in self.directory.glob("numbers-*") if path.name[8:].isdigit())
        return next((there for there in sizes if there >= size), size) if size else 0

    def _check_space(self, cases):
        needed = self.numbers_size if self.numbers_size and not self.numbers(self.numbers_size).exists() else 0
        if any(case.program == "lookup" for case in cases):
            share = QUICK_SHARE if self.text_bytes else 1
            needed += 0 if self.path(f"{self.lookup}-text").exists() else TEXT_BYTES // share
            needed += 0 if self.path(f"{self.lookup}-index").exists() else INDEX_BYTES // share
        needed += sum(case.data_bytes for case in cases if case.program == "search" and not self.sorted(case).exists())
        needed += max((case.data_bytes * 3 // 2 for case in cases if case.swap_percent), default=0)  # a swap file
        needed += STRUCTURE_BYTES * sum(not path.exists() for path in {self.structure(case) for case in cases if case.structure})
        free = shutil.disk_usage(self.directory).free
        if needed and free < needed + HEADROOM:
            raise Failure(f"{self.directory}: {free >> 20} MiB free, {(needed + HEADROOM) >> 20} MiB needed; name another directory with "
                          "--dir, or leave cases out with --cases")

    def _prepare_lookup(self, case):
        text, index = self.path(f"{self.lookup}-text"), self.path(f"{self.lookup}-index")
        queries = self.path(f"{self.lookup}-queries-{case.reads}")
        if not text.exists():
            self._unpack(text)
        if not index.exists():
            progress("indexing the identifiers of the Linux source (once)")
            self._run("lookup_index", "index", text, index)
        if not queries.exists():
            self._run("lookup_index", "queries", text, queries, case.reads)

    def _unpack(self, text):
        source = min(SOURCES.glob("linux-source-*.tar.xz"), default=None)
        if not source:
            raise Failure(f"no {SOURCES}/linux-source-N.tar.xz: apt-get install linux-source-N (apt-cache search linux-source tells N), "
                          "or leave the case lookup out with --cases")
        progress(f"unpacking the text of {source} (once)")
        part = text.with_suffix(".part")
        try:
            with open(part, "wb") as file, subprocess.Popen(["tar", "-xJOf", source], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as tar:
                self._copy(source, tar.stdout, file)
                whole = file.tell() != self.text_bytes
                if not whole:
                    tar.kill()
                message = tar.stderr.read().decode(errors="replace").strip()
                os.fsync(file.fileno())
            if whole and tar.returncode != 0:
                raise Failure(f"tar -xJOf {source}: {message}")
            part.rename(text)
        except OSError as error:
            raise Failure(f"cannot write {part}: {error.strerror}") from None
        finally:
            part.unlink(missing_ok=True)

    def _copy(self, archive, source, file):
        told = 0
        while self.text_bytes is None or file.tell() < self.text_bytes:
            block = source.read(min(1 << 20, (self.text_bytes or TEXT_BYTES * 2) - file.tell()))
            if not block:
                return
            file.write(block)
            if file.tell() - told >= 200 << 20:
                told = file.tell()
                progress(f"unpacking the text of {archive}: {told >> 20} MiB")

    def _run(self, tool, *arguments):
        check_output([self.tools[tool], *arguments])
