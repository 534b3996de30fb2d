# SPDX-License-Identifier: MIT
# Turns the results of ctest (junit) or lit (json) into three numbers: passed, failed, skipped. Shows each failure's output and each
# skip's reason on standard error. A part that ran nothing counts as a failure: silence is not green. Where all packages are known to be
# installed (CI=true) a test is only skipped because it is for another compiler: what else is missing is a failure.
import json
import os
import re
import sys
import xml.etree.ElementTree

PASSED = {"PASS", "XFAIL", "FLAKYPASS"}
SKIPPED = {"UNSUPPORTED", "SKIPPED", "EXCLUDED"}
# Features of lit.cfg.py that a suite may lack by its nature.
BY_NATURE = re.compile(r"gcc(-\d+)?|clang(-\d+)?|fortran|lld|own_lld|lto|reference|family_reference|flang|root")


def say(text):
    print(text, file=sys.stderr)


def from_junit(path):
    for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
        state = case.get("status")
        skipped = case.find("skipped")
        if skipped is not None:
            yield case.get("name"), "skipped", skipped.get("message") or "no reason given"
        else:
            yield case.get("name"), "passed" if state == "run" else "failed", ""
        # A program of cmocka's ends well whatever its tests have skipped.
        reasons = {}
        for reason, name in re.findall(r"(?:^skipped: (.*)\n)?^\[  SKIPPED \] (?!\d+ test)(\w+)", case.findtext("system-out") or "", re.M):
            reasons.setdefault(name, reason)  # the list at the end names it again
        for name, reason in reasons.items():
            yield "%s: %s" % (case.get("name"), name), "skipped", reason


def from_lit(path):
    with open(path) as stream:
        tests = json.load(stream)["tests"]
    for test in tests:
        code = test["code"]
        if code == "EXCLUDED":
            continue
        kind = "passed" if code in PASSED else "skipped" if code in SKIPPED else "failed"
        yield test["name"], kind, test.get("output", "") or code


def reason_of_skip(text):
    match = re.search(r"unavailable features: (.*)", text)
    if match:
        return "needs: " + match.group(1)
    match = re.search(r"(?:unsupported features?|Test is unsupported with the following features|"
                      r"Test does not support the following features and/or targets): (.*)", text)
    if match:
        return "not for: " + match.group(1)
    return " ".join(text.split()) or "no reason given"


def must_run(form, reason):
    """Whether a skip of lit's says that something is missing here."""
    if form != "lit" or os.environ.get("CI") != "true" or reason.startswith("not for: "):
        return False
    if not reason.startswith("needs: "):
        return True
    needs = filter(None, re.split(r"[\s,|&!()]+", reason[len("needs: "):]))  # also of "gcc && reference"
    return not all(map(BY_NATURE.fullmatch, needs))


def body():
    form, path, status = sys.argv[1], sys.argv[2], int(sys.argv[3])
    log = sys.argv[4] if len(sys.argv) > 4 else None
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    if os.path.exists(path):
        skips = {}
        for name, kind, text in (from_junit if form == "junit" else from_lit)(path):
            if kind == "skipped" and must_run(form, reason_of_skip(text)):
                kind, text = "failed", "skipped where nothing may be missing: %s" % reason_of_skip(text)
            counts[kind] += 1
            if kind == "failed":
                say("FAILED: %s\n%s" % (name, text))
            elif kind == "skipped":
                skips.setdefault(reason_of_skip(text), []).append(name)
        for reason, names in sorted(skips.items()):
            say("skipped (%s): %d tests: %s" % (reason, len(names), ", ".join(names[:4]) + (", ..." if len(names) > 4 else "")))
    if counts["failed"] == 0 and (status != 0 or counts["passed"] == 0):
        counts["failed"] += 1
        say("FAILED: %s ended with status %d and %d passed tests" % (form, status, counts["passed"]))
        if log and os.path.exists(log):
            with open(log) as stream:
                say(stream.read()[-4000:])
    print(counts["passed"], counts["failed"], counts["skipped"])


body()
