"""Frames between the room and the server, as docs/classroom-room-wire.md has them: bounded, never blocking."""

from __future__ import annotations

import os
from _collections import deque
from _collections_abc import Iterator
from _struct import Struct

from . import codec
from .kinds import MOST_CONTENT_BYTES

MOST_FRAME_BYTES = 131_072
#: While more than this waits for the server, nothing more is read from runs.
MOST_BACKLOG_BYTES = 262_144
#: Of frames, two of each. The server takes some 20 small frames in a ms: what waits here delays the end of a run.
MOST_BACKLOG_PARTS = 4096
READ_BYTES = 65_536

JSON_FORM = 0x4A
BYTES_FORM = 0x42
LENGTH = Struct(">I")
HEAD = Struct(">IBIB")


class FrameError(Exception):
    """The other side sent what is no frame. The room cannot go on."""


class Decoder:
    """Cuts what arrives into frames. Holds at most one that is not complete, and what came with it."""

    def __init__(self) -> None:
        self._held = bytearray()

    def push(self, data: bytes) -> Iterator[dict | tuple[int, int, bytes]]:
        held = self._held
        held += data
        at = 0
        try:
            while len(held) - at >= LENGTH.size:
                (length,) = LENGTH.unpack_from(held, at)
                if not 1 <= length <= MOST_FRAME_BYTES:
                    raise FrameError("a frame of %d bytes" % length)
                if len(held) - at - LENGTH.size < length:
                    break
                body = bytes(held[at + LENGTH.size : at + LENGTH.size + length])
                at += LENGTH.size + length
                yield parse(body)
        finally:
            del held[:at]


def parse(body: bytes) -> dict | tuple[int, int, bytes]:
    """:returns: a JSON object, or (channel, kind, content)"""
    if body[0] == JSON_FORM:
        try:
            message = codec.loads(body[1:])
        except (ValueError, RecursionError) as error:
            raise FrameError("a message that is not JSON") from error
        if not isinstance(message, dict):
            raise FrameError("a message that is no object")
        return message
    if body[0] != BYTES_FORM or not 6 <= len(body) <= 6 + MOST_CONTENT_BYTES:
        raise FrameError("a frame of no known form")
    return int.from_bytes(body[1:5], "big"), body[5], body[6:]


class Link:
    """Writes frames without ever waiting; what the socket does not take yet is kept, and reported as backlog."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.backlog_bytes = 0
        #: The server is gone; what is said to it is said to nobody.
        self.broken = False
        self._queue: deque[bytes] = deque()

    def json(self, message: dict) -> None:
        body = codec.dumps(message)
        self._send((LENGTH.pack(1 + len(body)) + b"J", body))

    def content(self, channel: int, kind: int, content: bytes) -> None:
        """:param content: at most 65,536 bytes"""
        self._send((HEAD.pack(6 + len(content), BYTES_FORM, channel, kind), content))

    def _send(self, parts: tuple[bytes, bytes]) -> None:
        sent = 0
        if not self._queue:
            try:
                sent = os.writev(self.fd, parts)
            except BlockingIOError:
                pass
            except OSError:
                self.broken = True
        if self.broken:
            return
        for part in parts:
            if sent >= len(part):
                sent -= len(part)
                continue
            rest = part[sent:] if sent else part
            sent = 0
            self._queue.append(rest)
            self.backlog_bytes += len(rest)

    def flush(self) -> None:
        while self._queue:
            part = self._queue[0]
            try:
                sent = os.write(self.fd, part)
            except BlockingIOError:
                return
            except OSError:
                self.broken = True
                return
            self.backlog_bytes -= sent
            if sent < len(part):
                self._queue[0] = part[sent:]
            else:
                self._queue.popleft()

    @property
    def full(self) -> bool:
        return self.backlog_bytes > MOST_BACKLOG_BYTES or len(self._queue) > MOST_BACKLOG_PARTS

    def read(self) -> bytes | None:
        """:returns: what is there, ``b""`` at the end, ``None`` when nothing is"""
        try:
            return os.read(self.fd, READ_BYTES)
        except BlockingIOError:
            return None
        except ConnectionError:
            return b""
