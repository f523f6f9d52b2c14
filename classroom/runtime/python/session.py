"""The room's session: what the server asks for is done here, by runs, spares and the file worker."""

from __future__ import annotations

import _signal as signal  # `signal` itself would load `enum` into every room
import _socket  # `socket` itself would be half a megabyte in every room
import gc
import os
import sys
import time
from _collections import deque  # `collections` itself would be a quarter of a megabyte in every room
from _collections_abc import Callable

from . import children, codec, files, kinds, loop, paths, resources, run, spares, system
from .frames import Decoder, FrameError, Link
from .relay import Run

WIRE_VERSION = 1
#: The next spare is forked once a run has shown its first sign. One that takes longer for it than `PROMPT_S` tells that
#: others compute, maybe a class that pressed Run together: their first outputs come before our next spare.
PROMPT_S = 0.004
NEXT_SPARE_S = 0.1
#: No process was to be had, or spares die unused: how long to wait for the next try, doubled each time.
RETRY_S = 0.01
MOST_RETRY_S = 1.0
MOST_WAITING_STARTS = 16
TIDY_AFTER_S = 1.0


class Room:
    def __init__(self, link: Link, limits: dict, wakeups: int) -> None:
        self.loop = loop.Loop()
        self.link = link
        self.children = children.Children(self, wakeups)
        self.limits = limits
        self.files = files.Files(self)
        self.open = True
        self.spare_due = True
        self._decoder = Decoder()
        self._runs: dict[int, Run] = {}
        self._spare: spares.Spare | None = None
        self._spares = 0
        self._unused_ends = 0
        self._starts: deque[dict] = deque()
        self._tidies = False
        self._watched = loop.READABLE
        self.loop.watch(link.fd, self._watched, self._on_link)

    def step(self) -> None:
        self.loop.step()
        wanted = 0 if self.files.crowded else loop.READABLE
        if self.link.backlog_bytes:
            wanted |= loop.WRITABLE
        if wanted != self._watched and self.open:
            self._watched = wanted
            self.loop.watch(self.link.fd, wanted, self._on_link)

    def _on_link(self, fd: int, events: int) -> None:
        if self.link.backlog_bytes:
            was_full = self.link.full
            self.link.flush()
            if was_full and not self.link.full:
                for each in list(self._runs.values()):
                    each.pump()
                self.files.pump()
        if events & ~loop.WRITABLE:
            data = self.link.read()
            if data is None:
                return
            if not data:
                self.open = False
                return
            for frame in self._decoder.push(data):
                self._take(frame)

    def _take(self, frame: dict | tuple[int, int, bytes]) -> None:
        if isinstance(frame, tuple):
            return self.files.content(*frame)
        what = frame.get("t")
        each = self._runs.get(frame.get("process"))
        if what == "start":
            self._start(frame)
        elif what == "placed":
            if self._spare is not None and self._spare.number == frame.get("spare"):
                self._spare.placed = True
                self._next_start()
        elif what == "file":
            self.files.begin(frame)
        elif what == "file-abort":
            self.files.abort(frame.get("id"))
        elif what == "end" and each is None:
            self._end_waiting(frame.get("process"))
        elif what == "window" and each is None:
            self.files.window(frame.get("process"), frame.get("upTo"))
        elif each is not None:
            self._take_for(each, what, frame)

    def _take_for(self, each: Run, what: object, frame: dict) -> None:
        if what == "input":
            each.inputs.give(frame["id"], frame["text"])
        elif what == "end-input":
            each.inputs.end()
        elif what == "window":
            each.window(frame["upTo"])
        elif what == "interrupt":
            self.children.interrupt(each.pid)
        elif what == "end":
            self.children.end(each.pid)

    def _start(self, start: dict) -> None:
        self._starts.append(start)
        if len(self._starts) > MOST_WAITING_STARTS:
            self._end_waiting(start.get("process"))
        if self._unused_ends == 0:
            self._want_spare()
        self._next_start()

    def _next_start(self) -> None:
        spare = self._spare
        if not self._starts or spare is None or not spare.placed:
            return
        self._spare = None
        # Another run may have stopped it.
        children.signal_one(spare.pid, signal.SIGCONT)
        try:
            os.writev(spare.channel, (bytes((kinds.START,)), codec.dumps(self._starts[0])))
        except OSError:
            return  # it died this moment; when that is told, there will be another
        start = self._starts.popleft()
        self._unused_ends = 0
        self.link.json({"t": "started", "process": start["process"], "spare": spare.number})
        each = self._runs[start["process"]] = Run(self, start["process"], spare, start["window"])
        self.children.add(spare.pid, each.ended, spare.number)
        if self._starts:
            self.spare_due = True
        else:
            self.loop.after(NEXT_SPARE_S, self._want_spare)

    def _end_waiting(self, process: object) -> None:
        """Ends a run that had not begun."""
        for start in [start for start in self._starts if start.get("process") == process]:
            self._starts.remove(start)
            self.link.json({"t": "exit", "process": process, "code": None, "signal": "SIGKILL", "uncaught": None,
                            "cpuMs": 0, "peakBytes": None})  # fmt: skip

    def first_sign(self, each: Run) -> None:
        each.fresh = False
        if time.monotonic() - each.began <= PROMPT_S:
            self._want_spare()
        else:
            self.loop.after(NEXT_SPARE_S, self._want_spare)

    def _want_spare(self) -> None:
        self.spare_due = self._spare is None

    def forget(self, each: Run) -> None:
        self._runs.pop(each.process, None)
        self.tidy_soon()

    def tidy_soon(self) -> None:
        """What came and went leaves memory behind."""
        if not self._tidies:
            self._tidies = True
            self.loop.after(TIDY_AFTER_S, self._tidy)

    def _tidy(self) -> None:
        self._tidies = False
        gc.collect()
        system.give_memory_back()

    def fork_spare(self) -> bool:
        """:returns: whether this is the new process"""
        self.spare_due = False
        self._spares += 1
        try:
            spare = spares.fork(self._spares, self.limits)
        except OSError:
            self._retry()
            return False
        if spare is None:
            return True
        self._spare = spare
        self.children.add(spare.pid, lambda *_: self._spare_ended(spare), spare.number)
        self.link.json({"t": "spare", "spare": spare.number, "pid": spare.pid})
        return False

    def _spare_ended(self, spare: spares.Spare) -> None:
        """Another run killed it; there is a limit to how fast that is made good."""
        spare.close()
        if self._spare is spare:
            self._spare = None
        self._retry()

    def _retry(self) -> None:
        self._unused_ends = min(self._unused_ends + 1, 7)
        self.loop.after(min(MOST_RETRY_S, RETRY_S * 2**self._unused_ends), self._want_spare)

    def close(self) -> None:
        self.children.end_all()


def serve(folder: str) -> Callable[[], None]:
    """Serves the room until the server closes it, then ends the process.

    :returns: in a forked process what it has become
    """
    environ = os.environ
    workspace = environ.get("ROWHOUSE_WORKSPACE", "/workspace")
    limits = codec.loads(os.environb.get(b"ROWHOUSE_LIMITS") or b"{}")
    walls = codec.loads(os.environb.get(b"ROWHOUSE_WALLS") or b"{}")
    token = environ.get("ROWHOUSE_TOKEN", "")
    system.prctl(system.PR_SET_DUMPABLE, 0)
    system.prctl(system.PR_SET_CHILD_SUBREAPER, 1)
    wakeups = loop.take_signals()
    socket = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM | _socket.SOCK_CLOEXEC)
    socket.connect(environ.get("ROWHOUSE_SOCKET", "/run/rowhouse/room.sock"))
    socket.setblocking(False)
    link = Link(socket.detach())
    resources.link_font_cache(environ.get("ROWHOUSE_MPLCACHE"))
    if sys.flags.no_site:
        paths.use([each for each in environ.get("ROWHOUSE_PATHS", "").split(os.pathsep) if each])
    resources.environment(folder, workspace)
    sys.path.append(folder + "/backend")
    os.chdir(workspace)
    link.json({"t": "ready", "version": WIRE_VERSION, "python": sys.version.split()[0], "token": token, "walls": walls})
    room = Room(link, limits, wakeups)
    # Everything that a run needs is made here, once: what forks do not have to write stays shared.
    program = run.Program(spares.CHANNEL, folder, workspace)
    gc.collect()
    gc.disable()
    gc.freeze()
    system.give_memory_back()
    while room.open and not link.broken:
        if room.spare_due:
            if room.fork_spare():
                return program.run
        if room.files.worker_due:
            if room.files.fork_worker():
                from .fileworker import FileWorker  # not in the memory of the others

                return FileWorker(spares.CHANNEL, workspace).run
        try:
            room.step()
        except (FrameError, KeyError, TypeError, OSError) as error:
            sys.stderr.write("the room closes: %r\n" % error)
            break
    room.close()
    sys.exit(0)
