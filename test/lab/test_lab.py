# SPDX-License-Identifier: MIT
"""The lab without a guest: what repeats and what does not, and how figures come from what guests print.
Run by ctest; by hand: python3 -B test/lab/test_lab.py"""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import boots  # noqa: E402
import figures  # noqa: E402
import guests  # noqa: E402
from programs import LabError  # noqa: E402

MILLION = boots.MILLION


def gather(variant, share, ns, checksum="1", store="file", faults=0):
    return {"run": f"{store}/{share}/{variant}", "ns": ns, "reads": 100, "checksum": checksum, "bytes_read": 4096 * share * 100 // MILLION,
            "major_faults": faults, "minor_faults": 1, "switches": 0, "counters": {}}


def operation(name, median, most=None):
    return {"operation": name, "median": median, "most": most or median, "major_faults": 0, "minor_faults": 0, "switches": 0, "executions": 256}


class PlayedLab(guests.Lab):
    """Guests print what the test says."""

    def __init__(self, printed):
        super().__init__({"stock": None}, {}, pathlib.Path(tempfile.gettempdir()), 1, lambda text: None)
        self.printed = printed

    def boot(self, boot, side, number):
        return self.printed[number - 1]


class Repeats(unittest.TestCase):
    def run_lab(self, *printed, rounds=2):
        lab = PlayedLab([[gather("plain", 0, ns) for ns in numbers] for numbers in printed])
        return lab, lab.run([boots.SWAP], 2, rounds)["stock"]["gather-swap"]

    def test_equal_runs_count(self):
        lab, found = self.run_lab([5, 6], [5, 6])
        self.assertEqual([document["ns"] for document in found], [5, 6])
        self.assertEqual(lab.unlike, [])

    def test_a_third_run_decides_and_the_odd_one_is_told(self):
        for odd in ([[5, 7], [5, 6], [5, 6]], [[5, 6], [5, 7], [5, 6]]):
            lab, found = self.run_lab(*odd)
            self.assertEqual([document["ns"] for document in found], [5, 6])
            self.assertEqual(len(lab.unlike), 1)
            self.assertIn('"ns": 7', lab.unlike[0])

    def test_each_result_needs_two_runs(self):
        lab, found = self.run_lab([5, 7, 9], [5, 6, 8], [4, 6, 9])
        self.assertEqual([document["ns"] for document in found], [5, 6, 9])
        self.assertEqual(len(lab.unlike), 1)

    def test_three_unlike_runs_are_no_figure(self):
        with self.assertRaises(LabError) as caught:
            self.run_lab([5], [6], [7])
        self.assertIn("gather-swap", str(caught.exception))

    def test_a_missing_result_is_a_difference(self):
        with self.assertRaises(LabError):
            self.run_lab([5, 6], [5], [5, 6, 7])


class Figures(unittest.TestCase):
    def found(self, vdso_ns, checksum="1", hint=12, fault=1000):
        same = [operation(name, 2000) for name in figures.FAULTS if name != "fault_anon_read"]
        return {"stock": {"operations": [operation(f"willneed_{kind}", 1200 if "resident" in kind else 6000)
                                         for kind in ("file_resident", "anon_resident", "file_absent", "swap_absent")] + [operation("fault_anon_read", 1000), *same],
                          "gather-file": [gather("plain", MILLION, 9000), gather("process_madvise", MILLION, 1000),
                                          gather("madvise", MILLION, 900)]},
                "patched": {"operations": [operation("vdso_page_file_resident", hint), operation("vdso_page_anon_resident", 9),
                                           operation("vdso_page_file_absent", 6500), operation("vdso_page_swap_absent", 6500),
                                           operation("fault_anon_read", fault), *same],
                            "gather-file": [gather("plain", MILLION, 9000), gather("vdso", MILLION, vdso_ns, checksum)]}}

    def verdicts(self, *arguments, **named):
        return {figure.what.split(":")[0]: figure for figure in figures.figures(self.found(*arguments, **named))}

    def test_the_best_stock_backend_is_what_counts(self):
        made = self.verdicts(800)
        figure = next(figure for what, figure in made.items() if what.startswith("gather"))
        self.assertEqual((figure.value, figure.good), ("1.12", True))  # 900 / 800, not 1000 / 800
        self.assertFalse(next(figure for what, figure in self.verdicts(850).items() if what.startswith("gather")).good)

    def test_bounds(self):
        self.assertTrue(all(figure.good for figure in self.verdicts(800).values()))
        self.assertFalse(self.verdicts(800, hint=21)["hint on a resident page, file"].good)
        self.assertTrue(self.verdicts(800, fault=1005)["fault_anon_read"].good)
        self.assertFalse(self.verdicts(800, fault=1006)["fault_anon_read"].good)
        self.assertEqual(self.verdicts(800)["hint on an absent page, file"].value, "1.08")

    def test_what_was_not_measured_fails(self):
        found = self.found(800)
        found["patched"]["operations"] = [entry for entry in found["patched"]["operations"] if not entry["operation"].startswith("vdso_page_swap")]
        missing = [figure for figure in figures.figures(found) if not figure.good]
        self.assertEqual([(figure.what, figure.value) for figure in missing], [("hint on an absent page, swap: not measured", "patched")])
        del found["stock"]["operations"]  # a run without that case owes nothing
        self.assertTrue(all(figure.good for figure in figures.figures(found)))

    def test_a_gather_that_was_not_measured_fails(self):
        for side, kept in (("patched", ("plain",)), ("stock", ("plain", "vdso"))):
            found = self.found(800)
            found[side]["gather-file"] = [entry for entry in found[side]["gather-file"] if entry["run"].endswith(kept)]
            missing = [figure for figure in figures.figures(found) if not figure.good]
            self.assertEqual([(figure.what, figure.value) for figure in missing], [("gather, file, 100 % absent: not measured", side)])
        found = self.found(800)
        del found["stock"]  # one kernel alone owes no comparison
        self.assertTrue(all(figure.good for figure in figures.figures(found)))

    def test_one_run_is_equal_to_nothing(self):
        self.assertTrue(figures.is_equal({"a": {"checksum": "1"}, "b": {"checksum": "1"}}))
        self.assertFalse(figures.is_equal({"a": {"checksum": "1"}, "b": {"checksum": "2"}}))
        self.assertFalse(figures.is_equal({"a": {"checksum": "1"}}))
        self.assertFalse(figures.is_equal({}))

    def test_a_cold_run_that_was_warm_fails(self):
        def document(setting, pages):
            return {"workload": f"scan/{setting}/plain", "result": {"resident_pages_before": pages, "mapped_bytes": 4096 * 1000}}
        guests.check_cold(document("cold", 10), "here", "log")
        guests.check_cold(document("warm", 1000), "here", "log")
        with self.assertRaises(LabError):
            guests.check_cold(document("cold", 11), "here", "log")

    def test_results_that_differ_fail(self):
        made = self.verdicts(800, checksum="2")
        self.assertFalse(made["results of the gather equal, in all variants and on both kernels"].good)
        self.assertFalse(figures.results(self.found(800, checksum="2"))[0]["equal"])

    def test_the_schema(self):
        entry = figures.results(self.found(800))[0]
        self.assertEqual(set(entry["seconds"]), {"plain", "process_madvise", "madvise", "plain_patched_kernel", "vdso", "prefetched"})
        self.assertEqual(entry["seconds"]["prefetched"], 800e-9)
        self.assertEqual(entry["limit_seconds"], 100 * boots.LATENCY_NS // boots.DEPTH / 1e9)
        self.assertEqual((entry["setting"], entry["best_stock_backend"]), ("lab", "madvise"))

    def test_workloads_read_what_the_device_read(self):
        def run(variant, seconds, own, device, checksum="1"):
            return {"workload": f"scan/cold/{variant}", "result": {"seconds": seconds, "checksum": checksum, "bytes_read": own, "system_bytes_read": device,
                                                                   "major_faults": 1, "minor_faults": 2}}
        found = {"stock": {"workloads": [run("plain", 9, 50, 50), run("madvise", 4, 50, 50), run("process_madvise", 5, 50, 50)]},
                 "patched": {"workloads": [run("plain", 9, 50, 50), run("vdso", 3, 0, 50)]}}
        entry, = figures.results(found)
        self.assertEqual((entry["case"], entry["best_stock_backend"], entry["equal"]), ("scan cold", "madvise", True))
        self.assertEqual((entry["seconds"]["prefetched"], entry["bytes_read"]["vdso"]), (3, 50))
        found["patched"]["workloads"][1] = run("vdso", 3, 0, 50, "2")
        self.assertEqual([figure.good for figure in figures.figures(found)], [False])

    def test_a_workload_is_run_in_each_way(self):
        lines = list(boots.Workload("scan", "--bytes 1").lines("patched"))
        self.assertEqual(lines[2:4], ["result=$(PAGEPREFETCH_BACKEND=vdso scan.hints --bytes 1 --setting cold)",
                                      "echo '@lab {\"workload\": \"scan/cold/vdso\", \"result\": '\"$result\"'}'"])
        self.assertEqual(sum("result=" in line for line in boots.Workload("scan", "").lines("stock")), 6)

    def test_where_hints_begin_to_pay(self):
        documents = [gather("plain", 0, 100), gather("plain", 10_000, 1100), gather("madvise", 0, 600), gather("madvise", 10_000, 700)]
        table = figures.gathers_of({"stock": {"gather-file": documents}})
        # Plain grows by 1000 over 10,000, hints by 100 from 500 above it: equal at 500 / 900 of the way.
        self.assertAlmostEqual(figures.break_even(table, "file", "stock", "madvise"), 10_000 * 500 / 900)
        self.assertIsNone(figures.break_even(table, "file", "patched", "vdso"))


if __name__ == "__main__":
    unittest.main()
