"""First program of a room: sets up the walls that a process sets up for itself, then becomes the session host.

It reads its policy, JSON, from standard input; the launcher sends it once the process is in its cgroup. A
wall that the policy requires and that cannot be set up ends the room: none is ever quietly missing.

Policy: `program`, `arguments`, `environment`, `keepEnvironment`, `keepStdin`, `rlimits` {name: value}, `noNewPrivileges`, `landlock` {read,
write, devices} or null, `seccomp`, `closeDescriptors`, `required` (names of walls), `endWithParent`, `oomScoreAdjust`,
`niceness`, `classLink` {from, to} or null.
"""

from __future__ import annotations

import _signal
import ctypes
import os
import resource
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import codec  # noqa: E402
import landlock  # noqa: E402
import paths  # noqa: E402
import seccomp  # noqa: E402

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS = 1, 36, 38, 39
FAILED = 70


def read_policy() -> dict:
    """Eight digits of length, then as many bytes: not one more is read, for what follows may be for the program."""
    return codec.loads(read_exactly(int(read_exactly(8))))


def read_exactly(length: int) -> bytes:
    data = b""
    while len(data) < length:
        piece = os.read(0, length - len(data))
        if not piece:
            sys.exit(FAILED)  # the launcher gave up
        data += piece
    return data


def close_descriptors() -> None:
    """All but the first three."""
    try:
        numbers = [int(name) for name in os.listdir("/proc/self/fd")]
    except OSError:
        numbers = [4095]
    os.closerange(3, max(numbers) + 1)


def limit_resources(limits: dict) -> bool:
    held = True
    for name, value in limits.items():
        which = getattr(resource, "RLIMIT_" + name, None)
        if which is None:
            continue
        hard = resource.getrlimit(which)[1]
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        try:
            resource.setrlimit(which, (value, value))
        except (OSError, ValueError):
            held = False
    return held


def control(libc: ctypes.CDLL, option: int, value: int) -> int:
    nothing = ctypes.c_ulong(0)
    return libc.prctl(ctypes.c_int(option), ctypes.c_ulong(value), nothing, nothing, nothing)


def behave(policy: dict, libc: ctypes.CDLL) -> None:
    """Manners that are no walls; each may fail."""
    if policy["endWithParent"]:
        control(libc, PR_SET_PDEATHSIG, _signal.SIGKILL)
        # Without a pid namespace orphans would leave the tree by which the launcher finds them.
        control(libc, PR_SET_CHILD_SUBREAPER, 1)
    try:
        # When the whole machine runs out of memory, rooms go first.
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write(str(policy["oomScoreAdjust"]))
    except OSError:
        pass
    try:
        os.nice(policy["niceness"])
    except OSError:
        pass
    link = policy["classLink"]
    if link is not None:
        try:
            os.symlink(link["to"], link["from"])
        except OSError:
            pass


def build_walls(policy: dict, libc: ctypes.CDLL) -> dict:
    walls = {"rlimits": limit_resources(policy["rlimits"])}
    if policy["noNewPrivileges"]:
        control(libc, PR_SET_NO_NEW_PRIVS, 1)
    walls["no-new-privileges"] = control(libc, PR_GET_NO_NEW_PRIVS, 0) == 1
    walls["landlock"] = 0
    if policy["landlock"] is not None and walls["no-new-privileges"]:
        try:
            walls["landlock"] = landlock.restrict(libc, policy["landlock"])
        except OSError:
            pass
    walls["seccomp"] = False
    if policy["seccomp"] and walls["no-new-privileges"]:
        walls["seccomp"] = seccomp.install(libc) == ""
    return walls


def main() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    policy = read_policy()
    behave(policy, libc)
    if not policy["keepStdin"]:
        nothing = os.open("/dev/null", os.O_RDONLY)
        os.dup2(nothing, 0)
    if policy["closeDescriptors"]:
        close_descriptors()
    walls = build_walls(policy, libc)
    missing = [name for name in policy["required"] if not walls.get(name)]
    if missing:
        sys.stderr.write("walls that could not be set up: " + ", ".join(missing) + "\n")
        sys.exit(FAILED)
    # Python ignores it, and what ignores it stays so in every program that it starts.
    _signal.signal(_signal.SIGPIPE, _signal.SIG_DFL)
    kept = dict(os.environ) if policy["keepEnvironment"] else {}
    environment = {**kept, **policy["environment"], "ROWHOUSE_WALLS": codec.dumps(walls).decode()}
    flags = ["-I"]
    if os.path.basename(policy["program"]) == "host.py" and not paths.has_own_prefix():
        flags.append("-S")
        environment["ROWHOUSE_PATHS"] = os.pathsep.join(paths.installed())
    os.execve(sys.executable, [sys.executable, *flags, policy["program"], *policy["arguments"]], environment)


main()
