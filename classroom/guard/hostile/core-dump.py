"""Crashes, with a request to have its memory written to a file."""

import os
import resource

from attempt import violated_if

try:
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
except (OSError, ValueError):
    pass
os.chdir("/workspace")
child = os.fork()
if child == 0:
    os.abort()
status = os.waitpid(child, 0)[1]
violated_if(os.WCOREDUMP(status) or any(name == "core" or name.startswith("core.") for name in os.listdir(".")), "a core dump")
