"""Saves: a file is there whole, in its old state or in its new one, whatever ends in between."""

from __future__ import annotations

import fcntl
import os
import stat
import time

from .beneath import SAVE_PREFIX, FileError, check_writable, open_folder, shown, split
from .system import rename_no_replace

MUST_NOT_EXIST = "*"
#: The other worker needs it for no time at all; who else locks a folder is a program of the student's.
LOCKED_S = 1.0


def version(found: os.stat_result) -> str:
    """Names a state of a file's content; every save makes another file, with another number."""
    return "%d-%d-%d" % (found.st_mtime_ns, found.st_size, found.st_ino)


def write(root: int, message: dict, content) -> dict:
    """Into a file of another name in the same folder, which then takes the place of the old one.

    `expected`: the version to replace, `*`: it must not exist yet, or None. `limitBytes` and `limitFiles`: how many more
    bytes and files may come to be.
    """
    names = split(message["path"])
    check_writable(names)
    folder = open_folder(root, names[:-1])
    try:
        return _save(folder, names[-1], message, content)
    finally:
        os.close(folder)


def _save(folder: int, name: str, message: dict, content) -> dict:
    old = _check(folder, name, message.get("expected"))
    if old is None and message.get("limitFiles") is not None and message["limitFiles"] < 1:
        raise FileError("disk-limit", "You have as many files as you may have. Delete what you do not need.")
    temporary = prefix(os.getpid()) + os.urandom(8).hex()
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    fd = os.open(temporary, flags, 0o644, dir_fd=folder)
    try:
        try:
            _receive(fd, content, message.get("limitBytes"), 0 if old is None else old.st_size)
            if old is not None:
                os.fchmod(fd, stat.S_IMODE(old.st_mode) & 0o777)
            # The system's own clock for files may stand still between two saves.
            now = time.time_ns()
            os.utime(fd, ns=(now, now))
            os.fsync(fd)
            found = os.fstat(fd)
        finally:
            os.close(fd)
        locked = _lock(folder)
        try:
            _replace(folder, temporary, name, message.get("expected"))
        finally:
            if locked:
                fcntl.flock(folder, fcntl.LOCK_UN)
    except BaseException:
        tidy(folder, temporary)
        raise
    os.fsync(folder)
    return {"version": version(found), "sizeBytes": found.st_size}


def _replace(folder: int, temporary: str, name: str, expected: str | None) -> None:
    """Unless it has become another meanwhile."""
    _check(folder, name, expected)
    if expected != MUST_NOT_EXIST:
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    # It may have come to be at this very moment.
    elif not rename_no_replace(temporary, name, folder, folder):
        os.link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
        os.unlink(temporary, dir_fd=folder)


def _lock(folder: int) -> bool:
    """Of two saves at once of the same file, by two workers, the second must see the first. :returns: whether it is locked"""
    until = time.monotonic() + LOCKED_S
    while True:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > until:
                return False
        except OSError:
            return False  # a file system without locks
        time.sleep(0.001)


def _check(folder: int, name: str, expected: str | None) -> os.stat_result | None:
    """:returns: the file as it is, if it is. :raises FileError: it is not what is expected, or is no file"""
    try:
        old = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        if expected not in (None, MUST_NOT_EXIST):
            raise FileError("changed-meanwhile", "%s was removed meanwhile." % shown(name)) from None
        return None
    if stat.S_ISLNK(old.st_mode):
        raise FileError("is-a-link", "%s is a link; the classroom does not follow links." % shown(name))
    if not stat.S_ISREG(old.st_mode):
        raise FileError("not-a-file", "%s is not a file." % shown(name))
    if expected == MUST_NOT_EXIST:
        raise FileError("already-exists", "%s exists already." % shown(name))
    if expected is not None and expected != version(old):
        raise FileError("changed-meanwhile", "%s was changed meanwhile." % shown(name))
    return old


def _receive(fd: int, content, limit_bytes: int | None, old_bytes: int) -> None:
    written = 0
    while True:
        data = content.next()
        if data is None:
            return
        written += len(data)
        if limit_bytes is not None and written - old_bytes > limit_bytes:
            raise FileError("disk-limit", "Your files would take more than they may. Delete what you do not need.")
        at = 0
        while at < len(data):
            at += os.write(fd, data[at:])


def prefix(worker: int) -> str:
    """Of what that worker has not saved yet."""
    return "%s%d-" % (SAVE_PREFIX, worker)


def tidy(folder: int, name: str) -> None:
    try:
        os.unlink(name, dir_fd=folder)
    except OSError:
        pass
