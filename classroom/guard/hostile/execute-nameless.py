"""Executes a program from a file that has no name. It runs, but with no more rights than any."""

import os
import shutil

from attempt import violated_if

handle = os.memfd_create("program", 0)
with open("/usr/bin/id", "rb") as source, os.fdopen(os.dup(handle), "wb") as target:
    shutil.copyfileobj(source, target)
child = os.fork()
if child == 0:
    try:
        os.execv(f"/proc/self/fd/{handle}", ["id", "-u"])
    except OSError as error:
        print("held:", error.errno, flush=True)
    os._exit(0)
os.waitpid(child, 0)
violated_if(os.getuid() == 0, "is root")
