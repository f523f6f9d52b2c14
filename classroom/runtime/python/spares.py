"""Processes forked in advance: one waits, with everything set up, for the run that it will be."""

from __future__ import annotations

import _signal as signal  # `signal` itself would load `enum` into every room
import _socket  # `socket` itself would be half a megabyte in every room
import gc
import os

from . import loop, marks, resources, system

#: Where every forked process has its channel: above what a program opens, and below the limit of descriptors.
CHANNEL = 200
CLOSED_UP_TO = 1024


class Spare:
    """What the host holds of one such process."""

    __slots__ = ("number", "pid", "channel", "out", "err", "input", "placed")

    def __init__(self, number: int, pid: int, channel: int, out: int, err: int, input: int) -> None:
        self.number = number
        self.pid = pid
        self.channel = channel
        self.out = out
        self.err = err
        self.input = input
        self.placed = False

    def close(self) -> None:
        for fd in (self.channel, self.out, self.err, self.input):
            os.close(fd)


def pair() -> tuple[int, int]:
    """Two ends of a channel of packets; the first never blocks."""
    ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    for end in (ours, theirs):
        end.setsockopt(_socket.SOL_SOCKET, _socket.SO_SNDBUF, 262_144)
    ours.setblocking(False)
    return ours.detach(), theirs.detach()


def fork(number: int, limits: dict) -> Spare | None:
    """:returns: None in the new process. :raises OSError: no process or descriptor to be had"""
    opened: list[int] = []
    try:
        for make in (pair, os.pipe, os.pipe, os.pipe):
            opened.extend(make())
        channel, theirs, out, out_end, err, err_end, input_end, input = opened
        for fd in (out, err, input):
            os.set_blocking(fd, False)
        host = os.getpid()
        pid = os.fork()
    except OSError:
        for fd in opened:
            os.close(fd)
        raise
    if pid != 0:
        for fd in (theirs, out_end, err_end, input_end):
            os.close(fd)
        return Spare(number, pid, channel, out, err, input)
    os.dup2(input_end, 0)
    os.dup2(out_end, 1)
    os.dup2(err_end, 2)
    marks.put(number)
    settle_in(theirs, limits, host)
    return None


def settle_in(channel: int, limits: dict, host: int) -> None:
    """What every forked process does first; of the host's descriptors it keeps one.

    :param host: its pid
    """
    loop.stay_undisturbed()
    os.setsid()
    # Where the host is not the first of a pid namespace, this ends with it all the same.
    system.prctl(system.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != host:
        os._exit(0)  # it ended before
    os.dup2(channel, CHANNEL, inheritable=False)
    os.closerange(3, CHANNEL)
    os.closerange(CHANNEL + 1, CLOSED_UP_TO)
    resources.apply(limits)
    # All of a room is the same user: without this one run could end or stop the others, and the spare.
    system.keep_signals_within()
    gc.enable()
