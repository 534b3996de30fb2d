#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Tests of what builds and boots the kernel series, without a kernel: patches that fit and do not, trees that stay incremental,
what counts as a report, how selftests' output is read, and the guest's archive. Run by ./dev test."""
import contextlib
import gzip
import io
import os
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import guest
import kernel
import selftests
from kernels import KernelError, Kernels, warnings_of
from selftests import TREE, Outcome, outcomes

MAKEFILE = "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 7\n"
PATCH = "--- a/mm/one.c\n+++ b/mm/one.c\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"
SECOND = "--- /dev/null\n+++ b/mm/new.c\n@@ -0,0 +1 @@\n+fresh\n"


class Series(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        home = Path(self.scratch.name)
        self.tree, self.series = home / "tree", home / "series"
        (self.tree / "mm").mkdir(parents=True)
        self.series.mkdir()
        (self.tree / "Makefile").write_text(MAKEFILE)
        (self.tree / "mm/one.c").write_text("a\nb\nc\n")
        (self.tree / "mm/two.c").write_text("two\n")
        self.kernels = Kernels(home / "work", self.series, source=self.tree)

    def tearDown(self):
        self.scratch.cleanup()

    def patch(self, name, text):
        (self.series / name).write_text(text)

    def test_release(self):
        self.assertEqual(self.kernels.release(), "6.1.7")

    def test_no_patches(self):
        with self.assertRaisesRegex(KernelError, "no patch in"):
            self.kernels.patches()

    def test_applies_and_leaves_the_stock_tree_alone(self):
        self.patch("0000-cover-letter.patch", "words only")
        self.patch("0001-a.patch", PATCH)
        self.patch("0002-b.patch", SECOND)
        tree = self.kernels.patched()
        self.assertEqual((tree / "mm/one.c").read_text(), "a\nB\nc\n")
        self.assertEqual((tree / "mm/new.c").read_text(), "fresh\n")
        self.assertEqual((self.tree / "mm/one.c").read_text(), "a\nb\nc\n")

    def test_only_the_first(self):
        self.patch("0001-a.patch", PATCH)
        self.patch("0002-b.patch", SECOND)
        self.assertFalse((self.kernels.patched(1) / "mm/new.c").exists())

    def test_changed_series_writes_what_changed_and_nothing_else(self):
        self.patch("0001-a.patch", PATCH)
        self.patch("0002-b.patch", SECOND)
        tree = self.kernels.patched()
        for name in ("mm/one.c", "mm/two.c"):
            os.utime(tree / name, (1, 1))
        (self.series / "0002-b.patch").unlink()
        self.kernels.patched()
        self.assertFalse((tree / "mm/new.c").exists())
        self.assertEqual((tree / "mm/one.c").stat().st_mtime, 1)
        (self.series / "0001-a.patch").unlink()
        self.patch("0001-c.patch", PATCH.replace("+B", "+X"))
        self.kernels.patched()
        self.assertEqual((tree / "mm/one.c").read_text(), "a\nX\nc\n")
        self.assertEqual((tree / "mm/two.c").stat().st_mtime, 1)

    def test_another_source_leaves_nothing_of_the_last(self):
        self.patch("0001-a.patch", PATCH)
        work = self.kernels.patched().parent
        for made in ("patched.lab", "deb/build", "selftests/vm"):
            (work / made).mkdir(parents=True)
        (work / "patched.lab.built").write_text("key 1")
        self.kernels.patched()
        self.assertTrue((work / "patched.lab").exists())
        (self.tree / "mm/two.c").write_text("edited\n")
        again = Kernels(work, self.series, source=self.tree)
        self.assertEqual((again.patched() / "mm/two.c").read_text(), "edited\n")
        for made in ("patched.lab", "patched.lab.built", "deb", "selftests"):
            self.assertFalse((work / made).exists(), made)

    def test_misfit_names_patch_file_hunk_and_release(self):
        self.patch("0001-a.patch", PATCH.replace(" c\n", " changed\n"))
        with self.assertRaises(KernelError) as caught:
            self.kernels.patched()
        for part in ("0001-a.patch", "mm/one.c: hunk 1", "6.1.7", "@@ -1,3 +1,3 @@"):
            self.assertIn(part, str(caught.exception))

    def test_context_may_not_be_fuzzy(self):
        (self.tree / "mm/one.c").write_text("0\n1\n2\nx\na\nb\nc\nd\ne\n")
        self.patch("0001-a.patch", "--- a/mm/one.c\n+++ b/mm/one.c\n@@ -3,6 +3,6 @@\n 2\n y\n a\n-b\n+B\n c\n d\n")
        with self.assertRaises(KernelError):
            self.kernels.patched()

    def test_already_applied(self):
        (self.tree / "mm/one.c").write_text("a\nB\nc\n")
        self.patch("0001-a.patch", PATCH)
        with self.assertRaisesRegex(KernelError, "already"):
            self.kernels.patched()

    def test_lost_options_are_named(self):
        work = Path(self.scratch.name)
        (work / "x.config").write_text("CONFIG_A=y\nCONFIG_B=y\n# CONFIG_C is not set\nCONFIG_D=y\nCONFIG_E=n\n")
        (work / ".config").write_text("CONFIG_A=y\n# CONFIG_B is not set\n")
        with self.assertRaises(KernelError) as caught:
            self.kernels.verify(work / ".config", [work / "x.config"])
        self.assertIn("CONFIG_B=y (x.config): decided otherwise", str(caught.exception))
        self.assertIn("CONFIG_D=y (x.config): this kernel does not offer it", str(caught.exception))
        self.assertNotIn("CONFIG_C", str(caught.exception))
        self.assertNotIn("CONFIG_E", str(caught.exception))


class Output(unittest.TestCase):
    def test_reports(self):
        for line in ("[    1.234567] BUG: unable to handle page fault", "[   12.000001] WARNING: CPU: 0 PID: 1 at mm/x.c:1",
                     "[    1.000000][    T1] KASAN: x", "text[    9.000000] INFO: task a:1 blocked for more than", "[    1.000000] WARNING: possible circular locking",
                     "[    2.000000] rcu: INFO: rcu_sched self-detected stall on CPU", "[    3.000000] Kernel panic - not syncing",
                     *(f"[    4.000000] {text}" for text in (
                         "Oops: 0000 [#1] SMP", "general protection fault, probably for", "UBSAN: shift-out-of-bounds", "KCSAN: data-race in",
                         "KFENCE: use-after-free", "INFO: trying to register non-static key", "page_table_check: bad", "Bad page map",
                         "page dumped because: nonzero mapcount", "list_add corruption. prev", "==================", "watchdog: possible recursive x",
                         "a: scheduling while atomic", "1 lock still held", "a lock held when returning", "cannot: unable to handle", "watchdog: soft lockup",
                         "watchdog: hard LOCKUP", "DEBUG_LOCKS_WARN_ON(1)", "x: ODEBUG: free", "------ kernel BUG at mm/x.c", "refcount_t: underflow"))):
            self.assertTrue(guest.REPORT.search(line), line)
        for line in ("WARNING: said by a test", "[    1.234567] Run /init as init process", "[ 1.5 ] BUG", "[    1.000000] x86/fpu: BUGGY word",
                     "[  162.827619] page dumped because: gup_test: dump_pages() test"):
            self.assertFalse(guest.REPORT.search(line), line)

    def test_results_and_end(self):
        run = guest.Run()
        for line in ("@@ one pass", "noise @@ two fail because of it", "@@ three skip", "@@ four maybe", "@@exit 3"):
            guest.read_line(run, line)
        self.assertEqual([(r.name, r.status, r.reason) for r in run.results], [("one", "pass", ""), ("two", "fail", "because of it"), ("three", "skip", "")])
        self.assertEqual((run.ended, run.status, run.ok), ("done", 3, False))

    def test_outcomes(self):
        found = outcomes(["@@begin a/b", "1..3", "ok 1 first 0xabc0", "not ok 2 second", "ok 3 # SKIP third", "", "@@end a/b 1", "@@begin c", "@@end c 4",
                          "@@begin d", "killed", "@@end d 137", "@@begin lost", "ok 1 x"])
        self.assertEqual(found["a/b"].points, {"first N": "pass", "second": "fail", "3": "skip"})
        found = outcomes(["@@begin h", "#  RUN           g.one ...", "#      SKIP      no disk", "ok 1 # SKIP no disk", "#  RUN           g.two ...",
                          "# x.c:1:two:Expected 1", "not ok 2 g.two", "@@end h 1"])
        self.assertEqual((found["h"].points, found["h"].notes), ({"g.one": "skip", "g.two": "fail"}, {"g.one": ["no disk"], "g.two": ["# x.c:1:two:Expected 1"]}))

    def test_statuses(self):
        found = outcomes(["@@begin a/b", "@@end a/b 1", "@@begin c", "@@end c 4", "@@begin d", "killed", "@@end d 137", "@@begin lost", "ok 1 x"])
        self.assertEqual([found[name].status for name in ("a/b", "c", "d", "lost")], ["fail", "skip", "timeout", "missing"])


    def test_complaints(self):
        real = "mm/a.c:3: CHECK:OPEN_ENDED_LINE: Lines should not end with a '('"
        self.assertEqual(kernel.complaints(f"include/trace/events/x.h:3: CHECK:OPEN_ENDED_LINE: x\n{real}\n:60: WARNING:FILE_PATH_CHANGES: added\nTraceback"), [real, "Traceback"])


    def test_warnings_do_not_go_away_by_building_again(self):
        one, two = "/src/mm/one.c:3:1: warning: unused", "include/linux/two.h:9:2: warning: shadowed"
        self.assertEqual(warnings_of(["  CC      mm/one.o", one, two], []), [one, two])
        self.assertEqual(warnings_of(["  GEN     Makefile"], [one, two]), [one, two])
        self.assertEqual(warnings_of(["  CC      mm/other.o"], [one, two]), [one])
        self.assertEqual(warnings_of(["  CC      mm/one.o"], [one]), [])


class PlayedTests:
    """Both kernels' guests, played: every test passes, but for the lines that a case puts in their place. One list of them for each boot."""

    unbuilt = {}

    def __init__(self, *changes):
        self.changes = list(changes)

    def build_tree(self):
        pass

    def tree_image(self, chosen):
        return chosen

    def both(self, chosen, _what, _images):
        runs, changes = {}, self.changes.pop(0)
        for side in ("stock", "patched"):
            runs[side] = guest.Run()
            for collection, name in chosen:
                title = f"{collection}/{name}"
                for line in (f"@@begin {title}", *changes.get((side, title), ["ok 1 point", f"@@end {title} 0"])):
                    guest.read_line(runs[side], line)
            for line in changes.get((side, "end"), ["@@exit 0"]):
                guest.read_line(runs[side], line)
        return runs


class Comparison(unittest.TestCase):
    SOFT = "vm/soft-dirty"
    ALL = sum(map(len, TREE.values())) + 2  # each boot's end counts as well, on each kernel

    def compare(self, *changes):
        tally = kernel.Tally()
        with contextlib.redirect_stdout(io.StringIO()) as output:
            kernel.compare_tree(PlayedTests(*changes), None, tally)
        return tally, output.getvalue()

    def test_equal(self):
        tally, _ = self.compare({})
        self.assertEqual((tally.passed, tally.failed, tally.skipped), (self.ALL, 0, 0))

    def alike(self, *lines):
        """What comes of the same lines on both kernels, twice."""
        change = {(side, self.SOFT): [*lines] for side in ("stock", "patched")}
        tally, output = self.compare(change, change)
        return tally.failed, tally.skipped, output

    def test_both_fail_alike(self):
        failed, skipped, output = self.alike("not ok 1 point", f"@@end {self.SOFT} 1")
        self.assertEqual((failed, skipped), (1, 0))
        self.assertIn("fail, 0 of 1 points (status 1) on both, which shows nothing of the series; point: fail", output)

    def test_both_skip_alike(self):
        self.assertEqual(self.alike(f"@@end {self.SOFT} 4")[:2], (1, 0))

    def test_both_skip_a_point(self):
        self.assertEqual(self.alike("ok 1 point", "ok 2 other # SKIP no disk", f"@@end {self.SOFT} 0")[:2], (1, 0))

    def test_neither_gives_a_result(self):
        self.assertEqual(self.alike("killed", f"@@end {self.SOFT} 137")[:2], (1, 0))

    def test_known(self):
        known = selftests.Known("fail", "other.*", "no disk here")
        with unittest.mock.patch.dict(selftests.KNOWN, {("vm", "soft-dirty"): known}):
            self.assertEqual(self.alike("ok 1 point", "not ok 2 other one", f"@@end {self.SOFT} 1")[:2], (0, 0))
            failed, skipped, output = self.alike("not ok 2 other one", f"@@end {self.SOFT} 1")
            self.assertEqual((failed, skipped), (0, 1))
            self.assertIn("no disk here", output)
            # One point more, or another end, is not what is known.
            self.assertEqual(self.alike("not ok 1 point", "not ok 2 other one", f"@@end {self.SOFT} 1")[0], 1)
            self.assertEqual(self.alike("not ok 2 other one", f"@@end {self.SOFT} 139")[0], 0)
            self.assertEqual(self.alike("not ok 2 other one", f"@@end {self.SOFT} 137")[0], 1)

    def test_does_not_build(self):
        with unittest.mock.patch.object(PlayedTests, "unbuilt", {("vm", "soft-dirty"): "no libcap"}):
            tally, output = self.compare({})
        self.assertEqual((tally.failed, tally.skipped), (1, 0))
        self.assertIn("does not build here: no libcap", output)

    def test_a_status_that_differs_twice(self):
        change = {("patched", self.SOFT): ["ok 1 point", f"@@end {self.SOFT} 1"]}
        tally, output = self.compare(change, change)
        self.assertEqual(tally.failed, 1)
        self.assertIn("vm/soft-dirty: the same on both kernels: in 2 tries; the last: stock: pass, 1 of 1 points (status 0), patched: fail", output)

    def test_a_point_that_differs_twice(self):
        change = {("patched", self.SOFT): ["not ok 1 point", f"@@end {self.SOFT} 0"]}
        tally, output = self.compare(change, change)
        self.assertEqual(tally.failed, 1)
        self.assertIn("point: pass / fail", output)

    def test_differs_once(self):
        tally, output = self.compare({("patched", self.SOFT): [f"@@end {self.SOFT} 1"]}, {})
        self.assertEqual(tally.failed, 0)
        self.assertIn("patched, one try after another: fail, pass", output)

    def test_only_an_unsteady_one_has_more_tries(self):
        change = {("patched", "vm/ksm-unmerge"): ["@@end vm/ksm-unmerge 1"]}
        self.assertEqual(self.compare(*[change] * 5, {})[0].failed, 0)
        self.assertEqual(self.compare(*[change] * 6)[0].failed, 1)

    def test_no_end(self):
        lost = {(side, self.SOFT): ["the machine stops"] for side in ("stock", "patched")}
        self.assertEqual(self.compare(lost, lost)[0].failed, 1)

    def test_a_guest_that_does_not_end_is_not_tried_again(self):
        tally, output = self.compare({("patched", "end"): [], ("patched", self.SOFT): ["@@end vm/soft-dirty 1"]})
        self.assertEqual(tally.failed, 2, output)

    def test_a_script_that_fails(self):
        self.assertEqual(self.compare({("stock", "end"): ["@@exit 1"]})[0].failed, 1)

    def test_report(self):
        report = ["[    1.000000] BUG: x", "ok 1 point", f"@@end {self.SOFT} 0"]
        self.assertEqual(self.compare({("patched", self.SOFT): report})[0].failed, 1)


class OwnTests:
    """The series' own selftests on both kernels, played: two programs, the second of which needs no call."""
    GOOD = ("1..2", "ok 1 a.one", "ok 2 a.two")

    def __init__(self, changes):
        self.changes = changes

    def own_image(self):
        return None, ["prefetch/page", "prefetch/sgx"]

    def both(self, _image, _what, _images):
        runs = {}
        for side in ("stock", "patched"):
            runs[side] = guest.Run()
            for name in ("prefetch/page", "prefetch/sgx"):
                lines = ["1..0 # SKIP no call", f"@@end {name} 4"] if (side, name) == ("stock", "prefetch/page") else [*self.GOOD, f"@@end {name} 0"]
                for line in (f"@@begin {name}", *self.changes.get((side, name), lines)):
                    guest.read_line(runs[side], line)
            guest.read_line(runs[side], "@@exit 0")
        return runs


class Own(unittest.TestCase):
    def run_own(self, side=None, name="page", lines=()):
        tally = kernel.Tally()
        with contextlib.redirect_stdout(io.StringIO()) as output:
            kernel.run_own(OwnTests({(side, f"prefetch/{name}"): lines} if side else {}), None, tally)
        return tally.failed, tally.skipped, output.getvalue()

    def patched(self, *lines, name="page"):
        return self.run_own("patched", name, lines)

    def test_good(self):
        self.assertEqual(self.run_own()[:2], (0, 0))

    def test_a_point_fails(self):
        failed, _, output = self.patched("1..2", "ok 1 a.one", "# x.c:1:two:Expected 1", "not ok 2 a.two", "@@end prefetch/page 1")
        self.assertEqual(failed, 1)
        self.assertIn("prefetch/page: a.two: not ok; # x.c:1:two:Expected 1", output)

    def test_a_point_is_skipped(self):
        failed, skipped, output = self.patched("1..2", "ok 1 a.one", "#  RUN           a.two ...", "ok 2 # SKIP no null_blk", "@@end prefetch/page 0")
        self.assertEqual((failed, skipped), (1, 0))
        self.assertIn("prefetch/page: a.two: skipped: no null_blk", output)

    def test_a_point_that_this_guest_has_nothing_for(self):
        tally, notes = kernel.Tally(), {"global.dax": ["no $PREFETCH_DIR_dax: name a place"], "global.other": ["no $PREFETCH_DIR_dax: name a place"]}
        for point, failed in (("global.dax", 0), ("global.other", 1)):
            with contextlib.redirect_stdout(io.StringIO()):
                kernel.judge_points("prefetch/special", Outcome("pass", 0, {point: "skip"}, 1, notes), tally)
            self.assertEqual((tally.failed, tally.skipped), (failed, 1))

    def test_what_this_guest_lacks_is_told_by_program_point_and_reason(self):
        self.assertTrue(selftests.not_here("prefetch/file", "file.bdev.hole", "a block device has no holes"))
        self.assertFalse(selftests.not_here("prefetch/swap", "file.bdev.hole", "a block device has no holes"))
        self.assertFalse(selftests.not_here("prefetch/file", "file.ext4.hole", "a block device has no holes"))
        self.assertFalse(selftests.not_here("prefetch/file", "file.bdev.hole", "no null_blk"))

    def test_all_is_skipped(self):
        self.assertEqual(self.patched("1..0 # SKIP no call", "@@end prefetch/page 4")[:2], (1, 0))

    def test_points_are_missing(self):
        self.assertEqual(self.patched("1..2", "ok 1 a.one", "@@end prefetch/page 0")[0], 1)
        self.assertEqual(self.patched("1..2", "@@end prefetch/page 0")[0], 1)
        self.assertEqual(self.patched("ok 1 a.one", "@@end prefetch/page 0")[0], 1)

    def test_ends_badly_after_good_points(self):
        self.assertEqual(self.patched(*OwnTests.GOOD, "@@end prefetch/page 139")[0], 1)
        self.assertEqual(self.patched(*OwnTests.GOOD)[0], 1)

    def test_is_not_run(self):
        tests, tally = OwnTests({}), kernel.Tally()
        tests.own_image = lambda: (None, ["prefetch/page", "prefetch/sgx", "prefetch/lost"])
        with contextlib.redirect_stdout(io.StringIO()):
            kernel.run_own(tests, None, tally)
        self.assertEqual(tally.failed, 2)  # on each kernel

    def test_on_the_stock_kernel(self):
        # What passes there without the call looks at nothing; what needs no call has no reason to skip.
        self.assertEqual(self.run_own("stock", "page", (*OwnTests.GOOD, "@@end prefetch/page 0"))[0], 1)
        self.assertEqual(self.run_own("stock", "page", ("not ok 1 a.one", "@@end prefetch/page 1"))[0], 1)
        self.assertEqual(self.run_own("stock", "sgx", ("1..0 # SKIP no SGX", "@@end prefetch/sgx 4"))[0], 1)
        self.assertEqual(self.run_own("stock", "sgx", ("1..1", "ok 1 # SKIP no SGX", "@@end prefetch/sgx 0"))[0], 1)


class Archive(unittest.TestCase):
    @unittest.skipUnless(guest.BUSYBOX.exists(), "busybox-static is not installed")
    def test_archive(self):
        with tempfile.TemporaryDirectory() as scratch:
            image = guest.Image("true\n")
            image.add("/bin/env", "/usr/bin/env")
            first = image.write(Path(scratch) / "a.gz").read_bytes()
            self.assertEqual(first, image.write(Path(scratch) / "b.gz").read_bytes())
            names = subprocess.run([guest.BUSYBOX, "cpio", "-t"], input=gzip.decompress(first), capture_output=True, check=True).stdout.decode().split()
        for name in ("init", "test", "dev/console", "bin/env", "lib/guest.sh", "lib64/ld-linux-x86-64.so.2"):
            self.assertIn(name, names)

    def test_exact_time_needs_one_processor(self):
        with self.assertRaises(guest.GuestError):
            guest.command_line("k", "i", 2, "1G", "max", True, "", ())


class Command(unittest.TestCase):
    def test_unknown_option_lists_the_valid_ones(self):
        done = subprocess.run([sys.executable, "-B", Path(__file__).parent / "kernel.py", "--bogus"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--stress", done.stderr)
        self.assertIn("--bogus", done.stderr)

    def test_nothing_is_installed_before_an_unknown_option_is_refused(self):
        dev = Path(__file__).resolve().parents[2] / "dev"
        for command in ("kernel", "lab", "fuzz"):
            with tempfile.TemporaryDirectory() as played:
                for name, script in (("dpkg-query", ""), ("apt-cache", ""), ("sudo", '"$@"'), ("apt-get", f"echo >{played}/installs; exit 1")):
                    (Path(played) / name).write_text(f"#!/bin/sh\n{script}\n")
                    (Path(played) / name).chmod(0o755)
                done = subprocess.run([dev, command, "--bogus"], env={**os.environ, "PATH": f"{played}:{os.environ['PATH']}"}, capture_output=True, text=True, check=False)
                self.assertEqual((done.returncode, (Path(played) / "installs").exists()), (2, False), done.stdout + done.stderr)
                self.assertIn("--bogus", done.stderr)


if __name__ == "__main__":
    unittest.main()
