# SPDX-License-Identifier: MIT
# Runs every command that README and the docs give in a fenced block, as written and in that order, in a scratch folder that looks like the checkout.
# Long ones, and those that install, are listed here with what is run instead; a listed command that no document has any more fails too.
# usage: docs_commands.py SOURCE BUILD SCRATCH
import os
import pathlib
import re
import shutil
import subprocess
import sys

source, build, scratch = (pathlib.Path(word).resolve() for word in sys.argv[1:])
DOCUMENTS = ["README.md", *sorted(str(path.relative_to(source)) for path in source.glob("docs/*.md")), "runtime/kernel/README.md",
             "runtime/kernel/stress/README.md"]
HELP = "%s --help"  # its options are parsed, and nothing is done
LONG = [
    (r"\./dev (demo|test|build)\b.*", HELP),
    (r"\./dev (kernel|lab)\b.*", HELP),
    (r"test/lab/profile/profile\.py .*", "test -x test/lab/profile/profile.py"),  # boots a guest
    (r"make OUT=DIR", "make -n -C runtime/kernel/stress OUT=$PWD/stress"),
    (r"stress --seed .*", "test -f runtime/kernel/stress/main.c"),  # inside the guest of ./dev kernel --stress
    (r"cmake -B build && cmake --build build", "cmake -S . -B plain -DPAGEPREFETCH_PLUGINS=OFF"),
    (r"cmake -B build -DPAGEPREFETCH_GCC=\S+ -DPAGEPREFETCH_LLVM_CONFIG=\S+",
     "cmake -S . -B named -DPAGEPREFETCH_GCC=$(command -v gcc) -DPAGEPREFETCH_LLVM_CONFIG=$(llvm-config-14 --bindir)/llvm-config"),
]


def commands(text):
    """The commands of the fenced blocks without a language: comments cut off, lines that end in a backslash joined."""
    for block in re.findall(r"^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        for line in re.sub(r"\\\n\s*", " ", block).splitlines():
            command = re.sub(r"(^|\s+)# .*", "", line).strip()
            if command:
                yield re.sub(r"\s+", " ", command)


def replaced(command, used):
    for pattern, instead in LONG:
        if re.fullmatch(pattern, command):
            used.add(pattern)
            # What stands for a value of the reader's is given one; [optional] words are left out.
            command = re.sub(r" \[\w+\]", "", command).replace("MINUTES", "1").replace("BZIMAGE", "/dev/null")
            return instead % command if "%s" in instead else instead
    return command


shutil.rmtree(scratch, ignore_errors=True)
scratch.mkdir(parents=True)
for name in os.listdir(source):
    if name not in ("build", "results", ".git") and not name.startswith("build"):
        (scratch / name).symlink_to(source / name)
(scratch / "build").symlink_to(build)
shutil.copy(source / "test" / "runtime" / "inputs" / "adder.c", scratch / "prog.c")

count, used, failed = 0, set(), []
environment = {key: value for key, value in os.environ.items() if not key.startswith("PAGEPREFETCH")}
for document in DOCUMENTS:
    lines = ["set -u"]
    for command in commands((source / document).read_text()):
        count += 1
        # prog exits with 9, as `run` then does.
        lines += [f"echo {chr(39)}$ {command.replace(chr(39), chr(34))}{chr(39)}", replaced(command, used),
                  "status=$?; [ $status -eq 0 ] || [ $status -eq 9 ] || exit 1"]
    done = subprocess.run(["bash", "-c", "\n".join(lines)], cwd=scratch, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=280)
    print(f"== {document}\n{done.stdout}")
    if done.returncode:
        failed.append(f"{document}: the last command above failed as written")
failed += [f"listed as long, but in no document: {pattern}" for pattern, _ in LONG if pattern not in used]
shutil.rmtree(scratch)
print(f"{count} commands of {len(DOCUMENTS)} documents")
if failed or not count:
    sys.exit("\n".join(failed) or "no command found")
