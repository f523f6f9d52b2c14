"""Raises its own limits and its own rank."""

import os
import resource

from attempt import attempt

for name in ("NOFILE", "NPROC", "FSIZE", "CORE", "MEMLOCK", "RTPRIO", "NICE", "MSGQUEUE"):
    kind = getattr(resource, f"RLIMIT_{name}", None)
    if kind is not None and resource.getrlimit(kind)[1] != resource.RLIM_INFINITY:
        attempt(f"raise {name}", resource.setrlimit, kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    else:
        print("VIOLATED: no limit on", name)
attempt("a higher rank", os.nice, -5)
attempt("real time", os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(10))
attempt("round robin", os.sched_setscheduler, 0, os.SCHED_RR, os.sched_param(10))


def spare_me():
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("-1000")


attempt("never the first to go", spare_me)
