"""sys.stdout and sys.stderr of a run: text streams that hold nothing back, so that nothing is lost with the process.

Each write is one packet to the host, whole and in order, also from several threads and from forked processes. When the
host takes no more, the write waits.
"""

from __future__ import annotations

import errno
import fcntl
import io
import os
import select
import time
from _struct import Struct

from .kinds import FIGURE_END, FIGURE_PART, MOST_CONTENT_BYTES, NOTICE, NOTICES, PROMPT, STATE, STDERR, STDOUT, SYNC
from .system import FIONREAD, ZERO

GONE = frozenset((errno.EBADF, errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN))
NONE_WAITING = ZERO + ZERO
COUNTS = Struct("=II")
HEADS = tuple(bytes((kind,)) for kind in range(128))
#: How long a write waits for what native code wrote before it.
SETTLE_S = 0.02
SETTLE_STEP_S = 0.0001
#: A picture beyond this is not sent, as in the protocol.
MOST_FIGURE_BYTES = 768 * 1024


class Channel:
    """This process's end of what it tells the host."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._settles = True
        self._told: tuple[int, ...] = (0, 0)

    def send(self, kind: int, content: bytes) -> bool:
        """One packet. Waits until the host takes it. :returns: False when there is no channel any more"""
        head = HEADS[kind]
        while True:
            try:
                os.writev(self.fd, (head, content))
                return True
            except BlockingIOError:
                # A program may have made everything it could find non-blocking.
                ready = select.poll()
                ready.register(self.fd, select.POLLOUT)
                ready.poll()
            except OSError as error:
                if error.errno in GONE:
                    return False
                raise

    def state(self, letter: bytes) -> None:
        self.send(STATE, letter)

    def notice(self, name: str) -> None:
        self.send(NOTICE, bytes((NOTICES.index(name),)))

    def prompt(self, text: str) -> None:
        content = text.encode("utf-8", "backslashreplace")
        self.settle()
        for piece in pieces(content):
            self.send(PROMPT, piece)

    def figure(self, png: bytes) -> None:
        if len(png) > MOST_FIGURE_BYTES:
            return self.notice("figure-too-large")
        self.settle()
        last = max(0, (len(png) - 1) // MOST_CONTENT_BYTES * MOST_CONTENT_BYTES)
        for at in range(0, last, MOST_CONTENT_BYTES):
            self.send(FIGURE_PART, png[at : at + MOST_CONTENT_BYTES])
        self.send(FIGURE_END, png[last:])

    def settle(self) -> None:
        """What native code, or a program that was started, has written comes before what follows: the host is given time
        to take it. When it cannot, for its own way is blocked, it is told how much comes first."""
        try:
            waiting = fcntl.ioctl(1, FIONREAD, ZERO) + fcntl.ioctl(2, FIONREAD, ZERO)
            if waiting == NONE_WAITING:
                self._told = (0, 0)
                return
            until = time.monotonic() + SETTLE_S
            while self._settles and time.monotonic() < until:
                time.sleep(SETTLE_STEP_S)
                waiting = fcntl.ioctl(1, FIONREAD, ZERO) + fcntl.ioctl(2, FIONREAD, ZERO)
                if waiting == NONE_WAITING:
                    self._told = (0, 0)
                    return
        except OSError:
            return
        # Where something writes there all the time, waiting for it each time would only slow the program down.
        self._settles = not self._settles
        self._announce(*COUNTS.unpack(waiting))

    def _announce(self, *waiting: int) -> None:
        """Of what lies in the pipes only what has not been told of."""
        told = [min(told, count) for told, count in zip(self._told, waiting)]
        more = [count - already for count, already in zip(waiting, told)]
        self._told = waiting
        if any(more):
            self.send(SYNC, COUNTS.pack(*more))


def pieces(content: bytes) -> list[bytes]:
    """Cuts UTF-8 between characters; what is not UTF-8, anywhere."""
    found = []
    at = 0
    while len(content) - at > MOST_CONTENT_BYTES:
        end = at + MOST_CONTENT_BYTES
        for back in range(4):
            if content[end - back] & 0xC0 != 0x80:
                end -= back
                break
        found.append(content[at:end])
        at = end
    found.append(content[at:] if at else content)
    return found


class Writer(io.BufferedIOBase):
    """The bytes below a text stream; `sys.stdout.buffer`."""

    def __init__(self, channel: Channel, kind: int, number: int, name: str) -> None:
        self._channel = channel
        self._kind = kind
        self._number = number
        self.name = name
        self.mode = "wb"

    def write(self, data) -> int:
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        content = data if type(data) is bytes else memoryview(data).tobytes()
        if not content:
            return 0
        channel = self._channel
        channel.settle()
        if len(content) <= MOST_CONTENT_BYTES:
            sent = channel.send(self._kind, content)
        else:
            sent = all(channel.send(self._kind, piece) for piece in pieces(content))
        if not sent:
            self._write_down(content)
        return len(content)

    def _write_down(self, content: bytes) -> None:
        """The program closed the channel, as it may close all it did not open; the pipe still leads to the host."""
        at = 0
        while at < len(content):
            at += os.write(self._number, content[at:])

    def send_figure(self, png: bytes) -> None:
        self._channel.figure(png)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        """Where native code and programs that are started write to the same stream."""
        return self._number

    def isatty(self) -> bool:
        return False


def text_stream(channel: Channel, kind: int) -> io.TextIOWrapper:
    number, name = (1, "<stdout>") if kind == STDOUT else (2, "<stderr>")
    writer = Writer(channel, kind, number, name)
    stream = io.TextIOWrapper(writer, encoding="utf-8", errors="backslashreplace", newline="\n", write_through=True)
    stream.mode = "w"
    return stream


def open_outputs(channel: Channel) -> tuple[io.TextIOWrapper, io.TextIOWrapper]:
    """:returns: stdout and stderr"""
    return text_stream(channel, STDOUT), text_stream(channel, STDERR)
