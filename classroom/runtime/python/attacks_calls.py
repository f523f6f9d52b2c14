"""System calls that a room refuses, each in the smallest form that tells a refusal from the kernel's own answer."""

from __future__ import annotations

import ctypes
import errno
import os
import socket
from typing import Callable, Iterator

import syscalls

libc = ctypes.CDLL(None, use_errno=True)
NOWHERE = ctypes.c_void_p(0)
CLONE_NEWUSER = 0x10000000


def number(name: str) -> int:
    numbers = syscalls.DENIED.get(name) or syscalls.CHECKED[name]
    found = numbers[0 if os.uname().machine == "x86_64" else 1]
    return -1 if found is None else found


def call(name: str, *arguments: object) -> str:
    """Returns what the kernel answered, beyond the filter. Raises PermissionError when it was refused."""
    ctypes.set_errno(0)
    padded: list[object] = [a if not isinstance(a, int) else ctypes.c_long(a) for a in arguments]
    answer = libc.syscall(ctypes.c_long(number(name)), *padded, *[ctypes.c_long(0)] * (6 - len(padded)))
    if answer >= 0:
        return "done"
    code = ctypes.get_errno()
    if code == errno.EPERM:
        raise PermissionError(code, os.strerror(code))
    return errno.errorcode.get(code, str(code))


def opened(family: int, kind: int, protocol: int) -> str:
    with socket.socket(family, kind, protocol):
        return "opened"


# Without a filter each of these gets an answer of another kind, for anybody, that changes nothing.
CALLS: list[tuple[str, Callable[[], str]]] = [
    ("ptrace", lambda: call("ptrace", 0)),
    ("process_vm_readv", lambda: call("process_vm_readv", os.getpid(), 0, 0, 0, 0, 0)),
    ("kcmp", lambda: call("kcmp", os.getpid(), os.getpid(), 2, 0, 0)),
    ("keyctl", lambda: call("keyctl", 0, -3, 0)),
    ("io_uring_setup", lambda: call("io_uring_setup", 0, 0)),
    ("io_setup", lambda: call("io_setup", 0, 0)),
    ("name_to_handle_at", lambda: call("name_to_handle_at", -1, 0, 0, 0, 0)),
    ("vmsplice", lambda: call("vmsplice", -1, 0, 0, 0)),
    ("adjtimex", lambda: call("adjtimex", 0)),
    ("nested user namespace", lambda: call("unshare", CLONE_NEWUSER)),
    ("another personality", lambda: call("personality", 0x0040000)),
    ("terminal input", lambda: call("ioctl", 0, 0x5412, 0)),
    ("netlink socket", lambda: opened(socket.AF_NETLINK, socket.SOCK_RAW, 0)),
    ("vsock socket", lambda: opened(40, socket.SOCK_STREAM, 0)),
    ("MPTCP socket", lambda: opened(socket.AF_INET, socket.SOCK_STREAM, 262)),
    ("raw socket", lambda: opened(socket.AF_INET, socket.SOCK_RAW, 1)),
]


def forbidden() -> Iterator[tuple[str, bool, str]]:
    """(name, whether the kernel was reached, what it said), each tried in a process of its own."""
    for name, act in CALLS:
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                told = "+" + act()
            except PermissionError:
                told = "-refused"
            except OSError as error:
                told = "+" + errno.errorcode.get(error.errno or 0, "?")
            os.write(writer, told.encode())
            os._exit(0)
        os.close(writer)
        told = os.read(reader, 200).decode() or "-ended"
        os.close(reader)
        os.waitpid(pid, 0)
        yield name, told.startswith("+"), told[1:]


def shared_memory(key: int) -> str:
    ctypes.set_errno(0)
    found = libc.shmget(ctypes.c_int(key), ctypes.c_size_t(0), ctypes.c_int(0))
    if found < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return "found it"
