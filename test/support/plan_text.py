# SPDX-License-Identifier: MIT
# Compiles a source with the plugin and prints the plan JSON as one line a decision, in source order, for FileCheck.
# Columns are left out: compilers differ there. Also checks that the document has every field of the schema, and only those.
import json
import os
import tempfile

from toolchain import Failure, Toolchain, arguments, main, run

PLACE = {"file", "line", "column"}
DOCUMENT = {"schema", "source", "compiler", "functions"}
FUNCTION = {"function", "loops", "declined"}
LOOP = PLACE | {"depth", "trip_count", "strip_mined", "strip_obstacle", "streams"}
STRIPPED = LOOP | {"strip", "least_trips", "min_trips", "program"}
STREAM = PLACE | {"kind", "access", "strides", "element_bytes", "span", "members", "strip_level", "feeds_gather", "populate", "reuse",
                  "strip", "distance"}
DECLINED = PLACE | {"access", "element_bytes", "reason"}


def check_fields(what, record, wanted):
    if set(record) != wanted:
        raise Failure("a %s of the plan has fields %s, the schema %s" % (what, sorted(record), sorted(wanted)))
    for name in ("line", "column"):
        if name in record and not isinstance(record[name], int):
            raise Failure("%s of a %s is not a whole number: %r" % (name, what, record[name]))


def loop_line(loop):
    check_fields("loop", loop, STRIPPED if loop["strip_mined"] else LOOP)
    words = ["loop depth %s trips %s" % (loop["depth"], loop["trip_count"])]
    if loop["strip_mined"]:
        words.append("strip-mined strip %s min-trips %s" % (loop["strip"], loop["min_trips"]))
    else:
        words.append("left alone")
    if loop["strip_obstacle"]:
        words.append("strip obstacle: " + loop["strip_obstacle"])
    return "; ".join(words)


def stream_line(stream, loop):
    check_fields("stream", stream, STREAM)
    if not stream["members"] >= 1 or not stream["span"] >= 1:
        raise Failure("a stream without members or bytes: %s" % stream)
    words = "%s %s strides %s bytes %s span %s members %s level %s of loop %s" % (
        stream["kind"], stream["access"], json.dumps(stream["strides"]).replace('"', ""), stream["element_bytes"],
        stream["span"], stream["members"], stream["strip_level"], loop["line"])
    return words + (" feeds gather" if stream["feeds_gather"] else "") + (" populate" if stream["populate"] else "") + (" again" if stream["reuse"] == "again" else "")


def lines_of(document):
    check_fields("document", document, DOCUMENT)
    if document["schema"] != "pageprefetch-plan-1":
        raise Failure("unknown schema %r" % document["schema"])
    lines = []
    for function in document["functions"]:
        check_fields("function", function, FUNCTION)
        for loop in function["loops"]:
            lines.append((loop["line"], 0, loop["column"], loop_line(loop)))
            for stream in loop["streams"]:
                lines.append((stream["line"], 1, stream["column"], stream_line(stream, loop)))
        for declined in function["declined"]:
            check_fields("declined reference", declined, DECLINED)
            if not declined["reason"]:
                raise Failure("declined without a reason: %s" % declined)
            lines.append((declined["line"], 2, declined["column"],
                          "declined %s bytes %s: %s" % (declined["access"], declined["element_bytes"], declined["reason"])))
    return ["%d: %s" % (line, text) for line, _, _, text in sorted(lines)]


def body():
    parser = arguments(__doc__)
    parser.add_argument("--option", action="append", default=[], help="KEY=VALUE of the plugin")
    parser.add_argument("--environment", default="", help="value of PAGEPREFETCH_OPTIONS")
    parser.add_argument("source")
    arguments_, flags = parser.parse_known_args()
    toolchain = Toolchain(arguments_.toolchain)
    with tempfile.TemporaryDirectory() as directory:
        plan = os.path.join(directory, "plan.json")
        run(toolchain.compiler(arguments_.source) + toolchain.include_flags + flags + ["-g", "-c", arguments_.source, "-o", os.devnull]
            + toolchain.plugin_flags + toolchain.options(arguments_.option + ["plan=" + plan]),
            {"PAGEPREFETCH_OPTIONS": arguments_.environment} if arguments_.environment else {})
        if not os.path.exists(plan):
            raise Failure("the plugin wrote no plan")
        with open(plan) as stream:
            document = json.load(stream)
    print("compiler: %s" % document["compiler"])
    for line in lines_of(document):
        print(line)
    print("end of plan")


main(body)
