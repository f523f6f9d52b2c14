"""One file operation, from its request to its answer."""

from __future__ import annotations

from _collections import deque

from .frames import Link
from .output import Output

#: Of a file's content that may be sent before the first `window`.
FIRST_WINDOW_BYTES = 262_144


class Operation:
    """:param number: on the wire; None for one of the host's own, which is answered to nobody"""

    def __init__(self, link: Link, number: int | None, message: dict) -> None:
        self.number = number
        self.message = message
        self.output = Output(link, number or 0, FIRST_WINDOW_BYTES)
        #: For the worker: kinds and contents of packets.
        self.content: deque[tuple[int, bytes]] = deque()
        #: Why the host ended the worker: code and message.
        self.failure: tuple[str, str] | None = None


def failed(code: str, message: str) -> dict:
    """An answer."""
    return {"ok": False, "code": code, "message": message}
