# SPDX-License-Identifier: MIT
# The manual pages are complete and well-formed: the sections that readers look for, a page for each name of <pageprefetch.h>, each option of the plugins, each
# variable and each command of the program; no complaint of mandoc or man, where they are installed.
# usage: man_pages.py SOURCE PROGRAM
import os
import pathlib
import re
import shutil
import subprocess
import sys

source, program = (pathlib.Path(word).resolve() for word in sys.argv[1:])
pages = {path.name: path.read_text() for path in sorted((source / "docs" / "man").glob("*.[1-8]"))}
everywhere = ["NAME", "SYNOPSIS", "DESCRIPTION", "ENVIRONMENT", "EXAMPLES", "SEE ALSO"]
functions = ["RETURN VALUE", "ERRORS", "ATTRIBUTES"]
wrong = []


def demand(name, truth, text):
    if not truth:
        wrong.append("%s: %s" % (name, text))


for name, text in pages.items():
    found = [section.strip('"') for section in re.findall(r"^\.SH (.+)$", text, re.MULTILINE)]
    for section in everywhere + (functions if name.endswith(".3") else ["EXIT STATUS"] if name.endswith(".1") else []):
        demand(name, section in found, "no section %s" % section)
    demand(name, text.startswith('.\\" SPDX-License-Identifier: MIT\n'), "no licence in its first line")
    for other, section in re.findall(r"^\.BR? (\S+) \(([137])\)", text, re.MULTILINE):
        ours = other.startswith(("pp_", "pageprefetch", "PAGEPREFETCH"))
        demand(name, not ours or "%s.%s" % (other, section) in pages or other == "pp_version", "there is no %s(%s)" % (other, section))
    checks = [["mandoc", "-Tlint", "-Wall"], ["man", "--warnings", "-l"]]
    for check in [check for check in checks if shutil.which(check[0])]:
        done = subprocess.run([*check, source / "docs" / "man" / name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env=dict(os.environ, LC_ALL="C.UTF-8", MANWIDTH="80"))
        said = done.stdout + done.stderr if check[0] == "mandoc" else done.stderr
        demand(name, done.returncode == 0 and not said, "%s: %s" % (check[0], said))

titles = "\n".join(re.search(r"^\.SH NAME\n(.*?)^\.SH", text, re.DOTALL | re.MULTILINE)[1] for text in pages.values())
header = (source / "runtime" / "include" / "pageprefetch.h").read_text()
for name in {*re.findall(r"\b(pp_\w+)\(", header), "PAGEPREFETCH_OFF"}:
    demand("pageprefetch.h", re.search(r"\b%s\b" % name, titles), "no page tells of %s" % name)


def lacks(page, words, what):
    plain = pages[page].replace("\\-", "-")
    for word in words:
        demand(page, re.search(r"(?<![\w-])%s(?![\w-])" % re.escape(word), plain), "it does not tell of the %s %s" % (what, word))


options = (source / "streams" / "src" / "options.c").read_text()
lacks("pageprefetch.7", re.findall(r'^    \{"([\w-]+)", "', options, re.MULTILINE), "option")
settings = (source / "runtime" / "src" / "settings.c").read_text()
lacks("pageprefetch.7", re.findall(r'"(PAGEPREFETCH\w*)"', re.search(r"variables\[\] = \{(.*?)\}", settings, re.DOTALL)[1]), "variable")
usage = subprocess.run([program, "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout
commands = re.findall(r"^  ([\w+]+)  +", usage, re.MULTILINE)
lacks("pageprefetch.1", commands, "command")
for command in commands:
    text = subprocess.run([program, command, "--help"], stdout=subprocess.PIPE, text=True).stdout
    lacks("pageprefetch.1", re.findall(r"(?<![\w-])(--[\w-]+)", text), "option of %s" % command)

print("%d pages, %d commands" % (len(pages), len(commands)))
if wrong or not pages or not commands:
    sys.exit("\n".join(wrong) or "no pages, or no commands")
