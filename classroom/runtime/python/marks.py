"""To which run a process belongs, wherever it went: what a daemon keeps when it leaves its session and its parents.

The mark is a resource limit that the kernel keeps, hands on and shows, and has not looked at since Linux 2.4. A program
can only lower its own, and so pass for a part of an earlier run of the same student, or of none.
"""

from __future__ import annotations

import os
import resource

LOCKS = 10
SHOWN = b"\nMax file locks "
MOST_BYTES = 4096


def put(run: int) -> None:
    """What cannot be marked, because of a limit that the whole room has, belongs to no run."""
    try:
        resource.setrlimit(LOCKS, (run, run))
    except (OSError, ValueError):
        return


def of(pid: int) -> int:
    """:returns: the number of its run; 0: it has none, or is no more"""
    try:
        fd = os.open("/proc/%d/limits" % pid, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fields = os.read(fd, MOST_BYTES).partition(SHOWN)[2].split(None, 1)
        finally:
            os.close(fd)
        return int(fields[0])
    except (OSError, IndexError, ValueError):
        return 0
