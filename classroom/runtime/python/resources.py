"""What a run may use, as far as a process can be limited by itself, and what it says when a program met a limit."""

from __future__ import annotations

import errno
import os
import resource

FORKING = frozenset(("fork", "forkpty", "fork_exec", "posix_spawn", "posix_spawnp", "system", "popen", "spawnv"))
FORKING_FILES = ("/subprocess.py", "/popen_fork.py", "/popen_spawn_posix.py", "/multiprocessing/util.py")


def apply(limits: dict) -> None:
    """:param limits: of the protocol; whatever is missing is left as it is"""
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, limits.get("openFiles"))
    _lower(resource.RLIMIT_FSIZE, limits.get("fileBytes"))
    cpu_ms = limits.get("runCpuMs")
    if isinstance(cpu_ms, (int, float)):
        # The server ends a run at its limit and says why; this is for when nobody does.
        _lower(resource.RLIMIT_CPU, int(cpu_ms / 1000) + 30)


def _lower(kind: int, value: object) -> None:
    if not isinstance(value, int) or value < 0:
        return
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))


def notices(error: BaseException | None) -> set[str]:
    """Which limits an exception, or what led to it, tells of."""
    found: set[str] = set()
    seen: set[int] = set()
    while error is not None and id(error) not in seen and len(seen) < 100:
        seen.add(id(error))
        notice = _notice(error)
        if notice is not None:
            found.add(notice)
        error = error.__cause__ or error.__context__
    return found


def _notice(error: BaseException) -> str | None:
    if isinstance(error, RuntimeError):
        return "process-limit" if error.args[:1] == ("can't start new thread",) else None
    if not isinstance(error, OSError):
        return None
    if error.errno == errno.EFBIG:
        return "file-size-limit"
    if error.errno == errno.EMFILE:
        return "open-files-limit"
    # The same number is what a socket or a pipe answers that would block.
    if error.errno == errno.EAGAIN and _was_forking(error):
        return "process-limit"
    return None


def _was_forking(error: BaseException) -> bool:
    trace = error.__traceback__
    if trace is None:
        return False
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    return code.co_filename.endswith(FORKING_FILES) or not FORKING.isdisjoint(code.co_names)


def environment(folder: str, workspace: str) -> None:
    """Makes the environment that runs inherit."""
    for name in [name for name in os.environ if name.startswith("ROWHOUSE_")]:
        del os.environ[name]
    os.environ.update(
        HOME=workspace,
        LANG="C.UTF-8",
        # Nothing is written beside a student's files that they did not write, and Python started by a run prints at once.
        PYTHONDONTWRITEBYTECODE="1",
        PYTHONUNBUFFERED="1",
        PYTHONPATH=folder + "/backend",
        MPLBACKEND="module://rowhouse_figures",
        MPLCONFIGDIR="/tmp/.matplotlib",
        OPENBLAS_NUM_THREADS="1",
        OMP_NUM_THREADS="1",
    )


def link_font_cache(cache: str | None) -> None:
    """Saves every first plot the search for fonts: the files of a finished cache appear where matplotlib looks."""
    if not cache:
        return
    try:
        names = os.listdir(cache)
        os.makedirs("/tmp/.matplotlib", exist_ok=True)
        for name in names[:100]:
            os.symlink(os.path.join(cache, name), "/tmp/.matplotlib/" + name)
    except OSError:
        # Slower without, and nothing worse.
        pass
