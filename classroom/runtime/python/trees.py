"""Whole folders: what they take, and their removal. Both with a few descriptors, however deep a program has nested them."""

from __future__ import annotations

import os
import stat

from .beneath import CLASS_FOLDER, FOLDER_FLAGS, FileError

MOVED_PREFIX = ".rowhouse-removed-"


def usage(root: int, most_bytes: int | None, most_files: int | None) -> dict:
    """Blocks and entries below a folder, each hard link once; counting ends where a limit is passed."""
    total_bytes = total_files = 0
    linked: set[tuple[int, int]] = set()
    os.fchdir(root)
    # Of every folder on the way down: which it is, and what is still to be visited in it.
    way = [(_identity(os.stat(".")), _scan(root, at_root=True))]
    while way:
        here, (entries, folders) = way[-1]
        for name_stat in entries:
            key = _identity(name_stat)
            if name_stat.st_nlink > 1 and not stat.S_ISDIR(name_stat.st_mode):
                if key in linked:
                    continue
                linked.add(key)
            total_bytes += name_stat.st_blocks * 512
            total_files += 1
        entries.clear()
        if (most_bytes is not None and total_bytes > most_bytes) or (most_files is not None and total_files > most_files):
            break
        if not folders:
            way.pop()
            if way:
                os.chdir("..")
                if _identity(os.stat(".")) != way[-1][0]:
                    raise FileError("room-unavailable", "Folders were moved while their size was taken. Try again.")
            continue
        try:
            fd = os.open(folders.pop(), FOLDER_FLAGS)
        except OSError:
            continue
        try:
            os.fchdir(fd)
            way.append((_identity(os.fstat(fd)), _scan(fd, at_root=False)))
        finally:
            os.close(fd)
    return {"bytes": total_bytes, "files": total_files}


def _scan(fd: int, at_root: bool) -> tuple[list[os.stat_result], list[str]]:
    entries: list[os.stat_result] = []
    folders: list[str] = []
    with os.scandir(fd) as found:
        for entry in found:
            if at_root and entry.name == CLASS_FOLDER:
                continue
            try:
                entries.append(entry.stat(follow_symlinks=False))
            except OSError:
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
    return entries, folders


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino


def remove(name: str, parent: int) -> None:
    """Removes a folder with all it holds. What lies deeper is moved up first, so that depth does not matter."""
    top = os.open(name, FOLDER_FLAGS, dir_fd=parent)
    unique, moved = os.urandom(8).hex(), 0
    try:
        folders = _remove_files(top)
        while folders:
            folder = folders.pop()
            if _is_removed(folder, top):
                continue
            inner = os.open(folder, FOLDER_FLAGS, dir_fd=top)
            try:
                for deeper in _remove_files(inner):
                    if not _is_removed(deeper, inner):
                        moved += 1
                        target = "%s%s-%d" % (MOVED_PREFIX, unique, moved)
                        os.rename(deeper, target, src_dir_fd=inner, dst_dir_fd=top)
                        folders.append(target)
            finally:
                os.close(inner)
            os.rmdir(folder, dir_fd=top)
    finally:
        os.close(top)
    os.rmdir(name, dir_fd=parent)


def _remove_files(fd: int) -> list[str]:
    """:returns: the folders that it leaves"""
    folders = []
    with os.scandir(fd) as found:
        entries = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found]
    for name, is_folder in entries:
        if is_folder:
            folders.append(name)
        else:
            os.unlink(name, dir_fd=fd)
    return folders


def _is_removed(name: str, parent: int) -> bool:
    try:
        os.rmdir(name, dir_fd=parent)
    except OSError as error:
        if error.errno in (39, 17):  # not empty
            return False
        raise
    return True
