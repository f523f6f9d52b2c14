"""The file operations, each beneath the workspace's root. All raise FileError or OSError."""

from __future__ import annotations

import os
import stat
import time

from . import codec, trees
from .beneath import SAVE_PREFIX, FileError, check_writable, is_link, open_folder, shown, split
from .kinds import MOST_CONTENT_BYTES
from .saving import prefix, tidy, version, write
from .system import rename_no_replace

MOST_ENTRIES = 5000
#: What a save that never ended left is old enough to be removed.
LEFT_S = 600.0
KINDS = ((stat.S_ISREG, "file"), (stat.S_ISDIR, "folder"), (stat.S_ISLNK, "link"))


def entry(name: str, found: os.stat_result) -> dict:
    kind = next((kind for test, kind in KINDS if test(found.st_mode)), "other")
    return {"name": name, "kind": kind, "sizeBytes": found.st_size, "modifiedAtMs": found.st_mtime_ns // 1_000_000}


def list_folder(root: int, message: dict, content) -> dict:
    folder = open_folder(root, split(message["path"]))
    entries = []
    try:
        with os.scandir(folder) as found:
            for each in found:
                try:
                    known = each.stat(follow_symlinks=False)
                except OSError:
                    continue
                if each.name.startswith(SAVE_PREFIX):
                    if known.st_mtime < time.time() - LEFT_S:
                        tidy(folder, each.name)
                    continue
                entries.append(entry(each.name, known))
                if len(entries) >= MOST_ENTRIES:
                    break
    finally:
        os.close(folder)
    entries.sort(key=lambda each: each["name"])
    send_all(content, codec.dumps(entries))
    return {}


def send_all(content, data: bytes) -> None:
    last = (len(data) - 1) // MOST_CONTENT_BYTES * MOST_CONTENT_BYTES
    for at in range(0, last, MOST_CONTENT_BYTES):
        content.send(data[at : at + MOST_CONTENT_BYTES], False)
    content.send(data[last:], True)


def status(root: int, message: dict, content) -> dict:
    names = split(message["path"])
    if not names:
        found = os.fstat(root)
        return {**entry("", found), "version": version(found)}
    folder = open_folder(root, names[:-1])
    try:
        found = os.stat(names[-1], dir_fd=folder, follow_symlinks=False)
    finally:
        os.close(folder)
    return {**entry(names[-1], found), "version": version(found)}


def read(root: int, message: dict, content) -> dict:
    """The file as it was when it was opened: what is appended meanwhile is not of it."""
    names = split(message["path"])
    if not names:
        raise FileError("not-a-file", "That is a folder, not a file.")
    folder = open_folder(root, names[:-1])
    try:
        # A pipe without a writer must not hold us up, nor a device do anything.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        fd = os.open(names[-1], flags, dir_fd=folder)
    finally:
        os.close(folder)
    try:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode):
            raise FileError("not-a-file", "%s is not a file." % shown(names[-1]))
        expected, limit = message.get("expected"), message.get("limitBytes")
        if expected is not None and expected != version(found):
            raise FileError("changed-meanwhile", "The file has changed meanwhile.")
        if limit is not None and found.st_size > limit:
            raise FileError("too-large", "The file is larger than the %d bytes that may be read at once." % limit)
        sent = 0
        while sent < found.st_size:
            data = os.read(fd, min(MOST_CONTENT_BYTES, found.st_size - sent))
            if not data:
                break
            sent += len(data)
            content.send(data, False)
        content.send(b"", True)
        return {"version": version(found), "sizeBytes": sent}
    finally:
        os.close(fd)


def create_folder(root: int, message: dict, content) -> dict:
    names = split(message["path"])
    check_writable(names)
    folder = open_folder(root, names[:-1])
    try:
        os.mkdir(names[-1], 0o755, dir_fd=folder)
    finally:
        os.close(folder)
    return {}


def rename(root: int, message: dict, content) -> dict:
    """Also moves. Never replaces what is there."""
    names, to = split(message["path"]), split(message["to"])
    check_writable(names)
    check_writable(to)
    if to[: len(names)] == names and len(to) > len(names):
        raise FileError("bad-path", "A folder cannot be moved into itself.")
    source = open_folder(root, names[:-1])
    try:
        target = open_folder(root, to[:-1])
        try:
            if not rename_no_replace(names[-1], to[-1], source, target):
                _rename_checked(names[-1], to[-1], source, target)
            os.fsync(target)
        finally:
            os.close(target)
    finally:
        os.close(source)
    return {}


def _rename_checked(name: str, to: str, source: int, target: int) -> None:
    """For file systems that cannot refuse to replace."""
    try:
        os.stat(to, dir_fd=target, follow_symlinks=False)
    except FileNotFoundError:
        return os.rename(name, to, src_dir_fd=source, dst_dir_fd=target)
    os.stat(name, dir_fd=source, follow_symlinks=False)
    raise FileError("already-exists", "%s exists already." % shown(to))


def remove(root: int, message: dict, content) -> dict:
    names = split(message["path"])
    check_writable(names)
    folder = open_folder(root, names[:-1])
    try:
        if is_link(names[-1], folder) or not _is_folder(names[-1], folder):
            os.unlink(names[-1], dir_fd=folder)
        elif message.get("recursive"):
            trees.remove(names[-1], folder)
        else:
            os.rmdir(names[-1], dir_fd=folder)
    finally:
        os.close(folder)
    return {}


def _is_folder(name: str, folder: int) -> bool:
    return stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)


def usage(root: int, message: dict, content) -> dict:
    return trees.usage(root, message.get("limitBytes"), message.get("limitFiles"))


def tidy_up(root: int, message: dict, content) -> dict:
    """After a save whose worker was ended."""
    folder = open_folder(root, split(message["path"])[:-1])
    try:
        with os.scandir(folder) as found:
            left = [each.name for each in found if each.name.startswith(prefix(message["worker"]))]
        for name in left:
            tidy(folder, name)
    finally:
        os.close(folder)
    return {}


OPERATIONS = {
    "list": list_folder,
    "stat": status,
    "read": read,
    "write": write,
    "folder": create_folder,
    "rename": rename,
    "remove": remove,
    "usage": usage,
    "tidy": tidy_up,
}
