"""What is typed to a run: lines for its standard input, code for the prompt of its REPL; each applied once, in order."""

from __future__ import annotations

import os
from _collections import OrderedDict, deque

from .kinds import CODE, CODE_END
from .loop import WRITABLE
from .system import waiting_bytes

#: What waits for a run that does not read; more is not taken, and so not confirmed.
MOST_WAITING_BYTES = 1024 * 1024
#: Inputs remembered, to confirm one that is sent again.
MOST_REMEMBERED = 1000
RETRY_S = 0.05


class Inputs:
    """While the REPL waits at its prompt it gets code, whole, by its channel. At any other time lines go to the pipe of
    standard input; what nobody has read there when the prompt comes is code again, as on a terminal."""

    def __init__(self, room, process: int, spare) -> None:
        self._room = room
        self._process = process
        self._channel = spare.channel
        self._pipe = spare.input
        #: (id, bytes still to be written); without an id: the end of input.
        self._queue: deque[tuple[str | None, bytes]] = deque()
        self._waiting_bytes = 0
        self._begun = False
        self._at_prompt = False
        #: Whether it was taken, by id.
        self._seen: OrderedDict[str, bool] = OrderedDict()
        self._watched = False

    def give(self, input_id: str, text: str) -> None:
        if input_id in self._seen:
            if self._seen[input_id]:
                self._confirm(input_id)
            return
        line = text.encode("utf-8", "replace") + b"\n"
        if self._waiting_bytes + len(line) > MOST_WAITING_BYTES:
            return
        self._seen[input_id] = False
        while len(self._seen) > MOST_REMEMBERED:
            self._seen.popitem(last=False)
        self._queue.append((input_id, line))
        self._waiting_bytes += len(line)
        self._feed()

    def end(self) -> None:
        self._queue.append((None, b""))
        self._feed()

    def prompted(self, at_prompt: bool) -> None:
        """The REPL waits for code, or no longer does."""
        self._at_prompt = at_prompt
        if at_prompt:
            self._feed()

    def channel_closed(self) -> None:
        self._channel = -1
        self._at_prompt = False

    def close(self) -> None:
        self._queue.clear()
        self._close_pipe()

    def _feed(self) -> None:
        while self._queue:
            if not (self._to_prompt() if self._takes_code() else self._to_pipe()):
                return
        self._watch_pipe(False)

    def _takes_code(self) -> bool:
        """What still lies in the pipe was typed before; what is typed now comes behind it."""
        return self._at_prompt and not self._begun and not waiting_bytes(self._pipe)

    def _to_prompt(self) -> bool:
        input_id, line = self._queue[0]
        try:
            os.writev(self._channel, (bytes((CODE_END if input_id is None else CODE,)), line))
        except BlockingIOError:
            self._room.loop.after(RETRY_S, self._feed)
            return False
        except OSError:
            pass
        self._at_prompt = False
        self._taken()
        return True

    def _to_pipe(self) -> bool:
        input_id, line = self._queue[0]
        if self._pipe < 0:
            return False
        if input_id is None:
            self._taken()
            self._close_pipe()
            return True
        try:
            written = os.write(self._pipe, line)
        except BlockingIOError:
            self._watch_pipe(True)
            return False
        except OSError:
            # It closed its standard input.
            written = len(line)
        self._begun = written < len(line)
        if self._begun:
            self._queue[0] = (input_id, line[written:])
            self._waiting_bytes -= written
        else:
            self._taken()
        return True

    def _taken(self) -> None:
        input_id, line = self._queue.popleft()
        self._waiting_bytes -= len(line)
        if input_id is not None:
            self._seen[input_id] = True
            self._confirm(input_id)

    def _confirm(self, input_id: str) -> None:
        self._room.link.json({"t": "input-taken", "process": self._process, "id": input_id})

    def _watch_pipe(self, wanted: bool) -> None:
        if wanted and not self._watched:
            self._room.loop.watch(self._pipe, WRITABLE, lambda *_: self._feed())
        elif self._watched and not wanted:
            self._room.loop.unwatch(self._pipe)
        self._watched = wanted

    def _close_pipe(self) -> None:
        self._watch_pipe(False)
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1
