"""The process that does a student's file operations, as the student: one after the other, asked and answered by packets."""

from __future__ import annotations

import os

from . import codec, kinds
from .beneath import FileError, as_file_error
from .operations import OPERATIONS

MOST_PACKET_BYTES = 262_144


class Content:
    """What a `write` gets and a `read` or a `list` gives."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        #: Everything of the operation's content has come.
        self.ended = False

    def next(self) -> bytes | None:
        """:returns: None behind the last. :raises FileError: the content will not come"""
        if self.ended:
            return None
        packet = os.read(self._fd, MOST_PACKET_BYTES)
        if not packet:
            os._exit(0)  # the host is gone
        self.ended = packet[0] != kinds.FILE_PART
        if packet[0] == kinds.ABORT:
            raise FileError("timed-out", "The file operation was given up.")
        return packet[1:]

    def skip(self) -> None:
        """An operation that fails early leaves the rest of its content unread."""
        try:
            while not self.ended:
                self.next()
        except FileError:
            return

    def send(self, content: bytes, last: bool) -> None:
        kind = kinds.FILE_END if last else kinds.FILE_PART
        os.writev(self._fd, (bytes((kind,)), content))


class FileWorker:
    def __init__(self, fd: int, workspace: str) -> None:
        self._fd = fd
        os.umask(0o022)
        self._root = os.open(workspace, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def run(self) -> None:
        while True:
            packet = os.read(self._fd, MOST_PACKET_BYTES)
            if not packet:
                os._exit(0)
            # What is left of an operation that was given up comes before the next.
            if packet[0] == kinds.OPERATION:
                answer = self._answer(codec.loads(packet[1:]))
                os.writev(self._fd, (bytes((kinds.DONE,)), codec.dumps(answer)))

    def _answer(self, message: dict) -> dict:
        content = Content(self._fd)
        content.ended = message.get("op") != "write"
        try:
            result = OPERATIONS[message["op"]](self._root, message, content)
            return {"ok": True, "result": result}
        except FileError as error:
            failure = error
        except OSError as error:
            failure = as_file_error(error)
        except (KeyError, TypeError, ValueError):
            failure = FileError("bad-path", "The file operation was not understood.")
        except MemoryError:
            failure = FileError("room-unavailable", "There was not enough memory. Try again.")
        content.skip()
        return {"ok": False, "code": failure.code, "message": str(failure)}
