"""A line of file operations as the host sees it: one at a time, by a worker process; each is answered once, whatever happens."""

from __future__ import annotations

import _signal as signal  # `signal` itself would load `enum` into every room
import os
from _collections import deque

from . import children, codec, kinds, spares
from .fileoperation import Operation, failed
from .loop import HUNG_UP, READABLE, WRITABLE
from .system import hung_up

MOST_WAITING = 64
#: Content on its way to the worker; beyond, nothing more is read from the server.
MOST_CONTENT_BYTES = 1024 * 1024
MOST_PACKET_BYTES = 1 + 2 * kinds.MOST_CONTENT_BYTES
PACKETS_AT_ONCE = 64
DEFAULT_TIME_LIMIT_MS = 10_000
#: A worker with nothing to do ends: it holds a third of what an idle room does. The next costs a few milliseconds.
IDLE_S = 5.0


class FileLane:
    def __init__(self, room) -> None:
        self.worker_due = False
        self._room = room
        self._queue: deque[Operation] = deque()
        self._current: Operation | None = None
        self._pid = 0
        self._fd = -1
        self._watched = 0
        self._content_bytes = 0
        #: Counts everything that moves, so that a worker that stands still can be told.
        self._moves = 0
        self._time_limit_s = room.limits.get("fileOperationMs", DEFAULT_TIME_LIMIT_MS) / 1000

    @property
    def crowded(self) -> bool:
        return self._content_bytes > MOST_CONTENT_BYTES

    def begin(self, message: dict) -> None:
        operation = Operation(self._room.link, message["id"], message)
        if len(self._queue) >= MOST_WAITING:
            return self._answer(operation, failed("room-unavailable", "Too many file operations wait. Try again."))
        self._queue.append(operation)
        self._next()

    def content(self, number: int, kind: int, content: bytes) -> None:
        operation = self._find(number)
        if operation is not None:
            operation.content.append((kind, content))
            self._content_bytes += len(content)
            self._send_content()

    def window(self, number: object, up_to: object) -> None:
        operation = self._find(number)
        if operation is not None and isinstance(up_to, int):
            operation.output.window(up_to)
            self.pump()

    def abort(self, number: object) -> None:
        operation = self._find(number)
        if operation is None:
            return
        gone = failed("timed-out", "The file operation was given up.")
        if operation is not self._current:
            self._queue.remove(operation)
            self._answer(operation, gone)
        elif operation.message["op"] == "write":
            operation.content.append((kinds.ABORT, b""))
            self._send_content()
        else:
            operation.failure = gone["code"], gone["message"]
            self._kill()

    def _find(self, number: object) -> Operation | None:
        for operation in (self._current, *self._queue):
            if operation is not None and operation.number == number:
                return operation
        return None

    def _next(self) -> None:
        if self._current is not None or not self._queue:
            return
        if self._fd < 0:
            self.worker_due = True
            return
        self._current = self._queue.popleft()
        self._current.content.appendleft((kinds.OPERATION, codec.dumps(self._current.message)))
        self._content_bytes += len(self._current.content[0][1])
        self._send_content()
        self._expect_move(self._current)

    def _expect_move(self, operation: Operation) -> None:
        moves = self._moves

        def look() -> None:
            if operation is not self._current:
                return
            if moves == self._moves and not self._held_up(operation):
                operation.failure = "timed-out", "The file operation took too long and was ended."
                self._kill()
            else:
                self._expect_move(operation)

        self._room.loop.after(self._time_limit_s, look)

    def _held_up(self, operation: Operation) -> bool:
        """By the server, which does not take what is there, and not by the worker."""
        return operation.output.full or self._room.link.full

    def _send_content(self) -> None:
        operation = self._current
        while operation is not None and operation.content and self._fd >= 0:
            kind, content = operation.content[0]
            try:
                os.writev(self._fd, (bytes((kind,)), content))
            except BlockingIOError:
                break
            except OSError:
                pass  # it ended, which is told when it is reaped
            operation.content.popleft()
            self._content_bytes -= len(content)
            self._moves += 1
        self._watch()

    def pump(self) -> None:
        """Moves content on to the server, as far as the server lets it."""
        operation = self._current
        if operation is None:
            return self._take_stray()
        operation.output.send_held()
        for _ in range(PACKETS_AT_ONCE):
            if operation is not self._current or self._held_up(operation) or self._fd < 0:
                break
            try:
                packet = os.read(self._fd, MOST_PACKET_BYTES)
            except OSError:
                break
            if not packet:
                break
            self._moves += 1
            if packet[0] == kinds.DONE:
                operation.output.flush()
                self._done(operation, codec.loads(packet[1:]))
            elif packet[0] in (kinds.FILE_PART, kinds.FILE_END):
                operation.output.add(packet[0], packet[1:])
        if operation is self._current:
            operation.output.flush()
        self._watch()

    def _take_stray(self) -> None:
        """A worker without an operation has nothing to say; its channel ends with it."""
        if self._fd >= 0 and hung_up(self._fd):
            self._room.loop.unwatch(self._fd)
            self._watched = 0

    def _done(self, operation: Operation, answer: dict) -> None:
        self._current = None
        self._answer(operation, answer)
        self._next()
        if self._current is None:
            moves = self._moves
            self._room.loop.after(IDLE_S, lambda: self._rest(moves))

    def _rest(self, moves: int) -> None:
        if self._current is None and moves == self._moves and self._fd >= 0:
            self._kill()
            self._part()  # what is asked from now on is for the next one

    def _answer(self, operation: Operation, answer: dict) -> None:
        self._content_bytes -= sum(len(content) for _, content in operation.content)
        operation.content.clear()
        if operation.number is not None:
            self._room.link.json({"t": "file-done", "id": operation.number, **answer})

    def _watch(self) -> None:
        operation = self._current
        wanted = READABLE
        if operation is not None:
            wanted = 0 if self._held_up(operation) else READABLE
            wanted |= WRITABLE if operation.content else 0
        if self._fd < 0 or wanted == self._watched:
            return
        self._watched = wanted
        if wanted:
            self._room.loop.watch(self._fd, wanted, self._on_ready)
        else:
            self._room.loop.unwatch(self._fd)

    def _on_ready(self, fd: int, events: int) -> None:
        if events & WRITABLE:
            self._send_content()
        if events & (READABLE | HUNG_UP):
            self.pump()
            if self._fd >= 0 and self._watched and not events & READABLE:
                self._room.loop.unwatch(self._fd)  # its end is told when it is reaped
                self._watched = 0

    def _kill(self) -> None:
        children.signal_one(self._pid, signal.SIGKILL)

    def fork_worker(self) -> bool:
        """:returns: whether this is the new process"""
        self.worker_due = False
        host = os.getpid()
        try:
            ours, theirs = spares.pair()
        except OSError:
            return self._retry()
        try:
            pid = os.fork()
        except OSError:
            os.close(ours)
            os.close(theirs)
            return self._retry()
        if pid == 0:
            spares.settle_in(theirs, self._room.limits, host)
            return True
        os.close(theirs)
        self._pid, self._fd, self._watched = pid, ours, 0
        self._room.children.add(pid, lambda *_: self._ended(pid))
        self._watch()
        self._next()
        return False

    def _retry(self) -> bool:
        self._room.loop.after(0.1, self._next)
        return False

    def _part(self) -> None:
        self._room.loop.unwatch(self._fd)
        os.close(self._fd)
        self._fd, self._pid, self._watched = -1, 0, 0

    def _ended(self, pid: int) -> None:
        self._room.tidy_soon()
        if pid != self._pid:
            return
        self.pump()  # it may have ended right after it was done
        lost, self._current = self._current, None
        self._part()
        if lost is not None:
            code, message = lost.failure or ("room-unavailable", "The file operation failed. Try again.")
            self._answer(lost, failed(code, message))
            if lost.message["op"] == "write":
                # What it had written so far is still there, under a name of ours.
                self._queue.appendleft(Operation(self._room.link, None, {"op": "tidy", "path": lost.message["path"], "worker": pid}))
        self._next()
