"""Tracebacks as a student needs them: their own files, nothing of ours, and short also after deep recursion.

The interpreter prints them itself, from a shorter traceback: with its suggestions, and without loading anything.
"""

from __future__ import annotations

import _thread
import io
import os
import sys

from . import chains, resources
from .sources import Sources
from .streams import Channel

#: Places shown at either end of a long traceback; one place many times in a row is one.
MOST_ENDS = 10
GAP = "[... %d more calls ...]"
FRAME = '  File "'

try:
    raise StopIteration
except StopIteration as _error:
    TracebackType = type(_error.__traceback__)


class Tracebacks:
    def __init__(self, channel: Channel, sources: Sources, folder: str, workspace: str) -> None:
        self._channel = channel
        self._sources = sources
        self._ours = folder + "/"
        self._workspace = os.path.realpath(workspace) + "/"

    def install(self) -> None:
        """Takes over uncaught exceptions of the program and of its threads."""

        def excepthook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            self.show(error, trace)

        def thread_hook(args) -> None:
            if args.exc_type is not SystemExit:
                name = args.thread.name if args.thread is not None else "?"
                self.show(args.exc_value, args.exc_traceback, "Exception in thread %s:\n" % name)

        sys.excepthook = excepthook
        # `threading` takes it from there when it is first imported.
        _thread._excepthook = thread_hook

    def show(self, error: BaseException, trace: TracebackType | None, head: str = "") -> None:
        """Prints an exception, and tells of the limits it speaks of."""
        sys.stderr.write(head + self.text(error, trace))
        for notice in resources.notices(error):
            self._channel.notice(notice)

    def text(self, error: BaseException, trace: TracebackType | None) -> str:
        """The exceptions have other tracebacks for a moment, and the chain of them is a shorter one."""
        chain, put_back = chains.shorten(error)
        kept = [(reason, reason.__traceback__) for reason in chain]
        stderr = sys.stderr
        sys.stderr = printed = io.StringIO()
        try:
            error.__traceback__ = trace
            for reason in chain:
                reason.__traceback__ = self._shortened(reason.__traceback__)
            sys.__excepthook__(type(error), error, error.__traceback__)
        finally:
            sys.stderr = stderr
            for reason, trace in kept:
                reason.__traceback__ = trace
            put_back()
        return self._with_lines(printed.getvalue())

    def _shortened(self, trace: TracebackType | None) -> TracebackType | None:
        entries = self._shown(trace)
        starts = [at for at, entry in enumerate(entries) if at == 0 or not _same_place(entry, entries[at - 1])]
        if len(starts) > 2 * MOST_ENDS:
            before, after = starts[MOST_ENDS], starts[-MOST_ENDS]
            entries[before:after] = [_gap(after - before)]
        short: TracebackType | None = None
        for entry in reversed(entries):
            short = TracebackType(short, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
        return short

    def _shown(self, trace: TracebackType | None) -> list[TracebackType]:
        """The student's frames; when none is, all but ours."""
        entries = []
        while trace is not None:
            if not trace.tb_frame.f_code.co_filename.startswith(self._ours):
                entries.append(trace)
            trace = trace.tb_next
        names = {entry.tb_frame.f_code.co_filename for entry in entries}
        students = {name for name in names if self._is_students(name)}
        return [entry for entry in entries if entry.tb_frame.f_code.co_filename in students] or entries

    def _is_students(self, name: str) -> bool:
        if name.startswith("<"):
            return not name.startswith("<frozen ")
        return os.path.realpath(name).startswith(self._workspace)

    def _with_lines(self, text: str) -> str:
        """Adds lines of code that is in no file, and shows gaps as such."""
        lines = text.splitlines(True)
        found = []
        for index, line in enumerate(lines):
            if line.startswith(FRAME + "[... "):
                line = "  %s\n" % line[len(FRAME) :].partition('"')[0]
            found.append(line)
            following = lines[index + 1] if index + 1 < len(lines) else ""
            if line.startswith(FRAME + "<") and not following.startswith("    "):
                found.append(self._sources.line_for(line[len(FRAME) :]))
        return "".join(found)


def _same_place(entry: TracebackType, other: TracebackType) -> bool:
    return entry.tb_frame.f_code is other.tb_frame.f_code and entry.tb_lineno == other.tb_lineno


def _gap(count: int) -> TracebackType:
    """Stands for calls that are left out."""
    names: dict = {}
    exec(compile("import sys; frame = sys._getframe()", GAP % count, "exec"), names)
    return TracebackType(None, names["frame"], 0, 1)
