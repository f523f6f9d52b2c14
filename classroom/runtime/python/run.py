"""A run: what a forked process does once it is told which program it is."""

from __future__ import annotations

import _signal as signal  # `signal` itself would load `enum` into every room
import atexit
import builtins
import gc
import os
import sys

from . import codec, kinds, loop, printing, stdin, streams, system
from .sources import Sources
from .tracebacks import Tracebacks

MOST_START_BYTES = 262_144
CODE_NAME = "<code>"
INTERRUPTED = 130


class Program:
    """Made in the host, where everything is set up that can be, for all runs to come."""

    def __init__(self, fd: int, folder: str, workspace: str) -> None:
        self._pid = 0
        self._channel = streams.Channel(fd)
        self._workspace = workspace
        stdout, stderr = streams.open_outputs(self._channel)
        stdin_stream, self._reader = stdin.open_input(self._channel)
        sys.stdin = sys.__stdin__ = stdin_stream
        sys.stdout = sys.__stdout__ = stdout
        sys.stderr = sys.__stderr__ = stderr
        stdin.install(self._channel, stdin_stream, stdout)
        printing.install(stdout)
        self._sources = Sources()
        self._tracebacks = Tracebacks(self._channel, self._sources, folder, workspace)
        self._tracebacks.install()
        os.umask(0o022)
        os.chdir(workspace)
        main = type(sys)("__main__")
        main.__builtins__ = builtins
        sys.modules["__main__"] = main
        self._names = main.__dict__
        self._modules = frozenset(sys.modules)
        # The first use of compile() makes a hundred classes; not every run shall.
        compile("", CODE_NAME, "exec")

    def run(self) -> None:
        """In the forked process: waits to be told what to run, and ends with it."""
        self._pid = os.getpid()
        data = os.read(self._channel.fd, MOST_START_BYTES)
        if data[:1] != bytes((kinds.START,)):
            os._exit(0)  # the host is gone
        loop.give_signals_back()
        system.prctl(system.PR_SET_DUMPABLE, 1)
        start = codec.loads(data[1:])
        if start.get("mode") != "script" or start.get("thenRepl"):
            # Not in the memory of every room; and here the program's own files are not in its way yet.
            from . import repl

            self._repl = repl.Repl
        try:
            code = self._script(start) if start.get("mode") == "script" else self._prompt("")
            if os.getpid() == self._pid and start.get("mode") == "script" and start.get("thenRepl"):
                code = self._prompt(None)
        except BaseException as error:
            # Another interrupt, between the program and its end.
            code, _ = self._told(error)
        self._finish(code)

    def _script(self, start: dict) -> int:
        """:returns: the exit code"""
        self._uncaught = None
        try:
            code = self._compiled(start)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT,))
            exec(code, self._names)
            return 0
        except FileNotRead as error:
            sys.stderr.write("%s\n" % error)
            return 2
        except BaseException as error:
            code, self._uncaught = self._told(error)
            return code

    def _compiled(self, start: dict):
        source, name = start.get("source"), CODE_NAME
        if source is None:
            name = os.path.join(self._workspace, start["file"])
            folder = os.path.dirname(name)
            source = _read(name, start["file"])
            os.chdir(folder)
            sys.path.insert(0, folder)
            self._names["__file__"] = name
        else:
            sys.path.insert(0, self._workspace)
            source = source.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
            self._sources.remember(name, source)
        sys.argv = [name, *(start.get("args") or ())]
        return compile(source, name, "exec", dont_inherit=True)

    def _prompt(self, path: str | None) -> int:
        """:param path: where a REPL of its own finds modules; None: it goes on after a script"""
        if path is not None:
            sys.path.insert(0, self._workspace)
            sys.argv = [path]
        self._uncaught = None
        return self._repl(self._channel, self._reader, self._sources, self._report, self._names).run()

    def _told(self, error: BaseException) -> tuple[int, str | None]:
        """Prints what was not caught. :returns: exit code, and the exception's name"""
        if isinstance(error, SystemExit):
            return exit_code(error), None
        self._report(error)
        return INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1, type(error).__name__

    def _report(self, error: BaseException) -> None:
        """Prints what nobody caught, in the way that the program may have asked for."""
        sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__
        sys.last_exc = error
        try:
            sys.excepthook(type(error), error, error.__traceback__)
        except BaseException:
            self._tracebacks.show(error, error.__traceback__, "Error in sys.excepthook\n")

    def _finish(self, code: int) -> None:
        """The end of an interpreter, for the student's part of it: threads, exit functions, finalizers, buffers."""
        for step in (join_threads, atexit._run_exitfuncs, flush, self._clear_modules, gc.collect, flush):
            try:
                step()
            except SystemExit as error:
                code = exit_code(error)
            except BaseException:
                continue
        if os.getpid() == self._pid and self._uncaught is not None:
            self._channel.send(kinds.UNCAUGHT, self._uncaught.encode("ascii", "replace"))
        os._exit(code)

    def _clear_modules(self) -> None:
        for module in self._own_modules():
            clear(module.__dict__)

    def _own_modules(self) -> list:
        """The program, and the modules of its workspace."""
        found = [sys.modules["__main__"]]
        # The youngest come first.
        for name in reversed(list(sys.modules)):
            if name in self._modules:
                break
            module = sys.modules[name]
            if (getattr(module, "__file__", None) or "").startswith(self._workspace):
                found.append(module)
        return found


class FileNotRead(Exception):
    pass


def _read(path: str, given: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileNotRead("can't open file '%s': %s" % (given, reason)) from None


def exit_code(error: SystemExit) -> int:
    """As the interpreter does: a number is the code, nothing is 0, anything else is printed and 1."""
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code & 0xFF
    print(error.code, file=sys.stderr)
    return 1


def join_threads() -> None:
    threading = sys.modules.get("threading")
    if threading is not None:
        threading._shutdown()


def clear(names: dict) -> None:
    """In the interpreter's order: private names first."""
    for private in (True, False):
        for name in [name for name in names if name.startswith("_") is private and name != "__builtins__"]:
            names[name] = None


def flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            continue
