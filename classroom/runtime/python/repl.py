"""The REPL of a run. Code comes whole, as it was typed or pasted."""

from __future__ import annotations

import _signal as signal  # `signal` itself would load `enum` into every room
import __future__
import codeop
import os
import select
import sys
from _collections_abc import Callable

from . import kinds
from .sources import Sources
from .stdin import READ_BYTES, Reader
from .streams import Channel

MOST_CODE_BYTES = 262_144
WAITING = b"c"
RUNNING = b"r"


class Repl:
    def __init__(
        self, channel: Channel, reader: Reader, sources: Sources, report: Callable[[BaseException], None], names: dict
    ) -> None:
        self._channel = channel
        self._reader = reader
        self._sources = sources
        self._report = report
        self._names = names
        self._compile = codeop.CommandCompiler()
        self._inputs = 0
        self._stdin_open = not reader.end_seen
        self._typed_ahead = False

    def run(self) -> int:
        """:returns: the exit code. :raises SystemExit:"""
        sys.ps1 = getattr(sys, "ps1", ">>> ")
        sys.ps2 = getattr(sys, "ps2", "... ")
        lines: list[str] = []
        pasted = False
        while True:
            try:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT,))
                text = self._ask(sys.ps2 if lines else sys.ps1)
                if text is None:
                    sys.stdout.write("\n")
                    return 0
                lines += text.split("\n")
                pasted = pasted or "\n" in text
                if self._take(lines, pasted):
                    lines, pasted = [], False
            except KeyboardInterrupt:
                lines, pasted = [], False
                sys.stderr.write("\nKeyboardInterrupt\n")

    def _take(self, lines: list[str], pasted: bool) -> bool:
        """Runs what was typed. :returns: False when more lines must follow"""
        if not pasted and not any(line.strip() for line in lines):
            return True
        source = "\n".join(lines)
        name = "<input-%d>" % (self._inputs + 1)
        try:
            codes = self._codes(source, name, pasted)
        except (SyntaxError, OverflowError, ValueError, MemoryError, RecursionError) as error:
            self._report(error.with_traceback(None))
            return True
        if codes is None:
            return False
        self._inputs += 1
        self._sources.remember(name, source)
        for code in codes:
            try:
                exec(code, self._names)
            except SystemExit:
                raise
            except BaseException as error:
                self._report(error)
                # A pasted block ends with an error in it; lines that were typed one by one do not know of each other.
                if not self._typed_ahead or isinstance(error, KeyboardInterrupt):
                    break
        return True

    def _codes(self, source: str, name: str, pasted: bool) -> list | None:
        """One code for each statement, so that each one's value is shown; None: it is not complete."""
        flags = self._compile.compiler.flags & FUTURE_FLAGS
        kind = "exec" if pasted else "single"
        code = False
        try:
            code = self._compile(source, name, kind)
        except SyntaxError:
            pass
        if code is False:
            # Not the error that came, which may speak of being incomplete, and comes from the depths of `codeop`.
            return [compile(source + "\n", name, kind, flags, dont_inherit=True)]
        if code is None or not pasted:
            return None if code is None else [code]
        import _ast  # `ast` itself would be loaded for two names

        module = compile(source + "\n", name, "exec", flags | _ast.PyCF_ONLY_AST, dont_inherit=True)
        return [
            compile(_ast.Interactive(body=[statement]), name, "single", flags, dont_inherit=True)
            for statement in module.body
        ]

    def _ask(self, prompt: object) -> str | None:
        """:returns: what came, without the last newline; None at the end of input"""
        self._channel.prompt(str(prompt))
        waiting = self._reader.take_pending()
        self._typed_ahead = bool(waiting)
        if not waiting:
            try:
                self._channel.state(WAITING)
                waiting = self._wait()
            finally:
                self._channel.state(RUNNING)
        if waiting is None:
            return None
        text = waiting.decode("utf-8", "replace").replace("\r\n", "\n")
        return text[:-1] if text.endswith("\n") else text

    def _wait(self) -> bytes | None:
        """What lies unread in standard input was typed ahead, and is code now."""
        ready = select.poll()
        ready.register(self._channel.fd, select.POLLIN)
        if self._stdin_open:
            ready.register(0, select.POLLIN)
        while True:
            for fd, _ in ready.poll():
                if fd == self._channel.fd:
                    packet = os.read(fd, MOST_CODE_BYTES)
                    if not packet:
                        os._exit(0)  # the host is gone
                    return packet[1:] if packet[0] == kinds.CODE else None
                data = os.read(0, READ_BYTES)
                if data:
                    self._typed_ahead = True
                    return data
                ready.unregister(0)
                self._stdin_open = False
                if not self._reader.end_seen:
                    self._reader.end_seen = True
                    return None


FUTURE_FLAGS = 0
for _name in __future__.all_feature_names:
    FUTURE_FLAGS |= getattr(__future__, _name).compiler_flag
