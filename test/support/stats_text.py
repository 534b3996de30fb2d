# SPDX-License-Identifier: MIT
# A PAGEPREFETCH_STATS file as lines of words that FileCheck can match: the totals, each backend, each loop and site.
# usage: stats_text.py FILE
import json
import os
import sys


def words(record, *left_out):
    return " ".join("%s %s" % (key, value) for key, value in record.items() if key not in left_out)


with open(sys.argv[1]) as stream:
    stats = json.load(stream)
if stats["schema"] != "pageprefetch-stats-1":
    sys.exit("%s: schema '%s', expected pageprefetch-stats-1" % (sys.argv[1], stats["schema"]))
print("mode %s, backend %s" % (stats["mode"], stats["backend"]))
print("totals: %s" % words(stats["totals"]))
for backend in stats["backends"]:
    print("backend %s: %s" % (backend["name"], words(backend, "name")))
hinted = 0
for loop in stats["loops"]:
    place = "%s:%d" % (os.path.basename(loop["file"]), loop["line"])
    print("loop %s in %s: %s" % (place, loop["function"], words(loop, "file", "line", "column", "function", "sites")))
    for site in loop["sites"]:
        hinted += site["hints"] > 0
        place = "%s:%d" % (os.path.basename(site["file"]), site["line"])
        print("site %s %s %s: %s" % (place, site["kind"], site["state"], words(site, "kind", "state", "file", "line", "column")))
print("sites with hints: %d" % hinted)
