# SPDX-License-Identifier: MIT
"""What counts as passed, failed and skipped, from files as ctest and lit write them.
Run by ctest; by hand: python3 -B test/support/test_count_results.py"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parent / "count_results.py"


class Counts(unittest.TestCase):
    def count(self, form, text, status=0, ci=False):
        with tempfile.TemporaryDirectory() as scratch:
            path = pathlib.Path(scratch) / "results"
            if text is not None:
                path.write_text(text)
            environment = {name: value for name, value in os.environ.items() if name != "CI"}
            done = subprocess.run([sys.executable, "-B", SCRIPT, form, path, str(status)], env=environment | ({"CI": "true"} if ci else {}),
                                  capture_output=True, text=True, check=True)
        return done.stdout.strip(), done.stderr

    def lit(self, *tests, **named):
        return self.count("lit", json.dumps({"tests": [{"name": f"t{number}", "code": code, "output": output}
                                                       for number, (code, output) in enumerate(tests)]}), **named)

    def junit(self, *cases, **named):
        return self.count("junit", "<testsuite>" + "".join(cases) + "</testsuite>", **named)

    def test_lit(self):
        self.assertEqual(self.lit(("PASS", ""), ("FAIL", "why"), ("UNSUPPORTED", "unavailable features: lld"))[0], "1 1 1")
        for code in ("TIMEOUT", "UNRESOLVED", "XPASS", "anything"):
            self.assertEqual(self.lit(("PASS", ""), (code, ""))[0], "1 1 0", code)

    def test_nothing_is_no_success(self):
        self.assertEqual(self.count("lit", None)[0], "0 1 0")
        self.assertEqual(self.lit()[0], "0 1 0")
        self.assertEqual(self.lit(("UNSUPPORTED", "unavailable features: lld"))[0], "0 1 1")
        self.assertEqual(self.lit(("PASS", ""), status=1)[0], "1 1 0")
        self.assertEqual(self.count("junit", None)[0], "0 1 0")

    def test_what_may_be_missing(self):
        def skip(reason, ci):
            return self.lit(("PASS", ""), ("UNSUPPORTED", reason), ci=ci)[0]
        for reason in ("unavailable features: lld, clang", "unavailable features: fortran", "unavailable features: gcc && reference", "unsupported features: gcc",
                       "Test does not support the following features and/or targets: unusable_tbb"):
            self.assertEqual((skip(reason, True), skip(reason, False)), ("1 0 1", "1 0 1"), reason)
        for reason in ("unavailable features: seccomp", "unavailable features: clang, runtime", "Test is unsupported", ""):
            self.assertEqual((skip(reason, True), skip(reason, False)), ("1 1 0", "1 0 1"), reason)

    def test_junit(self):
        self.assertEqual(self.junit('<testcase name="a" status="run"/>', '<testcase name="b" status="fail"/>', '<testcase name="c" status="notrun"><skipped message="x"/></testcase>')[0],
                         "1 1 1")

    def test_what_cmocka_skips_inside_a_program(self):
        output = "[ RUN      ] one\nskipped: no room\n[  SKIPPED ] one\n[ RUN      ] two\n[  SKIPPED ] two\n[  PASSED  ] 5 test(s).\n[  SKIPPED ] 2 test(s), listed below:\n[  SKIPPED ] one\n[  SKIPPED ] two\n"
        counts, said = self.junit(f'<testcase name="runtime" status="run"><system-out>{output}</system-out></testcase>')
        self.assertEqual(counts, "1 0 2")
        self.assertIn("skipped (no room): 1 tests: runtime: one", said)
        self.assertIn("skipped (no reason given): 1 tests: runtime: two", said)


if __name__ == "__main__":
    unittest.main()
