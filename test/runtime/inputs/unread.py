# SPDX-License-Identifier: MIT
# Runs a program whose standard error is a pipe without a reader, with SIGPIPE as the kernel has it; demands exit code 9.
import os
import subprocess
import sys

reader, writer = os.pipe()
os.close(reader)
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=writer, restore_signals=True, timeout=60).returncode
if status != 9:
    sys.exit("ended with %d, expected 9" % status)
