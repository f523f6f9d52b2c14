"""The few system calls that Python has no function for, and what it knows of other processes."""

from __future__ import annotations

import _ctypes  # `ctypes` itself would be a third of a megabyte in every room
import fcntl
import os
import select
import sys

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_CHILD_SUBREAPER = 36
RENAME_NOREPLACE = 1
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
LANDLOCK_PATH_BENEATH = 1
LANDLOCK_REFER = 1 << 13
LANDLOCK_SCOPE_SIGNALS = 1 << 1

#: The same on every architecture that rooms are for; `termios`, which names it, would be loaded for nothing else.
FIONREAD = 0x541B
ZERO = b"\0\0\0\0"


class _Int(_ctypes._SimpleCData):
    _type_ = "i"


class _Long(_ctypes._SimpleCData):
    _type_ = "L"


class _Function(_ctypes.CFuncPtr):
    """Of the C library."""

    _flags_ = _ctypes.FUNCFLAG_CDECL | _ctypes.FUNCFLAG_USE_ERRNO
    _restype_ = _Int


_libc = _ctypes.dlopen(None, 0)
_prctl = _Function(_ctypes.dlsym(_libc, "prctl"))


def prctl(option: int, value: int) -> bool:
    return _prctl(option, _Long(value), _Long(0), _Long(0), _Long(0)) == 0


def keep_signals_within() -> bool:
    """From now on this process and what it starts can signal only each other; the others can still signal them.

    :returns: False where the kernel cannot, before Linux 6.12
    """
    call = _Function(_ctypes.dlsym(_libc, "syscall"))
    # Rights over files, over ports; scopes. To move a file from one folder to another is denied by whatever set of rules
    # does not grant it: this one grants it everywhere, so that what holds is what the room's own rules say.
    refer = LANDLOCK_REFER.to_bytes(8, sys.byteorder)
    attributes = refer + bytes(8) + LANDLOCK_SCOPE_SIGNALS.to_bytes(8, sys.byteorder)
    ruleset = call(_Long(LANDLOCK_CREATE_RULESET), attributes, _Long(len(attributes)), _Long(0))
    if ruleset < 0:
        return False
    root = os.open("/", os.O_PATH | os.O_CLOEXEC)
    rule = refer + root.to_bytes(4, sys.byteorder)
    granted = call(_Long(LANDLOCK_ADD_RULE), _Long(ruleset), _Long(LANDLOCK_PATH_BENEATH), rule, _Long(0)) == 0
    restricted = granted and call(_Long(LANDLOCK_RESTRICT_SELF), _Long(ruleset), _Long(0)) == 0
    os.close(root)
    os.close(ruleset)
    return restricted


def give_memory_back() -> None:
    """What the C library holds and nobody uses."""
    try:
        _Function(_ctypes.dlsym(_libc, "malloc_trim"))(_Long(0))
    except (OSError, AttributeError):
        return  # another C library


def rename_no_replace(source: str, target: str, source_folder: int, target_folder: int) -> bool:
    """Renames unless the target exists. :returns: False where the system or the file system cannot. :raises OSError:"""
    try:
        call = _Function(_ctypes.dlsym(_libc, "renameat2"))
    except (OSError, AttributeError):
        return False
    names = os.fsencode(source), os.fsencode(target)
    if call(source_folder, names[0], target_folder, names[1], RENAME_NOREPLACE) == 0:
        return True
    number = _ctypes.get_errno()
    # EINVAL is also what moving a folder into itself gives: the caller's other way tells which it was.
    if number in (22, 38, 95):
        return False
    raise OSError(number, os.strerror(number), source)


def waiting_bytes(fd: int) -> int:
    """:returns: how many lie in a pipe or in a channel"""
    if fd < 0:
        return 0
    try:
        return int.from_bytes(fcntl.ioctl(fd, FIONREAD, ZERO), sys.byteorder)
    except OSError:
        return 0


def hung_up(fd: int) -> bool:
    """Tells the end of a channel from an empty packet."""
    probe = select.poll()
    probe.register(fd, 0)
    return bool(probe.poll(0))


def processes() -> list[tuple[int, int, int]]:
    """:returns: (pid, parent, session) of every process that can be seen; zombies too"""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            fd = os.open("/proc/" + name + "/stat", os.O_RDONLY | os.O_CLOEXEC)
            try:
                fields = os.read(fd, 4096).rpartition(b")")[2].split()
            finally:
                os.close(fd)
            if fields[0] != b"Z":
                found.append((int(name), int(fields[1]), int(fields[3])))
        except (OSError, IndexError, ValueError):
            continue
    return found
