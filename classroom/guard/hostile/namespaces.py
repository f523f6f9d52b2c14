"""Makes namespaces of its own, in which it would be root, and enters those of others."""

import os

from attempt import attempt, syscall

for name, flag in (("user", 0x10000000), ("mount", 0x20000), ("pid", 0x20000000), ("network", 0x40000000), ("cgroup", 0x2000000), ("time", 0x80), ("user and mount", 0x10020000)):
    attempt(f"unshare {name}", syscall, 272, flag)


def cloned(flag):
    if syscall(56, flag | 17, 0, 0, 0, 0) == 0:
        os._exit(0)


attempt("clone user", cloned, 0x10000000)
attempt("clone network", cloned, 0x40000000)
for name in ("mnt", "net", "pid", "user", "uts", "ipc", "cgroup"):
    attempt(f"enter {name} of 1", lambda: syscall(308, os.open(f"/proc/1/ns/{name}", os.O_RDONLY), 0))
