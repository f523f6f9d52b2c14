"""The host's event loop: descriptors, times, and signals as one more descriptor."""

from __future__ import annotations

import _signal as signal  # `signal` itself would load `enum` into every room
import os
import select
import time
from collections.abc import Callable

READABLE = select.POLLIN
WRITABLE = select.POLLOUT
HUNG_UP = select.POLLHUP | select.POLLERR | select.POLLNVAL


class Loop:
    """Calls are made with the descriptor and what poll said of it, which may be out of date by then."""

    def __init__(self) -> None:
        self._poll = select.poll()
        self._calls: dict[int, Callable[[int, int], None]] = {}
        self._timers: list[tuple[float, Callable[[], None]]] = []

    def watch(self, fd: int, events: int, call: Callable[[int, int], None]) -> None:
        self._calls[fd] = call
        self._poll.register(fd, events)

    def unwatch(self, fd: int) -> None:
        if self._calls.pop(fd, None) is not None:
            self._poll.unregister(fd)

    def after(self, seconds: float, call: Callable[[], None]) -> None:
        """Calls once. There are few of these at a time."""
        self._timers.append((time.monotonic() + seconds, call))

    def step(self) -> None:
        """Waits until something is due, and does it."""
        timeout = None
        if self._timers:
            timeout = max(0.0, (min(when for when, _ in self._timers) - time.monotonic()) * 1000 + 0.5)
        for fd, events in self._poll.poll(timeout):
            call = self._calls.get(fd)
            if call is not None:
                call(fd, events)
        if self._timers:
            now = time.monotonic()
            due = [timer for timer in self._timers if timer[0] <= now]
            if due:
                self._timers = [timer for timer in self._timers if timer[0] > now]
                for _, call in due:
                    call()


#: A run may send any of these to the host; for the first process of a room those without a handler do nothing anyway.
IGNORED = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGALRM", "SIGVTALRM", "SIGPROF", "SIGUSR1", "SIGUSR2",
           "SIGTTIN", "SIGTTOU", "SIGTSTP", "SIGIO", "SIGXCPU", "SIGPIPE", "SIGXFSZ")  # fmt: skip


def take_signals() -> int:
    """Ignores what others may send, and turns the end of children into bytes. :returns: where those are read"""
    for name in IGNORED:
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    return reading


def give_signals_back() -> None:
    """In a forked process: as a fresh interpreter would have them. SIGINT is blocked until the program begins."""
    signal.set_wakeup_fd(-1)
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for name in IGNORED:
        if name not in ("SIGPIPE", "SIGXFSZ"):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
