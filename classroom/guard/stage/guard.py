"""Runs one command behind walls of its own: what goes wrong inside ends the run and not the machine.

Usage: guard.py SETTINGS. Descriptor 3 is a pipe: when its other end is closed, all that runs inside is ended.
Ends with the command's exit code, 128 + n for signal n, 124 when the time is up, 125 when the guard itself failed.
"""

import json
import os
import select
import signal
import sys
import time
from typing import Any, Dict

import kernel
import network
import tree
from groups import Groups

_LIFELINE = 3
_TIMED_OUT = 124
_FAILED = 125
_NOBODY = 65534
#: Ids inside and outside. Root stays root, because version 1 of cgroups lets nobody else place processes; that it owns
#: nothing outside is seen to by the walls. All others are ids that the host does not use.
_ID_MAP = "0 0 1\n1 1000001 299999\n"
#: Without effect in a user namespace already; dropped nevertheless. By number, as in <linux/capability.h>: reading past
#: permissions, immutable files, modules, raw disks, accounting, reboot, clock, terminals, devices, audit (3), security
#: modules (2), the kernel's log, wake-ups (2), performance, BPF, checkpoints.
_DANGEROUS = (2, 9, 16, 17, 20, 22, 25, 26, 27, 29, 30, 37, 32, 33, 34, 35, 36, 38, 39, 40)


def main() -> int:
    settings: Dict[str, Any] = json.loads(sys.argv[1])
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(_FAILED))
    groups = Groups(settings["memoryBytes"], settings["pids"])
    try:
        kernel.unshare(kernel.NEW_PID)  # of the children to come
        alive, held = os.pipe()
        init = os.fork()
        if init == 0:
            os.close(held)
            _guarded(lambda: _first_process(settings, groups, alive))
        try:
            return _wait(init, settings["wallMs"] / 1000)
        finally:
            _end(init)
    finally:
        groups.remove()


def _wait(init: int, limit_s: float) -> int:
    handle = os.pidfd_open(init)
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    poll.register(_LIFELINE, select.POLLIN | select.POLLHUP)
    deadline = time.monotonic() + limit_s
    while True:
        left_ms = max(0.0, (deadline - time.monotonic()) * 1000)
        ready = [number for number, _ in poll.poll(left_ms)]
        if handle in ready:
            status = os.waitpid(init, 0)[1]
            return os.WEXITSTATUS(status) if os.WIFEXITED(status) else _FAILED
        if _LIFELINE in ready:
            return _FAILED
        if not ready and time.monotonic() >= deadline:
            sys.stderr.write(f"guard: ended after {limit_s:.0f} s, the most it may take\n")
            return _TIMED_OUT


def _end(init: int) -> None:
    """With the first process of a pid namespace go all others; it is only then that it has ended."""
    try:
        os.kill(init, signal.SIGKILL)
        os.waitpid(init, 0)
    except (ProcessLookupError, ChildProcessError):
        pass


def _first_process(settings: Dict[str, Any], groups: Groups, alive: int) -> int:
    """Builds what is seen inside, starts the command there, and collects orphans until it ends."""
    os.close(_LIFELINE)
    groups.join()
    kernel.unshare(kernel.NEW_MOUNTS)
    root = tree.build(settings["mounts"], settings["writable"], groups.shown_at())
    kernel.become_root_of(root)
    separated, say_separated = os.pipe()
    mapped, say_mapped = os.pipe()
    command = os.fork()
    if command == 0:
        _guarded(lambda: _run_command(settings, say_separated, mapped))
    os.read(separated, 1)
    for name in ("uid_map", "gid_map"):
        with open(f"/proc/{command}/{name}", "w") as file:
            file.write(_ID_MAP)
    os.write(say_mapped, b"1")
    _become_nobody(alive)
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == command:
            return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


def _become_nobody(alive: int) -> None:
    os.setgroups([])
    os.setresgid(_NOBODY, _NOBODY, _NOBODY)
    os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    kernel.die_with_parent(signal.SIGKILL)
    if select.select([alive], [], [], 0)[0]:
        os._exit(_FAILED)  # the parent had ended before


def _run_command(settings: Dict[str, Any], say_separated: int, mapped: int) -> int:
    kernel.unshare(
        kernel.NEW_USER
        | kernel.NEW_MOUNTS
        | kernel.NEW_NETWORK
        | kernel.NEW_IPC
        | kernel.NEW_HOSTNAME
        | kernel.NEW_CGROUP
    )
    os.write(say_separated, b"1")
    os.read(mapped, 1)
    os.setgroups([])
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)
    network.bring_up(settings["addresses"])
    for number in _DANGEROUS:
        kernel.drop_capability(number)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    os.closerange(3, 1024)
    os.execvpe(settings["command"], [settings["command"], *settings["args"]], settings["env"])


def _guarded(body: Any) -> None:
    """Runs the part of a forked process; it never returns into its parent's."""
    code = _FAILED
    try:
        code = body()
    except BaseException as error:  # noqa: B902 (also SystemExit: there is nobody to pass it on to)
        sys.stderr.write(f"guard: {error}\n")
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
