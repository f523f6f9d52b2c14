"""Moves itself out of its cgroup, and makes one without limits."""

import os

from attempt import attempt, violated_if

found = []
with open("/proc/self/mountinfo") as file:
    for line in file:
        if " - cgroup" in line:
            found.append(line.split()[4])
for folder in found or ["/sys/fs/cgroup"]:
    attempt(f"make a group in {folder}", os.mkdir, f"{folder}/mine")
    attempt(f"move to {folder}", open, f"{folder}/cgroup.procs", "w")
violated_if(os.path.isdir("/sys/fs/cgroup") and os.access("/sys/fs/cgroup", os.W_OK), "the cgroups can be written")
