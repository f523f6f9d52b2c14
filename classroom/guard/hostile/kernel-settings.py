"""Writes the kernel's settings, each with the value that it has."""

import os

from attempt import attempt


def write_back(path):
    with open(path, "rb") as file:
        value = file.read()
    handle = os.open(path, os.O_WRONLY)
    os.write(handle, value)


for name in ("kernel/core_pattern", "kernel/modprobe", "kernel/hostname", "kernel/yama/ptrace_scope", "kernel/threads-max", "vm/overcommit_memory", "vm/drop_caches", "fs/file-max", "net/ipv4/ip_forward", "user/max_user_namespaces"):
    attempt(name, write_back, f"/proc/sys/{name}")
attempt("sysrq", open, "/proc/sysrq-trigger", "w")
