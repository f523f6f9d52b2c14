"""The end of processes: the host reaps whatever falls to it, and leaves nothing of an ended run alive."""

from __future__ import annotations

import _signal as signal  # `signal` itself would load `enum` into every room
import os

from . import marks, system

#: Ends handled before anything else has its turn.
MOST_AT_ONCE = 256
SWEEP_AGAIN_S = 0.005
SWEEP_LATER_S = 0.1
QUICK_SWEEPS = 100


class Children:
    """Knows the host's own processes by pid. A pid is ours to signal until we have reaped it."""

    def __init__(self, room, wakeups: int) -> None:
        self._room = room
        self._wakeups = wakeups
        #: What to call at the end of each, with exit code, signal and usage; each leads a session of its own.
        self._known: dict[int, object] = {}
        #: By which what each of them left to the host can be told.
        self._marks: dict[int, int] = {}
        #: Sessions of ended runs that may still have members.
        self._ended: set[int] = set()
        self._sweeps = 0
        room.loop.watch(wakeups, 1, self._on_wakeup)

    def add(self, pid: int, ended, mark: int = 0) -> None:
        """:param mark: of all that it will start"""
        self._known[pid] = ended
        self._marks[pid] = mark

    def interrupt(self, pid: int) -> None:
        if pid in self._known:
            # One that was forked this moment may lead no group yet.
            signal_group(pid, signal.SIGINT) or signal_one(pid, signal.SIGINT)

    def end(self, pid: int) -> None:
        """Kills a process and what it started, as far as that can be found; the rest is swept up when it has ended."""
        if pid not in self._known:
            return
        for member in family(pid):
            signal_one(member, signal.SIGKILL)
        signal_group(pid, signal.SIGKILL)
        signal_one(pid, signal.SIGKILL)

    def _on_wakeup(self, fd: int, events: int) -> None:
        try:
            os.read(self._wakeups, 4096)
        except BlockingIOError:
            pass
        self.reap()

    def reap(self) -> None:
        for _ in range(MOST_AT_ONCE):
            try:
                found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if found is None:
                return
            pid = found.si_pid
            ended = self._known.get(pid)
            if ended is not None:
                # Its pid, and so its group's number, cannot be another's before it is reaped.
                signal_group(pid, signal.SIGKILL)
            _, status, usage = os.wait4(pid, 0)
            if ended is not None:
                del self._known[pid], self._marks[pid]
                self._ended.add(pid)
                self._sweeps = 0
                self._sweep()
                code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
                ended(code, os.WTERMSIG(status) if os.WIFSIGNALED(status) else None, usage)
        self._room.loop.after(0, self.reap)

    def _sweep(self) -> None:
        """Kills what ended runs left: members of their sessions, and orphans that belong to no living run."""
        if not self._ended:
            return
        host = os.getpid()
        living = set(self._marks.values()) - {0}
        left = [
            pid
            for pid, parent, session in system.processes()
            if pid not in self._known
            and pid != host
            and session not in self._known
            and (session in self._ended or (parent == host and marks.of(pid) not in living))
        ]
        if not left:
            self._ended.clear()
            return
        for pid in left:
            signal_one(pid, signal.SIGKILL)
        # The end of one may leave us the next: until none is left, and without holding anything else up.
        self._sweeps += 1
        self._room.loop.after(SWEEP_AGAIN_S if self._sweeps < QUICK_SWEEPS else SWEEP_LATER_S, self._sweep)

    def end_all(self) -> None:
        """The room closes."""
        for pid in list(self._known):
            self.end(pid)
            self._ended.add(pid)
        self._known.clear()
        self._marks.clear()
        for _ in range(5):
            self._sweep()


def family(pid: int) -> list[int]:
    """Its descendants, and the members of its session."""
    members = {pid}
    found = system.processes()
    grown = True
    while grown:
        more = {child for child, parent, session in found if parent in members or session == pid} - members
        members |= more
        grown = bool(more)
    members.discard(pid)
    members.discard(os.getpid())
    return list(members)


def signal_one(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except OSError:
        pass


def signal_group(pid: int, number: int) -> bool:
    """:returns: whether there is such a group"""
    try:
        os.killpg(pid, number)
        return True
    except OSError:
        return False
