"""A run as the host sees it: its output, what it says of itself, and its end.

What a run writes on its channel is as untrusted as what it prints.
"""

from __future__ import annotations

import _signal  # `signal` itself would load `enum` into every room
import os
import time
from _struct import Struct

from . import kinds
from .breath import Breath
from .inputs import Inputs
from .loop import HUNG_UP, READABLE
from .output import Output
from .system import hung_up, waiting_bytes

MOST_PACKET_BYTES = 1 + kinds.MOST_CONTENT_BYTES
#: Packets read of one run before others have their turn.
PACKETS_AT_ONCE = 64
#: Changes of state that a run may report in a second; beyond, it waits for the next.
STATES_PER_S = 1000
#: What is read after a run's end: more than its channel and its pipes can hold.
MOST_LAST_BYTES = 4 * 1024 * 1024
COUNTS = Struct("=II")
OUTPUT_KINDS = frozenset((kinds.STDOUT, kinds.STDERR, kinds.PROMPT, kinds.FIGURE_PART, kinds.FIGURE_END))


class Run:
    def __init__(self, room, process: int, spare, window: int) -> None:
        self.process = process
        self.pid = spare.pid
        self.inputs = Inputs(room, process, spare)
        #: Nothing of it has been seen yet.
        self.fresh = True
        self.began = time.monotonic()
        self._room = room
        self._channel = spare.channel
        self._pipes = {kinds.STDOUT: spare.out, kinds.STDERR: spare.err}
        self._watched: list[int] = []
        self._output = Output(room.link, process, window)
        self._state = "running"
        self._states = 0
        self._resting = False
        self._breath = Breath(room.loop, self.pump)
        self._notices: set[str] = set()
        self._uncaught: str | None = None
        self._exit: dict | None = None
        self._last_bytes = 0
        self._watch()

    def window(self, up_to: int) -> None:
        self._output.window(up_to)
        self.pump()

    def ended(self, code: int | None, signal_number: int | None, usage) -> None:
        """The process is no more; what it left in channel and pipes is still to be sent."""
        self._exit = {
            "t": "exit",
            "process": self.process,
            "code": code,
            "signal": None if signal_number is None else _signal_name(signal_number),
            "cpuMs": round((usage.ru_utime + usage.ru_stime) * 1000, 3),
            "peakBytes": usage.ru_maxrss * 1024,
        }
        self._resting = False
        self._breath.stop()
        self._output.last_bytes()
        self.pump()

    def pump(self) -> None:
        """Moves output on, in order, until there is none or no more may be sent."""
        self._output.send_held()
        if self._must_wait():
            return
        # What lies in the pipes by now was written before anything that is sent once the channel was found empty.
        counts = {kind: waiting_bytes(fd) for kind, fd in self._pipes.items()}
        empty = self._read_channel(counts)
        if empty:
            for kind, count in counts.items():
                self._read_pipe(kind, count)
        self._output.flush()
        if self.fresh and self._output.used:
            self._room.first_sign(self)
        if self._exit is not None and not self._output.holding:
            if empty or self._last_bytes > MOST_LAST_BYTES or not self._anything_left():
                return self._finish(self._exit)
        if empty and self._exit is None:
            self._breath.looked()
        self._must_wait()

    def _must_wait(self) -> bool:
        """Looks away from a run whose output has nowhere to go, so that it blocks rather than we grow."""
        waits = self._output.full or self._resting or self._breath.drawn or self._room.link.full
        if waits and self._exit is not None and not self._output.holding and not self._anything_left():
            waits = False  # its end may be told
        if waits:
            self._unwatch()
        else:
            self._watch()
        return waits

    def _anything_left(self) -> bool:
        return any(waiting_bytes(fd) for fd in (self._channel, *self._pipes.values()))

    def _read_channel(self, counts: dict[int, int]) -> bool:
        """:returns: whether nothing is left in it"""
        for _ in range(PACKETS_AT_ONCE):
            if self._channel < 0:
                return True
            if self._resting or self._output.full:
                return False
            try:
                packet = os.read(self._channel, MOST_PACKET_BYTES)
            except BlockingIOError:
                return True
            except OSError:
                packet = b""  # it ended with something of ours unread, which is told once, before what it has said
            if len(packet) > 1:
                self._take(packet[0], packet[1:], counts)
            elif not packet and hung_up(self._channel) and not waiting_bytes(self._channel):
                self._close_channel()
        return False

    def _take(self, kind: int, content: bytes, counts: dict[int, int]) -> None:
        if self._exit is not None:
            self._last_bytes += len(content)
        if kind in OUTPUT_KINDS:
            self._output.add(kind, content)
        elif kind == kinds.SYNC and len(content) == COUNTS.size:
            for pipe, count in zip((kinds.STDOUT, kinds.STDERR), COUNTS.unpack(content)):
                read = self._read_pipe(pipe, min(count, kinds.MOST_CONTENT_BYTES))
                counts[pipe] = max(0, counts.get(pipe, 0) - read)
        elif kind == kinds.STATE:
            self._take_state(kinds.STATES.get(content))
        elif kind == kinds.NOTICE and content[0] < len(kinds.NOTICES):
            self.notice(kinds.NOTICES[content[0]])
        elif kind == kinds.UNCAUGHT:
            name = content[:100].decode("ascii", "replace")
            self._uncaught = "".join(letter for letter in name if letter.isalnum() or letter in "._")

    def _take_state(self, state: str | None) -> None:
        if state is None or state == self._state:
            return
        self._output.flush()
        self._state = state
        self._room.link.json({"t": "state", "process": self.process, "state": state})
        if self.fresh:
            self._room.first_sign(self)
        self.inputs.prompted(state == "waiting-for-code")
        if self._states == 0:
            self._room.loop.after(1.0, self._next_second)
        self._states += 1
        self._resting = self._states > STATES_PER_S

    def _next_second(self) -> None:
        self._states = 0
        if self._resting:
            self._resting = False
            self.pump()

    def notice(self, notice: str) -> None:
        """Tells of a limit, the first time that a run meets it."""
        if notice not in self._notices:
            self._output.flush()
            self._notices.add(notice)
            self._room.link.json({"t": "notice", "process": self.process, "notice": notice})

    def _read_pipe(self, kind: int, count: int) -> int:
        """Reads no more: what came later belongs behind what the channel may hold by now. :returns: bytes read"""
        read = 0
        while read < count and kind in self._pipes and not self._output.holding:
            try:
                data = os.read(self._pipes[kind], min(count - read, kinds.MOST_CONTENT_BYTES))
            except BlockingIOError:
                break
            if not data:
                self._close_pipe(kind)
                break
            read += len(data)
            self._output.add(kind, data)
        if self._exit is not None:
            self._last_bytes += read
        return read

    def _watch(self) -> None:
        if not self._watched:
            self._watched = [fd for fd in (self._channel, *self._pipes.values()) if fd >= 0]
            for fd in self._watched:
                self._room.loop.watch(fd, READABLE, self._on_ready)

    def _unwatch(self) -> None:
        for fd in self._watched:
            self._room.loop.unwatch(fd)
        self._watched = []

    def _on_ready(self, fd: int, events: int) -> None:
        if events & HUNG_UP and not events & READABLE:
            for kind, pipe in list(self._pipes.items()):
                if pipe == fd:
                    self._close_pipe(kind)
        self.pump()

    def _close_pipe(self, kind: int) -> None:
        self._close(self._pipes.pop(kind))

    def _close_channel(self) -> None:
        self.inputs.channel_closed()
        fd, self._channel = self._channel, -1
        self._close(fd)

    def _close(self, fd: int) -> None:
        if fd in self._watched:
            self._watched.remove(fd)
            self._room.loop.unwatch(fd)
        os.close(fd)

    def _finish(self, ended: dict) -> None:
        self._resting = False  # a timer may still be under way; the descriptors will be another's
        self._unwatch()
        self.inputs.close()
        for fd in (self._channel, *self._pipes.values()):
            if fd >= 0:
                os.close(fd)
        self._room.link.json({**ended, "uncaught": self._uncaught})
        self._room.forget(self)


def _signal_name(number: int) -> str | int:
    for name in dir(_signal):
        if name.startswith("SIG") and name[3] != "_" and getattr(_signal, name) == number:
            return name
    return number
