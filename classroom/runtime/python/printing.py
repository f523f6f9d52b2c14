"""print() and the prompt's way of showing values, each with one write: a line stays whole, whoever else prints."""

from __future__ import annotations

import builtins
import io
import sys


def install(stdout: io.TextIOWrapper) -> None:
    """For the run's own output only; any other stream is written to as ever."""
    original = builtins.print

    def print(*values: object, sep: str | None = " ", end: str | None = "\n", file=None, flush: bool = False) -> None:
        """Prints the values to a stream, or to sys.stdout by default.

        sep
          string inserted between values, default a space.
        end
          string appended after the last value, default a newline.
        file
          a file-like object (stream); defaults to the current sys.stdout.
        flush
          whether to forcibly flush the stream.
        """
        target = sys.stdout if file is None else file
        if target is not stdout or not isinstance(sep, str) or not isinstance(end, str):
            return original(*values, sep=sep, end=end, file=file, flush=flush)
        stdout.write(sep.join(map(str, values)) + end)

    def displayhook(value: object) -> None:
        """Print an object to sys.stdout and also save it in builtins._"""
        if value is not None:
            builtins._ = None
            print(repr(value))
            builtins._ = value

    print.__module__ = "builtins"
    print.__qualname__ = "print"
    builtins.print = print
    sys.displayhook = displayhook
