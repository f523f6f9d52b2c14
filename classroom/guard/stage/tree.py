"""The file system that is seen inside: the host's programs read-only, everything writable in memory."""

import os
from typing import Dict, List

from kernel import BIND, NO_DEVICES, NO_EXECUTE, NO_SETUID, PRIVATE, READ_ONLY, RECURSIVE, REMOUNT, bind, mount

_BASE = "/mnt"
_SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_READ_ONLY_OF_PROC = ("sys", "sysrq-trigger", "irq", "bus", "fs", "acpi", "scsi")
_HIDDEN_OF_PROC = ("kcore", "kmsg", "keys", "timer_list", "sched_debug", "kpagecount", "kpageflags")
#: Owner of what nobody inside may enter: mapped to nobody there, so that not even root inside has a say over it.
_OUTSIDER = 4_000_000


def build(shown: List[str], writable: Dict[str, int], groups: Dict[str, str]) -> str:
    """To be called in a mount namespace of its own, as the first process of a pid namespace. Returns the new root."""
    mount("none", "/", None, RECURSIVE | PRIVATE)
    mount("guard", _BASE, "tmpfs", NO_DEVICES, "size=1m,mode=755")
    for name in _SYSTEM:
        if os.path.islink(f"/{name}"):
            os.symlink(os.readlink(f"/{name}"), f"{_BASE}/{name}")
        elif os.path.isdir(f"/{name}"):
            _show(f"/{name}")
    # What is shown may lie in what is writable, or the other way round: the outer one comes first.
    for path in sorted(["/usr", "/etc", *shown, *writable], key=lambda path: path.count("/")):
        if path in writable:
            _make_writable(path, writable[path])
        else:
            _show(path)
    _make_devices()
    _make_proc()
    _show_groups(groups)
    mount("none", _BASE, None, BIND | REMOUNT | READ_ONLY | NO_DEVICES)
    return _BASE


def _show(path: str) -> None:
    os.makedirs(_BASE + path, exist_ok=True)
    bind(path, _BASE + path, READ_ONLY | NO_DEVICES)


def _make_writable(path: str, size: int) -> None:
    os.makedirs(_BASE + path, exist_ok=True)
    mount("guard", _BASE + path, "tmpfs", NO_DEVICES, f"size={size},nr_inodes=200k,mode={_mode(path)}")


def _mode(path: str) -> str:
    return "1777" if path in ("/tmp", "/var/tmp", "/dev/shm") else "755"


def _make_devices() -> None:
    os.makedirs(f"{_BASE}/dev/pts", exist_ok=True)
    for name in _DEVICES:
        open(f"{_BASE}/dev/{name}", "w").close()
        bind(f"/dev/{name}", f"{_BASE}/dev/{name}")
    mount("devpts", f"{_BASE}/dev/pts", "devpts", NO_SETUID | NO_EXECUTE, "newinstance,ptmxmode=0666,mode=620")
    os.symlink("pts/ptmx", f"{_BASE}/dev/ptmx")
    os.symlink("/proc/self/fd", f"{_BASE}/dev/fd")
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        os.symlink(f"/proc/self/fd/{number}", f"{_BASE}/dev/{name}")


def _make_proc() -> None:
    """The kernel's settings are read-only inside.

    A sandbox inside may mount a /proc of its own only where one is seen whole; that one is behind a door that nobody
    inside can open.
    """
    flags = NO_SETUID | NO_EXECUTE | NO_DEVICES
    door = f"{_BASE}/.whole"
    os.makedirs(f"{door}/proc")
    mount("proc", f"{door}/proc", "proc", flags)
    proc = f"{_BASE}/proc"
    os.makedirs(proc, exist_ok=True)
    mount("proc", proc, "proc", flags)
    for name in _READ_ONLY_OF_PROC:
        if os.path.exists(f"{proc}/{name}"):
            bind(f"{proc}/{name}", f"{proc}/{name}", READ_ONLY | flags)
    # Of each user namespace's own, and a sandbox inside has to set it: shown again, above what is read-only.
    bind(f"{door}/proc/sys/user", f"{proc}/sys/user", flags)
    for name in _HIDDEN_OF_PROC:
        if os.path.exists(f"{proc}/{name}"):
            bind("/dev/null", f"{proc}/{name}")
    os.chown(door, _OUTSIDER, _OUTSIDER)
    os.chmod(door, 0o700)


def _show_groups(groups: Dict[str, str]) -> None:
    flags = NO_SETUID | NO_EXECUTE | NO_DEVICES
    top = f"{_BASE}/sys/fs/cgroup"
    os.makedirs(top, exist_ok=True)
    if all(groups.values()):
        mount("guard", top, "tmpfs", NO_DEVICES, "size=1m,mode=755")
    for source, name in groups.items():
        target = f"{top}/{name}" if name else top
        os.makedirs(target, exist_ok=True)
        bind(source, target, flags)
        for each in name.split(",") if "," in name else []:
            os.symlink(name, f"{top}/{each}")
