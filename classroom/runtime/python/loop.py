"""The host's event loop: descriptors, times, and signals as one more descriptor."""

from __future__ import annotations

import _signal as signal  # `signal` itself would load `enum` into every room
import os
import select
import time
from _collections_abc import Callable

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


#: What a fresh interpreter ignores.
IGNORED_BY_PROGRAMS = (signal.SIGPIPE, signal.SIGXFSZ)


def _set_all(disposition: int, but: tuple[int, ...]) -> None:
    for number in range(1, signal.NSIG):
        if number not in but:
            try:
                signal.signal(number, disposition)
            except (OSError, ValueError):
                continue  # nobody can, or the C library keeps it to itself


def take_signals() -> int:
    """Ignores what others may send, and turns the end of children into bytes. SIGINT is kept from forked processes: it may
    come from the host, just behind the start. :returns: where those bytes are read"""
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    _set_all(signal.SIG_IGN, (signal.SIGCHLD,))
    reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    return reading


def stay_undisturbed() -> None:
    """In a forked process, as long as it only waits: a run may send it any signal."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)


def give_signals_back() -> None:
    """As a fresh interpreter would have them. SIGINT stays blocked until the program begins."""
    kept = signal.sigtimedwait((signal.SIGINT,), 0)
    _set_all(signal.SIG_DFL, (signal.SIGINT, *IGNORED_BY_PROGRAMS))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if kept is not None and kept.si_pid == os.getppid():
        os.kill(os.getpid(), signal.SIGINT)
