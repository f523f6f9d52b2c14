"""Output of one run, or of a file operation, on its way to the server: pieces that came together leave together, and never more than the window."""

from __future__ import annotations

from .frames import Link
from .kinds import FIGURE_END, FIGURE_PART, FILE_END, FILE_PART, MOST_CONTENT_BYTES

#: What may be sent beyond the window once a run has ended: more than its channel and its pipes hold as we made them, and
#: less than what makes the server close the room.
LAST_BYTES = 983_040
#: The last part of something, and what the parts before it are.
LAST = {FIGURE_END: FIGURE_PART, FILE_END: FILE_PART}


class Output:
    def __init__(self, link: Link, channel: int, window: int) -> None:
        self._link = link
        self._channel = channel
        self._up_to = window
        self._sent = 0
        #: What the window has no room for yet.
        self._held: list[tuple[int, bytes]] = []
        self._kind = 0
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, kind: int, content: bytes) -> None:
        """:param content: at most 65,536 bytes"""
        if kind != self._kind or self._size + len(content) > MOST_CONTENT_BYTES:
            self.flush()
        self._kind = kind
        self._parts.append(content)
        self._size += len(content)
        if kind in LAST:
            self.flush()

    def flush(self) -> None:
        if self._parts:
            content = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
            self._parts, self._size = [], 0
            self._emit(self._kind, content)

    def window(self, up_to: int) -> None:
        self._up_to = max(self._up_to, up_to)

    def last_bytes(self) -> None:
        """There is nobody left to be held up, and only so much left to be sent."""
        self._up_to = max(self._up_to, self._sent + LAST_BYTES)

    def send_held(self) -> None:
        held, self._held = self._held, []
        for kind, content in held:
            self._emit(kind, content)

    @property
    def holding(self) -> bool:
        return bool(self._held)

    @property
    def full(self) -> bool:
        """Nothing more may be added for now."""
        return bool(self._held) or self._sent + self._size >= self._up_to

    @property
    def used(self) -> bool:
        """Something has been sent."""
        return self._sent > 0

    def _emit(self, kind: int, content: bytes) -> None:
        if self._held:
            self._held.append((kind, content))
            return
        allowed = self._up_to - self._sent
        if len(content) > allowed:
            self._held.append((kind, content[allowed:]))
            content = content[:allowed]
            kind = LAST.get(kind, kind)
        if content or kind in LAST:
            self._sent += len(content)
            self._link.content(self._channel, kind, content)
