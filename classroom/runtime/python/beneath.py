"""Paths of a workspace, opened one name at a time without following a link: nothing leads out, whoever moves what."""

from __future__ import annotations

import errno
import os
import stat

CLASS_FOLDER = "class"
MOST_PATH_BYTES = 4096
#: Ours are hidden from listings, and removed where they were left.
SAVE_PREFIX = ".rowhouse-save-"

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class FileError(Exception):
    """:param code: one of the protocol's"""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def split(path: object) -> list[str]:
    """:returns: the names; none for the workspace itself. :raises FileError: bad-path"""
    if not isinstance(path, str):
        raise FileError("bad-path", "A path is missing.")
    if path in ("", "."):
        return []
    names = path.split("/")
    for name in names:
        if name in ("", ".", "..") or "\0" in name:
            raise FileError("bad-path", "A path is made of names between single slashes, without . and ..")
        if name.startswith(SAVE_PREFIX):
            raise FileError("bad-path", "Names that begin with %s are the classroom's own." % SAVE_PREFIX)
    try:
        encoded = [os.fsencode(name) for name in names]
    except UnicodeEncodeError:
        raise FileError("bad-path", "The path holds characters that no file name can hold.") from None
    if any(len(name) > 255 for name in encoded) or sum(map(len, encoded)) + len(encoded) > MOST_PATH_BYTES:
        raise FileError("bad-path", "The path is too long: a name may have 255 bytes, a path %d." % MOST_PATH_BYTES)
    return names


def check_writable(names: list[str]) -> None:
    if not names:
        raise FileError("bad-path", "The workspace itself cannot be replaced, moved or removed.")
    if names[0] == CLASS_FOLDER:
        raise FileError("read-only", "The folder class belongs to the whole class: copy what you want to change.")


def open_folder(root: int, names: list[str]) -> int:
    """:returns: a descriptor, the caller's to close"""
    fd = os.dup(root)
    try:
        for name in names:
            inner = open_step(name, fd)
            os.close(fd)
            fd = inner
    except BaseException:
        os.close(fd)
        raise
    return fd


def open_step(name: str, folder: int) -> int:
    try:
        return os.open(name, FOLDER_FLAGS, dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ENOTDIR, errno.ELOOP):
            if is_link(name, folder):
                raise FileError("is-a-link", "%s is a link; the classroom does not follow links." % shown(name)) from None
            raise FileError("not-a-folder", "%s is not a folder." % shown(name)) from None
        raise


def is_link(name: str, folder: int) -> bool:
    try:
        return stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except OSError:
        return False


def shown(name: str) -> str:
    """For a sentence: bounded, and without what is no text."""
    return '"%s"' % name[:100].encode("utf-8", "replace").decode("utf-8")


#: What the system's errors mean for a file operation.
CODES = {
    errno.ENOENT: ("not-found", "There is no such file or folder."),
    errno.EEXIST: ("already-exists", "Something of that name exists already."),
    errno.EISDIR: ("not-a-file", "That is a folder, not a file."),
    errno.ENXIO: ("not-a-file", "That is not a file."),
    errno.ENODEV: ("not-a-file", "That is not a file."),
    errno.ENOTDIR: ("not-a-folder", "A part of the path is a file, not a folder."),
    errno.ENOTEMPTY: ("folder-not-empty", "The folder is not empty."),
    errno.ELOOP: ("is-a-link", "That is a link; the classroom does not follow links."),
    errno.ENAMETOOLONG: ("bad-path", "The path is too long."),
    errno.EINVAL: ("bad-path", "A folder cannot be moved into itself, and names must be ones the file system knows."),
    errno.EILSEQ: ("bad-path", "The file system cannot hold a name like that."),
    errno.EFBIG: ("too-large", "The file is larger than one file may be."),
    errno.ENOSPC: ("disk-limit", "There is no space left for your files. Delete what you do not need."),
    errno.EDQUOT: ("disk-limit", "There is no space left for your files. Delete what you do not need."),
    errno.EROFS: ("read-only", "That belongs to the whole class and cannot be changed."),
    errno.EXDEV: ("read-only", "That belongs to the whole class and cannot be changed."),
    errno.EBUSY: ("read-only", "That belongs to the whole class and cannot be changed."),
    errno.EACCES: ("read-only", "The permissions of the file or folder do not allow that."),
    errno.EPERM: ("read-only", "The permissions of the file or folder do not allow that."),
    errno.ETXTBSY: ("read-only", "The file is a program that runs."),
}


def as_file_error(error: OSError) -> FileError:
    code, message = CODES.get(error.errno or 0, ("room-unavailable", "The file system failed: %s." % error.strerror))
    return FileError(code, message)
