# SPDX-License-Identifier: MIT
"""What the driver's parts share: errors as one line, places of the tree, commands that must succeed."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORKLOADS = ROOT / "test" / "workloads"


class Failure(Exception):
    """What went wrong, why, and what to do: printed as it is, without a traceback."""


def say(text):
    print(text, flush=True)


def progress(text):
    """A line that the next one overwrites on a terminal; elsewhere a line as any."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    else:
        print(text, file=sys.stderr, flush=True)


def progress_done():
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def check_output(command, **options):
    """Runs a command, returns its standard output; a failure becomes a Failure with the command's own message."""
    command = [str(word) for word in command]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    except FileNotFoundError:
        raise Failure(f"{command[0]}: no such program; './dev demo' installs what it needs") from None
    if done.returncode != 0:
        message = (done.stderr or done.stdout).strip() or f"ended with {done.returncode} and no message"
        raise Failure(f"{' '.join(command)}:\n{message}")
    return done.stdout


def read_text(path):
    """The stripped content of a small file of /proc or /sys, None where it is not there."""
    try:
        return pathlib.Path(path).read_text().strip()
    except OSError:
        return None
