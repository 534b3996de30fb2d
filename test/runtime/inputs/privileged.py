# SPDX-License-Identifier: MIT
# privileged.py FOLDER SET-USER-ID CAPABLE PLAIN: starts the three programs as nobody with statistics named in a folder of root's.
# CAPABLE gets cap_dac_override. PLAIN shows that the variables work where privileges are not raised.
import os
import struct
import subprocess
import sys

folder, names = sys.argv[1], sys.argv[2:]
NOBODY = 65534
CAP_DAC_OVERRIDE = 1
VFS_CAP_REVISION_2, EFFECTIVE = 0x02000000, 1
library = os.path.join(folder, "libpageprefetch.so.1")
for path in [library] + [os.path.join(folder, name) for name in names]:
    os.chown(path, 0, 0)
os.chmod(os.path.join(folder, names[0]), 0o4755)  # chown takes the bit away
capability = struct.pack("<IIIII", VFS_CAP_REVISION_2 | EFFECTIVE, 1 << CAP_DAC_OVERRIDE, 0, 0, 0)
os.setxattr(os.path.join(folder, names[1]), "security.capability", capability)

for name in names:
    stats = os.path.join(folder, "only-root", name + ".json")
    environment = {"PAGEPREFETCH": "bogus", "PAGEPREFETCH_LOG": "debug", "PAGEPREFETCH_STATS": stats, "PAGEPREFETCH_NONSENSE": "1"}
    result = subprocess.run([os.path.join(folder, name)], env=environment, user=NOBODY, group=NOBODY, extra_groups=[], timeout=60,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    words = result.stderr.decode()
    if result.returncode != 9 or result.stdout != b"400000\n":
        sys.exit("%s: ended with %d: %s" % (name, result.returncode, words))
    if os.path.exists(stats):
        sys.exit("%s: %s was written with root's rights" % (name, stats))
    if name != names[2] and words:
        sys.exit("%s: a privileged program spoke: %s" % (name, words))
    if name == names[2] and ("PAGEPREFETCH=bogus is not known" not in words or "Permission denied" not in words):
        sys.exit("%s: the variables had no effect: %s" % (name, words))
