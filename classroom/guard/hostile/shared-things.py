"""Looks for shared memory, queues and semaphores of others."""

import os

from attempt import violated_if

for name in ("shm", "msg", "sem"):
    try:
        with open(f"/proc/sysvipc/{name}") as file:
            violated_if(len(file.readlines()) > 1, f"somebody else's {name}")
    except OSError:
        print("held:", name, "cannot be seen")
violated_if(os.path.isdir("/dev/shm") and os.listdir("/dev/shm"), "somebody else's shared memory")
violated_if(os.path.isdir("/dev/mqueue") and os.listdir("/dev/mqueue"), "somebody else's queue")
