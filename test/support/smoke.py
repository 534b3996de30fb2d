# SPDX-License-Identifier: MIT
# Loads a freshly built plugin into the compiler that it is for, compiles a program with it, runs that, and checks its exit code.
# usage: smoke.py COMPILER PLUGIN SOURCE STAMP; the plugin's fixed name says of which kind it is.
import os
import re
import subprocess
import sys
import tempfile

compiler, plugin, source, stamp = sys.argv[1:]
gcc = re.search(r"gcc-plugin/(\d+)/pageprefetch\.so$", plugin)
llvm = re.search(r"llvm-pass/pageprefetch-llvm(\d+)\.so$", plugin)
if not gcc and not llvm:
    sys.exit("smoke test: cannot tell the kind of %s from its name: gcc-plugin/<major>/pageprefetch.so or "
             "llvm-pass/pageprefetch-llvm<N>.so" % plugin)
load = ["-fplugin=" + plugin] if gcc else ["-fpass-plugin=" + plugin, "-fplugin=" + plugin]
option = ["-fplugin-arg-pageprefetch-plan="] if gcc else ["-mllvm", "-pageprefetch-plan="]
with tempfile.TemporaryDirectory() as directory:
    program, plan_file = os.path.join(directory, "smoke"), os.path.join(directory, "plan.json")
    command = [compiler, "-O2", *load, *option[:-1], option[-1] + plan_file, source, "-o", program]
    built = subprocess.run(command)
    if built.returncode:
        sys.exit("smoke test: %s failed with the plugin: %s" % (compiler, " ".join(command)))
    code = subprocess.run([program]).returncode
    if code != 42:
        sys.exit("smoke test: the program made by %s with the plugin exits with %d, expected 42" % (compiler, code))
    with open(plan_file) as text:
        if '"gather"' not in text.read():
            sys.exit("smoke test: %s loaded the plugin, but its plan shows no gather: the pass did not run" % compiler)
with open(stamp, "w") as out:
    out.write(compiler + "\n")
