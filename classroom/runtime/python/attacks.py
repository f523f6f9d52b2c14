"""What a hostile program would try first, tried once in a throwaway room: every wall that the launcher reports was run
against. Nothing here can harm: each attempt is the smallest that shows whether the way is open.

Argument: one JSON object of targets, prepared by the launcher. Says JSON lines on standard output: `{"place": {pid, spare}}`
(waits for a line on standard input), then `{"attempts": [[layer, attempt, succeeded or null, note]…]}`.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import sys
from typing import Callable

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import attacks_calls  # noqa: E402
import attacks_groups  # noqa: E402

attempts: list[tuple[str, str, bool | None, str]] = []


def attempt(layer: str, name: str, act: Callable[[], str]) -> None:
    """`act` returns what it got at, or raises."""
    try:
        attempts.append((layer, name, True, act()))
    except (OSError, subprocess.SubprocessError, ValueError, EOFError, MemoryError) as error:
        attempts.append((layer, name, False, type(error).__name__ + ": " + str(error)[:120]))


def observe(layer: str, name: str, open_way: bool | None, note: str) -> None:
    attempts.append((layer, name, open_way, note))


def refuse(reason: str) -> str:
    raise OSError(reason)


def files(target: dict) -> None:
    attempt("mount-namespace", "see the machine's files", lambda: str(os.lstat(target["outside"])))

    def write_outside() -> str:
        path = os.path.join(target["outside"], "written")
        with open(path, "w") as file:
            file.write("x")
        return path

    attempt("mount-namespace", "write outside", write_outside)
    attempt("own-uid", "read a file of another student's uid", lambda: read(place(target, "otherFile")))
    attempt("landlock", "read a file that is mounted, but not granted", lambda: read(place(target, "closedFile")))


def place(target: dict, name: str) -> str:
    folders = json.loads(os.environ["ROWHOUSE_CHECK"])
    return os.path.join(folders["notGranted" if name == "closedFile" else "granted"], target["files"][name])


def read(path: str) -> str:
    with open(path) as file:
        return file.read()


def namespaces(target: dict) -> None:
    attempt("pid-namespace", "see the launcher's process", lambda: seen(target["launcherPid"]))
    attempt("uts-namespace", "see the machine's name", lambda: expect(os.uname().nodename, target["hostname"]))
    attempt("ipc-namespace", "see shared memory of the machine", lambda: attacks_calls.shared_memory(target["shmKey"]))
    attempt(
        "user-namespace", "see the machine's root as root", lambda: expect(str(os.stat("/usr").st_uid), target["usrUid"])
    )
    for kind, theirs in target["namespaces"].items():
        try:
            same = os.readlink("/proc/self/ns/" + kind) == theirs
        except OSError:
            same = None
        observe({"mnt": "mount", "net": "network"}.get(kind, kind) + "-namespace", "be in the machine's own", same, "")


def seen(pid: int) -> str:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        raise
    except OSError:
        return "it may not be signalled, but it is there"
    return "it is there"


def expect(found: str, wanted: str) -> str:
    return found if found == wanted else refuse("it is " + found)


def network(target: dict) -> None:
    def connect() -> str:
        with socket.create_connection(("127.0.0.1", target["tcpPort"]), timeout=1):
            return "connected"

    attempt("network-namespace", "connect to a server of the machine", connect)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(target["nonce"].encode(), ("127.0.0.1", target["udpPort"]))
    except OSError:
        pass  # whether it arrived, the launcher knows better


def limits(target: dict) -> None:
    def grow() -> str:
        path = "/tmp/rowhouse-attack-%d" % os.getpid()
        try:
            with open(path, "wb") as file:
                file.truncate(target["fileBytes"] + 1)  # a hole: takes no room
                return "grew beyond the limit"
        finally:
            os.unlink(path)

    attempt("rlimits", "grow a file beyond its limit", grow)

    def open_many() -> str:
        held = []
        try:
            for _ in range(target["openFiles"] + 8):
                held.append(os.open("/dev/null", os.O_RDONLY))
            return "opened %d" % len(held)
        finally:
            for fd in held:
                os.close(fd)

    attempt("rlimits", "open files beyond the limit", open_many)

    def raise_limit() -> str:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        return "raised"

    attempt("rlimits", "raise a limit", raise_limit)


def privileges(target: dict) -> None:
    def gain() -> str:
        done = subprocess.run([place(target, "setuidReader"), place(target, "otherFile")], capture_output=True, timeout=5)
        return "read it" if done.returncode == 0 else refuse("it gained nothing")

    if target["setuid"]:
        attempt("no-new-privileges", "read by a program that is set-uid to the owner", gain)
    observe("no-new-privileges", "not be marked", status("NoNewPrivs") != "1", "")


def status(name: str) -> str:
    with open("/proc/self/status") as file:
        for line in file:
            if line.startswith(name + ":"):
                return line.split(":", 1)[1].strip()
    return ""


OURS = ("SOCKET", "TOKEN", "WORKSPACE", "LIMITS", "WALLS", "CHECK")
ALLOWED = {"PATH", "HOME", "LANG", *("ROWHOUSE_" + name for name in OURS)}


def inherited(target: dict) -> None:
    names = sorted(set(os.environ) - ALLOWED)
    observe("empty-environment", "read the launcher's environment", bool(names), " ".join(names)[:120])
    numbers = [int(name) for name in os.listdir("/proc/self/fd")]
    descriptors = [n for n in numbers if n > 2 and is_open(n)]
    observe("no-inherited-descriptors", "use the launcher's descriptors", bool(descriptors), str(descriptors))


def is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
        return True
    except OSError:
        return False


def main() -> None:
    signal.alarm(20)
    target = json.loads(sys.argv[1])
    inherited(target)
    files(target)
    namespaces(target)
    network(target)
    limits(target)
    privileges(target)
    for name, reached, note in attacks_calls.forbidden():
        observe("seccomp", name, reached, note)
    observe("seccomp", "not be filtered", status("Seccomp") != "2", "")
    facts = attacks_groups.run() if target["placed"] else None
    print(json.dumps({"attempts": attempts, "groups": facts}), flush=True)


main()
