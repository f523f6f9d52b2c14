"""The few system calls that Python's library does not offer."""

import ctypes
import os
import platform
from typing import Optional

NEW_MOUNTS = 0x00020000
NEW_CGROUP = 0x02000000
NEW_HOSTNAME = 0x04000000
NEW_IPC = 0x08000000
NEW_USER = 0x10000000
NEW_PID = 0x20000000
NEW_NETWORK = 0x40000000

READ_ONLY = 1
NO_SETUID = 2
NO_DEVICES = 4
NO_EXECUTE = 8
REMOUNT = 32
BIND = 4096
RECURSIVE = 16384
PRIVATE = 1 << 18

_DETACH = 2
_SET_PARENT_DEATH_SIGNAL = 1
_DROP_FROM_BOUNDING_SET = 24
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    _check(_libc.unshare(flags), "unshare")


def mount(source: str, target: str, kind: Optional[str] = None, flags: int = 0, data: str = "") -> None:
    encoded = [None if each is None else each.encode() for each in (source, target, kind)]
    _check(_libc.mount(*encoded, ctypes.c_ulong(flags), data.encode()), f"mount {source} on {target}")


def bind(source: str, target: str, flags: int = 0) -> None:
    """Shows `source` (without what is mounted beneath it) at `target`; flags take a second call."""
    mount(source, target, None, BIND)
    if flags:
        mount("none", target, None, BIND | REMOUNT | flags)


def become_root_of(folder: str) -> None:
    """Makes the mount at `folder` the root and lets go of the old one. A mere chroot would forbid user namespaces inside."""
    os.chdir(folder)
    _check(_libc.syscall(_PIVOT_ROOT[platform.machine()], b".", b"."), "pivot_root")
    _check(_libc.umount2(b".", _DETACH), "umount of the old root")
    os.chdir("/")


def die_with_parent(signal_number: int) -> None:
    """Forgotten by the kernel whenever the user id changes: to be called last."""
    _check(_libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal_number, 0, 0, 0), "prctl")


def drop_capability(number: int) -> None:
    """For good, for this process and all that it starts."""
    _check(_libc.prctl(_DROP_FROM_BOUNDING_SET, number, 0, 0, 0), "prctl")
