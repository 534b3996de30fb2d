# SPDX-License-Identifier: MIT
# What `pageprefetch cc` adds to a compiler's words: a table of command lines, each with what is to be added.
# usage: added_words.py CLI SHOW-WORDS COMPILER-NAME SCRATCH
import os
import subprocess
import sys

cli, compiler, name, scratch = sys.argv[1:]
family = name.partition("-")[0]
os.makedirs(scratch, exist_ok=True)
os.chdir(scratch)
for name, text in [("words", "-c\n a.c"), ("quoted", "'a b.o' \"-o\" c\\ d"), ("nested", "@words -O2"), ("itself", "a.o @itself"),
                   ("thrice", "a.o @thrice @thrice @thrice")]:
    with open(name, "w") as stream:
        stream.write(text)

# GCC's plugin goes along with every link: it compiles there what was compiled with -flto.
LINK = "link" if family == "clang" else "plugin link"
NOTHING, COMPILE, BOTH = "", "plugin", "plugin link"
PLUGIN_ONLY = "" if family == "clang" else "plugin"
TABLE = [
    ("-c a.c", COMPILE), ("-S a.c -o -", COMPILE), ("-O2 -c a.cpp -o a.o", COMPILE), ("-c a.f90", COMPILE), ("-x c -c -", COMPILE),
    ("a.c", BOTH), ("a.c -o a.o", BOTH), ("-xc a.in -xnone b.o", BOTH), ("a.c b.S", BOTH), ("-m32 -m64 a.c", BOTH),
    ("a.o -o a", LINK), ("a.o b.a -lm", LINK), ("-shared a.o -o a.so", LINK), ("-static a.o", LINK), ("-lm -o a", LINK), ("a.S", LINK),
    ("-o a.c a.o", LINK), ("-include a.c b.o", LINK), ("-MD -MF a.c b.o", LINK), ("-Xlinker a.c b.o", LINK), ("@missing", LINK),
    ("-r a.o -o b.o", PLUGIN_ONLY), ("-Wl,-O1,-r a.o", PLUGIN_ONLY), ("-Xlinker --relocatable a.o", PLUGIN_ONLY), ("-Wl,-rpath,x a.o", LINK),
    ("-nostdlib a.o", PLUGIN_ONLY), ("-nostdlib a.c", COMPILE), ("-nodefaultlibs a.c", COMPILE),
    ("-c a.S", NOTHING), ("-c -x assembler-with-cpp a.c", NOTHING),
    ("-E a.c", NOTHING), ("-M a.c", NOTHING), ("-MM a.c", NOTHING), ("-fsyntax-only a.c", NOTHING), ("-MD -c a.c", COMPILE),
    ("--version", NOTHING), ("-v", NOTHING), ("-dumpversion a.c", NOTHING), ("-print-prog-name=ld a.c", NOTHING), ("--help=target a.c", NOTHING),
    ("-Wl,--version", NOTHING), ("", NOTHING), ("-O2", NOTHING), ("-L x -o y", NOTHING), ("-dumpbase a.c -c b.c", COMPILE),
    ("a.h -o a.h.gch", NOTHING), ("-x c-header a.c", NOTHING), ("-x c++-header -c a.h", NOTHING),
    ("@words", COMPILE), ("@nested", COMPILE), ("@quoted", LINK), ("@itself", LINK), ("@thrice", LINK), ("-o @words", BOTH),
    ("-flto a.o", LINK), ("-flto=auto -fno-lto a.o", LINK),
    ("-c -fplugin=pageprefetch a.c", NOTHING), ("-c -fplugin=pageprefetch-x/other.so a.c", COMPILE),
    ("-c -fplugin=x/pageprefetch.so a.c", NOTHING), ("-c -fpass-plugin=x/pageprefetch-llvm1.so a.c", NOTHING),
]
if family == "clang":
    TABLE += [("-c -- a.c", COMPILE), ("-flto=thin -c a.c", NOTHING), ("--target=aarch64-linux-gnu a.c", NOTHING),
              ("-target i386-linux-gnu -c a.c", NOTHING), ("-target aarch64-linux-gnu --target=x86_64-linux-gnu -c a.c", COMPILE)]

wrong = 0
for line, wanted in TABLE:
    given = line.split()
    done = subprocess.run([cli, "cc", "--", compiler, *given], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, timeout=60)
    words = done.stdout.splitlines() if line != "-v" else []
    plugins = [word for word in words if word not in given and word.startswith(("-fplugin=", "-fpass-plugin="))]
    added = (["plugin"] if plugins else []) + (["link"] if "-lpageprefetch" in words else [])
    kept = [word for word in words if word in given] == given if words else True
    # The plugin's words stand before the user's, the library's behind them, but for Clang's -- and its files.
    placed = "-lpageprefetch" not in words or not given or words.index("-lpageprefetch") > words.index(given[-1])
    if " ".join(added) != wanted or not kept or (not placed and "--" not in given) or done.returncode:
        wrong += 1
        print("%r: added %r, expected %r: %s\n%s" % (line, " ".join(added), wanted, words, done.stderr))
print("%d command lines" % len(TABLE))
sys.exit(wrong > 0)
