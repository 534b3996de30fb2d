# SPDX-License-Identifier: MIT
# Runs every command of README, the docs and the manual pages as written and in that order, each document in a scratch folder that looks like the
# checkout, and compiles every C text in them with both compilers. What stands there is a command or a C text:
#   Markdown: fenced blocks without a language are commands. ```c is a C text: a program where it begins with its name, as /* name.c: ... */, which is then
#   there for the commands; anything else are statements, as LISTED_TEXTS knows them. No other language is known.
#   Manual pages: .EX to .EE are commands, or a program where they begin with #include; programs must end with 0.
# What no test can run stands in LISTED with its reason and what is run instead; what is listed and in no document fails too.
# usage: docs_commands.py SOURCE BUILD SCRATCH
import os
import pathlib
import re
import shutil
import subprocess
import sys

source, build, scratch = (pathlib.Path(word).resolve() for word in sys.argv[1:])
DOCUMENTS = ["README.md", *sorted(str(path.relative_to(source)) for path in source.glob("docs/*.md")), "runtime/kernel/README.md",
             "runtime/kernel/stress/README.md", *sorted(str(path.relative_to(source)) for path in source.glob("docs/man/*.[1-8]"))]
HELP = "%s --help"  # its options are parsed, and nothing is done
LISTED = [
    (r"\./dev (demo|test|build|packages)\b.*", HELP, "installs packages, builds, measures: minutes to an hour; and the tests would run themselves"),
    (r"\./dev (kernel|lab)\b.*", HELP, "builds kernels and boots them in QEMU: 20 minutes and more"),
    (r"apt-get install .*", "grep -q check_packages test/fresh", "changes the machine: test/fresh does it in a root of its own"),
    (r"test/lab/profile/profile\.py .*", "test -x test/lab/profile/profile.py", "boots a kernel that ./dev lab has built"),
    (r"make OUT=DIR", "make -n -C runtime/kernel/stress OUT=$PWD/stress", "OUT is the reader's; the program is for guests"),
    (r"stress --seed .*", "test -f runtime/kernel/stress/main.c", "swaps, truncates and mounts: only inside the guest of ./dev kernel --stress"),
    (r"cmake -B build && cmake --build build", "cmake -S . -B plain -DPAGEPREFETCH_PLUGINS=OFF", "a build of everything: minutes"),
    (r"cmake -B build -DPAGEPREFETCH_GCC=\S+ -DPAGEPREFETCH_LLVM_CONFIG=\S+",
     "cmake -S . -B named -DPAGEPREFETCH_GCC=$(command -v gcc) -DPAGEPREFETCH_LLVM_CONFIG=/usr/lib/llvm-$(clang -dumpversion | cut -d. -f1)/bin/llvm-config",
     "the compilers' places are examples"),
]
# Statements by their first words: what stands before and behind them, and the flags they need; left out where the header is missing.
LISTED_TEXTS = [
    ("static const int hints_need", "#include <seccomp.h>\n#include <stddef.h>\nvoid allow(scmp_filter_ctx filter);\nvoid allow(scmp_filter_ctx filter) {\n", "}\n",
     "/usr/include/seccomp.h"),
]
ESCAPES = {r"\-": "-", r"\e": "\\", r"\&": "", r"\(aq": "'", r"\(dq": '"', r"\(ti": "~", r"\(ha": "^", r"\(ga": "`"}


class Wrong(Exception):
    """A document that this program does not understand."""


def split(text):
    """The commands of a block: comments cut off, lines that end in a backslash joined."""
    for line in re.sub(r"\\\n\s*", " ", text).splitlines():
        command = re.sub(r"(^|\s+)# .*", "", line).strip()
        if command:
            yield re.sub(r"\s+", " ", command)


def unescaped(text):
    def plain(found):
        if found[0] not in ESCAPES:
            raise Wrong("the escape %s in an example is not known here: %s" % (found[0], ", ".join(ESCAPES)))
        return ESCAPES[found[0]]

    lines = [line[2:] if line.startswith(r"\&") else line for line in text.splitlines(keepends=True) if not line.startswith(r".\"")]
    return re.sub(r"\\(?:\(..|.)", plain, "".join(lines))


def blocks(name, text):
    """(is C, text) for each block of a document."""
    if name.endswith(".md"):
        fenced = re.findall(r"^( *)```([^\n]*)\n(.*?)^\1```$", text, re.DOTALL | re.MULTILINE)
        if 2 * len(fenced) != text.count("```"):
            raise Wrong("%d blocks, but %d fences" % (len(fenced), text.count("```")))
        for _, language, block in fenced:
            if language not in ("", "c"):
                raise Wrong("a block of language '%s': commands have none, C texts are 'c'" % language)
            yield language == "c", block
    else:
        if text.count("\n.EX\n") != text.count("\n.EE\n"):
            raise Wrong("an example without its end")
        for block in re.findall(r"^\.EX\n(.*?)^\.EE", text, re.DOTALL | re.MULTILINE):
            yield block.startswith("#include"), unescaped(block)


def replaced(command, used):
    for pattern, instead, _ in LISTED:
        if re.fullmatch(pattern, command):
            used.add(pattern)
            # What stands for a value of the reader's is given one; [optional] words are left out.
            command = re.sub(r" \[\w+\]", "", command).replace("MINUTES", "1").replace("BZIMAGE", "/dev/null")
            return instead % command if "%s" in instead else instead
    return command


class Document:
    """A document's blocks as one shell script, which stops at the first that fails."""

    def __init__(self, name, used):
        self.count = self.texts = self.instead = 0
        self.used = used
        self.lines = ["set -u"]
        for number, (is_c, block) in enumerate(blocks(name, (source / name).read_text())):
            if is_c:
                self.add_text(name, number, block)
            else:
                for command in split(block):
                    self.add_command(command)

    def add_command(self, command):
        self.count += 1
        run = replaced(command, self.used)
        self.instead += run != command
        # prog exits with 9, as `run` then does.
        self.add(command, run, "status=$?; [ $status -eq 0 ] || [ $status -eq 9 ] || exit 1")

    def add(self, title, *lines):
        self.lines += ["echo '$ %s'" % title.replace("'", '"'), *lines]

    def add_text(self, name, number, block):
        self.texts += 1
        title = re.match(r"/\* (\w[\w-]*\.c): ", block)
        file = title[1] if title else "text-%d.c" % number
        known = [entry for entry in LISTED_TEXTS if block.startswith(entry[0])]
        if known:
            _, before, behind, header = known[0]
            self.used.add(known[0][0])
            block, program = before + block + behind, False
            if not os.path.exists(header):
                self.lines.append("echo '%s: not compiled, there is no %s'" % (name, header))
                return
        elif not title and not block.startswith("#include"):
            raise Wrong("a C text that is neither a program with its name nor listed: %s" % block.splitlines()[0])
        else:
            program = True
        (scratch / file).write_text(block)
        if name.endswith(".md") and program:
            return  # its own commands compile it
        for compiler in "gcc", "clang":
            flags = "-O2 -Wall -Wextra -Werror -Iruntime/include"
            if not program:
                self.add("%s of %s with %s" % (file, name, compiler), "%s %s -fsyntax-only %s || exit 1" % (compiler, flags, file))
                continue
            self.add("%s of %s with %s" % (file, name, compiler),
                     "%s %s $(pageprefetch config --cflags %s) %s -o text $(pageprefetch config --libs) && ./text || exit 1"
                     % (compiler, flags, compiler, file))


def make_scratch():
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    for name in os.listdir(source):
        if name not in ("build", "results", ".git") and not name.startswith("build"):
            (scratch / name).symlink_to(source / name)
    (scratch / "build").symlink_to(build)
    shutil.copy(source / "test" / "runtime" / "inputs" / "adder.c", scratch / "prog.c")


count, texts, instead, used, failed = 0, 0, 0, set(), []
environment = {key: value for key, value in os.environ.items() if not key.startswith("PAGEPREFETCH")}
installed = dict(environment, PATH="%s:%s" % (build / "runtime", environment["PATH"]))  # manual pages are read where it is
make_scratch()
for name in DOCUMENTS:
    try:
        document = Document(name, used)
    except Wrong as wrong:
        failed.append("%s: %s" % (name, wrong))
        continue
    count, texts, instead = count + document.count, texts + document.texts, instead + document.instead
    done = subprocess.run(["bash", "-c", "\n".join(document.lines)], cwd=scratch, env=environment if name.endswith(".md") else installed,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=280)
    print(f"== {name}\n{done.stdout}")
    if done.returncode:
        failed.append(f"{name}: the last command above failed as written")
failed += [f"listed, but in no document: {entry[0]}" for entry in LISTED + LISTED_TEXTS if entry[0] not in used]
shutil.rmtree(scratch)
print(f"{count} commands and {texts} C texts of {len(DOCUMENTS)} documents; {instead} commands are listed, and something else was run for them:")
print("\n".join(f"  {pattern}: {reason}" for pattern, _, reason in LISTED))
if failed or not count:
    sys.exit("\n".join(failed) or "no command found")
