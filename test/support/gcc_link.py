#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs what the installation does where GCC looks for plugins, in a folder of its own: linked below the prefix or when asked for, told when
not, another installation's link and file left alone; and that uninstalling removes only the own one.
usage: gcc_link.py SCRIPT SCRATCH"""
import os
import pathlib
import shutil
import subprocess
import sys

script, scratch = (pathlib.Path(word).resolve() for word in sys.argv[1:])
shutil.rmtree(scratch, ignore_errors=True)
folder = scratch / "usr/lib/gcc/plugin"
link = folder / "pageprefetch.so"
failures = []


def install(prefix, wanted):
    text = script.read_text().replace("@directory@", str(folder)).replace("@major@", "12").replace("@PAGEPREFETCH_LINK_INTO_GCC@", wanted)
    made = scratch / "link.cmake"
    scratch.mkdir(exist_ok=True)
    made.write_text(text.replace("@CMAKE_INSTALL_LIBDIR@", "lib"))
    done = subprocess.run(["cmake", "-DCMAKE_INSTALL_PREFIX=%s" % (scratch / prefix), "-P", made], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=True)
    return " ".join(done.stdout.split())


def uninstall(prefix):
    (scratch / "install_manifest.txt").write_text("%s\n%s\n" % (scratch / prefix / "lib/pageprefetch/gcc-12/pageprefetch.so", link))
    uninstaller = script.with_name("Uninstall.cmake")
    subprocess.run(["cmake", "-DBUILD=%s" % scratch, "-P", uninstaller], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


def expect(what, holds):
    if not holds:
        failures.append(what)


def leads_to(prefix):
    return link.is_symlink() and os.path.normpath(folder / os.readlink(link)) == str(scratch / prefix / "lib/pageprefetch/gcc-12/pageprefetch.so")


expect("told where nothing is linked", "-DPAGEPREFETCH_LINK_INTO_GCC=ON does" in install("opt", "AUTO") and not link.is_symlink())
expect("OFF links nothing", install("usr", "OFF") == "" and not link.is_symlink())
install("usr", "AUTO")
expect("linked below the prefix", leads_to("usr"))
install("usr", "AUTO")
expect("linked again", leads_to("usr"))
expect("another installation's link stays", "is another installation's" in install("opt", "ON") and leads_to("usr"))
uninstall("opt")
expect("uninstalling leaves another's link", leads_to("usr"))
uninstall("usr")
expect("uninstalling removes the own link", not link.is_symlink())
install("opt", "ON")
expect("linked when asked for", leads_to("opt"))
link.unlink()
link.write_text("a file")
expect("a file stays", "stays as it is" in install("opt", "ON") and not link.is_symlink())
for failure in failures:
    print("FAILED: %s" % failure)
sys.exit(bool(failures))
