"""sys.stdin and input() of a run: whoever looks on is told when the program waits for an answer."""

from __future__ import annotations

import builtins
import io
import os
import select
import sys

from .streams import Channel

READ_BYTES = 65_536
WAITING = b"i"
RUNNING = b"r"


class Reader(io.RawIOBase):
    """Gives at most a line at a time, so that what nobody has asked for yet is kept here, and not in a buffer above."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._pending = b""
        #: The end came, and the program was told.
        self.end_seen = False
        self.name = "<stdin>"
        self.mode = "rb"

    def readinto(self, buffer) -> int:
        if not self._pending:
            self._pending = self._wait()
            self.end_seen = self.end_seen or not self._pending
        line_end = self._pending.find(b"\n") + 1 or len(self._pending)
        count = min(line_end, len(buffer))
        buffer[:count] = self._pending[:count]
        self._pending = self._pending[count:]
        return count

    def _wait(self) -> bytes:
        ready = select.poll()
        ready.register(0, select.POLLIN)
        if ready.poll(0):
            return os.read(0, READ_BYTES)
        self._channel.state(WAITING)
        try:
            ready.poll()
            return os.read(0, READ_BYTES)
        finally:
            self._channel.state(RUNNING)

    def take_pending(self) -> bytes:
        """What was read and not asked for."""
        pending, self._pending = self._pending, b""
        return pending

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 0

    def isatty(self) -> bool:
        return False


def open_input(channel: Channel) -> tuple[io.TextIOWrapper, Reader]:
    reader = Reader(channel)
    stream = io.TextIOWrapper(io.BufferedReader(reader), encoding="utf-8", errors="surrogateescape")
    stream.mode = "r"
    return stream, reader


def install(channel: Channel, stdin: io.TextIOWrapper, stdout: io.TextIOWrapper) -> None:
    """Makes input() ask by a prompt of its own kind, as long as the program has not put other streams in place."""
    original = builtins.input

    def input(prompt: object = "", /) -> str:
        """Read a string from standard input.  The trailing newline is stripped.

        The prompt string, if given, is printed to standard output without a
        trailing newline before reading input.

        If the user hits EOF (*nix: Ctrl-D, Windows: Ctrl-Z+Return), raise EOFError.
        """
        if sys.stdin is not stdin or sys.stdout is not stdout:
            return original(prompt)
        text = str(prompt)
        if text:
            channel.prompt(text)
        line = stdin.readline()
        if not line:
            raise EOFError("EOF when reading a line")
        return line[:-1] if line.endswith("\n") else line

    builtins.input = input
