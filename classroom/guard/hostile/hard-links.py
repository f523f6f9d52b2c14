"""Links files of others into its own workspace."""

import os

from attempt import attempt

for number, path in enumerate(("/etc/passwd", "/usr/bin/su", "/opt/rowhouse/host.py", "/proc/1/environ")):
    if os.path.exists(path):
        attempt(f"a second name for {path}", os.link, path, f"/workspace/linked-{number}")
