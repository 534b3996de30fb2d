# SPDX-License-Identifier: MIT
"""From what the guests printed to figures: results in the project's schema, required figures with their verdicts, and tables."""
import dataclasses

from boots import DEPTH, LATENCY_NS, MADVISE, MILLION, PLAIN, PROCESS_MADVISE, VDSO
from programs import COMPILER

STOCK_BACKENDS = (PROCESS_MADVISE, MADVISE)
RESIDENT_MOST = 20        # instructions of a hint on a resident page, call included
ABSENT_MOST = 1.1         # of WILLNEED's on the stock kernel
FAULT_MOST_PERCENT = 0.5  # more than on the stock kernel
GATHER_LEAST = {MILLION: 1.1, 100_000: 1.4, 10_000: 3.0}  # vdso over the best stock backend, by share of absent pages
FAULTS = ("fault_file_single", "fault_file_around", "fault_file_copy", "fault_anon_read", "fault_anon_write", "fault_anon_write_zero",
          "fault_anon_copy_fork", "fault_swap_cached", "fault_file_major", "fault_swap_major")


@dataclasses.dataclass(frozen=True)
class Figure:
    what: str
    value: str
    required: str
    good: bool


def operations_of(found):
    """{side: {operation: document}}"""
    return {side: {document["operation"]: document for document in boots.get("operations", ()) if "operation" in document}
            for side, boots in found.items()}


def gathers_of(found):
    """{(store, share): {(side, variant): document}}"""
    table = {}
    for side, boots in found.items():
        for documents in boots.values():
            for document in documents:
                if "run" in document:
                    store, share, variant = document["run"].split("/")
                    table.setdefault((store, int(share)), {})[side, variant] = document
    return table


def workloads_of(found):
    """{(program, setting): {(side, variant): result}}"""
    table = {}
    for side, boots in found.items():
        for document in (document for documents in boots.values() for document in documents if "workload" in document):
            program, setting, variant = document["workload"].split("/")
            # Workers of the patched kernel read for the process: in the guest nobody else does.
            result = document["result"] | {"bytes_read": document["result"]["system_bytes_read"]}
            table.setdefault((program, setting), {})[side, variant] = result
    return table


def is_equal(runs):
    """One run alone is equal to nothing."""
    return len(runs) > 1 and len({run["checksum"] for run in runs.values()}) == 1


def keyed(runs):
    """{key in the JSON: run}: stock runs and vdso under their own names."""
    return {variant if side == "stock" or variant == VDSO else f"{variant}_patched_kernel": run for (side, variant), run in runs.items()}


def percent(share):
    return f"{100 * share / MILLION:g} %"


def best_stock(runs, measure="ns"):
    """(backend, document) of the fastest backend on the stock kernel; None where it did not run."""
    there = [(name, runs["stock", name]) for name in STOCK_BACKENDS if ("stock", name) in runs]
    return min(there, key=lambda pair: pair[1][measure]) if there else None


def limit_ns(table, store, runs):
    """What no hint can beat: the device at full depth, or the loop with everything in memory."""
    absent_reads = max(run["bytes_read"] for run in runs.values()) // 4096
    warm = [run["ns"] for (_, variant), run in table.get((store, 0), {}).items() if variant == PLAIN]
    return max(absent_reads * LATENCY_NS // DEPTH, min(warm, default=0))


def results(found):
    """Entries of the JSON's `results`: 'plain' is the stock kernel without hints, 'prefetched' the best of what is compared."""
    table, entries = gathers_of(found), []
    for (store, share), runs in table.items():
        keys = keyed(runs)
        best = best_stock(runs)
        if prefetched := runs.get(("patched", VDSO)) or (best and best[1]):
            keys["prefetched"] = prefetched
        reads = next(iter(runs.values()))["reads"]
        entries.append({
            "case": f"gather {store}, {percent(share)} absent", "setting": "lab", "compiler": COMPILER,
            "seconds": {key: run["ns"] / 1e9 for key, run in keys.items()},
            "bytes_read": {key: run["bytes_read"] for key, run in keys.items()},
            "major_faults": {key: run["major_faults"] for key, run in keys.items()},
            "minor_faults": {key: run["minor_faults"] for key, run in keys.items()},
            "counters": {key: run["counters"] for key, run in keys.items() if run["counters"]},
            "reads": reads, "limit_seconds": limit_ns(table, store, runs) / 1e9,
            "equal": is_equal(runs), "best_stock_backend": best and best[0]})
    for (program, setting), runs in workloads_of(found).items():
        keys = keyed(runs)
        best = best_stock(runs, "seconds")
        if prefetched := runs.get(("patched", VDSO)) or (best and best[1]):
            keys["prefetched"] = prefetched
        entries.append({"case": f"{program} {setting}", "setting": "lab", "compiler": COMPILER,
                        **{name: {key: run[name] for key, run in keys.items()} for name in ("seconds", "bytes_read", "major_faults", "minor_faults")},
                        "equal": is_equal(runs), "best_stock_backend": best and best[0]})
    return entries


def break_even(table, store, side, variant):
    """The share of absent pages (of a million) below which hinting costs more than it saves; costs are linear in it. None: not seen."""
    points = sorted((share, runs[side, variant]["ns"] - runs[side, PLAIN]["ns"]) for (kind, share), runs in table.items()
                    if kind == store and (side, variant) in runs and (side, PLAIN) in runs)
    for (low, loss), (high, gain) in zip(points, points[1:]):
        if loss > 0 >= gain:
            return low + (high - low) * loss / (loss - gain)
    return None


def figures(found):
    """The required figures that these runs can speak about."""
    made = []

    def add(what, value, required, good):
        made.append(Figure(what, value, required, good))

    def add_missing(what, *sides):
        if both:
            add(f"{what}: not measured", " and ".join(side for side, there in zip(("stock", "patched"), sides) if not there), "all", False)

    def measured_on_both(case):
        return all(case in found.get(side, ()) for side in ("stock", "patched"))

    operations, table = operations_of(found), gathers_of(found)
    stock, patched = operations.get("stock", {}), operations.get("patched", {})
    both = measured_on_both("operations")
    for kind in ("file", "anon"):
        hint, other = patched.get(f"vdso_page_{kind}_resident"), stock.get(f"willneed_{kind}_resident")
        if hint and other:
            add(f"hint on a resident page, {kind}: instructions (madvise on the stock kernel: {other['median']:.0f})", f"{hint['median']:.0f}",
                f"<= {RESIDENT_MOST}", hint["most"] <= RESIDENT_MOST)
        else:
            add_missing(f"hint on a resident page, {kind}", other, hint)
    for kind in ("file", "swap"):
        hint, other = patched.get(f"vdso_page_{kind}_absent"), stock.get(f"willneed_{kind}_absent")
        if hint and other:
            ratio = hint["median"] / other["median"]
            add(f"hint on an absent page, {kind}: {hint['median']:.0f} instructions in the caller over {other['median']:.0f}", f"{ratio:.2f}",
                f"<= {ABSENT_MOST}", ratio <= ABSENT_MOST)
        else:
            add_missing(f"hint on an absent page, {kind}", other, hint)
    for name in FAULTS:
        if name in stock and name in patched:
            more = 100 * (patched[name]["median"] / stock[name]["median"] - 1)
            add(f"{name}: {patched[name]['median']:.0f} instructions over {stock[name]['median']:.0f}", f"{more:+.2f} %",
                f"<= +{FAULT_MOST_PERCENT} %", more <= FAULT_MOST_PERCENT)
        else:
            add_missing(name, name in stock, name in patched)
    for (store, share), least in ((key, GATHER_LEAST[key[1]]) for key in table if key[1] in GATHER_LEAST):
        runs = table[store, share]
        best, vdso = best_stock(runs), runs.get(("patched", VDSO))
        if best and vdso:
            ratio = best[1]["ns"] / vdso["ns"]
            # What is required speaks of files; swap is shown beside it.
            required = f">= {least}" if store == "file" else "-"
            add(f"gather, {store}, {percent(share)} absent: vdso against {best[0]} on the stock kernel", f"{ratio:.2f}", required,
                ratio >= least or store != "file")
        else:
            both = measured_on_both(f"gather-{store}")
            add_missing(f"gather, {store}, {percent(share)} absent", best, vdso)
    for what, runs_of in (("gather", table), ("workloads", workloads_of(found))):
        equal = [is_equal(runs) for runs in runs_of.values()]
        if equal:
            add(f"results of the {what} equal, in all variants and on both kernels", f"{sum(equal)} of {len(equal)}", "all", all(equal))
    return made


def print_operations(found, host, say):
    operations = operations_of(found)
    sides = [("host", host)] if host else []
    sides += list(operations.items())
    names = list(dict.fromkeys(name for _, table in sides for name in table))
    if not names or not any(operations.values()):
        return
    say("\nWhat an operation costs its caller; guests: instructions (= virtual ns), host: ns measured; medians, a page each")
    say(f"{'operation':<32}" + "".join(f"{side:>12}" for side, _ in sides) + "   (major, minor faults; switches over all executions)")
    for name in names:
        last = next(table[name] for _, table in reversed(sides) if name in table)
        cells = "".join(f"{table[name]['median']:>12.0f}" if name in table else f"{'-':>12}" for _, table in sides)
        say(f"{name:<32}{cells}   {last['major_faults']}, {last['minor_faults']}; {last['switches']} over {last['executions']}")


def print_gathers(found, say):
    table = gathers_of(found)
    if not table:
        return
    columns = list(dict.fromkeys(key for runs in table.values() for key in runs))
    heads = [f"{variant} ({side})" for side, variant in columns]
    say("\nGather: virtual ns for an element; MADV_RANDOM; hints: PAGEPREFETCH=always, so the site never sleeps")
    say(f"{'store':<6}{'absent':>9}" + "".join(f"{head:>27}" for head in heads) + f"{'limit':>10}  equal")
    for (store, share), runs in table.items():
        reads = next(iter(runs.values()))["reads"]
        cells = "".join(f"{runs[key]['ns'] / reads:>27.1f}" if key in runs else f"{'-':>27}" for key in columns)
        say(f"{store:<6}{percent(share):>9}{cells}{limit_ns(table, store, runs) / reads:>10.1f}  {'yes' if is_equal(runs) else 'NO'}")
    for store in dict.fromkeys(store for store, _ in table):
        for side, variant in columns:
            point = break_even(table, store, side, variant)
            if variant != PLAIN and point is not None:
                say(f"{store}, {side} kernel: {variant} pays while more than {100 * point / MILLION:.3f} % of the pages are absent")


def print_workloads(found, say):
    table = workloads_of(found)
    if not table:
        return
    columns = list(dict.fromkeys(key for runs in table.values() for key in runs))
    say("\nWorkloads: virtual ms; files, default read-ahead, sites may sleep; bytes read in MiB and major faults after the slash")
    say(f"{'case':<14}" + "".join(f"{f'{variant} ({side})':>27}" for side, variant in columns) + f"{'vdso gains':>12}  equal")
    for (program, setting), runs in table.items():
        cells = "".join(f"{run['seconds'] * 1e3:>12.3f} {run['bytes_read'] / (1 << 20):>7.1f}/{run['major_faults']:<6}" if (run := runs.get(key)) else f"{'-':>27}"
                        for key in columns)
        plain, vdso = runs.get(("stock", PLAIN)), runs.get(("patched", VDSO))
        gain = f"{plain['seconds'] / vdso['seconds']:>12.2f}" if plain and vdso else f"{'-':>12}"
        say(f"{f'{program} {setting}':<14}{cells}{gain}  {'yes' if is_equal(runs) else 'NO'}")


def break_evens(found):
    table = gathers_of(found)
    columns = dict.fromkeys((store, side, variant) for (store, _), runs in table.items() for side, variant in runs if variant != PLAIN)
    return [{"store": store, "kernel": side, "backend": variant, "absent_percent": point / MILLION * 100}
            for store, side, variant in columns if (point := break_even(table, store, side, variant)) is not None]


def print_figures(made, say):
    say(f"\n{'figure':<98}{'lab':>10}{'required':>12}  verdict")
    for figure in made:
        say(f"{figure.what:<98}{figure.value:>10}{figure.required:>12}  {'PASS' if figure.good else 'BELOW'}")
