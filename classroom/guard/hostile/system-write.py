"""Writes where the system and the classroom's own programs are."""

import os

from attempt import attempt

for path in ("/usr/x", "/etc/x", "/opt/rowhouse/x", "/opt/rowhouse/host.py", "/run/rowhouse/x", "/x", "/lib/x", "/proc/sysrq-trigger", "/proc/1/oom_score_adj"):
    attempt(f"write {path}", open, path, "a")
for path in ("/opt/rowhouse/host.py", "/usr/bin/python3", "/run/rowhouse/room.sock"):
    attempt(f"remove {path}", os.unlink, path)
