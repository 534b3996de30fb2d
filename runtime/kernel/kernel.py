# SPDX-License-Identifier: GPL-2.0
"""./dev kernel: from Debian's source package to a patched kernel that is built, booted, tested and compared with the unpatched one.
Options only and the order of things; trees and builds are in kernels.py, selftests in selftests.py, guests in guest.py."""
import argparse
import lzma
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import guest
from kernels import SERIES, KernelError, Kernels, run_logged, say
from selftests import ANYWHERE, KNOWN, TREE, Outcome, Selftests, not_here, outcomes

STRESS = Path(__file__).resolve().parent / "stress"
EACH = "each"
ALL = -1  # patches
TRIES = 2  # of a selftest of the tree whose results differ
# More for those that fail now and then on either kernel: ksm-unmerge failed in 8 of 24 runs on the unpatched one, in 3 of 24 on the patched one.
UNSTEADY = {("vm", "ksm-unmerge"): 6}
DEBIAN_CONFIG = Path("/usr/src/linux-config-6.1/config.amd64_none_amd64.xz")


class Tally:
    """The tests of this run: each is said once, with its reason; the sum is the last line."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def ok(self, name):
        self.passed += 1
        print(f"ok      {name}", flush=True)

    def skip(self, name, reason):
        self.skipped += 1
        print(f"skipped {name}: {reason}", flush=True)

    def fail(self, name, reason):
        self.failed += 1
        print(f"FAILED  {name}: {reason}", flush=True)

    def test(self, name, good, reason=""):
        if good:
            self.ok(name)
        else:
            self.fail(name, reason)

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped", flush=True)
        return 0 if self.failed == 0 and self.passed else 1


# Complaints that are no defect: type, where, and why.
ACCEPTED = (
    ("FILE_PATH_CHANGES", "", "asks whether MAINTAINERS names a new file; it cannot see that another patch of the series does"),
    ("CAMELCASE", "tools/testing/selftests/", "the names of ELF structures, from elf.h"),
    ("MSLEEP", "tools/testing/selftests/", "means the kernel's timers, and finds usleep() in programs"),
    ("OPEN_ENDED_LINE", "include/trace/events/", "TP_STRUCT__entry( and its like end their lines so in every file there"),
    ("PARENTHESIS_ALIGNMENT", "include/trace/events/", "the lines inside TRACE_EVENT() are indented by one tab in every file there"),
)


def complaints(output):
    """checkpatch's lines (file:line: LEVEL:TYPE: text) without those that are accepted."""
    kept = []
    for line in output.splitlines():
        if not (match := re.match(r"(\S*?):?(\d*): (?:ERROR|WARNING|CHECK):(\w+):", line)):
            kept.append(line)
        elif not any(match[3] == kind and match[1].startswith(place) for kind, place, _ in ACCEPTED):
            kept.append(line)
    return kept


def check_patches(kernels, tally):
    """checkpatch over each patch; one that complains about anything else than what is accepted fails."""
    script = kernels.stock() / "scripts" / "checkpatch.pl"
    log = kernels.log("checkpatch")
    with open(log, "w", encoding="utf-8") as output:
        for patch in kernels.patches():
            done = subprocess.run(["perl", script, "--strict", "--no-summary", "--terse", "--showfile", "--show-types", f"--root={kernels.stock()}", patch.resolve()],
                                  cwd=kernels.work, capture_output=True, text=True, errors="replace", timeout=300, check=False)
            output.write(f"{patch.name}: status {done.returncode}\n{done.stdout}{done.stderr}")
            left = complaints(done.stdout + done.stderr)
            if done.returncode and not done.stdout and not done.stderr:
                left = [f"checkpatch ended with status {done.returncode} and said nothing"]
            tally.test(f"checkpatch {patch.name}", not left, "\n  " + "\n  ".join(left))


def build(kernels, sides, tally):
    """The kernels; {side: image}. What the series compiles must compile without a warning that the unpatched tree lacks."""
    images = {}
    for side in sides:
        images[side] = kernels.image(side)
        tally.ok(f"the {side} kernel builds")
    new = [line for line in kernels.warnings["patched", "lab"] if line not in kernels.warnings.get(("stock", "lab"), [])]
    tally.test("the patched kernel builds without warnings", not new, "\n".join(new))
    return images


def guest_ended(tally, what, runs):
    """Each boot must come to its end without a report from the kernel; True if all did."""
    for side, run in runs.items():
        tally.test(f"{what}: the {side} kernel runs to the end and reports nothing", run.ok, run.why() if not run.ok else "")
    return all(run.ended == "done" for run in runs.values())


def run_own(tests, images, tally):
    """The series' own selftests: each program that the series names counts on each kernel."""
    image, names = tests.own_image()
    runs = tests.both(image, "own selftests", images)
    guest_ended(tally, "own selftests", runs)
    for side, run in runs.items():
        found = outcomes(run.lines)
        for name in names:
            outcome = found.get(name, Outcome("missing"))
            if side == "patched":
                judge_points(name, outcome, tally)
            elif name in ANYWHERE:
                tally.test(f"{name} on the stock kernel", outcome.status == "pass" and set(outcome.points.values()) == {"pass"}, f"{describe(outcome)}: {outcome.last()}")
            else:
                tally.test(f"{name} skips on the stock kernel", outcome.status == "skip",
                           f"{describe(outcome)}: {outcome.last()}; what passes without the call tests nothing of it")


def judge_points(name, outcome, tally):
    """On the patched kernel: every point passes; one that is skipped fails unless this guest is known to have nothing for it."""
    for point, status in outcome.points.items():
        notes = outcome.notes[point]
        if status == "skip" and not_here(name, point, "; ".join(notes)):
            tally.skip(f"{name}: {point}", "; ".join(notes))
        elif status == "skip":
            tally.fail(f"{name}: {point}", f"skipped: {'; '.join(notes) or 'no reason given'}; here it must pass, or stand in NOT_HERE of selftests.py")
        else:
            tally.test(f"{name}: {point}", status == "pass", "not ok; " + why_not(notes))
    if outcome.planned != len(outcome.points) or not outcome.points:
        tally.fail(name, f"{len(outcome.points)} points of {outcome.planned or 'an unknown number'}, then {outcome.status} (status {outcome.code}): {outcome.last()}")
    elif outcome.status != "pass" and "fail" not in outcome.points.values():
        tally.fail(name, f"no point failed, but it ended with {outcome.status} (status {outcome.code}): {outcome.last()}")


def why_not(notes):
    """The lines of a harness that tell of a failed expectation."""
    telling = [line for line in notes if ":Expected " in line or "rror" in line] or notes
    return "; ".join(telling[:4]) or "nothing was said"


def compare_tree(tests, images, tally):
    """The tree's selftests on both kernels: equal results that pass, or are known, are good. Others are run once more, since some depend on time."""
    tests.build_tree()
    everything = [(collection, name) for collection, group in TREE.items() for name in group]
    runs = tests.both(tests.tree_image(everything), "tree selftests", images)
    complete = guest_ended(tally, "tree selftests", runs)
    built = [test for test in everything if (test[0], TREE[test[0]][test[1]][0]) not in tests.unbuilt]
    seen = {test: {"stock": [], "patched": []} for test in built}
    tries = 1
    add_outcomes(seen, built, runs)
    while complete and (unsettled := [test for test in built if not settled(test, seen[test]) and tries < UNSTEADY.get(test, TRIES)]):
        tries += 1
        again = tests.both(tests.tree_image(unsettled), f"tree selftests, try {tries}", images)
        add_outcomes(seen, unsettled, again)
        complete = guest_ended(tally, f"tree selftests, try {tries}", again)
    for test in everything:
        judge_test(test, tests.unbuilt.get((test[0], TREE[test[0]][test[1]][0])), seen.get(test), tally)


def judge_test(test, unbuilt, tried, tally):
    """One selftest of the tree, after all tries."""
    title = f"{'/'.join(test)}: the same on both kernels"
    if unbuilt:
        tally.fail(title, f"does not build here: {unbuilt}")
        return
    outcome = settled(test, tried)
    stock, patched = tried["stock"][-1], tried["patched"][-1]
    if outcome and not passes(outcome):
        why = f"{describe(outcome)} on both; known here: {KNOWN[test].why}"
        if "pass" in outcome.points.values():
            tally.ok(f"{title} ({why})")
        else:
            tally.skip(title, why)
    elif outcome:
        tries = "".join(f"; {side}, one try after another: {', '.join(map(describe, tried[side]))}" for side in tried if len(tried[side]) > 1)
        tally.ok(f"{title} ({describe(outcome)}{tries})")
    elif stock.key() == patched.key():
        bad = ", ".join(f"{point}: {status}" for point, status in patched.points.items() if status != "pass")
        tally.fail(title, f"{describe(patched)} (status {patched.code}) on both, which shows nothing of the series; {bad or patched.last()}; "
                   "mend what the guest lacks, or give the reason in KNOWN of selftests.py")
    else:
        tally.fail(title, f"in {len(tried['stock'])} tries; the last: {difference(stock, patched)}")


def add_outcomes(seen, chosen, runs):
    for side, run in runs.items():
        found = outcomes(run.lines)
        for collection, name in chosen:
            seen[collection, name][side].append(found.get(f"{collection}/{name}", Outcome("missing")))


def passes(outcome):
    return outcome.status == "pass" and not set(outcome.points.values()) - {"pass"}


def settled(test, tried):
    """The outcome of a try that was the same on both kernels, and that passes or is known; None if there is none."""
    return next((patched for stock, patched in zip(tried["stock"], tried["patched"]) if stock.key() == patched.key() and
                 (passes(patched) or test in KNOWN and KNOWN[test].fits(patched))), None)


def describe(outcome):
    points = list(outcome.points.values())
    return outcome.status + (f", {points.count('pass')} of {len(points)} points" if points else "")


def difference(stock, patched):
    parts = [f"stock: {describe(stock)} (status {stock.code}), patched: {describe(patched)} (status {patched.code})"]
    for point in sorted(set(stock.points) | set(patched.points)):
        one, two = stock.points.get(point, "absent"), patched.points.get(point, "absent")
        if one != two:
            parts.append(f"{point}: {one} / {two}")
    parts.append(f"last line on the patched kernel: {patched.last()}")
    return "; ".join(parts)


def each_patch(kernels, only, tally):
    """Every prefix of the series builds and boots; or that of the first ONLY patches."""
    image = guest.Image("uname -a\n")
    if only > len(kernels.patches()):
        raise KernelError(f"--each-patch {only}: there are {len(kernels.patches())} patches in {kernels.series}")
    for count, patch in enumerate(kernels.patches(), 1):
        if only not in (ALL, count):
            continue
        try:
            kernel = kernels.image("patched", EACH, count)
        except KernelError as error:
            tally.fail(f"{patch.name} builds", str(error))
            continue
        new = [line for line in kernels.warnings.get(("patched", EACH), []) if "warning:" in line]
        tally.test(f"{patch.name} builds, without warnings", not new, "\n".join(new))
        run = guest.boot(kernel, image, timeout=240, log=kernels.log(f"boot-each-{count}"))
        tally.test(f"{patch.name} boots", run.ok, run.why() if not run.ok else "")


def stress(kernels, options, tally):
    """The race stress program in a debug kernel, on four processors."""
    minutes, flavour = options.stress, options.flavour
    kernel = kernels.image("patched", flavour)
    build = kernels.work / "stress"
    build.mkdir(exist_ok=True)
    run_logged(["make", "-C", STRESS, f"OUT={build}"], kernels.log("stress-build"), "building the stress program", 300)
    settings = f"STRESS='--minutes {minutes} --seed {options.seed}'\n" + ("INJECT=2\n" if options.inject else "")
    image = guest.Image(settings + (STRESS / "guest-stress.sh").read_text(), programs=["mkfs.ext4", "mkfs.xfs"])
    image.add("/bin/stress", build / "stress")
    log = kernels.log(f"stress-{flavour}{'-inject' if options.inject else ''}")
    what = f"{minutes} minutes of stress ({flavour} kernel, seed {options.seed}{', allocations fail' if options.inject else ''})"
    say(f"{what}; log: {log}")

    def show(line):
        if line.startswith(("@@", "stress")):
            print(line, flush=True)

    # Booting and making file systems takes minutes under KASAN on a busy machine.
    run = guest.boot(kernel, image, cpus=4, memory="2560M", append="numa=fake=2", timeout=minutes * 60 + 600, log=log, show=show)
    verdict = next((result for result in reversed(run.results) if result.name == "stress"), None)
    # KCSAN reports the kernel's own races too: there the program itself judges which concern a prefetch.
    good = run.ended == "done" and run.status == 0 and verdict is not None and verdict.status == "pass" and (flavour == "kcsan" or not run.reports)
    tally.test(what, good, "; ".join(filter(None, [verdict.reason if verdict else "no verdict", run.why(), f"log: {log}"])))


def debian_package(kernels, config, tally):
    """Packages from Debian's configuration, from the small one ('lab'), or from a file."""
    with tempfile.TemporaryDirectory() as scratch:
        running = Path("/boot") / f"config-{os.uname().release}"
        if config == Path("lab"):
            config = kernels.lab_config()
        elif config is None and DEBIAN_CONFIG.exists():
            config = Path(scratch) / "debian.config"
            config.write_bytes(lzma.decompress(DEBIAN_CONFIG.read_bytes()))
        elif config is None and "-6.1." in running.name and running.exists():
            config = running
        elif config is None:
            raise KernelError(f"no configuration for the package: {DEBIAN_CONFIG} is missing (apt-get install linux-config-6.1), or --config FILE")
        packages = kernels.debian_package(config)
    for package in packages:
        say(f"made {package}")
    images = [package for package in packages if package.name.startswith("linux-image") and "-dbg" not in package.name]
    tally.test("a Debian package of the patched kernel", bool(images), f"bindeb-pkg made {[package.name for package in packages] or 'nothing'}")
    if images:
        boot_package(kernels, images[0], tally)
        say(f"install it with: apt install {images[0]}")


def boot_package(kernels, package, tally):
    """Boots the kernel inside the package and asks it for the call."""
    unpacked = kernels.work / "deb" / "unpacked"
    shutil.rmtree(unpacked, ignore_errors=True)
    run_logged(["dpkg-deb", "-x", package, unpacked], kernels.log("deb-unpack"), f"unpacking {package}", 600)
    image = next((unpacked / "boot").glob("vmlinuz-*"))
    script = "uname -r\ngrep -c ^prefetch_ /proc/vmstat && result counters pass || result counters fail\n"
    run = guest.boot(image, guest.Image(script), timeout=400, log=kernels.log("boot-deb"))
    good = run.ok and any(result.status == "pass" for result in run.results)
    tally.test(f"the package's kernel boots ({image.name}) and has the counters", good, run.why() if not run.ok else "no prefetch_ line in /proc/vmstat")


def shell(options):
    try:
        kernels = Kernels(options.dir, options.patches, options.jobs, options.source)
        kernel = kernels.image(options.boot)
        root = Selftests(kernels).own_image()[0] if options.boot == "patched" else guest.Image("true\n", programs=["mkfs.ext4", "mkfs.xfs"])
        archive = root.write(kernels.work / "shell.cpio.gz")
        say("Ctrl-A X ends QEMU, poweroff -f the guest; the series' selftests are in /t/prefetch")
        return guest.shell(kernel, archive, cpus=2, memory="2G", append="shell=1")
    except (KernelError, guest.GuestError) as error:
        print(f"kernel: {error}", file=sys.stderr)
        return 1


class Parser(argparse.ArgumentParser):
    def error(self, message):
        valid = sorted(name for action in self._actions for name in action.option_strings
                       if name.startswith("--") and action.help != argparse.SUPPRESS)
        print(f"dev kernel: {message}; valid are {', '.join(valid)}", file=sys.stderr)
        sys.exit(2)


def positive(text):
    value = int(text) if text.isdigit() else 0
    if value <= 0:
        raise argparse.ArgumentTypeError(f"'{text}' is no number above 0")
    return value


def arguments():
    parser = Parser(prog="./dev kernel", allow_abbrev=False, description="Without a choice: checkpatch, both kernels built, all selftests run and compared.")
    choice = parser.add_argument_group("what to do (several may be given)")
    choice.add_argument("--checkpatch", action="store_true", help="checkpatch.pl --strict over each patch")
    choice.add_argument("--build", action="store_true", help="build both kernels and boot them")
    choice.add_argument("--selftests", action="store_true", help="the series' selftests on both kernels, and the tree's, compared")
    choice.add_argument("--own-selftests", action="store_true", help="the series' selftests only")
    choice.add_argument("--stress", type=positive, metavar="MINUTES", help="the race stress program in the patched debug kernel (built first)")
    choice.add_argument("--each-patch", nargs="?", const=ALL, type=positive, metavar="N",
                        help="build and boot the series patch by patch (slow), or the first N patches only")
    choice.add_argument("--deb", action="store_true", help="Debian packages of the patched kernel, for use")
    choice.add_argument("--boot", nargs="?", const="patched", choices=("patched", "stock"), help="a shell in a guest (default: patched)")
    parser.add_argument("--patched-only", action="store_true", help="with --build or --own-selftests: without the unpatched kernel, for a quick look")
    parser.add_argument("--config", type=Path, help="for --deb: a configuration file, or 'lab' for the small one; default: Debian's own (linux-config-6.1)")
    parser.add_argument("--flavour", default="debug", help="for --stress: debug (KASAN, lockdep) or kcsan; default: %(default)s")
    parser.add_argument("--seed", type=positive, default=1, help="for --stress: another order of things; default: %(default)s")
    parser.add_argument("--inject", action="store_true", help="for --stress: allocations fail now and then")
    parser.add_argument("--patches", type=Path, default=SERIES, metavar="DIR", help="the series; default: runtime/kernel/linux-6.1")
    parser.add_argument("--source", type=Path, metavar="TREE", help="a clean unpacked kernel tree instead of the package's")
    parser.add_argument("--dir", type=Path, help="where to build; default: build/kernel, or PAGEPREFETCH_KERNEL_DIR")
    parser.add_argument("--jobs", type=positive, help="parallel jobs; default: the processors")
    parser.add_argument("--check-options", action="store_true", help=argparse.SUPPRESS)  # dev asks before it installs
    options = parser.parse_args()
    if options.patched_only and (options.selftests or not (options.build or options.own_selftests)):
        parser.error("argument --patched-only: goes with --build or --own-selftests; --selftests compares two kernels")
    if options.config and options.config != Path("lab") and not options.config.is_file():
        parser.error(f"argument --config: {options.config}: no such file; 'lab' names the small configuration of the tests")
    if not (kinds := {path.stem for path in (Path(__file__).parent / "config").glob("*.config")} - {"prefetch", "lab", EACH}) & {options.flavour}:
        parser.error(f"argument --flavour: '{options.flavour}' is none of {', '.join(sorted(kinds))}")
    return options


def main():
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = arguments()
    if options.check_options:
        return 0
    if options.boot:
        return shell(options)
    tally = Tally()
    status = 1
    try:
        kernels = Kernels(options.dir, options.patches, options.jobs, options.source)
        say(f"{kernels.package_version()}, Linux {kernels.release()}, {len(kernels.patches())} patches; work in {kernels.work}")
        kernels.patched()
        tally.ok(f"the series applies without fuzz to Linux {kernels.release()}")
        whole = not any((options.checkpatch, options.build, options.selftests, options.own_selftests, options.stress, options.each_patch, options.deb))
        if whole or options.checkpatch:
            check_patches(kernels, tally)
        if whole or options.build or options.selftests or options.own_selftests:
            images = build(kernels, ("patched",) if options.patched_only else ("stock", "patched"), tally)
            tests = Selftests(kernels)
            if options.build:
                guest_ended(tally, "boot", tests.both(guest.Image("uname -a\n"), "boot", images, 300))
            if whole or options.selftests or options.own_selftests:
                run_own(tests, images, tally)
            if whole or options.selftests:
                compare_tree(tests, images, tally)
        if options.each_patch:
            each_patch(kernels, options.each_patch, tally)
        if options.stress:
            stress(kernels, options, tally)
        if options.deb:
            debian_package(kernels, options.config, tally)
    except (KernelError, guest.GuestError) as error:
        tally.fail("this run", str(error))
    except KeyboardInterrupt:
        tally.fail("this run", "interrupted; what was built stays in place")
    finally:
        status = tally.end()
    return status


if __name__ == "__main__":
    sys.exit(main())
